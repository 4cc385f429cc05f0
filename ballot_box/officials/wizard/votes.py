"""An official's acts for one vote: signing it, its slips, opening it, its end, declaring what is missing."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from ballot_box import registrar
from ballot_box.board import Board
from ballot_box.officials import commands, consent, files, registration, trustee
from ballot_box.officials.opening import MayNotOpen
from ballot_box.officials.records import Setup, read_final, read_setup
from ballot_box.officials.signing import canonical, digest_of, read_canonical
from ballot_box.officials.wizard import stick as lying
from ballot_box.officials.wizard.desk import Desk
from ballot_box.officials.wizard.talk import ask, say
from ballot_box.officials.wizard.words import greek, in_greek

_TOWN_HALL = "Πηγαίνετε το στικάκι στο δημαρχείο."


def sign(desk: Desk, *kinds: str) -> None:
    """A set-up, an extension or a declaration, whichever is chosen."""
    what = " ή ".join(lying.NAMES[kind] for kind in kinds)
    text = desk.stick.pick(what, *kinds).text
    kind = read_canonical(text, what).get("kind")
    setup: Setup | None = None
    if kind != lying.SETUP:
        beside = desk.stick.pick("η ψηφοφορία που αφορά", lying.SETUP, lying.SETUP_FILE).text
        setup = read_setup(lying.setup_in(beside))
    commands.lay_out_pictures(text, desk.path)
    signed = commands.sign(desk.home, text, setup, desk.agree)
    if isinstance(signed, consent.Refusal):
        say("", f"Δεν υπογράφηκε. {greek(signed.why)}")
        return
    desk.hand_out(f"signature-{digest_of(text)[:8]}-{desk.home.id[:8]}.json", canonical(signed.plain()))
    say("", f"Υπογράφηκε. {_TOWN_HALL}")


def make_slips(desk: Desk) -> None:
    """The registrar's: the slips of one vote, once; what was lost with a stick is copied again."""
    request = registration.read_request(desk.stick.pick(lying.NAMES[lying.ROLL], lying.ROLL).text)
    name = f"slips-{request.election}"
    kept = desk.path / "sent" / name
    if not kept.exists():
        if not desk.agree(commands.roll_told(registration.changes(desk.home, request))):
            say("", greek("you did not agree"))
            return
        _make_slips(desk, request, kept)
    shutil.copytree(kept, desk.stick.folder / name, dirs_exist_ok=True)
    say("", f"Έγραψα στο στικάκι τον φάκελο {name}. {_TOWN_HALL}")
    say("Σε λίγες ημέρες θα σας ζητήσουν να υπογράψετε και την ψηφοφορία (επιλογή 3).")


def _make_slips(desk: Desk, request: registration.Request, kept: Path) -> None:
    kept.parent.mkdir(mode=0o700, exist_ok=True)
    aside = kept.with_name(f".{kept.name}.writing")
    shutil.rmtree(aside, ignore_errors=True)
    made = registration.make(desk.home, request)
    registrar.write_out(aside, made)
    aside.replace(kept)
    for card, why in made.left_out:
        say(f"Η κάρτα {card} δεν παίρνει ψηφοδέλτιο ({why}). Οι άλλες ψηφίζουν.")


def open_vote(desk: Desk, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
    """A trustee's share of opening a vote that is over."""
    package = desk.stick.pick(lying.NAMES[lying.PACKAGE], lying.PACKAGE).path
    say("", "Χρειάζεται ο κωδικός από το χαρτί λήξης ενός σημείου: 6 ομάδες από 4 γράμματα.")
    say("Τον διαβάσατε εσείς στο σημείο, ή σας τον έφερε κάποιος που εμπιστεύεστε. Όχι από το δημαρχείο.")
    slip = ask("Ο κωδικός λήξης")
    with tempfile.TemporaryDirectory(prefix="ballot-box-") as scratch:
        board, evidence = files.unpack(package, Path(scratch))
        read = files.read_evidence(evidence)
        found = trustee.open_vote(
            desk.home,
            read,
            Board(board),
            now(),
            slip,
            agree=in_greek(desk.agree),
            progress=lambda said: say(greek(said)),
        )
    if isinstance(found, MayNotOpen):
        say("", f"Δεν ανοίχτηκε. {consent.plainly([greek(found.why)])[0]}")
        return
    desk.stick.write(f"share-{read.setup.election}-{desk.home.id[:8]}.txt", found.text)
    say("", f"Έγινε. {_TOWN_HALL} Το αποτέλεσμα βγαίνει όταν δώσουν το μερίδιό τους όσοι επίτροποι χρειάζονται.")


def sign_end(desk: Desk) -> None:
    """A trustee's word for the counted vote."""
    package = desk.stick.pick(f"{lying.NAMES[lying.PACKAGE]}, με αποτέλεσμα", lying.PACKAGE).path
    say("", "Ελέγχω ολόκληρη την καταμέτρηση.")
    with tempfile.TemporaryDirectory(prefix="ballot-box-") as scratch:
        board, evidence = files.unpack(package, Path(scratch))
        handed = files.read_evidence(evidence)
        setup = handed.setup
        found = trustee.end_vote(desk.home, (setup, handed.setup_signatures), Board(board))
    if isinstance(found, MayNotOpen):
        say("", f"Δεν υπογράφηκε. {consent.plainly([greek(found.why)])[0]}")
        return
    if not desk.agree(consent.shown_end(setup, read_final(found.text))):
        say("", greek("you did not agree"))
        return
    desk.stick.write(f"end-{setup.election}-{desk.home.id[:8]}.json", files.signed_file(found.text, [found.signature]))
    say("", f"Υπογράφηκε. {_TOWN_HALL}")
