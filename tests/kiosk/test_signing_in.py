"""Sign-in: the order of looks, every refusal as a value, no PIN try spent by the booth itself."""

import base64
from dataclasses import replace
from datetime import timedelta

import pytest
import small_town as st
from cryptography.hazmat.primitives.serialization import Encoding

from assets.texts import LANGUAGES, catalogue
from card_reader import CardInUse, OtherCard, Pin, Slot, VirtualCard, make_card_image
from kiosk.desk.door import welcome
from kiosk.identity import signing_in
from kiosk.identity.signing_in import AskPin, Session, SignInRefused, WrongPinGiven
from kiosk.matters import MATTERS
from kiosk.matters.votes import service as voting
from kiosk.store import blocks
from municipality.failures import BoothCode, Code
from municipality.matters.cards.messages import CardItem, Revocations
from municipality.messages import ItemKind
from municipality.register import FAILURES
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
    assert outcomes == [WrongPinGiven(2), WrongPinGiven(1), SignInRefused(BoothCode.CARD_BLOCKED)]
    assert signing_in.begin(desk.booth) == SignInRefused(BoothCode.CARD_BLOCKED)


@pytest.mark.parametrize(
    ("number", "code"), [(st.REVOKED, BoothCode.CARD_REVOKED), (st.EXPIRED, BoothCode.CARD_EXPIRED)]
)
def test_cards_out_of_use_are_refused_before_the_pin(desk, number: str, code: Code) -> None:
    desk.reader.insert(desk.cards[number])
    assert signing_in.begin(desk.booth) == SignInRefused(code)


def test_a_card_of_another_municipality_is_not_ours(desk) -> None:
    desk.reader.insert(VirtualCard(desk.town.foreign))
    assert signing_in.begin(desk.booth) == SignInRefused(BoothCode.CARD_NOT_OURS)


def test_no_card_and_a_pulled_card_are_values(desk) -> None:
    assert signing_in.begin(desk.booth) == SignInRefused(BoothCode.CARD_GONE)
    desk.reader.insert(desk.cards[st.ANNA])
    asked = signing_in.begin(desk.booth)
    assert isinstance(asked, AskPin)
    desk.reader.remove()
    assert signing_in.unlock(desk.booth, asked, Pin(st.PIN)) == SignInRefused(BoothCode.CARD_GONE)


def test_an_empty_booth_says_so(open_desk) -> None:
    with open_desk() as desk:
        desk.reader.insert(desk.cards[st.ANNA])
        assert signing_in.begin(desk.booth) == SignInRefused(BoothCode.BOOTH_EMPTY)


def test_a_card_without_a_dossier_here(open_desk) -> None:
    with open_desk() as desk:
        desk.fill(without=("dossier",))
        desk.reader.insert(desk.cards[st.ANNA])
        asked = signing_in.begin(desk.booth)
        assert isinstance(asked, AskPin)
        assert signing_in.unlock(desk.booth, asked, Pin(st.PIN)) == SignInRefused(BoothCode.DOSSIER_MISSING)


def test_a_dossier_past_its_date_is_not_opened(open_desk) -> None:
    with open_desk(ahead=timedelta(days=31)) as desk:
        desk.fill(without=("cards.revocations",))
        later = desk.town.now + timedelta(days=31)
        with desk.booth.store.writing() as connection:
            inbox.store_item(connection, fresh_crl(desk.town, later))
        desk.reader.insert(desk.cards[st.ANNA])
        asked = signing_in.begin(desk.booth)
        assert isinstance(asked, AskPin), asked
        assert signing_in.unlock(desk.booth, asked, Pin(st.PIN)) == SignInRefused(BoothCode.DOSSIER_TOO_OLD)


def test_an_old_revocation_list_ends_service(open_desk) -> None:
    with open_desk(ahead=timedelta(days=20)) as desk:
        desk.fill()
        desk.reader.insert(desk.cards[st.ANNA])
        assert signing_in.begin(desk.booth) == SignInRefused(BoothCode.REVOCATIONS_TOO_OLD)


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
    assert signing_in.unlock(desk.booth, asked, Pin(st.PIN)) == SignInRefused(BoothCode.DOSSIER_BROKEN)


