"""A small vote in which six of twelve cards are auditors': officials in a rehearsal, two booths of which one may be
cracked, ballots that are really sealed. For tests only."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from officials_town import (
    BOOTHS,
    CARDS,
    LATER,
    MUNICIPALITY,
    NO,
    OPENS,
    YES,
    Marks,
    belenios_setup,
    home_in,
    opened_slip,
    request_of,
    set_up,
)

from ballot_box import (
    BLANK,
    Board,
    Choice,
    Credential,
    ElectionSetup,
    TallyResult,
    add_partial_decryption,
    close,
    encrypted_tally,
    new_uuid,
    published_result,
    read_slip,
    result,
    seal_ballot,
)
from ballot_box.officials import registration, signing, trustee
from ballot_box.officials.body import Officials
from ballot_box.officials.ceremony import rehearse
from ballot_box.officials.home import Home
from ballot_box.officials.opening import Evidence, MayNotOpen, Signed
from ballot_box.officials.records import Setup, read_setup
from ballot_box.officials.records.auditors import Deposits, Listed, committed, read_listed
from ballot_box.officials.signing import KeySigner, canonical, digest_of, pem_of
from ballot_box.officials.statement import Stated, statement_of
from ballot_box.officials.trustee import Audited, Share
from ballot_box.registrar import Registered
from ballot_box.tracker import tracker_of

RESIDENTS, AUDITORS = CARDS[:6], CARDS[6:]
CRACKED = "kep"
DEPOSITED: Mapping[str, Marks] = dict(zip(AUDITORS, (YES, YES, NO, BLANK, YES, NO), strict=True))
CHOSEN: Mapping[str, Marks] = dict(zip(RESIDENTS, (YES, NO, YES, YES, NO, YES), strict=True))


@dataclass(frozen=True)
class Polled:
    """A vote that is over: what each booth took, by tracker, and the ballots of each card."""

    ballots: Mapping[str, str]
    taken: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class AuditedTown:
    """`kept`: boards, so that none is made twice. `made`: the registrar's folder."""

    folder: Path
    kept: Path
    officials: Officials
    election: ElectionSetup
    setup: Setup
    signatures: Signed
    made: Registered
    credentials: Mapping[str, Credential]
    booths: Mapping[str, KeySigner]

    def home(self, name: str) -> Home:
        return home_in(self.folder / name)

    @cached_property
    def listed(self) -> Listed:
        return read_listed(self.made.auditors)

    @cached_property
    def deposits(self) -> Deposits:
        return registration.deposits(self.home("registrar"), self.setup.election)

    def seal(self, card: str, marks: Marks) -> str:
        kept = self.kept / f"{card}-{'blank' if marks is BLANK else sorted(marks)}.ballot"  # type: ignore[call-overload]
        if not kept.exists():
            kept.write_text(seal_ballot(self.election, self.credentials[card], Choice([marks])).text, encoding="utf-8")
        return kept.read_text(encoding="utf-8")

    def poll(self, *, cracked: bool = False, voters: Iterable[str] = CARDS) -> Polled:
        """Everybody votes, at one booth and the other in turn. A cracked one seals «no» for whoever says «yes», and
        cannot tell an auditor."""
        ballots: dict[str, str] = {}
        taken: dict[str, list[str]] = {booth: [] for booth in BOOTHS}
        for place, card in enumerate(voters):
            booth = ("agora", CRACKED)[place % 2]
            said = {**CHOSEN, **DEPOSITED}[card]
            sealed = NO if cracked and booth == CRACKED and said == YES else said
            ballots[card] = self.seal(card, sealed)
            taken[booth].append(tracker_of(ballots[card]))
        return Polled(ballots, taken)

    def state(self, booth: str, trackers: Iterable[str], setup: Setup) -> Stated:
        signer = self.booths[booth]
        statement = statement_of(booth, setup.digest, trackers)
        return Stated(statement, signer.sign(signing.STATEMENT, statement.text), (pem_of(signer.public),))

    def evidence(self, polled: Polled, setup: Setup | None = None, **changed: Any) -> Evidence:
        whose = setup or self.setup
        whole = Evidence(
            setup=whose,
            setup_signatures=self.signatures if setup is None else self.sign(whose),
            extensions=(),
            statements=[self.state(booth, polled.taken[booth], whose) for booth in BOOTHS],
            superseded=[],
            declaration=None,
            listed=self.listed,
            deposits=self.deposits,
        )
        return replace(whole, **changed)

    def sign(self, setup: Setup) -> Signed:
        names = ("registrar", "trustee-1", "trustee-2")
        return tuple(self.home(name).signer.sign(signing.SETUP, setup.text) for name in names)

    def altered(self, **parts: Any) -> Setup:
        return read_setup(canonical({**self.setup.plain, **parts}))

    def board(self, ballots: Iterable[str], *, tallied: bool = True, closed: bool = True) -> Board:
        """With these ballots; a copy of the test's own."""
        texts = list(ballots)
        kept = self.kept / f"{digest_of(canonical([texts, tallied, closed]))}.bel"
        if not kept.exists():
            board = Board.create(kept, self.election)
            board.append(texts)
            if closed:
                close(board)
            if tallied:
                encrypted_tally(board)
        return Board(shutil.copyfile(kept, self.folder / f"{secrets.token_hex(8)}.bel"))

    def boards(self, polled: Polled, **more: bool) -> tuple[Board, Board]:
        """The vote's and the auditors', as an honest intake parts them."""
        ballots = polled.ballots
        residents = [text for card, text in ballots.items() if card in RESIDENTS]
        return self.board(residents), self.board([ballots[card] for card in AUDITORS if card in ballots], **more)

    def open(
        self, polled: Polled, board: Board, auditors: Board | None, number: int = 1, **changed: Any
    ) -> Share | MayNotOpen:
        evidence = self.evidence(polled, **changed)
        slip = evidence.statements[0].statement.slip
        return trustee.open_vote(self.home(f"trustee-{number}"), evidence, board, LATER, slip, auditors=auditors)

    def refusal(self, polled: Polled, board: Board, auditors: Board | None, **changed: Any) -> str:
        """Why a trustee's tool does not open; "" if it does."""
        found = self.open(polled, board, auditors, **changed)
        return found.why if isinstance(found, MayNotOpen) else ""

    def count(self, polled: Polled, board: Board, auditors: Board) -> TallyResult:
        """By two trustees, who open both boards together."""
        opened = auditors.archive().has("EncryptedTally")
        for number in (1, 2):
            share = self.open(polled, board, auditors, number)
            assert isinstance(share, Share), share
            mine, theirs = trustee.shares_in(share.file)
            add_partial_decryption(board, mine)
            assert bool(theirs) == opened
            if opened:
                add_partial_decryption(auditors, theirs)
        if opened:
            result(auditors)
        found = result(board)
        assert published_result(board) == found
        return found

    def end(self, board: Board, auditors: Board | None, number: int = 1, **changed: Any) -> trustee.Ended | MayNotOpen:
        given = replace(Audited(self.listed, self.deposits, auditors), **changed)
        return trustee.end_vote(self.home(f"trustee-{number}"), (self.setup, self.signatures), board, given)


