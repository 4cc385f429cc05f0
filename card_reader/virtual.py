"""A PIV card in memory: an APDU machine that behaves as a real one, for the demo and for tests.

It must never be kinder than a real card: no PIN, no key; no SELECT, no answer; a reset forgets the PIN.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import Encoding

from card_reader import tlv
from card_reader.apdu import Sw
from card_reader.image import FACTORY_PIN, FACTORY_PUK, FULL_TRIES, CardImage, PrivateKey
from card_reader.management import MANAGEMENT_REFERENCE
from card_reader.pin import Pin
from card_reader.piv import AID, CHUID_OBJECT, PIN_REFERENCE, PUK_REFERENCE, Algorithm, Slot
from card_reader.piv import certificate_object as certificate_object
from card_reader.virtual_office import CommandRefused, VirtualOffice

ATR = bytes.fromhex("3B86014B442D504956EA")  # T=1 only, historical bytes "KD-PIV"
_LONGEST_CHAIN = 4096
_FULL_AID = AID + bytes.fromhex("0100")
_TEMPLATE = tlv.encode(
    0x61,
    tlv.encode(0x4F, _FULL_AID[5:]) + tlv.encode(0x79, tlv.encode(0x4F, AID[:5])),
)
_CAPABILITIES = b"".join(  # SP 800-73-4 part 1, table 8: present and empty, because foreign programs ask for it
    tlv.encode(tag, value)
    for tag, value in [
        (0xF0, bytes.fromhex("A000000116FF02") + bytes(14)),
        (0xF1, b"\x21"),
        (0xF2, b"\x21"),
        (0xF3, b""),
        (0xF4, b"\x00"),
        (0xF5, b"\x10"),
        *((tag, b"") for tag in (0xF6, 0xF7, 0xFA, 0xFB, 0xFC, 0xFD, 0xFE)),
    ]
)


@dataclass(frozen=True, slots=True)
class _Apdu:
    ins: int
    p1: int
    p2: int
    data: bytes
    le: int | None


@dataclass(slots=True)
class _Secret:
    """A PIN or PUK with its counter."""

    value: Pin
    tries: int
    full: int = FULL_TRIES

    def present(self, padded: bytes) -> None:
        """Compare, counting. Raises CommandRefused."""
        if self.tries == 0:
            raise CommandRefused(Sw.BLOCKED)
        if _unpad(padded) != self.value:
            self.tries -= 1
            raise CommandRefused(0x63C0 | self.tries)
        self.tries = self.full

    def set(self, value: Pin) -> None:
        self.value, self.tries = value, self.full


class VirtualCard:
    """One card. The counters and a changed PIN survive removal; what a power cut forgets, it forgets.

    `objects` is what GET DATA reads, by tag (the content of the 53 object); tests of hostile cards write to it.
    Safe to call from several threads. `VirtualCard(CardImage.blank())` is a card as it leaves the factory. `plain`:
    only what the standard asks for, not the commands that YubiKeys have besides. `mutual` False: a card whose
    management key is proved by one side only.
    """

    is_piv = True

    def __init__(self, image: CardImage, atr: bytes = b"", *, plain: bool = False, mutual: bool = True) -> None:
        self.atr = atr or ATR
        self.objects: dict[int, bytes] = {
            0x5FC107: _CAPABILITIES,
            **({CHUID_OBJECT: image.chuid} if image.chuid else {}),
            **{slot.certificate_object: certificate_object(_der(image, slot)) for slot in image.certs},
        }
        self._office = VirtualOffice(image.management, mutual=mutual)
        self._image = image
        self._pin = _Secret(image.pin, image.tries)
        self._puk = _Secret(image.puk, image.puk_tries)
        self._lock = threading.RLock()
        self._handlers: dict[int, Callable[[_Apdu], bytes]] = {
            0xA4: self._select,
            0xCB: self._get_data,
            0x20: self._verify,
            0x24: self._change_reference,
            0x2C: self._reset_retry_counter,
            0x87: self._general_authenticate,
            0x47: self._generate,
            0xDB: self._put_data,
        }
        if not plain:
            self._handlers |= {0xFA: self._set_tries, 0xFB: self._wipe, 0xFD: self._version, 0xFF: self._set_management}
        self._forget()

    def image(self) -> CardImage:
        """The card as it stands now: PIN and counters may have changed."""
        with self._lock:
            return replace(
                self._image,
                certs=self._certificates(),
                chuid=self.objects.get(CHUID_OBJECT, b""),
                management=self._office.key,
                pin=self._pin.value,
                puk=self._puk.value,
                tries=self._pin.tries,
                puk_tries=self._puk.tries,
            )

    def _certificates(self) -> dict[Slot, x509.Certificate]:
        found = {}
        for slot in Slot:
            with suppress(ValueError, KeyError):  # a test may have put nonsense there
                content = tlv.fields(self.objects[slot.certificate_object])
                found[slot] = x509.load_der_x509_certificate(content[0x70])
        return found

    def power_on(self) -> None:
        """Begin with nothing selected and nothing verified."""
        with self._lock:
            self._forget()

    power_off = reset = power_on

    def transmit(self, apdu: bytes | bytearray) -> bytes:
        """One short command APDU in, data and status word out; any bytes at all get an answer."""
        with self._lock:
            try:
                return self._step(apdu)
            except CommandRefused as refused:
                return refused.status.to_bytes(2, "big")

    def _forget(self) -> None:
        self._selected = False
        self._verified = False
        self._chain: tuple[bytes, bytes] | None = None
        self._pending = b""
        self._office.forget()

    def _step(self, raw: bytes | bytearray) -> bytes:
        cla, apdu = _parse(raw)
        if cla & ~0x10:
            raise CommandRefused(0x6E00)
        header = bytes([apdu.ins, apdu.p1, apdu.p2])
        begun = self._chain[1] if self._chain and self._chain[0] == header else b""
        self._chain = None
        data = begun + apdu.data
        if len(data) > _LONGEST_CHAIN:
            raise CommandRefused(Sw.WRONG_LENGTH)
        if cla & 0x10:
            self._chain = (header, data)
            return b"\x90\x00"
        if apdu.ins == 0xC0:
            return self._get_response(apdu)
        self._pending = b""
        handler = self._handlers.get(apdu.ins)
        if handler is None or not (self._selected or apdu.ins == 0xA4):
            raise CommandRefused(Sw.INS_NOT_SUPPORTED)
        # T=1 without Le: the whole of a short answer, as YubiKeys give it; the standard leaves it open.
        return self._answer(handler(replace(apdu, data=data)), 256 if apdu.le is None else apdu.le)

    def _answer(self, data: bytes, le: int) -> bytes:
        """At most `le` bytes now; the rest is announced by 61xx and waits for GET RESPONSE."""
        now, self._pending = data[:le], data[le:]
        if not self._pending:
            return now + b"\x90\x00"
        return now + bytes([0x61, min(len(self._pending), 256) % 256])

    def _get_response(self, apdu: _Apdu) -> bytes:
        if not self._pending:
            raise CommandRefused(Sw.CONDITIONS_NOT_SATISFIED)
        return self._answer(self._pending, apdu.le or 256)

    def _select(self, apdu: _Apdu) -> bytes:
        if (apdu.p1, apdu.p2) != (0x04, 0x00):
            raise CommandRefused(Sw.WRONG_P1P2)
        if len(apdu.data) < 5 or not _FULL_AID.startswith(apdu.data):
            raise CommandRefused(Sw.NOT_FOUND)
        if not self._selected:  # selecting PIV again keeps its state (SP 800-73-4 part 2, 3.1.1)
            self._verified = False
        self._selected = True
        return _TEMPLATE

    def _get_data(self, apdu: _Apdu) -> bytes:
        if (apdu.p1, apdu.p2) != (0x3F, 0xFF):
            raise CommandRefused(Sw.WRONG_P1P2)
        try:
            tag = int.from_bytes(tlv.only(apdu.data, 0x5C), "big")
        except tlv.BadTlv:
            raise CommandRefused(Sw.WRONG_DATA) from None
        if tag not in self.objects:
            raise CommandRefused(Sw.NOT_FOUND)
        return tlv.encode(0x53, self.objects[tag])

    def _verify(self, apdu: _Apdu) -> bytes:
        if apdu.p2 != PIN_REFERENCE:
            raise CommandRefused(Sw.REFERENCE_NOT_FOUND)
        if apdu.p1 == 0xFF and not apdu.data:
            self._verified = False
            return b""
        if apdu.p1 != 0x00:
            raise CommandRefused(Sw.WRONG_P1P2)
        if not apdu.data:
            if self._verified:
                return b""
            raise CommandRefused(0x63C0 | self._pin.tries if self._pin.tries else Sw.BLOCKED)
        if len(apdu.data) != 8:
            raise CommandRefused(Sw.WRONG_DATA)
        self._verified = False
        self._pin.present(apdu.data)
        self._verified = True
        return b""

    def _change_reference(self, apdu: _Apdu) -> bytes:
        secret = {PIN_REFERENCE: self._pin, PUK_REFERENCE: self._puk}.get(apdu.p2)
        if secret is None:
            raise CommandRefused(Sw.REFERENCE_NOT_FOUND)
        old, new = _two(apdu)
        secret.present(old)
        secret.set(new)
        return b""

    def _reset_retry_counter(self, apdu: _Apdu) -> bytes:
        if apdu.p2 != PIN_REFERENCE:
            raise CommandRefused(Sw.REFERENCE_NOT_FOUND)
        puk, new = _two(apdu)
        self._puk.present(puk)
        self._pin.set(new)
        self._verified = False
        return b""

    def _general_authenticate(self, apdu: _Apdu) -> bytes:
        if apdu.p2 == MANAGEMENT_REFERENCE:
            try:
                template = tlv.fields(tlv.only(apdu.data, 0x7C))
            except tlv.BadTlv:
                raise CommandRefused(Sw.WRONG_DATA) from None
            return tlv.encode(0x7C, self._office.authenticate(apdu.p1, template))
        slot = next((slot for slot in self._image.keys if slot.value == apdu.p2), None)
        if slot is None:
            raise CommandRefused(Sw.REFERENCE_NOT_FOUND)
        key = self._image.keys[slot]
        algorithm = Algorithm.of(key)
        if algorithm is None or apdu.p1 != algorithm.value:
            raise CommandRefused(Sw.WRONG_P1P2)
        if slot is not Slot.CARD_AUTHENTICATION and not self._verified:
            raise CommandRefused(Sw.SECURITY_NOT_SATISFIED)
        try:
            template = tlv.fields(tlv.only(apdu.data, 0x7C))
            if template.pop(0x82) != b"" or len(template) != 1:
                raise ValueError("one thing to do, one answer wanted")
            answer = self.operate(key, *template.popitem())
        except (ValueError, KeyError, UnsupportedAlgorithm):
            raise CommandRefused(Sw.WRONG_DATA) from None
        return tlv.encode(0x7C, tlv.encode(0x82, answer))

    def _generate(self, apdu: _Apdu) -> bytes:
        slot, key, answer = self._office.generate(apdu.p2, apdu.data)
        self._image = replace(self._image, keys={**self._image.keys, slot: key})
        return answer

    def _put_data(self, apdu: _Apdu) -> bytes:
        if (apdu.p1, apdu.p2) != (0x3F, 0xFF):
            raise CommandRefused(Sw.WRONG_P1P2)
        self._office.put(self.objects, apdu.data)
        return b""

    def _set_management(self, apdu: _Apdu) -> bytes:
        self._office.change(apdu.data)
        return b""

    def _set_tries(self, apdu: _Apdu) -> bytes:
        self._office.require()
        if not self._verified:
            raise CommandRefused(Sw.SECURITY_NOT_SATISFIED)
        if not (1 <= apdu.p1 <= 15 and 1 <= apdu.p2 <= 15):
            raise CommandRefused(Sw.WRONG_P1P2)
        self._pin = _Secret(Pin(FACTORY_PIN), apdu.p1, apdu.p1)
        self._puk = _Secret(Pin(FACTORY_PUK), apdu.p2, apdu.p2)
        self._verified = False
        return b""

    def _version(self, apdu: _Apdu) -> bytes:
        return bytes((5, 4, 3))

    def _wipe(self, apdu: _Apdu) -> bytes:
        if self._pin.tries or self._puk.tries:
            raise CommandRefused(Sw.CONDITIONS_NOT_SATISFIED)
        self._image = CardImage.blank()
        self.objects = {0x5FC107: _CAPABILITIES}
        self._office.key = self._image.management
        self._pin = _Secret(self._image.pin, self._image.tries)
        self._puk = _Secret(self._image.puk, self._image.puk_tries)
        self._forget()
        self._selected = True
        return b""

    def operate(self, key: PrivateKey, kind: int, content: bytes) -> bytes:
        """The private operation: 81 a challenge, 85 a point. Raises ValueError. Tests of lying cards override it."""
        match key:
            case ec.EllipticCurvePrivateKey() if kind == 0x81 and len(content) == 32:
                return key.sign(content, ec.ECDSA(Prehashed(hashes.SHA256())))
            case ec.EllipticCurvePrivateKey() if kind == 0x85:
                point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), content)
                return key.exchange(ec.ECDH(), point)
            case rsa.RSAPrivateKey() if kind == 0x81 and len(content) == 256:
                return _bare_rsa(key, content)
            case _:
                raise ValueError("this key does not do that")


class OtherCard(VirtualCard):
    """A bank's or a bus company's: it answers, and knows nothing of PIV."""

    is_piv = False

    def __init__(self, atr: bytes = b"") -> None:
        super().__init__(CardImage.blank(), atr)
        self._handlers = {0xA4: self._refuse}

    def _refuse(self, apdu: _Apdu) -> bytes:
        raise CommandRefused(Sw.NOT_FOUND)


def _der(image: CardImage, slot: Slot) -> bytes:
    return image.certs[slot].public_bytes(Encoding.DER)


def _bare_rsa(key: rsa.RSAPrivateKey, content: bytes) -> bytes:
    """What the chip does; padding is the host's. `cryptography` rightly offers no such thing."""
    numbers = key.private_numbers()
    modulus = numbers.public_numbers.n
    number = int.from_bytes(content, "big")
    if number >= modulus:
        raise ValueError("larger than the modulus")
    # RFC 8017, 5.1.2, by the Chinese remainder: four times as fast as by the private exponent.
    first, second = pow(number, numbers.dmp1, numbers.p), pow(number, numbers.dmq1, numbers.q)
    return (second + numbers.iqmp * (first - second) % numbers.p * numbers.q).to_bytes(256, "big")


