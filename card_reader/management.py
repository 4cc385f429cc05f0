"""What the card office does to a card: the management key, keys made on the card, data objects, new secrets.

It must never keep or show a management key. SP 800-73-4 part 2; the three commands that only some cards have (YubiKey
and PivApplet: SET MANAGEMENT KEY, SET PIN RETRIES, RESET) say themselves whether they are there.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES

from card_reader import tlv
from card_reader.apdu import CardFault, Command, Response, Sw, exchange
from card_reader.piv import Algorithm, CardKey, Slot
from card_reader.states import Connection

MANAGEMENT_REFERENCE = 0x9B
_NOT_OFFERED = {Sw.INS_NOT_SUPPORTED, 0x6E00, 0x6881, Sw.WRONG_P1P2, Sw.NOT_FOUND}


class ManagementAlgorithm(Enum):
    """Algorithm references of the management key (SP 800-78-4, table 6-2)."""

    TRIPLE_DES = 0x03
    AES_128 = 0x08
    AES_192 = 0x0A
    AES_256 = 0x0C

    @property
    def key_bytes(self) -> int:
        return {0x03: 24, 0x08: 16, 0x0A: 24, 0x0C: 32}[self.value]

    @property
    def block_bytes(self) -> int:
        return 8 if self is ManagementAlgorithm.TRIPLE_DES else 16


@dataclass(frozen=True, slots=True)
class ManagementKey:
    """16, 24 or 32 bytes; without an `algorithm`, the card is asked which of those of this length it uses.

    Raises ValueError for another length.
    """

    key: bytes = field(repr=False)  # for printers that look at the fields themselves
    algorithm: ManagementAlgorithm | None = None

    def __post_init__(self) -> None:
        if not self.algorithms:
            raise ValueError("a management key has 16, 24 or 32 bytes, as its algorithm wants")

    def __repr__(self) -> str:
        return f"ManagementKey({'?' if self.algorithm is None else self.algorithm.name})"

    @property
    def algorithms(self) -> list[ManagementAlgorithm]:
        """Those that it may be of."""
        fitting = [one for one in ManagementAlgorithm if one.key_bytes == len(self.key)]
        return [one for one in fitting if self.algorithm in (None, one)]


# What cards leave the factory with: 3DES, and AES-192 in newer ones.
FACTORY_KEY = ManagementKey(bytes(range(1, 9)) * 3)


def one_block(algorithm: ManagementAlgorithm, key: bytes, block: bytes, *, decrypt: bool = False) -> bytes:
    """One block by the management key: a challenge and nothing else, so that no mode of operation is needed."""
    cipher = TripleDES(key) if algorithm is ManagementAlgorithm.TRIPLE_DES else AES(key)
    worker = Cipher(cipher, modes.ECB())  # noqa: S305  (a single block of random bytes)
    step = worker.decryptor() if decrypt else worker.encryptor()
    return step.update(block) + step.finalize()


@dataclass(frozen=True, slots=True)
class Managed:
    """The card office is let in until the card is reset."""

    algorithm: ManagementAlgorithm


@dataclass(frozen=True, slots=True)
class WrongManagementKey:
    """The card's management key is another."""


@dataclass(frozen=True, slots=True)
class FalseCard:
    """The card let the office in but did not prove that it knows the key itself."""


ManagementOutcome: TypeAlias = Managed | WrongManagementKey | FalseCard


