"""The whole of a vote with invented people, in a folder that is gone afterwards: for practice, and for tests.

Every part is real but the people, the clock and the town hall: the same signatures, slips, ballots and refusals. Never
a folder of a real official.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwe
from joserfc.jwk import ECKey

from ballot_box import registrar, tally
from ballot_box.board import Board
from ballot_box.choice import Choice
from ballot_box.draft import make_setup, new_uuid
from ballot_box.election import ElectionSetup, Question
from ballot_box.listing import list_digest
from ballot_box.officials import ceremony, consent, files, registration, signing, trustee
from ballot_box.officials.body import Office, Officials
from ballot_box.officials.ceremony import PASSPHRASE_FILE
from ballot_box.officials.commands import roll_told
from ballot_box.officials.consent import Refusal
from ballot_box.officials.home import Home, Passphrase
from ballot_box.officials.opening import MayNotOpen
from ballot_box.officials.records import Setup, read_final, read_setup
from ballot_box.officials.records.auditors import committed, read_listed
from ballot_box.officials.signing import KeySigner, Signature, canonical
from ballot_box.officials.statement import Stated, statement_of
from ballot_box.officials.trustee import Audited
from ballot_box.officials.wizard.talk import Agreement, ask, choose, say
from ballot_box.officials.wizard.words import greek, in_greek
from ballot_box.registrar import Registered
from ballot_box.seal import seal_ballot

_MUNICIPALITY, _TERM = "Δήμος Πρόβας", "πρόβα"
_ASKED = Question("Να γίνει πεζόδρομος η οδός Πρόβας;", ("Ναι", "Όχι"), 1, 1, True)
_CHOICES = ([{0}], [{0}], [{1}], [{0}], [{1}], [{0}])
_DEPOSITED = ([{0}], [{1}], [{0}], [{1}], [{0}])
_BOOTHS = ("booth-a", "booth-b")
_ENC = "A256GCM"


def home_of(folder: Path, name: str) -> Home:
    """Of somebody in a rehearsal's folder."""
    return Home.open(folder / name, Passphrase((folder / name / PASSPHRASE_FILE).read_text(encoding="utf-8").strip()))


@dataclass(frozen=True)
class InventedTown:
    """What a town hall and its booths have in a vote. `cards`: the key of each card; `booths`: that of each booth."""

    officials: Officials
    election: str
    cards: Mapping[str, ec.EllipticCurvePrivateKey]
    booths: Mapping[str, KeySigner]

    def request(self) -> str:
        entries = [(card, signing.pem_of(key.public_key()), "νέα κάρτα") for card, key in self.cards.items()]
        return registration.request_of(self.election, _MUNICIPALITY, entries)

    def belenios(self, made: Registered) -> ElectionSetup:
        return make_setup(self.election, "Πρόβα", [_ASKED], self.officials.trustees, made.credentials)

    def setup(self, counted: ElectionSetup, made: Registered, closes: datetime, floor: int = 5) -> Setup:
        """Open for an hour."""
        plain = {
            "article": [],
            "audience": "resident",
            "audit": committed(read_listed(made.auditors)).plain() if made.auditors else None,
            "belenios": {"election": counted.election, "trustees": counted.trustees},
            "booths": {booth: signing.key_id(signer.public) for booth, signer in self.booths.items()},
            "closes": closes.isoformat(),
            "credentials_digest": list_digest(counted.credentials),
            "election": self.election,
            "floor": floor,
            "grace_hours": 0,
            "introduction": {"el": "", "en": ""},
            "kind": "votes.notice",
            "left_out": {},
            "officials": self.officials.fingerprint,
            "opens": (closes - timedelta(hours=1)).isoformat(),
            "parts": [list_digest(counted.credentials)],
            "questions": [_shown(_ASKED)],
            "quorum_percent": None,
            "roll_digest": made.roll_sha256,
            "roll_size": made.roll_size,
            "title": {"el": "Πρόβα", "en": "Rehearsal"},
            "tool": counted.tool,
            "version": 3,
        }
        return read_setup(canonical(plain))

    def ballots(self, counted: ElectionSetup, made: Registered) -> list[str]:
        """One of each card, by card: those of auditors are the last."""
        (public,) = self.officials.keys(Office.REGISTRAR)
        found = []
        for (card, slip), choice in zip(made.slips, (*_CHOICES, *_DEPOSITED), strict=False):
            key = self.cards[card]
            opened = jwe.decrypt_compact(slip, ECKey(key, key), algorithms=["ECDH-ES+A256KW", _ENC]).plaintext or b""
            credential = registrar.read_slip(opened, card=card, election=self.election, registrar=public)
            found.append(seal_ballot(counted, credential, Choice(choice)).text)
        return found

    def statements(self, setup: Setup, trackers: Sequence[str]) -> list[Stated]:
        """The booths have taken turns."""
        found = []
        for place, (booth, signer) in enumerate(self.booths.items()):
            statement = statement_of(booth, setup.digest, trackers[place :: len(self.booths)])
            word = signer.sign(signing.STATEMENT, statement.text)
            found.append(Stated(statement, word, (signing.pem_of(signer.public),)))
        return found


