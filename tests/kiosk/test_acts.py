"""The one way up: whose word an act needs, what that word covers, and what is refused before anything is stored."""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

import pytest
import small_town as st
from cards import Counted, PulledAt
from sqlalchemy import text
from technicians import letters, proof_of, signed_bytes, unlocked

from card_reader import CardGone, Pin, Slot, make_card_image, signature_holds
from kiosk.kernel import acts
from kiosk.kernel.hand import Hand
from kiosk.kernel.matter import BackOffice
from kiosk.store import certificates, journal
from municipality.matter import Act, Carried, Matter
from municipality.matters.cards.messages import CardBlockAct, Revocations
from municipality.matters.certificates.messages import CertificateAct, VoidAct
from municipality.matters.technicians.messages import LeftAct, TechnicianAct
from municipality.matters.votes.messages import BallotAct, ClosingAct
from municipality.messages import Message
from municipality.proof import ACT_CONTEXT, PinAge, Proof, Statement
from sync import outbox, verify_envelope

DIGEST = "d1" * 32
PAPER = CertificateAct(
    number="ΔΟΚ1/2026/000001",
    code="7F3K-92QD-1M8X-0A4T",
    document="family_status",
    as_of=date(2026, 11, 29),
    digest=DIGEST,
)
VOID = VoidAct(number="ΔΟΚ1/2026/000001", document="family_status", digest=DIGEST)
BALLOT = BallotAct(election="e", ballot="{}")
DEED = TechnicianAct(what="settings.saved", about="sound.volume", before="60", after="80")
BY_CARD: tuple[Message, ...] = (PAPER, BALLOT, DEED)
CLOSING = ClosingAct(election="e", stated="{}")
BY_BOOTH: tuple[Message, ...] = (VOID, CardBlockAct(card=st.ANNA), LeftAct(card=st.TECHNICIAN), CLOSING)
A_MINUTE, A_SECOND = timedelta(minutes=1), timedelta(seconds=1)


def sized(act: Message) -> dict[str, int]:
    """What a ballot must have, and no other."""
    return {"size": 2048} if isinstance(act, BallotAct) else {}


def named(act: Message) -> str:
    return type(act).__name__


by_card = pytest.mark.parametrize("act", BY_CARD, ids=named)
by_booth = pytest.mark.parametrize("act", BY_BOOTH, ids=named)


@dataclass(frozen=True)
class Anna:
    """A resident's card with its PIN typed now, and what it was asked."""

    hand: Hand
    line: Counted

    @classmethod
    def of(cls, desk, image=None) -> "Anna":
        now = desk.booth.clock().replace(microsecond=0)
        hand, _reader = unlocked(image or desk.town.cards[st.ANNA], now, person="R000001")
        hand.card._connection = line = Counted(hand.card._connection)
        return cls(hand, line)


@pytest.fixture
def anna(desk) -> Anna:
    return Anna.of(desk)


def stored(desk) -> list[Any]:
    """Everything that an act could leave: letters, numbers, lines of the journal."""
    with desk.booth.store.reading() as connection:
        numbers = connection.execute(text("SELECT * FROM certificates")).all()
        return [*outbox.pending(connection, 99), *numbers, *journal.lines(connection)]


def send(desk, act: Message, **more: Any) -> str:
    with desk.booth.store.writing() as connection:
        return acts.queue(desk.booth, connection, act, **sized(act), **more)


def test_every_kind_of_act_stands_here_by_what_proves_it(desk) -> None:
    forms = {form.form: form.proof for office in desk.booth.matters for form in office.matter.acts}
    here = {type(act): Proof.CARD for act in BY_CARD} | {type(act): Proof.BOOTH for act in BY_BOOTH}
    assert here == forms


def test_what_is_no_matters_act_is_not_sent(desk) -> None:
    with desk.booth.store.writing() as connection:
        with pytest.raises(LookupError, match="Revocations is no matter's act"):
            acts.queue(desk.booth, connection, Revocations(crl=""))
        assert outbox.pending(connection, 10) == []


def test_only_an_act_outside_the_chain_has_a_size_of_its_own(desk, anna: Anna) -> None:
    with desk.booth.store.writing() as connection:
        with pytest.raises(ValueError, match=r"cards\.block: a size is for acts outside the chain"):
            acts.queue(desk.booth, connection, CardBlockAct(card=st.ANNA), size=2048)
        with pytest.raises(ValueError, match=r"votes\.ballot: a size is .* outside the chain, and for all of them"):
            acts.queue(desk.booth, connection, BALLOT, by=anna.hand)
        assert outbox.pending(connection, 10) == [] and anna.line.said == []


