"""Many ballots at once are judged exactly as one by one, whatever lies among them, and whatever breaks meanwhile."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import seeded_town
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_tests import examples

from ballot_box import BallotOk, BallotRefused, ElectionSetup, ToolUnavailable, check_ballots
from central.demo import vote
from central.kernel.centre import Centre
from central.kernel.matter import Brought, Rejected, Undecided
from central.matters.votes import intake
from central.matters.votes import service as elections
from central.matters.votes.intake import SoundBallot
from central.store.line.booths import Booth
from municipality.matters.votes.messages import BallotAct

SENT_BY = Booth("kamatero-1", "el", "en", "", "AA1")
Cast = Brought[BallotAct]


def judge(centre: Centre, acts: Sequence[Cast]) -> list[SoundBallot | Rejected | Undecided]:
    return intake.judge(centre, SENT_BY, acts)


def altered(text: str, *, drop: str = "", **changes: object) -> str:
    ballot = json.loads(text)
    if drop:
        del ballot["answers"][0][drop]
    return json.dumps(ballot | changes, separators=(",", ":"))


def spoilt(text: str) -> str:
    """Of the right form, and a proof does not hold."""
    ballot = json.loads(text)
    proof = ballot["answers"][0]["overall_proof"][0]
    proof["response"] = proof["response"][:-1] + ("1" if proof["response"][-1] != "1" else "2")
    return json.dumps(ballot, separators=(",", ":"))


@pytest.fixture
def casts(town: Any, centre: Centre) -> list[Cast]:
    """One of each that a booth may bring, of two votes."""
    now = centre.clock()
    second = elections.draw_up(centre, vote.plan(now - timedelta(hours=1), 5))
    elections.open_vote(centre, second)
    cards = [town.card("elector", place) for place in range(3)]
    first = [seeded_town.mark(centre, town.election, card, 1, None).text for card in (*cards, cards[0])]
    other = [seeded_town.mark(centre, second, card, 0, 0).text for card in cards[:2]]

    def cast(text: str, card: Any = cards[0], election: str = town.election, minutes: int = 0) -> Cast:
        act = BallotAct(election=election, ballot=text)
        return Brought("e", "kamatero-1", now + timedelta(minutes=minutes), act, str(card.number), "R")

    sound = [cast(first[0]), cast(first[1], cards[1]), cast(first[2], cards[2]), cast(first[3], minutes=-1)]
    sound += [cast(other[0], election=second), cast(other[1], cards[1], second)]
    theirs = altered(first[1], answers=json.loads(first[2])["answers"])
    bad = [cast(one) for one in (spoilt(first[0]), spoilt(first[1]), theirs, altered(first[2], drop="blank_proof"))]
    bad += [cast(other[0]), cast(altered(first[0], credential="5")), cast("{"), cast(first[0], election="nowhere")]
    bad += [cast(first[0], minutes=11), cast(first[0], minutes=-100_000), cast(first[0], town.card("resident"))]
    return [*sound, *bad]


@pytest.mark.timeout(300)
def test_together_they_are_judged_as_one_by_one(centre: Centre, casts: list[Cast]) -> None:
    alone = [judge(centre, [one])[0] for one in casts]
    assert [isinstance(one, SoundBallot) for one in alone] == [True] * 6 + [False] * 11
    reasons = ["ballot-not-sound"] * 7 + ["unknown-election", "cast-in-the-future", "outside-the-window"]
    assert alone[6:] == [Rejected(why) for why in (*reasons, "not-on-the-roll")]
    assert [one.ballot.ballot for one in alone if isinstance(one, SoundBallot)] == [one.act.ballot for one in casts[:6]]

    @settings(max_examples=examples(10), deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(places=st.lists(st.integers(0, len(casts) - 1), max_size=24), together=st.sampled_from([2, 3, 32]))
    def judged(places: list[int], together: int) -> None:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(intake, "_TOGETHER", together)
            assert judge(centre, [casts[place] for place in places]) == [alone[place] for place in places]

    judged()


def test_a_ballot_on_which_the_tool_breaks_holds_back_no_other(
    centre: Centre, casts: list[Cast], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever could send one would otherwise keep a whole booth's ballots out until the end."""
    poison = casts[1].act.ballot

    def breaks(setup: ElectionSetup, texts: Sequence[str]) -> list[BallotOk | BallotRefused]:
        if poison in texts:
            raise ToolUnavailable("killed")
        return check_ballots(setup, texts)

    expected = judge(centre, casts)
    expected[1] = Undecided("ToolUnavailable")
    monkeypatch.setattr(intake, "check_ballots", breaks)
    assert judge(centre, casts) == expected


def test_where_a_part_of_the_list_is_not_whole_only_its_ballots_wait(
    centre: Centre, casts: list[Cast], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "feed_rows", SimpleNamespace(find=lambda *_: None))
    judged = judge(centre, casts)
    waits = Undecided("ToolUnavailable")
    # What is refused for its hour or its card is refused all the same; and so is what names no credential at all.
    assert judged == [
        *[waits] * 12,
        *[Rejected(why) for why in ("ballot-not-sound", "unknown-election")],
        *[Rejected(why) for why in ("cast-in-the-future", "outside-the-window", "not-on-the-roll")],
    ]


def test_what_a_vote_is_judged_by_is_read_once_for_a_share(
    centre: Centre, casts: list[Cast], monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    real = intake.election_rows.find
    monkeypatch.setattr(intake.election_rows, "find", lambda tx, one, **more: read.append(one) or real(tx, one, **more))
    judged = judge(centre, casts[:3] * 8)
    assert [isinstance(one, SoundBallot) for one in judged] == [True] * 24
    assert 1 <= len(read) <= (os.cpu_count() or 1)
