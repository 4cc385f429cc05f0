"""A real booth's store against the real centre: whole rounds, over bad lines, by stick, after a restore."""

from __future__ import annotations

import io
import json
import logging
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
import seeded_town
import sqlalchemy as sa
from bad_line import Cut, bad_line
from random_tests import examples
from waiting import until

from ballot_box import ToolFailed
from central.kernel import backup, intake, logs
from central.kernel.centre import Centre
from central.kernel.serving import stick as centre_stick
from central.kernel.serving.quota import TooMuchRefused
from central.matters.votes import intake as ballots
from central.store.line import feed as feed_rows
from kiosk import settings, wiring
from kiosk.kernel.booth import Booth
from kiosk.kernel.upkeep import keeping
from kiosk.syncing import rounds as syncing
from municipality.messages import BoothStatus
from sync import inbox, outbox, stick


def silent(_stage: str, _done: int, _total: int) -> None:
    """Nobody looks."""


def acts(town: Any, count: int, previous: str = "", first: int = 1) -> list[Any]:
    """Papers of one elector's."""
    hand, card = town.booth(), town.card("elector")
    prefix = settings.load(town.folder / "booths" / hand.id / "kiosk.toml").booth.number_prefix
    made: list[Any] = []
    for number in range(first, first + count):
        at = datetime.now(UTC).replace(microsecond=0)
        code = f"{number:016d}"
        act = seeded_town.certificate(
            hand.id,
            f"{prefix}/{at.year}/{number:06d}",
            "-".join(code[i : i + 4] for i in range(0, 16, 4)),
            card,
            at,
        )
        made.append(hand.act(act, previous=made[-1].digest() if made else previous))
    return made


@pytest.fixture
def open_booth(town: Any) -> Iterator[Callable[..., Booth]]:
    with ExitStack() as stack:

        def opened(url: str = "http://127.0.0.1:9", place: int = 0) -> Booth:
            file = town.folder / "booths" / town.summary["booths"][place]["id"] / "kiosk.toml"
            return stack.enter_context(wiring.open_booth(settings.load(file, centre_url=url)))

        yield opened


def round_of(booth: Booth) -> Any:
    client = wiring.make_client(booth)
    try:
        return syncing.sync_once(booth, client, silent)
    finally:
        client.close()


def put(booth: Booth, envelopes: list[Any]) -> None:
    with booth.store.writing() as connection:
        for envelope in envelopes:
            outbox.put(connection, envelope)


def counts(booth: Booth) -> outbox.Counts:
    with booth.store.reading() as connection:
        return outbox.counts(connection)


def received(centre: Centre) -> list[str]:
    with centre.store.engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT envelope FROM envelopes WHERE outcome = 'accepted'"))
        return [str(one) for one in rows.scalars()]


def test_a_whole_round_and_what_the_centre_knows_of_the_booth(
    town: Any, centre: Centre, served: str, open_booth
) -> None:
    booth = open_booth(served)
    sent = acts(town, 5)
    put(booth, sent)
    report = round_of(booth)
    assert report.ok, report
    assert [stage.name for stage in report.stages] == ["hello", "push", "pull", "status"]
    assert (report.accepted, report.set_aside) == (5, 0) and report.pulled > 30
    assert sorted(received(centre)) == sorted(envelope.id for envelope in sent)
    with centre.store.engine.connect() as connection:
        word = connection.execute(sa.text("SELECT status FROM booths WHERE booth = :b"), {"b": booth.id}).scalar()
    status = BoothStatus.read(str(word))
    assert (status.waiting_acts, status.refused, status.services_off, status.held) == (0, 0, (), 5)


