"""The intake: exactly once, in any order of arrival, and never a bad envelope without its reason."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from seeded_town import Doing
from slow_reader import forged

from card_reader import CardImage, Slot
from central.kernel import intake
from central.kernel.centre import Centre
from central.matters.certificates import store as certificates
from central.matters.votes import service as elections
from central.matters.votes import standings
from central.matters.votes.store import ballots
from central.store.line import envelopes
from central.store.office import registry
from sync import Answer, BadItem, Envelope


@pytest.fixture
def booth(town: Any) -> Any:
    return town.booth()


@pytest.fixture
def card(town: Any) -> CardImage:
    found: CardImage = town.card("elector")
    return found


@pytest.fixture
def act(town: Any, centre: Centre, booth: Any, card: CardImage, hands: ModuleType) -> Doing:
    """A good vote."""
    ballot = hands.mark(centre, town.election, card, 1, None)
    made: Doing = hands.cast(town.election, booth.id, card, ballot, centre.clock())
    return made


def take(centre: Centre, booth: Any, envelope: Envelope) -> tuple[str, str]:
    answer = intake.take(centre, booth.id, envelope)
    assert answer.id == envelope.id
    return answer.outcome, answer.reason


def states(centre: Centre, election: str) -> dict[str, str]:
    with centre.store.reading() as tx:
        return {ballot.tracker: ballot.state for ballot in ballots.all_of(tx, election)}


def test_a_good_ballot_is_taken_once(town: Any, centre: Centre, booth: Any, act: Doing, card: CardImage) -> None:
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
    town: Any, centre: Centre, booth: Any, act: Doing, hands: ModuleType
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


def test_a_rejection_is_kept_and_repeated(centre: Centre, booth: Any, act: Doing) -> None:
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
        assert standings.find_ballot(centre, town.election, made[0].tracker) == "superseded"
        assert standings.find_ballot(centre, town.election, expected) == "waiting"


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
    listed = tuple(sorted([(newer.tracker, False), (newest.tracker, True)]))
    assert standings.trackers(centre, town.election) == standings.TrackerPage("", 2, listed, ())
    found = standings.standing(centre, town.election)
    assert (found.ballots, found.waiting, found.superseded) == (1, 0, 2)


def test_the_same_ballot_in_another_envelope_is_refused(town: Any, centre: Centre, booth: Any, act: Doing) -> None:
    assert take(centre, booth, booth.ballot(act)) == ("accepted", "")
    assert take(centre, booth, booth.ballot(act)) == ("rejected", "ballot-known")
    assert len(states(centre, town.election)) == 1


Change = Callable[[Doing, Any], Doing]


def _changed(**fields: Any) -> Change:
    """The act with other fields, signed by its card: only the rule itself stands in its way."""
    return lambda act, _town: act.but(**fields)


def _moved(by: timedelta) -> Change:
    return lambda act, _town: replace(act, at=act.at + by)


def _by_card(kind: str) -> Change:
    return lambda act, town: replace(act, card=town.card(kind))


def _said(**fields: Any) -> Change:
    """Its card signs something else."""
    return lambda act, _town: replace(act, said=fields)


def _word(**fields: str) -> Change:
    """Something else stands beside it as its card's word."""
    return lambda act, _town: replace(act, word=fields)


def _in_anothers_name(act: Doing, town: Any) -> Doing:
    """Everything of another elector's stands beside it, but for the signature."""
    other = town.card("elector", 1)
    serial = f"{other.certs[Slot.AUTHENTICATION].serial_number:x}"
    word = {"card": other.number, "certificate": serial, "person": "R000002"}
    return replace(act, said={"person": "R000002"}, word=word)


