"""The officials' command line: `python -m ballot_box official|registrar|trustee …`, each on the official's own machine.

Shows what it is about in Greek and asks before anything is signed or opened. Never prints or takes a key, and takes a
passphrase from the terminal alone; only a rehearsal has it in a file.
"""

from __future__ import annotations

import argparse
import getpass
import json
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assets import typed
from ballot_box import registrar
from ballot_box.board import Board
from ballot_box.officials import ceremony, consent, files, registration, signing, trustee
from ballot_box.officials.body import Office, read_officials, read_record
from ballot_box.officials.ceremony import PASSPHRASE_FILE, Card, Said, Seat
from ballot_box.officials.home import CARD, IDENTITY, Home, Passphrase
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

_AGREED = "ΣΥΜΦΩΝΩ"
_AT = "in a rehearsal: this instant instead of the clock's"


class NotDone(Exception):
    """The tool does not do it; says why in plain words."""


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    official = commands.add_parser("official", help="an official's keys and signatures").add_subparsers(required=True)
    _keys(official)
    _signatures(official)
    _votes(commands)


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, run: Any, help: str, *, home: bool = True
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=help)
    parser.set_defaults(run=run)
    if home:
        parser.add_argument("--home", required=True, type=Path, metavar="DIR", help="the official's own folder")
        parser.add_argument(
            "--rehearsal",
            action="store_true",
            help=f"the passphrase lies in {PASSPHRASE_FILE} there, and nobody is asked",
        )
    return parser


