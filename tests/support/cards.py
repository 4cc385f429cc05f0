"""Cards and lines for the tests of cards: blank ones, lines that count or are pulled at one APDU, and whole acts.

line = PulledAt(reader.connect(), 7, reader.remove)     # the card goes just before the eighth APDU
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from card_reader import (
    SIGN_IN_CONTEXT,
    Algorithm,
    Anchors,
    Authority,
    CardImage,
    CardMade,
    CardOrder,
    Genuine,
    ManagementAlgorithm,
    ManagementKey,
    Pin,
    PinChanged,
    PivCard,
    Slot,
    Verified,
    VirtualCard,
    certify,
    examine,
    personalise_card,
    prove_presence,
    signature_holds,
    tlv,
)
from card_reader.image import PrivateKey

PIN, PUK = "271828", "31415926"
TRANSPORT_PIN, OFFICE_PUK, OTHER_PIN = "83726154", "40516273", "924681"
OFFICE_KEY = ManagementKey(bytes(range(50, 82)), ManagementAlgorithm.AES_256)


@dataclass(frozen=True)
class Office:
    """A municipality's authorities, and cards by them."""

    now: datetime
    root: Authority
    authority: Authority
    anchors: Anchors
    image: CardImage
    rsa_image: CardImage

    def card(self) -> VirtualCard:
        return VirtualCard(self.image)


@dataclass
class Counted:
    """A line that keeps the instruction of every APDU, and nothing that a PIN could be in."""

    connection: object
    said: list[int] = field(default_factory=list)

    def transmit(self, apdu: bytes | bytearray) -> bytes:
        self.said.append(apdu[1])
        return self.connection.transmit(apdu)

    def close(self) -> None:
        self.connection.close()


class PulledAt(Counted):
    """A line whose card is pulled just before the APDU with number `at`, or while the card works on it."""

    def __init__(self, connection: object, at: int, pull: Callable[[], None], *, during: bool = False) -> None:
        super().__init__(connection)
        self.at, self.pull, self.during = at, pull, during

    def transmit(self, apdu: bytes | bytearray) -> bytes:
        now = len(self.said) == self.at
        if now and not self.during:
            self.pull()
        answer = super().transmit(apdu)
        if now:
            self.pull()
            return super().transmit(apdu)  # the answer never arrived: the dead line says so
        return answer


FAULTY_WORDS = [
    0x6F00, 0x6581, 0x6982, 0x6A82, 0x6D00, 0x6E00, 0x6700, 0x6400, 0x6985, 0x6A80, 0x6A86, 0x6A88, 0x6A81, 0x6100,
    0x6110, 0x6C00, 0x6C10, 0x6281, 0x6300, 0x0000, 0xFFFF, 0x9100,
]  # fmt: skip
VERIFY, TRIES_LEFT = bytes.fromhex("0020008008"), bytes.fromhex("00200080")


class Ill:
    """A line on which commands that begin so are answered otherwise, once or each time. `verified`: PINs sent."""

    def __init__(self, connection: object, begins: bytes, answer: bytes, *, once: bool) -> None:
        self.connection, self.begins, self.answer, self.once = connection, begins, answer, once
        self.struck = self.verified = 0

    def transmit(self, apdu: bytes | bytearray) -> bytes:
        head = bytes(apdu[:13])
        with_pin = head.startswith(VERIFY)
        self.verified += with_pin
        its = head.startswith(self.begins) and not (with_pin and self.begins == TRIES_LEFT)
        if its and not (self.once and self.struck):
            self.struck += 1
            return self.answer
        return self.connection.transmit(apdu)

    def close(self) -> None:
        self.connection.close()


