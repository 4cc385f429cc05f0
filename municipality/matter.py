"""What a matter (υπόθεση πολίτη: what one comes to the town hall for) says of itself, as data. No I/O.

The kernels of booth and centre ask these values and name no matter; `municipality.matters` holds them all.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Generic, TypeVar

from pydantic import JsonValue

from municipality.failures import Failure
from municipality.messages import Message, Sections
from municipality.proof import PinAge, Proof
from municipality.retention import Rule, Thing


class Category(StrEnum):
    """The three categories of the programme, and participation: the tiles of the menu, in their order."""

    FINANCIAL = "financial"
    SOCIAL = "social"
    DOCUMENTS = "documents"
    PARTICIPATION = "participation"


NOBODY = "nobody: public matter"
CENTRE_ONLY = "the centre alone; sealed to its key on the way"
EVERY_BOOTH = "every booth"


@dataclass(frozen=True)
class Carried:
    """For the record of processing (GDPR art. 30): whose data a message carries, who gets them, how long they stay."""

    of_whom: str
    recipients: str
    things: tuple[Thing, ...] = ()


@dataclass(frozen=True)
class Act:
    """A kind of act; `form` reads its text. `title`: a message id. `proof`: what it needs to count; `pin`: how fresh
    the PIN behind a card's word must be.

    `chained`: it is a link of its booth's chain. Ballots must not be: a chain would publish the order that the shuffle
    hides. `urgent`: it goes before all else, and alone.
    """

    kind: str
    title: str
    form: type[Message]
    carried: Carried
    proof: Proof
    pin: PinAge = PinAge.VISIT
    chained: bool = True
    urgent: bool = False


@dataclass(frozen=True)
class Item:
    """A kind of what a booth pulls. `form` reads what is in it; `sealed`: to a card, so that the booth keeps it unread.

    `may_be_withdrawn`: the booth can serve without it. `first`: it does not wait behind a town of dossiers.
    """

    kind: str
    form: type[Message]
    carried: Carried
    sealed: bool = False
    may_be_withdrawn: bool = False
    first: bool = False


F = TypeVar("F", bound=Message)


@dataclass(frozen=True)
class Section(Generic[F]):
    """What a matter tells a resident in their card's sealed news. Every card has every section, and all news have one
    size: neither the feed nor a disk tells who has any.

    `name`: the noun, or what begins with it and a dot. `form()` says that there is nothing to tell. `budget`: the most
    bytes of its text; what is left out to keep within it, the matter decides and the form says.
    """

    name: str
    form: type[F]
    carried: Carried
    budget: int

    def filled(self, told: F) -> JsonValue:
        """As it stands among the others. Raises SectionTooLarge: nothing is cut here."""
        if (size := len(told.text().encode())) > self.budget:
            raise SectionTooLarge(f"{self.name}: {size} bytes, of {self.budget} at the most")
        plain: JsonValue = told.model_dump(mode="json")
        return plain

    def read(self, news: Sections) -> F | None:
        """None where it is not there. Raises MessageRefused."""
        return self.form.read(json.dumps(news.sections[self.name])) if self.name in news.sections else None


class SectionTooLarge(ValueError):
    """A matter has filled more than its section's budget. Names the section and the sizes, no contents."""


# Cards whose news are sealed anew in a night, at the most; in a larger town every card waits for its turn. So whatever
# a matter tells is on its way after as many nights as the town has times so many cards (docs/decisions/0054).
NEWS_A_NIGHT: Final = 20_000
# Bytes around the sections: names of the town and of the card, numbers, the time. And around a JWS's payload: header,
# two dots, signature.
_FRAME, _SIGNATURE, _STEP = 320, 168, 256


def news_size(sections: Iterable[Section[Any]]) -> int:
    """Bytes that the signed news of a card are padded to: they fit, whatever the sections are filled with. It grows
    with a new matter, and then for every card at once."""
    text = _FRAME + sum(one.budget + len(f'"{one.name}":,') for one in sections)
    return math.ceil((math.ceil(text / 3) * 4 + _SIGNATURE) / _STEP) * _STEP


@dataclass(frozen=True)
class Needs:
    """What must be there before residents can be served: the menu, the closures and the doctor read it.

    `news_days`: the town hall's word on this matter must not be older. `printer`: nothing is begun without one.
    """

    news_days: int | None = None
    printer: bool = False


@dataclass(frozen=True)
class Matter:
    """One municipal service. `noun` names it everywhere: module, folder, table prefix, message kind, address, text id.

    `title`: a message id, a technician's name for it. `closed`: the sentence (a message id) that says that nobody gets
    it here now. `category`: where residents find it; a matter without one has nothing for them in the menu.
    `refusals`: why the town hall does not take one of its acts (message ids by code).
    """

    noun: str
    title: str
    closed: str = ""
    category: Category | None = None
    needs: Needs = field(default_factory=Needs)
    acts: tuple[Act, ...] = ()
    items: tuple[Item, ...] = ()
    sections: tuple[Section[Any], ...] = ()
    failures: tuple[Failure, ...] = ()
    refusals: Mapping[str, str] = field(default_factory=dict)
    keeps: tuple[Rule, ...] = ()

    @property
    def serves(self) -> bool:
        """Whether residents find it in the menu."""
        return self.category is not None
