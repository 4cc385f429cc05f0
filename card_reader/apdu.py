"""Short command APDUs and their answers (ISO 7816-4): chaining out, 61xx and 6Cxx back.

It must never wait for ever: a card that keeps promising more data is cut off.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from card_reader.states import Connection

LONGEST_ANSWER = 16 * 1024  # a PIV certificate object has at most 3 KB
MOST_PARTS = 128  # a card that gives a byte at a time would else hold the booth for a minute
_CHAINED = 0x10
_LONGEST_DATA = 255


class Sw(IntEnum):
    """Status words that this room acts on."""

    OK = 0x9000
    WRONG_LENGTH = 0x6700
    SECURITY_NOT_SATISFIED = 0x6982
    BLOCKED = 0x6983
    CONDITIONS_NOT_SATISFIED = 0x6985
    WRONG_DATA = 0x6A80
    NOT_FOUND = 0x6A82
    WRONG_P1P2 = 0x6A86
    REFERENCE_NOT_FOUND = 0x6A88
    INS_NOT_SUPPORTED = 0x6D00


class CardFault(Exception):
    """The card is there, but answers what no PIV card should. Holds the status word at most, never data.

    `lasting`: asked again it would only take as long again.
    """

    def __init__(self, doing: str, status: int | None = None, *, lasting: bool = False) -> None:
        super().__init__(doing if status is None else f"{doing}: {status:04X}")
        self.doing = doing
        self.status = status
        self.lasting = lasting


@dataclass(frozen=True, slots=True)
class Command:
    """A command before it is cut into short APDUs. `le` 256 is sent as 00; None is no answer expected."""

    ins: int
    p1: int
    p2: int
    data: bytes = b""
    le: int | None = None
    cla: int = 0x00

    def __repr__(self) -> str:
        return f"Command({self.ins:02X} {self.p1:02X} {self.p2:02X}, {len(self.data)} bytes)"  # data may be a PIN

    def encode(self) -> list[bytes]:
        """The short APDUs in order, each but the last with the chaining bit. Raises ValueError for a bad `le`."""
        parts = [self.data[at : at + _LONGEST_DATA] for at in range(0, len(self.data), _LONGEST_DATA)] or [b""]
        tail = b"" if self.le is None else _le(self.le)
        last = len(parts) - 1
        return [
            bytes([self.cla | (_CHAINED if at < last else 0), self.ins, self.p1, self.p2])
            + (bytes([len(part)]) + part if part else b"")
            + (tail if at == last else b"")
            for at, part in enumerate(parts)
        ]


def _le(le: int) -> bytes:
    if not 1 <= le <= 256:
        raise ValueError(f"Le must be 1 to 256, not {le}")
    return bytes([le % 256])


@dataclass(frozen=True, slots=True)
class Response:
    """Data without the status word, and the status word."""

    data: bytes
    status: int

    @property
    def ok(self) -> bool:
        return self.status == Sw.OK

    @property
    def tries_left(self) -> int | None:
        """The counter in 63Cx, 0 for 6983, else None."""
        if self.status & 0xFFF0 == 0x63C0:
            return self.status & 0x0F
        return 0 if self.status == Sw.BLOCKED else None

    def __repr__(self) -> str:
        return f"Response({len(self.data)} bytes, {self.status:04X})"


def exchange(connection: Connection, command: Command) -> Response:
    """Send a command whole and collect its whole answer. Raises CardGone and CardFault."""
    *chained, last = command.encode()
    for apdu in chained:
        answer = read_answer(connection.transmit(apdu))
        if not answer.ok:
            return answer
    return _collect(connection, last)


def _collect(connection: Connection, apdu: bytes) -> Response:
    answer = read_answer(connection.transmit(apdu))
    if answer.status >> 8 == 0x6C:  # "ask again with this Le": once only
        answer = read_answer(connection.transmit(_with_le(apdu, answer.status & 0xFF)))
    data = bytearray(answer.data)
    parts = 1
    while answer.status >> 8 == 0x61:
        parts += 1
        answer = read_answer(connection.transmit(bytes([0x00, 0xC0, 0x00, 0x00, answer.status & 0xFF])))
        if answer.status >> 8 == 0x6C:
            answer = read_answer(connection.transmit(bytes([0x00, 0xC0, 0x00, 0x00, answer.status & 0xFF])))
        if not answer.data and answer.status >> 8 == 0x61:
            raise CardFault("promises more and gives nothing", lasting=True)
        data += answer.data
        if len(data) > LONGEST_ANSWER or parts > MOST_PARTS:
            raise CardFault("answer has no end", lasting=True)
    return Response(bytes(data), answer.status)


def read_answer(raw: bytes) -> Response:
    """One answer as it came. Raises CardFault if it has no status word."""
    if len(raw) < 2:
        raise CardFault("answer without a status word")
    return Response(raw[:-2], int.from_bytes(raw[-2:], "big"))


def _with_le(apdu: bytes, le: int) -> bytes:
    """The same short APDU with another Le (cases 1 to 4)."""
    if len(apdu) <= 5:
        return apdu[:4] + bytes([le])
    return apdu[: 5 + apdu[4]] + bytes([le])
