"""`python -m card_reader list | watch | describe`: what readers and cards say, one JSON object a line, for staff.

It must never ask for a PIN, nor use up a try.
"""

from __future__ import annotations

import argparse
import json
import queue
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from card_reader.apdu import CardFault
from card_reader.pcsc import PcscReader, list_readers
from card_reader.piv import PivCard, Slot
from card_reader.profile import card_number
from card_reader.states import CardGone, NoService, Present, ReaderState, Unreadable

UNAVAILABLE = 69  # EX_UNAVAILABLE of sysexits.h: no service, no reader, no card


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m card_reader", description="Card readers and cards, as JSON.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="the names of all readers")
    for name, what in (("watch", "every change, until Ctrl-C"), ("describe", "the inserted card, without its PIN")):
        command = commands.add_parser(name, help=what)
        command.add_argument("--reader", default="", metavar="PART", help="part of the reader's name")
        command.add_argument("--seconds", type=float, default=None, help="end after so long (describe: 5)")
    chosen = parser.parse_args(arguments)
    match chosen.command:
        case "list":
            return _list()
        case "watch":
            return _watch(PcscReader(chosen.reader), chosen.seconds)
        case _:
            return _describe(PcscReader(chosen.reader), 5.0 if chosen.seconds is None else chosen.seconds)


def _list() -> int:
    names = list_readers()
    _print({"service": names is not None, "readers": names or []})
    return 0 if names else UNAVAILABLE


def _watch(reader: PcscReader, seconds: float | None) -> int:
    news: queue.SimpleQueue[ReaderState] = queue.SimpleQueue()
    watch = reader.watch(news.put)
    until = None if seconds is None else time.monotonic() + seconds
    try:
        while True:
            state = news.get(timeout=None if until is None else max(until - time.monotonic(), 0.001))
            _print({"at": datetime.now(UTC).isoformat(), "reader": reader.name, **_as_json(state)})
    except (queue.Empty, KeyboardInterrupt):
        return 0
    finally:
        watch.stop()


def _describe(reader: PcscReader, seconds: float) -> int:
    state = _settled(reader, seconds)
    if not isinstance(state, Present):
        _print({"reader": reader.name, **_as_json(state)})
        return UNAVAILABLE
    try:
        connection = reader.connect()
        try:
            _print({"reader": reader.name, **_as_json(state), **_card(PivCard(connection))})
        finally:
            connection.close()
    except (CardGone, CardFault) as error:
        _print({"reader": reader.name, "error": type(error).__name__, "detail": str(error)})
        return UNAVAILABLE
    return 0


def _settled(reader: PcscReader, seconds: float) -> ReaderState:
    """The first state with a card, or the last one seen before time is up."""
    news: queue.SimpleQueue[ReaderState] = queue.SimpleQueue()
    watch = reader.watch(news.put)
    state: ReaderState = NoService()
    until = time.monotonic() + seconds
    try:
        while not isinstance(state, Present):
            state = news.get(timeout=max(until - time.monotonic(), 0.001))
    except queue.Empty:
        pass
    finally:
        watch.stop()
    return state


def _card(card: PivCard) -> dict[str, object]:
    if not card.select():
        return {"piv": False}
    certificates: dict[str, object] = {}
    numbers = set()
    for slot in Slot:
        found = card.certificate(slot)
        if found is not None:
            numbers.add(card_number(found))
            certificates[f"{slot.value:02X}"] = {
                "serial": f"{found.serial_number:X}",
                "issuer": found.issuer.rfc4514_string(),
                "not_before": found.not_valid_before_utc.isoformat(),
                "not_after": found.not_valid_after_utc.isoformat(),
            }
    number = numbers.pop() if len(numbers) == 1 else None
    return {"piv": True, "number": number, "certificates": certificates, "tries_left": card.tries_left()}


def _as_json(state: ReaderState) -> dict[str, object]:
    line: dict[str, object] = {"state": type(state).__name__}
    match state:
        case Present(atr, sequence):
            line |= {"atr": atr.hex().upper(), "sequence": sequence}
        case Unreadable(why):
            line["why"] = why
        case _:
            pass
    return line


def _print(line: dict[str, object]) -> None:
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    sys.exit(main())
