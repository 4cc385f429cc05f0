"""A clock that is far from the last known time: nothing is destroyed, signed or promised by it, and each refusal says
why. What one left behind is put right by the next that is right."""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import newcomer as nc
import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st
from machine import Machine
from random_tests import examples

from central import cli
from central.clock import LONGEST_PAUSE, LONGEST_SILENCE, TOLERANCE, ClockInDoubt, Count, LastKnown, SetClock
from central.kernel import backup, retention
from central.kernel.centre import Centre, ClockRefused
from central.kernel.serving import line, timekeeping
from central.kernel.watched_clock import WatchedClock
from central.office.accounts import staff
from central.office.booths import admission, enrolment
from central.office.roll import registry
from central.opening import open_centre
from central.settings import BadSettings
from central.store import Store, audit, last_time, marks
from central.store.line import feed, sightings
from central.store.office import registry as registry_rows
from central.store.office import tries
from municipality.enrolment import Enrolment, Renewal, RenewalRequest
from municipality.matters.cards.messages import CardItem, Revocations
from municipality.staff import Role

SECOND, MINUTE, HOUR, DAY = (timedelta(**{name: 1}) for name in ("seconds", "minutes", "hours", "days"))
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
EPOCH, FAR = datetime(1970, 1, 1, 0, 3, tzinfo=UTC), datetime(2045, 1, 2, 10, 0, tzinfo=UTC)
WRONG = {
    "1970": lambda now: EPOCH,
    "two hours back": lambda now: now - 2 * HOUR,
    "three days on": lambda now: now + 3 * DAY,
    "2045": lambda now: FAR,
}
PAUSE = threading.Event()
wrong_clocks = pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)


@pytest.fixture
def here(centre: Centre) -> tuple[Machine, Centre]:
    """The town's centre on a machine whose clock the test sets; the time is known."""
    made = Machine()
    watched = made.watched(centre)
    last_time.File(watched.settings.state).replace(LastKnown(made.now(), made.count()))
    made.wait(MINUTE)
    watched.clock()
    return made, watched


def fits(clock: WatchedClock) -> bool:
    try:
        clock()
    except ClockInDoubt:
        return False
    return True


def beside(folder: Path, made: Machine, known: LastKnown | None) -> WatchedClock:
    file = last_time.File(folder)
    if known is not None:
        file.replace(known)
    return WatchedClock(made.now, made.count, file, lambda: (NOON - HOUR, NOON + HOUR), Path("/centre"))


# --- what is believed ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("edge", "beyond"), [(-TOLERANCE, -SECOND), (LONGEST_PAUSE, SECOND)])
def test_while_the_machine_runs_its_own_count_decides(tmp_path: Path, edge: timedelta, beyond: timedelta) -> None:
    made = Machine(NOON)
    known = LastKnown(NOON, made.count())
    made.wait(21 * DAY)  # nobody asked for three weeks, and it ran
    made.wrong = edge
    assert fits(beside(tmp_path, made, known))
    made.wrong = edge + beyond
    assert not fits(beside(tmp_path, made, known))


@pytest.mark.parametrize(("edge", "beyond"), [(-TOLERANCE, -SECOND), (LONGEST_SILENCE, SECOND)])
def test_after_it_was_off_a_day_may_have_passed(tmp_path: Path, edge: timedelta, beyond: timedelta) -> None:
    made = Machine(NOON)
    known = LastKnown(NOON, made.count())
    made.restart(timedelta(0), up=0)
    made.wrong = edge
    assert fits(beside(tmp_path, made, known))
    made.wrong = edge + beyond
    assert not fits(beside(tmp_path, made, known))


