"""Three people vote at one booth; somebody has the booth's disk with its key, the public board, and in the end the town
hall's database. What each of them can say of whose ballot is whose: docs/threats.md has it in these tests' words.
"""

from __future__ import annotations

import json
import shutil
import tarfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import leaks
import newcomer as nc
import pytest
import seeded_town
import sqlalchemy as sa
import sqlcipher3

from card_reader import CardImage, Pin, VirtualCard, VirtualReader
from central.clock import SetClock
from central.kernel import retention
from central.kernel.centre import Centre
from central.matters.votes import service as elections
from central.matters.votes import standings
from central.matters.votes.store import elections as election_rows
from central.opening import open_centre
from central.store.tables import metadata
from kiosk import settings, wiring
from kiosk.identity import signing_in
from kiosk.identity.signing_in import AskPin, Session
from kiosk.matters.votes import service as voting
from kiosk.syncing import rounds as syncing
from municipality.matters.votes import TOLD
from municipality.matters.votes.keeps import VoteThing
from municipality.matters.votes.messages import VotesTold
from municipality.matters.votes.rules import Marks
from municipality.register import days
from sync import chained_id

BOOTH = "anargyri-1"
DIGITS = 64


@dataclass(frozen=True)
class Scene:
    """`folder`: the demo; `trackers`: in the order of voting; `cards`: the voters' numbers in that order; `key`: the
    booth's database's; `before` and `after`: the booth's folder before and after its round; of its journal a voter's
    visit and that of somebody who did not vote."""

    folder: Path
    election: str
    trackers: tuple[str, ...]
    cards: tuple[str, ...]
    key: str
    before: Path
    after: Path
    journal_of_a_voter: list[str]
    journal_of_a_guest: list[str]

    @property
    def board(self) -> Path:
        return self.folder / "centre" / "elections" / self.election / "election.bel"


def image_of(kept: dict[str, Any]) -> CardImage:
    return CardImage.from_json(json.dumps(kept["image"]))


def visit(booth: Any, reader: VirtualReader, kept: dict[str, Any], *, vote: bool) -> str:
    reader.insert(VirtualCard(image_of(kept)))
    asked = signing_in.begin(booth)
    assert isinstance(asked, AskPin), asked
    session = signing_in.unlock(booth, asked, Pin(kept["pin"]))
    assert isinstance(session, Session), session
    # What the town hall has sealed for this card is here, and tells nothing before the end.
    assert session.section(TOLD) == VotesTold()
    tracker = ""
    if vote:
        (offered,) = voting.offered(booth, session)
        marks = [Marks(frozenset({0})) for _ in offered.election.questions]
        cast = voting.cast(booth, session, offered.election, marks, lambda _: None)
        assert isinstance(cast, voting.Cast), cast
        tracker = cast.tracker
    session.connection.close()
    reader.remove()
    return tracker


def journal(booth: Any) -> list[str]:
    with booth.store.reading() as connection:
        return [f"{what} {detail}" for what, detail in connection.execute(sa.text("SELECT what, detail FROM journal"))]


