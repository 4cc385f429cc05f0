"""A certificate: everything that is printed, as plain values, set out in blocks. A kind of certificate is data.

It decides nothing: who may have the paper, its words, its number and its standing come from outside.
Its repr never shows a person.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, Self

from printing.documents.blocks import Block, Said, block_of, plain

KIND = "certificate"


class Standing(StrEnum):
    """What the paper is worth, printed on the page: a word, and a sentence for whoever is handed it."""

    OFFICIAL = "OFFICIAL"
    MUNICIPAL = "MUNICIPAL"
    INFORMATION = "INFORMATION"

    @property
    def heading(self) -> Said:
        return _HEADINGS[self]

    @property
    def sentence(self) -> Said:
        return _SENTENCES[self]


_HEADINGS = {
    Standing.OFFICIAL: Said("ΕΠΙΣΗΜΟ", "OFFICIAL"),
    Standing.MUNICIPAL: Said("ΔΗΜΟΤΙΚΟ", "MUNICIPAL"),
    Standing.INFORMATION: Said("ΠΛΗΡΟΦΟΡΙΑΚΟ", "FOR INFORMATION"),
}
_SENTENCES = {
    Standing.OFFICIAL: Said(
        "Τα στοιχεία αντλήθηκαν ηλεκτρονικά από το Μητρώο Πολιτών την ώρα της έκδοσης.",
        "The data were drawn electronically from the national Citizens' Register at the moment of issue.",
    ),
    Standing.MUNICIPAL: Said(
        "Τα στοιχεία προέρχονται από το αρχείο του Δήμου και φέρουν τη σφραγίδα του.",
        "The data come from the municipality's own records and bear its seal.",
    ),
    Standing.INFORMATION: Said(
        "Δείχνει όσα έγραφε ο φάκελος του πολίτη στην ημερομηνία των στοιχείων. "
        "Δεν αντικαθιστά πιστοποιητικό του Μητρώου Πολιτών.",
        "It shows what the citizen's file said on the date of the data. It does not replace a certificate of the "
        "Citizens' Register.",
    ),
}


@dataclass(frozen=True)
class Office:
    """Who answers for the paper. What is "" is not known and is left out: nothing is made up for a page."""

    unit: str = ""
    address: str = ""
    telephone: str = ""


@dataclass(frozen=True, repr=False)
class Certificate:
    """One certificate. `title` as in running text; the page sets it in capitals.

    `crest`: the municipality's drawing, SVG as `municipality.town.crest` cleans it; "" for none. `protocol`: the
    office's own protocol number. `terms`: what holds of the paper as a whole (purpose, validity, age of the data, legal
    basis), as labels and values. `signatory`: in whose authority it is given, a line each. What is empty is left out.

    Raises ValueError for no blocks, or a naive `issued_at`.
    """

    title: Said
    municipality: str
    booth: str
    number: str
    code: str
    verification_url: str
    issued_at: datetime
    standing: Standing
    blocks: tuple[Block, ...]
    sample: bool
    office: Office = Office()
    crest: str = ""
    protocol: str = ""
    terms: tuple[tuple[Said, str], ...] = ()
    signatory: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.blocks:
            raise ValueError("a certificate says something")
        if self.issued_at.tzinfo is None:
            raise ValueError("issued_at needs a time zone")

    def __repr__(self) -> str:
        return f"Certificate(number={self.number!r})"

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, with the kind of paper under `kind`."""
        return {
            **asdict(self),
            "kind": KIND,
            "issued_at": self.issued_at.isoformat(),
            "standing": self.standing.value,
            "blocks": [plain(block) for block in self.blocks],
        }

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> Self:
        """The inverse of `to_dict`. Raises KeyError, TypeError or ValueError for anything else."""
        values = dict(plain)
        if values.pop("kind") != KIND:
            raise ValueError("another kind of paper")
        values["title"] = Said(**values["title"])
        values["issued_at"] = datetime.fromisoformat(values["issued_at"])
        values["standing"] = Standing(values["standing"])
        values["blocks"] = tuple(map(block_of, values["blocks"]))
        values["office"] = Office(**values["office"])
        values["terms"] = tuple((Said(**label), str(value)) for label, value in values["terms"])
        values["signatory"] = tuple(map(str, values["signatory"]))
        return cls(**values)


@dataclass(frozen=True)
class Stamp:
    """A QR code that an office reads off line: its letters, and how much of it may be lost."""

    letters: str
    error: Literal["l", "m", "q", "h"] = "m"


# From a certificate and the number of its pages to the stamp of each, from the first on. None: no stamp on that page.
Stamper = Callable[[Certificate, int], Sequence[Stamp | None]]