def make(folder: Path, kept: Path) -> AuditedTown:
    """Every step as those who are meant to take it do, up to the signed set-up."""
    officials = rehearse(folder, MUNICIPALITY, "2024-2028")
    cards = {card: ec.generate_private_key(ec.SECP256R1()) for card in CARDS}
    booths = {name: KeySigner(ec.generate_private_key(ec.SECP256R1())) for name in BOOTHS}
    uuid, clerk = new_uuid(), home_in(folder / "registrar")
    chosen = {card: Choice([marks]) for card, marks in DEPOSITED.items()}
    made = registration.make(clerk, registration.read_request(request_of(cards, uuid, "νέα κάρτα")), chosen)
    election = belenios_setup(officials, made.credentials, uuid)
    plain = json.loads(set_up(election, made, officials, booths))
    plain["audit"] = committed(read_listed(made.auditors)).plain()
    setup = read_setup(canonical(plain))
    credentials = {
        card: read_slip(opened_slip(slip, cards[card]), card=card, election=uuid, registrar=clerk.signer.public)
        for card, slip in made.slips
    }
    kept.mkdir()
    town = AuditedTown(folder, kept, officials, election, setup, (), made, credentials, booths)
    return replace(town, signatures=town.sign(setup))


__all__ = ["AUDITORS", "CRACKED", "LATER", "OPENS", "RESIDENTS", "AuditedTown", "Polled", "make"]