def _keys(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    init = _command(commands, "init", _init, "make an official's keys, once a term")
    init.add_argument("--name", required=True, help="as it is published, usually the office")
    init.add_argument("--role", required=True, nargs="+", type=Office, choices=list(Office), help="in a small town two")
    init.add_argument("--seat", metavar="PLACE/OF", help="of a trustee: e.g. 1/3")
    init.add_argument("--threshold", type=int, help="of a trustee: how many of them open a vote")
    propose = _command(commands, "propose", _propose, "the ballots' key, first round: a trustee tells the others")
    share = _command(commands, "share-out", _share_out, "what each trustee is told by the others", home=False)
    accept = _command(commands, "accept", _accept, "the ballots' key, second round: a trustee has checked it")
    accept.add_argument("--told", required=True, type=Path, metavar="FILE")
    combine = _command(commands, "combine", _combine, "the ballots' key, from everything that was told", home=False)
    for one in (propose, share, accept, combine):
        one.add_argument("--cards", required=True, nargs="+", type=Path, metavar=CARD, help="at least the trustees'")
    for one in (share, combine):
        one.add_argument("--proposals", required=True, nargs="+", type=Path, metavar="FILE")
    combine.add_argument("--accepted", required=True, nargs="+", type=Path, metavar="FILE")
    for one in (propose, share, accept, combine):
        one.add_argument("--out", required=True, type=Path)
    rehearse = _command(commands, "rehearse", _rehearse, "play all officials on one machine, for practice", home=False)
    rehearse.add_argument("--out", required=True, type=Path, metavar="DIR")
    rehearse.add_argument("--municipality", required=True)
    rehearse.add_argument("--term", required=True)
    _command(commands, "play", _play, "a whole vote of an invented town, step by step, with nobody asked", home=False)


def _signatures(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    record = _command(commands, "record", _record, "all officials of a term, for them to sign", home=False)
    record.add_argument("--municipality", required=True)
    record.add_argument("--term", required=True)
    record.add_argument("--key", required=True, type=Path, metavar="FILE", help="what combine wrote")
    record.add_argument("--cards", required=True, nargs="+", type=Path, metavar=CARD, help="everybody's")
    record.add_argument("--previous", type=Path, metavar="FILE", help="officials.json of those before")
    record.add_argument("--out", required=True, type=Path)
    sign = _command(commands, "sign", _sign, "see the record of officials, a set-up or what follows it, and sign")
    sign.add_argument("file", type=Path)
    sign.add_argument("--setup", type=Path, metavar="FILE", help="of an extension or a declaration: the vote's set-up")
    sign.add_argument("--out", required=True, type=Path)
    collect = _command(commands, "collect", _collect, "a record of officials with everybody's signature", home=False)
    collect.add_argument("record", type=Path)
    collect.add_argument("--signatures", required=True, nargs="+", type=Path, metavar="FILE")
    collect.add_argument("--out", required=True, type=Path)
    join = _command(commands, "join", _join, "belong to these officials from now on")
    join.add_argument("officials", type=Path)
    join.add_argument("--key", type=Path, metavar="FILE", help="of a trustee: what combine wrote")
    shown = _command(commands, "fingerprint", _fingerprint, "what is typed at every booth, and printed", home=False)
    shown.add_argument("officials", type=Path)


def _votes(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    register = _command(commands, "registrar", _registrar, "make, sign and seal the voting slips of a vote")
    register.add_argument("--request", required=True, type=Path, metavar="FILE", help="the roll, from the town hall")
    register.add_argument("--out", required=True, type=Path, metavar="DIR")
    register.add_argument(
        "--auditors", type=Path, metavar="FILE", help="auditors' cards with what each deposits: docs/officials.md"
    )
    deposited = _command(commands, "deposits", _deposits, "after the end: what the auditors had deposited")
    deposited.add_argument("--setup", required=True, type=Path, metavar="FILE", help="setup.json of the vote")
    deposited.add_argument("--out", required=True, type=Path)
    deposited.add_argument("--at", type=datetime.fromisoformat, help=_AT)
    holders = commands.add_parser("trustee", help="a trustee's part in opening a vote").add_subparsers(required=True)
    opened = _command(holders, "open", _open, "look at a whole vote that is over, and give your share of opening it")
    opened.add_argument("--package", required=True, type=Path, metavar="FILE", help="from the town hall")
    opened.add_argument("--slip", required=True, help="the code on one booth's closing slip")
    opened.add_argument("--out", required=True, type=Path)
    opened.add_argument("--at", type=datetime.fromisoformat, help=_AT)
    ended = _command(holders, "end", _end, "look at the counted vote, and sign its end")
    ended.add_argument("--package", required=True, type=Path, metavar="FILE")
    ended.add_argument("--out", required=True, type=Path)


def _home(options: argparse.Namespace) -> Home:
    return Home.open(options.home, _passphrase(options))


def _passphrase(options: argparse.Namespace, *, new: bool = False) -> Passphrase:
    beside: Path = options.home / PASSPHRASE_FILE
    if options.rehearsal:
        return Passphrase(beside.read_text(encoding="utf-8").strip())
    if beside.exists():
        raise NotDone(f"{beside}: a passphrase lies beside the keys; this is a rehearsal's folder (--rehearsal)")
    return new_passphrase() if new else Passphrase(getpass.getpass("Συνθηματική φράση: "))


def new_passphrase() -> Passphrase:
    """Asked twice. Raises NotDone, and HomeRefused for a short one."""
    chosen = Passphrase.new(getpass.getpass("Νέα συνθηματική φράση (τέσσερις λέξεις): "))
    if getpass.getpass("Ακόμα μία φορά: ") != chosen.reveal():
        raise NotDone("the two are not the same; nothing was made")
    return chosen


def _agree(options: argparse.Namespace) -> consent.Agree:
    def ask(told: tuple[str, ...]) -> bool:
        for line in told:
            print(line, file=sys.stderr)
        return bool(options.rehearsal) or asked_to_agree()

    return ask


def asked_to_agree() -> bool:
    """One word, in whatever letters: small, without accents, or with Latin ones that look like it."""
    print(f"Αν συμφωνείτε με όλα, γράψτε {_AGREED}: ", end="", file=sys.stderr, flush=True)
    return typed.capitals(sys.stdin.readline().strip()) == typed.capitals(_AGREED)


def _seat_of(options: argparse.Namespace) -> Seat | None:
    """Where a trustee sits. Raises NotDone, and BadRecord for what is no seat."""
    if (Office.TRUSTEE in options.role) != (options.seat is not None and options.threshold is not None):
        raise NotDone("a trustee says --seat PLACE/OF and --threshold, and nobody else does")
    if options.seat is None:
        return None
    place, _, of = options.seat.partition("/")
    if not (place.isdecimal() and of.isdecimal()):
        raise NotDone(f"--seat {options.seat}: write it as 1/3, the first of three trustees")
    return Seat(int(place), options.threshold, int(of))


def _init(options: argparse.Namespace) -> dict[str, object]:
    folder: Path = options.home
    # Before any key is made.
    seat = _seat_of(options)
    # A cut between the keys and the card leaves keys that nobody knows of yet: they are the ones to go on with.
    begun = (folder / IDENTITY).exists() and not (folder / CARD).exists()
    home = _home(options) if begun else Home.make(folder, _passphrase(options, new=True))
    ceremony.make_card(home, options.name, options.role, seat)
    return {"card": str(folder / CARD)}


def _cards(options: argparse.Namespace) -> list[Card]:
    return [ceremony.read_card(_read(path)) for path in options.cards]


def _said(paths: Sequence[Path], kind: str) -> list[Said]:
    return [ceremony.read_said(_read(path), kind) for path in paths]


def _propose(options: argparse.Namespace) -> dict[str, object]:
    home = _home(options)
    text = ceremony.propose(home, _cards(options))
    _write(options.out, Said(ceremony.PROPOSAL, home.id, text).file())
    return {"proposal": str(options.out)}


def _share_out(options: argparse.Namespace) -> dict[str, object]:
    cards = _cards(options)
    proposals = ceremony.of_each(cards, _said(options.proposals, ceremony.PROPOSAL))
    told = ceremony.distribute(ceremony.certs_of(cards), [one.text for one in proposals])
    paths = []
    for card, text in zip(ceremony.trustees_of(cards), told, strict=True):
        paths.append(options.out / f"told-{card.id[:8]}.json")
        _write(paths[-1], Said(ceremony.TOLD, card.id, text).file())
    return {"told": [str(path) for path in paths]}


def _accept(options: argparse.Namespace) -> dict[str, object]:
    home, (told,) = _home(options), _said([options.told], ceremony.TOLD)
    if told.trustee != home.id:
        raise NotDone(f"{options.told.name}: this was told to another trustee")
    text = ceremony.accept(home, ceremony.certs_of(_cards(options)), told.text)
    _write(options.out, Said(ceremony.ACCEPTED, home.id, text).file())
    return {"accepted": str(options.out)}


def _combine(options: argparse.Namespace) -> dict[str, object]:
    cards = _cards(options)
    proposals = ceremony.of_each(cards, _said(options.proposals, ceremony.PROPOSAL))
    accepted = ceremony.of_each(cards, _said(options.accepted, ceremony.ACCEPTED))
    texts = ([one.text for one in each] for each in (proposals, accepted))
    _write(options.out, ceremony.combine(ceremony.certs_of(cards), *texts).file())
    return {"key": str(options.out)}


def _record(options: argparse.Namespace) -> dict[str, object]:
    previous = read_officials(_read(options.previous)).fingerprint if options.previous else ""
    key = ceremony.read_key(_read(options.key))
    text = ceremony.record_with(_cards(options), key, options.municipality, options.term, previous)
    _write(options.out, text)
    return {"record": str(options.out), "fingerprint": read_record(text).fingerprint}


def _sign(options: argparse.Namespace) -> dict[str, object]:
    setup = read_setup(_read(options.setup)) if options.setup else None
    text, home = _read(options.file), _home(options)
    lay_out_pictures(text, options.home)
    signed = sign(home, text, setup, _agree(options))
    if isinstance(signed, consent.Refusal):
        raise NotDone(f"not signed: {signed.why}")
    _write(options.out, canonical(signed.plain()))
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


def _collect(options: argparse.Namespace) -> dict[str, object]:
    signatures = [signing.read_signatures([json.loads(_read(path))], path.name)[0] for path in options.signatures]
    found = ceremony.signed_officials(_read(options.record), signatures)
    _write(options.out, found.file())
    return {"officials": str(options.out), "fingerprint": found.fingerprint}


def _join(options: argparse.Namespace) -> dict[str, object]:
    home, found = _home(options), read_officials(_read(options.officials))
    ceremony.join(home, found, ceremony.read_key(_read(options.key)) if options.key else None)
    return {"fingerprint": found.fingerprint}


def _fingerprint(options: argparse.Namespace) -> dict[str, object]:
    return {"fingerprint": read_officials(_read(options.officials)).fingerprint}


def _rehearse(options: argparse.Namespace) -> dict[str, object]:
    found = ceremony.rehearse(options.out, options.municipality, options.term)
    return {"fingerprint": found.fingerprint, "officials": str(options.out / "officials.json")}


def _play(_options: argparse.Namespace) -> int:
    from ballot_box.officials.wizard import rehearsal  # which uses what is above

    rehearsal.play()
    return 0


_LEFT_OUT = {
    registrar.KEY_TWICE: "another card on the roll has its key, and could open its slip",
    registrar.NO_KEY: "its key is no public key of P-256 or RSA-2048",
    registrar.CARD_TWICE: "it stands on the roll with two keys",
}


def _registrar(options: argparse.Namespace) -> dict[str, object]:
    home = _home(options)
    request = registration.read_request(_read(options.request))
    chosen = read_chosen(_read(options.auditors)) if options.auditors else {}
    registrar.refuse_second(options.out)  # before what is made once is made
    if fault := registration.auditors_refused(request, chosen):
        raise NotDone(fault)
    if not _agree(options)(roll_told(registration.changes(home, request), sorted(chosen))):
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
    now = _now(options)
    _write(options.out, deposits_of(_home(options), _read(options.setup), now))
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


def _now(options: argparse.Namespace) -> datetime:
    if options.at and not options.rehearsal:
        raise NotDone("--at is for rehearsals: a vote is opened by the clock")
    return options.at or datetime.now(UTC)


def _open(options: argparse.Namespace) -> dict[str, object]:
    now = _now(options)
    home = _home(options)
    with tempfile.TemporaryDirectory(prefix="ballot-box-") as scratch:
        board, evidence = files.unpack(options.package, Path(scratch))
        found = trustee.open_vote(
            home,
            files.read_evidence(evidence),
            Board(board),
            now,
            options.slip,
            agree=_agree(options),
            progress=lambda said: print(said, file=sys.stderr),
            auditors=auditors_beside(board),
        )
    if isinstance(found, MayNotOpen):
        raise NotDone(f"not opened: {found.why}")
    _write(options.out, found.file)
    return {"share": str(options.out)}


def auditors_beside(board: Path) -> Board | None:
    found = files.beside(board)
    return Board(found) if found else None


def _end(options: argparse.Namespace) -> dict[str, object]:
    home = _home(options)
    with tempfile.TemporaryDirectory(prefix="ballot-box-") as scratch:
        board, evidence = files.unpack(options.package, Path(scratch))
        handed = files.read_evidence(evidence)
        given = Audited(handed.listed, handed.deposits, auditors_beside(board))
        found = trustee.end_vote(home, (handed.setup, handed.setup_signatures), Board(board), given)
    if isinstance(found, MayNotOpen):
        raise NotDone(f"not signed: {found.why}")
    if not _agree(options)(consent.shown_end(handed.setup, read_final(found.text))):
        raise NotDone("not signed: you did not agree")
    _write(options.out, files.signed_file(found.text, [found.signature]))
    return {"final": str(options.out)}


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip()


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
