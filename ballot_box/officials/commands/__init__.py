"""The officials' command line: `python -m ballot_box official|registrar|trustee …`, each on the official's own machine.

Shows what it is about in Greek and asks before anything is signed or opened. Never prints or takes a key, and takes a
passphrase from the terminal alone; only a rehearsal has it in a file.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from ballot_box import registrar
from ballot_box.board import Board
from ballot_box.officials import consent, files, registration, signing, trustee
from ballot_box.officials.body import read_record
from ballot_box.officials.commands import term
from ballot_box.officials.commands.terminal import NotDone, agree_at, command, home_of, now_of, read, write
from ballot_box.officials.home import Home
from ballot_box.officials.opening import MayNotOpen
from ballot_box.officials.records import (
    Setup,
    pictures_of,
    read_declaration,
    read_extension,
    read_final,
    read_setup,
)
from ballot_box.officials.records.auditors import read_chosen
from ballot_box.officials.signing import Signature, canonical
from ballot_box.officials.trustee import Audited

_AT = "in a rehearsal: this instant instead of the clock's"


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    official = commands.add_parser("official", help="an official's keys and signatures").add_subparsers(required=True)
    term.add_keys(official)
    _signing(official)
    term.add_record(official)
    _votes(commands)


def _signing(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    sign = command(commands, "sign", _sign, "see the record of officials, a set-up or what follows it, and sign")
    sign.add_argument("file", type=Path)
    sign.add_argument("--setup", type=Path, metavar="FILE", help="of an extension or a declaration: the vote's set-up")
    sign.add_argument("--out", required=True, type=Path)


def _votes(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    register = command(commands, "registrar", _registrar, "make, sign and seal the voting slips of a vote")
    register.add_argument("--request", required=True, type=Path, metavar="FILE", help="the roll, from the town hall")
    register.add_argument("--out", required=True, type=Path, metavar="DIR")
    register.add_argument(
        "--auditors", type=Path, metavar="FILE", help="auditors' cards with what each deposits: docs/officials.md"
    )
    deposited = command(commands, "deposits", _deposits, "after the end: what the auditors had deposited")
    deposited.add_argument("--setup", required=True, type=Path, metavar="FILE", help="setup.json of the vote")
    deposited.add_argument("--out", required=True, type=Path)
    deposited.add_argument("--at", type=datetime.fromisoformat, help=_AT)
    holders = commands.add_parser("trustee", help="a trustee's part in opening a vote").add_subparsers(required=True)
    opened = command(holders, "open", _open, "look at a whole vote that is over, and give your share of opening it")
    opened.add_argument("--package", required=True, type=Path, metavar="FILE", help="from the town hall")
    opened.add_argument("--slip", required=True, help="the code on one booth's closing slip")
    opened.add_argument("--out", required=True, type=Path)
    opened.add_argument("--at", type=datetime.fromisoformat, help=_AT)
    ended = command(holders, "end", _end, "look at the counted vote, and sign its end")
    ended.add_argument("--package", required=True, type=Path, metavar="FILE")
    ended.add_argument("--out", required=True, type=Path)


def _sign(options: argparse.Namespace) -> dict[str, object]:
    setup = read_setup(read(options.setup)) if options.setup else None
    text, home = read(options.file), home_of(options)
    lay_out_pictures(text, options.home)
    signed = sign(home, text, setup, agree_at(options))
    if isinstance(signed, consent.Refusal):
        raise NotDone(f"not signed: {signed.why}")
    write(options.out, canonical(signed.plain()))
    return {"signature": str(options.out)}


def lay_out_pictures(text: str, folder: Path) -> None:
    """Where a set-up with pictures is to be signed: they are written into a folder of the vote's own in `folder`, the
    official's, and whoever signs is told to look at them first. Raises BadRecord."""
    if signing.read_canonical(text, "what is to be signed").get("kind") != "votes.notice":
        return
    setup = read_setup(text)
    # By its digest: how a vote calls itself, the town hall chooses.
    shown, into = pictures_of(setup), folder / f"pictures-{setup.digest[:16]}"
    for one in shown:
        into.mkdir(exist_ok=True)
        (into / one.name).write_bytes(one.file)
    if shown:
        print(f"Η ψηφοφορία έχει εικόνες: {len(shown)}, στον φάκελο {into}", file=sys.stderr)
        print("Ανοίξτε τες και συγκρίνετέ τες με τις λέξεις που ακολουθούν, πριν συμφωνήσετε.", file=sys.stderr)


def sign(home: Home, text: str, setup: Setup | None, agree: consent.Agree) -> Signature | consent.Refusal:
    """Whatever it is that lies there to be signed. `setup`: of the vote that an extension or a declaration is about."""
    kind = signing.read_canonical(text, "what is to be signed").get("kind", "officials")
    if kind == "officials":
        return consent.sign_officials(home, read_record(text), agree)
    if kind == "votes.notice":
        return consent.sign_setup(home, read_setup(text), datetime.now(UTC), agree)
    if setup is None:
        return consent.Refusal("--setup is missing: what is signed is compared with it")
    if kind == "votes.extension":
        return consent.sign_extension(home, read_extension(text), setup, agree)
    return consent.sign_declaration(home, read_declaration(text), setup, agree)


