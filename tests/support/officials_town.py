"""A whole small vote without a centre and without booths: officials in a rehearsal, twelve cards, the keys of three
booths, nine ballots that were really sealed, and a signed end. Its tests are root at the town hall, who has every file
of it but the officials' folders and the keys of cards and booths.
"""

from __future__ import annotations

import copy
import json
import secrets
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwe
from joserfc.jwk import ECKey

from ballot_box import (
    BLANK,
    Blank,
    Board,
    Choice,
    Credential,
    ElectionSetup,
    NotVerified,
    Question,
    add_partial_decryption,
    close,
    encrypted_tally,
    list_digest,
    make_setup,
    new_uuid,
    read_slip,
    registrar,
    result,
    seal_ballot,
    split,
)
from ballot_box.officials import audit, consent, files, registration, signing, trustee
from ballot_box.officials.body import Officials
from ballot_box.officials.ceremony import PASSPHRASE_FILE, rehearse
from ballot_box.officials.home import Home, Passphrase
from ballot_box.officials.opening import Evidence, MayNotOpen, Signed
from ballot_box.officials.records import (
    Extension,
    Final,
    Setup,
    closing,
    officials_fault,
    read_final,
    read_setup,
    unsigned,
)
from ballot_box.officials.signing import BadRecord, KeySigner, Signature, canonical, digest_of, key_id, pem_of
from ballot_box.officials.statement import Stated, statement_of
from ballot_box.officials.trustee import Ended, Share
from ballot_box.tracker import tracker_of
from municipality.matters.votes import messages
from municipality.words.bilingual import Words

OPENS = datetime(2027, 3, 1, 6, tzinfo=UTC)
CLOSES = datetime(2027, 3, 8, 18, tzinfo=UTC)
LATER = CLOSES + timedelta(days=1)
GRACE = timedelta(hours=48)
MUNICIPALITY, FLOOR = "Δήμος Δοκιμής", 5
BOOTHS = ("agora", "kep", "limani")
CARDS = tuple(f"GR-{number:04}" for number in range(1, 13))
QUESTION = Question("Να γίνει πεζόδρομος η οδός «Ειρήνης»;", ("Ναι", "Όχι"), 1, 1, True)
Marks = frozenset[int] | Blank
YES, NO = frozenset({0}), frozenset({1})
# booth, card, choice, in the order in which they were cast. GR-0003 votes again at another booth, and GR-0007 again
# before the first one had come in.
CAST: tuple[tuple[str, int, Marks], ...] = (
    ("agora", 1, YES),
    ("agora", 2, NO),
    ("agora", 3, YES),
    ("limani", 7, YES),
    ("kep", 3, NO),
    ("kep", 4, BLANK),
    ("kep", 5, YES),
    ("limani", 6, YES),
    ("agora", 7, NO),
)
SUPERSEDED = 3  # its place above

Setups = tuple[Setup, Signed, tuple[tuple[Extension, Signed], ...]]


@dataclass(frozen=True)
class Cast:
    """A ballot: where, by which card's credential, its text as on the board."""

    booth: str
    card: str
    text: str

    @property
    def tracker(self) -> str:
        return tracker_of(self.text)