def test_the_next_resident_meets_a_locked_card(desk) -> None:
    session = desk.sign_in(st.ANNA)
    session.connection.close()
    asked = signing_in.begin(desk.booth)
    assert isinstance(asked, AskPin)
    assert isinstance(signing_in.unlock(desk.booth, asked, Pin(st.PIN)), Session)


def impostors_dossier(town) -> str:
    from cryptography.hazmat.primitives.asymmetric import ec

    from card_reader import Slot
    from sync import seal

    text = st.dossier(st.ANNA, 1, (Capacity.ELECTOR,), town.now).text()
    token = st.sign(ec.generate_private_key(ec.SECP256R1()), ItemKind.DOSSIER, text)
    public = town.cards[st.ANNA].certs[Slot.KEY_MANAGEMENT].public_key()
    return seal(token.encode(), public, kid=st.ANNA, size=4096)


def fresh_crl(town, now):
    import base64

    from card_reader import make_crl
    from municipality.matters.cards.messages import Revocations

    crl = make_crl(town.authority, [], 2, now - timedelta(hours=1), now + timedelta(days=7))
    text = Revocations(crl=base64.b64encode(crl).decode()).text()
    return Item("cards.revocations", "cards.revocations", 50, st.sign(town.centre_key, CardItem.REVOCATIONS, text))


# -- every fault that a card can have: its own code, found before the PIN, with a sentence and a way out


def held_list(town, number: str) -> Item:
    """A list with the card on hold: blocked, and not for good."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    now = town.now
    reason = x509.CRLReason(x509.ReasonFlags.certificate_hold)
    serial = town.cards[number].certs[Slot.AUTHENTICATION].serial_number
    entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(now)
    key = town.authority.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    crl = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(town.authority.certificate.subject)
        .last_update(now - timedelta(hours=1))
        .next_update(now + timedelta(days=7))
        .add_extension(x509.CRLNumber(2), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(key), critical=False)
        .add_revoked_certificate(entry.add_extension(reason, critical=False).build())
        .sign(town.authority.key, hashes.SHA256())
    )
    der = crl.public_bytes(Encoding.DER)
    text = Revocations(crl=base64.b64encode(der).decode()).text()
    return Item("cards.revocations", "cards.revocations", 60, st.sign(town.centre_key, CardItem.REVOCATIONS, text))


def copied(town) -> VirtualCard:
    """Anna's certificates on a card that has other keys."""
    return VirtualCard(replace(town.cards[st.ANNA], keys=town.cards[st.NIKOS].keys))


def of_tomorrow(town) -> VirtualCard:
    begins = town.now + timedelta(days=2)
    return VirtualCard(make_card_image(town.authority, "KD-000077", Pin(st.PIN), Pin("87654321"), begins, 1))


def locked(town) -> VirtualCard:
    return VirtualCard(replace(town.cards[st.ANNA], tries=0))


FAULTY = {
    BoothCode.CARD_FOREIGN: lambda town: OtherCard(),
    BoothCode.CARD_NOT_OURS: lambda town: VirtualCard(town.foreign),
    BoothCode.CARD_EXPIRED: lambda town: VirtualCard(town.cards[st.EXPIRED]),
    BoothCode.CARD_REVOKED: lambda town: VirtualCard(town.cards[st.REVOKED]),
    BoothCode.CARD_BLOCKED: locked,
    BoothCode.CARD_COUNTERFEIT: copied,
    BoothCode.CARD_NOT_YET_VALID: of_tomorrow,
}


@pytest.mark.parametrize("code", FAULTY)
def test_each_faulty_card_has_its_own_code_before_any_pin(desk, code: Code) -> None:
    card = FAULTY[code](desk.town)
    desk.reader.insert(card)
    assert signing_in.begin(desk.booth) == SignInRefused(code)
    if code is BoothCode.CARD_BLOCKED:
        return
    desk.reader.insert(desk.cards[st.ANNA])  # and the next one is served
    asked = signing_in.begin(desk.booth)
    assert isinstance(asked, AskPin) and asked.tries_left == 3


