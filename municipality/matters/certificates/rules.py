"""Rules of certificates: numbers of a booth's own range, verification codes, who may take which of whom. No paper, no
store."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final

from assets import typed
from municipality.greek import ATHENS
from municipality.matters.certificates.fields import ordered
from municipality.matters.certificates.kinds import Kind, Whose
from municipality.messages import Dossier
from municipality.residents import FamilyMember

CODE_ALPHABET = typed.CROCKFORD
CODE_LENGTH = 16


@dataclass(frozen=True)
class NumberRange:
    """A booth's own numbers: `prefix/year/000001` upwards, so that two booths off line never give the same one."""

    prefix: str

    def number(self, year: int, serial: int) -> str:
        return f"{self.prefix}/{year}/{serial:06d}"

    def holds(self, number: str) -> bool:
        """Whether `number` is one that this range gives: of `A`, and not `A/B/2026/000001`, which is of `A/B`."""
        return number.startswith(f"{self.prefix}/") and _REST.fullmatch(number, len(self.prefix) + 1) is not None


# Above a million a number grows. Zeros in front of such a one would be a second way to write it.
_REST = re.compile(r"[0-9]{4}/([0-9]{6}|[1-9][0-9]{6,})")


def verification_code(random_bytes: bytes) -> str:
    """Ten random bytes as sixteen Crockford letters in four groups: `7F3K-92QD-LM8X-0A4T`; 80 bits, unguessable."""
    if len(random_bytes) != CODE_LENGTH * 5 // 8:
        raise ValueError("a verification code is made from exactly ten bytes")
    value = int.from_bytes(random_bytes)
    letters = "".join(CODE_ALPHABET[(value >> shift) & 31] for shift in range(5 * (CODE_LENGTH - 1), -1, -5))
    return "-".join(letters[i : i + 4] for i in range(0, CODE_LENGTH, 4))


def read_code(text: str) -> str | None:
    """The code that somebody typed, in its one form; None if it cannot be one."""
    letters = typed.read(text, CODE_ALPHABET)
    if letters is None or len(letters) != CODE_LENGTH:
        return None
    return "-".join(letters[i : i + 4] for i in range(0, CODE_LENGTH, 4))


class Refusal(Enum):
    """Why a booth does not issue now."""

    DOSSIER_TOO_OLD = "dossier_too_old"
    CLOCK_IN_DOUBT = "clock_in_doubt"
    NOT_FOR_YOU = "not_for_you"
    NOT_OF_THEM = "not_of_them"
    FACT_MISSING = "fact_missing"


OWN: Final = None  # of whom a paper speaks where nobody else is named: of the card's holder


def subjects(kind: Kind, dossier: Dossier, now: datetime) -> tuple[FamilyMember, ...]:
    """Of whom the card's holder may have this kind: themselves first, then their children under age, by the share.

    A child is theirs if the register says so by the holder's own number, never because they share a record or a name;
    and under age by whichever is later, the day in Athens or that of the register's extract. Whoever is of age asks
    for themselves. A child of a divorced parent stands in the other's share, and is not in this dossier at all.
    """
    own = (dossier.member,)
    if kind.whose is Whose.OWN:
        return own
    day = max(now.astimezone(ATHENS).date(), dossier.family.as_of)
    return own + tuple(
        member
        for member in ordered(dossier.family)
        if member.entry != dossier.person.entry and dossier.resident in member.parents and member.is_minor(day)
    )


def may_issue(kind: Kind, dossier: Dossier, now: datetime, about: int | None = OWN) -> Refusal | None:
    """Never to somebody in another capacity than the kind is for, of somebody who is not theirs to ask for, from a
    dossier past its date, by a clock that runs before the dossier was made, nor without what it cannot be without.
    `about`: whose, by their entry in the share."""
    if kind.who is not None and kind.who not in dossier.capacities:
        return Refusal.NOT_FOR_YOU
    if now >= dossier.expires_at:
        return Refusal.DOSSIER_TOO_OLD
    if dossier.is_of_the_future(now):
        return Refusal.CLOCK_IN_DOUBT
    member = subject(kind, dossier, now, about)
    if member is None:
        return Refusal.NOT_OF_THEM
    return Refusal.FACT_MISSING if kind.missing(dossier, member) else None


def subject(kind: Kind, dossier: Dossier, now: datetime, about: int | None = OWN) -> FamilyMember | None:
    """Whom the paper would speak of; None for somebody whose paper is not the card's holder's to ask for."""
    wanted = dossier.person.entry if about is OWN else about
    return next((one for one in subjects(kind, dossier, now) if one.entry == wanted), None)
