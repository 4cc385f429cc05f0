"""`python -m card_reader list | watch | describe | sign-in`: what readers and cards say, one JSON object a line.

It must never take a PIN from an argument or show one. Only `sign-in` asks for it, and spends one try at most.
"""

from __future__ import annotations

import argparse
import getpass
import json
import queue
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from card_reader.apdu import CardFault
from card_reader.faults import in_words
from card_reader.pcsc import PcscReader, has_pinpad, list_readers
from card_reader.pin import Pin, UnfitPin, read_pin
from card_reader.piv import CERTIFICATE_ERRORS, PinBlocked, PivCard, Slot, WrongPin
from card_reader.profile import card_number
from card_reader.revocation import RevocationListMissing, RevocationListTooOld
from card_reader.sign_in import BadAnchors, CardRemoved, SignedIn, SignIn, read_anchors, sign_in
from card_reader.slots import slots_of
from card_reader.states import CardGone, CardInUse, NoService, Present, ReaderState
from card_reader.trust import CardBlocked, ReadError

# sysexits.h: what cannot be reached, what is wrong with the card, with the PIN, with this installation.
UNAVAILABLE, CARD_REFUSED, READ_ERROR, PIN_REFUSED, BAD_INSTALLATION = 69, 65, 74, 77, 78
_CODES = """exit codes: 0 done (sign-in: signed in) · 2 wrong arguments · 65 the card is refused · 69 no service, no
reader, no card, or pulled · 74 read error, try again · 77 the PIN is wrong, blocked or no PIN · 78 trust folder or
revocation list unusable"""


def main(arguments: Sequence[str] | None = None) -> int:
    chosen = _parser().parse_args(arguments)
    match chosen.command:
        case "list":
            return _list()
        case "watch":
            return _watch(PcscReader(chosen.reader, tell_foreign=True), chosen.seconds)
        case "describe":
            return _describe(PcscReader(chosen.reader), chosen.seconds)
        case _:
            return _sign_in(PcscReader(chosen.reader), chosen)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m card_reader", description="Card readers and cards, as JSON.", epilog=_CODES
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="the names of all readers")
    for name, what, seconds in (
        ("watch", "every change, until Ctrl-C", None),
        ("describe", "the inserted card, without its PIN; any PIV card", 5.0),
        ("sign-in", "one sign-in with a card of this municipality; the PIN from a prompt or standard input", 5.0),
    ):
        command = commands.add_parser(name, help=what, epilog=_CODES)
        command.add_argument("--reader", default="", metavar="PART", help="part of the reader's name")
        command.add_argument("--seconds", type=float, default=seconds, help="how long to wait (watch: to run)")
        if name == "sign-in":
            command.add_argument("--trust", type=Path, required=True, metavar="DIR", help="roots and authorities, PEM")
            command.add_argument(
                "--crl", type=Path, action="append", default=[], metavar="FILE", help="may be repeated"
            )
            command.add_argument("--grace", type=float, default=0, metavar="HOURS", help="past a list's nextUpdate")
    return parser


def _list() -> int:
    names = list_readers()
    readers = slots_of(names or [])
    line: dict[str, object] = {"service": names is not None, "readers": list(readers)}
    several = {name: slots for name, slots in readers.items() if len(slots) > 1}
    line |= {"slots": several} if several else {}
    _print(line | ({"pinpads": {name: has_pinpad(name) for name in readers}} if readers else {}))
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
    except CardGone as error:
        _print({"reader": reader.name, "error": type(error).__name__, "detail": str(error)})
        return UNAVAILABLE
    except CardFault as fault:
        _print({"reader": reader.name, "error": "ReadError", "detail": _fault(fault.doing, fault.status)})
        return READ_ERROR
    return 0


