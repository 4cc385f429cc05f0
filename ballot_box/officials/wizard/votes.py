"""An official's acts for one vote: signing it, its slips and auditors' cards, opening it, its end, declaring what is
missing."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from assets import typed
from ballot_box import registrar
from ballot_box.board import Board
from ballot_box.choice import Choice
from ballot_box.officials import commands, consent, files, registration, trustee
from ballot_box.officials.opening import MayNotOpen
from ballot_box.officials.records import Setup, read_final, read_setup
from ballot_box.officials.records.auditors import chosen_in, read_deposits
from ballot_box.officials.signing import BadRecord, canonical, digest_of, read_canonical
from ballot_box.officials.trustee import Audited
from ballot_box.officials.wizard import stick as lying
from ballot_box.officials.wizard.desk import Desk
from ballot_box.officials.wizard.talk import ask, choose, say
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
        chosen = _auditors(request)
        if not desk.agree(commands.roll_told(registration.changes(desk.home, request), sorted(chosen))):
            say("", greek("you did not agree"))
            return
        _make_slips(desk, request, kept, chosen)
    shutil.copytree(kept, desk.stick.folder / name, dirs_exist_ok=True)
    say("", f"Έγραψα στο στικάκι τον φάκελο {name}. {_TOWN_HALL}")
    say("Σε λίγες ημέρες θα σας ζητήσουν να υπογράψετε και την ψηφοφορία (επιλογή 3).")


def _auditors(request: registration.Request) -> dict[str, Choice]:
    """Which cards are auditors', and what each of them is going to choose."""
    asked = "Θα ελεγχθούν τα σημεία με κάρτες ελέγχου; (οι ψήφοι τους δεν μετρούν· τουλάχιστον πέντε)"
    if choose(asked, ["Όχι", "Ναι: έχω μπροστά μου κάρτες και επιλογές"]) == 0:
        return {}
    say("", "Για κάθε κάρτα γράψτε τον αριθμό της και ό,τι θα ψηφίσει, όπως το κατέθεσε ο ελεγκτής:")
    say("τον αριθμό της απάντησης (1), πολλούς με κόμμα (1, 3) ή «λευκό»· ανάμεσα στις ερωτήσεις «/».")
    chosen: dict[str, Choice] = {}
    while True:
        card = ask("Ο αριθμός της κάρτας, ή «τέλος»")
        ended = typed.capitals(card) == typed.capitals("τέλος")
        fault = registration.too_few(chosen) if ended else registration.not_on(request, [card])
        if ended and not fault:
            return chosen
        if not fault:
            try:
                chosen[card] = chosen_in(ask("Τι θα ψηφίσει"), "auditors' cards")
            except BadRecord as bad:
                fault = str(bad)
        if fault:
            say("", greek(fault))


def hand_in_deposits(desk: Desk) -> None:
    """The registrar's, after the end: what the auditors had deposited."""
    setup = desk.stick.pick("η ψηφοφορία, όπως δημοσιεύτηκε (setup.json)", lying.SETUP_FILE).text
    text = commands.deposits_of(desk.home, setup, datetime.now(UTC))
    desk.stick.write(f"deposits-{read_deposits(text).election}.json", text)
    say("", f"Έγραψα στο στικάκι τις επιλογές που είχαν κατατεθεί. {_TOWN_HALL}")


def _make_slips(desk: Desk, request: registration.Request, kept: Path, chosen: Mapping[str, Choice]) -> None:
    kept.parent.mkdir(mode=0o700, exist_ok=True)
    aside = kept.with_name(f".{kept.name}.writing")
    shutil.rmtree(aside, ignore_errors=True)
    made = registration.make(desk.home, request, chosen)
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
            auditors=commands.auditors_beside(board),
        )
    if isinstance(found, MayNotOpen):
        say("", f"Δεν ανοίχτηκε. {consent.plainly([greek(found.why)])[0]}")
        return
    desk.stick.write(f"share-{read.setup.election}-{desk.home.id[:8]}.txt", found.file)
    say("", f"Έγινε. {_TOWN_HALL} Το αποτέλεσμα βγαίνει όταν δώσουν το μερίδιό τους όσοι επίτροποι χρειάζονται.")


def sign_end(desk: Desk) -> None:
    """A trustee's word for the counted vote."""
    package = desk.stick.pick(f"{lying.NAMES[lying.PACKAGE]}, με αποτέλεσμα", lying.PACKAGE).path
    say("", "Ελέγχω ολόκληρη την καταμέτρηση.")
    with tempfile.TemporaryDirectory(prefix="ballot-box-") as scratch:
        board, evidence = files.unpack(package, Path(scratch))
        handed = files.read_evidence(evidence)
        setup = handed.setup
        given = Audited(handed.listed, handed.deposits, commands.auditors_beside(board))
        found = trustee.end_vote(desk.home, (setup, handed.setup_signatures), Board(board), given)
    if isinstance(found, MayNotOpen):
        say("", f"Δεν υπογράφηκε. {consent.plainly([greek(found.why)])[0]}")
        return
    if not desk.agree(consent.shown_end(setup, read_final(found.text))):
        say("", greek("you did not agree"))
        return
    desk.stick.write(f"end-{setup.election}-{desk.home.id[:8]}.json", files.signed_file(found.text, [found.signature]))
    say("", f"Υπογράφηκε. {_TOWN_HALL}")