def _spoilt(act: Doing, _town: Any) -> Doing:
    """One digit of a proof is another."""
    ballot = act.act.ballot  # type: ignore[attr-defined]
    place = ballot.rindex('"response":"') + len('"response":"')
    digit = "1" if ballot[place] != "1" else "2"
    return act.but(ballot=ballot[:place] + digit + ballot[place + 1 :])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (_changed(election="nowhere"), "unknown-election"),
        (lambda act, _town: replace(act, booth="anargyri-2"), "body-of-another-booth"),
        (_changed(ballot="{}"), "ballot-not-sound"),
        (_spoilt, "ballot-not-sound"),
        (_moved(timedelta(hours=1)), "cast-in-the-future"),
        (_moved(timedelta(days=-3)), "outside-the-window"),
        (_by_card("revoked"), "card-revoked"),
        (_by_card("expired"), "card-not-valid-then"),
        (_by_card("foreign"), "unknown-card"),
        (_by_card("resident"), "not-on-the-roll"),
        (_by_card("new_card"), "not-on-the-roll"),
        (_by_card("technician"), "not-on-the-roll"),
        (lambda act, _town: replace(act, card=None), "no-card-proof"),
        (_in_anothers_name, "bad-card-signature"),
        (_said(act="019ca8cb-bf38-40e0-abd9-8fab95ed0169"), "bad-card-signature"),
        (_said(kind="certificates.paper"), "bad-card-signature"),
        (_said(person="R000002"), "bad-card-signature"),
        (_said(booth="anargyri-2"), "bad-card-signature"),
        (lambda act, _town: replace(act, said={"at": act.at - timedelta(seconds=1)}), "bad-card-signature"),
        (_said(municipality="another"), "bad-card-signature"),
        (_said(body="0" * 64), "bad-card-signature"),
        (_word(signature=base64.b64encode(b"0" * 70).decode()), "bad-card-signature"),
        (_word(person="R000002"), "bad-card-signature"),
        (lambda act, _town: replace(act, said={"person": "R000002"}, word={"person": "R000002"}), "another-person"),
        (_word(certificate="abc"), "unknown-card"),
        (_word(card="AAK-000002"), "unknown-card"),
        (_word(card="AAK-999999"), "unknown-card"),
    ],
)
def test_bad_votes_are_refused_with_a_reason(
    town: Any, centre: Centre, booth: Any, act: Doing, change: Change, reason: str
) -> None:
    envelope = booth.ballot(change(act, town), made_at=act.at)
    assert take(centre, booth, envelope) == ("rejected", reason)
    assert states(centre, town.election) == {}


def test_bad_envelopes_are_refused_with_a_reason(town: Any, centre: Centre, booth: Any, act: Doing) -> None:
    good = booth.ballot(act)
    stranger = ec.generate_private_key(ec.SECP256R1())
    cases = {
        "bad-signature": booth.ballot(act, key=stranger),
        "other-booth": town.booth(1).ballot(act),
        "unknown-version": booth.ballot(act, version=2),
        "wrong-class-of-id": booth.ballot(act, ballot=False),
        "does-not-open": booth.ballot(act, body=good.body[:-4] + "AAAA"),
        "unreadable-body": booth.ballot(act.but(version=9)),
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


def test_a_card_revoked_later_leaves_its_earlier_vote(centre: Centre, booth: Any, act: Doing, card: CardImage) -> None:
    assert card.number is not None
    with centre.store.writing() as tx:
        registry.revoke(tx, card.number, act.at + timedelta(minutes=1))
    assert take(centre, booth, booth.ballot(act)) == ("accepted", "")


def test_certificates_by_number_and_code(
    town: Any, centre: Centre, booth: Any, card: CardImage, hands: ModuleType
) -> None:
    now = centre.clock()
    code = "7F3K-92QD-LM8X-0A4T".replace("L", "1")
    paper = hands.certificate(booth.id, "AA1/2026/000001", code, card, now)
    assert take(centre, booth, booth.act(paper)) == ("accepted", "")
    cases = {
        "number-taken": paper.but(code="0000-0000-0000-0000"),
        "code-taken": paper.but(number="AA1/2026/000002"),
        "number-of-another-range": paper.but(number="KA1/2026/000001"),
        "not-a-code": paper.but(number="AA1/2026/000003", code="hello"),
    }
    for reason, bad in cases.items():
        assert take(centre, booth, booth.act(bad)) == ("rejected", reason), reason


@pytest.mark.parametrize("void_first", [False, True])
def test_a_void_number_stays_void_in_any_order(
    centre: Centre, booth: Any, card: CardImage, hands: ModuleType, void_first: bool
) -> None:
    number, now = "AA1/2026/000001", centre.clock()
    paper = hands.certificate(booth.id, number, "0000-0000-0000-0000", card, now)
    void = hands.void(booth.id, number, now)
    for act in (void, paper) if void_first else (paper, void):
        assert take(centre, booth, booth.act(act)) == ("accepted", "")
    with centre.store.reading() as tx:
        found = certificates.by_number(tx, number)
    assert found is not None
    assert (found.fate, found.code, found.card) == ("void", "0000-0000-0000-0000", card.number)
