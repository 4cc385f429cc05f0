"""Where an official sits: their own folder with the keys, unlocked when a step needs it, and the stick beside it."""

from __future__ import annotations

import getpass
from pathlib import Path

from ballot_box.officials import ceremony
from ballot_box.officials.body import Officials
from ballot_box.officials.ceremony import Card
from ballot_box.officials.commands.terminal import NotDone, new_passphrase
from ballot_box.officials.home import CARD, IDENTITY, OFFICIALS, Home, HomeRefused, Passphrase
from ballot_box.officials.wizard.stick import Stick, sent
from ballot_box.officials.wizard.talk import Agreement, say
from ballot_box.officials.wizard.words import greek


class Desk:
    """Never without an official in front of it."""

    def __init__(self, path: Path, stick: Stick) -> None:
        self.path = path
        self.stick = stick
        self._home: Home | None = None

    @property
    def has_keys(self) -> bool:
        return (self.path / IDENTITY).exists()

    @property
    def home(self) -> Home:
        """Asks for the passphrase once, and again while it is wrong."""
        while self._home is None:
            if self.has_keys:
                self._home = self._unlocked()
            else:
                self._home = self._new()
        return self._home

    def _unlocked(self) -> Home | None:
        try:
            return Home.open(self.path, Passphrase(getpass.getpass("Η συνθηματική σας φράση: ")))
        except HomeRefused as refused:
            say(greek(str(refused)))
            return None

    def _new(self) -> Home | None:
        say(
            "",
            "Διαλέξτε μια συνθηματική φράση: τέσσερις λέξεις που δεν πάνε μαζί, όπως σε σταυρόλεξο.",
            "Χωρίς αυτήν τα κλειδιά σας δεν ανοίγουν, και κανείς δεν μπορεί να τη βρει ξανά.",
            "Γράψτε τη σε χαρτί και φυλάξτε το μακριά από αυτόν τον υπολογιστή. Δεν φαίνεται όσο την πληκτρολογείτε.",
        )
        try:
            return Home.make(self.path, new_passphrase())
        except (HomeRefused, NotDone) as refused:
            say(greek(str(refused)))
            return None

    @property
    def card(self) -> Card | None:
        try:
            return ceremony.read_card((self.path / CARD).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None

    @property
    def officials(self) -> Officials | None:
        return self.home.officials() if (self.path / OFFICIALS).exists() else None

    @property
    def agree(self) -> Agreement:
        return Agreement(self.path)

    def hand_out(self, name: str, text: str) -> None:
        """`text` on the stick; what lies in `sent` under this name goes before."""
        self.stick.write(name, sent(self.path, name, lambda: text))

    def kept(self, name: str) -> str | None:
        kept = self.path / "sent" / name
        return kept.read_text(encoding="utf-8") if kept.exists() else None
