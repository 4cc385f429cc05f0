"""Which card lies in the reader, before anything is done to it that cannot be undone.

It must never guess: what cannot be read is a fault, and whoever asked leaves the card alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from card_reader import profile
from card_reader.apdu import CardFault
from card_reader.piv import CERTIFICATE_ERRORS, CHUID_OBJECT, PivCard, Slot

# Certificates of keys that our cards never have (SP 800-73-4 part 1, table 3): signature, and twenty retired ones.
_OTHER_CERTIFICATES = (0x5FC10A, *range(0x5FC10D, 0x5FC121))


@dataclass(frozen=True, slots=True)
class Seen:
    """What a PIV card says of itself without a PIN. `certificates`: by slot. `others`: it holds certificates in places
    that our cards leave empty. `digest`: of all that was read, by which the same card is known again."""

    certificates: Mapping[Slot, x509.Certificate]
    others: bool
    digest: bytes = field(repr=False)

    @property
    def is_empty(self) -> bool:
        """No certificate anywhere."""
        return not self.certificates and not self.others

    def issued_by(self, authorities: Sequence[x509.Certificate]) -> str | None:
        """The card number, if every certificate on it is signed by one of these authorities and names this number."""
        certificates = list(self.certificates.values())
        numbers = {profile.card_number(one) for one in certificates}
        if self.others or len(numbers) != 1 or not all(_signed(one, authorities) for one in certificates):
            return None
        return numbers.pop()


def look_at(card: PivCard) -> Seen | None:
    """None: no PIV card. Raises CardGone, and CardFault where a part of it cannot be read."""
    if not card.select():
        return None
    certificates = {slot: one for slot in Slot if (one := card.certificate(slot)) is not None}
    others = [_unusual(card, tag) for tag in _OTHER_CERTIFICATES]
    whole = [card.object(CHUID_OBJECT), *(card.object(slot.certificate_object) for slot in Slot), *others]
    digest = hashlib.sha256(b"".join(len(one).to_bytes(4, "big") + one for one in whole)).digest()
    return Seen(certificates, any(others), digest)


def _unusual(card: PivCard, tag: int) -> bytes:
    """Not every card knows these places, and one that does not has nothing there."""
    try:
        return card.object(tag)
    except CardFault as fault:
        if fault.status is not None and fault.status >> 8 == 0x6A:  # "wrong parameters", by several names
            return b""
        raise


def _signed(certificate: x509.Certificate, authorities: Sequence[x509.Certificate]) -> bool:
    for authority in authorities:
        try:
            certificate.verify_directly_issued_by(authority)
        except (InvalidSignature, *CERTIFICATE_ERRORS):
            continue
        return True
    return False