@dataclass(frozen=True)
class Town:
    """All of it. `kept`: boards, so that none is made twice.

    What root has not: `homes`, `cards`, `booths` (private keys) and `credentials`."""

    folder: Path
    kept: Path
    officials: Officials
    election: ElectionSetup
    setup: Setup
    signatures: Signed
    slips: Mapping[str, str]
    cast: tuple[Cast, ...]
    cards: Mapping[str, ec.EllipticCurvePrivateKey]
    booths: Mapping[str, KeySigner]
    credentials: Mapping[str, Credential]

    # --- who has a key -----------------------------------------------------------------------------------------------

    def home(self, name: str) -> Home:
        return home_in(self.folder / name)

    def sign(self, typ: str, text: str, *names: str) -> tuple[Signature, ...]:
        return tuple(self.home(name).signer.sign(typ, text) for name in names)

    def state(self, booth: str, ballots: Iterable[str], setup: Setup | None = None) -> Stated:
        """A booth's closing statement."""
        signer = self.booths[booth]
        statement = statement_of(booth, (setup or self.setup).digest, ballots)
        return Stated(statement, signer.sign(signing.STATEMENT, statement.text), (pem_of(signer.public),))

    def seal(self, card: int, marks: Marks, election: ElectionSetup | None = None) -> str:
        return seal_ballot(election or self.election, self.credentials[CARDS[card - 1]], Choice([marks])).text

    # --- what the town hall makes ------------------------------------------------------------------------------------

    def of(self, booth: str, cast: Iterable[Cast] | None = None) -> list[str]:
        return [one.tracker for one in (self.cast if cast is None else cast) if one.booth == booth]

    def evidence(self, setup: Setup | None = None, cast: Iterable[Cast] | None = None, **changed: Any) -> Evidence:
        """The honest one, but for what is `changed`."""
        said = self.cast if cast is None else tuple(cast)
        whole = Evidence(
            setup=setup or self.setup,
            setup_signatures=self.signatures,
            extensions=(),
            statements=[self.state(booth, self.of(booth, said), setup) for booth in BOOTHS],
            superseded=[self.cast[SUPERSEDED].text],
            declaration=None,
        )
        return replace(whole, **changed)

    @property
    def on_board(self) -> list[str]:
        return [one.text for place, one in enumerate(self.cast) if place != SUPERSEDED]

    def board(
        self, ballots: Iterable[str] | None = None, election: ElectionSetup | None = None, *, tallied: bool = True
    ) -> Board:
        """A new board with these ballots, one after the other; if nothing is said the honest ones, multiplied out."""
        texts = self.on_board if ballots is None else list(ballots)
        asked = election or self.election
        kept = self.kept / f"{digest_of(canonical([asked.to_json(), texts, tallied]))}.bel"
        if not kept.exists():
            board = Board.create(kept, asked)
            board.append(texts)
            if tallied:
                close(board)
                encrypted_tally(board)
        return self.copy(kept)

    def copy(self, kept: Path) -> Board:
        """That may be written to."""
        return Board(shutil.copyfile(kept, self.folder / f"{secrets.token_hex(8)}.bel"))

    def counted(self) -> Board:
        """The honest board with its result."""
        return self.copy(self.folder / "counted.bel")

    def slip(self, booth: str = "kep") -> str:
        """What a trustee reads on the closing slip of that booth."""
        return self.state(booth, self.of(booth)).statement.slip

    def altered(self, change: Callable[[dict[str, Any]], object]) -> str:
        """The set-up's text with something else in it."""
        plain = copy.deepcopy(dict(self.setup.plain))
        change(plain)
        return canonical(plain)

    def signed_again(self, change: Callable[[dict[str, Any]], object]) -> tuple[Setup, Signed]:
        """Another set-up that officials have really signed."""
        setup = read_setup(self.altered(change))
        return setup, self.sign(signing.SETUP, setup.text, "registrar", "trustee-1", "trustee-2")

    # --- what others do with it --------------------------------------------------------------------------------------

    def open(
        self,
        number: int = 1,
        *,
        evidence: Evidence | None = None,
        board: Board | None = None,
        now: datetime = LATER,
        slip: str | None = None,
        progress: Callable[[str], None] = lambda _said: None,
    ) -> Share | MayNotOpen:
        home = self.home(f"trustee-{number}")
        given = evidence or self.evidence()
        read = slip or self.slip()
        return trustee.open_vote(home, given, board or self.board(), now, read, progress=progress)

    def refusal(self, number: int = 1, **given: Any) -> str:
        """Why a trustee's tool does not open; "" if it does."""
        found = self.open(number, **given)
        return found.why if isinstance(found, MayNotOpen) else ""

    def told(self, number: int = 1, **given: Any) -> tuple[str, ...]:
        """What stands before the trustee whose tool opens. Fails if it does not."""
        found = self.open(number, **given)
        assert isinstance(found, Share), found
        return found.told

    def end(self, board: Board, number: int = 1, setup: tuple[Setup, Signed] | None = None) -> Ended | MayNotOpen:
        return trustee.end_vote(self.home(f"trustee-{number}"), setup or (self.setup, self.signatures), board)

    def final(self, board: Board, *numbers: int) -> tuple[Final, Signed]:
        ends = [self.end(board, number) for number in numbers]
        assert all(isinstance(one, Ended) for one in ends), ends
        signatures = tuple(one.signature for one in ends if isinstance(one, Ended))
        return read_final(next(one.text for one in ends if isinstance(one, Ended))), signatures

    def booth(
        self,
        text: str | None = None,
        signatures: Signed | None = None,
        extensions: Sequence[tuple[str, Signed]] = (),
        officials: Officials | None = None,
    ) -> str:
        """Why a booth that knows these officials opens no vote of this notice; "" if it does."""
        given = self.signatures if signatures is None else signatures
        whose = officials or self.officials
        try:
            read = files.read_setup_file(files.setup_file(text or self.setup.text, given, extensions))
            why = officials_fault(read[0], whose) or unsigned(read[0], read[1], whose)
            closing(read[0], read[2], whose)
        except BadRecord as fault:
            return str(fault)
        return why

    def verify(
        self,
        board: Board | None = None,
        *,
        officials: Officials | None = None,
        setup: tuple[Setup, Signed] | None = None,
        extensions: tuple[tuple[Extension, Signed], ...] = (),
        final: tuple[Final, Signed] | None = None,
        fingerprint: str | None = None,
    ) -> str:
        """What `verify --officials` says against it; "" if nothing."""
        given = (*(setup or (self.setup, self.signatures)), extensions)
        whose = fingerprint or self.officials.fingerprint
        found = audit.verify(board or self.counted(), officials or self.officials, given, final, whose)
        return found.why if isinstance(found, NotVerified) else ""