_LEFT_OUT = {
    registrar.KEY_TWICE: "another card on the roll has its key, and could open its slip",
    registrar.NO_KEY: "its key is no public key of P-256 or RSA-2048",
    registrar.CARD_TWICE: "it stands on the roll with two keys",
}


def _registrar(options: argparse.Namespace) -> dict[str, object]:
    home = home_of(options)
    request = registration.read_request(read(options.request))
    chosen = read_chosen(read(options.auditors)) if options.auditors else {}
    registrar.refuse_second(options.out)  # before what is made once is made
    if fault := registration.auditors_refused(request, chosen):
        raise NotDone(fault)
    if not agree_at(options)(roll_told(registration.changes(home, request), sorted(chosen))):
        raise NotDone("nothing was made: you did not agree")
    made = registration.make(home, request, chosen)
    registrar.write_out(options.out, made)
    for card, why in made.left_out:
        print(f"ballot_box: card {card} is left out, the others vote: {_LEFT_OUT[why]}", file=sys.stderr)
    return {
        "auditors": len(chosen),
        "credentials": len(made.credentials),
        "election": made.election,
        "left_out": [{"card": card, "why": why} for card, why in made.left_out],
        "roll": {"sha256": made.roll_sha256, "size": made.roll_size},
        "slips": len(made.slips),
    }


def _deposits(options: argparse.Namespace) -> dict[str, object]:
    now = now_of(options)
    write(options.out, deposits_of(home_of(options), read(options.setup), now))
    return {"deposits": str(options.out)}


def deposits_of(home: Home, setup_file: str, now: datetime) -> str:
    """What the auditors deposited with this registrar, once nobody votes any more. Raises NotDone."""
    setup, _, extensions = files.read_setup_file(setup_file)
    closes = max([setup.closes, *(one.closes for one, _ in extensions)])
    if now < closes:
        raise NotDone(f"the vote is open until {closes.isoformat()}: until then nobody reads what was deposited")
    if setup.audit is None:
        raise NotDone("no auditors' cards take part in this vote")
    found = registration.deposits(home, setup.election)
    if found.digest != setup.audit.deposits:
        raise NotDone("the set-up commits to other choices than those that were deposited here")
    return found.text


def roll_told(found: registration.Changes, auditors: Sequence[str] = ()) -> tuple[str, ...]:
    lines = [f"Κάρτες όπως στην προηγούμενη ψηφοφορία: {found.same}", f"Δεν είναι πια στον κατάλογο: {len(found.gone)}"]
    lines += [f"Νέα κάρτα {card}: {why or 'ΧΩΡΙΣ ΑΙΤΙΟΛΟΓΙΑ'}" for card, why in found.new]
    lines += [f"Άλλο κλειδί στην κάρτα {card}: {why or 'ΧΩΡΙΣ ΑΙΤΙΟΛΟΓΙΑ'}" for card, why in found.changed]
    lines += [f"Κάρτα ελέγχου, που δεν μετρά: {card}" for card in auditors]
    return consent.plainly(lines)


def _open(options: argparse.Namespace) -> dict[str, object]:
    now = now_of(options)
    home = home_of(options)
    with tempfile.TemporaryDirectory(prefix="ballot-box-") as scratch:
        board, evidence = files.unpack(options.package, Path(scratch))
        found = trustee.open_vote(
            home,
            files.read_evidence(evidence),
            Board(board),
            now,
            options.slip,
            agree=agree_at(options),
            progress=lambda said: print(said, file=sys.stderr),
            auditors=auditors_beside(board),
        )
    if isinstance(found, MayNotOpen):
        raise NotDone(f"not opened: {found.why}")
    write(options.out, found.file)
    return {"share": str(options.out)}


def auditors_beside(board: Path) -> Board | None:
    found = files.beside(board)
    return Board(found) if found else None


def _end(options: argparse.Namespace) -> dict[str, object]:
    home = home_of(options)
    with tempfile.TemporaryDirectory(prefix="ballot-box-") as scratch:
        board, evidence = files.unpack(options.package, Path(scratch))
        handed = files.read_evidence(evidence)
        given = Audited(handed.listed, handed.deposits, auditors_beside(board))
        found = trustee.end_vote(home, (handed.setup, handed.setup_signatures), Board(board), given)
    if isinstance(found, MayNotOpen):
        raise NotDone(f"not signed: {found.why}")
    if not agree_at(options)(consent.shown_end(handed.setup, read_final(found.text))):
        raise NotDone("not signed: you did not agree")
    write(options.out, files.signed_file(found.text, [found.signature]))
    return {"final": str(options.out)}
