"""`kiosk-central cards …`: the card office from the command line. Numbers and states only, never a name.

A management key comes from a file or standard input; PIN, PUK and block code are never asked for, printed or passed.
"""

from __future__ import annotations

import argparse
import resource
import socket
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from assets import typed
from central.staff.commands.steps import AddHome, Answer, Open, Work, add_registrar, by_registrar, in_centre
from municipality.matters.cards.rules import State

if TYPE_CHECKING:
    from card_reader import Connection
    from central.kernel.centre import Centre
    from central.kernel.outcome import Outcome
    from central.office.cards.letters import LetterBox
    from central.office.cards.making import Blank, Making


class CardsRefused(Exception):
    """A step that the office does not take; says why."""


def add(parser: argparse.ArgumentParser, add_home: AddHome, opened: Open) -> None:
    """The steps below `cards`, each with its `run`."""
    steps = parser.add_subparsers(required=True, metavar="STEP")

    def step(name: str, words: str, work: Work) -> argparse.ArgumentParser:
        made = steps.add_parser(name, help=words)
        add_home(made)
        done = _lettered(work)
        if work is not _list:
            # Before the reader is touched: what happens to a card is somebody's act, and stands in the record.
            add_registrar(made)
            done = by_registrar(done)
        made.set_defaults(run=in_centre(done, opened))
        return made

    ordering = step("order", "a card for somebody who has none", _order)
    whose = ordering.add_mutually_exclusive_group(required=True)
    whose.add_argument("--resident", metavar="NUMBER")
    whose.add_argument("--technician", action="store_true", help="a card for somebody who looks after booths")
    making = step("personalise", "make an ordered card of a blank one, and its PIN letter", _personalise)
    which = making.add_mutually_exclusive_group(required=True)
    which.add_argument("--resident", metavar="NUMBER", help="orders the card too, if that was not done")
    which.add_argument("--card", type=typed.as_it_stands, metavar="NUMBER")
    making.add_argument("--rsa", action="store_true", help="RSA-2048 in 9A and 9D, for cards without P-256")
    making.add_argument("--wipe", action="store_true", help="empty the card first (only some have a command for it)")
    making.add_argument("--management-key", metavar="FILE", help="its key now, in hex; - is standard input")
    renewing = step(
        "new-letter", "a new PIN and block code for a finished card: locked, forgotten, letter lost", _letter
    )
    for one in (making, renewing):
        one.add_argument("--reader", required=True, metavar="NAME", help="part of the reader's name")
        out = one.add_mutually_exclusive_group(required=True)
        out.add_argument("--letter", type=Path, metavar="FILE", help="a new PDF file; print it, then destroy it")
        out.add_argument("--printer", metavar="URI", help="ipps:// straight to a printer: no file")
        one.add_argument("--fingerprint", metavar="HEX", default="", help="SHA-256 of that printer's certificate")
        one.add_argument(
            "--trusted-link",
            metavar="NETWORK",
            action="append",
            default=[],
            help="where nobody but this machine and the printer is: ipp:// may go there, e.g. 192.168.77.0/30",
        )
    handing = step("hand-over", "the card and its letter are in its holder's hands", _hand_over)
    handing.add_argument(
        "--letter", required=True, type=typed.as_it_stands, metavar="SERIAL", help="the number printed on the letter"
    )
    for one in (renewing, handing, step("block", "a card that is lost or stolen", _block)):
        one.add_argument("--card", required=True, type=typed.as_it_stands, metavar="NUMBER")
    step("unblock", "it was a mistake", _unblock).add_argument(
        "--card", required=True, type=typed.as_it_stands, metavar="NUMBER"
    )
    replacing = step("replace", "order a successor for the same person", _replace)
    replacing.add_argument("--card", required=True, type=typed.as_it_stands, metavar="NUMBER")
    replacing.add_argument(
        "--worn", action="store_true", help="it is not lost: it works until the new one is handed over"
    )
    step("expire", "say of the cards that have run out that they have", _expire)
    listing = step("list", "cards by number and where they stand", _list)
    listing.add_argument("--state", choices=[*State])
    listing.add_argument("--after", default="", metavar="NUMBER", help="the last number of the page before")
    naming = step("technician", "let a technician's card open booths", _technician)
    naming.add_argument("--card", required=True, type=typed.as_it_stands, metavar="NUMBER")
    naming.add_argument("--booth", action="append", default=[], metavar="ID", help="only these; may be repeated")
    naming.add_argument("--off", action="store_true", help="it opens no booth any more")


