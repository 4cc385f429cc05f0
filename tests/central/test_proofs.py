"""A card's word beside an act: which cards can give it, for how long, and what is no word at all.

What a thief with a booth's key tries is in test_forged_acts.py.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from card_office import MARIA, acts, card_authority
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from seeded_town import Doing

from card_reader import Authority, CardImage, Slot, certify, make_card_authority, make_root
from central.kernel import auditing, intake
from central.kernel.centre import Centre
from central.kernel.outcome import Done
from central.kernel.proofs import USED_AFTER_BLOCK
from central.office.cards import lifecycle
from central.store import alarms
from central.store.line import envelopes
from central.store.office import cards as card_rows
from central.store.office import registry
from municipality.matters.cards.messages import CardBlockAct
from municipality.matters.technicians.messages import LeftAct, TechnicianAct
from sync import Envelope, seal

KINDS = ("paper", "ballot", "deed")
CardKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
Make = Callable[[CardImage], Doing]


@pytest.fixture
def booth(town: Any) -> Any:
    return town.booth()


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def card(town: Any, kind: str) -> CardImage:
    """Whoever may do an act of this kind."""
    found: CardImage = town.card("technician" if kind == "deed" else "elector")
    return found


@pytest.fixture
def make(town: Any, centre: Centre, booth: Any, hands: ModuleType, kind: str) -> Make:
    """A good act of this kind with this card, before it is enveloped."""

    def done(card: CardImage) -> Doing:
        at = centre.clock().replace(microsecond=0)
        if kind == "deed":
            return Doing(TechnicianAct(what="paper.changed"), booth.id, at, card)
        if kind == "ballot":
            return hands.cast(town.election, booth.id, card, hands.mark(centre, town.election, card, 0, None), at)  # type: ignore[no-any-return]
        return paper(booth, hands, card, centre)

    return done


def paper(booth: Any, hands: ModuleType, card: CardImage, centre: Centre, number: int = 1) -> Doing:
    code = f"7F3K-92QD-1M8X-0A4{number}"
    made: Doing = hands.certificate(booth.id, f"AA1/2026/{number:06d}", code, card, centre.clock())
    return made


def sent(booth: Any, doing: Doing, **changes: Any) -> Envelope:
    envelope: Envelope = booth.act(doing, **({"ballot": doing.act.kind == "votes.ballot"} | changes))  # type: ignore[attr-defined]
    return envelope


def told(centre: Centre, booth: Any, doing: Doing) -> str:
    """ "" or the reason; and that only what counts has left anything behind."""
    letter = sent(booth, doing)
    reason = intake.take(centre, booth.id, letter).reason
    assert bool(reason) == (kept(centre) == 0)
    return reason


def kept(centre: Centre) -> int:
    """Papers, ballots and deeds that count."""
    tables = ("certificates", "votes_ballots", "votes_links", "audit WHERE who LIKE 'card:%'")
    with centre.store.reading() as tx:
        run = tx.connection.exec_driver_sql
        return sum(int(run(f"SELECT count(*) FROM {one}").scalar_one()) for one in tables)


def with_key(centre: Centre, card: CardImage, key: CardKey, authority: Authority | None = None) -> CardImage:
    """The same card with another key for signing, certified and registered."""
    number, now = str(card.number), centre.clock()
    span = (now - timedelta(days=9), now + timedelta(days=9))
    public = key.public_key()
    certificate = certify(authority or card_authority(centre), number, Slot.AUTHENTICATION, public, *span)
    with centre.store.writing() as tx:
        card_rows.change(tx, number, authentication=certificate.public_bytes(Encoding.PEM).decode())
    return replace(
        card,
        keys={**card.keys, Slot.AUTHENTICATION: key},
        certs={**card.certs, Slot.AUTHENTICATION: certificate},
    )


RSA = rsa.generate_private_key(65537, 2048)


# --- which cards -----------------------------------------------------------------------------------------------------


def test_a_card_with_rsa_keys_speaks_like_any_other(centre: Centre, booth: Any, card: CardImage, make: Make) -> None:
    by_rsa = with_key(centre, card, RSA)
    doing = make(by_rsa)
    curve = make(card).under_seal("x", doing.act.kind)  # type: ignore[attr-defined]
    bent = [
        replace(doing, said={"booth": "kamatero-1"}),
        replace(doing, word={"signature": json.loads(curve.partition(b"\n")[0])["proof"]["signature"]}),
        replace(doing, word={"signature": base64.b64encode(b"\x01" * 256).decode()}),
    ]
    assert [told(centre, booth, one) for one in bent] == ["bad-card-signature"] * 3
    assert told(centre, booth, doing) == ""


def test_a_card_that_another_authority_vouches_for_is_not_ours(
    centre: Centre, booth: Any, card: CardImage, make: Make
) -> None:
    """Though it is registered, and signs: as after a town has changed its authority."""
    begun = centre.clock() - timedelta(days=20)
    other = make_card_authority(make_root("Another root", begun), "Another authority", begun)
    stranger = with_key(centre, card, ec.generate_private_key(ec.SECP256R1()), other)
    assert told(centre, booth, make(stranger)) == "not-our-card"


def test_the_certificate_that_a_card_had_before_is_nobodys(
    centre: Centre, booth: Any, card: CardImage, make: Make
) -> None:
    renewed = with_key(centre, card, ec.generate_private_key(ec.SECP256R1()))
    assert told(centre, booth, make(card)) == "unknown-card"
    forged = replace(make(card), word={"certificate": f"{renewed.certs[Slot.AUTHENTICATION].serial_number:x}"})
    assert told(centre, booth, forged) == "bad-card-signature"
    assert told(centre, booth, make(renewed)) == ""


def test_a_card_that_is_only_ordered_says_nothing(centre: Centre, booth: Any, town: Any, hands: ModuleType) -> None:
    ordered = lifecycle.replace(centre, town.card("elector").number, lost=False, who=MARIA)
    assert isinstance(ordered, Done)
    doing = paper(booth, hands, town.card("elector"), centre)
    assert told(centre, booth, replace(doing, word={"card": ordered.about})) == "unknown-card"
    assert told(centre, booth, doing) == "", "a worn one works until the other is there"


def test_an_act_of_before_or_after_its_card_counts_for_nothing(
    centre: Centre, booth: Any, town: Any, hands: ModuleType
) -> None:
    card, second = town.card("elector"), timedelta(seconds=1)
    certificate = card.certs[Slot.AUTHENTICATION]
    first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    for moment in (first - second, last + second):
        doing = replace(paper(booth, hands, card, centre), at=moment)
        assert told(centre, booth, doing) == "card-not-valid-then"
    for number, moment in enumerate((first, last), 1):
        doing = replace(paper(booth, hands, card, centre, number), at=moment)
        assert told(centre, booth, doing) == ""


@pytest.mark.parametrize("person", ["R000009", ""], ids=["another", "nobody"])
def test_a_card_speaks_for_its_holder_alone(
    centre: Centre, booth: Any, card: CardImage, make: Make, hands: ModuleType, person: str
) -> None:
    """A technician's speaks for nobody on the roll, and a resident's never as nobody."""
    doing = make(card)
    expected = "" if person == hands.person_of(card) else "another-person"
    assert told(centre, booth, replace(doing, said={"person": person}, word={"person": person})) == expected


def test_what_only_looks_as_if_a_blocked_card_had_signed_it_is_not_for_an_officer(
    centre: Centre, booth: Any, card: CardImage, make: Make
) -> None:
    doing = make(card)
    with centre.store.writing() as tx:
        registry.revoke(tx, str(card.number), doing.at)
    cases = {
        "no-card-proof": replace(doing, card=None),
        "unknown-card": replace(doing, word={"certificate": "abc"}),
        "bad-card-signature": replace(doing, said={"booth": "kamatero-1"}),
        "another-person": replace(doing, said={"person": "R000009"}, word={"person": "R000009"}),
        "card-not-valid-then": replace(doing, at=doing.at + timedelta(days=4000)),
    }
    for reason, bent in cases.items():
        assert told(centre, booth, bent) == reason
    with centre.store.reading() as tx:
        assert USED_AFTER_BLOCK not in {one.what for one in alarms.waiting(tx)}
    assert told(centre, booth, doing) == "card-revoked"


# --- what is no word at all ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "signature",
    [
        "AAAAAAAA",
        "no base64 at all",
        "A" * 399,
        base64.b64encode(b"0" * 70).decode(),
        base64.b64encode(b"\x30\x06\x02\x01\x00\x02\x01\x00").decode(),
        base64.b64encode(b"\x01" * 256).decode(),
        "Ω" * 8,
    ],
)
@pytest.mark.parametrize("by_rsa", [False, True], ids=["P-256", "RSA"])
def test_what_is_no_signature_is_a_bad_one_and_spoils_no_other(
    town: Any, centre: Centre, booth: Any, hands: ModuleType, signature: str, by_rsa: bool
) -> None:
    card = with_key(centre, town.card("elector"), RSA) if by_rsa else town.card("elector")
    bad = sent(booth, replace(paper(booth, hands, card, centre), word={"signature": signature}))
    good = sent(booth, paper(booth, hands, card, centre, 2), previous=bad.digest())
    answers = intake.take_batch(centre, booth.id, [bad, good])
    assert [one.reason for one in answers] == ["bad-card-signature", ""]


def bare(head: dict[str, Any], act: str) -> bytes:
    return f"{json.dumps(head)}\n{act}".encode()


def without(head: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in head.items() if key != name}


def with_proof(head: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return head | {"proof": head["proof"] | changes}


FORMS: dict[str, Callable[[dict[str, Any], str], bytes]] = {
    "an end of a line": lambda _head, _act: b"\n",
    "the act alone, as booths of before sealed it": lambda _head, act: act.encode(),
    "the head alone": lambda head, _act: json.dumps(head).encode(),
    "the head and an empty act": lambda head, _act: bare(head, ""),
    "two heads": lambda head, act: bare(head, json.dumps(head) + "\n" + act),
    "the act before the head": lambda head, act: f"{act}\n{json.dumps(head)}".encode(),
    "a head of another version": lambda head, act: bare(head | {"version": 2}, act),
    "a head that says more": lambda head, act: bare(head | {"person": "R000001"}, act),
    "a head without its booth": lambda head, act: bare(without(head, "booth"), act),
    "a head without its instant": lambda head, act: bare(without(head, "at"), act),
    "an instant of no place": lambda head, act: bare(head | {"at": "2026-11-30T10:00:00"}, act),
    "no instant": lambda head, act: bare(head | {"at": "noon"}, act),
    "a proof that says more": lambda head, act: bare(with_proof(head, name="x"), act),
    "a proof without its person": lambda head, act: bare(head | {"proof": without(head["proof"], "person")}, act),
    "a proof that is a word": lambda head, act: bare(head | {"proof": "card"}, act),
    "a card's number with a NUL": lambda head, act: bare(with_proof(head, card="AAK\0"), act),
    "a serial number in capitals": lambda head, act: bare(with_proof(head, certificate="ABC"), act),
    "a serial number with a zero in front": lambda head, act: bare(with_proof(head, certificate="0abc"), act),
    "a signature without end": lambda head, act: bare(with_proof(head, signature="A" * 401), act),
    "half a letter": lambda head, act: bare(head, act) + b"\xff",
}


@pytest.mark.parametrize("form", FORMS)
def test_what_is_not_of_the_form_cannot_be_read(
    town: Any, centre: Centre, booth: Any, hands: ModuleType, form: str
) -> None:
    doing = paper(booth, hands, town.card("elector"), centre)
    assert opened(centre, booth, doing, FORMS[form]) == "unreadable-body"
    assert opened(centre, booth, doing, bare) == "", "with nothing changed it counts"


def opened(centre: Centre, booth: Any, doing: Doing, form: Callable[[dict[str, Any], str], bytes]) -> str:
    """What is said of `doing` when what lies under its seal is `form` of its two parts."""
    from sync import new_id

    id, kind = new_id(doing.at), doing.act.kind  # type: ignore[attr-defined]
    head, _, act = doing.under_seal(id, kind).decode().partition("\n")
    body = seal(form(json.loads(head), act), booth.centre, kid="centre", size=4096)
    return intake.take(centre, booth.id, sent(booth, doing, id=id, body=body)).reason


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00"])
@pytest.mark.parametrize("what", ["paper", "void"])
def test_an_instant_that_no_clock_has_cannot_be_read(
    town: Any, centre: Centre, booth: Any, hands: ModuleType, at: str, what: str
) -> None:
    doing = paper(booth, hands, town.card("elector"), centre)
    if what == "void":
        doing = hands.void(booth.id, "AA1/2026/000001", centre.clock())
    assert opened(centre, booth, doing, lambda head, act: bare(head | {"at": at}, act)) == "unreadable-body"


@pytest.mark.parametrize("what", ["void", "block", "left"])
def test_a_card_beside_what_the_booth_says_alone_cannot_be_read(
    town: Any, centre: Centre, booth: Any, hands: ModuleType, what: str
) -> None:
    """Nobody's word may hang on an act that needs none: somebody would take it for theirs."""
    at = centre.clock().replace(microsecond=0)
    said = {
        "void": hands.void(booth.id, "AA1/2026/000001", at),
        "block": Doing(CardBlockAct(card="AAK-000002"), booth.id, at),
        "left": Doing(LeftAct(card="AAT-000901"), booth.id, at),
    }[what]
    assert intake.take(centre, booth.id, sent(booth, replace(said, card=town.card("elector")))).reason == (
        "unreadable-body"
    )
    assert intake.take(centre, booth.id, sent(booth, said)).reason == ""