@pytest.mark.parametrize("text", [None, "", "{", "[]", '{"at": 3}', '{"at": "2026-11-21T12:00:00", "count": null}'])
def test_without_a_file_that_can_be_read_the_rows_decide(tmp_path: Path, text: str | None) -> None:
    made = Machine(NOON)
    if text is not None:
        (tmp_path / last_time.NAME).write_text(text)
    made.wrong = HOUR + SECOND
    assert not fits(beside(tmp_path, made, None))
    made.wrong = -HOUR - SECOND
    assert not fits(beside(tmp_path, made, None))
    made.wrong = HOUR
    assert fits(beside(tmp_path, made, None))
    # The rows are sure of an hour before noon at the least, and no more than that.
    assert last_time.File(tmp_path).read() == LastKnown(NOON + HOUR, made.count(), NOON - HOUR + TOLERANCE)


def test_the_last_known_time_grows_every_ten_minutes(tmp_path: Path) -> None:
    made = Machine(NOON)
    clock, file = beside(tmp_path, made, None), last_time.File(tmp_path)
    for passed, written in ((timedelta(0), True), (10 * MINUTE - SECOND, False), (SECOND, True), (-3 * MINUTE, False)):
        before = file.read()
        made.wait(passed)
        clock()
        assert (file.read() != before) is written


def test_what_a_machine_says_right_after_its_start_is_not_remembered(tmp_path: Path) -> None:
    """Its clock is an hour and more ahead until the network sets it right: a real time clock in local time."""
    made, file = Machine(NOON), last_time.File(tmp_path)
    beside(tmp_path, made, LastKnown(NOON, made.count()))
    made.restart(MINUTE, up=20.0)
    made.wrong = 3 * HOUR
    clock = beside(tmp_path, made, None)
    assert fits(clock) and file.read() == LastKnown(NOON, Count("boot 1", 100_000.0), NOON)
    made.wrong = timedelta(0)
    assert fits(clock)
    made.wait(timedelta(seconds=579))
    assert fits(clock) and file.read() == LastKnown(NOON, Count("boot 1", 100_000.0), NOON)
    made.wait(SECOND)
    assert fits(clock) and file.read() == LastKnown(made.true, made.count(), NOON)


@pytest.mark.parametrize(("up", "written"), [(599.0, False), (600.0, True)])
def test_nor_is_it_where_there_is_no_file_yet(tmp_path: Path, up: float, written: bool) -> None:
    made = Machine(NOON)
    made.restart(timedelta(0), up=up)
    made.set(NOON)
    assert fits(beside(tmp_path, made, None))
    assert (last_time.File(tmp_path).read() is not None) is written


@pytest.mark.parametrize("ahead", [3 * HOUR, DAY - 11 * MINUTE])
def test_a_clock_that_started_ahead_may_be_set_right(tmp_path: Path, ahead: timedelta) -> None:
    """Believed on trust for hours, and then the network comes: nobody has to type anything, and not again after a
    restart either. Before the last time that was sure it is in doubt as ever."""
    made = Machine(NOON)
    clock = beside(tmp_path, made, LastKnown(NOON, made.count()))
    made.restart(timedelta(0), up=20.0)
    made.wrong = ahead
    for _ in range(3):
        made.wait(10 * MINUTE)
        assert fits(clock)
    known = last_time.File(tmp_path).read()
    assert known is not None and known.at == made.now() and known.floor == max(NOON + 20 * MINUTE, made.now() - DAY)
    made.wrong = timedelta(0)
    assert fits(clock) and fits(beside(tmp_path, made, None))
    made.wait(10 * MINUTE)
    assert fits(clock)
    sure = last_time.File(tmp_path).read()
    assert sure is not None and sure.at == made.true >= sure.floor
    made.set(sure.floor - TOLERANCE)
    assert fits(clock)
    made.wrong -= SECOND
    assert not fits(clock)
    made.wrong = timedelta(0)
    made.restart(up=20.0)
    assert fits(beside(tmp_path, made, None))


