"""R8 and T5: a card is lost and replaced, the new one is lost too and found again, a technician's card repairs a booth.

The real centre over HTTP, two real booths, a blank card that the office makes. Nobody touches a database by hand.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import newcomer as nc
import pytest
import seeded_town
from card_office import MARIA, acts, held

from card_reader import CardImage, Pin, VirtualCard, VirtualReader
from central.demo import vote
from central.demo.seed import seed
from central.kernel.centre import Centre
from central.kernel.outcome import Done
from central.matters.votes import service as elections
from central.matters.votes import standings
from central.office.cards import lifecycle
from central.office.cards import making as card_making
from central.office.cards.letters import LetterFile
from central.office.cards.making import Blank, Made
from central.office.roll import registry
from central.opening import open_centre
from kiosk import settings, wiring
from kiosk.desk.matter import Anybody
from kiosk.identity import lost_card, own_pin, signing_in
from kiosk.identity.lost_card import Blocked
from kiosk.identity.own_pin import Chosen
from kiosk.identity.signing_in import AskPin, Session, SignInRefused
from kiosk.matters.votes import service as voting
from kiosk.matters.votes.afterwards import receipts
from kiosk.matters.votes.afterwards.receipts import Checked, NoList
from kiosk.syncing import rounds as syncing
from kiosk.technician import Did, Technician, admit, did
from municipality.failures import BoothCode
from municipality.matters.cards.rules import State
from municipality.matters.technicians.failures import TechnicianCode
from municipality.matters.votes.receipts import Receipt
from municipality.matters.votes.rules import Marks

ELECTOR, TECHNICIAN = "AAK-000001", "AAT-000901"
OWN = "924681"


@pytest.fixture(scope="module")
def _seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("seeded") / "demo"
    seed(folder, residents=30)
    return folder


@pytest.fixture
def demo(_seeded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(_seeded, tmp_path / "demo"))


@pytest.fixture
def centre(demo: Path) -> Iterator[Centre]:
    opened = open_centre(demo / "centre")
    yield opened
    opened.store.close()


@dataclass
class Place:
    """A booth with its reader. Off line but for its rounds."""

    booth: Any
    reader: VirtualReader

    def round(self) -> None:
        line = wiring.make_client(self.booth)
        try:
            report = syncing.sync_once(self.booth, line, lambda *_: None)
        finally:
            line.close()
        assert report.ok and not report.rejected, [(stage.name, stage.problem) for stage in report.stages]

    def begin(self, card: VirtualCard) -> AskPin | SignInRefused:
        self.reader.insert(card)
        return signing_in.begin(self.booth)

    def sign_in(self, card: VirtualCard, pin: str) -> Session:
        asked = self.begin(card)
        assert isinstance(asked, AskPin), asked
        session = signing_in.unlock(self.booth, asked, Pin(pin))
        assert isinstance(session, Session), session
        return session


@pytest.fixture
def places(demo: Path, centre: Centre) -> Iterator[Callable[[str], Any]]:
    with nc.serving(centre) as url:

        @contextmanager
        def opened(name: str) -> Iterator[Place]:
            reader = VirtualReader()
            loaded = settings.load(demo / "booths" / name / "kiosk.toml", centre_url=url)
            with wiring.open_booth(loaded, bench=wiring.Bench(reader=reader)) as booth:
                yield Place(booth, reader)

        yield opened


def made_at_the_office(centre: Centre, folder: Path, *, rsa_keys: bool = False) -> tuple[str, VirtualCard, str, str]:
    """Number, card, transport PIN and block code of the elector's new card, handed over."""
    piece, reader, pdf = VirtualCard(CardImage.blank()), VirtualReader(), folder / "letter.pdf"
    reader.insert(piece)
    order = lifecycle.replace(centre, ELECTOR, lost=True, who=MARIA)
    assert isinstance(order, Done)
    blank = Blank(rsa_keys=rsa_keys)
    made = card_making.personalise(centre, reader.connect(), order.about, LetterFile(pdf), who=MARIA, blank=blank)
    assert isinstance(made, Made), made
    words = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    pin, code = next(line for line in words.splitlines() if line.count("-") == 1 and line.strip()[:4].isdigit()).rsplit(
        maxsplit=1
    )
    pdf.unlink()
    assert isinstance(lifecycle.hand_over(centre, order.about, made.letter, who=MARIA), Done)
    registry.refresh(centre)
    return order.about, piece, pin.replace(" ", ""), code


