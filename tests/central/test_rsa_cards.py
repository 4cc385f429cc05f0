"""Cards with RSA-2048 keys beside those with P-256: dossiers and slips for both. And a card that nothing can be sealed
to, which must not stop the others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from card_office import MARIA, acts, has_dossier, held
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from staff_desk import at_desk, employ

from ballot_box import read_slip
from ballot_box.officials.body import Office
from card_reader import CardImage, Pin, PivCard, Slot, Verified, VirtualCard, VirtualReader
from central.demo import vote
from central.kernel.centre import Centre
from central.kernel.outcome import Done
from central.matters.votes import service as elections
from central.matters.votes.life import drawing_up
from central.matters.votes.life.elections import town_officials
from central.office.cards import keys as card_keys
from central.office.cards import lifecycle
from central.office.cards import making as card_making
from central.office.cards.letters import LetterFile
from central.office.cards.making import Blank, Made
from central.office.roll import registry
from central.store import alarms
from central.store.line import feed as feed_rows
from central.store.office import cards as card_rows
from central.store.office import registry as rows
from municipality.matters.cards.rules import State
from municipality.matters.votes.messages import VoteItem
from municipality.messages import DOSSIER_TYPE, Dossier, ItemKind
from sync import Agreeing, Opener, SealBroken, Unwrapping, open_sealed, verify_matter

ELECTORS = ("AAK-000001", "AAK-000002", "AAK-000003")


@pytest.fixture
def hand_over(centre: Centre, on_paper: list[Any], tmp_path: Path) -> Callable[[str, bool], tuple[str, PivCard]]:
    """A new card for the holder of an old one, in their hands: its number, and the card unlocked."""

    def made(old: str, rsa_keys: bool) -> tuple[str, PivCard]:
        order, reader = lifecycle.replace(centre, old, lost=True, who=MARIA), VirtualReader()
        assert isinstance(order, Done)
        reader.insert(VirtualCard(CardImage.blank()))
        line, box = reader.connect(), LetterFile(tmp_path / f"{order.about}.pdf")
        done = card_making.personalise(centre, line, order.about, box, who=MARIA, blank=Blank(rsa_keys=rsa_keys))
        assert isinstance(done, Made), done
        assert lifecycle.hand_over(centre, order.about, done.letter, who=MARIA) == Done(order.about, State.HANDED_OVER)
        card = PivCard(line)
        assert card.select() and card.verify(Pin(on_paper[-1].pin)) == Verified()
        return order.about, card

    return made


def opener(card: PivCard) -> Opener:
    certificate = card.certificate(Slot.KEY_MANAGEMENT)
    assert certificate is not None
    by_rsa = isinstance(certificate.public_key(), rsa.RSAPublicKey)
    return Unwrapping(card.unwrap_rsa) if by_rsa else Agreeing(card.agree)


def body(centre: Centre, kind: str, key: str) -> str:
    with centre.store.reading() as tx:
        item = feed_rows.find(tx, kind, key)
    assert item is not None
    return item.body


def test_both_kinds_get_their_dossier(town: Any, centre: Centre, hand_over: Any) -> None:
    made = dict([hand_over(ELECTORS[0], True), hand_over(ELECTORS[1], False)])
    assert [type(opener(card)) for card in made.values()] == [Unwrapping, Agreeing]
    registry.refresh(centre)
    for number, card in made.items():
        token = open_sealed(body(centre, ItemKind.DOSSIER, number), opener(card), kid=number).decode()
        signed = verify_matter(token, {"centre": town.booth().centre_signing}, typ=DOSSIER_TYPE)
        dossier = Dossier.unpack(signed)
        assert (dossier.card, dossier.resident) == (number, held(centre, number).resident)
    first, second = made
    with pytest.raises(SealBroken):
        open_sealed(body(centre, ItemKind.DOSSIER, second), opener(made[first]), kid=second)
    assert registry.refresh(centre) == 0, "what holds is not sealed again"
    with centre.store.reading() as tx:
        assert alarms.waiting(tx) == []


def test_both_kinds_get_their_slip(centre: Centre, hand_over: Any) -> None:
    made = dict([hand_over(ELECTORS[0], True), hand_over(ELECTORS[1], False)])
    election = elections.draw_up(centre, vote.plan(centre.clock(), 5))
    for number, card in made.items():
        slip = open_sealed(body(centre, VoteItem.SLIP, f"{number}/{election}"), opener(card), kid=number)
        (registrar,) = town_officials(centre).keys(Office.REGISTRAR)
        read_slip(slip, card=number, election=election, registrar=registrar)


def on_p384(centre: Centre) -> str:
    """A certificate as another town's card might have, PEM."""
    key, now = ec.generate_private_key(ec.SECP384R1()), centre.clock()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "AAK-000001")])
    built = x509.CertificateBuilder(name, name, key.public_key(), 1000, now, now + timedelta(days=30))
    return built.sign(key, hashes.SHA384()).public_bytes(Encoding.PEM).decode()


@pytest.mark.parametrize("kind", ["P-384", "no certificate"])
def test_a_card_that_nothing_can_be_sealed_to_stops_nobody(centre: Centre, hand_over: Any, kind: str) -> None:
    number, _ = hand_over(ELECTORS[0], True)
    other, card = hand_over(ELECTORS[1], False)
    with centre.store.writing() as tx:
        row = rows.find_card(tx, number)
        assert row is not None
        card_rows.change(tx, number, key_management=on_p384(centre) if kind == "P-384" else "none")
    registry.refresh(centre)
    assert not has_dossier(centre, number) and has_dossier(centre, other)
    open_sealed(body(centre, ItemKind.DOSSIER, other), opener(card), kid=other)
    _told_once(centre, number)
    roll = {card for card, _ in drawing_up.roll_of(centre, vote.plan(centre.clock(), 5).audience, frozenset()).entries}
    assert other in roll and number not in roll


def _told_once(centre: Centre, number: str) -> None:
    """By its number alone; again only where nobody has looked at it yet, and then it is the same one."""
    registry.refresh(centre)
    with centre.store.reading() as tx:
        (rung,) = alarms.waiting(tx)
    assert (rung.what, rung.booth, rung.detail) == (card_keys.UNSEALABLE, "", number)
    assert card_keys.waiting(centre) == [rung]
    assert [card_keys.see(centre, rung.alarm, who=MARIA) for _ in range(2)] == [True, False]
    assert (MARIA, "alarm.see") in acts(centre, rung.alarm)
    registry.refresh(centre)
    with centre.store.reading() as tx:
        assert alarms.waiting(tx) == []


def test_the_console_shows_it_to_a_registrar_until_somebody_has_looked(
    centre: Centre, hand_over: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    employ(centre, monkeypatch)
    number, _ = hand_over(ELECTORS[0], False)
    with centre.store.writing() as tx:
        card_rows.change(tx, number, key_management=on_p384(centre))
    registry.refresh(centre)
    (rung,) = card_keys.waiting(centre)
    words, seen = "δεν σφραγίζεται τίποτε", f"/cards/{number}/seen/{rung.alarm}"
    auditor, registrar = at_desk(centre, "anna"), at_desk(centre, "maria")
    assert words in auditor.get("/cards").text and seen not in auditor.get("/cards").text
    assert words in registrar.get("/cards").text and seen in registrar.get("/cards").text
    assert auditor.post(seen).status_code == 403
    assert registrar.post(f"/cards/{number}/seen/000000999").status_code == 409
    assert registrar.post(seen).status_code == 303 and words not in registrar.get("/cards").text
    assert card_keys.waiting(centre) == []
