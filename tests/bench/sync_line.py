"""A line between a booth and nginx that counts bytes, is slow if told, and is cut by RST at random.

`python sync_line.py PORT [--bits N] [--cut P] [--seed S]` prints {"port"}; at SIGTERM it prints what went over it.
One in 1/P turns (a request and its answer) is cut at a random byte, somewhere among the next so many turns: at the
least that share of the connections, however many turns one of them carries.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import signal
import socket
import struct
import sys
from dataclasses import asdict, dataclass, field

PIECE = 4096


@dataclass
class Tally:
    """Bytes of TCP's payload, TLS included, in both directions; headers of IP and TCP are not in it."""

    up: int = 0
    down: int = 0
    connections: int = 0
    turns: int = 0
    cuts: int = 0


class Bucket:
    """A token bucket: `rate` bytes a second, an eighth of a second's worth at once; 0 is no limit."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._free = 0.0

    async def take(self, size: int) -> None:
        if not self._rate:
            return
        now = asyncio.get_running_loop().time()
        self._free = max(self._free, now - 0.125) + size / self._rate
        await asyncio.sleep(max(0.0, self._free - now))


@dataclass
class Line:
    port: int
    bits: float
    cut: float
    dice: random.Random
    tally: Tally = field(default_factory=Tally)

    def __post_init__(self) -> None:
        self._up, self._down = Bucket(self.bits / 8), Bucket(self.bits / 8)
        self._fated: set[int] = set()
        self._planned = 0

    def _fate(self, turn: int) -> bool:
        """Whether this turn is one of those that are cut: one in each block of 1/cut."""
        if not self.cut:
            return False
        block = round(1 / self.cut)
        while self._planned <= turn:
            self._fated.add(self._planned + self.dice.randrange(block))
            self._planned += block
        return turn in self._fated

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.tally.connections += 1
        try:
            there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self.port, limit=4 * PIECE)
        except OSError:
            writer.close()
            return
        turn = _Turn(self, (writer, there_writer))
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            await asyncio.gather(
                self._carry(reader, there_writer, turn, up=True), self._carry(there_reader, writer, turn, up=False)
            )
        for one in (writer, there_writer):
            one.close()

    async def _carry(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, turn: _Turn, *, up: bool
    ) -> None:
        while piece := await source.read(PIECE):
            await (self._up if up else self._down).take(len(piece))
            if up:
                self.tally.up += len(piece)
            else:
                self.tally.down += len(piece)
            if turn.cuts_now(len(piece), up=up):
                return
            target.write(piece)
            await target.drain()
        if target.can_write_eof():
            target.write_eof()


class _Turn:
    """A turn begins when the booth speaks after it was answered; a fated one ends at a random byte."""

    def __init__(self, line: Line, ends: tuple[asyncio.StreamWriter, ...]) -> None:
        self._line = line
        self._ends = ends
        self._heard = True
        self._left: int | None = None

    def cuts_now(self, size: int, *, up: bool) -> bool:
        if up and self._heard:
            fated = self._line._fate(self._line.tally.turns)
            self._line.tally.turns += 1
            self._left = self._line.dice.randrange(200_000) if fated else None
        elif not up and not self._heard and self._left is not None:
            self._left = min(self._left, self._line.dice.randrange(2 * size))  # else: somewhere in the answer
        self._heard = not up
        if self._left is None:
            return False
        self._left -= size
        if self._left >= 0:
            return False
        self._line.tally.cuts += 1
        for one in self._ends:
            sock = one.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # RST, not FIN
            one.transport.abort()
        return True


async def serve(line: Line) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    # Small, so that the kernel does not take in what the line could not carry yet.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16 * 1024)
    done = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, done.set)
    server = await asyncio.start_server(line.take, sock=listener, limit=4 * PIECE)
    print(json.dumps({"port": listener.getsockname()[1]}), flush=True)
    await done.wait()
    server.close()
    print(json.dumps(asdict(line.tally)), flush=True)
    os._exit(0)  # connections that are still open have nobody to wait for


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("--bits", type=float, default=0)
    parser.add_argument("--cut", type=float, default=0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    asyncio.run(serve(Line(options.port, options.bits, options.cut, random.Random(options.seed))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
