"""A card pulled at any moment of a sign-in ends it in one way only: CardGone."""

from __future__ import annotations

import pytest

from card_reader import (
    SIGN_IN_CONTEXT,
    CardGone,
    Genuine,
    Pin,
    PivCard,
    Verified,
    VirtualCard,
    VirtualReader,
    examine,
    prove_presence,
)


class Pulled(VirtualCard):
    """Leaves its reader at one APDU: before it gets it, or while it works on it."""

    def __init__(self, image, reader, at, during):
        super().__init__(image)
        self.reader, self.at, self.during, self.count = reader, at, during, 0

    def transmit(self, apdu):
        self.count += 1
        if self.count - 1 != self.at:
            return super().transmit(apdu)
        if not self.during:
            self.reader.remove()
        answer = super().transmit(apdu)
        self.reader.remove()
        return answer


def sign_in(image, office, at, during):
    reader = VirtualReader()
    piece = Pulled(image, reader, at, during)
    reader.insert(piece)
    card = PivCard(reader.connect())
    genuine = examine(card, office.anchors, office.now)
    assert isinstance(genuine, Genuine), genuine
    assert card.verify(Pin("271828")) == Verified()
    assert prove_presence(card, genuine, SIGN_IN_CONTEXT)
    return piece.count


@pytest.mark.parametrize("during", [False, True], ids=["before", "during"])
@pytest.mark.parametrize("kind", ["image", "rsa_image"])
def test_pulled_at_every_apdu(office, kind, during):
    image = getattr(office, kind)
    whole = sign_in(image, office, None, during)
    assert whole >= 12
    for at in range(whole):
        with pytest.raises(CardGone):
            sign_in(image, office, at, during)
