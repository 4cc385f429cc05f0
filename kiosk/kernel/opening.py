"""What is sealed to a card is opened by that card: which of its private operations is asked for.

Must never hold what was opened.
"""

from cryptography.hazmat.primitives.asymmetric import rsa

from card_reader import Genuine, PivCard
from sync import Agreeing, Opener, Unwrapping


def opener_of(card: PivCard, genuine: Genuine) -> Opener:
    """The key management key of a card, as its certificate, which was examined, says: RSA-2048, or else P-256.

    Opening may raise CardGone and CardFault.
    """
    if isinstance(genuine.key_management_key, rsa.RSAPublicKey):
        return Unwrapping(card.unwrap_rsa)
    return Agreeing(card.agree)