def _lettered(work: Work) -> Work:
    def run(centre: Centre, arguments: argparse.Namespace) -> Answer:
        from central.office.cards.letters import LetterFailed

        try:
            return work(centre, arguments)
        except LetterFailed as failed:
            raise CardsRefused(str(failed)) from None

    return run


def _told(outcome: Outcome, about: str) -> Answer:
    from central.kernel.outcome import Refused
    from central.office.cards.lifecycle import SENTENCES

    if isinstance(outcome, Refused):
        raise CardsRefused(f"{about}: {SENTENCES[outcome.reason]}")
    return {"card": outcome.about, "state": outcome.state}


def _order(centre: Centre, arguments: argparse.Namespace) -> Answer:
    from central.office.cards import lifecycle

    if arguments.technician:
        return _told(lifecycle.order_technicians(centre, who=arguments.who), "technician")
    return _told(lifecycle.order(centre, arguments.resident, who=arguments.who), f"resident {arguments.resident}")


def _personalise(centre: Centre, arguments: argparse.Namespace) -> Answer:
    from central.office.cards import making as card_making

    blank, box = _blank(arguments), _box(arguments)
    with _no_core_dump(), closing(_connection(arguments.reader)) as connection:
        card = arguments.card or _ordered_for(centre, arguments.resident, arguments.who)
        made = card_making.personalise(centre, connection, card, box, who=arguments.who, blank=blank)
    return _made(made, card, wiped=arguments.wipe)


@contextmanager
def _no_core_dump() -> Iterator[None]:
    """A PIN is in this process for a moment."""
    # The hard limit stays, so that the soft one can be put back.
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, (soft, hard))


def _ordered_for(centre: Centre, resident: str, who: str) -> str:
    from central.office.cards import lifecycle

    waiting = lifecycle.ordered_for(centre, resident)
    return waiting or str(_told(lifecycle.order(centre, resident, who=who), f"resident {resident}")["card"])


def _letter(centre: Centre, arguments: argparse.Namespace) -> Answer:
    from central.office.cards import making as card_making

    box = _box(arguments)
    with _no_core_dump(), closing(_connection(arguments.reader)) as connection:
        made = card_making.new_letter(centre, connection, arguments.card, box, who=arguments.who)
    return _made(made, arguments.card, renewing=True)


def _made(made: Making, card: str, *, wiped: bool = False, renewing: bool = False) -> Answer:
    from central.kernel.outcome import Refused
    from central.office.cards import making as card_making
    from central.office.cards.lifecycle import SENTENCES
    from central.staff.commands import card_words

    match made:
        case card_making.Made(number, letter, management_changed):
            note: Answer = {} if management_changed else {"note": "this kind of card keeps its factory management key"}
            return {"card": number, "letter": letter} | note
        case Refused(reason):
            raise CardsRefused(f"card {card}: {SENTENCES[reason]}")
        case card_making.Overtaken():
            raise CardsRefused(f"card {card}: somebody else is making it; this attempt is void")
        case card_making.Failed():
            raise CardsRefused(f"card {card}: {card_words.said(made, card, wiped=wiped, renewing=renewing)}")