@pytest.mark.parametrize("seed", range(examples(2)))
def test_over_a_line_that_is_cut_at_random_bytes(town: Any, centre: Centre, served: str, open_booth, seed: int) -> None:
    dice = random.Random(seed)

    def cut(number: int) -> Cut | None:
        where = dice.choice(("up", "down", "whole", "whole"))
        if number < 2:
            return Cut(up=30_000) if number == 0 else Cut(down=1000)
        return None if where == "whole" else Cut(**{where: dice.randrange(0, 40_000)})

    sent = acts(town, 40)
    with bad_line(urlsplit(served).port or 0, cut=cut) as port:
        booth = open_booth(f"http://127.0.0.1:{port:d}")
        put(booth, sent)
        for _ in range(40):
            report = round_of(booth)
            if report.ok:
                break
        assert report.ok and port.tally.cuts
    assert sorted(received(centre)) == sorted(envelope.id for envelope in sent)
    assert counts(booth).waiting_acts == 0


def test_by_stick_as_on_the_line_and_once(town: Any, centre: Centre, open_booth, tmp_path: Path) -> None:
    booth, folder = open_booth(), tmp_path / "stick"
    folder.mkdir()
    sent = acts(town, 7)
    put(booth, sent)
    first = syncing.by_stick(booth, folder)
    assert [(stage.name, stage.problem) for stage in first.stages] == [("answer", "none"), ("letter", "")]
    assert counts(booth).waiting_acts == 7
    for outcome in ("accepted", "duplicate"):  # the town hall may put the same stick in twice
        (taken,) = centre_stick.answer_all(centre, folder)
        assert isinstance(taken, centre_stick.Taken) and taken.outcomes == {outcome: 7}
    second = syncing.by_stick(booth, folder)
    assert (second.duplicate, second.applied > 30, second.set_aside) == (7, True, 0)
    assert counts(booth).waiting_acts == 0 and sorted(received(centre)) == sorted(e.id for e in sent)
    with booth.store.reading() as connection:
        dossiers = inbox.all_of(connection, "dossier")
    assert len(dossiers) >= 25
    # The same answer again is an answer to an earlier letter, and changes nothing.
    with pytest.raises(stick.StickRefused) as refusal:
        syncing.by_stick(booth, folder)
    assert refusal.value.reason == "old" and counts(booth).settled == 7


def test_nothing_on_a_stick_can_be_read(town: Any, centre: Centre, open_booth, tmp_path: Path) -> None:
    booth, folder = open_booth(), tmp_path / "stick"
    folder.mkdir()
    put(booth, acts(town, 2))
    syncing.by_stick(booth, folder)
    centre_stick.answer_all(centre, folder)
    names = sorted(file.name for file in folder.iterdir())
    assert names == [f"{booth.id}.to-booth.atm", f"{booth.id}.to-centre.atm"]
    for file in folder.iterdir():
        lines = file.read_bytes().splitlines()
        assert set(json.loads(lines[0])) == {"booth", "format", "kind", "letter"}
        assert lines[-1].startswith(b"end ") and all(line.count(b".") == 4 for line in lines[1:-1])
        whole = file.read_bytes()
        assert b"certificate" not in whole and b"AAK-000" not in whole and b"dossier" not in whole


def spoil(file: Path, change: Callable[[bytes], bytes]) -> None:
    file.write_bytes(change(file.read_bytes()))