# --- judged later ----------------------------------------------------------------------------------------------------


@pytest.fixture
def batchwise(centre: Centre) -> Centre:
    """The same centre; what comes in a chain is judged afterwards."""
    later = centre.settings.intake.model_copy(update={"verify": "batch"})
    return replace(centre, settings=centre.settings.model_copy(update={"intake": later}))


def test_on_the_batchs_word_alone_a_cards_word_is_judged_later_and_not_left_out(
    town: Any, batchwise: Centre, booth: Any, hands: ModuleType
) -> None:
    letters = _one_good_and_four_bad(town, batchwise, booth, hands)
    answers = intake.take_batch(batchwise, booth.id, list(letters.values()))
    assert {one.outcome for one in answers} == {"accepted"} and kept(batchwise) == 0
    assert auditing.audit(batchwise) == auditing.Audited(judged=5, accepted=1, rejected=4)
    with batchwise.store.reading() as tx:
        found = {reason: envelopes.find(tx, one.id) for reason, one in letters.items()}
        rung = {(one.what, one.booth) for one in alarms.waiting(tx)}
    assert {reason: one.reason for reason, one in found.items() if one is not None} == {one: one for one in letters}
    assert (auditing.REJECTED_LATER, booth.id) in rung
    assert kept(batchwise) == 1