def test_an_act_names_the_one_before_it(desk) -> None:
    with desk.booth.store.writing() as connection:
        act = CardBlockAct(card=st.ANNA)
        ids = [acts.queue(desk.booth, connection, act) for _ in range(2)]
        first, second = outbox.pending(connection, 10)
    assert [first.id, second.id] == ids
    assert (first.previous, second.previous) == ("", first.digest())


# Whose word it needs


@by_card
def test_an_act_that_needs_a_card_is_not_sent_without_one(desk, act: Message) -> None:
    with pytest.raises(ValueError, match="proved by card"):
        send(desk, act)
    assert stored(desk) == []


@by_booth
def test_an_act_of_the_booth_alone_is_not_sent_with_a_card(desk, anna: Anna, act: Message) -> None:
    """Or it would say whose the paper was, or who stood there."""
    with pytest.raises(ValueError, match="proved by booth"):
        send(desk, act, by=anna.hand)
    assert stored(desk) == [] and anna.line.said == []


@by_booth
def test_the_booths_own_word_names_no_card(desk, act: Message) -> None:
    id = send(desk, act)
    (letter,) = letters(desk)
    head, said = st.told(desk.town, letter)
    assert (head.booth, head.proof, letter.id) == (st.BOOTH, None, id)
    assert type(act).read(said) == act
    verify_envelope(letter, desk.booth.key.public_key())


class Bench(Message):
    version: Literal[1] = 1


@pytest.mark.parametrize("proof", [Proof.OIDC, Proof.CLERK])
def test_what_is_done_at_the_town_hall_no_booth_sends(desk, anna: Anna, proof: Proof) -> None:
    form = Act("benches.booked", "Bench", Bench, Carried("nobody", "nobody"), proof=proof)
    benches = BackOffice(Matter("benches", title="Benches", acts=(form,)))
    object.__setattr__(desk.booth, "matters", (*desk.booth.matters, benches))
    for by in (None, anna.hand):
        with pytest.raises(ValueError, match=f"proved by {proof}"):
            send(desk, Bench(), by=by)
    assert stored(desk) == [] and anna.line.said == []


# What the word covers


@by_card
@pytest.mark.parametrize("rsa", [False, True], ids=["P-256", "RSA-2048"])
def test_a_card_proves_this_act_at_this_booth_and_no_other(desk, act: Message, rsa: bool) -> None:
    start = desk.town.now - timedelta(days=9)
    pin, puk = Pin(st.PIN), Pin("87654321")
    image = make_card_image(desk.town.authority, st.ANNA, pin, puk, start, 5, rsa_keys=rsa)
    by = Anna.of(desk, image).hand
    id = send(desk, act, by=by)
    (letter,) = letters(desk)
    verify_envelope(letter, desk.booth.key.public_key())
    assert letter.id == id
    head, said = st.told(desk.town, letter)
    assert type(act).read(said) == act and said == act.text()
    proof = proof_of(desk.town, letter, image)
    assert (proof.card, proof.person) == (st.ANNA, "R000001")
    key, signature = image.certs[Slot.AUTHENTICATION].public_key(), base64.b64decode(proof.signature)
    whole = signed_bytes(letter, head, said)
    assert not signature_holds(key, signature, b"municipal-atm sign-in v1\0", whole)
    for field, other in {
        "municipality": "othertown",
        "kind": "certificates.other",
        "act": "019aa5b1-7a18-7c3e-9f00-1f2e3d4c5b6a",
        "person": "R000002",
        "booth": "test-2",
        "at": f"{head.at + A_SECOND:%Y-%m-%dT%H:%M:%S}Z",
        "body": "0" * 64,
    }.items():
        altered = signed_bytes(letter, head, said, **{field: other})
        assert altered != whole and not signature_holds(key, signature, ACT_CONTEXT, altered), field


def test_what_the_town_hall_checks_is_what_was_signed(desk, anna: Anna) -> None:
    """Its own way to the bytes, from the envelope."""
    send(desk, PAPER, by=anna.hand)
    (letter,) = letters(desk)
    head, said = st.told(desk.town, letter)
    assert head.proof is not None
    statement = Statement(
        municipality=st.MUNICIPALITY,
        kind=letter.kind,
        act=letter.id,
        person=head.proof.person,
        booth=letter.booth,
        at=head.at,
        body=hashlib.sha256(said.encode()).hexdigest(),
    )
    assert statement.signed() == signed_bytes(letter, head, said)


def test_two_acts_of_one_card_have_two_words(desk, anna: Anna) -> None:
    """The same word under another envelope is no word at all."""
    for _ in range(2):
        send(desk, PAPER, by=anna.hand, at=desk.town.now)
    first, second = letters(desk)
    image = desk.town.cards[st.ANNA]
    assert proof_of(desk.town, first, image).signature != proof_of(desk.town, second, image).signature
    assert signed_bytes(first, *st.told(desk.town, first)) != signed_bytes(second, *st.told(desk.town, second))