def _connection(reader: str) -> Connection:
    from card_reader import CardGone, PcscReader, list_readers, slots_of, with_cards

    found = slots_of([name for name in list_readers() or [] if reader in name])
    # Two readers of one make lie on many desks: a PIN letter must not be of the card in the other one.
    if len(found) != 1:
        raise CardsRefused(f"--reader {reader!r}: {len(found)} readers have this in their name; expected one")
    ((name, slots),) = found.items()
    holding = with_cards(slots)
    if len(holding) > 1:
        raise CardsRefused(f"{name}: cards lie in {len(holding)} of its slots; leave the one that is meant")
    try:
        return PcscReader(holding[0] if holding else name).connect()
    except CardGone:
        raise CardsRefused(f"{name}: there is no card in it, or another program holds it") from None


def _blank(arguments: argparse.Namespace) -> Blank:
    from card_reader import FACTORY_KEY, ManagementKey
    from central.office.cards.making import Blank

    key = FACTORY_KEY
    if arguments.management_key is not None:
        try:
            # Never as an argument: the list of processes shows those to everybody on the machine.
            text = sys.stdin.read() if arguments.management_key == "-" else Path(arguments.management_key).read_text()
            key = ManagementKey(bytes.fromhex(text.strip()))
        except OSError as error:
            raise CardsRefused(f"--management-key {arguments.management_key}: {error.strerror}") from None
        except ValueError:
            raise CardsRefused("--management-key: expected 16, 24 or 32 bytes in hex") from None
    return Blank(management=key, rsa_keys=arguments.rsa, wipe=arguments.wipe)


def _box(arguments: argparse.Namespace) -> LetterBox:
    from central.office.cards.letters import LetterFile, LetterPrinter
    from printing import IppPrinter

    if not arguments.printer:
        return LetterFile(arguments.letter)
    try:
        return LetterPrinter(
            IppPrinter(
                arguments.printer,
                owner=f"card-office {socket.gethostname()}",
                fingerprint=arguments.fingerprint,
                trusted_links=arguments.trusted_link,
            )
        )
    except ValueError as error:
        raise CardsRefused(f"--printer, --fingerprint or --trusted-link: {error}") from None


def _hand_over(centre: Centre, arguments: argparse.Namespace) -> Answer:
    from central.office.cards import lifecycle
    from central.office.roll import registry

    told = _told(
        lifecycle.hand_over(centre, arguments.card, arguments.letter, who=arguments.who), f"card {arguments.card}"
    )
    registry.refresh(centre)  # its dossier: the holder may go to a booth from here
    return told


def _block(centre: Centre, arguments: argparse.Namespace) -> Answer:
    from central.office.cards import lifecycle

    return _told(lifecycle.block(centre, arguments.card, who=arguments.who), f"card {arguments.card}")


def _unblock(centre: Centre, arguments: argparse.Namespace) -> Answer:
    from central.office.cards import lifecycle

    return _told(lifecycle.unblock(centre, arguments.card, who=arguments.who), f"card {arguments.card}")


def _replace(centre: Centre, arguments: argparse.Namespace) -> Answer:
    from central.office.cards import lifecycle

    outcome = lifecycle.replace(centre, arguments.card, lost=not arguments.worn, who=arguments.who)
    return _told(outcome, f"card {arguments.card}") | {"replaces": arguments.card}


def _expire(centre: Centre, arguments: argparse.Namespace) -> Answer:
    from central.office.cards import lifecycle

    return {"expired": lifecycle.expire(centre, who=arguments.who)}


def _list(centre: Centre, arguments: argparse.Namespace) -> Answer:
    from central.office.cards import lifecycle

    found = lifecycle.listed(centre, state=arguments.state or "", after=arguments.after)
    return {
        "cards": [
            {"card": one.card, "state": one.state, "bearer": one.bearer, "until": one.not_after.date().isoformat()}
            | ({"replaces": one.replaces} if one.replaces else {})
            for one in found
        ]
    }


def _technician(centre: Centre, arguments: argparse.Namespace) -> Answer:
    from central.office.cards import lifecycle

    outcome = lifecycle.list_technician(centre, arguments.card, arguments.booth, off=arguments.off, who=arguments.who)
    return _told(outcome, f"card {arguments.card}") | {"booths": arguments.booth, "off": arguments.off}