def home_in(folder: Path) -> Home:
    return Home.open(folder, Passphrase((folder / PASSPHRASE_FILE).read_text(encoding="utf-8").strip()))


def opened_slip(slip: str, key: ec.EllipticCurvePrivateKey) -> bytes:
    """As a card does it. JoseError if it was not sealed to this one."""
    plain = jwe.decrypt_compact(slip, ECKey(key, key), algorithms=["ECDH-ES+A256KW", "A256GCM"]).plaintext
    assert plain is not None
    return plain


def agreed(_told: tuple[str, ...]) -> bool:
    return True


def request_of(cards: Mapping[str, ec.EllipticCurvePrivateKey], election: str, why: str = "") -> str:
    entries = [(card, pem_of(key.public_key()), why) for card, key in cards.items()]
    return registration.request_of(election, MUNICIPALITY, entries)


def set_up(
    election: ElectionSetup, made: registrar.Registered, officials: Officials, booths: Mapping[str, KeySigner]
) -> str:
    """The set-up record as the centre writes it."""
    note = Words.both("", "")
    answers = ((QUESTION.answers[0], "Yes"), (QUESTION.answers[1], "No"))
    asked = messages.Question(
        text=Words.both(QUESTION.text, "Shall Irinis street be closed to cars?"),
        note=note,
        answers=tuple(messages.Answer(text=Words.both(*one), note=note) for one in answers),
        minimum=QUESTION.minimum,
        maximum=QUESTION.maximum,
        blank=QUESTION.blank,
    )
    paragraph = Words.both("Κοστίζει 40.000 €.", "It costs 40,000 €.")
    row = messages.Row(what=Words.both("Κόστος", "Cost"), value=Words.both("40.000 €", "40,000 €"))
    return messages.Election(
        election=election.uuid,
        title=Words.both(election.name, "Neighbourhood vote"),
        introduction=Words.both(election.description, "Advisory."),
        article=(messages.Section(heading=Words.both("Κόστος", "Cost"), paragraphs=(paragraph,), rows=(row,)),),
        questions=(asked,),
        audience="resident",
        opens=OPENS,
        closes=CLOSES,
        grace_hours=int(GRACE.total_seconds() // 3600),
        floor=FLOOR,
        roll_size=made.roll_size,
        roll_digest=made.roll_sha256,
        tool=election.tool,
        belenios=messages.BeleniosRecord(election=election.election, trustees=election.trustees),
        parts=tuple(map(list_digest, split(election.credentials))),
        credentials_digest=list_digest(election.credentials),
        officials=officials.fingerprint,
        booths={name: key_id(signer.public) for name, signer in booths.items()},
    ).record()


def belenios_setup(officials: Officials, credentials: Sequence[str], uuid: str | None = None) -> ElectionSetup:
    return make_setup(
        uuid or new_uuid(),
        "Ψηφοφορία γειτονιάς",
        (QUESTION,),
        officials.trustees,
        credentials,
        description="Συμβουλευτική.",
    )


def make_town(folder: Path, kept: Path) -> Town:
    """Every step as those who are meant to take it do, up to the result."""
    officials = rehearse(folder, MUNICIPALITY, "2024-2028")
    cards = {card: ec.generate_private_key(ec.SECP256R1()) for card in CARDS}
    booths = {name: KeySigner(ec.generate_private_key(ec.SECP256R1())) for name in BOOTHS}
    uuid, whose = new_uuid(), home_in(folder / "registrar")
    made = registration.make(whose, registration.read_request(request_of(cards, uuid, "πρώτη ψηφοφορία")))
    election = belenios_setup(officials, made.credentials, uuid)
    setup = read_setup(set_up(election, made, officials, booths))
    signatures = [_consent(folder / name, setup) for name in ("registrar", "trustee-1", "trustee-2")]
    credentials = {
        card: read_slip(opened_slip(slip, cards[card]), card=card, election=uuid, registrar=whose.signer.public)
        for card, slip in made.slips
    }
    slips = dict(made.slips)
    town = Town(folder, kept, officials, election, setup, signatures, slips, (), cards, booths, credentials)
    cast = tuple(Cast(booth, CARDS[card - 1], town.seal(card, marks)) for booth, card, marks in CAST)
    town = replace(town, cast=cast)
    board = town.board()
    for number in (1, 2):
        add_partial_decryption(board, _opened(town, number, town.board()).text)
    result(board)
    board.path.rename(folder / "counted.bel")
    return town


def _consent(folder: Path, setup: Setup) -> Signature:
    signed = consent.sign_setup(home_in(folder), setup, OPENS - timedelta(days=3), agreed)
    assert isinstance(signed, Signature), signed
    return signed


def _opened(town: Town, number: int, board: Board) -> Share:
    """With a copy of the trustee's folder: nobody has opened anything yet in the town that is handed out."""
    played = town.folder / "played"
    shutil.copytree(town.folder / f"trustee-{number}", played)
    found = trustee.open_vote(home_in(played), town.evidence(), board, LATER, town.slip())
    shutil.rmtree(played)
    assert isinstance(found, Share), found
    return found


# --- what root writes with its own hands -----------------------------------------------------------------------------


def write_entry(path: Path, kind: str, text: str) -> None:
    """One entry of a .bel, as belenios-tool writes it, after those that are there."""
    content = text.encode()
    header = bytearray(path.read_bytes()[:512])
    header[:100] = f"{digest_of(text)}.{kind}.json".encode().ljust(100, b"\0")
    header[124:136] = f"{len(content):011o}".encode() + b"\0"
    header[148:156] = b" " * 8
    header[148:156] = f"{sum(header):06o}".encode() + b"\0 "
    with path.open("ab") as file:
        file.write(bytes(header) + content.ljust(-(-len(content) // 512) * 512, b"\0"))


def write_event(board: Board, kind: str, payload: str | None, *, new: bool = False) -> None:
    """An event that our programs would not append. `payload`: the text, written too if it is `new`."""
    last = board.archive().events[-1]
    if payload is not None and new:
        write_entry(board.path, "data", payload)
    named = {} if payload is None else {"payload": digest_of(payload)}
    event = {"parent": last.hash, "height": last.height + 1, "type": kind, **named}
    write_entry(board.path, "event", json.dumps(event, separators=(",", ":")))
