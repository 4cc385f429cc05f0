"""The cast: one durable envelope, or nothing; the same rows and sizes whatever was marked."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import small_town as st
from sqlalchemy import text
from technicians import proof_of

from ballot_box import BallotOk, check_ballot
from kiosk.desk.pages import Step
from kiosk.identity.signing_in import PinTooOld
from kiosk.matters.votes import service as voting
from kiosk.matters.votes.conversation import question_page
from municipality.failures import Code
from municipality.matters.votes.failures import VoteCode
from municipality.matters.votes.messages import BallotAct, LeftOut, Row, Section
from municipality.matters.votes.rules import Marks, MayVote
from municipality.messages import Words
from municipality.register import FAILURES
from sync import Envelope, agree_with, open_sealed, outbox, verify_envelope

A_VOTE = (Marks(frozenset({1})), Marks(frozenset({0, 2})))


def quiet(_stage: str) -> None:
    pass


def waiting(desk) -> list:
    with desk.booth.store.reading() as connection:
        return outbox.pending(connection, 10)


def test_offered_says_who_may_vote(desk) -> None:
    anna = desk.sign_in(st.ANNA)
    assert [vote.standing for vote in voting.offered(desk.booth, anna)] == [MayVote.OPEN]
    anna.connection.close()
    nikos = desk.sign_in(st.NIKOS)
    assert [vote.standing for vote in voting.offered(desk.booth, nikos)] == [MayVote.NOT_FOR_YOU]
    refused = voting.cast(desk.booth, nikos, desk.town.election, A_VOTE, quiet)
    assert refused == voting.NotCast(VoteCode.VOTE_NOT_FOR_YOU)


def test_a_vote_becomes_one_sealed_envelope(desk) -> None:
    session = desk.sign_in(st.ANNA)
    stages: list[str] = []
    outcome = voting.cast(desk.booth, session, desk.town.election, A_VOTE, stages.append)
    assert isinstance(outcome, voting.Cast)
    assert stages == ["sealing", "checking", "signing", "storing", "stored"]
    (envelope,) = waiting(desk)
    verify_envelope(envelope, desk.booth.key.public_key())
    assert (envelope.kind, envelope.previous, envelope.made_at.minute) == ("votes.ballot", "", 0)
    _head, said = st.told(desk.town, envelope)
    act = BallotAct.read(said)
    assert act.election == desk.town.election.election
    proof = proof_of(desk.town, envelope, desk.town.cards[st.ANNA])
    assert (proof.card, proof.person) == (st.ANNA, session.dossier.resident)
    checked = check_ballot(st.setup_of(desk.town), act.ballot)
    assert isinstance(checked, BallotOk) and checked.tracker == outcome.tracker


def test_two_votes_that_differ_only_in_the_choice_leave_the_same_rows_and_sizes(desk) -> None:
    session = desk.sign_in(st.ANNA)
    choices = [
        (Marks(frozenset({0})), Marks(frozenset({0}))),
        (Marks(frozenset({2})), Marks(frozenset({1, 2}))),
        (Marks(blank=True), Marks(frozenset({1}))),
    ]
    for marks in choices:
        assert isinstance(voting.cast(desk.booth, session, desk.town.election, marks, quiet), voting.Cast)
    with desk.booth.store.reading() as connection:
        rows = connection.execute(text("SELECT * FROM outbox_ballots")).mappings().all()
        sizes = {tuple(len(value) for value in row.values()) for row in rows}
        assert len(rows) == 3 and len(sizes) == 1
        told = [Envelope.read(row["message"]) for row in rows]
        assert {len(one.message) for one in told} == {len(told[0].message)}
        assert len({(one.kind, one.version, one.booth, one.previous) for one in told}) == 1
        assert connection.execute(text("SELECT count(*) FROM journal")).scalar() == 0


def test_an_hour_and_a_random_id_are_all_that_a_row_tells(desk) -> None:
    session = desk.sign_in(st.ANNA)
    for _ in range(4):
        voting.cast(desk.booth, session, desk.town.election, A_VOTE, quiet)
    with desk.booth.store.reading() as connection:
        ids = list(connection.execute(text("SELECT id FROM outbox_ballots")).scalars())
        assert ids == sorted(ids)  # laid out by the random id, not by when they came
        times = set(connection.execute(text("SELECT substr(made_at, 14) FROM outbox_ballots")).scalars())
        assert times == {":00:00Z"}


@pytest.mark.parametrize(
    ("ahead", "code"), [(timedelta(days=5), VoteCode.VOTE_CLOSED), (timedelta(days=-2), VoteCode.VOTE_NOT_YET)]
)
def test_outside_the_window_nothing_is_cast(desk, ahead: timedelta, code: Code) -> None:
    session = desk.sign_in(st.ANNA)
    clock = desk.booth.clock
    object.__setattr__(session, "pin_at", clock() + ahead)
    object.__setattr__(desk.booth, "clock", lambda: clock() + ahead)
    assert voting.cast(desk.booth, session, desk.town.election, A_VOTE, quiet) == voting.NotCast(code)
    assert waiting(desk) == []


def test_a_forgotten_card_does_not_vote(desk) -> None:
    session = desk.sign_in(st.ANNA)
    object.__setattr__(session, "pin_at", session.pin_at - timedelta(seconds=61))
    assert voting.cast(desk.booth, session, desk.town.election, A_VOTE, quiet) == PinTooOld()
    assert waiting(desk) == []


@pytest.mark.parametrize("stage", ["sealing", "checking", "signing"])
def test_a_card_pulled_before_the_signature_casts_nothing(desk, stage: str) -> None:
    session = desk.sign_in(st.ANNA)

    def pull(at: str) -> None:
        if at == stage:
            desk.reader.remove()

    outcome = voting.cast(desk.booth, session, desk.town.election, A_VOTE, pull)
    assert outcome == voting.NotCast(VoteCode.VOTE_NOT_CAST)
    assert waiting(desk) == []


def test_the_instant_of_a_ballot_is_that_of_confirm_however_long_the_sealing_takes(desk) -> None:
    """Its PIN was fresh then: who confirmed in time is not refused by a slow machine."""
    session, clock = desk.sign_in(st.ANNA), desk.booth.clock
    confirmed: list[datetime] = []

    def slow(stage: str) -> None:
        if stage == "sealing":
            confirmed.append(clock())
            object.__setattr__(desk.booth, "clock", lambda: clock() + timedelta(minutes=9))

    assert isinstance(voting.cast(desk.booth, session, desk.town.election, A_VOTE, slow), voting.Cast)
    (envelope,) = waiting(desk)
    (at,) = confirmed
    assert timedelta(0) <= at - st.told(desk.town, envelope)[0].at < timedelta(seconds=5)
    assert proof_of(desk.town, envelope, desk.town.cards[st.ANNA]).card == st.ANNA


def test_a_card_pulled_while_storing_is_a_vote_cast(desk) -> None:
    session = desk.sign_in(st.ANNA)

    def pull(at: str) -> None:
        if at == "storing":
            desk.reader.remove()

    assert isinstance(voting.cast(desk.booth, session, desk.town.election, A_VOTE, pull), voting.Cast)
    assert len(waiting(desk)) == 1


def test_without_a_slip_and_with_another_cards_slip(open_desk) -> None:
    with open_desk() as desk:
        desk.fill(without=("votes.slip",))
        session = desk.sign_in(st.ANNA)
        assert [vote.standing for vote in voting.offered(desk.booth, session)] == [MayVote.NO_SLIP]
        outcome = voting.cast(desk.booth, session, desk.town.election, A_VOTE, quiet)
        assert outcome == voting.NotCast(VoteCode.VOTE_NO_SLIP)


def test_a_card_that_was_left_out_is_told_so_in_words_that_hold_for_every_reason(
    desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = FAILURES[VoteCode.VOTE_CARD_LEFT_OUT]
    assert "key" not in told.title + told.sentence, "of a card that stands there twice the key may be good"
    entry = Path("docs/failures.md").read_text(encoding="utf-8").split("### V08")[1].split("\n## ")[0]
    assert [why.value for why in LeftOut if f"`{why.value}`" not in entry] == []
    without = desk.town.election.model_copy(update={"left_out": {st.ANNA: LeftOut.CARD_TWICE}})
    election = st.signed(without, desk.town.homes)
    monkeypatch.setattr(voting.notices, "elections", lambda *_: [election])
    session = desk.sign_in(st.ANNA)
    assert [vote.standing for vote in voting.offered(desk.booth, session)] == [MayVote.LEFT_OUT]
    outcome = voting.cast(desk.booth, session, election, A_VOTE, quiet)
    assert outcome == voting.NotCast(VoteCode.VOTE_CARD_LEFT_OUT) and waiting(desk) == []


def test_marks_that_no_screen_lets_through_are_a_broken_promise(desk) -> None:
    session = desk.sign_in(st.ANNA)
    with pytest.raises(ValueError, match="should not") as raised:
        voting.cast(desk.booth, session, desk.town.election, (Marks(frozenset({7})), Marks()), quiet)
    assert "7" not in str(raised.value)


def test_a_tool_that_fails_casts_nothing(desk, monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    session = desk.sign_in(st.ANNA)
    monkeypatch.setenv("PATH", str(tmp_path))
    outcome = voting.cast(desk.booth, session, desk.town.election, A_VOTE, quiet)
    assert outcome == voting.NotCast(VoteCode.VOTE_NOT_CAST)


def test_nothing_of_a_vote_prints(desk) -> None:
    marks = Marks(frozenset({1}))
    assert "1" not in repr(marks) and "1" not in json.dumps(repr(A_VOTE))


def test_the_sealed_size_is_a_fact_of_the_election_and_leaves_room(desk) -> None:
    session = desk.sign_in(st.ANNA)
    voting.cast(desk.booth, session, desk.town.election, A_VOTE, quiet)
    (envelope,) = waiting(desk)
    sealed = open_sealed(envelope.body, agree_with(desk.town.sealing_key), kid="centre")
    assert len(sealed) < 0.9 * voting.sealed_size(desk.town.election)


def test_a_vote_leaves_no_log_that_keeps_the_order_of_ballots(desk) -> None:
    session = desk.sign_in(st.ANNA)
    voting.cast(desk.booth, session, desk.town.election, A_VOTE, quiet)
    assert (desk.home / "booth.db-wal").stat().st_size == 0


def test_behind_the_proposal_stand_its_sections_with_costs_and_arguments(desk) -> None:
    def words(text: str) -> Words:
        return Words(el=text, en=f"{text} (en)")

    costs = Section(
        heading=words("Τι κοστίζει"),
        paragraphs=(words("Με ΦΠΑ."), words("Χωρίς εξοπλισμό.")),
        rows=(Row(what=words("Πάρκο"), value=words("480.000 ευρώ")),),
    )
    election = desk.town.election.model_copy(update={"article": (costs, Section(heading=words("Υπέρ και κατά")))})
    article = question_page(election, 0, election.questions[0], Step(1, 4)).more
    assert article is not None and article.face == "Read article"
    assert [(one.heading, one.text.el, one.text.en) for one in article.paragraphs] == [
        (False, "Για δοκιμή.", "For a trial."),
        (True, "Τι κοστίζει", "Τι κοστίζει (en)"),
        (False, "Με ΦΠΑ.", "Με ΦΠΑ. (en)"),
        (False, "Χωρίς εξοπλισμό.", "Χωρίς εξοπλισμό. (en)"),
        (False, "Πάρκο: 480.000 ευρώ", "Πάρκο (en): 480.000 ευρώ (en)"),
        (True, "Υπέρ και κατά", "Υπέρ και κατά (en)"),
    ]
    bare = election.model_copy(update={"article": (), "introduction": Words(el="", en="")})
    assert question_page(bare, 0, bare.questions[0], Step(1, 4)).more is None