def _one_good_and_four_bad(town: Any, centre: Centre, booth: Any, hands: ModuleType) -> dict[str, Envelope]:
    """By what is said of each in the end."""
    card, blocked = town.card("elector"), town.card("revoked")
    doings = [paper(booth, hands, card, centre, number) for number in range(1, 6)]
    bent = {
        "": doings[0],
        "no-card-proof": replace(doings[1], card=None),
        "bad-card-signature": replace(doings[2], said={"booth": "kamatero-1"}),
        "unknown-card": replace(doings[3], card=town.card("foreign")),
        "card-revoked": replace(doings[4], card=blocked),
    }
    made: dict[str, Envelope] = {}
    previous = ""
    for reason, doing in bent.items():
        made[reason] = sent(booth, doing, previous=previous)
        previous = made[reason].digest()
    return made


def test_a_blocked_card_rings_also_when_it_is_judged_later(
    town: Any, batchwise: Centre, booth: Any, hands: ModuleType
) -> None:
    letters = _one_good_and_four_bad(town, batchwise, booth, hands)
    intake.take_batch(batchwise, booth.id, list(letters.values()))
    auditing.audit(batchwise)
    with batchwise.store.reading() as tx:
        assert (USED_AFTER_BLOCK, letters["card-revoked"].id) in {(one.what, one.detail) for one in alarms.waiting(tx)}


def test_whose_it_was_is_not_told_by_the_record_of_a_refusal(
    town: Any, centre: Centre, booth: Any, hands: ModuleType
) -> None:
    card = town.card("revoked")
    letter = sent(booth, paper(booth, hands, card, centre))
    assert intake.take(centre, booth.id, letter).reason == "card-revoked"
    with centre.store.reading() as tx:
        row = envelopes.find(tx, letter.id)
        rung = alarms.waiting(tx)
    assert row is not None
    assert str(card.number) not in f"{row}{rung}" and hands.person_of(card) not in f"{row}{rung}"
    assert acts(centre, str(card.number)) == []