def test_a_card_on_hold_is_suspended_and_not_cancelled(desk) -> None:
    with desk.booth.store.writing() as connection:
        inbox.store_item(connection, held_list(desk.town, st.ANNA))
    desk.reader.insert(desk.cards[st.ANNA])
    assert signing_in.begin(desk.booth) == SignInRefused(BoothCode.CARD_SUSPENDED)


def test_a_card_reported_lost_here_is_refused_before_the_pin(desk) -> None:
    with desk.booth.store.writing() as connection:
        blocks.put(connection, st.ANNA, desk.booth.clock(), "an act")
    desk.reader.insert(desk.cards[st.ANNA])
    assert signing_in.begin(desk.booth) == SignInRefused(BoothCode.CARD_REPORTED_LOST)


def test_a_card_that_another_program_holds(desk, monkeypatch) -> None:
    def held() -> None:
        raise CardInUse

    monkeypatch.setattr(desk.booth.reader, "connect", held)
    assert signing_in.begin(desk.booth) == SignInRefused(BoothCode.CARD_IN_USE)


def test_every_refusal_of_sign_in_ends_the_visit_and_says_where_to_go() -> None:
    """In every language; what it says is one sentence of its own."""
    sign_in = [
        code for code in FAILURES if code.value[0] in "CSL" or code in (BoothCode.BOOTH_EMPTY, BoothCode.OUT_OF_SERVICE)
    ]
    sign_in.remove(BoothCode.NEWS_MISSING)  # whoever meets it has signed in
    assert {*FAULTY, BoothCode.CARD_SUSPENDED, BoothCode.CARD_REPORTED_LOST, BoothCode.CARD_IN_USE} <= set(sign_in)
    for language in LANGUAGES:
        say = catalogue(language).gettext
        told = [(say(FAILURES[code].title), say(FAILURES[code].sentence)) for code in sign_in]
        assert len({title for title, _sentence in told}) == len(told)
        if language != "en":
            assert all(title != FAILURES[code].title for code, (title, _sentence) in zip(sign_in, told, strict=True))
    assert all(FAILURES[code].ends_visit for code in sign_in)


class _Trouble(BaseException):
    """Anything at all, an end of the process included."""


@pytest.mark.parametrize("where", ["unlock", "offered", "admit"])
def test_a_pin_is_wiped_and_its_card_let_go_whatever_is_raised(desk, monkeypatch, where: str) -> None:
    def fails(*_: object) -> None:
        raise _Trouble

    home = {"unlock": signing_in, "offered": voting, "admit": welcome.technicians}[where]
    monkeypatch.setattr(home, where, fails)
    desk.reader.insert(desk.cards[st.TECHNICIAN if where == "admit" else st.ANNA])
    asked, pin = signing_in.begin(desk.booth), Pin(st.PIN)
    assert isinstance(asked, AskPin)
    with pytest.raises(_Trouble):
        welcome.welcome(desk.booth, MATTERS, asked, pin)
    assert len(pin) == 0
    assert isinstance(signing_in.begin(desk.booth), AskPin), "nobody holds the card any more"


def test_a_pin_is_wiped_on_every_usual_way_out_but_the_letters(desk) -> None:
    for typed, outcome in ((st.PIN, welcome.Welcomed), ("111111", WrongPinGiven)):
        desk.reader.insert(desk.cards[st.ANNA])
        asked, pin = signing_in.begin(desk.booth), Pin(typed)
        assert isinstance(asked, AskPin)
        assert isinstance(welcome.welcome(desk.booth, MATTERS, asked, pin), outcome) and len(pin) == 0
        asked.connection.close()
    desk.cards[st.NIKOS] = VirtualCard(replace(desk.town.cards[st.NIKOS], pin=Pin("24681357")))
    desk.reader.insert(desk.cards[st.NIKOS])
    asked, pin = signing_in.begin(desk.booth), Pin("24681357")
    assert isinstance(asked, AskPin)
    by_letter = welcome.welcome(desk.booth, MATTERS, asked, pin)
    assert isinstance(by_letter, welcome.ByLetter) and by_letter.letter == Pin("24681357")
    welcome.close(by_letter)
    assert len(pin) == 0
