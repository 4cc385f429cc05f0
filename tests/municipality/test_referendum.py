"""A binding referendum: until when it is told, by a clock that is believed or not; and where electors vote on paper."""

from datetime import UTC, datetime, timedelta

import pytest

from kiosk.matters.votes.samples import binding
from municipality.matters.votes.messages import Election
from municipality.matters.votes.referendum import Phase, Referendum, is_old, phase_at_least, phase_of
from municipality.messages import Dossier, MessageRefused
from municipality.residents import Polling
from municipality.roll.polling import facts_of, incomplete, is_voter_number, polling_of
from municipality.roll.record import Record, record_of

ONE = binding()
TICK = timedelta(microseconds=1)
END = ONE.closes + timedelta(days=14)
PLACE = Polling(section="12", building="1ο Δημοτικό", street="Οδός 1", room="Α2", voter_number="0000000101234")


@pytest.mark.parametrize(
    ("now", "phase", "at_least"),
    [
        (ONE.opens - TICK, Phase.AHEAD, Phase.AHEAD),
        (ONE.opens, Phase.OPEN, Phase.AHEAD),
        (ONE.closes - TICK, Phase.OPEN, Phase.AHEAD),
        (ONE.closes, Phase.HELD, Phase.HELD),
        (END - TICK, Phase.HELD, Phase.HELD),
        (END, Phase.GONE, Phase.GONE),
    ],
)
def test_each_stage_begins_with_its_instant(now: datetime, phase: Phase, at_least: Phase) -> None:
    assert (phase_of(ONE, now), phase_at_least(ONE, now)) == (phase, at_least)


def test_news_are_old_after_seven_days_and_where_nobody_knows_when_they_came() -> None:
    now = datetime(2026, 12, 1, 9, tzinfo=UTC)
    week = timedelta(days=7)
    assert [is_old(heard, now) for heard in (now - week, now - week - TICK, None)] == [False, True, True]


def test_it_travels_whole_and_nothing_else_is_one() -> None:
    assert Referendum.read(ONE.text()) == ONE
    for broken in (
        {"closes": ONE.opens},
        {"ada": "ΨΛ4ΠΩ6Μ"},
        {"ada": "ψλ4πω6μ-7τρ"},
        {"questions": ()},
        {"held": ()},
        {"referendum": "Park/1"},
        {"questions": (ONE.questions[0].model_copy(update={"answers": ONE.questions[0].answers[:1]}),)},
    ):
        with pytest.raises(MessageRefused):
            Referendum.read(ONE.model_copy(update=broken).text())


# Where somebody votes


@pytest.mark.parametrize(
    ("facts", "missing"),
    [
        ({}, ""),
        ({"voter_number": "7"}, ""),
        ({"poll_section": "1", "poll_building": "Β", "poll_street": "Γ"}, ""),
        ({"poll_room": "Α1"}, "poll_section"),
        ({"poll_section": "1", "poll_street": "Γ"}, "poll_building"),
        ({"poll_section": "1", "poll_building": "Β"}, "poll_street"),
    ],
)
def test_a_place_is_said_whole_or_not_at_all(facts: dict[str, str], missing: str) -> None:
    said = facts_of(None) | facts
    assert incomplete(said) == missing
    if missing:
        with pytest.raises(ValueError, match="together or not at all"):
            polling_of(said)
    else:
        found = polling_of(said)
        assert (found is None) is not bool(facts) and facts_of(found) == said


@pytest.mark.parametrize(
    ("text", "good"), [("1", True), ("0" * 13, True), ("1" * 14, False), ("١", False), ("1a", False), ("", False)]
)
def test_a_special_electoral_number_is_up_to_thirteen_digits(text: str, good: bool) -> None:
    assert is_voter_number(text) is good


@pytest.fixture
def plain(small_election: tuple[Election, Dossier, Dossier]) -> Dossier:
    return small_election[1]


def with_place(plain: Dossier, place: Polling | None) -> Dossier:
    return plain.model_copy(update={"person": plain.person.model_copy(update={"polling": place})})


def test_a_dossier_without_a_place_is_written_as_ever_and_one_with_it_whole(plain: Dossier) -> None:
    assert "polling" not in with_place(plain, None).text()
    for one in (with_place(plain, None), with_place(plain, PLACE)):
        assert Dossier.read(one.text()) == one == Dossier.unpack(one.pack())


def test_the_rolls_record_of_a_place_comes_back_as_it_went(plain: Dossier) -> None:
    one = with_place(plain, PLACE)
    record = record_of("R1", one.family, one.person, one.capacities)
    assert record is not None and record.poll_section == "12" and record.as_person() == one.person
    assert Record.of(record.values()) == record
    before = {name: value for name, value in record.values().items() if name not in facts_of(None)}
    assert Record.of(before).as_person().polling is None, "a record that an earlier program kept"
