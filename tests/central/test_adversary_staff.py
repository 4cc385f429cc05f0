"""Attacks on the town hall's end by way of its staff: words of those who left, files and forms made to hurt, crowds."""

from __future__ import annotations

import shutil
import subprocess
import threading
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.serialization import Encoding
from newcomer import Newcomer, csr, new_key
from seeded_town import REGISTRAR, TECHNICIAN, at, paper
from staff_desk import PASSWORD, Desk, employ, roll_file

from central.cli import main
from central.clock import SetClock, real_clock
from central.kernel import backup, retention
from central.kernel.centre import Centre
from central.matters.votes.life import rehearsal
from central.office import quarantine
from central.office.accounts import staff
from central.office.booths import admission, enrolment
from central.office.booths.enrolment import Plate
from central.office.roll import applying
from central.office.roll.file import FileFault, FileRefused, read_file
from central.staff.desk import _parts
from central.store import Store, audit, marks
from central.store.line import booths as booth_rows
from central.store.tables import sign_in_tries
from municipality.enrolment import Code, RenewalRequest
from municipality.roll.rows import Column
from municipality.staff import Role
from sync import Client, RequestRefused

MakeStore = Callable[[str], Store]


# --- the staff -------------------------------------------------------------------------------------------------------


def test_taking_away_the_newest_acts_shows(centre: Centre) -> None:
    booth = "anargyri-1"
    admission.suspend(centre, booth, TECHNICIAN)
    admission.resume(centre, booth, TECHNICIAN)
    with centre.store.writing() as tx:
        newest = audit.newest(tx, 1)[0].entry
        assert audit.broken_at(tx) is None
        tx.connection.execute(sa.text("DELETE FROM audit WHERE entry = :e"), {"e": newest})
        assert audit.broken_at(tx) == newest


def test_patience_with_the_registrar_grows_with_the_town() -> None:
    assert rehearsal.patience(0) == 600
    assert rehearsal.patience(650_000) > 650_000 * 0.004 * 5


