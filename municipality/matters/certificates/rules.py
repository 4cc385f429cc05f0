"""Rules of certificates: numbers of a booth's own range, verification codes, who may take which. No paper, no store."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from assets import typed
from municipality.matters.certificates.kinds import Kind
from municipality.messages import Dossier

CODE_ALPHABET = typed.CROCKFORD
CODE_LENGTH = 16


class PaperStanding(Enum):
    """What a paper is worth; printed on it (design: OFFICIAL from the national register, INFORMATION a dated copy)."""

    OFFICIAL = "official"
    MUNICIPAL = "municipal"
    INFORMATION = "information"


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


def may_issue(kind: Kind, dossier: Dossier, now: datetime) -> Refusal | None:
    """Never to somebody in another capacity than the kind is for, from a dossier past its date, nor by a clock that
    runs before the dossier was made."""
    if kind.who is not None and kind.who not in dossier.capacities:
        return Refusal.NOT_FOR_YOU
    if now >= dossier.expires_at:
        return Refusal.DOSSIER_TOO_OLD
    if dossier.is_of_the_future(now):
        return Refusal.CLOCK_IN_DOUBT
    return None
