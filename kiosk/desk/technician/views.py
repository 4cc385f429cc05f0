"""What the technician's screens show: frozen pages of rows. One shape for all of them, so that keys and speech are too.

Never: a resident's name or number, a choice, what is in an envelope.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kiosk.health import Light, Value


@dataclass(frozen=True)
class Told:
    """A sentence: its message id, and what fills its places."""

    id: str
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """One line. `press`: the word on its button, and then `key` comes back in `Choose`. `chosen`: one of several
    values, and whether it is the one."""

    name: Told
    text: Told | None = None
    todo: Told | None = None
    light: Light | None = None
    key: str = ""
    press: Told | None = None
    chosen: bool | None = None


@dataclass(frozen=True)
class TechnicianPage:
    """`page` names it; `way_on`: the words of the button at the bottom right and the key that it stands for; `scans`:
    it waits for a code."""

    page: str
    title: Told
    text: Told | None = None
    rows: tuple[Row, ...] = ()
    way_on: tuple[Told, str] | None = None
    back: bool = True
    scans: bool = False


@dataclass(frozen=True)
class TechnicianText:
    """One setting is typed. `fault`: what was wrong with the last try."""

    key: str
    title: Told
    value: str
    fault: Told | str = ""


@dataclass(frozen=True)
class TechnicianTouch:
    """A mark at `place` ("top_left", "middle" …) waits for a finger."""

    place: str
    number: int
    of: int


@dataclass(frozen=True)
class TechnicianWork:
    """Work under way: what, and how much of it; `total` 0 where nobody knows."""

    what: Told
    done: int = 0
    total: int = 0
