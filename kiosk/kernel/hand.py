"""A card in the reader and unlocked: the one way in which it proves an act, and opens what was sealed to it.

Must never outlive the visit, sign what names no act, or hold what was opened.
"""

import base64
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import rsa

from card_reader import Genuine, PivCard, Slot
from municipality.proof import ACT_CONTEXT, CardProof, Statement
from sync import Agreeing, Opener, Unwrapping


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


def opener_of(card: PivCard, genuine: Genuine) -> Opener:
    """The key management key of a card, as its certificate, which was examined, says: RSA-2048, or else P-256.

    Opening may raise CardGone and CardFault.
    """
    if isinstance(genuine.key_management_key, rsa.RSAPublicKey):
        return Unwrapping(card.unwrap_rsa)
    return Agreeing(card.agree)
