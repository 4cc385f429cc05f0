"""`python -m ballot_box wizard`: the menu."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from ballot_box import belenios
from ballot_box.archive import BadArchive
from ballot_box.officials.body import Office
from ballot_box.officials.commands.terminal import NotDone
from ballot_box.officials.home import OFFICIALS
from ballot_box.officials.wizard import rehearsal, term, votes
from ballot_box.officials.wizard import stick as lying
from ballot_box.officials.wizard.desk import Desk
from ballot_box.officials.wizard.stick import Stick
from ballot_box.officials.wizard.talk import Left, choose, say, shown
from ballot_box.officials.wizard.words import greek

_HOME = "official"  # in the official's own folder, where nothing else is said
_ACTS: tuple[tuple[str, Callable[[Desk], None]], ...] = (
    ("Νέα κλειδιά για τη θητεία (ή η επόμενη επίσκεψη)", term.new_keys),
    ("Υπογραφή του καταλόγου υπευθύνων", term.sign_officials),
    ("Υπογραφή νέας ψηφοφορίας ή παράτασης", lambda desk: votes.sign(desk, lying.SETUP, lying.EXTENSION)),
    ("Ψηφοδέλτια για τις κάρτες (υπεύθυνος μητρώου)", votes.make_slips),
    ("Άνοιγμα ψηφοφορίας που έληξε (επίτροπος)", votes.open_vote),
    ("Υπογραφή του τέλους (επίτροπος)", votes.sign_end),
    ("Δήλωση για ό,τι λείπει (υπάλληλος)", lambda desk: votes.sign(desk, lying.DECLARATION)),
    ("Πρόβα: όλα μία φορά, με ψεύτικα στοιχεία", lambda _desk: rehearsal.rehearse()),
    ("Επιλογές των καρτών ελέγχου, μετά τη λήξη (υπεύθυνος μητρώου)", votes.hand_in_deposits),
)


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("wizard", help="for an official: one question at a time, in Greek")
    parser.add_argument(
        "--home", type=Path, default=Path.home() / _HOME, metavar="DIR", help="the official's own folder"
    )
    parser.add_argument(
        "--stick", type=Path, default=Path(), metavar="DIR", help="the folder that travels: a USB stick"
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    say("Δημοτικό ΑΤΜ: οδηγός για τους υπευθύνους των ψηφοφοριών")
    if not options.stick.is_dir():
        say(f"Δεν υπάρχει ο φάκελος {options.stick}.")
        return 2
    desk = Desk(options.home.absolute(), Stick(options.stick.absolute()))
    say(f"Τα κλειδιά σας: {desk.path} (μένουν εδώ)", f"Το στικάκι: {desk.stick.folder} (ταξιδεύει)")
    if (card := desk.card) is not None:
        say(f"Είστε: {shown(card.name)}")
    try:
        while True:
            if hint := _next(desk):
                say("", hint)
            act = _ACTS[choose("Τι θέλετε να κάνετε;", [text for text, _ in _ACTS], leave="Κλείνω τον οδηγό")][1]
            _do(desk, act)
    except (Left, KeyboardInterrupt):
        say("", "Κλείνω. Ό,τι έγινε έχει μείνει· την επόμενη φορά συνεχίζουμε από εκεί.")
    return 0


def _next(desk: Desk) -> str:
    """Where a term's ceremony stands for this official; "" once they belong to its officials."""
    card = desk.card
    if card is None:
        return "Την πρώτη φορά αρχίζετε με το 1. Για να δείτε πώς πάει, κάντε πρώτα μια πρόβα: 8."
    if (desk.path / OFFICIALS).exists():
        return ""
    if Office.TRUSTEE in card.roles and (visit := term.next_visit(desk, card)):
        return f"Συνεχίζετε με το 1: επίσκεψη {visit} από 3."
    return "Συνεχίζετε με το 2, όταν τελειώσουν οι επίτροποι τα κλειδιά."


def _do(desk: Desk, act: Callable[[Desk], None]) -> None:
    try:
        act(desk)
    except Left:
        say("", "Σταματάμε εδώ. Ό,τι έγινε έχει μείνει.")
    except belenios.ToolUnavailable:
        say("", "Λείπει το πρόγραμμα belenios-tool, ή δεν τρέχει. Ζητήστε από τον τεχνικό: apt install belenios-tool")
    except OSError as trouble:
        say("", f"Ο δίσκος ή το στικάκι δεν γράφεται ή δεν διαβάζεται ({trouble.strerror}). Δεν χάθηκε τίποτα.")
    except (BadArchive, belenios.ToolFailed, NotDone, ValueError) as trouble:
        say("", shown(greek(str(trouble))))


__all__: Sequence[str] = ["add_to"]