def _sign_in(reader: PcscReader, chosen: argparse.Namespace) -> int:
    try:
        anchors = read_anchors(chosen.trust, chosen.crl, timedelta(hours=chosen.grace))
    except BadAnchors as error:
        _print({"outcome": "BadAnchors", "detail": str(error)})
        return BAD_INSTALLATION
    state = _settled(reader, chosen.seconds)
    if not isinstance(state, Present):
        _print({"reader": reader.name, "outcome": type(state).__name__, **_as_json(state)})
        return UNAVAILABLE
    try:
        connection = reader.connect()
    except CardGone as error:
        _print({"reader": reader.name, "outcome": "CardInUse" if isinstance(error, CardInUse) else "CardRemoved"})
        return UNAVAILABLE
    try:
        outcome = sign_in(connection, anchors, _ask, datetime.now(UTC), reader.name)
    finally:
        connection.close()
    _print({"reader": reader.name, "outcome": type(outcome).__name__, **_values(outcome)})
    return _code(outcome)


def _ask(tries_left: int) -> Pin | UnfitPin:
    print(f"tries left: {tries_left}", file=sys.stderr, flush=True)
    if sys.stdin.isatty():
        return read_pin(getpass.getpass("PIN: "))
    return read_pin(sys.stdin.readline().rstrip("\r\n"))


def _fault(step: str, status: int | None) -> str:
    return step if status is None else f"{step}: {in_words(status)}"


def _values(outcome: SignIn) -> dict[str, object]:
    if isinstance(outcome, ReadError):
        return {"detail": _fault(outcome.step, outcome.status)}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(outcome).items()
    }


def _code(outcome: SignIn) -> int:
    match outcome:
        case SignedIn():
            return 0
        case CardRemoved():
            return UNAVAILABLE
        case ReadError():
            return READ_ERROR
        case UnfitPin() | WrongPin() | PinBlocked() | CardBlocked():
            return PIN_REFUSED
        case RevocationListMissing() | RevocationListTooOld():
            return BAD_INSTALLATION
        case _:
            return CARD_REFUSED


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
    """What any PIV card says without a PIN, ours or not; what cannot be read of it is said to be so."""
    if not card.select():
        return {"piv": False}
    certificates: dict[str, object] = {}
    numbers = set()
    for slot in Slot:
        try:
            found = card.certificate(slot)
        except CardFault as fault:
            certificates[f"{slot.value:02X}"] = {"error": _fault(fault.doing, fault.status)}
            continue
        if found is not None:
            numbers.add(card_number(found))
            certificates[f"{slot.value:02X}"] = _certificate(found)
    number = numbers.pop() if len(numbers) == 1 else None
    tries: int | None
    try:
        tries = card.tries_left()
    except CardFault:
        tries = None
    return {"piv": True, "number": number, "certificates": certificates, "tries_left": tries}


def _certificate(found: x509.Certificate) -> dict[str, object]:
    return {
        "serial": f"{found.serial_number:X}",
        "subject": _name(lambda: found.subject),
        "issuer": _name(lambda: found.issuer),
        "key": _key(found),
        "not_before": found.not_valid_before_utc.isoformat(),
        "not_after": found.not_valid_after_utc.isoformat(),
    }


def _name(read: Callable[[], x509.Name]) -> str | None:
    try:
        return read().rfc4514_string()
    except CERTIFICATE_ERRORS:
        return None


def _key(found: x509.Certificate) -> str:
    try:
        key_of_it = found.public_key()
    except CERTIFICATE_ERRORS:
        return "other"
    match key_of_it:
        case ec.EllipticCurvePublicKey() as key:
            return key.curve.name
        case rsa.RSAPublicKey() as key:
            return f"rsa{key.key_size}"
        case _:
            return "other"


def _as_json(state: ReaderState) -> dict[str, object]:
    values: Iterable[tuple[str, object]] = asdict(state).items()
    plain = {name: value.hex().upper() if isinstance(value, bytes) else value for name, value in values}
    return {"state": type(state).__name__, **plain}


def _print(line: dict[str, object]) -> None:
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    sys.exit(main())
