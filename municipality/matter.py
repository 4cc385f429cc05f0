"""What a matter (υπόθεση πολίτη: what one comes to the town hall for) says of itself, as data. No I/O.

The kernels of booth and centre ask these values and name no matter; `municipality.matters` holds them all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from municipality.failures import Failure
from municipality.messages import Message
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
    failures: tuple[Failure, ...] = ()
    refusals: Mapping[str, str] = field(default_factory=dict)
    keeps: tuple[Rule, ...] = ()

    @property
    def serves(self) -> bool:
        """Whether residents find it in the menu."""
        return self.category is not None
