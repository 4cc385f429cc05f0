"""A large town: dossiers in batches that may be killed and raced, an election's credentials in parts.

CI takes about a thousand people, the long form 60,000.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
import tracemalloc
from types import ModuleType
from typing import Any

import large_town
import pytest
from random_tests import LONG

from ballot_box import Board, list_digest, split
from central.demo import vote
from central.kernel import intake
from central.kernel.centre import Centre
from central.kernel.matter import Brought
from central.kernel.serving import feed
from central.matters.votes import intake as ballots
from central.matters.votes import service as elections
from central.matters.votes.store import elections as election_rows
from central.office.roll import registry
from central.store.line import feed as feed_rows
from central.store.office import registry as registry_rows
from municipality.matters.votes.messages import Credentials, Election, VoteItem
from municipality.messages import ItemKind

FAMILIES = 20_000 if LONG else 350
ELECTOR_FAMILIES = FAMILIES if LONG else 170


def dossiers(centre: Centre) -> dict[str, int]:
    """Cards that have a dossier in the feed, with its length."""
    found: dict[str, int] = {}
    after = 0
    while True:
        page = feed.page(centre, after, 500)
        found |= {item.key: len(item.body) for item in page.items if item.kind == ItemKind.DOSSIER and item.body}
        if not page.more:
            return found
        after = page.cursor


def sequences(centre: Centre, cards: list[str]) -> set[int]:
    with centre.store.reading() as tx:
        return {one.sequence for start in range(0, len(cards), 500) for one in
                registry_rows.sealed(tx, cards[start:start + 500]).values()}  # fmt: skip


@pytest.mark.timeout(1800 if LONG else 180)
def test_a_first_load_in_batches_within_bounded_memory(centre: Centre) -> None:
    before = len(dossiers(centre))
    cards = large_town.grow(centre, FAMILIES)
    tracemalloc.start()
    try:
        assert registry.publish_dossiers(centre) == len(cards)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 16 * 1024 * 1024  # of a batch, whatever the town
    lengths = dossiers(centre)
    assert len(lengths) == before + len(cards)
    assert len({length for card, length in lengths.items() if card in set(cards)}) == 1  # but for the number's length
    assert registry.publish_dossiers(centre) == 0


def test_told_to_stop_it_goes_on_where_it_was(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "BATCH", 100)
    cards = large_town.grow(centre, 80)
    asked = iter([False, False, True])
    first = registry.publish_dossiers(centre, stop=lambda: next(asked))
    assert 0 < first < len(cards)
    assert first + registry.publish_dossiers(centre) == len(cards)
    assert sequences(centre, cards) == {1}


@pytest.mark.timeout(390)
def test_killed_in_the_middle_it_goes_on(town: Any, centre: Centre) -> None:
    cards = large_town.grow(centre, 200)
    command = [sys.executable, "-m", "central", "refresh", "--home", str(town.home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        until = time.monotonic() + 100
        while not sequences(centre, cards) and time.monotonic() < until:
            time.sleep(0.005)
        running.send_signal(signal.SIGKILL)
        running.wait(60)
    done = len([card for card in dossiers(centre) if card in set(cards)])
    assert 0 < done <= len(cards)
    finished = subprocess.run(command, capture_output=True, text=True, check=True, timeout=150)
    assert json.loads(finished.stdout)["items"] == len(cards) - done
    assert sequences(centre, cards) == {1}
    assert registry.publish_dossiers(centre) == 0


def test_two_runs_at_once_seal_each_once_in_effect(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where the lock between processes of one machine does not hold (two machines, one database)."""
    cards = large_town.grow(centre, 100)

    class NoLock:
        def __init__(self, *_: object, **__: object) -> None: ...
        def __enter__(self) -> None: ...
        def __exit__(self, *_: object) -> None: ...

    monkeypatch.setattr(registry, "FileLock", NoLock)
    monkeypatch.setattr(registry, "BATCH", 50)
    start, counts = threading.Barrier(2), []

    def run() -> None:
        start.wait(60)
        counts.append(registry.publish_dossiers(centre))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(100)
    assert sum(counts) == len(cards)
    assert sequences(centre, cards) == {1}


def test_serving_begins_before_the_dossiers_are_sealed(town: Any, centre: Centre, serve: Any) -> None:
    cards = large_town.grow(centre, 80)
    serve(town.home)  # returns when it takes connections
    until = time.monotonic() + 100
    while len(set(dossiers(centre)) & set(cards)) < len(cards):
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.timeout(3600 if LONG else 180)
def test_an_election_of_a_large_town(town: Any, centre: Centre, hands: ModuleType) -> None:
    large_town.grow(centre, ELECTOR_FAMILIES, own_keys=True)
    opens = centre.clock().replace(microsecond=0)
    election = elections.draw_up(centre, vote.plan(opens, 5))
    elections.open_vote(centre, election)
    with centre.store.reading() as tx:
        held = election_rows.find(tx, election)
        assert held is not None
        notice = Election.read(held.notice)
        items = [feed_rows.find(tx, VoteItem.CREDENTIALS, notice.part_key(part)) for part in range(len(notice.parts))]
    parts = [
        Credentials.read(centre.read_signed(VoteItem.CREDENTIALS, item.body)).credentials for item in items if item
    ]
    flat = [one for part in parts for one in part]
    assert len(flat) == notice.roll_size >= 3 * ELECTOR_FAMILIES
    assert len(held.notice) < 32 * 1024
    assert tuple(map(list_digest, parts)) == notice.parts
    assert split(flat) == tuple(parts)
    board = Board(centre.settings.elections / election / "election.bel")
    assert list_digest(board.setup().credentials) == notice.credentials_digest == list_digest(flat)
    assert notice.credentials_digest in board.archive().places  # the record itself names the list so
    _a_vote_is_checked_against_its_part(town, centre, hands, election)


def _a_vote_is_checked_against_its_part(town: Any, centre: Centre, hands: ModuleType, election: str) -> None:
    booth, card = town.booth(), town.card("elector")
    ballot = hands.mark(centre, election, card, 1, None)
    act = hands.cast(election, booth.id, card, ballot, centre.clock())
    brought = Brought("e", booth.id, act.at, act.act, card.number, hands.person_of(card))
    (sound,) = ballots.judge(centre, None, [brought])  # type: ignore[arg-type]
    assert isinstance(sound, ballots.SoundBallot)
    assert intake.take(centre, booth.id, booth.ballot(act)).outcome == "accepted"
    stranger = json.loads(ballot.text) | {"credential": "5"}
    text = json.dumps(stranger, separators=(",", ":"))
    assert intake.take(centre, booth.id, booth.ballot(act.but(ballot=text))).reason == "ballot-not-sound"


def test_a_page_of_large_items_is_cut_by_bytes(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    with centre.store.writing() as tx:
        start = feed_rows.last(tx)
        feed_rows.put(tx, "votes.credentials", {f"E/{place:03d}": "x" * 1000 for place in range(5)})
    monkeypatch.setattr(feed, "LARGEST_BYTES", 2500)
    first = feed.page(centre, start, 500)
    assert (len(first.items), first.more) == (2, True)
    second = feed.page(centre, first.cursor, 500)
    third = feed.page(centre, second.cursor, 500)
    assert (len(second.items), second.more, len(third.items), third.more) == (2, True, 1, False)
    monkeypatch.setattr(feed, "LARGEST_BYTES", 10)
    assert [len(feed.page(centre, start, 500).items), feed.page(centre, start, 500).more] == [1, True]
    assert feed.page(centre, third.cursor, 500) == feed.FeedPage((), third.cursor, False)
