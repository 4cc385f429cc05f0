"""What a matter does at the town hall behind the shells: judges and keeps its acts, exports, purges.

The kernel is given these values in `Centre.matters` (central.kernel.register) and names no matter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, Self, TypeAlias, TypeVar

from central.store import Tx
from central.store.line.booths import Booth
from municipality.matter import F, Matter, Section
from municipality.messages import Message
from municipality.retention import Thing
from municipality.staff import Role

if TYPE_CHECKING:
    from central.kernel.centre import Centre


class Told(Protocol):
    """An act in its own form, as a booth tells it. `read` raises MessageRefused."""

    def text(self) -> str: ...

    @classmethod
    def read(cls, text: str | bytes) -> Self: ...


A = TypeVar("A", bound=Told)
S = TypeVar("S")


@dataclass(frozen=True)
class Rejected:
    """Why an envelope is not taken: a short code, no content."""

    reason: str


@dataclass(frozen=True, repr=False)
class RejectedAct(Rejected):
    """The same of an act that could be read: its matter hears of it (`Intake.refused`), whoever has found the fault."""

    kind: str
    act: Told


@dataclass(frozen=True)
class Undecided:
    """No verdict on an act: a tool or the disk failed, or what it is judged by is not whole here. Nothing may be kept
    or said of it; its booth offers it again. `trouble`: the exception's type, "" where nothing is out of order."""

    trouble: str


@dataclass(frozen=True, repr=False)
class Brought(Generic[S]):
    """An act, as the kernel has seen it proved: in which envelope it came, from which booth, when it was done there (as
    the booth says), and whose card signed it; `card` and `person` are "" where only the booth speaks."""

    envelope: str
    booth: str
    at: datetime
    act: S
    card: str = ""
    person: str = ""


@dataclass(frozen=True)
class CardUsed:
    """An event: a card was used at a booth; `about`: for what, a number that leads to no person."""

    card: str
    booth: str
    at: datetime
    about: str


@dataclass(frozen=True)
class CardBlocked:
    """An event: a card does not count from `at` on. Whoever knows of a use since then tells it."""

    card: str
    at: datetime


Event: TypeAlias = CardUsed | CardBlocked


@dataclass(frozen=True)
class Kept:
    """What became of some acts. `reasons`: "" or why it is not kept, one for each, in order. `events`: what other
    matters hear of it, in the same transaction."""

    reasons: Sequence[str]
    events: Sequence[Event] = ()


@dataclass(frozen=True)
class Intake:
    """How the acts of one kind are taken in. Made by `taking`, which holds the two halves to one type.

    `judge`: everything that can be said of each without changing anything; a sound act, Rejected or Undecided for each,
    in order. `keep_all`: inside the transaction that takes the batch in; whoever locks many rows asks for them in an
    order that does not depend on the batch, so that two batches never wait for each other. `refused`: in the same
    transaction, what was refused before that.
    """

    form: type[Told]
    judge: Callable[[Centre, Booth, Sequence[Brought[Told]]], Sequence[object]]
    keep_all: Callable[[Tx, Sequence[Brought[object]], datetime], Kept]
    refused: Callable[[Tx, Sequence[RejectedAct]], None] = lambda *_: None


def taking(
    form: type[A],
    sound: type[S],
    judge: Callable[[Centre, Booth, Sequence[Brought[A]]], Sequence[S | Rejected | Undecided]],
    keep_all: Callable[[Tx, Sequence[Brought[S]], datetime], Kept],
    refused: Callable[[Tx, Sequence[RejectedAct]], None] = lambda *_: None,
) -> Intake:
    """`judge` makes a `sound` of each good `form`, and `keep_all` stores it."""

    # The kernel holds matters of all types in one table: what a type checker cannot follow there is checked here.
    def judge_them(centre: Centre, booth: Booth, acts: Sequence[Brought[Told]]) -> Sequence[object]:
        return judge(centre, booth, [_of(form, act) for act in acts])

    def keep_them(tx: Tx, accepted: Sequence[Brought[object]], now: datetime) -> Kept:
        return keep_all(tx, [_of(sound, one) for one in accepted], now)

    return Intake(form, judge_them, keep_them, refused)


def storable(_centre: Centre, _booth: Booth, acts: Sequence[Brought[A]]) -> list[A | Rejected | Undecided]:
    """A `judge` for acts whose row alone tells whether they hold. PostgreSQL has no text with a NUL in it."""
    return [one.act if _NUL.search(one.act.text()) is None else Rejected("unreadable-body") for one in acts]


# In JSON: a backslash that is itself written out, as somebody may have typed it, is not one.
_NUL: Final = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def _of(kind: type[S], one: Brought[Any]) -> Brought[S]:
    if not isinstance(one.act, kind):
        raise TypeError(f"expected {kind.__name__}, not {type(one.act).__name__}")
    return one


@dataclass(frozen=True)
class Telling:
    """How a section is filled. `tell`: by card, what the holders of some cards (number → resident) are told; nothing to
    those whom it leaves out. It reads, and changes nothing. Made by `telling`, which holds it to the section's form."""

    section: Section[Any]
    tell: Callable[[Tx, Mapping[str, str]], Mapping[str, Message]]


def telling(section: Section[F], tell: Callable[[Tx, Mapping[str, str]], Mapping[str, F]]) -> Telling:
    return Telling(section, tell)


@dataclass(frozen=True)
class Purge:
    """Lets go of all of `thing` whose time is over by now. Returns how many rows. May be killed and run again."""

    thing: Thing
    purge: Callable[[Centre, datetime], int]


@dataclass(frozen=True)
class Export:
    """What a person is given of a matter (GDPR art. 15, 20), under `name`; `title` and `note` in Greek, for reading.
    `held`: plain JSON values on the holder of some cards. `instead_of`: tables whose rows are not told as they are."""

    name: str
    title: str
    held: Callable[[Tx, Collection[str]], list[dict[str, object]]]
    note: str = ""
    instead_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class TwoPersonAct:
    """Proposed by one with `role`, done when another with `role` confirms. `act` opens transactions of its own; it
    raises StepRefused where it may not be taken now, and OSError or one of `failures` where a tool failed."""

    role: Role
    act: Callable[[Centre, str], object]
    failures: tuple[type[Exception], ...] = ()


@dataclass(frozen=True)
class BackOffice:
    """The half of a matter that nobody sees on a page. `takes`: one for each kind of act of the matter, in its order;
    `tells`: one for each of its sections.

    `hears`: what it does about events of others, inside their transaction, and what it has to tell in its turn.
    `empties_itself`: kinds of acts whose accepted envelopes it empties by a rule of its own. `highest_serial`: the
    highest serial number that a booth has reported under its prefix, of any year; 0 if none. `two_persons`: what no
    officer does alone, by its name in the record.
    """

    matter: Matter
    takes: tuple[Intake, ...] = ()
    tells: tuple[Telling, ...] = ()
    hears: Callable[[Tx, Sequence[Event], datetime], Sequence[Event]] | None = None
    purges: tuple[Purge, ...] = ()
    empties_itself: tuple[str, ...] = ()
    export: Export | None = None
    highest_serial: Callable[[Tx, str, str], int] | None = None
    two_persons: Mapping[str, TwoPersonAct] = field(default_factory=dict)