@pytest.fixture(scope="module")
def scene(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = Path(shutil.copytree(seeded, tmp_path_factory.mktemp("unlinkable") / "demo"))
    summary = json.loads((folder / "seed.json").read_text(encoding="utf-8"))
    kept = [json.loads((folder / "cards" / f"0{n}.json").read_text(encoding="utf-8")) for n in (1, 2, 3)]
    centre, reader = open_centre(folder / "centre"), VirtualReader()
    home = folder / "booths" / BOOTH
    with nc.serving(centre) as url:
        loaded = settings.load(home / "kiosk.toml", centre_url=url)
        with wiring.open_booth(loaded, bench=wiring.Bench(reader=reader)) as booth:
            round_of(booth)
            visit(booth, reader, kept[0], vote=False)  # what comes with a first visit has come
            lines = [len(journal(booth))]
            trackers = []
            for one in kept:
                trackers.append(visit(booth, reader, one, vote=True))
                lines.append(len(journal(booth)))
            visit(booth, reader, kept[1], vote=False)
            whole = journal(booth)
            before = Path(shutil.copytree(home, folder.parent / "before"))
            round_of(booth)
            after = Path(shutil.copytree(home, folder.parent / "after"))
        elections.grow_board(centre, summary["election"])
    yield Scene(
        folder,
        summary["election"],
        tuple(trackers),
        tuple(str(image_of(one).number) for one in kept),
        key_of(home),
        before,
        after,
        whole[lines[1] : lines[2]],
        whole[lines[3] :],
    )
    centre.store.close()


def round_of(booth: Any) -> None:
    line = wiring.make_client(booth)
    try:
        report = syncing.sync_once(booth, line, lambda *_: None)
    finally:
        line.close()
    assert report.ok and not report.rejected, [(stage.name, stage.problem) for stage in report.stages]


def key_of(home: Path) -> str:
    return (home / "keys" / "store.key").read_text(encoding="ascii").strip()


def database(home: Path) -> Path:
    (file,) = home.rglob("booth.db")
    return file


# -- the booth's disk, with its key


def rows_of(scene: Scene, home: Path, table: str) -> list[dict[str, Any]]:
    """In the order in which they lie there."""
    connection = sqlcipher3.connect(str(database(home)))
    connection.execute(f"PRAGMA key = \"x'{scene.key}'\"")
    cursor = connection.execute(f"SELECT * FROM {table}")
    names = [column[0] for column in cursor.description]
    rows = [dict(zip(names, row, strict=True)) for row in cursor]
    connection.close()
    return rows


def test_the_rows_of_three_ballots_differ_in_what_is_random_alone(scene: Scene) -> None:
    rows = rows_of(scene, scene.before, "outbox_ballots")
    assert len(rows) == 3
    differ = {name for name in rows[0] if len({row[name] for row in rows}) > 1}
    assert differ == {"id", "message", "digest"} & set(rows[0])
    assert len({len(row["message"]) for row in rows}) == 1
    assert [row["id"] for row in rows] == sorted(row["id"] for row in rows), "they lie by their ids"
    assert {uuid.UUID(row["id"]).version for row in rows} == {4}, "which are random"


def test_the_list_for_the_closing_statement_is_sorted_and_lies_there_once(scene: Scene) -> None:
    taken = [row["value"] for row in rows_of(scene, scene.before, "facts") if row["name"].startswith("votes taken")]
    assert taken == ["".join(sorted(scene.trackers))]
    pages = [page for _, page in leaks.pages(database(scene.before), scene.key)]
    assert [sum(page.count(one.encode()) for page in pages) for one in scene.trackers] == [1, 1, 1]


def test_the_journal_of_who_voted_is_that_of_who_did_not(scene: Scene) -> None:
    assert scene.journal_of_a_voter == scene.journal_of_a_guest


@pytest.mark.parametrize("when", ["before", "after"])
def test_no_card_and_no_hour_stands_beside_a_ballot(scene: Scene, when: str) -> None:
    """Nothing in the booth's files names a tracker but that list; the voters' cards stand where everybody's do."""
    home = scene.before if when == "before" else scene.after
    named = {place for place, value in leaks.columns(database(home), scene.key) if scene.trackers[0].encode() in value}
    assert named == {"facts.value"}
    others = [file for file in home.rglob("*") if file.is_file() and not file.name.startswith("booth.db")]
    told = [file.name for file in others for one in scene.trackers if one[:16].encode() in file.read_bytes()]
    assert told == []
    files = [file.name for file in home.rglob("*") if any(one[:8] in file.name for one in scene.trackers)]
    assert files == []


def test_what_is_sealed_for_each_card_is_alike_and_stays_as_it_was(scene: Scene) -> None:
    """Dossiers and sections of who voted and of who did not: of one size, in the order of cards, none sealed anew."""
    kinds = ("dossier", "sections")
    before, after = (
        [row for row in rows_of(scene, home, "inbox_items") if row["kind"] in kinds]
        for home in (scene.before, scene.after)
    )
    assert before == after
    for kind in kinds:
        rows = sorted((row for row in after if row["kind"] == kind), key=lambda row: row["seq"])
        assert [row["key"] for row in rows] == sorted(row["key"] for row in rows)
        assert set(scene.cards) < {row["key"] for row in rows}
    assert len({len(row["body"]) for row in after if row["kind"] == "sections"}) == 1


def test_the_write_ahead_log_is_empty_and_the_files_hour_is_that_of_the_last_vote(scene: Scene) -> None:
    """What remains on a booth: when somebody last voted."""
    log = database(scene.before).with_name("booth.db-wal")
    assert not log.exists() or log.stat().st_size == 0


# -- the public board


def test_the_board_has_one_nights_ballots_by_tracker(scene: Scene) -> None:
    assert elections_of(scene) == sorted(scene.trackers)
    with tarfile.open(scene.board) as record:
        about = {(one.mtime, one.uid, one.gid, one.mode, one.uname) for one in record.getmembers()}
    assert len({mtime for mtime, *_ in about}) == 1, "no entry has an hour of its own"


def elections_of(scene: Scene) -> list[str]:
    centre = open_centre(scene.folder / "centre")
    listed = [tracker for tracker, _ in standings.trackers(centre, scene.election).listed]
    centre.store.close()
    return listed


# -- the town hall's database


def lying(centre: Centre, table: str) -> list[dict[str, Any]]:
    """Rows as SQLite numbered them: as they came."""
    with centre.store.reading() as tx:
        found = tx.connection.execute(sa.text(f"SELECT * FROM {table} ORDER BY rowid"))
        return [dict(row) for row in found.mappings()]


@pytest.fixture
def town_hall(scene: Scene, tmp_path: Path) -> Iterator[Centre]:
    """A copy of the database, as somebody carries it away, opened."""
    home = Path(shutil.copytree(scene.folder / "centre", tmp_path / "centre"))
    centre = open_centre(home)
    yield centre
    centre.store.close()


def test_the_order_of_rows_at_the_town_hall_is_that_of_trackers(scene: Scene, town_hall: Centre) -> None:
    for table in ("votes_ballots", "votes_links"):
        assert [row["tracker"] for row in lying(town_hall, table)] == sorted(scene.trackers)
    ballots = [row for row in lying(town_hall, "envelopes") if not chained_id(row["envelope"])]
    assert len(ballots) == 3
    assert {datetime.fromisoformat(str(row["received_at"])).minute for row in ballots} == {0}
    assert len({len(row["message"]) for row in ballots}) == 1


def test_until_the_links_are_destroyed_the_town_hall_knows_whose_each_is(scene: Scene, town_hall: Centre) -> None:
    """Which is said in docs/threats.md, and to the voters."""
    links = {row["tracker"]: row["card"] for row in lying(town_hall, "votes_links")}
    assert links == dict(zip(scene.trackers, scene.cards, strict=True))


def purged(scene: Scene, centre: Centre) -> None:
    """Published, its booths' statements here, and the time for appeals is over."""
    town = seeded_town.Town(scene.folder, json.loads((scene.folder / "seed.json").read_text(encoding="utf-8")))
    over = seeded_town.notice_of(centre, scene.election).closes
    seeded_town.all_state(town, seeded_town.at(centre, over), scene.trackers)
    with centre.store.writing() as tx:
        election_rows.change(tx, scene.election, state="published", published_at=over)
    now = over + timedelta(days=days(VoteThing.VOTE_LINKS) + 1)
    retention.purge(replace(centre, clock=SetClock(lambda: now)))


def test_afterwards_no_row_has_a_tracker_beside_a_card_a_booth_or_an_hour(scene: Scene, town_hall: Centre) -> None:
    purged(scene, town_hall)
    assert [lying(town_hall, table) for table in ("votes_links", "votes_statements")] == [[], []]
    with town_hall.store.reading() as tx:
        told = {
            table.name
            for table in metadata.sorted_tables
            for row in tx.connection.execute(sa.select(table))
            if any(tracker in str(value) for value in row for tracker in scene.trackers)
        }
    assert told == {"votes_ballots"}
    rows = lying(town_hall, "votes_ballots")
    assert len({str(row["cast_at"]) for row in rows}) == 1, "of each the same instant: its vote's opening"
    acts = [row for row in lying(town_hall, "envelopes") if row["kind"] in ("votes.ballot", "votes.closing")]
    assert len(acts) == 6 and {row["message"] for row in acts} == {b""}


def test_afterwards_no_page_and_no_log_of_the_database_has_them_together(scene: Scene, town_hall: Centre) -> None:
    """Also where no row needs it any more: `secure_delete`, and a log that is folded."""
    purged(scene, town_hall)
    file = Path(str(town_hall.store.engine.url.database))
    for one in (file, file.with_name(f"{file.name}-wal")):
        raw = one.read_bytes() if one.exists() else b""
        for tracker, card in zip(scene.trackers, scene.cards, strict=True):
            near = [raw[max(0, at - 200) : at + 400] for at in places(raw, tracker.encode())]
            assert not [part for part in near if card.encode() in part], one.name


def places(raw: bytes, word: bytes) -> Iterator[int]:
    at = raw.find(word)
    while at >= 0:
        yield at
        at = raw.find(word, at + 1)
