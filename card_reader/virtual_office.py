"""The virtual card's side of the card office: management key, keys made on it, objects written, secrets set anew.

It must never be kinder than a real card: nothing here answers before the management key has been proved.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from card_reader import tlv
from card_reader.apdu import Sw
from card_reader.image import PrivateKey
from card_reader.management import ManagementAlgorithm, ManagementKey, one_block
from card_reader.piv import Algorithm, Slot

LONGEST_OBJECT = 3072


class CommandRefused(Exception):
    """Carries the status word out of a handler."""

    def __init__(self, status: int) -> None:
        super().__init__(f"{status:04X}")
        self.status = status


class VirtualOffice:
    """The management key and what has been proved of it. `mutual` False: a card that knows single proof only."""

    def __init__(self, key: ManagementKey, *, mutual: bool = True) -> None:
        self.key = ManagementKey(key.key, key.algorithms[0])
        self._mutual = mutual
        self.forget()

    def forget(self) -> None:
        self._open = False
        self._asked: Callable[[dict[int, bytes]], bytes] | None = None

    def require(self) -> None:
        if not self._open:
            raise CommandRefused(Sw.SECURITY_NOT_SATISFIED)

    def authenticate(self, algorithm: int, template: dict[int, bytes]) -> bytes:
        """One step of GENERAL AUTHENTICATE on 9B; the content of the 7C template."""
        asked, self._asked = self._asked, None
        mine = self._algorithm()
        if algorithm not in (0x00, mine.value):
            raise CommandRefused(Sw.WRONG_P1P2)
        if self._mutual and template == {0x80: b""}:
            witness = secrets.token_bytes(mine.block_bytes)
            self._asked = lambda given: self._prove(given, witness)
            return tlv.encode(0x80, one_block(mine, self.key.key, witness))
        if template == {0x81: b""}:
            challenge = secrets.token_bytes(mine.block_bytes)
            self._asked = lambda given: self._check(given, challenge)
            return tlv.encode(0x81, challenge)
        if asked is None:
            raise CommandRefused(Sw.WRONG_DATA)
        return asked(template)

    def _prove(self, given: dict[int, bytes], witness: bytes) -> bytes:
        challenge = given.get(0x81, b"")
        if len(challenge) != len(witness) or not hmac.compare_digest(given.get(0x80, b""), witness):
            raise CommandRefused(Sw.SECURITY_NOT_SATISFIED)
        self._open = True
        return tlv.encode(0x82, one_block(self._algorithm(), self.key.key, challenge))

    def _check(self, given: dict[int, bytes], challenge: bytes) -> bytes:
        expected = one_block(self._algorithm(), self.key.key, challenge)
        if not hmac.compare_digest(given.get(0x82, b""), expected):
            raise CommandRefused(Sw.SECURITY_NOT_SATISFIED)
        self._open = True
        return b""

    def _algorithm(self) -> ManagementAlgorithm:
        return self.key.algorithms[0]

    def change(self, data: bytes) -> None:
        """SET MANAGEMENT KEY: algorithm, 9B, length, key."""
        self.require()
        try:
            algorithm = ManagementAlgorithm(data[0])
            if data[1] != 0x9B or data[2] != len(data) - 3:
                raise ValueError("not a management key")
            self.key = ManagementKey(bytes(data[3:]), algorithm)
        except (ValueError, IndexError):
            raise CommandRefused(Sw.WRONG_DATA) from None

    def put(self, objects: dict[int, bytes], data: bytes) -> None:
        """PUT DATA into `objects`."""
        self.require()
        try:
            (name, tag), (kind, content) = list(tlv.decode(data))
        except ValueError:
            raise CommandRefused(Sw.WRONG_DATA) from None
        if name != 0x5C or kind != 0x53 or len(tag) != 3:
            raise CommandRefused(Sw.WRONG_DATA)
        if len(content) > LONGEST_OBJECT:
            raise CommandRefused(0x6A84)
        number = int.from_bytes(tag, "big")
        if content:
            objects[number] = content
        else:
            objects.pop(number, None)

    def generate(self, reference: int, data: bytes) -> tuple[Slot, PrivateKey, bytes]:
        """GENERATE KEY PAIR: the slot, its new key, and the answer."""
        self.require()
        slot = next((slot for slot in Slot if slot.value == reference), None)
        if slot is None:
            raise CommandRefused(Sw.WRONG_P1P2)
        try:
            algorithm = Algorithm(tlv.fields(tlv.only(data, 0xAC))[0x80][0])
        except (ValueError, KeyError, IndexError):
            raise CommandRefused(Sw.WRONG_DATA) from None
        key: PrivateKey
        if algorithm is Algorithm.P_256:
            key = ec.generate_private_key(ec.SECP256R1())
            point = key.public_key().public_numbers()
            raw = b"\x04" + point.x.to_bytes(32, "big") + point.y.to_bytes(32, "big")
            return slot, key, tlv.encode(0x7F49, tlv.encode(0x86, raw))
        key = rsa.generate_private_key(65537, 2048)
        modulus = key.public_key().public_numbers().n.to_bytes(256, "big")
        parts = tlv.encode(0x81, modulus) + tlv.encode(0x82, (65537).to_bytes(3, "big"))
        return slot, key, tlv.encode(0x7F49, parts)
