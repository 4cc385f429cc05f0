"""The intake: exactly once, in any order of arrival, and never a bad envelope without its reason."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Callable
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from slow_reader import forged

from card_reader import CardImage
from central.kernel import intake
from central.kernel.centre import Centre
from central.matters.certificates import store as certificates
from central.matters.votes import service as elections
from central.matters.votes.store import ballots
from central.store.line import envelopes
from central.store.office import registry
from municipality.matters.certificates.messages import CertificateFate
from municipality.matters.votes.messages import BallotAct
from sync import Answer, BadItem, Envelope


@pytest.fixture
def booth(town: Any) -> Any:
    return town.booth()


@pytest.fixture
def card(town: Any) -> CardImage:
    found: CardImage = town.card("elector")
    return found


@pytest.fixture
def act(town: Any, centre: Centre, booth: Any, card: CardImage, hands: ModuleType) -> BallotAct:
    """A good vote."""
    ballot = hands.mark(centre, town.election, card, 1, None)
    made: BallotAct = hands.cast(town.election, booth.id, card, ballot, centre.clock())
    return made


def take(centre: Centre, booth: Any, envelope: Envelope) -> tuple[str, str]:
    answer = intake.take(centre, booth.id, envelope)
    assert answer.id == envelope.id
    return answer.outcome, answer.reason


def states(centre: Centre, election: str) -> dict[str, str]:
    with centre.store.reading() as tx:
        return {ballot.tracker: ballot.state for ballot in ballots.all_of(tx, election)}


def test_a_good_ballot_is_taken_once(town: Any, centre: Centre, booth: Any, act: BallotAct, card: CardImage) -> None:
    envelope = booth.ballot(act)
    assert take(centre, booth, envelope) == ("accepted", "")
    assert take(centre, booth, envelope) == ("duplicate", "")
    assert list(states(centre, town.election).values()) == ["current"]
    with centre.store.reading() as tx:
        kept = envelopes.find(tx, envelope.id)
    assert kept is not None
    assert (kept.received_at.minute, kept.received_at.second) == (0, 0)  # minutes would tell the order of ballots
    assert card.number is not None
    assert card.number.encode() not in kept.message


def test_other_bytes_under_a_known_id_are_a_conflict(
    town: Any, centre: Centre, booth: Any, act: BallotAct, hands: ModuleType
) -> None:
    envelope = booth.ballot(act)
    assert take(centre, booth, envelope) == ("accepted", "")
    other = booth.ballot(act, id=envelope.id)  # sealed anew: the same vote in other bytes
    assert take(centre, booth, other) == ("rejected", "conflict")
    assert take(centre, booth, other) == ("rejected", "conflict")
    assert take(centre, booth, envelope) == ("duplicate", "")
    with centre.store.reading() as tx:
        assert envelopes.count(tx) == {"accepted": 1, "rejected": 0, "conflict": 1}
    assert len(states(centre, town.election)) == 1


def test_a_rejection_is_kept_and_repeated(centre: Centre, booth: Any, act: BallotAct) -> None:
    envelope = booth.ballot(act, kind="poem", ballot=False, previous="")
    assert take(centre, booth, envelope) == ("rejected", "unknown-kind")
    assert take(centre, booth, envelope) == ("rejected", "unknown-kind")
    with centre.store.reading() as tx:
        assert envelopes.count(tx) == {"accepted": 0, "rejected": 1, "conflict": 0}


def test_the_last_vote_counts_in_any_order_of_arrival(
    town: Any, centre: Centre, card: CardImage, hands: ModuleType
) -> None:
    """Three votes of one card at two booths, one pair at the same second; every order gives the same current one."""
    now = centre.clock()
    made = [hands.mark(centre, town.election, card, answer, None) for answer in (0, 1, 2)]
    moments = [now - timedelta(hours=2), now - timedelta(hours=1), now - timedelta(hours=1)]
    letters = []
    for place, (ballot, at) in enumerate(zip(made, moments, strict=True)):
        booth = town.booth(place % 2)
        letters.append((booth, booth.ballot(hands.cast(town.election, booth.id, card, ballot, at))))
    expected = max(made[1].tracker, made[2].tracker)  # ties by tracker
    for order in itertools.permutations(letters):
        _forget_ballots(centre)
        for booth, envelope in order:
            assert take(centre, booth, envelope) == ("accepted", "")
        current = [tracker for tracker, state in states(centre, town.election).items() if state == "current"]
        assert current == [expected]
        assert elections.find_ballot(centre, town.election, made[0].tracker) == "superseded"
        assert elections.find_ballot(centre, town.election, expected) == "waiting"


def _forget_ballots(centre: Centre) -> None:
    with centre.store.writing() as tx:
        for table in ("votes_ballots", "votes_links", "envelopes"):
            tx.connection.exec_driver_sql(f"DELETE FROM {table}")


def test_an_older_vote_that_comes_after_the_board_grew_is_superseded(
    town: Any, centre: Centre, card: CardImage, hands: ModuleType, booth: Any
) -> None:
    now = centre.clock()
    newer, older, newest = (hands.mark(centre, town.election, card, answer, None) for answer in (0, 1, 2))

    def send(ballot: Any, at: datetime) -> None:
        assert take(centre, booth, booth.ballot(hands.cast(town.election, booth.id, card, ballot, at)))[0] == "accepted"

    send(newer, now - timedelta(hours=1))
    assert elections.grow_board(centre, town.election) == 1
    send(older, now - timedelta(hours=2))
    assert elections.grow_board(centre, town.election) == 0
    send(newest, now)
    assert elections.grow_board(centre, town.election) == 1
    assert states(centre, town.election) == {
        newer.tracker: "on_board",
        older.tracker: "superseded",
        newest.tracker: "on_board",
    }
    assert elections.trackers(centre, town.election) == [(newer.tracker, False), (newest.tracker, True)]
    found = elections.standing(centre, town.election)
    assert (found.ballots, found.waiting, found.superseded) == (1, 0, 2)


def test_the_same_ballot_in_another_envelope_is_refused(town: Any, centre: Centre, booth: Any, act: BallotAct) -> None:
    assert take(centre, booth, booth.ballot(act)) == ("accepted", "")
    assert take(centre, booth, booth.ballot(act)) == ("rejected", "ballot-known")
    assert len(states(centre, town.election)) == 1


Change = Callable[[BallotAct, Any, CardImage, ModuleType, Any], BallotAct]


def _changed(**fields: Any) -> Change:
    """The act with other fields, signed again by its card: only the rule itself stands in its way."""

    def change(act: BallotAct, _booth: Any, card: CardImage, hands: ModuleType, _town: Any) -> BallotAct:
        signed: BallotAct = hands.sign_act(act.model_copy(update=fields), card)
        return signed

    return change


def _moved(by: timedelta) -> Change:
    def change(act: BallotAct, _booth: Any, card: CardImage, hands: ModuleType, _town: Any) -> BallotAct:
        signed: BallotAct = hands.sign_act(act.model_copy(update={"cast_at": act.cast_at + by}), card)
        return signed

    return change


def _by_card(kind: str) -> Change:
    def change(act: BallotAct, _booth: Any, _card: CardImage, hands: ModuleType, town: Any) -> BallotAct:
        signed: BallotAct = hands.sign_act(act, town.card(kind))
        return signed

    return change


def _certificate_of(kind: str) -> Change:
    def change(act: BallotAct, _booth: Any, _card: CardImage, hands: ModuleType, town: Any) -> BallotAct:
        other = hands.sign_act(act, town.card(kind, 1))
        return act.model_copy(update={"certificate": other.certificate})

    return change


def _spoilt(act: BallotAct, _booth: Any, card: CardImage, hands: ModuleType, _town: Any) -> BallotAct:
    """One digit of a proof is another."""
    place = act.ballot.rindex('"response":"') + len('"response":"')
    digit = "1" if act.ballot[place] != "1" else "2"
    text = act.ballot[:place] + digit + act.ballot[place + 1 :]
    signed: BallotAct = hands.sign_act(act.model_copy(update={"ballot": text}), card)
    return signed


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (_changed(election="nowhere"), "unknown-election"),
        (_changed(booth="anargyri-2"), "body-of-another-booth"),
        (_changed(ballot="{}"), "ballot-not-sound"),
        (_spoilt, "ballot-not-sound"),
        (_moved(timedelta(hours=1)), "cast-in-the-future"),
        (_moved(timedelta(days=-3)), "outside-the-window"),
        (_by_card("revoked"), "card-revoked"),
        (_by_card("expired"), "card-not-valid-then"),
        (_by_card("foreign"), "not-our-card"),
        (_by_card("resident"), "not-on-the-roll"),
        (_by_card("new_card"), "not-on-the-roll"),
        (_certificate_of("elector"), "bad-card-signature"),
        (
            lambda act, *_: act.model_copy(update={"signature": base64.b64encode(b"0" * 70).decode()}),
            "bad-card-signature",
        ),
        (lambda act, *_: act.model_copy(update={"certificate": "AAAA"}), "unreadable-certificate"),
    ],
)
def test_bad_votes_are_refused_with_a_reason(
    town: Any,
    centre: Centre,
    booth: Any,
    card: CardImage,
    act: BallotAct,
    hands: ModuleType,
    change: Change,
    reason: str,
) -> None:
    envelope = booth.ballot(change(act, booth, card, hands, town), made_at=act.cast_at)
    assert take(centre, booth, envelope) == ("rejected", reason)
    assert states(centre, town.election) == {}


def test_bad_envelopes_are_refused_with_a_reason(town: Any, centre: Centre, booth: Any, act: BallotAct) -> None:
    good = booth.ballot(act)
    stranger = ec.generate_private_key(ec.SECP256R1())
    cases = {
        "bad-signature": booth.ballot(act, key=stranger),
        "other-booth": town.booth(1).ballot(act),
        "unknown-version": booth.ballot(act, version=2),
        "wrong-class-of-id": booth.ballot(act, ballot=False),
        "does-not-open": booth.ballot(act, body=good.body[:-4] + "AAAA"),
        "unreadable-body": booth.ballot(act.model_copy(update={"version": 9})),
    }
    for reason, envelope in cases.items():
        assert take(centre, booth, envelope) == ("rejected", reason), reason
    ghost = forged(good, booth="ghost")
    with pytest.raises(intake.NotServed):
        intake.take(centre, "ghost", ghost)
    assert states(centre, town.election) == {}
    assert intake.take_batch(centre, booth.id, [BadItem("x", "not the fields")]) == [
        Answer("x", "rejected", "not-an-envelope")
    ]


def test_a_card_revoked_later_leaves_its_earlier_vote(
    centre: Centre, booth: Any, act: BallotAct, card: CardImage
) -> None:
    assert card.number is not None
    with centre.store.writing() as tx:
        registry.revoke(tx, card.number, act.cast_at + timedelta(minutes=1))
    assert take(centre, booth, booth.ballot(act)) == ("accepted", "")


def test_certificates_by_number_and_code(town: Any, centre: Centre, booth: Any, hands: ModuleType) -> None:
    now = centre.clock()
    code = "7F3K-92QD-LM8X-0A4T".replace("L", "1")
    paper = hands.certificate(booth.id, "AA1/2026/000001", code, "AAK-000001", now)
    assert take(centre, booth, booth.act(paper)) == ("accepted", "")
    cases = {
        "number-taken": paper.model_copy(update={"code": "0000-0000-0000-0000"}),
        "code-taken": paper.model_copy(update={"number": "AA1/2026/000002"}),
        "number-of-another-range": paper.model_copy(update={"number": "KA1/2026/000001"}),
        "not-a-code": paper.model_copy(update={"number": "AA1/2026/000003", "code": "hello"}),
    }
    for reason, bad in cases.items():
        assert take(centre, booth, booth.act(bad)) == ("rejected", reason), reason


@pytest.mark.parametrize("void_first", [False, True])
def test_a_void_number_stays_void_in_any_order(centre: Centre, booth: Any, hands: ModuleType, void_first: bool) -> None:
    paper = hands.certificate(booth.id, "AA1/2026/000001", "0000-0000-0000-0000", "AAK-000001", centre.clock())
    void = paper.model_copy(update={"fate": CertificateFate.VOID})
    for act in (void, paper) if void_first else (paper, void):
        assert take(centre, booth, booth.act(act)) == ("accepted", "")
    with centre.store.reading() as tx:
        found = certificates.by_number(tx, paper.number)
    assert found is not None
    assert found.fate == "void"
