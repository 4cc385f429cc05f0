"""What goes between the counter and its window: plain values, which either side may send to another process.

Never: a PIN (it goes by itself, as bytes that are wiped), a class of the flows or the services.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from kiosk.counter.presenting.words import Shown


class Deed(StrEnum):
    """What a finger or a key can do at a screen."""

    NEXT = "next"
    BACK = "back"
    CANCEL = "cancel"
    IDLE = "idle"
    CATEGORY = "category"
    CHOOSE = "choose"
    MARK = "mark"
    BLANK = "blank"
    MORE = "more"
    TEXT = "text"
    SCAN = "scan"


@dataclass(frozen=True)
class Touch:
    """`face`: of the screen that was touched. `value`: the category or key that was chosen, the line that was typed,
    the code that a typing scanner read, the index of an answer; nothing for the other deeds."""

    deed: Deed
    face: int
    value: str | int | None = field(default=None, repr=False)

    def to_json(self) -> dict[str, Any]:
        return {"deed": self.deed.value, "face": self.face, "value": self.value}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Touch":
        """Raises KeyError, ValueError or TypeError for what no window says."""
        deed, face = Deed(told["deed"]), told["face"]
        value: str | int | None = told["value"]
        wanted = _VALUES.get(deed, type(None))
        if type(face) is not int or type(value) is not wanted:
            raise TypeError(f"a touch of {deed} wants a face and a value of {wanted.__name__}")
        return cls(deed, face, value)


_VALUES: Mapping[Deed, type] = {
    Deed.CATEGORY: str,
    Deed.CHOOSE: str,
    Deed.TEXT: str,
    Deed.SCAN: str,
    Deed.MARK: int,
}


@dataclass(frozen=True)
class Showing:
    """What the window is to show, in every language of the booth.

    `face` grows when the resident faces something new; `screens` and `clocks`: by language, what `present` and
    `clock_words` made; `restart`: the program is to end, so that whoever keeps it running starts it anew.
    """

    face: int
    screens: Mapping[str, Shown] = field(repr=False)
    clocks: Mapping[str, Mapping[str, str]]
    restart: bool = False

    def to_json(self) -> dict[str, Any]:
        return {"face": self.face, "screens": self.screens, "clocks": self.clocks, "restart": self.restart}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Showing":
        return cls(told["face"], told["screens"], told["clocks"], told["restart"])


@dataclass(frozen=True)
class StageSettings:
    """What the screen itself must know of the booth. `municipality` and `unit_name`: by language; `contact`: by
    language, the lines of presenting.contact; `crest`: an SVG that draws and nothing else, or ""; `wedge`: the booth's
    scanner types like a keyboard."""

    municipality: Mapping[str, str]
    unit_name: Mapping[str, str]
    languages: tuple[str, ...] = ("el", "en")
    idle_seconds: int = 120
    warning_seconds: int = 20
    demo: bool = False
    wedge: bool = False
    contact: Mapping[str, Sequence[Mapping[str, str]]] = field(default_factory=dict)
    crest: str = ""


@dataclass(frozen=True)
class Frame:
    """The window itself, in pixels of the device."""

    width: int = 1920
    height: int = 1080
    fullscreen: bool = True


@dataclass(frozen=True)
class Hearing:
    """How the booth sounds: words a minute, percent, and the names that `[sound]` of kiosk.toml gives the devices."""

    rate: int
    volume: int
    tones: bool
    headphones: str
    player: str
    cache: str


@dataclass(frozen=True)
class Opening:
    """All that a window must know for its first picture. `starting`: by language, what it shows where the counter is
    long in coming."""

    stage: StageSettings
    frame: Frame
    hearing: Hearing
    showing: Showing
    starting: Mapping[str, Shown] = field(repr=False)

    def to_json(self) -> dict[str, Any]:
        return {
            "stage": asdict(self.stage),
            "frame": asdict(self.frame),
            "hearing": asdict(self.hearing),
            "showing": self.showing.to_json(),
            "starting": self.starting,
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Opening":
        """Raises KeyError or TypeError for what no counter says."""
        stage = {**told["stage"], "languages": tuple(told["stage"]["languages"])}
        return cls(
            StageSettings(**stage),
            Frame(**told["frame"]),
            Hearing(**told["hearing"]),
            Showing.from_json(told["showing"]),
            told["starting"],
        )
