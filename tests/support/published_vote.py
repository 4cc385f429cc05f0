"""A small vote as it lies on its public page: real officials' signatures beside a real board, at any stage of its life.

Twelve may vote; six do, one of them twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ballot_box import (
    BLANK,
    Blank,
    Board,
    Choice,
    Credential,
    Question,
    add_partial_decryption,
    close,
    decrypt,
    encrypted_tally,
    list_digest,
    make_setup,
    new_uuid,
    result,
    seal_ballot,
    tool_version,
)
from ballot_box.credential import public_part_in
from ballot_box.officials import files, signing
from ballot_box.officials.body import Officials, read_officials
from ballot_box.officials.ceremony import PASSPHRASE_FILE
from ballot_box.officials.home import Home, Passphrase
from ballot_box.officials.records import (
    Decided,
    Lost,
    Setup,
    declaration_of,
    extension_of,
    final_of,
    read_setup,
)
from ballot_box.officials.signing import canonical

CHOICES: tuple[list[set[int] | Blank], ...] = (
    [{0}, {0, 2}],
    [{0}, {1}],
    [{1}, set()],
    [BLANK, {0}],
    [{0}, {2}],
    [{2}, {0, 1}],
)
OPENS, CLOSES = datetime(2026, 11, 16, 7, 0, tzinfo=UTC), datetime(2026, 11, 22, 19, 0, tzinfo=UTC)


def words(el: str, en: str) -> dict[str, str]:
    return {"el": el, "en": en}


TITLE = words("Μία Κυριακή τον μήνα χωρίς αυτοκίνητα", "One Sunday a month without cars")
INTRODUCTION = words(
    "Να κλείνει το κέντρο για τα αυτοκίνητα μία Κυριακή τον μήνα, από τις 9:00 το πρωί έως τις 6:00 το απόγευμα.",
    "Whether the centre is closed to cars on one Sunday a month, from 9 in the morning to 6 in the evening.",
)
QUESTIONS = (
    (
        words("Να γίνει;", "Shall it be done?"),
        (
            words("Ναι, κάθε μήνα", "Yes, every month"),
            words(
                "Ναι, μόνο την άνοιξη και το φθινόπωρο, και όχι όταν έχει άλλη εκδήλωση στο κέντρο",
                "Yes, in spring and autumn only, and not when something else is on in the centre",
            ),
            words("Όχι", "No"),
        ),
        (1, 1, True),
    ),
    (
        words("Τι να γίνεται τότε στους δρόμους;", "What shall happen in the streets then?"),
        (words("Παιχνίδι", "Play"), words("Αγορά", "Market"), words("Μουσική", "Music")),
        (0, 2, False),
    ),
)


@dataclass(frozen=True)
class PublishedVote:
    """`homes` of the officials by who they are; `folder` is the test's own."""

    folder: Path
    officials: Officials
    homes: Mapping[str, Home]
    setup: Setup
    board: Board

    def signed(self, typ: str, text: str, *who: str) -> str:
        """A record with their signatures, as it is published."""
        return files.signed_file(text, [self.homes[one].signer.sign(typ, text) for one in who])

    def texts(self, *, final: bool = True, extended: datetime | None = None) -> dict[str, str]:
        """What lies beside the board."""
        by = [self.homes[one].signer for one in ("registrar", "trustee-1", "trustee-3")]
        later = extension_of(self.setup, extended, words("Απεργία", "Strike")) if extended else None
        extensions = [(later.text, [one.sign(signing.EXTENSION, later.text) for one in by])] if later else []
        signatures = [one.sign(signing.SETUP, self.setup.text) for one in by]
        found = {
            "officials.json": self.officials.file(),
            "setup.json": files.setup_file(self.setup.text, signatures, extensions),
        }
        return found | ({"final.json": self.end()} if final else {})

    def end(self) -> str:
        opened = result(self.board)
        record = final_of(self.setup, self.board.head(), opened.counts, opened.blanks, opened.ballots)
        return self.signed(signing.FINAL, record.text, "trustee-1", "trustee-3")

    def declaration(self, lost: Sequence[Lost], decided: Sequence[Decided], *who: str) -> str:
        said = declaration_of(self.setup, lost, decided)
        return self.signed(signing.DECLARATION, said.text, *(who or ("officer-1", "officer-2")))

    def count(self) -> None:
        """From an open board to one with a result."""
        close(self.board)
        encrypted_tally(self.board)
        for number in (1, 3):
            home = self.homes[f"trustee-{number}"]
            add_partial_decryption(self.board, decrypt(self.board, number, home.part(), home.opened_by))
        result(self.board)


def make(rehearsed: Path, folder: Path, *, voters: int = 6, quorum: int | None = 50) -> PublishedVote:
    """An open vote with some ballots. `rehearsed`: the folders of all officials of a town."""
    officials = read_officials((rehearsed / "officials.json").read_text(encoding="utf-8"))
    homes = {one.name: _home(one) for one in rehearsed.iterdir() if one.is_dir()}
    uuid = new_uuid()
    credentials = [Credential.generate() for _ in range(12)]
    asked = [Question(text["el"], tuple(one["el"] for one in answers), *rule) for text, answers, rule in QUESTIONS]
    public = [public_part_in(uuid, one) for one in credentials]
    counted = make_setup(uuid, TITLE["el"], asked, officials.trustees, public, description=INTRODUCTION["el"])
    digest = list_digest(counted.credentials)
    plain = {
        "article": [],
        "audience": "elector",
        "audit": None,
        "belenios": {"election": counted.election, "trustees": counted.trustees},
        "booths": {"anargyri-1": "a" * 64, "kamatero-1": "b" * 64},
        "closes": CLOSES.isoformat().replace("+00:00", "Z"),
        "credentials_digest": digest,
        "election": uuid,
        "floor": 5,
        "grace_hours": 72,
        "introduction": INTRODUCTION,
        "kind": "votes.notice",
        "left_out": {},
        "officials": officials.fingerprint,
        "opens": OPENS.isoformat().replace("+00:00", "Z"),
        "parts": [digest],
        "questions": [_question(*one) for one in QUESTIONS],
        "quorum_percent": quorum,
        "roll_digest": "c" * 64,
        "roll_size": 12,
        "title": TITLE,
        "tool": tool_version(),
        "version": 3,
    }
    board = Board.create(folder / f"{uuid}.bel", counted)
    pairs = list(zip(credentials, CHOICES, strict=False))[:voters]
    board.append([seal_ballot(counted, credentials[0], Choice([{2}, {1}])).text])
    board.append([seal_ballot(counted, one, Choice(choice)).text for one, choice in pairs])
    return PublishedVote(folder, officials, homes, read_setup(canonical(plain)), board)


def _home(folder: Path) -> Home:
    return Home.open(folder, Passphrase((folder / PASSPHRASE_FILE).read_text(encoding="utf-8").strip()))


def _question(
    text: dict[str, str], answers: Sequence[dict[str, str]], rule: tuple[int, int, bool]
) -> dict[str, object]:
    minimum, maximum, blank = rule
    return {
        "answers": [{"note": words("", ""), "text": one} for one in answers],
        "blank": blank,
        "maximum": maximum,
        "minimum": minimum,
        "note": words("", ""),
        "text": text,
    }