def _flip(content: bytes, line: int) -> bytes:
    lines = content.split(b"\n")
    middle = len(lines[line]) // 2
    lines[line] = (
        lines[line][:middle] + (b"A" if lines[line][middle : middle + 1] != b"A" else b"B") + lines[line][middle + 1 :]
    )
    return b"\n".join(lines)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda content: content[:-9000], "cut"),
        (lambda content: content[:-1], "cut"),
        (lambda content: b"", "not-a-letter"),
        (lambda content: b"%PDF-1.7 something else\n" + content, "not-a-letter"),
        (lambda content: _flip(content, 1), "edited"),
        (lambda content: _flip(content, -3), "edited"),
        (lambda content: b"\n".join([*content.split(b"\n")[:2], *content.split(b"\n")[3:]]), "edited"),
        (lambda content: b"\n".join([content.split(b"\n")[0], *content.split(b"\n")[:0:-1]]) + b"\nend 4\n", "edited"),
    ],
    ids=["cut", "last byte", "empty", "foreign", "first edited", "last edited", "line taken out", "other order"],
)
@pytest.mark.parametrize("which", ["to-centre", "to-booth"])
def test_a_stick_that_was_spoilt_is_refused(
    town: Any, centre: Centre, open_booth, tmp_path: Path, change, reason: str, which: str
) -> None:
    booth, folder = open_booth(), tmp_path / "stick"
    folder.mkdir()
    put(booth, acts(town, 3))
    syncing.by_stick(booth, folder)
    if which == "to-centre":
        spoil(folder / f"{booth.id}.to-centre.atm", change)
        (refused,) = centre_stick.answer_all(centre, folder)
        assert isinstance(refused, stick.StickRefused) and refused.reason == reason
        assert received(centre) == []
        return
    centre_stick.answer_all(centre, folder)
    answer = folder / f"{booth.id}.to-booth.atm"
    good = answer.read_bytes()
    spoil(answer, change)
    with pytest.raises(stick.StickRefused) as refusal:
        syncing.by_stick(booth, folder)
    assert refusal.value.reason == reason and str(refusal.value) == stick.SENTENCES[reason]
    # The same letter still waits: the whole answer is taken.
    answer.write_bytes(good)
    assert syncing.by_stick(booth, folder).accepted + counts(booth).settled >= 3


def test_another_booths_letter_and_another_town_halls(town: Any, centre: Centre, open_booth, tmp_path: Path) -> None:
    one, other = open_booth(), open_booth(place=1)
    folder = tmp_path / "stick"
    folder.mkdir()
    syncing.by_stick(one, folder)
    centre_stick.answer_all(centre, folder)
    (folder / f"{one.id}.to-booth.atm").rename(folder / f"{other.id}.to-booth.atm")
    with pytest.raises(stick.StickRefused, match="another booth"):
        syncing.by_stick(other, folder)
    # A letter whose cover was changed to another booth's name was not signed by that booth.
    letter = folder / f"{one.id}.to-centre.atm"
    letter.write_bytes(letter.read_bytes().replace(one.id.encode(), other.id.encode(), 1))
    assert [str(refused) for refused in centre_stick.answer_all(centre, folder)] == [stick.SENTENCES["edited"]]
    letter.write_bytes(letter.read_bytes().replace(other.id.encode(), b"nobody-9", 1))
    assert [str(refused) for refused in centre_stick.answer_all(centre, folder)] == [stick.SENTENCES["unknown-booth"]]


def test_a_letter_of_two_months_ago(town: Any, centre: Centre, open_booth, tmp_path: Path) -> None:
    booth = open_booth()
    clock = booth.clock
    object.__setattr__(booth, "clock", lambda: clock() - timedelta(days=60))
    syncing.by_stick(booth, tmp_path)
    assert [str(refused) for refused in centre_stick.answer_all(centre, tmp_path)] == [stick.SENTENCES["clock"]]


def test_a_stick_that_was_under_way_while_the_centre_was_restored(
    town: Any, centre: Centre, served: str, open_booth, tmp_path: Path
) -> None:
    booth = open_booth(served)
    assert round_of(booth).ok
    sent = acts(town, 3)
    put(booth, sent)
    syncing.by_stick(booth, tmp_path)
    centre_stick.answer_all(centre, tmp_path)
    with centre.store.engine.begin() as connection:  # yesterday's backup has none of it
        for table in ("certificates", "envelopes"):
            connection.execute(sa.text(f"DELETE FROM {table}"))
    backup.restored(centre)
    client = wiring.make_client(booth)
    client.push = lambda _envelopes: []  # type: ignore[method-assign]
    syncing.sync_once(booth, client, silent)  # hears of the new epoch, and gets nothing through
    client.close()
    with pytest.raises(stick.StickRefused) as refusal:
        syncing.by_stick(booth, tmp_path)
    assert refusal.value.reason == "old" and counts(booth).waiting_acts == 3
    assert round_of(booth).ok and sorted(received(centre)) == sorted(envelope.id for envelope in sent)


