"""The card application: PIV, NIST SP 800-73-4 part 2. It speaks; it does not judge (trust.py does).

It must never retry a PIN by itself, keep a PIN, or send more than short APDUs.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias, TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.utils import CryptographyDeprecationWarning

from card_reader import tlv
from card_reader.apdu import CardFault, Command, Response, Sw, exchange, read_answer
from card_reader.faults import Asked, not_there
from card_reader.pin import LONGEST, Pin
from card_reader.states import Connection

AID = bytes.fromhex("A00000030800001000")
CHUID_OBJECT = 0x5FC102
LONGEST_CERTIFICATE = 8 * 1024  # unpacked; ours have 600 to 1200 bytes
PIN_REFERENCE, PUK_REFERENCE = 0x80, 0x81
# What `cryptography` may raise on a certificate that is well-formed DER and still nonsense (warnings may raise, too).
CERTIFICATE_ERRORS = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    CryptographyDeprecationWarning,
)

T = TypeVar("T")
CardKey: TypeAlias = ec.EllipticCurvePublicKey | rsa.RSAPublicKey


class Slot(Enum):
    """Key references (SP 800-73-4 part 1, table 4b)."""

    AUTHENTICATION = 0x9A
    CARD_AUTHENTICATION = 0x9E
    KEY_MANAGEMENT = 0x9D

    @property
    def certificate_object(self) -> int:
        """The tag of the data object that holds this slot's certificate."""
        return _CERTIFICATE_OBJECTS[self]


_CERTIFICATE_OBJECTS = {
    Slot.AUTHENTICATION: 0x5FC105,
    Slot.CARD_AUTHENTICATION: 0x5FC101,
    Slot.KEY_MANAGEMENT: 0x5FC10B,
}


class Algorithm(Enum):
    """Algorithm references (SP 800-78-4, table 6-2)."""

    RSA_2048 = 0x07
    P_256 = 0x11

    @classmethod
    def of(cls, key: object) -> Algorithm | None:
        """The algorithm that serves a key (public or private); None for a key that our cards never hold."""
        match key:
            case ec.EllipticCurvePublicKey() | ec.EllipticCurvePrivateKey():
                return cls.P_256 if isinstance(key.curve, ec.SECP256R1) else None
            case rsa.RSAPublicKey() | rsa.RSAPrivateKey():
                return cls.RSA_2048 if key.key_size == 2048 else None
            case _:
                return None


@dataclass(frozen=True, slots=True)
class Verified:
    """The card took the PIN."""


@dataclass(frozen=True, slots=True)
class WrongPin:
    """The card refused the PIN (or the PUK); `left` tries remain, at least 1."""

    left: int


@dataclass(frozen=True, slots=True)
class PinBlocked:
    """No tries remain. Never offer another."""


@dataclass(frozen=True, slots=True)
class PinChanged:
    """The new PIN is set."""


@dataclass(frozen=True, slots=True)
class PinRefused:
    """The old PIN may be right, but the card does not accept the new one."""


VerifyOutcome: TypeAlias = Verified | WrongPin | PinBlocked
ChangeOutcome: TypeAlias = PinChanged | WrongPin | PinBlocked | PinRefused


