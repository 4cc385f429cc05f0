"""The folder that travels between the officials and the town hall, mostly a USB stick: what lies in it, by what it is.

Files are known by what they say, never by their names. Nothing is deleted there, and nothing secret is written there.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ballot_box.officials import ceremony, files
from ballot_box.officials.wizard.talk import choose, say, shown

RECORD, SIGNATURE, OFFICIALS, SETUP_FILE, PACKAGE = "record", "signature", "officials", "setup-file", "package"
SETUP, EXTENSION, DECLARATION, ROLL = "votes.notice", "votes.extension", "votes.declaration", "votes.roll"
_LARGEST = 64 << 20  # bytes of a JSON file that is looked into
_BY_KEYS = {
    frozenset({"by", "jws"}): SIGNATURE,
    frozenset({"extensions", "setup"}): SETUP_FILE,
    frozenset({"municipality", "officials", "previous", "term", "threshold", "trustees", "version"}): RECORD,
}
NAMES = {
    ceremony.CARD_KIND: "κάρτα υπευθύνου",
    ceremony.PROPOSAL: "δεύτερο βήμα ενός επιτρόπου",
    ceremony.ACCEPTED: "τρίτο βήμα ενός επιτρόπου",
    ceremony.KEY_KIND: "το κοινό κλειδί των επιτρόπων",
    RECORD: "ο κατάλογος υπευθύνων για υπογραφή",
    SIGNATURE: "υπογραφή",
    OFFICIALS: "οι υπεύθυνοι, με όλες τις υπογραφές",
    SETUP: "μια νέα ψηφοφορία για υπογραφή",
    EXTENSION: "παράταση για υπογραφή",
    DECLARATION: "δήλωση για υπογραφή",
    ROLL: "ο κατάλογος των καρτών που ψηφίζουν",
    PACKAGE: "μια ψηφοφορία που έληξε",
}


@dataclass(frozen=True)
class Found:
    """`text`: the content, of a package nothing."""

    path: Path
    text: str


@dataclass(frozen=True)
class Stick:
    """The folder that travels."""

    folder: Path

    def of(self, *kinds: str) -> list[Found]:
        """By name."""
        found = []
        for path in sorted(self.folder.iterdir()):
            text = _text(path)
            if (PACKAGE if text is None and zipfile.is_zipfile(path) else kind_of(text or "")) in kinds:
                found.append(Found(path, text or ""))
        return found

    def pick(self, what: str, *kinds: str) -> Found:
        """The one that is there, or the one that is chosen. Left if the official stops."""
        while True:
            found = self.of(*kinds)
            if len(found) == 1:
                say(f"Βρήκα: {shown(found[0].path.name)} ({what}).")
                return found[0]
            if found:
                names = [shown(one.path.name) for one in found]
                return found[choose(f"Ποιο αρχείο είναι; ({what})", names)]
            say("", f"Δεν βρίσκω στον φάκελο {self.folder}: {what}.", "Αντιγράψτε το εκεί, ή βάλτε το σωστό στικάκι.")
            choose("Το κάνατε;", ["Ναι, κοίταξε πάλι"])

    def write(self, name: str, text: str) -> None:
        write(self.folder / name, text)
        say(f"Έγραψα στο στικάκι το αρχείο {name}.")


def write(path: Path, text: str) -> None:
    """Whole or not at all: sticks are pulled out early."""
    aside = path.with_name(f".{path.name}.writing")
    with aside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)


def _text(path: Path) -> str | None:
    try:
        if not path.is_file() or path.name.startswith(".") or path.stat().st_size > _LARGEST:
            return None
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None


def kind_of(text: str) -> str:
    """What a file says that it is; "" for what is none of ours."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(value, dict):
        return ""
    if isinstance(value.get("kind"), str):
        return str(value["kind"])
    if set(value) == {"record", "signatures"}:
        return OFFICIALS if isinstance(value["record"], dict) else ""
    return _BY_KEYS.get(frozenset(value), "")


def sent(home: Path, name: str, make: Callable[[], str]) -> str:
    """What is handed out under this name: made once and kept in the official's folder, so that a lost stick costs a
    copy and not a round."""
    kept = home / "sent" / name
    if not kept.exists():
        kept.parent.mkdir(mode=0o700, exist_ok=True)
        write(kept, make())
    return kept.read_text(encoding="utf-8")


def setup_in(text: str) -> str:
    """The set-up's own text, out of a file of it with signatures or bare. Raises BadRecord."""
    return files.read_setup_file(text)[0].text if kind_of(text) == SETUP_FILE else text