def a_vote(town: Any, centre: Centre) -> Any:
    """A ballot in its envelope, cast now at the first booth."""
    booth, card = town.booth(), town.card("elector")
    ballot = seeded_town.mark(centre, town.election, card, 0, None)
    return booth.ballot(seeded_town.cast(town.election, booth.id, card, ballot, centre.clock()))


def no_verdict(broken: pytest.MonkeyPatch, trouble: Exception | None) -> None:
    """From now on nothing can be said of a ballot: `trouble`, or a part of the vote's credentials is missing."""

    def fail(*_: object) -> None:
        assert trouble is not None
        raise trouble

    if trouble is None:
        broken.setattr(ballots, "feed_rows", SimpleNamespace(find=lambda *_: None))
    else:
        broken.setattr(ballots, "check_ballots", fail)


@pytest.mark.parametrize("trouble", [ToolFailed("no tool"), OSError(28, "no space"), None], ids=repr)
def test_a_ballot_on_which_there_is_no_verdict_waits_and_nothing_waits_for_it(
    town: Any, centre: Centre, served: str, open_booth, monkeypatch: pytest.MonkeyPatch, trouble: Exception | None
) -> None:
    booth, sent, vote = open_booth(served), acts(town, 3), a_vote(town, centre)
    put(booth, [*sent, vote])
    with monkeypatch.context() as broken:
        no_verdict(broken, trouble)
        report = round_of(booth)
    assert report.ok and (report.sent, report.accepted) == (4, 3)
    assert sorted(received(centre)) == sorted(one.id for one in sent)
    assert (counts(booth).waiting_acts, counts(booth).waiting_ballots) == (0, 1)
    report = round_of(booth)
    assert report.ok and (report.sent, report.accepted) == (1, 1) and vote.id in received(centre)


