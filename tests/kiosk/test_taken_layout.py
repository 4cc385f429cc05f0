"""Which ballots a booth took is kept for its closing statement as one sorted text. Whoever holds the booth's key and
reads the pages of its file finds no earlier text there, so no order in which ballots were cast."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import leaks
import pytest

from kiosk.matters.votes import closing
from kiosk.store import facts
from sync import outbox, seal_fixed, sign_envelope, sign_with

KEY = "5a" * 32  # of the booths of these tests


def take(desk, tracker: str) -> None:
    """As a cast stores it, but for the ballot itself."""
    body = seal_fixed(b"{}", desk.booth.anchors.centre_sealing, kid="centre", size=30_000)
    envelope = sign_envelope(
        kind="votes.ballot",
        version=1,
        booth=desk.booth.id,
        made_at=desk.town.now,
        previous="",
        body=body,
        sign=sign_with(desk.booth.key),
        ballot=True,
    )
    with desk.booth.store.writing() as connection:
        outbox.put(connection, envelope)
        closing.note(connection, desk.town.election, tracker)
    desk.booth.store.fold()


def standing(file: Path, word: str) -> int:
    """How often a word lies in the pages of the file and of its log, whatever a row needs of them."""
    return sum(page.count(word.encode()) for _, page in leaks.pages(file, KEY))


@pytest.mark.parametrize("ballots", [3, 30, 130])
def test_no_page_keeps_an_earlier_list_of_ballots(desk, ballots: int) -> None:
    """Three lie in the row's own page, thirty fill half of one, 130 run over into others."""
    dice = random.Random(ballots)
    trackers = [f"{dice.getrandbits(256):064x}" for _ in range(ballots)]
    for place, tracker in enumerate(trackers):
        take(desk, tracker)
        if place % 5 == 0:  # rounds and clocks write between them
            with desk.booth.store.writing() as connection:
                facts.put(connection, facts.CLOCK_OFFSET, str(timedelta(seconds=place).total_seconds()))
            desk.booth.store.fold()
    with desk.booth.store.reading() as connection:
        assert closing.taken(connection, desk.town.election) == sorted(trackers)
    file = desk.home / "booth.db"
    # One that lies over the edge of two pages is found by either end.
    found = {one: max(standing(file, one[:24]), standing(file, one[-24:])) for one in trackers}
    assert set(found.values()) == {1}


def test_the_search_itself_finds_what_an_earlier_text_left(desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """With each list under a name of its own, as if none were written over."""
    put = facts.put
    monkeypatch.setattr(facts, "put", lambda connection, name, value: put(connection, f"{name} {value[-8:]}", value))
    monkeypatch.setattr(closing, "taken", lambda *_: ["0" * 64])
    for digit in "ab":
        take(desk, digit * 64)
    assert standing(desk.home / "booth.db", "0" * 64) == 2


def test_a_kill_leaves_the_list_and_the_ballots_together(desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever breaks between the two, neither is stored."""

    class Cut(Exception):
        pass

    def cut(*_: object) -> None:
        raise Cut

    with monkeypatch.context() as patched:
        patched.setattr(closing.facts, "put", cut)
        with pytest.raises(Cut):
            take(desk, "a" * 64)
    with desk.booth.store.reading() as connection:
        assert (closing.taken(connection, desk.town.election), outbox.pending(connection, 9)) == ([], [])