def test_a_word_of_somebody_who_left_does_not_count(town: Any, centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    employ(centre, monkeypatch)
    booth = town.booth().id
    admission.stolen(centre, booth, TECHNICIAN)
    quarantine.take_batch(centre, booth, [paper(town, centre)])
    assert quarantine.decide(centre, booth, "discarded", REGISTRAR) == quarantine.Proposed(1)
    staff.set_state(centre, "maria", "disabled", who="test")
    assert quarantine.decide(centre, booth, "discarded", TECHNICIAN) == admission.Refused("proposer-gone")
    assert quarantine.decide(centre, booth, "discarded", TECHNICIAN) == quarantine.Proposed(1)


def test_an_import_of_somebody_who_left_is_not_applied(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    employ(centre, monkeypatch)
    day, role = centre.clock().date(), Role.REGISTRAR
    seen = applying.preview(centre, roll_file(centre, street="Νέα 7"), as_of=day, whole=False, who="maria", role=role)
    assert isinstance(seen, applying.Previewed)
    staff.set_roles(centre, "maria", frozenset({Role.TECHNICIAN}), who="test")
    assert applying.apply(centre, seen.upload, who="nikos", role=role) == applying.NotNow(applying.Why.UPLOADER_GONE)
    assert applying.apply(centre, seen.upload, who="tina", role=role) == applying.NotNow(applying.Why.NOT_YOUR_ROLE)


def test_a_prefix_that_looks_like_another_is_taken(centre: Centre) -> None:
    """AT3 in Latin and in Greek letters would be one number on two papers."""
    url = "https://atm.example.gr"
    assert isinstance(enrolment.invite(centre, Plate("a-one", "α", "a", "AT3"), url, TECHNICIAN), enrolment.Invited)
    for prefix in ("ΑΤ3", "AΤ3", "at3"):
        assert enrolment.invite(centre, Plate("a-two", "α", "a", prefix), url, TECHNICIAN) == admission.Refused(
            "prefix-taken"
        )


def test_of_two_invitations_with_one_prefix_at_once_one_is_made(make_store: MakeStore, centre: Centre) -> None:
    here = replace(centre, store=make_store("agioi-anargyroi-kamatero"))
    start, made = threading.Barrier(4), list[object]()

    def ask(number: int) -> None:
        start.wait(60)
        plate = Plate(f"booth-{number}", "α", "a", "QQ7")
        made.append(enrolment.invite(here, plate, "https://atm.example.gr", TECHNICIAN))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(isinstance(one, enrolment.Invited) for one in made) == [False, False, False, True]


def test_nothing_is_renewed_for_a_stolen_booth(town: Any, centre: Centre) -> None:
    booth = town.booth()
    words = RenewalRequest(request=csr(new_key(), booth.id).public_bytes(Encoding.PEM).decode()).text().encode()
    admission.stolen(centre, booth.id, TECHNICIAN)
    with pytest.raises(enrolment.NotRenewed):
        enrolment.renew(centre, booth.id, words)
    with centre.store.reading() as tx:
        assert len(booth_rows.keys(tx, booth.id)) == 1


def test_a_time_before_all_times_is_no_fault_of_ours(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    employ(centre, monkeypatch)
    desk = Desk(centre)
    desk.sign_in("tina")
    for moment in ("0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00", "nonsense"):
        assert desk.get(f"/intake?before={moment}%20x").status_code == 200


def test_names_that_are_pages_stay_names(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    employ(centre, monkeypatch)
    bad = "<script>alert(1)</script>"
    plate = Plate("evil-booth", f"{bad}, α", f'"><img src=x onerror=y>{bad}', "EV1")
    assert isinstance(enrolment.invite(centre, plate, "https://atm.example.gr", TECHNICIAN), enrolment.Invited)
    desk = Desk(centre)
    desk.sign_in("tina")
    for path in ("", "/booths", "/booths/evil-booth", f"/intake?booth={bad}", f"/booths?done={bad}", "/letters"):
        page = desk.get(path).text
        assert "<script" not in page and "<img" not in page, path


def test_a_stranger_writes_nothing_into_the_store(town: Any, centre: Centre, served: str) -> None:
    key = new_key()
    line_of_stranger = Client(served, "athina-09", key)
    stranger = Newcomer(
        served, Code(b"x" * 20, b"y" * 20), centre.keys.sealing.public_key(), booth="athina-09", key=key
    )
    with pytest.raises(RequestRefused) as caught:
        line_of_stranger.ask("POST", "/v2/enrol", stranger.words())
    line_of_stranger.close()
    assert caught.value.reason == "unknown-token"
    with centre.store.reading() as tx:
        assert tx.connection.execute(sa.text("SELECT count(*) FROM nonces")).scalar_one() == 0


def test_what_is_done_by_hand_is_in_the_record(town: Any, centre: Centre, capsys: pytest.CaptureFixture[str]) -> None:
    """One person is enough on the machine itself; that it was done stands in the record."""
    assert main(["elections", "board", "--home", str(town.home), "--election", town.election]) == 0
    with centre.store.reading() as tx:
        newest = audit.newest(tx, 1)[0]
    assert (newest.what, newest.about) == ("election.board", town.election)
    assert newest.who.startswith("os:")


# --- files from the register -----------------------------------------------------------------------------------------


def test_an_old_extract_does_not_undo_a_newer_one(centre: Centre) -> None:
    """A whole file of last month would block the cards of all who came since, for good."""
    day, role = centre.clock().date(), "registrar"
    with centre.store.writing() as tx:
        marks.put(tx, "roll_as_of", day.isoformat())
    raw, before = roll_file(centre, street="Νέα 7"), day - timedelta(days=1)
    told = applying.preview(centre, raw, as_of=before, whole=False, who="a", role=role)
    assert told == FileRefused(FileFault.OLDER)
    assert isinstance(applying.preview(centre, raw, as_of=day, whole=False, who="a", role=role), applying.Previewed)


def test_a_file_of_separators_is_cheap_and_its_faults_have_an_end(centre: Centre) -> None:
    heading = ";".join(column.value for column in Column)
    raw = (heading + "\n" + ("x" + ";" * 18 + "\n") * 50_000).encode()
    tracemalloc.start()
    told = applying.preview(centre, raw, as_of=centre.clock().date(), whole=False, who="a", role="registrar")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert isinstance(told, applying.BadRows)
    assert len(told.faults) < applying.MOST_FAULTS + 100
    assert most < 60_000_000


@pytest.mark.parametrize(
    "raw",
    [
        b"[" + b"{}," * 1_000_100 + b"{}]",
        b"[" * 100_000,
        b"[" + b"1," * 100_000 + b"1]",
        b'{"rows": "\\ud800"}',
        (";".join(["person"] * 1_000_000)).encode(),
        ";".join(f"c{n}" for n in range(300_000)).encode(),
        b'"' + b"a" * 200_000,
        "﻿".encode() + b"\r\n \r\n",
        "person;family".encode("utf-16"),
    ],
    ids=["objects", "deep", "numbers", "surrogate", "one-column", "columns", "cell", "bom", "utf-16"],
)
def test_files_that_were_made_to_hurt(raw: bytes) -> None:
    assert isinstance(read_file(raw), FileRefused)


# --- the door of the console -----------------------------------------------------------------------------------------


def test_a_stranger_who_tries_on_learns_no_account(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock that only real accounts have would name them."""
    employ(centre, monkeypatch)
    told = [
        [type(staff.sign_in(centre, account, "wrong")).__name__ for _ in range(8)] for account in ("tina", "nobody")
    ]
    assert told[0] == told[1]
    assert told[0][-1] == "Locked"
    waits = [staff.sign_in(centre, account, PASSWORD) for account in ("tina", "nobody")]
    assert all(isinstance(one, staff.Locked) and one.until > centre.clock() for one in waits)


def test_strangers_names_are_not_kept_for_ever(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    employ(centre, monkeypatch)
    monkeypatch.setattr(staff, "MOST_NAMES", 10)
    for number in range(30):
        staff.sign_in(centre, f"nobody-{number}", "wrong")
    with centre.store.reading() as tx:
        kept = tx.connection.execute(sa.select(sign_in_tries.c.name)).scalars().all()
    assert len(kept) == 10
    assert not any("nobody" in name for name in kept), "what is typed as a name may be a password"
    purged = retention.purge(replace(centre, clock=SetClock(lambda: real_clock() + timedelta(days=1, minutes=1))))
    assert purged["sessions"] == 10


def test_a_crowd_at_the_door_does_not_keep_the_booths_out(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sign-ins wait for a few threads of their own, not for those that look at booths' signatures."""
    import anyio

    employ(centre, monkeypatch)
    stuck, going = threading.Event(), threading.Semaphore(0)

    def slow(*_words: object) -> staff.WrongPassword:
        going.release()
        stuck.wait(20)
        return staff.WrongPassword()

    monkeypatch.setattr(staff, "sign_in", slow)
    desks = [Desk(centre) for _ in range(2)]
    app = desks[0].web._app
    threads_taken: list[int] = []

    async def crowd() -> None:
        import httpx

        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
            page = (await client.get("/staff/sign-in")).text
            csrf = page.split('name="csrf" value="')[1][:64]
            form = {"csrf": csrf, "account": "tina", "password": "x"}
            async with anyio.create_task_group() as group:
                for _ in range(60):
                    group.start_soon(lambda: client.post("/staff/sign-in", data=form))
                await anyio.sleep(0.5)
                threads_taken.append(int(anyio.to_thread.current_default_thread_limiter().borrowed_tokens))
                stuck.set()

    anyio.run(crowd)
    assert threads_taken == [0]


@pytest.mark.parametrize("path", ["/cards?search=%00", "/cards/%00", "/record?before=%00", "/booths/a%00b"])
def test_a_character_that_no_database_has_is_no_fault_of_ours(
    centre: Centre, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    employ(centre, monkeypatch)
    desk = Desk(centre)
    desk.sign_in("maria")
    assert desk.get(path).status_code in (400, 403)


def test_copies_have_an_end_and_the_newest_stays(centre: Centre, tmp_path: Path) -> None:
    folder, now = tmp_path / "copies", datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
    folder.mkdir()
    for name in ("centre-20261001T023000Z.copy", "centre-20261120T023000Z.copy", "centre-20269999T023000Z.copy", "x"):
        (folder / name).write_text("old")
    done, removed = backup.back_up_into(at(centre, now), folder, 28)
    assert done.file.name == "centre-20261121T023000Z.copy"
    assert [file.name for file in removed] == ["centre-20261001T023000Z.copy"]
    assert len(list(folder.iterdir())) == 4
    with pytest.raises(backup.BackupRefused):
        backup.back_up_into(replace(centre, shifted=True), folder, 1)


UNITS = Path(__file__).parents[2] / "packaging" / "systemd"


def test_what_the_units_start_is_there() -> None:
    """Every command line in them is one that the program takes."""
    from central.cli import _parser

    found = []
    for unit in sorted(UNITS.glob("kiosk-central*.service")):
        lines = [line for line in unit.read_text().splitlines() if line.startswith("ExecStart=")]
        assert len(lines) == 1, unit.name
        program, *words = lines[0].removeprefix("ExecStart=").split()
        assert program.endswith("/kiosk-central")
        assert _parser().parse_args(words).home == Path("/etc/municipal-atm/centre"), unit.name
        found.append(words[0])
    assert sorted(found) == ["backup", "purge", "refresh", "serve"]
    for timer in UNITS.glob("kiosk-central*.timer"):
        assert timer.with_suffix(".service").exists()


def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:  # a machine without systemd has the test above
        return
    for unit in UNITS.glob("kiosk-central*"):
        # The program is not installed where a town hall has it.
        text = unit.read_text().replace("/opt/municipal-atm/bin/kiosk-central", "/bin/true")
        (tmp_path / unit.name).write_text(text)
    units = [str(file) for file in sorted(tmp_path.iterdir())]
    done = subprocess.run(
        [analyze, "verify", "--man=no", *units], capture_output=True, text=True, timeout=100, check=False
    )
    said = [line for line in done.stderr.splitlines() if "kiosk-central" in line]
    assert said == []


@pytest.mark.parametrize(
    "body",
    [
        b"--b\r\n"
        + b"\r\n".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d" % (n, n) for n in range(3000)),
        b"--b\r\nContent-Disposition: form-data; name=x\r\n\r\n\r\n" * 100_000 + b"--b--\r\n",
        b"no boundary at all",
        b"--b\r\n\r\n--b--",
        b"--b\r\nContent-Disposition: form-data; name=x\r\n\r\ncut off",
    ],
    ids=["nested", "many", "none", "nameless", "cut"],
)
def test_forms_that_were_made_to_hurt(body: bytes) -> None:
    assert _parts(body, "multipart/form-data; boundary=b") == ({}, {}, "bad-input")


def test_a_large_upload_costs_a_few_times_its_size() -> None:
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="r.csv"\r\n\r\n'
    content = b"1;2;3\r\n--c\r\n" * 800_000
    tracemalloc.start()
    form, files, fault = _parts(head + content + b"\r\n--b--\r\n", 'multipart/form-data; boundary="b"')
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (form, files, fault) == ({}, {"file": content}, "")
    assert most < 5 * len(content)