class PivCard:
    """The PIV application of the card behind one connection.

    Every method may raise CardGone (pulled) and CardFault (an answer that no PIV card gives). What spends nothing is
    asked once more before a fault is raised; what carries a PIN never is.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._keys: dict[Slot, CardKey] = {}

    def select(self) -> bool:
        """Whether this is a PIV card; from then on it is being spoken to as one."""
        return _again(self._selected) or _again(self._selected)  # a no is asked for twice, too

    def _selected(self) -> bool:
        answer = self._send(Command(0xA4, 0x04, 0x00, AID, 256))
        if not answer.ok and not not_there(Asked.APPLICATION, answer.status):
            raise CardFault("SELECT", answer.status)
        return answer.ok

    def certificate(self, slot: Slot) -> x509.Certificate | None:
        """A slot's certificate, unpacked if it was gzipped; None if the card has none. Its key may be of a kind that
        nobody here can read."""
        return _again(lambda: self._certificate(slot)) or _again(lambda: self._certificate(slot))

    def _certificate(self, slot: Slot) -> x509.Certificate | None:
        content = self._object(slot.certificate_object)
        if not content:
            return None
        try:
            parts = tlv.fields(content)
            packed = bool(parts.get(0x71, b"\x00")[:1] not in (b"", b"\x00"))
            certificate = x509.load_der_x509_certificate(_unpack(parts[0x70]) if packed else parts[0x70])
            if certificate.serial_number <= 0:
                raise ValueError("RFC 5280, 4.1.2.2")
            key = _public_key(certificate)
        except (*CERTIFICATE_ERRORS, KeyError, zlib.error) as error:
            raise CardFault("certificate object is damaged") from error
        if isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
            self._keys[slot] = key
        return certificate

    def chuid(self) -> bytes | None:
        """The content of the card holder unique identifier (a random number here, no person); None if absent."""
        return self.object(CHUID_OBJECT) or None

    def object(self, tag: int) -> bytes:
        """The content of a data object, b"" if the card has none."""
        return _again(lambda: self._object(tag)) or _again(lambda: self._object(tag))

    def tries_left(self) -> int:
        """PIN tries left, 0 for blocked. Logs out first if another program left the PIN verified."""
        return _again(self._tries_left)

    def _tries_left(self) -> int:
        answer = self._send(Command(0x20, 0x00, PIN_REFERENCE))
        if answer.ok and self.log_out():
            answer = self._send(Command(0x20, 0x00, PIN_REFERENCE))
        if answer.tries_left is None:
            raise CardFault("PIN counter", answer.status)
        return answer.tries_left

    def verify(self, pin: Pin) -> VerifyOutcome:
        """Present the PIN, once."""
        answer = self._present(0x20, PIN_REFERENCE, pin)
        return Verified() if answer.ok else _refusal(answer, "VERIFY")

    def change_pin(self, old: Pin, new: Pin) -> ChangeOutcome:
        """Set a new PIN by the old one."""
        return self._change(0x24, PIN_REFERENCE, old, new)

    def change_puk(self, old: Pin, new: Pin) -> ChangeOutcome:
        """Set a new PUK by the old one; WrongPin and PinBlocked then speak of the PUK."""
        return self._change(0x24, PUK_REFERENCE, old, new)

    def unblock(self, puk: Pin, new: Pin) -> ChangeOutcome:
        """Set a new PIN, and its tries to full, by the PUK; WrongPin and PinBlocked then speak of the PUK."""
        return self._change(0x2C, PIN_REFERENCE, puk, new)

    def log_out(self) -> bool:
        """Forget that the PIN was verified. False from an older card that cannot; a reset always does it."""
        return self._send(Command(0x20, 0xFF, PIN_REFERENCE)).ok

    def sign(self, slot: Slot, context: bytes, message: bytes) -> bytes:
        """Sign SHA-256(context + message): DER ECDSA by P-256, PKCS#1 v1.5 by RSA-2048.

        Raises ValueError without a context: a bare signature could be shown as any other.
        """
        if not context:
            raise ValueError("what is signed needs a context")
        digest = hashlib.sha256(context + message).digest()
        algorithm = self._algorithm(slot)
        challenge = digest if algorithm is Algorithm.P_256 else _pkcs1_block(digest)
        return self._authenticate(slot, algorithm, 0x81, challenge)

    def agree(self, point: ec.EllipticCurvePublicKey) -> bytes:
        """ECDH by the key management key: Z, the 32-byte x-coordinate, not yet a key. Raises ValueError if the curve
        or the card's key is not P-256.
        """
        if Algorithm.of(point) is not Algorithm.P_256 or self._algorithm(Slot.KEY_MANAGEMENT) is not Algorithm.P_256:
            raise ValueError("key agreement needs P-256 on both sides")
        raw = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        shared = self._authenticate(Slot.KEY_MANAGEMENT, Algorithm.P_256, 0x85, raw)
        if len(shared) != 32:
            raise CardFault("shared secret of a wrong length")
        return shared

    def unwrap_rsa(self, ek: bytes) -> bytes:
        """The bare RSA operation of the key management key on 256 bytes; 256 bytes, padding still on.

        Raises ValueError for another length, or if the card's key is not RSA-2048.
        """
        if len(ek) != 256 or self._algorithm(Slot.KEY_MANAGEMENT) is not Algorithm.RSA_2048:
            raise ValueError("unwrapping needs RSA-2048 and 256 bytes")
        return self._authenticate(Slot.KEY_MANAGEMENT, Algorithm.RSA_2048, 0x81, ek)

    def _object(self, tag: int) -> bytes:
        answer = self._send(Command(0xCB, 0x3F, 0xFF, tlv.encode(0x5C, tag.to_bytes(3, "big")), 256))
        if not_there(Asked.OBJECT, answer.status):
            return b""
        if not answer.ok:
            raise CardFault("GET DATA", answer.status)
        try:
            return tlv.only(answer.data, 0x53)
        except tlv.BadTlv as error:
            raise CardFault("data object is damaged") from error

    def _algorithm(self, slot: Slot) -> Algorithm:
        if slot not in self._keys:
            self.certificate(slot)
        algorithm = Algorithm.of(self._keys.get(slot))
        if algorithm is None:
            raise CardFault(f"no usable key in {slot.name}")
        return algorithm

    def _authenticate(self, slot: Slot, algorithm: Algorithm, kind: int, content: bytes) -> bytes:
        template = tlv.encode(0x7C, tlv.encode(0x82, b"") + tlv.encode(kind, content))
        return _again(lambda: self._answered(Command(0x87, algorithm.value, slot.value, template, 256)))

    def _answered(self, command: Command) -> bytes:
        answer = self._send(command)
        if not answer.ok:
            raise CardFault("GENERAL AUTHENTICATE", answer.status)
        try:
            return tlv.only(tlv.only(answer.data, 0x7C), 0x82)
        except tlv.BadTlv as error:
            raise CardFault("answer template is damaged") from error

    def _present(self, ins: int, reference: int, *pins: Pin) -> Response:
        """A command that carries PINs: one buffer, wiped whatever happens."""
        apdu = bytearray(5 + LONGEST * len(pins))
        apdu[:5] = (0x00, ins, 0x00, reference, LONGEST * len(pins))
        try:
            for place, pin in enumerate(pins):
                pin.pour(apdu, 5 + LONGEST * place)
            return read_answer(self._connection.transmit(apdu))
        finally:
            data = memoryview(apdu)[5:]
            data[:] = bytes(len(data))

    def _change(self, ins: int, reference: int, old: Pin, new: Pin) -> ChangeOutcome:
        answer = self._present(ins, reference, old, new)
        if answer.ok:
            return PinChanged()
        return PinRefused() if answer.status == Sw.WRONG_DATA else _refusal(answer, "PIN change")

    def _send(self, command: Command) -> Response:
        return exchange(self._connection, command)


def _again(ask: Callable[[], T]) -> T:
    """One technical fault is nothing: the question is put once more. Never for a command that carries a PIN."""
    try:
        return ask()
    except CardFault as fault:
        if fault.lasting:
            raise
        return ask()


def _public_key(certificate: x509.Certificate) -> object:
    """None for a key of a kind that this library does not know: whose card it is then, trust.py says."""
    try:
        return certificate.public_key()
    except UnsupportedAlgorithm:
        return None


def _refusal(answer: Response, doing: str) -> WrongPin | PinBlocked:
    left = answer.tries_left
    if left is None:
        raise CardFault(doing, answer.status)
    return WrongPin(left) if left else PinBlocked()


def certificate_object(der: bytes, info: int = 0) -> bytes:
    """The content of a certificate's data object; `info` 1 says that `der` is gzipped."""
    return tlv.encode(0x70, der) + tlv.encode(0x71, bytes([info])) + tlv.encode(0xFE, b"")


def _unpack(packed: bytes) -> bytes:
    """Gunzip with a ceiling: a few hundred bytes from a card can grow to megabytes."""
    stream = zlib.decompressobj(wbits=31)
    unpacked = stream.decompress(packed, LONGEST_CERTIFICATE)
    if not stream.eof or stream.unused_data:
        raise ValueError("packed certificate is cut short, too long, or followed by something")
    return unpacked


_SHA256_PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")  # RFC 8017, 9.2, note 1


def _pkcs1_block(digest: bytes) -> bytes:
    """EMSA-PKCS1-v1_5 for 2048 bits: the card does the bare RSA operation, so the padding is ours to do."""
    info = _SHA256_PREFIX + digest
    return b"\x00\x01" + b"\xff" * (256 - 3 - len(info)) + b"\x00" + info
