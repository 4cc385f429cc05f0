"""Sign-in: the order of looks, every refusal as a value, no PIN try spent by the booth itself."""

from datetime import timedelta

import pytest
import small_town as st

from card_reader import Pin, VirtualCard
from kiosk.services import signing_in
from kiosk.services.signing_in import AskPin, Refused, Session, WrongPinGiven
from municipality.failures import Code
from municipality.residents import Capacity
from sync import Item, inbox


def test_a_resident_signs_in_and_their_dossier_opens(desk) -> None:
    session = desk.sign_in(st.ANNA)
    assert session.dossier.member.surname == st.SURNAME
    assert Capacity.ELECTOR in session.dossier.capacities
    assert st.SURNAME not in repr(session)


def test_tries_left_are_known_before_the_pin(desk) -> None:
    desk.reader.insert(desk.cards[st.ANNA])
    asked = signing_in.begin(desk.booth)
    assert isinstance(asked, AskPin) and asked.tries_left == 3


def test_wrong_pins_count_down_to_a_blocked_card(desk) -> None:
    desk.reader.insert(desk.cards[st.ANNA])
    asked = signing_in.begin(desk.booth)
    assert isinstance(asked, AskPin)
    outcomes = [signing_in.unlock(desk.booth, asked, Pin("111111")) for _ in range(3)]
    assert outcomes == [WrongPinGiven(2), WrongPinGiven(1), Refused(Code.CARD_BLOCKED)]
    assert signing_in.begin(desk.booth) == Refused(Code.CARD_BLOCKED)


@pytest.mark.parametrize(("number", "code"), [(st.REVOKED, Code.CARD_REVOKED), (st.EXPIRED, Code.CARD_EXPIRED)])
def test_cards_out_of_use_are_refused_before_the_pin(desk, number: str, code: Code) -> None:
    desk.reader.insert(desk.cards[number])
    assert signing_in.begin(desk.booth) == Refused(code)


def test_a_card_of_another_municipality_is_not_ours(desk) -> None:
    desk.reader.insert(VirtualCard(desk.town.foreign))
    assert signing_in.begin(desk.booth) == Refused(Code.CARD_NOT_OURS)


def test_no_card_and_a_pulled_card_are_values(desk) -> None:
    assert signing_in.begin(desk.booth) == Refused(Code.CARD_GONE)
    desk.reader.insert(desk.cards[st.ANNA])
    asked = signing_in.begin(desk.booth)
    assert isinstance(asked, AskPin)
    desk.reader.remove()
    assert signing_in.unlock(desk.booth, asked, Pin(st.PIN)) == Refused(Code.CARD_GONE)


def test_an_empty_booth_says_so(open_desk) -> None:
    with open_desk() as desk:
        desk.reader.insert(desk.cards[st.ANNA])
        assert signing_in.begin(desk.booth) == Refused(Code.BOOTH_EMPTY)


def test_a_card_without_a_dossier_here(open_desk) -> None:
    with open_desk() as desk:
        desk.fill(without=("dossier",))
        desk.reader.insert(desk.cards[st.ANNA])
        asked = signing_in.begin(desk.booth)
        assert isinstance(asked, AskPin)
        assert signing_in.unlock(desk.booth, asked, Pin(st.PIN)) == Refused(Code.DOSSIER_MISSING)


def test_a_dossier_past_its_date_is_not_opened(open_desk) -> None:
    with open_desk(ahead=timedelta(days=31)) as desk:
        desk.fill(without=("crl",))
        later = desk.town.now + timedelta(days=31)
        with desk.booth.store.writing() as connection:
            inbox.store_item(connection, fresh_crl(desk.town, later))
        desk.reader.insert(desk.cards[st.ANNA])
        asked = signing_in.begin(desk.booth)
        assert isinstance(asked, AskPin), asked
        assert signing_in.unlock(desk.booth, asked, Pin(st.PIN)) == Refused(Code.DOSSIER_TOO_OLD)


def test_an_old_revocation_list_ends_service(open_desk) -> None:
    with open_desk(ahead=timedelta(days=20)) as desk:
        desk.fill()
        desk.reader.insert(desk.cards[st.ANNA])
        assert signing_in.begin(desk.booth) == Refused(Code.REVOCATIONS_TOO_OLD)


@pytest.mark.parametrize("whose", ["another resident's", "garbage", "an impostor's"])
def test_a_dossier_that_is_not_this_residents_is_refused(desk, whose: str) -> None:
    with desk.booth.store.writing() as connection:
        body = {
            "another resident's": lambda: inbox.get(connection, "dossier", st.NIKOS).body,
            "garbage": lambda: "not a sealed dossier",
            "an impostor's": lambda: impostors_dossier(desk.town),
        }[whose]()
        inbox.store_item(connection, Item("dossier", st.ANNA, 99, body))
    desk.reader.insert(desk.cards[st.ANNA])
    asked = signing_in.begin(desk.booth)
    assert isinstance(asked, AskPin)
    assert signing_in.unlock(desk.booth, asked, Pin(st.PIN)) == Refused(Code.DOSSIER_BROKEN)


def test_the_next_resident_meets_a_locked_card(desk) -> None:
    session = desk.sign_in(st.ANNA)
    session.connection.close()
    asked = signing_in.begin(desk.booth)
    assert isinstance(asked, AskPin)
    assert isinstance(signing_in.unlock(desk.booth, asked, Pin(st.PIN)), Session)


def impostors_dossier(town) -> str:
    from cryptography.hazmat.primitives.asymmetric import ec

    from card_reader import Slot
    from municipality.messages import ItemKind
    from sync import seal

    text = st.dossier(st.ANNA, 1, (Capacity.ELECTOR,), town.now).text()
    token = st.sign(ec.generate_private_key(ec.SECP256R1()), ItemKind.DOSSIER, text)
    public = town.cards[st.ANNA].certs[Slot.KEY_MANAGEMENT].public_key()
    return seal(token.encode(), public, kid=st.ANNA, size=4096)


def fresh_crl(town, now):
    import base64

    from card_reader import make_crl
    from municipality.messages import ItemKind, Revocations

    crl = make_crl(town.authority, [], 2, now - timedelta(hours=1), now + timedelta(days=7))
    text = Revocations(crl=base64.b64encode(crl).decode()).text()
    return Item("crl", "crl", 50, st.sign(town.centre_key, ItemKind.REVOCATIONS, text))
