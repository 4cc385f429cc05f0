"""Every matter of one centre, asked by the kind of an act. The one place from which the kernel reaches a matter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from central.kernel.matter import BackOffice, Brought, Event, Intake, Purge, RejectedAct, Telling
from central.store import Tx
from municipality.matter import Act
from municipality.retention import Thing


@dataclass(frozen=True, repr=False)
class SoundAct:
    """An act that passed every check that changes nothing; only its own matter looks into it."""

    kind: str
    brought: Brought[object]


@dataclass(frozen=True)
class Handling:
    """One kind of act: how it travels, and how it is taken in."""

    act: Act
    intake: Intake


class Register:
    """The matters, in the order in which they keep what one transaction brings."""

    def __init__(self, offices: Iterable[BackOffice]) -> None:
        # What does not fit together is found here, before a booth is served, and not when its act comes.
        self.offices = tuple(offices)
        self.exports = tuple(office.export for office in self.offices if office.export is not None)
        self.empties_itself = frozenset(kind for office in self.offices for kind in office.empties_itself)
        self.two_persons = {name: act for office in self.offices for name, act in office.two_persons.items()}
        self.first_items = tuple(item.kind for office in self.offices for item in office.matter.items if item.first)
        self.purges = _purges(self.offices)
        self.tellings = tuple(one for office in self.offices for one in _tellings(office))
        self._handlings = {one.act.kind: one for office in self.offices for one in _handlings(office)}

    def __contains__(self, kind: str) -> bool:
        return kind in self._handlings

    def __getitem__(self, kind: str) -> Handling:
        return self._handlings[kind]

    def highest_serial(self, tx: Tx, booth: str, prefix: str) -> int:
        """The highest serial number that a booth is known to have given; it must never give it again."""
        asked = [office.highest_serial(tx, booth, prefix) for office in self.offices if office.highest_serial]
        return max(asked, default=0)

    def keep(self, tx: Tx, sound: Sequence[SoundAct], now: datetime) -> dict[str, str]:
        """Store what the acts say, and let the others hear of it. "" for each envelope, or why it is not kept.

        Matter by matter, whatever the order of arrival: two batches never wait for each other's rows.
        """
        reasons: dict[str, str] = {}
        for kind, handling in self._handlings.items():
            mine = [one.brought for one in sound if one.kind == kind]
            if not mine:
                continue
            kept = handling.intake.keep_all(tx, mine, now)
            reasons |= zip((one.envelope for one in mine), kept.reasons, strict=True)
            # Now and not later: an event that a cut could lose would let a blocked card's use pass unseen.
            self._tell(tx, kept.events, now)
        return reasons

    def refuse(self, tx: Tx, refused: Sequence[RejectedAct]) -> None:
        """Let each matter hear of its own acts that are not taken."""
        for kind, handling in self._handlings.items():
            if mine := [one for one in refused if one.kind == kind]:
                handling.intake.refused(tx, mine)

    def _tell(self, tx: Tx, events: Sequence[Event], now: datetime) -> None:
        """Every matter hears of them, and of what they tell in their turn."""
        while events:
            heard = [office.hears(tx, events, now) for office in self.offices if office.hears is not None]
            events = [event for some in heard for event in some]


def _purges(offices: Iterable[BackOffice]) -> dict[Thing, Purge]:
    found: dict[Thing, Purge] = {}
    for office in offices:
        for purge in office.purges:
            if purge.thing in found:
                raise ValueError(f"{office.matter.noun}: {purge.thing} is let go of by another matter")
            found[purge.thing] = purge
    return found


def _tellings(office: BackOffice) -> tuple[Telling, ...]:
    if office.matter.sections != tuple(one.section for one in office.tells):
        raise ValueError(f"{office.matter.noun}: not every section of it is filled, in the same order")
    return office.tells


def _handlings(office: BackOffice) -> list[Handling]:
    acts = office.matter.acts
    said: list[object] = [act.form for act in acts]
    if said != [intake.form for intake in office.takes]:
        raise ValueError(f"{office.matter.noun}: not every kind of its acts is taken in, in the same order")
    return [Handling(act, intake) for act, intake in zip(acts, office.takes, strict=True)]