def _unpad(padded: bytes) -> Pin | None:
    """The PIN in eight padded bytes, None if there is none."""
    try:
        return Pin(padded.rstrip(b"\xff").decode("ascii"))
    except ValueError:
        return None


def _two(apdu: _Apdu) -> tuple[bytes, Pin]:
    """Old reference and new one. Raises CommandRefused, before any counter moves, for a new one of another form."""
    if apdu.p1 != 0x00 or len(apdu.data) != 16:
        raise CommandRefused(Sw.WRONG_DATA)
    new = _unpad(apdu.data[8:])
    if new is None:
        raise CommandRefused(Sw.WRONG_DATA)
    return apdu.data[:8], new


def _parse(raw: bytes | bytearray) -> tuple[int, _Apdu]:
    """Class byte and the rest, ISO 7816-4 cases 1 to 4, short. Raises CommandRefused."""
    if len(raw) < 4:
        raise CommandRefused(Sw.WRONG_LENGTH)
    cla, ins, p1, p2, *_ = raw
    body = raw[4:]
    if len(body) <= 1:
        return cla, _Apdu(ins, p1, p2, b"", (body[0] or 256) if body else None)
    count = body[0]
    if count == 0 or len(body) not in (1 + count, 2 + count):
        raise CommandRefused(Sw.WRONG_LENGTH)
    le = (body[-1] or 256) if len(body) == 2 + count else None
    return cla, _Apdu(ins, p1, p2, bytes(body[1 : 1 + count]), le)