def _shown(question: Question) -> dict[str, object]:
    note = {"el": "", "en": ""}
    answers = [{"note": note, "text": {"el": answer, "en": answer}} for answer in question.answers]
    limits = {"blank": question.blank, "maximum": question.maximum, "minimum": question.minimum}
    return {"answers": answers, **limits, "note": note, "text": {"el": question.text, "en": question.text}}


def invent(officials: Officials, cards: int = len(_CHOICES), auditors: Iterable[str] = ()) -> InventedTown:
    """A town of these officials with a few cards and two booths."""
    names = [*(f"PROVA-{number}" for number in range(1, cards + 1)), *auditors]
    return InventedTown(
        officials,
        new_uuid(),
        {name: ec.generate_private_key(ec.SECP256R1()) for name in names},
        {booth: KeySigner(ec.generate_private_key(ec.SECP256R1())) for booth in _BOOTHS},
    )


def rehearse() -> None:
    """Asks for whom, plays everybody else."""
    whom = choose("Ποιος είστε στην πρόβα;", ["Επίτροπος", "Υπεύθυνος μητρώου"])
    with tempfile.TemporaryDirectory(prefix="ballot-box-") as name:
        _Play(Path(name), ("trustee-1", "registrar")[whom]).all()


def play() -> None:
    """With nobody asked: all of them agree with everything."""
    with tempfile.TemporaryDirectory(prefix="ballot-box-") as name:
        _Play(Path(name), "").all()


def _yes(_told: tuple[str, ...]) -> bool:
    return True


