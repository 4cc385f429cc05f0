"""A batch as a whole: few statements, one commit, one answer each; its chain, its races, and a full disk."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import pwd
import random
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import bare_centre
import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric import ec
from outbox_life import BoothOnly
from random_tests import examples
from slow_reader import forged

from central import cli
from central.clock import SetClock
from central.kernel import auditing, intake, quota
from central.kernel.centre import Centre
from central.office import quarantine
from central.settings import Intake
from central.store import alarms
from central.store.line import booths, chains, envelopes
from central.store.line.chains import FILLED, FORK, GAP, START
from central.store.tables import conflicts
from sync import Answer, BadItem, Envelope, seal

_names = itertools.count(1)

_AS_ROOT = [] if os.geteuid() == 0 else ["sudo", "-n"]
_ME = pwd.getpwuid(os.geteuid()).pw_name


@pytest.fixture(params=["sqlite", "postgres"])
def centre(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Centre]:
    url = "sqlite:///centre.db"
    if request.param == "postgres":
        template: str = request.getfixturevalue("postgres")
        url = template.format(name=f"batches{next(_names)}")
        engine = sa.create_engine(template.format(name="postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {sa.make_url(url).database}"))
        engine.dispose()
    bare_centre.build(tmp_path / "centre", url)
    with bare_centre.opened(tmp_path / "centre") as opened:
        yield opened


@pytest.fixture
def booth(centre: Centre, tmp_path: Path) -> BoothOnly:
    return bare_centre.add_booth(centre, tmp_path, "kamatero-1", "AA1")


def outcomes(answers: list[Answer]) -> list[tuple[str, str]]:
    return [(answer.outcome, answer.reason) for answer in answers]


def runs(centre: Centre, booth: BoothOnly) -> list[tuple[int, str]]:
    with centre.store.reading() as tx:
        return sorted((run.acts, run.state) for run in chains.of_booth(tx, booth.id))


@contextmanager
def counted(centre: Centre) -> Iterator[dict[str, int]]:
    """How many statements and commits the store sees."""
    seen = {"statements": 0, "commits": 0}

    def statement(*_: object) -> None:
        seen["statements"] += 1

    def commit(*_: object) -> None:
        seen["commits"] += 1

    sa.event.listen(centre.store.engine, "before_cursor_execute", statement)
    sa.event.listen(centre.store.engine, "commit", commit)
    yield seen
    sa.event.remove(centre.store.engine, "before_cursor_execute", statement)
    sa.event.remove(centre.store.engine, "commit", commit)


def test_a_batch_costs_the_same_few_statements_whatever_its_size(centre: Centre, booth: BoothOnly) -> None:
    acts = booth.acts(202, centre.clock())
    intake.take_batch(centre, booth.id, acts[:1])  # its chain begins: one statement more
    costs = []
    for batch in (acts[1:2], acts[2:]):
        with counted(centre) as seen:
            assert {answer.outcome for answer in intake.take_batch(centre, booth.id, batch)} == {"accepted"}
        costs.append(seen)
    assert costs[1]["statements"] <= costs[0]["statements"] <= 17
    assert costs[1]["commits"] == 3  # the look before, the one that stores, and where the database stands then


def test_what_is_on_disk_before_the_answer_survives(centre: Centre) -> None:
    """The answer is given on the word of the disk, not of the memory."""
    with centre.store.reading() as tx:
        if tx.connection.dialect.name == "postgresql":
            assert tx.connection.execute(sa.text("SHOW synchronous_commit")).scalar_one() == "on"
        else:
            assert tx.connection.execute(sa.text("PRAGMA synchronous")).scalar_one() == 2


def test_a_bad_one_never_spoils_the_others(centre: Centre, booth: BoothOnly, tmp_path: Path) -> None:
    now = centre.clock()
    good = booth.acts(4, now)
    stranger = replace(booth, key=ec.generate_private_key(ec.SECP256R1()))
    other = bare_centre.add_booth(centre, tmp_path, "other-1", "OO1")
    torn = booth.act(now, "")
    torn = booth_signed(booth, torn, torn.body[:-4] + "AAAA")
    nul = booth.act(now, "")
    nul = booth_signed(booth, nul, sealed_text(booth, '{"kind":"certificates.paper","card":"KD\\u0000"}'))
    twin = booth_signed(booth, good[1], booth.act(now, "").body)
    batch: list[Envelope | BadItem] = [
        good[0], BadItem("x", "why"), stranger.act(now, ""), good[1], other.act(now, ""), torn, good[2], nul, good[3],
        good[0], twin, booth.act(now, "", kind="poem"), booth.act(now, "", version=2),
    ]  # fmt: skip
    accepted, rejected = ("accepted", ""), "rejected"
    assert outcomes(intake.take_batch(centre, booth.id, batch)) == [
        accepted, (rejected, "not-an-envelope"), (rejected, "bad-signature"), accepted, (rejected, "other-booth"),
        (rejected, "does-not-open"), accepted, (rejected, "unreadable-body"), accepted, ("duplicate", ""),
        (rejected, "conflict"), (rejected, "unknown-kind"), (rejected, "unknown-version"),
    ]  # fmt: skip
    with centre.store.reading() as tx:
        assert envelopes.count(tx) == {"accepted": 4, "rejected": 6, "conflict": 1}


def booth_signed(booth: BoothOnly, envelope: Envelope, body: str) -> Envelope:
    """The same envelope with another body, signed anew."""
    from sync import sign_envelope, sign_with

    fields = {name: getattr(envelope, name) for name in ("kind", "version", "booth", "made_at", "previous", "id")}
    return sign_envelope(body=body, sign=sign_with(booth.key), **fields)


def sealed_text(booth: BoothOnly, text: str) -> str:
    return seal(text.encode(), booth.centre_sealing, kid="centre", size=1024)


def test_what_the_database_has_no_place_for_is_refused_alone(
    centre: Centre, booth: BoothOnly, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL knows no NUL and no text longer than its column; the rules catch what they know of, this the rest."""
    from central.matters.certificates import intake as certificates

    acts = booth.acts(3, centre.clock())
    keep_all = certificates._keep_all
    bad = acts[1].id
    number = "AA1/2026/000002"

    def fussy(tx: object, papers: list[object]) -> list[str]:
        if any(getattr(paper, "number", "") == number for paper in papers):
            raise sa.exc.DataError("a value", None, Exception())
        return keep_all(tx, papers)  # type: ignore[arg-type]

    monkeypatch.setattr(certificates, "_keep_all", fussy)
    answers = {answer.id: answer.reason for answer in intake.take_batch(centre, booth.id, acts)}
    assert answers == {acts[0].id: "", bad: "not-storable", acts[2].id: ""}


