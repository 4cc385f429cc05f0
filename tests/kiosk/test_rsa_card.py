"""A card with RSA-2048 in 9A and 9D is served like any other: dossier, vote, certificate, a technician's trial."""

import base64
from collections.abc import Iterator

import pytest
import small_town as st
from cryptography.hazmat.primitives.asymmetric import rsa
from lobby_house import ONE_VOTE, House, face
from technicians import acts, letters, proof_of
from waiting import until

from ballot_box import BallotOk, check_ballot
from card_reader import PcscReader, Pin, Slot, VirtualCard, Vpicc
from kiosk.desk.actions import Back, Choose, EnterPin, Next, OpenCategory
from kiosk.desk.technician.views import TechnicianPage
from kiosk.desk.views import Attract, Menu, PinEntry, TakeCard
from kiosk.health import Light
from kiosk.identity import signing_in
from kiosk.identity.signing_in import AskPin, Session, SignInRefused
from kiosk.matters.certificates import service as certificates
from kiosk.matters.votes import service as voting
from kiosk.technician import Technician, admission, rehearsal
from municipality.failures import BoothCode
from municipality.matter import Category
from municipality.matters.certificates.kinds import KINDS
from municipality.matters.votes.failures import VoteCode
from municipality.matters.votes.messages import BallotAct
from municipality.matters.votes.rules import Marks
from sync import Item, agree_with, inbox, open_sealed

A_VOTE = (Marks(frozenset({1})), Marks(frozenset({0, 2})))
RSA_CARDS = frozenset({st.ANNA, st.NIKOS, st.TECHNICIAN})


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory):
    return st.build(tmp_path_factory.mktemp("rsa-town"), rsa=RSA_CARDS)


@pytest.fixture
def house(desk) -> Iterator[House]:
    made = House(desk)
    yield made
    made.watch.stop()


def ask_pin(desk, number: str) -> AskPin:
    desk.reader.insert(desk.cards[number])
    asked = signing_in.begin(desk.booth)
    assert isinstance(asked, AskPin), asked
    assert isinstance(asked.genuine.key_management_key, rsa.RSAPublicKey)
    return asked


def the_ballot(desk) -> BallotAct:
    """Proved by the resident's card, and with room to spare under its seal."""
    (envelope,) = [one for one in letters(desk) if one.kind == "votes.ballot"]
    proof = proof_of(desk.town, envelope, desk.town.cards[st.ANNA])
    assert len(base64.b64decode(proof.signature)) == 256
    sealed = open_sealed(envelope.body, agree_with(desk.town.sealing_key), kid="centre")
    assert len(sealed) < 0.9 * voting.sealed_size(desk.town.election)
    return BallotAct.read(st.told(desk.town, envelope)[1])