def test_lost_replaced_lost_again_and_found(
    demo: Path, centre: Centre, places: Callable[[str], Any], tmp_path: Path
) -> None:
    old = VirtualCard(seeded_town.Town(demo, {"cards": [{"kind": "e", "file": "cards/01.json"}]}).card("e"))
    with places("anargyri-1") as here, places("kamatero-1") as there:
        here.round()
        there.round()
        here.sign_in(old, "246810").connection.close()
        number, new, letter, code = made_at_the_office(centre, tmp_path)
        here.round()
        refused = here.begin(old)
        assert isinstance(refused, SignInRefused) and refused.code in (BoothCode.CARD_REVOKED, BoothCode.CARD_SUSPENDED)
        session = here.sign_in(new, letter)
        assert session.dossier.card == number
        chosen = own_pin.choose(session.connection, session.card, Pin(letter), Pin(OWN))
        assert isinstance(chosen, Chosen), chosen
        session.connection.close()
        here.sign_in(new, OWN).connection.close()

        there.round()
        # Lost at the market: reported at the nearest booth, which has no line just now.
        reported = lost_card.block(there.booth, number, code.lower().replace("-", " "))
        assert isinstance(reported, Blocked) and reported.card == number
        assert there.begin(new) == SignInRefused(BoothCode.CARD_REPORTED_LOST)
        here.sign_in(new, OWN).connection.close()  # this booth has not heard
        there.round()
        assert held(centre, number).state is State.BLOCKED
        registry.refresh(centre)
        here.round()
        assert here.begin(new) == SignInRefused(BoothCode.CARD_SUSPENDED)

        # It was in the other coat. The counter undoes it, and both booths follow the next list.
        assert isinstance(lifecycle.unblock(centre, number, who=MARIA), Done)
        registry.refresh(centre)
        for place in (here, there):
            place.round()
            place.sign_in(new, OWN).connection.close()
        told = [what for _, what in acts(centre, number)]
        assert told == [
            "card.order", "card.begin", "card.personalise", "card.hand_over", "card.block_code", "card.unblock"
        ]  # fmt: skip


def test_a_card_with_rsa_keys_is_served_beside_the_others(
    demo: Path, centre: Centre, places: Callable[[str], Any], tmp_path: Path
) -> None:
    """Its dossier and its slip come like everybody's: the town's others are not held up by it."""
    number, new, letter, _ = made_at_the_office(centre, tmp_path, rsa_keys=True)
    election = elections.draw_up(centre, vote.plan(centre.clock().replace(microsecond=0), 5))
    elections.open_vote(centre, election)
    kept = json.loads((demo / "cards" / "02.json").read_text())
    other = VirtualCard(CardImage.from_json(json.dumps(kept["image"])))
    with places("anargyri-1") as here:
        here.round()
        here.sign_in(other, kept["pin"]).connection.close()
        session = here.sign_in(new, letter)
        assert session.dossier.card == number
        (offered,) = [one for one in voting.offered(here.booth, session) if one.election.election == election]
        marks = [Marks(frozenset({0})) for _ in offered.election.questions]
        assert isinstance(voting.cast(here.booth, session, offered.election, marks, lambda _: None), voting.Cast)
        session.connection.close()
        here.round()
    elections.grow_board(centre, election)
    assert standings.standing(centre, election).ballots == 1


def test_a_vote_of_one_booth_is_checked_at_another_without_a_card(
    demo: Path, centre: Centre, places: Callable[[str], Any]
) -> None:
    """Known there as of the night on which the board grew, and off line."""
    kept = json.loads((demo / "cards" / "02.json").read_text())
    card = VirtualCard(CardImage.from_json(json.dumps(kept["image"])))
    with places("anargyri-1") as here, places("kamatero-1") as there:
        here.round()
        session = here.sign_in(card, kept["pin"])
        election = voting.offered(here.booth, session)[0].election
        marks = [Marks(frozenset({0})) for _ in election.questions]
        cast = voting.cast(here.booth, session, election, marks, lambda _: None)
        assert isinstance(cast, voting.Cast)
        session.connection.close()
        here.round()
        there.round()
        assert receipts.find(Anybody(there.booth), cast.tracker) == NoList(), "nothing shows before the board grows"
        elections.grow_board(centre, election.election)
        there.round()
        found = receipts.find(Anybody(there.booth), cast.tracker[:12])
        assert isinstance(found, Checked) and (found.state, found.vote) == (Receipt.ON_BOARD, election.title)
        other = receipts.find(Anybody(there.booth), "0" * 64)
        assert other == Checked(Receipt.NOT_ARRIVED, found.as_of)


def test_a_technicians_card_opens_the_booth_and_what_it_did_is_told(
    demo: Path, centre: Centre, places: Callable[[str], Any]
) -> None:
    card = VirtualCard(seeded_town.Town(demo, {"cards": [{"kind": "t", "file": "cards/technician.json"}]}).card("t"))
    with places("anargyri-1") as here:
        here.round()
        asked = here.begin(card)
        assert isinstance(asked, AskPin)
        technician = admit(here.booth, asked, Pin("424242"))
        assert isinstance(technician, Technician), technician
        did(here.booth, technician.hand, Did.PAPER_CHANGED)
        technician.connection.close()
        here.round()
        assert acts(centre, here.booth.id) == [(f"card:{TECHNICIAN}", "paper.changed")]
        assert isinstance(lifecycle.list_technician(centre, TECHNICIAN, ["kamatero-1"], who=MARIA), Done)
        here.round()
        asked = here.begin(card)
        assert isinstance(asked, AskPin)
        assert admit(here.booth, asked, Pin("424242")) == SignInRefused(TechnicianCode.NOT_A_TECHNICIAN), (
            "another booth's by now"
        )