def test_a_technicians_card_speaks_for_nobody_on_the_roll(desk) -> None:
    by, _reader = unlocked(desk.town.cards[st.TECHNICIAN], desk.booth.clock())
    send(desk, DEED, by=by)
    assert proof_of(desk.town, letters(desk)[0], desk.town.cards[st.TECHNICIAN]).person == ""


def test_a_ballots_envelope_tells_the_hour_and_its_head_the_second(desk, anna: Anna) -> None:
    at = anna.hand.pin_at.replace(minute=41, second=17)
    anna = Anna(Hand(anna.hand.card, anna.hand.genuine, "R000001", at), anna.line)
    send(desk, BALLOT, by=anna.hand, at=at.replace(microsecond=400_000))
    (letter,) = letters(desk)
    assert st.told(desk.town, letter)[0].at == at
    assert letter.made_at == at.replace(minute=0, second=0)


# How fresh the PIN must be


@by_card
def test_a_pin_of_a_minute_ago_is_good_and_of_a_second_more_only_where_it_was_typed_for_the_visit(
    desk, anna: Anna, act: Message
) -> None:
    forms = {form.form: form.pin for office in desk.booth.matters for form in office.matter.acts}
    fresh = forms[type(act)] is PinAge.FRESH
    assert fresh == (type(act) in (CertificateAct, BallotAct))
    typed = anna.hand.pin_at
    for age, good in ((A_MINUTE, True), (A_MINUTE + A_SECOND, not fresh), (timedelta(hours=1), not fresh)):
        before, asked = stored(desk), len(anna.line.said)
        assert acts.pin_too_old(desk.booth, type(act), anna.hand, typed + age) is not good
        if good:
            send(desk, act, by=anna.hand, at=typed + age)
            assert len(stored(desk)) == len(before) + 1
        else:
            with pytest.raises(ValueError, match="the PIN is too old"):
                send(desk, act, by=anna.hand, at=typed + age)
            assert stored(desk) == before and len(anna.line.said) == asked, "the card was not asked"


def test_without_an_instant_the_booths_clock_decides(desk, anna: Anna) -> None:
    clock = desk.booth.clock
    object.__setattr__(desk.booth, "clock", lambda: anna.hand.pin_at + A_MINUTE)
    send(desk, PAPER, by=anna.hand)
    object.__setattr__(desk.booth, "clock", lambda: anna.hand.pin_at + A_MINUTE + A_SECOND)
    assert acts.pin_too_old(desk.booth, CertificateAct, anna.hand)
    with pytest.raises(ValueError, match=r"^certificates\.paper: the PIN is too old$"):
        send(desk, PAPER, by=anna.hand)
    object.__setattr__(desk.booth, "clock", clock)
    assert len(letters(desk)) == 1


def test_whether_a_pin_is_too_old_is_asked_of_acts_alone(desk, anna: Anna) -> None:
    with pytest.raises(LookupError, match="Revocations is no matter's act"):
        acts.pin_too_old(desk.booth, Revocations, anna.hand)


# The card that goes


def pulls(desk) -> Iterator[Hand]:
    """The same card, pulled before and during each APDU of one word."""
    whole = Anna.of(desk)
    send(desk, DEED, by=whole.hand)
    for at in range(len(whole.line.said)):
        for during in (False, True):
            now = desk.booth.clock().replace(microsecond=0)
            hand, reader = unlocked(desk.town.cards[st.ANNA], now, person="R000001")
            hand.card._connection = PulledAt(hand.card._connection, at, reader.remove, during=during)
            yield hand


def test_a_card_pulled_in_the_middle_leaves_nothing_of_the_act(desk) -> None:
    hands = list(pulls(desk))
    before, booth = stored(desk), desk.booth
    assert len(hands) >= 2
    for by in hands:
        with pytest.raises(CardGone), booth.store.writing() as connection:
            serial = certificates.next_serial(connection, 2026)
            issued = certificates.Issued(PAPER.number, 2026, serial, PAPER.document, DIGEST, by.pin_at)
            certificates.insert_sealed(connection, issued)
            journal.note(connection, journal.What.CERTIFICATE_ISSUED, by.pin_at, PAPER.number)
            acts.queue(booth, connection, PAPER, by=by, at=by.pin_at)
        assert stored(desk) == before
        with booth.store.reading() as connection:
            assert certificates.next_serial(connection, 2026) == 1
    assert send(desk, PAPER, by=Anna.of(desk).hand) == letters(desk)[-1].id
    assert letters(desk)[-1].previous == letters(desk)[-2].digest(), "no link of the chain is missing"