class _Play:
    """One rehearsal; `player` is asked, the others agree with everything."""

    def __init__(self, folder: Path, player: str) -> None:
        self._folder = folder
        self._player = player
        say("", "ΠΡΟΒΑ. Όλα είναι ψεύτικα: δήμος, κάρτες, ψήφοι. Στο τέλος σβήνονται.")
        say("", "1. Οι υπεύθυνοι φτιάχνουν κλειδιά: τρεις επίτροποι, ο υπεύθυνος μητρώου, δύο υπάλληλοι.")
        self._officials = ceremony.rehearse(folder, _MUNICIPALITY, _TERM)
        say(f"   Το αποτύπωμά τους, που θα πληκτρολογούσε ο τεχνικός: {self._officials.fingerprint}")
        self._auditors = {f"PROVA-{letter}": Choice(one) for letter, one in zip("ABCDE", _DEPOSITED, strict=True)}
        self._town = invent(self._officials, auditors=self._auditors)

    def _agree(self, name: str) -> consent.Agree:
        return Agreement(self._folder) if name == self._player else _yes

    def all(self) -> None:
        say("", "2. Το δημαρχείο δίνει στον υπεύθυνο μητρώου, με στικάκι, τον κατάλογο των καρτών.")
        clerk, request = home_of(self._folder, "registrar"), registration.read_request(self._town.request())
        say("   Πέντε ελεγκτές του δίνουν, κλειστά, τις κάρτες τους και τι θα ψηφίσουν. Οι ψήφοι τους δεν μετρούν.")
        if not self._agree("registrar")(roll_told(registration.changes(clerk, request), sorted(self._auditors))):
            say("", greek("you did not agree"))
            return
        made = registration.make(clerk, request, self._auditors)
        say("   Κάθε κάρτα έχει το ψηφοδέλτιό της, που μόνο αυτή το ανοίγει. Το στικάκι γυρίζει στο δημαρχείο.")
        counted = self._town.belenios(made)
        setup = self._town.setup(counted, made, datetime.now(UTC).replace(microsecond=0) + timedelta(hours=2))
        say("", "3. Το δημαρχείο δίνει την ψηφοφορία για υπογραφή.")
        signed = [self._signed(name, setup) for name in ("registrar", "trustee-1", "trustee-2")]
        signatures = [one for one in signed if isinstance(one, Signature)]
        if len(signatures) < len(signed):
            say("   Δεν υπογράφηκε, άρα δεν ανοίγει σε κανένα σημείο. Τέλος της πρόβας.")
            return
        self._counted(setup, signatures, made, *self._voted(counted, made))

    def _signed(self, name: str, setup: Setup) -> Signature | Refusal:
        return consent.sign_setup(home_of(self._folder, name), setup, datetime.now(UTC), self._agree(name))

    def _voted(self, counted: ElectionSetup, made: Registered) -> tuple[Board, Board]:
        """The vote's board, and the auditors'."""
        say("", f"4. Ψηφίζουν {len(self._town.cards)} κάρτες σε {len(self._town.booths)} σημεία. Περιμένετε λίγο…")
        ballots, residents = self._town.ballots(counted, made), len(_CHOICES)
        boards = [Board.create(self._folder / name, counted) for name in (files.BOARD, files.AUDITORS)]
        for board, texts in zip(boards, (ballots[:residents], ballots[residents:]), strict=True):
            board.append(texts)
            tally.close(board)
            tally.encrypted_tally(board)
        return boards[0], boards[1]

    def _counted(
        self, setup: Setup, signatures: Sequence[Signature], made: Registered, board: Board, auditors: Board
    ) -> None:
        statements = self._town.statements(setup, [*board.trackers(), *auditors.trackers()])
        signed = files.setup_file(setup.text, signatures, [])
        evidence = files.read_evidence(files.evidence_file(signed, statements, [], None, made.auditors))
        say("", "5. Έληξε. Κάθε σημείο τυπώνει ένα χαρτί λήξης με έναν κωδικό. Ένας επίτροπος τον διαβάζει επιτόπου.")
        slip = statements[0].statement.slip
        if self._player.startswith("trustee"):
            say(f"   Στο χαρτί γράφει: {slip}")
        for name in ("trustee-1", "trustee-3"):
            typed = ask("   Γράψτε τον κωδικό λήξης") if name == self._player else slip
            home = home_of(self._folder, name)
            found = trustee.open_vote(
                home,
                evidence,
                board,
                setup.closes,
                typed,
                agree=in_greek(self._agree(name)),
                auditors=auditors,
            )
            if isinstance(found, MayNotOpen):
                say("", f"   Δεν ανοίχτηκε. {greek(found.why)}", "   Τέλος της πρόβας.")
                return
            tally.add_partial_decryption(board, found.text)
            tally.add_partial_decryption(auditors, found.auditors)
        tally.result(board)
        tally.result(auditors)
        deposits = registration.deposits(home_of(self._folder, "registrar"), setup.election)
        self._ended(setup, signatures, board, Audited(evidence.listed, deposits, auditors))

    def _ended(self, setup: Setup, signatures: Sequence[Signature], board: Board, audited: Audited) -> None:
        say("", "6. Με δύο μερίδια βγαίνει το αποτέλεσμα. Οι επίτροποι υπογράφουν το τέλος.")
        say("   Ο υπεύθυνος μητρώου δίνει τώρα τις επιλογές των ελεγκτών, και συγκρίνονται με τις ψήφους τους.")
        ended = trustee.end_vote(home_of(self._folder, "trustee-1"), (setup, signatures), board, audited)
        if isinstance(ended, MayNotOpen):
            say(greek(ended.why))
            return
        say(*(f"   {line}" for line in consent.shown_end(setup, read_final(ended.text))))
        say("", "Τέλος της πρόβας. Δεν έμεινε τίποτα.")