def test_it_is_said_in_the_log_and_neither_where_nor_how_many(
    town: Any, centre: Centre, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    vote = a_vote(town, centre)
    no_verdict(monkeypatch, ToolFailed("a line of the tool"))
    assert intake.take_batch(centre, town.booth().id, [vote]) == []
    (said,) = [record for record in caplog.records if record.msg == "no-verdict"]
    assert said.atm_fields == {"trouble": "ToolFailed"}
    assert vote.id not in caplog.text and "a line of" not in caplog.text


def test_on_a_stick_a_ballot_without_a_verdict_leaves_its_letter_for_later_and_no_other(
    town: Any, centre: Centre, open_booth, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = open_booth(), open_booth(place=1)
    sent, vote = acts(town, 3), a_vote(town, centre)
    put(one, [*sent, vote])
    for booth in (one, other):
        syncing.by_stick(booth, tmp_path)
    with monkeypatch.context() as broken:
        no_verdict(broken, ToolFailed("no tool"))
        done = {
            str(taken) if isinstance(taken, stick.StickRefused) else taken.booth
            for taken in centre_stick.answer_all(centre, tmp_path)
        }
    assert done == {stick.SENTENCES["busy"], other.id}
    assert {file.name for file in tmp_path.glob("*.to-booth.atm")} == {stick.name_of("to-booth", other.id)}
    # Only the answer waits: what else was in the letter is taken.
    assert sorted(received(centre)) == sorted(act.id for act in sent)
    again = {
        taken.booth: taken.outcomes
        for taken in centre_stick.answer_all(centre, tmp_path)
        if isinstance(taken, centre_stick.Taken)
    }
    assert again == {one.id: {"duplicate": 3, "accepted": 1}, other.id: {}}
    assert syncing.by_stick(one, tmp_path).duplicate == 3 and counts(one).settled == 4


def test_after_a_damaged_page_what_was_lost_comes_back_and_what_was_sent_is_a_duplicate(
    town: Any, centre: Centre, served: str
) -> None:
    file = town.folder / "booths" / town.summary["booths"][0]["id"] / "kiosk.toml"
    loaded, sent = settings.load(file, centre_url=served), acts(town, 4)

    def later(booth: Booth) -> Any:
        with booth.store.reading() as connection:
            return inbox.get(connection, "dossier", "KD-LATER")

    with wiring.open_booth(loaded) as booth:
        assert round_of(booth).ok and keeping.copy_after_round(booth) == ""
        # All of this came, or was sent, after the copy.
        with centre.store.writing() as tx:
            feed_rows.put(tx, "dossier", {"KD-LATER": "sealed for a card"})
        put(booth, sent)
        assert round_of(booth).accepted == 4
        item = later(booth)
        assert item is not None and item.body == "sealed for a card"
        with booth.store.reading() as connection:
            table = "SELECT rootpage FROM sqlite_master WHERE name = 'inbox_items'"
            page = int(connection.exec_driver_sql(table).scalar_one())
        booth.store.fold()
    with loaded.store.file.open("r+b") as raw:
        raw.seek((page - 1) * 4096 + 100)
        raw.write(b"damaged!")
    assert f"page {page}" in keeping.damage(loaded)
    keeping.put_back(loaded, datetime.now(UTC))
    assert keeping.damage(loaded) == ""
    with wiring.open_booth(loaded) as booth:
        assert later(booth) is None and counts(booth).waiting_acts == 4
        report = round_of(booth)
        assert report.ok and (report.duplicate, report.accepted, report.rejected) == (4, 0, 0)
        assert later(booth) == item and counts(booth).waiting_acts == 0
    assert sorted(received(centre)) == sorted(one.id for one in sent)


def test_a_letter_that_brings_too_much_that_is_refused_is_told_to_come_again(
    town: Any, centre: Centre, open_booth, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    booth, folder = open_booth(), tmp_path / "stick"
    folder.mkdir()
    put(booth, acts(town, 3))
    syncing.by_stick(booth, folder)
    with monkeypatch.context() as patch:
        patch.setattr("central.kernel.serving.served.note", _too_much)
        assert [str(refused) for refused in centre_stick.answer_all(centre, folder)] == [stick.SENTENCES["busy"]]
    centre_stick.answer_all(centre, folder)
    syncing.by_stick(booth, folder)
    assert counts(booth).settled == 3


def _too_much(_centre: Centre) -> None:
    raise TooMuchRefused


# -- what a log tells


def test_no_line_of_any_log_tells_whether_a_round_brought_a_ballot(
    town: Any, centre: Centre, served: str, open_booth
) -> None:
    """The town hall's and the booth's, at their most talkative: the same lines, but for times and random names."""
    booth, sent = open_booth(served), acts(town, 4)
    vote, more = a_vote(town, centre), [a_vote(town, centre) for _ in range(3)]
    round_of(booth)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    told: list[Counter[str]] = []
    ours = [logging.getLogger(name) for name in ("central", "kiosk", "sync", "municipality", "ballot_box")]
    for one in ours:
        one.setLevel(logging.DEBUG)
    try:
        for letters in ([sent[0]], [sent[1], vote], [sent[2], *more], [sent[3]]):
            put(booth, letters)
            text = io.StringIO()
            logs.set_up("info", text)
            assert round_of(booth).accepted == len(letters)
            # The last line of a call is written when its answer is on its way already.
            until(lambda text=text: '"/v2/status"' in text.getvalue())
            lines = [json.loads(line) for line in text.getvalue().splitlines()]
            # Two threads write into this one log: which of them comes first is chance.
            told.append(Counter(json.dumps({k: v for k, v in line.items() if k not in _BY_CHANCE}) for line in lines))
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        for one in ours:
            one.setLevel(logging.NOTSET)
        logging.captureWarnings(False)
    assert told == [told[0]] * len(told)
    assert told[0].total() > 3


_BY_CHANCE = ("time", "milliseconds", "request")