class CardManagement:
    """The office's side of one connection, on which PivCard.select() was said before.

    Every method may raise CardGone (pulled) and CardFault (refused, or an answer that no PIV card gives).
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def authenticate(self, key: ManagementKey) -> ManagementOutcome:
        """Mutual authentication (SP 800-73-4 part 2, appendix A.1), or single where the card has only that."""
        outcome: ManagementOutcome = WrongManagementKey()
        for algorithm in key.algorithms:
            witness = self._authenticate(algorithm, tlv.encode(0x80, b""))
            if witness.ok:
                outcome = self._mutual(algorithm, key.key, witness)
            else:
                challenge = self._authenticate(algorithm, tlv.encode(0x81, b""))
                if not challenge.ok:
                    continue  # not of this algorithm
                outcome = self._single(algorithm, key.key, challenge)
            if not isinstance(outcome, WrongManagementKey):
                return outcome
        return outcome

    def _mutual(self, algorithm: ManagementAlgorithm, key: bytes, witness: Response) -> ManagementOutcome:
        proof = one_block(algorithm, key, _field(witness, 0x80, algorithm.block_bytes), decrypt=True)
        challenge = secrets.token_bytes(algorithm.block_bytes)
        answer = self._authenticate(
            algorithm, tlv.encode(0x80, proof) + tlv.encode(0x81, challenge) + tlv.encode(0x82, b"")
        )
        if not answer.ok:
            return WrongManagementKey()
        expected = one_block(algorithm, key, challenge)
        told = _field(answer, 0x82, algorithm.block_bytes)
        return Managed(algorithm) if hmac.compare_digest(told, expected) else FalseCard()

    def _single(self, algorithm: ManagementAlgorithm, key: bytes, challenge: Response) -> ManagementOutcome:
        proof = one_block(algorithm, key, _field(challenge, 0x81, algorithm.block_bytes))
        answer = self._authenticate(algorithm, tlv.encode(0x82, proof))
        return Managed(algorithm) if answer.ok else WrongManagementKey()

    def generate(self, slot: Slot, algorithm: Algorithm) -> CardKey:
        """A new key pair, made on the card (INS 47); the private half never leaves it."""
        template = tlv.encode(0xAC, tlv.encode(0x80, bytes([algorithm.value])))
        answer = self._done(Command(0x47, 0x00, slot.value, template, 256), "GENERATE KEY PAIR")
        try:
            parts = tlv.fields(tlv.only(answer.data, 0x7F49))
            if algorithm is Algorithm.P_256:
                return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), parts[0x86])
            key = rsa.RSAPublicNumbers(int.from_bytes(parts[0x82], "big"), int.from_bytes(parts[0x81], "big"))
            made = key.public_key()
        except (ValueError, KeyError, TypeError) as error:
            raise CardFault("the new public key is damaged") from error
        if Algorithm.of(made) is not algorithm:
            raise CardFault("the new key is of another kind")
        return made

    def put(self, tag: int, content: bytes) -> None:
        """Write a data object; empty content removes it."""
        data = tlv.encode(0x5C, tag.to_bytes(3, "big")) + tlv.encode(0x53, content)
        self._done(Command(0xDB, 0x3F, 0xFF, data), "PUT DATA")

    def set_key(self, key: ManagementKey, algorithm: ManagementAlgorithm) -> bool:
        """A new management key; False from a card that has no command for it."""
        data = bytes([algorithm.value, MANAGEMENT_REFERENCE, len(key.key)]) + key.key
        return self._optional(Command(0xFF, 0xFF, 0xFF, data), "SET MANAGEMENT KEY")

    def set_tries(self, pin: int, puk: int) -> bool:
        """How many tries PIN and PUK have; both become the factory's again. Wants the PIN verified too. False from a
        card that has no command for it."""
        return self._optional(Command(0xFA, pin, puk), "SET RETRIES")

    def reset(self) -> bool:
        """Back to a blank card; taken only when both PIN and PUK are blocked."""
        return exchange(self._connection, Command(0xFB, 0x00, 0x00)).ok

    def version(self) -> str | None:
        """The firmware's version of cards that have SET RETRIES and RESET; None from others."""
        answer = exchange(self._connection, Command(0xFD, 0x00, 0x00, le=256))
        return ".".join(str(part) for part in answer.data) if answer.ok and len(answer.data) == 3 else None

    def _authenticate(self, algorithm: ManagementAlgorithm, content: bytes) -> Response:
        template = tlv.encode(0x7C, content)
        return exchange(self._connection, Command(0x87, algorithm.value, MANAGEMENT_REFERENCE, template, 256))

    def _done(self, command: Command, doing: str) -> Response:
        answer = exchange(self._connection, command)
        if not answer.ok:
            raise CardFault(doing, answer.status)
        return answer

    def _optional(self, command: Command, doing: str) -> bool:
        answer = exchange(self._connection, command)
        if answer.status in _NOT_OFFERED:
            return False
        if not answer.ok:
            raise CardFault(doing, answer.status)
        return True


def _field(answer: Response, tag: int, size: int) -> bytes:
    try:
        found = tlv.only(tlv.only(answer.data, 0x7C), tag)
    except tlv.BadTlv as error:
        raise CardFault("management answer is damaged") from error
    if len(found) != size:
        raise CardFault("management answer has a wrong length")
    return found
