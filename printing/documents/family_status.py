"""The certificate of family status: everything that is printed, as plain values.

It decides nothing: who may have the paper, its number and its standing come from outside.
Its repr never shows a person.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self

KIND = "family_status"


class Standing(StrEnum):
    """What the paper is worth, printed on the page."""

    OFFICIAL = "OFFICIAL"
    MUNICIPAL = "MUNICIPAL"
    INFORMATION = "INFORMATION"

    @property
    def heading(self) -> str:
        return _HEADINGS[self]

    @property
    def sentence(self) -> str:
        return _SENTENCES[self]


_HEADINGS = {
    Standing.OFFICIAL: "Επίσημο πιστοποιητικό",
    Standing.MUNICIPAL: "Πιστοποιητικό του Δήμου",
    Standing.INFORMATION: "Ενημερωτικό αντίγραφο",
}
_SENTENCES = {
    Standing.OFFICIAL: "Τα στοιχεία αντλήθηκαν ηλεκτρονικά από το Μητρώο Πολιτών την ώρα της έκδοσης.",
    Standing.MUNICIPAL: "Τα στοιχεία προέρχονται από το αρχείο του Δήμου και φέρουν τη σφραγίδα του.",
    Standing.INFORMATION: "Δείχνει όσα έγραφε ο φάκελος του πολίτη στην ημερομηνία των στοιχείων. "
    "Δεν αντικαθιστά πιστοποιητικό του Μητρώου Πολιτών.",
}


@dataclass(frozen=True, repr=False)
class Member:
    """One row of the family record, in the words of the record (gendered surnames stay as they are)."""

    relation: str
    surname: str
    given: str
    father: str
    mother: str
    birth_date: date
    birth_place: str
    roll_number: str = ""

    def __repr__(self) -> str:
        return "Member(…)"


@dataclass(frozen=True, repr=False)
class FamilyStatus:
    """One certificate. `applicant` is the place in `members` of the person who asked (from 0).

    Raises ValueError for no members, an applicant outside them, or a naive `issued_at`.
    """

    municipality: str
    unit: str
    booth: str
    number: str
    code: str
    verification_url: str
    issued_at: datetime
    standing: Standing
    as_of: date
    family_share: str
    members: tuple[Member, ...]
    applicant: int
    sample: bool
    title: str = "Πιστοποιητικό οικογενειακής κατάστασης"

    def __post_init__(self) -> None:
        if not self.members:
            raise ValueError("a family record has at least one member")
        if not 0 <= self.applicant < len(self.members):
            raise ValueError("the applicant is not one of the members")
        if self.issued_at.tzinfo is None:
            raise ValueError("issued_at needs a time zone")

    def __repr__(self) -> str:
        return f"FamilyStatus(number={self.number!r}, members={len(self.members)})"

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, with the kind of paper under `kind`."""
        plain = asdict(self)
        plain["kind"] = KIND
        plain["issued_at"] = self.issued_at.isoformat()
        plain["as_of"] = self.as_of.isoformat()
        plain["standing"] = self.standing.value
        plain["members"] = [{**asdict(m), "birth_date": m.birth_date.isoformat()} for m in self.members]
        return plain

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> Self:
        """The inverse of `to_dict`. Raises KeyError, TypeError or ValueError for anything else."""
        values = dict(plain)
        if values.pop("kind") != KIND:
            raise ValueError("another kind of paper")
        values["issued_at"] = datetime.fromisoformat(values["issued_at"])
        values["as_of"] = date.fromisoformat(values["as_of"])
        values["standing"] = Standing(values["standing"])
        values["members"] = tuple(
            Member(**{**row, "birth_date": date.fromisoformat(row["birth_date"])}) for row in values["members"]
        )
        return cls(**values)


def render(document: FamilyStatus) -> bytes:
    """The drawn page(s): an ordinary PDF, not yet an archive file and not sealed."""
    from printing.documents import family_status_page

    return family_status_page.draw(document)