@pytest.mark.parametrize(("passed", "falls_back"), [(DAY - 10 * MINUTE, True), (DAY, False)])
def test_what_a_clock_says_for_a_day_is_sure(tmp_path: Path, passed: timedelta, falls_back: bool) -> None:
    made = Machine(NOON)
    clock = beside(tmp_path, made, LastKnown(NOON, made.count()))
    made.restart(9 * HOUR, up=600.0)
    assert fits(clock)  # remembered, and a day's steadiness is counted from here
    for _ in range(passed // (10 * MINUTE)):
        made.wait(10 * MINUTE)
        assert fits(clock)
    made.wrong = -2 * HOUR
    assert fits(clock) is falls_back


def test_a_step_begins_the_day_anew(tmp_path: Path) -> None:
    made = Machine(NOON)
    clock = beside(tmp_path, made, LastKnown(NOON, made.count()))
    made.wait(DAY)
    made.wrong = 50 * MINUTE  # within the pause that a machine may make: believed
    for _ in range(100):
        made.wait(10 * MINUTE)
        assert fits(clock)
    made.wrong = timedelta(0)
    assert fits(clock), "and nothing was made sure by it"


@given(st.lists(st.tuples(st.integers(-30, 90), st.integers(1, 200), st.sampled_from(["run", "off"])), max_size=8))
@settings(max_examples=examples(60), deadline=None)
def test_what_is_sure_never_falls_and_never_passes_what_is_believed(steps: list[tuple[int, int, str]]) -> None:
    """Any order of small steps, pauses and restarts; a clock outside of the bounds teaches nothing."""
    made = Machine(NOON)
    known = LastKnown(NOON, made.count())
    for wrong, minutes, how in steps:
        made.wrong += wrong * MINUTE
        made.wait(max(minutes, 10) * MINUTE)
        if how == "off":
            made.restart(minutes * MINUTE, up=600.0)
        first, last = known.bounds(made.count())
        if first <= made.now() <= last and (how != "off" or made.now() >= known.floor):
            after = known.later(made.now(), made.count())
            assert known.floor + (how != "off") * 5 * MINUTE <= after.floor <= after.at == made.now()
            assert after.at - after.floor <= LONGEST_SILENCE
            known = after


@pytest.mark.parametrize("lost", ["gone", "unreadable", "stale"])
def test_a_running_centre_keeps_what_it_knows_when_the_file_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    made = Machine(NOON)
    clock = beside(tmp_path, made, LastKnown(NOON, made.count()))
    assert fits(clock)
    monkeypatch.setattr("central.store.beside.os.fsync", _no_room)
    file = tmp_path / last_time.NAME
    if lost == "gone":
        file.unlink()
    elif lost == "unreadable":
        file.write_text("{")
    for _ in range(30):
        made.wait(DAY)
        assert fits(clock)
    for wrong in (-6 * MINUTE, LONGEST_PAUSE + MINUTE, 3 * DAY, FAR - made.true):
        made.wrong = wrong
        assert not fits(clock), "nor are years believed because of it"
        made.wrong = timedelta(0)
        assert fits(clock)
    monkeypatch.undo()
    made.wait(10 * MINUTE)
    assert fits(clock)
    known = last_time.File(tmp_path).read()
    assert known is not None and known.at == made.true and known.floor == made.true


def test_where_another_process_has_the_last_word_it_counts(tmp_path: Path) -> None:
    made = Machine(NOON)
    clock = beside(tmp_path, made, LastKnown(NOON, made.count()))
    made.wait(11 * MINUTE)
    other = beside(tmp_path, made, None)
    assert fits(other)
    written = last_time.File(tmp_path).read()
    assert fits(clock)  # it had known the older one only
    made.wait(9 * MINUTE)
    assert fits(clock) and last_time.File(tmp_path).read() == written
    made.wait(MINUTE)
    assert fits(clock) and last_time.File(tmp_path).read() != written


@pytest.mark.parametrize(
    "more",
    [{"sure": "2026-11-21T12:00:00"}, {"sure": 3}, {"steady": "long"}, {"at": "9999-12-31T23:00:00+00:00"},
     {"count": {"boot": "b", "seconds": float("nan")}}],
)  # fmt: skip
def test_a_file_that_cannot_be_reckoned_with_says_nothing(tmp_path: Path, more: dict[str, Any]) -> None:
    said = {"at": "2026-11-21T12:00:00+00:00", "count": None} | more
    (tmp_path / last_time.NAME).write_text(json.dumps(said))
    assert last_time.File(tmp_path).read() is None


def test_what_an_earlier_program_wrote_was_sure(tmp_path: Path) -> None:
    (tmp_path / last_time.NAME).write_text('{"at": "2026-11-21T12:00:00+00:00", "count": null}')
    assert last_time.File(tmp_path).read() == LastKnown(NOON, None, NOON)


def test_a_machine_that_was_asleep_wakes_later(tmp_path: Path) -> None:
    made = Machine(NOON)
    clock = beside(tmp_path, made, LastKnown(NOON, made.count()))
    made.sleep(40 * MINUTE)
    assert fits(clock)


def test_a_jump_and_back_needs_no_hand_and_a_full_disk_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Machine(NOON)
    clock = beside(tmp_path, made, LastKnown(NOON, made.count()))
    with monkeypatch.context() as full:
        full.setattr("central.store.beside.os.fsync", _no_room)
        made.wait(HOUR)
        assert fits(clock)
    for _ in range(2):
        made.set(FAR)
        assert not fits(clock)
        made.wait(HOUR)
        assert not fits(clock)
        made.wrong = timedelta(0)
        assert fits(clock)


def _no_room(_fd: int) -> None:
    raise OSError(28, "No space left on device")


def test_what_root_writes_belongs_to_the_user_that_serves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[tuple[int, int]] = []
    monkeypatch.setattr("central.store.beside.os.fchown", lambda _file, user, group: given.append((user, group)))
    for root, times in ((True, 2), (False, 0)):
        monkeypatch.setattr("central.store.beside.os.geteuid", lambda root=root: 0 if root else 1000)
        given.clear()
        last_time.File(tmp_path).replace(LastKnown(NOON))
        owner = tmp_path.stat()
        assert given == [(owner.st_uid, owner.st_gid)] * times  # the file and its lock


def test_an_empty_database_is_bound_by_its_rows_or_by_its_authority(centre: Centre) -> None:
    authority = centre.card_authorities[0]
    assert centre._at_first() == (authority.not_valid_before_utc - TOLERANCE, authority.not_valid_after_utc)
    heard, told, done, far = NOON - HOUR, NOON, NOON + HOUR, NOON + DAY
    for newest, write in (
        (heard, lambda tx: sightings.heard(tx, "anargyri-1", heard)),
        (told, lambda tx: marks.put(tx, marks.TOLD, told.isoformat())),
        (done, lambda tx: audit.note(tx, "maria", "", "staff.in", "maria", done)),
        (done, lambda tx: audit.note(tx, "card:KT-1", "technician", "tray.filled", "", far)),  # a booth's time
    ):
        with centre.store.writing() as tx:
            write(tx)
        assert centre._at_first() == (newest - TOLERANCE, newest + LONGEST_SILENCE)


def test_a_clock_put_in_place_of_the_machines_is_judged_too(centre: Centre) -> None:
    with pytest.raises(ClockInDoubt):
        replace(centre, clock=lambda: FAR).clock()
    assert replace(centre, clock=SetClock(lambda: FAR)).clock() == FAR


# --- what is not done by it ------------------------------------------------------------------------------------------


ACTS: dict[str, Callable[[Centre, Path], object]] = {
    "purge": lambda centre, _: retention.purge(centre),
    "copy": lambda centre, folder: backup.back_up_into(centre, folder, 28),
    "restored": lambda centre, _: backup.restored(centre),
    "refresh": lambda centre, _: registry.refresh(centre),
    "hello": lambda centre, _: line.hello(centre, "anargyri-1"),
    "invitation": lambda centre, _: enrolment.invite_again(
        centre, "anargyri-1", "http://x", admission.Officer("tina", Role.TECHNICIAN)
    ),
    "sign-in": lambda centre, _: staff.sign_in(centre, "maria", "not a password"),
}


@wrong_clocks
def test_nothing_is_destroyed_signed_or_promised(
    here: tuple[Machine, Centre], tmp_path: Path, wrong: Callable[[datetime], datetime]
) -> None:
    made, centre = here
    folder = tmp_path / "copies"
    folder.mkdir()
    backup.back_up_into(centre, folder, 28)
    before, copies = content(centre.store), sorted(folder.iterdir())
    made.set(wrong(made.true))
    for act in ACTS.values():
        with pytest.raises(ClockInDoubt):
            act(centre, folder)
    assert content(centre.store) == before and sorted(folder.iterdir()) == copies
    made.wrong = timedelta(0)
    made.wait(MINUTE)
    for act in ACTS.values():
        act(centre, folder)  # without a hand


def content(store: Store) -> dict[str, list[Any]]:
    from central.store.tables import metadata

    with store.reading() as tx:
        return {name: sorted(map(repr, tx.connection.execute(one.select()))) for name, one in metadata.tables.items()}


@wrong_clocks
def test_every_command_ends_with_78_and_one_sentence(
    town: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    wrong: Callable[[datetime], datetime],
) -> None:
    made, home = Machine(datetime.now(UTC) + HOUR), str(town.home)
    made.runs_commands(monkeypatch)
    known = made.true
    last_time.File(town.home).replace(LastKnown(known, made.count()))
    assert cli.main(["refresh", "--home", home]) == 0
    made.restart()
    made.set(wrong(made.true))
    capsys.readouterr()
    step = ["--home", home, "--election", town.election]
    for command in (
        ["purge", "--home", home],
        ["refresh", "--home", home],
        ["restored", "--home", home],
        ["backup", "--home", home, "--into", str(tmp_path)],
        ["backup", "--home", home, "--out", str(tmp_path / "one")],
        *(["elections", name, *step] for name in ("board", "close", "tally", "publish")),
        ["booths", "suspend", "--home", home, "--id", "anargyri-1"],
    ):
        assert cli.main(command) == 78, command
        (said,) = capsys.readouterr().err.splitlines()
        assert f"this machine's clock says {made.now():%Y-%m-%d %H:%M} UTC" in said
        assert f"known here, {known:%Y-%m-%d %H:%M} UTC" in said
        assert f"`kiosk-central clock confirm --home {home} --today YYYY-MM-DD`" in said
    for command in (["elections", "list"], ["booths", "list"], ["staff", "list"]):
        assert cli.main([*command, "--home", home]) == 0, command
    assert list(tmp_path.glob("*.copy")) == []


@pytest.fixture
def web(here: tuple[Machine, Centre]) -> Iterator[Callable[..., requests.Response]]:
    with nc.serving(here[1]) as url:
        yield lambda path, **more: requests.get(url + path, timeout=60, allow_redirects=False, **more)


def test_serving_says_what_is_wrong_and_goes_on(
    here: tuple[Machine, Centre], town: Any, web: Callable[..., requests.Response]
) -> None:
    made, _centre = here
    made.set(FAR)
    assert web(f"/votes/{town.election}").status_code == 200 and web("/healthz").status_code == 200
    ready = web("/readyz")
    assert ready.status_code == 503
    assert ready.json()["checks"]["clock"] == {"ok": False, "why": "clock-in-doubt"}
    figures = web("/metrics").text
    assert "atm_clock_in_doubt 1.0" in figures and "atm_oldest_booth_seconds" not in figures
    refused = web("/v2/hello")
    assert (refused.status_code, refused.json()) == (503, {"reason": "clock-in-doubt"}), "nor a time to sign by"
    assert web("/v2/pull?after=x").json() == {"reason": "not-a-query"}
    for path in ("/staff", "/staff/sign-in", "/staff/booths"):
        page = web(path, headers={"Cookie": "staff=of-somebody"})
        assert page.status_code == 503 and "του κέντρου" in page.text and "2045, 12:00" in page.text
    english = web("/staff/sign-in", headers={"Cookie": "staff-language=en"}).text
    assert "kiosk-central clock confirm" in english
    made.wrong = timedelta(0)
    assert web("/readyz").json()["checks"]["clock"] == {"ok": True, "why": ""}
    assert "atm_clock_in_doubt 0.0" in web("/metrics").text
    assert web("/staff/sign-in").status_code == 200
    assert web("/v2/hello").json()["reason"] == "unsigned"


def test_a_centre_that_starts_in_doubt_renews_when_it_is_over(
    here: tuple[Machine, Centre], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    made, centre = here
    made.set(FAR)
    renewed: list[int] = []
    monkeypatch.setattr(registry, "_DOUBT_SECONDS", 0.01)
    with registry.kept_fresh(centre):
        while "clock-in-doubt" not in caplog.text:  # the timeout of the test bounds this
            PAUSE.wait(0.01)
        with centre.store.writing() as tx:
            registry.ask_for_list(tx, made.true)
        made.wrong = timedelta(0)
        made.wait(MINUTE)
        while not renewed:
            PAUSE.wait(0.01)
            with centre.store.reading() as tx:
                item = feed.find(tx, CardItem.REVOCATIONS, CardItem.REVOCATIONS)
            assert item is not None
            renewed += [1] if list_in(centre, item.body).last_update_utc > made.true - HOUR else []


def test_a_process_that_serves_in_doubt_is_confirmed_from_beside(
    town: Any, serve: Callable[..., str], capfd: pytest.CaptureFixture[str]
) -> None:
    last_time.File(town.home).replace(LastKnown(datetime.now(UTC) - 60 * DAY))
    url = serve(town.home)
    checks = requests.get(f"{url}/readyz", timeout=60).json()["checks"]
    assert checks["clock"] == {"ok": False, "why": "clock-in-doubt"}
    said = capfd.readouterr().err.splitlines()
    assert said[0].startswith("kiosk-central: this machine's clock says") and "60 days later" in said[0]
    assert cli.main(["clock", "confirm", "--home", str(town.home), "--today", f"{datetime.now(UTC):%Y-%m-%d}"]) == 0
    assert requests.get(f"{url}/readyz", timeout=60).json()["checks"]["clock"] == {"ok": True, "why": ""}
    assert requests.get(f"{url}/v2/hello", timeout=60).status_code == 401


# --- somebody's word -------------------------------------------------------------------------------------------------


def test_a_true_jump_is_confirmed_by_one_command(
    town: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made, home = Machine(datetime.now(UTC) + HOUR), str(town.home)
    made.runs_commands(monkeypatch)
    assert cli.main(["refresh", "--home", home]) == 0
    running = open_centre(town.home)
    running.clock()
    known = made.true
    made.restart(21 * DAY)
    with pytest.raises(ClockInDoubt):
        running.clock()
    capsys.readouterr()
    assert cli.main(["clock", "show", "--home", home]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["in_doubt"] is True and "21 days later" in shown["why"]
    assert cli.main(["purge", "--home", home]) == 78
    command = re.search(r"`kiosk-central (.*?)`", capsys.readouterr().err)
    assert command is not None
    for day in (made.true - 2 * DAY, made.true + 2 * DAY):
        said = command.group(1).replace("YYYY-MM-DD", f"{day:%Y-%m-%d}").split()
        assert cli.main(said) == 77
        assert "Then the clock is wrong: set it right" in capsys.readouterr().err
    said = command.group(1).replace("YYYY-MM-DD", f"{made.true + DAY:%Y-%m-%d}").split()  # east of here it is tomorrow
    assert cli.main([*said, "--who", "tina"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert datetime.fromisoformat(told["last_known"]) - known < SECOND
    assert running.clock() == made.true, "a process that serves hears of it at once"
    with running.store.reading() as tx:
        (last,) = audit.newest(tx, 1)
    moved = f"{known:%Y-%m-%dT%H:%M:%SZ} -> {made.true:%Y-%m-%dT%H:%M:%SZ}"
    assert (last.who, last.what, last.about) == ("tina", "clock.confirm", moved)
    assert cli.main([*said, "--who", "tina"]) == 0, "once more changes nothing"
    assert json.loads(capsys.readouterr().out)["last_known"] is None
    assert cli.main(["purge", "--home", home]) == 0
    running.store.close()


def test_nothing_is_confirmed_where_it_cannot_be_kept(
    here: tuple[Machine, Centre], monkeypatch: pytest.MonkeyPatch
) -> None:
    made, centre = here
    made.set(FAR)
    with centre.store.reading() as tx:
        before = audit.newest(tx, 1)
    with monkeypatch.context() as full:
        full.setattr("central.store.beside.os.fsync", _no_room)
        with pytest.raises(
            BadSettings, match=r"folders\.state = .*No space left.*in doubt as before.*same command again"
        ):
            timekeeping.confirm(centre, FAR.date(), who="tina")
    assert timekeeping.doubt(centre) is not None
    with centre.store.reading() as tx:
        assert audit.newest(tx, 1) == before, "the record does not say that it was"
    assert timekeeping.confirm(centre, FAR.date(), who="tina").now == FAR
    assert not [one for one in centre.settings.state.iterdir() if "trial" in one.name]


def test_a_shifted_clock_has_nothing_to_confirm(centre: Centre) -> None:
    shifted = replace(centre, clock=SetClock(lambda: FAR), shifted=True)
    with pytest.raises(ClockRefused, match="without --at"):
        timekeeping.confirm(shifted, FAR.date(), who="tina")


def test_confirmed_by_mistake_it_is_confirmed_back(here: tuple[Machine, Centre]) -> None:
    made, centre = here
    made.set(FAR)
    assert timekeeping.confirm(centre, FAR.date(), who="tina").now == FAR
    made.wrong = timedelta(0)
    assert timekeeping.doubt(centre) is not None
    assert timekeeping.confirm(centre, made.true.date(), who="tina").known is not None
    assert centre.clock() == made.true


# --- what a clock that was ahead has left behind ---------------------------------------------------------------------


def list_in(centre: Centre, body: str) -> x509.CertificateRevocationList:
    message = Revocations.read(centre.read_signed(CardItem.REVOCATIONS, body))
    return x509.load_der_x509_crl(base64.b64decode(message.crl))


def current_list(centre: Centre) -> x509.CertificateRevocationList:
    with centre.store.reading() as tx:
        item = feed.find(tx, CardItem.REVOCATIONS, CardItem.REVOCATIONS)
    assert item is not None
    return list_in(centre, item.body)


def ahead(centre: Centre, by: timedelta) -> Centre:
    """The same centre by a clock that is ahead and believed: as all were once, or by somebody's mistake."""
    return replace(centre, clock=SetClock(lambda: centre.clock() + by))


@pytest.mark.parametrize(
    ("by", "renewed"), [(HOUR, 0), (DAY - HOUR, 0), (DAY + HOUR, 1), (3 * DAY, 1), (19 * 365 * DAY, 1)]
)
def test_a_list_of_the_future_gives_way_to_one_with_a_higher_number(
    here: tuple[Machine, Centre], by: timedelta, renewed: int
) -> None:
    _made, centre = here
    with centre.store.writing() as tx:
        registry.ask_for_list(tx, centre.clock() + by)
    assert registry.publish_revocations(ahead(centre, by)) == 1
    future = current_list(centre)
    assert registry.publish_revocations(centre) == renewed
    now = current_list(centre)
    assert (registry._number(now) > registry._number(future)) is bool(renewed)
    assert now.last_update_utc <= centre.clock() + LONGEST_SILENCE
    assert registry.publish_revocations(centre) == 0, "once, also where it was asked for in the future"


def test_dossiers_of_the_future_are_made_anew(here: tuple[Machine, Centre], town: Any) -> None:
    _made, centre = here
    far = ahead(centre, 19 * 365 * DAY)
    with centre.store.reading() as tx:
        cards = [one.card.card for one in registry_rows.holders(tx) if one.card.not_after > centre.clock()]
        sealed = {card for card, one in registry_rows.sealed(tx, cards).items() if one.mac}
    assert registry.publish_dossiers(far) == len(sealed), "all were withdrawn: their cards had run out"
    assert registry.publish_dossiers(centre) == len(sealed)
    assert registry.publish_dossiers(ahead(centre, 2 * 365 * DAY)) > 0
    assert registry.publish_dossiers(centre) > 0
    with centre.store.reading() as tx:
        left = registry_rows.sealed(tx, cards)
    assert {card for card, one in left.items() if one.mac} == sealed
    assert all(one.expires_at <= centre.clock() + 31 * DAY for one in left.values() if one.mac)


def test_nobody_is_locked_out_or_let_in_for_years(here: tuple[Machine, Centre]) -> None:
    _made, centre = here
    far = ahead(centre, 19 * 365 * DAY)
    staff.add_account(centre, "maria", frozenset({Role.REGISTRAR}), "πέντε μικρά καράβια", who="test")
    entered = staff.sign_in(far, "maria", "πέντε μικρά καράβια")
    assert isinstance(entered, staff.SignedIn)
    assert staff.officer_of(far, entered.token) is not None
    assert staff.officer_of(centre, entered.token) is None

    def locked(until: datetime) -> tries.Tries:
        return tries.Tries(staff._name_at_the_door(centre, "maria"), 9, until, until + staff.FORGOTTEN_AFTER)

    with centre.store.writing() as tx:
        tries.put(tx, locked(far.clock() + HOUR), most=9)
    assert isinstance(staff.sign_in(centre, "maria", "πέντε μικρά καράβια"), staff.SignedIn)
    with centre.store.writing() as tx:
        tries.put(tx, locked(centre.clock() + HOUR), most=9)
    assert isinstance(staff.sign_in(centre, "maria", "πέντε μικρά καράβια"), staff.Locked)


def test_no_code_and_no_certificate_of_a_booth_is_of_the_future(here: tuple[Machine, Centre]) -> None:
    _made, centre = here
    far = ahead(centre, 10 * 365 * DAY)
    invited = enrolment.invite(far, nc.PLATE, "http://x", nc.TECHNICIAN)
    assert isinstance(invited, enrolment.Invited)
    words = nc.newcomer(centre, "http://x", invited).words()
    assert enrolment.enrol(centre, words) == admission.Refused("token-expired"), "a paper must not be good for years"
    invited = enrolment.invite_again(centre, nc.PLATE.booth, "http://x", nc.TECHNICIAN)
    assert isinstance(invited, enrolment.Invited)
    guest = nc.newcomer(centre, "http://x", invited)
    assert isinstance(enrolment.enrol(centre, guest.words()), Enrolment)
    asked = (
        RenewalRequest(request=nc.csr(nc.new_key(), guest.booth).public_bytes(Encoding.PEM).decode()).text().encode()
    )
    future, now = (enrolment.renew(one, guest.booth, asked) for one in (far, centre))
    assert isinstance(future, Renewal) and isinstance(now, Renewal)
    assert x509.load_pem_x509_certificate(now.certificate.encode()).not_valid_before_utc < centre.clock()
    assert enrolment.renew(centre, guest.booth, asked) == now, "asked again, the same"


# --- the units -------------------------------------------------------------------------------------------------------


def unit(name: str) -> dict[str, list[str]]:
    text = (Path(__file__).parents[2] / "packaging" / "systemd" / name).read_text(encoding="utf-8")
    said: dict[str, list[str]] = {}
    for key, _, value in (row.partition("=") for row in text.splitlines() if not row.startswith(("#", "["))):
        said[key] = said.get(key, []) + value.split()
    return said


@pytest.mark.parametrize("name", ["purge", "backup", "refresh"])
def test_what_destroys_and_signs_waits_for_the_time(name: str) -> None:
    told = unit(f"kiosk-central-{name}.service")
    assert "time-sync.target" in told["After"] and "time-sync.target" in told["Wants"]
    assert "Requires" not in told and "BindsTo" not in told, "a machine without a time server does it all the same"


@pytest.mark.parametrize("name", ["kiosk.service", "kiosk-sync.service", "kiosk-central.service"])
def test_booths_and_their_line_wait_for_no_time(name: str) -> None:
    assert not any("time-sync.target" in values for values in unit(name).values())