def test_the_same_batch_from_two_sides_at_once_is_taken_once(centre: Centre, booth: BoothOnly) -> None:
    acts = booth.acts(40, centre.clock())
    start = threading.Barrier(3)
    heard: list[list[Answer]] = []

    def push() -> None:
        start.wait(60)
        heard.append(intake.take_batch(centre, booth.id, acts))

    threads = [threading.Thread(target=push) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(answer.outcome for answers in heard for answer in answers) == ["accepted"] * 40 + ["duplicate"] * 80
    with centre.store.reading() as tx:
        assert envelopes.count(tx) == {"accepted": 40, "rejected": 0, "conflict": 0}
    assert runs(centre, booth) == [(40, START)]


def test_yesterdays_key_is_still_good_for_an_envelope_and_a_barred_one_is_not(centre: Centre, booth: BoothOnly) -> None:
    old = booth.acts(1, centre.clock())
    new_key = ec.generate_private_key(ec.SECP256R1())
    renewed = replace(booth, key=new_key)
    with centre.store.writing() as tx:
        before = booths.keys(tx, booth.id)[0]
        now = centre.clock()
        booths.put_key(tx, replace(before, key="new", public=renewed.public_pem, not_before=now))
        booths.mark_key(tx, before, replaced_at=now)
    both = [*old, renewed.act(centre.clock(), old[0].digest())]
    assert outcomes(intake.take_batch(centre, booth.id, both)) == [("accepted", ""), ("accepted", "")]
    with centre.store.writing() as tx:
        booths.mark_key(tx, before, barred_at=centre.clock())
    late = booth.act(centre.clock(), both[1].digest())
    assert outcomes(intake.take_batch(centre, booth.id, [late])) == [("rejected", "bad-signature")]


def test_a_gap_is_shown_until_it_is_filled(centre: Centre, booth: BoothOnly) -> None:
    acts = booth.acts(6, centre.clock())
    intake.take_batch(centre, booth.id, [acts[0], acts[1], acts[3], acts[4]])
    assert runs(centre, booth) == [(2, GAP), (2, START)]
    intake.take_batch(centre, booth.id, acts[5:])
    assert runs(centre, booth) == [(2, START), (3, GAP)]
    intake.take_batch(centre, booth.id, [acts[2]])
    assert runs(centre, booth) == [(3, FILLED), (6, START)]
    with centre.store.reading() as tx:
        filled = next(run for run in chains.of_booth(tx, booth.id) if run.state == FILLED)
        assert filled.opens == acts[2].digest() and filled.filled_at is not None
        assert chains.broken(tx, 10) == []


def test_a_fork_is_shown_and_its_acts_are_taken(centre: Centre, booth: BoothOnly) -> None:
    """A booth that was put back to an old copy of itself goes on from there: two acts name the same predecessor."""
    acts = booth.acts(3, centre.clock())
    branch = booth.acts(2, centre.clock(), acts[0].digest())
    first = booth.acts(1, centre.clock())
    assert {a.outcome for a in intake.take_batch(centre, booth.id, [*acts, *branch, *first])} == {"accepted"}
    assert runs(centre, booth) == [(1, FORK), (2, FORK), (3, START)]
    intake.take_batch(centre, booth.id, booth.acts(1, centre.clock(), branch[-1].digest()))
    assert runs(centre, booth) == [(1, FORK), (3, FORK), (3, START)]


def test_in_any_order_and_in_any_batches_a_whole_chain_is_one_run(centre: Centre, booth: BoothOnly) -> None:
    dice = random.Random(20261121)
    last = ""
    whole = 0
    for _ in range(examples(3)):
        acts = booth.acts(dice.randrange(5, 14), centre.clock(), last)
        last = acts[-1].digest()
        whole += len(acts)
        dice.shuffle(acts)
        while acts:
            size = dice.randrange(1, 5)
            intake.take_batch(centre, booth.id, acts[:size])
            acts = acts[size:]
        open_runs = [run for run in runs(centre, booth) if run[1] != FILLED]
        assert open_runs == [(whole, START)]


def test_an_act_that_was_edited_shows_in_the_chain(centre: Centre, booth: BoothOnly) -> None:
    acts = booth.acts(2, centre.clock())
    edited = booth_signed(booth, acts[0], booth.act(centre.clock(), "").body)
    after = booth.acts(1, centre.clock(), edited.digest())
    intake.take_batch(centre, booth.id, [*acts, edited, *after])
    assert runs(centre, booth) == [(1, GAP), (2, START)]


def test_on_the_batchs_word_alone_acts_are_stored_and_judged_later(centre: Centre, booth: BoothOnly) -> None:
    loose = replace(centre, settings=centre.settings.model_copy(update={"intake": Intake(verify="batch")}))
    stranger = replace(booth, key=ec.generate_private_key(ec.SECP256R1()), made=itertools.count(100))
    good, forged = booth.acts(3, centre.clock()), stranger.acts(1, centre.clock())
    far = replace(booth, prefix="XX9").acts(1, centre.clock())
    answers = intake.take_batch(loose, booth.id, [*good, *forged, *far])
    assert {answer.outcome for answer in answers} == {"accepted"}
    with centre.store.reading() as tx:
        assert tx.connection.execute(sa.text("SELECT count(*) FROM certificates")).scalar_one() == 0
    assert auditing.audit(loose) == auditing.Audited(judged=5, accepted=3, rejected=2)
    assert auditing.audit(loose).judged == 0
    with centre.store.reading() as tx:
        assert tx.connection.execute(sa.text("SELECT count(*) FROM certificates")).scalar_one() == 3
        found = {id: envelopes.find(tx, id) for id in (forged[0].id, far[0].id, good[0].id)}
    assert {(one.reason, one.signature) for one in found.values() if one} == {
        ("bad-signature", "bad"),
        ("number-of-another-range", "checked"),
        ("", "checked"),
    }
    again = outcomes(intake.take_batch(loose, booth.id, [*good[:1], *forged]))
    assert again == [("duplicate", ""), ("rejected", "bad-signature")]


def test_ballots_of_a_batch_lie_in_the_order_of_their_random_ids(centre: Centre, booth: BoothOnly) -> None:
    """Whatever order they came in: the heap of PostgreSQL and SQLite's rowids tell nothing within a batch."""
    from sync import sign_envelope, sign_with

    votes = [
        sign_envelope(kind="votes.ballot", version=1, booth=booth.id, made_at=centre.clock(), previous="", ballot=True,
                      body=sealed_text(booth, "{}"), sign=sign_with(booth.key))
        for _ in range(12)
    ]  # fmt: skip
    intake.take_batch(centre, booth.id, votes)
    place = "ctid" if centre.store.engine.dialect.name == "postgresql" else "rowid"
    with centre.store.reading() as tx:
        rows = tx.connection.execute(sa.text(f"SELECT envelope, received_at FROM envelopes ORDER BY {place}")).all()
    assert [row[0] for row in rows] == sorted(vote.id for vote in votes)
    assert len({row[1] for row in rows}) == 1


@contextmanager
def small_disk(folder: Path, megabytes: int, owner: str) -> Iterator[Path]:
    folder.mkdir()
    options = f"size={megabytes}m,mode=0700,uid={pwd.getpwnam(owner).pw_uid}"
    subprocess.run([*_AS_ROOT, "mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run([*_AS_ROOT, "umount", "--lazy", str(folder)], check=True)


@contextmanager
def on_small_disk(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A town hall's folder; all that its store may have is a disk that is soon full (`disk` beside it)."""
    home, disk = tmp_path / "centre", tmp_path / "disk"
    if kind == "sqlite":
        with small_disk(disk, 4, _ME):
            bare_centre.build(home, f"sqlite:///{disk / 'centre.db'}")
            yield home
        return
    template: str = request.getfixturevalue("postgres")
    # PostgreSQL's own user must reach it.
    with tempfile.TemporaryDirectory(prefix="central-disk-", dir="/tmp") as near:
        Path(near).chmod(0o755)
        disk.symlink_to(Path(near) / "disk")
        engine = sa.create_engine(template.format(name="postgres"), isolation_level="AUTOCOMMIT")
        with small_disk(Path(near) / "disk", 24, "postgres" if _ME == "root" else _ME), engine.connect() as connection:
            connection.execute(sa.text(f"CREATE TABLESPACE small LOCATION '{near}/disk'"))
            connection.execute(sa.text("CREATE DATABASE full_one TABLESPACE small"))
            bare_centre.build(home, template.format(name="full_one"))
            yield home
            connection.execute(sa.text("DROP DATABASE full_one WITH (FORCE)"))
            connection.execute(sa.text("DROP TABLESPACE small"))
        engine.dispose()


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_full_disk_refuses_whole_batches_and_goes_on_by_itself(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with on_small_disk(kind, tmp_path, request) as home:
        with bare_centre.opened(home) as centre:
            booth = bare_centre.add_booth(centre, tmp_path, "kamatero-1", "AA1")
        with bare_centre.serving(home) as url:
            booth.queue(20, datetime.now(UTC))
            assert booth.round(url).accepted == 20
            booth.queue(60, datetime.now(UTC))
            ballast = tmp_path / "disk" / "ballast"
            _fill(ballast)
            push = next(stage for stage in booth.round(url).stages if stage.name == "push")
            assert push.problem == "line down: status 503"
            assert (booth.counts().waiting_acts, booth.counts().held) == (60, 20)
            ballast.unlink()
            report = booth.round(url)
            assert (report.ok, report.accepted) == (True, 60), report.stages
        with bare_centre.opened(home) as centre, centre.store.reading() as tx:
            assert envelopes.count(tx) == {"accepted": 80, "rejected": 0, "conflict": 0}


def _fill(ballast: Path) -> None:
    """To the last byte."""
    with ballast.open("wb", buffering=0) as full:
        for size in (65536, 4096, 512, 1):
            with contextlib.suppress(OSError):
                while full.write(b"x" * size):
                    pass


def test_what_was_stored_is_judged_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = tmp_path / "centre"
    bare_centre.build(home, "sqlite:///centre.db", '[intake]\nverify = "batch"')
    with bare_centre.opened(home) as centre:
        booth = bare_centre.add_booth(centre, tmp_path, "kamatero-1", "AA1")
        intake.take_batch(centre, booth.id, booth.acts(3, centre.clock()))
    for judged in (3, 0):
        assert cli.main(["audit-envelopes", "--home", str(home)]) == 0
        said = json.loads(capsys.readouterr().out)
        assert said == {"judged": judged, "accepted": judged, "rejected": 0}


def test_what_is_refused_of_a_booth_has_a_days_measure(
    centre: Centre, booth: BoothOnly, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No other booth's name fills it, the next day begins anew, and what is good needs none of it."""
    other = forged(booth.acts(1, centre.clock())[0], booth="another-1")
    size = len(other.message)
    monkeypatch.setattr(quota, "MOST_BYTES", 2 * size + 10)
    assert intake.take(centre, booth.id, other).reason == "other-booth"
    changed = forged(other, version=2)
    assert intake.take(centre, booth.id, changed).reason == "conflict"
    good, bad = booth.acts(1, centre.clock())[0], forged(booth.acts(1, centre.clock())[0], booth="another-1")
    with pytest.raises(quota.TooMuchRefused):
        intake.take_batch(centre, booth.id, [good, bad])
    with centre.store.reading() as tx:
        assert [(one.what, one.booth) for one in alarms.waiting(tx)] == [("too-much-refused", booth.id)]
        assert envelopes.known(tx, [good.id, bad.id]) == {}
    assert intake.take(centre, booth.id, good).outcome == "accepted"
    assert intake.take(centre, booth.id, other).reason == "other-booth", "it is known already"
    tomorrow = replace(centre, clock=SetClock(lambda: centre.clock() + timedelta(days=1)))
    assert intake.take(tomorrow, booth.id, bad).reason == "other-booth"


def test_what_is_kept_is_what_came_byte_for_byte(centre: Centre, booth: BoothOnly) -> None:
    """Taken in, refused, in conflict or of a stolen booth."""
    now = centre.clock()
    good, refused = booth.act(now, ""), booth.act(now, "", kind="poem")
    other = booth_signed(booth, good, refused.body)
    intake.take_batch(centre, booth.id, [good, refused, other])
    quarantine.take_batch(centre, booth.id, [good, other])
    with centre.store.reading() as tx:
        kept = [envelopes.find(tx, one.id) for one in (good, refused)]
        odd = tx.connection.execute(sa.select(conflicts.c.message)).scalars().all()
    assert [one.message for one in kept if one] == [good.message, refused.message]
    assert odd == [other.message]
    assert {one.message for one in quarantine.kept(centre, booth.id)} == {good.message, other.message}