class Batch(VirtualCard):
    """A blank card of a bad batch: the keys that it «makes» are given. `spelling`: of a point, as the card tells it."""

    def __init__(self, keys: Mapping[Slot, PrivateKey], *, compressed: bool = False) -> None:
        super().__init__(CardImage.blank())
        self.given, self.compressed = keys, compressed

    def _generate(self, apdu: object) -> bytes:
        slot, _, _ = self._office.generate(apdu.p2, apdu.data)  # asks for the management key, as any card does
        key = self.given.get(slot)
        if key is None:
            key = ec.generate_private_key(ec.SECP256R1())
        self._image = replace(self._image, keys={**self._image.keys, slot: key})
        public = key.public_key()
        if isinstance(public, rsa.RSAPublicKey):
            numbers = public.public_numbers()
            parts = tlv.encode(0x81, numbers.n.to_bytes(256, "big")) + tlv.encode(0x82, numbers.e.to_bytes(3, "big"))
            return tlv.encode(0x7F49, parts)
        form = PublicFormat.CompressedPoint if self.compressed else PublicFormat.UncompressedPoint
        return tlv.encode(0x7F49, tlv.encode(0x86, public.public_bytes(Encoding.X962, form)))


P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def negated(key: ec.EllipticCurvePrivateKey) -> ec.EllipticCurvePrivateKey:
    """The key of the other point with this x: another spelling of the same shared secrets."""
    return ec.derive_private_key(P256_ORDER - key.private_numbers().private_value, ec.SECP256R1())


def blank(**kinds: object) -> CardImage:
    return CardImage.blank(**kinds)


def order(office, *, number: str = "KD-000900", rsa_keys: bool = False, **more: object) -> CardOrder:
    """What the card office of `office` (a test's authorities) would order."""

    def issue(key: object, slot: Slot) -> object:
        return certify(office.authority, number, slot, key, office.now, office.now + timedelta(days=900))

    more.setdefault("new_management", OFFICE_KEY)
    return CardOrder(issue, Pin(TRANSPORT_PIN), Pin(OFFICE_PUK), rsa_keys=rsa_keys, **more)


# The acts of a card, each on a fresh line. They raise CardGone when it is pulled, and say what they reached.


def sign_in(card: PivCard, office, pin: str) -> Genuine:
    genuine = examine(card, office.anchors, office.now)
    assert isinstance(genuine, Genuine), genuine
    assert card.verify(Pin(pin)) == Verified()
    assert prove_presence(card, genuine, SIGN_IN_CONTEXT, "booth 1", "visit 1")
    return genuine


def open_dossier(card: PivCard, office, pin: str) -> None:
    """The card's part in opening what was sealed to it: ECDH or RSA."""
    key = sign_in(card, office, pin).key_management_key
    if isinstance(key, rsa.RSAPublicKey):
        secret = secrets.token_bytes(32)
        assert card.unwrap_rsa(key.encrypt(secret, padding.PKCS1v15())).endswith(secret)
    else:
        other = ec.generate_private_key(ec.SECP256R1())
        assert card.agree(other.public_key()) == other.exchange(ec.ECDH(), key)


def sign(card: PivCard, office, pin: str) -> None:
    genuine = sign_in(card, office, pin)
    signature = card.sign(Slot.AUTHENTICATION, b"a statement\x00", b"words")
    assert signature_holds(genuine.authentication_key, signature, b"a statement\x00", b"words")


def change_pin(card: PivCard, office, pin: str) -> None:
    assert isinstance(examine(card, office.anchors, office.now), Genuine)
    assert card.change_pin(Pin(pin), Pin(OTHER_PIN)) == PinChanged()


def whole_visit(card: PivCard, office, pin: str) -> None:
    """Sign-in, dossier, signature, PIN change: every APDU of a visit, once."""
    open_dossier(card, office, pin)
    assert card.sign(Slot.AUTHENTICATION, b"a statement\x00", b"words")
    assert card.change_pin(Pin(pin), Pin(OTHER_PIN)) == PinChanged()


ACTS = {"sign-in": sign_in, "dossier": open_dossier, "signature": sign, "PIN change": change_pin}


def make_card(line: object, office, **kind: object) -> CardMade:
    made = personalise_card(line, order(office, **kind))
    assert isinstance(made, CardMade), made
    return made


def algorithm_of(office, slot: Slot) -> Algorithm:
    return Algorithm.of(office.image.keys[slot])