def altered(token: str, part: int) -> str:
    """One bit in the middle of one of the five."""
    parts = token.split(".")
    data = bytearray(base64.urlsafe_b64decode(parts[part] + "=="))
    data[len(data) // 2] ^= 1
    parts[part] = base64.urlsafe_b64encode(data).rstrip(b"=").decode()
    return ".".join(parts)


def test_a_whole_visit(house: House) -> None:
    assert house.insert(st.ANNA) == PinEntry(3)
    assert house.act(EnterPin(Pin("111111"))) == PinEntry(2, wrong=True)
    assert house.act(EnterPin(Pin(st.PIN))) == Menu(ONE_VOTE)
    house.to_review()
    assert face(house.act(Next())) == "Done voted"
    assert isinstance(house.act(Back()), Menu)
    house.act(OpenCategory(Category.DOCUMENTS))
    house.act(Choose("certificates:family_status"))
    assert face(house.act(Next())) == "Done printed"
    assert house.act(Next()) == TakeCard()
    assert isinstance(house.pull(), Attract)
    assert len(list((house.desk.home / "papers").glob("*.pdf"))) == 1


def test_its_dossier_opens_and_its_vote_counts(desk) -> None:
    session = desk.sign_in(st.ANNA)
    assert session.dossier.member.surname == st.SURNAME and st.SURNAME not in repr(session)
    outcome = voting.cast(desk.booth, session, desk.town.election, A_VOTE, lambda _stage: None)
    assert isinstance(outcome, voting.Cast)
    checked = check_ballot(st.setup_of(desk.town), the_ballot(desk).ballot)
    assert isinstance(checked, BallotOk) and checked.tracker == outcome.tracker


def test_what_was_altered_or_is_anothers_is_a_broken_dossier(desk) -> None:
    with desk.booth.store.reading() as connection:
        mine, others = (inbox.get(connection, "dossier", number) for number in (st.ANNA, st.NIKOS))
    assert mine is not None and others is not None
    head = mine.body.split(".")[0]
    spoilt = {
        "its wrapped key": altered(mine.body, 1),
        "its tag": altered(mine.body, 4),
        "another's": others.body,
        "another's under its header": head + "." + others.body.split(".", 1)[1],
    }
    for body in spoilt.values():
        with desk.booth.store.writing() as connection:
            inbox.store_item(connection, Item("dossier", st.ANNA, 99, body))
        asked = ask_pin(desk, st.ANNA)
        assert signing_in.unlock(desk.booth, asked, Pin(st.PIN)) == SignInRefused(BoothCode.DOSSIER_BROKEN)


def test_a_slip_that_was_altered_casts_nothing(desk) -> None:
    session = desk.sign_in(st.ANNA)
    key = voting.slip_key(session, desk.town.election)
    with desk.booth.store.writing() as connection:
        item = inbox.get(connection, "votes.slip", key)
        assert item is not None
        inbox.store_item(connection, Item("votes.slip", key, 99, altered(item.body, 1)))
    outcome = voting.cast(desk.booth, session, desk.town.election, A_VOTE, lambda _stage: None)
    assert outcome == voting.NotCast(VoteCode.VOTE_NO_SLIP)


def test_pulled_while_it_opens_it_is_gone(desk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ask_pin(desk, st.ANNA)
    card = desk.cards[st.ANNA]
    operate = type(card).operate

    def pulled(self, key, kind: int, content: bytes) -> bytes:
        if key is card.image().keys[Slot.KEY_MANAGEMENT]:
            desk.reader.remove()
        return operate(self, key, kind, content)

    monkeypatch.setattr(type(card), "operate", pulled)
    assert signing_in.unlock(desk.booth, asked, Pin(st.PIN)) == SignInRefused(BoothCode.CARD_GONE)


def test_its_certificate_is_proved_by_it(desk) -> None:
    session = desk.sign_in(st.ANNA)
    sealed = certificates.issue(desk.booth, session, KINDS[0], lambda _stage: None)
    assert isinstance(sealed, certificates.Sealed)
    (letter,) = letters(desk)
    assert len(base64.b64decode(proof_of(desk.town, letter, desk.town.cards[st.ANNA]).signature)) == 256


def test_a_technicians_deeds_are_proved_by_it(house: House) -> None:
    house.insert(st.TECHNICIAN)
    house.act(EnterPin(Pin(st.PIN)))
    for key in ("clean:", "test-page:", "rehearse:"):
        assert isinstance(house.act(Choose(key)), TechnicianPage)
    house.pull()
    assert acts(house) == ["opened", "booth.cleaned", "paper.test_page", "visit.rehearsed", "left"]


def test_a_technicians_trial_visit_opens_with_it(desk) -> None:
    technician = admission.admit(desk.booth, ask_pin(desk, st.TECHNICIAN), Pin(st.PIN))
    assert isinstance(technician, Technician)
    unwrapped: list[bytes] = []
    bare = technician.card.unwrap_rsa
    technician.card.unwrap_rsa = lambda ek: unwrapped.append(bare(ek)) or unwrapped[-1]
    findings = rehearsal.rehearse(desk.booth, technician, lambda *_: None)
    assert [one.light for one in findings] == [Light.GREEN] * 4
    assert [len(block) for block in unwrapped] == [256], "it was really opened by the card"


@pytest.mark.timeout(300, func_only=True)
def test_over_the_real_pcscd(desk, pcscd) -> None:
    piece = Vpicc(VirtualCard(desk.town.cards[st.ANNA]), port=pcscd.port)
    piece.insert()
    try:
        object.__setattr__(desk.booth, "reader", PcscReader(pcscd.reader))
        seen: list[AskPin] = []
        until(lambda: isinstance(asked := signing_in.begin(desk.booth), AskPin) and not seen.append(asked))
        session = signing_in.unlock(desk.booth, seen[0], Pin(st.PIN))
        assert isinstance(session, Session), session
        outcome = voting.cast(desk.booth, session, desk.town.election, A_VOTE, lambda _stage: None)
        session.connection.close()
    finally:
        piece.remove()
    assert isinstance(outcome, voting.Cast) and the_ballot(desk).election == desk.town.election.election
