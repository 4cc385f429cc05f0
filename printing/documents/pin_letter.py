"""The PIN letter of a new card: for its holder's eyes, printed once and kept nowhere. Neither archived nor sealed."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Self

from printing.documents.blocks import Language

KIND = "pin_letter"


@dataclass(frozen=True)
class PinLetter:
    """`name` and `address` may be empty: then they are written by hand. `pin`: eight digits. `block_code`: XXXX-XXXX.
    `office`: where one goes with the card, as the end of a sentence.

    Raises ValueError for a naive `made_at` or a PIN of another length; nothing of the PIN is in it.
    """

    municipality: str
    name: str = field(repr=False)
    address: tuple[str, ...] = field(repr=False)
    office: str
    card: str
    serial: str
    pin: str = field(repr=False)
    block_code: str = field(repr=False)
    made_at: datetime
    technician: bool = False
    sample: bool = False
    language: Language = "el"

    def __post_init__(self) -> None:
        if self.made_at.tzinfo is None:
            raise ValueError("made_at needs a time zone")
        if len(self.pin) != 8:
            raise ValueError("a transport PIN has eight digits")

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, with the kind of paper under `kind`."""
        return {**asdict(self), "kind": KIND, "made_at": self.made_at.isoformat()}

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> Self:
        """The inverse of `to_dict`. Raises KeyError, TypeError or ValueError for anything else."""
        values = dict(plain)
        if values.pop("kind") != KIND:
            raise ValueError("another kind of paper")
        values["made_at"] = datetime.fromisoformat(values["made_at"])
        values["address"] = tuple(values["address"])
        return cls(**values)
