"""Whoever acts: their card, in the reader and unlocked. The one way in which a card proves an act.

Must never outlive the visit, nor sign what names no act.
"""

import base64
from dataclasses import dataclass
from datetime import datetime

from card_reader import Genuine, PivCard, Slot
from municipality.proof import ACT_CONTEXT, CardProof, Statement


@dataclass(frozen=True, repr=False)
class Hand:
    """`person`: their number on the roll, "" for a technician. `pin_at`: when the PIN was last typed."""

    card: PivCard
    genuine: Genuine
    person: str
    pin_at: datetime

    @property
    def number(self) -> str:
        return self.genuine.number

    def prove(self, statement: Statement) -> CardProof:
        """The card's word. Raises CardGone, CardFault."""
        signature = self.card.sign(Slot.AUTHENTICATION, ACT_CONTEXT, statement.signed())
        return CardProof(
            card=self.number,
            certificate=f"{self.genuine.certificate.serial_number:x}",
            person=self.person,
            signature=base64.b64encode(signature).decode(),
        )
