"""Each check of the booth sees the real thing broken: red, with the right sentence, in `doctor` and on the page."""

import json
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args
from uuid import uuid4

import pytest
import small_town as st
from counter_command import behind_the_window
from real_printer import real_printer
from technicians import hand
from waiting import until

from assets.texts import catalogue
from kiosk import health, settings, wiring
from kiosk.commands import doctor
from kiosk.counter.presenting.presenters import present
from kiosk.desk.technician import pages
from kiosk.health import CONDITIONS, NAMES, Check, Light, check_clock, check_disk, devices
from kiosk.store import facts
from printing import IppPrinter, NotReady, Readiness
from printing.job import Why
from sync import Answer, Hello, LineDown, RequestRefused, outbox

EL = catalogue("el").gettext


@pytest.fixture
def config(town, tmp_path: Path) -> Path:
    home = tmp_path / "booth"
    shutil.copytree(town.home, home)
    return home / "kiosk.toml"


def change(config: Path, before: str, after: str) -> None:
    text = config.read_text(encoding="utf-8")
    assert before in text
    config.write_text(text.replace(before, after), encoding="utf-8")


def names(config: Path) -> dict[Check, str]:
    """What doctor finds, by check."""
    return {one.check: one.name for one in doctor.examine(config)[1]}


def on_the_page(finding: health.Finding) -> str:
    """The row of the technician's page, in Greek."""
    shown = present(
        pages.TechnicianPage("health", pages.Told("Health of the booth"), None, pages.rows_of([finding])), "el"
    )
    (row,) = shown["blocks"]
    return f"{row['light']} {row['text']} {row['todo']}"


def test_a_booth_in_order(config: Path, desk) -> None:
    found = {one.check: one for one in health.examine(desk.booth)}
    assert {check for check, one in found.items() if one.light is Light.RED} == set()
    assert found[Check.CENTRE].name == "centre.silent", "the small town has no centre; that is no fault of the booth's"
    assert set(found) | {Check.SETTINGS, Check.CARD, Check.BALLOT, Check.STORING} == set(Check)


def test_every_condition_is_of_a_check_and_has_words_in_both_languages() -> None:
    for name, condition in CONDITIONS.items():
        assert Check(name.split(".")[0]) in NAMES
        assert bool(condition.todo) == (condition.light is not Light.GREEN), name
        for words in (condition.what, condition.todo):
            assert not words or EL(words) != words, name


def test_the_page_of_checks_lists_every_condition() -> None:
    page = (Path(__file__).parents[2] / "docs" / "doctor.md").read_text(encoding="utf-8")
    assert page.endswith(f"\n\n{doctor.table()}"), "kiosk doctor --table writes the part below the introduction"


def test_a_wrong_setting_is_told_with_key_and_value(config: Path) -> None:
    change(config, "fullscreen = false", "fullscreen = false\nidle_seconds = 3")
    wanted, found = doctor.examine(config)
    assert wanted is None and found[0].name == "settings.refused"
    assert "screen.idle_seconds = 3: expected" in str(found[0].values["fault"])
    assert "screen.idle_seconds" in on_the_page(found[0])


def test_a_wrong_key_for_the_database(config: Path) -> None:
    with wiring.open_booth(settings.load(config)):
        pass
    (config.parent / "store.key").write_text("11" * 32)
    assert names(config)[Check.DATABASE] == "database.wrong_key"


def test_a_damaged_page_is_found_and_named(config: Path, town) -> None:
    with wiring.open_booth(settings.load(config)) as booth:
        with booth.store.writing() as connection:
            for place in range(200):
                facts.put(connection, f"filling {place}", "x" * 2000)
        booth.store.fold()
    file = config.parent / "booth.db"
    with file.open("r+b") as raw:
        raw.seek(4096 * 20 + 100)
        raw.write(b"\0" * 300)
    found = {one.check: one for one in doctor.examine(config)[1]}
    assert found[Check.DATABASE].name == "database.damaged"
    assert "21" in str(found[Check.DATABASE].values["place"])
    assert on_the_page(found[Check.DATABASE]).startswith("fault Η βάση δεδομένων έχει βλάβη: 21")


def test_a_database_that_others_may_read(config: Path) -> None:
    with wiring.open_booth(settings.load(config)) as booth:
        booth.settings.store.file.chmod(0o644)
        assert health.check_database(booth.settings).name == "database.open_to_others"
    (config.parent / "signing.pem").chmod(0o640)
    assert "database.open_to_others" in {one.name for one in doctor.examine(config)[1]}


@pytest.mark.timeout(180, func_only=True)
def test_pcscd_stopped_and_a_reader_that_is_gone(config: Path, town, pcscd) -> None:
    change(config, 'reader = "virtual"', 'reader = "pcsc"\nname = "Municipal Test PCD"')
    loaded = settings.load(config)
    reader = wiring.reader_of(loaded)
    assert health.check_reader(reader).name == "reader.ok"
    change(config, 'name = "Municipal Test PCD"', 'name = "Another Maker"')
    gone = health.check_reader(wiring.reader_of(settings.load(config)))
    assert gone.name == "reader.missing" and "αναγνώστης" in on_the_page(gone)
    pcscd.stop()
    stopped = health.check_reader(reader)
    assert stopped.name == "reader.no_service"
    assert on_the_page(stopped) == (
        "fault Η υπηρεσία καρτών (pcscd) δεν λειτουργεί. "
        "Ξεκινήστε την: systemctl start pcscd. Αν σταματήσει ξανά, διαβάστε το ημερολόγιό της."
    )


@pytest.mark.parametrize("why", get_args(Why))
def test_whatever_a_printer_says_stands_in_the_row_in_words(why: Any) -> None:
    class Says:
        def look(self) -> Readiness:
            return NotReady(why)

    row = on_the_page(health.check_printer(Says()))
    latin = re.findall(r"[a-z][a-z_-]+", row.partition(" ")[2])
    assert set(latin) <= {"ipps", "printer", "trusted_links", "toner"}, "the driver's own names are nobody's words"


def test_a_line_without_a_lock_in_a_file_of_before_is_a_red_row_and_no_more(config: Path) -> None:
    change(config, 'kind = "folder"', 'kind = "ipp"\nuri = "ipp://192.0.2.7/ipp/print"')
    row = health.check_printer(wiring.printer_of(settings.load(config)))
    assert row.name == "printer.open-line" and on_the_page(row).startswith("fault ")


@pytest.fixture
def printer(tmp_path: Path) -> Iterator[object]:
    folder = tmp_path / "printer"
    folder.mkdir()
    with real_printer(folder) as one:
        yield one


def test_a_real_printer_without_paper_jammed_and_switched_off(config: Path, printer, desk) -> None:
    change(config, 'kind = "folder"', f'kind = "ipp"\nuri = "{printer.uri}"')
    ours = wiring.printer_of(settings.load(config))
    assert health.check_printer(ours).name == "printer.ok"
    printer.load(sheets=0)
    until(lambda: health.check_printer(ours).name == "printer.paper-out")
    printer.load()
    until(lambda: health.check_printer(ours).name == "printer.ok")
    with printing(printer, desk, "jam") as outcome:
        until(lambda: health.check_printer(ours).name == "printer.jam")
        assert on_the_page(health.check_printer(ours)).startswith("fault Μπλοκαρισμένο χαρτί")
        printer.put_right()
    assert type(outcome[0]).__name__ == "Printed", "the check looked, and left the job alone"
    printer.switch_off()
    assert health.check_printer(ours).name == "printer.gone"


@contextmanager
def printing(printer, desk, mood: str) -> Iterator[list[object]]:
    """A resident's paper is in the printer meanwhile."""
    printer.mood(mood)
    page = desk.booth.press.make(devices._nobody(desk.booth.clock()))
    outcome: list[object] = []
    line = IppPrinter(printer.uri, look_seconds=0.05)
    job = threading.Thread(target=lambda: outcome.append(line.print(page, uuid4(), wait_seconds=60)))
    job.start()
    yield outcome
    job.join(60)
    line.close()


def test_a_press_without_its_seal(config: Path) -> None:
    (config.parent / "seal.p12").write_bytes(b"no seal")
    found = names(config)
    assert found[Check.KEYS] == "keys.unusable" and found[Check.PRESS] == "press.failed"


def test_certificates_that_ended_or_end_soon(config: Path, town) -> None:
    loaded = settings.load(config)
    years = timedelta(days=365 * 3)
    assert health.check_keys(loaded.keys, loaded.store, town.now).name == "keys.ok"
    assert health.check_keys(loaded.keys, loaded.store, town.now + years).name == "keys.ended"
    assert health.check_anchors(loaded.anchors, town.now).name == "anchors.ok"
    (config.parent / "root.pem").unlink()
    assert health.check_anchors(loaded.anchors, town.now).name == "anchors.unusable"
    assert names(config)[Check.ANCHORS] == "anchors.unusable"


def test_a_disk_that_fills(tmp_path: Path) -> None:
    for free, name, said in (
        (100, "disk.full", "100 MB"), (1000, "disk.low", "1000 MB"), (10239, "disk.ok", "10239 MB"),
        (10240, "disk.ok", "10 GB"), (9_000_000, "disk.ok", "8789 GB"),
    ):  # fmt: skip
        found = check_disk(tmp_path, usage=lambda _path, free=free: (0, 0, free * 1024 * 1024))
        assert found.name == name and found.values["free"] == said


def test_a_clock_that_is_off_or_cannot_be_right(town) -> None:
    day = timedelta(days=1)
    assert check_clock(town.now, timedelta(0), town.now - day).name == "clock.ok"
    assert check_clock(town.now, timedelta(minutes=5), None).name == "clock.off"
    assert check_clock(town.now - 3 * day, timedelta(0), town.now).name == "clock.in_doubt"


def test_an_empty_booth_and_an_old_revocation_list(open_desk) -> None:
    with open_desk() as desk:
        assert health.check_matter(desk.booth).name == "matter.empty"
        desk.fill()
        assert health.check_matter(desk.booth).name == "matter.ok"
    with open_desk(ahead=timedelta(days=8)) as desk:
        assert health.check_matter(desk.booth).name == "matter.old"
    with open_desk(ahead=timedelta(days=25)) as desk:
        assert health.check_matter(desk.booth).name == "matter.too_old"


def test_a_queue_that_is_stuck_and_acts_that_were_refused(open_desk) -> None:
    from kiosk.technician import Did, did

    with open_desk() as desk:
        did(desk.booth, hand(desk), Did.CLEANED)
        assert health.check_queue(desk.booth).name == "queue.ok"
    with open_desk(ahead=timedelta(days=3)) as desk:
        found = health.check_queue(desk.booth)
        assert found.name == "queue.stuck" and on_the_page(found).startswith(
            "care Η παλιότερη πράξη περιμένει 3 ημέρες"
        )
        with desk.booth.store.writing() as connection:
            (waiting,) = outbox.pending(connection, 10)
            outbox.acknowledge(connection, [Answer(waiting.id, "rejected", "unknown-kind")])
        assert health.check_queue(desk.booth).name == "queue.refused"


class Line:
    def __init__(self, answer: Callable[[], Hello]) -> None:
        self.hello = answer


def test_a_centre_that_is_silent_or_says_no(town) -> None:
    def silent() -> Hello:
        raise LineDown("ConnectionError")

    def no() -> Hello:
        raise RequestRefused("suspended", status=401)

    assert health.check_centre(Line(silent), "never").name == "centre.silent"
    refused = health.check_centre(Line(no), "never")
    assert refused.name == "centre.refused" and "suspended" in on_the_page(refused)
    well = health.check_centre(Line(lambda: Hello(1, town.now, st.MUNICIPALITY)), "never")
    assert well.light is Light.GREEN


def test_without_belenios_tool(config: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = names(config)
    assert found[Check.PROGRAMS] == "programs.missing" and found[Check.SOUND] == "sound.missing"


def test_the_command_ends_with_one_where_something_is_red(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from kiosk.commands import cli

    shutil.rmtree(config.parent / "papers")
    assert cli.main(["doctor", "--config", str(config), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["light"] == "red"
    (paper,) = [row for row in told["checks"] if row["check"] == "printer"]
    assert paper["light"] == "red" and paper["todo"]


def test_the_hand_over_sheet_is_sealed_and_tells_all(config: Path, tmp_path: Path) -> None:
    import paper_judges

    from kiosk.commands import cli

    out = tmp_path / "sheet.pdf"
    assert cli.main(["doctor", "--config", str(config), "--acceptance", str(out)]) in (0, 1)
    said = paper_judges.text(out)
    for check in (Check.DATABASE, Check.READER, Check.PRINTER, Check.KEYS):
        assert EL(NAMES[check]).split()[0] in said
    assert "Παράδοση" in said and "υπογραφή" in said


def test_a_check_keeps_nothing(config: Path) -> None:
    before = {file.name for file in config.parent.iterdir()}
    doctor.examine(config)
    after = {file.name for file in config.parent.iterdir()}
    assert after - before <= {"booth.db", "booth.db-wal", "booth.db-shm", "store.mark"}
    assert list((config.parent / "papers").iterdir()) == []


@pytest.mark.parametrize("file", ["signing.pem", "seal.p12", "store.key"])
def test_the_window_does_not_open_over_a_key_that_others_can_read(
    config: Path, file: str, capsys: pytest.CaptureFixture[str]
) -> None:

    (config.parent / file).chmod(0o644)
    assert behind_the_window(config) == 78
    assert f"Και άλλοι σε αυτόν τον υπολογιστή μπορούν να διαβάσουν το {file}." in capsys.readouterr().err


def test_the_window_does_not_open_before_the_last_known_time(config: Path, capsys: pytest.CaptureFixture[str]) -> None:

    with wiring.open_booth(settings.load(config)) as booth, booth.store.writing() as connection:
        facts.put_moment(connection, facts.HEARD, booth.clock() + timedelta(days=2))
    assert behind_the_window(config) == 78
    assert "Το ρολόι δεν μπορεί να είναι σωστό" in capsys.readouterr().err


def test_settings_of_the_last_good_start_are_offered(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from kiosk.kernel.upkeep import settings_file

    settings_file.keep_good(config, settings.load(config))
    change(config, "fullscreen = false", "fullscreen = 7")
    assert behind_the_window(config) == 78
    said = capsys.readouterr().err
    assert "screen.fullscreen = 7: expected" in said and "kiosk run --last-good" in said


def test_metrics_are_one_line_a_check(config: Path, tmp_path: Path) -> None:
    from kiosk.commands import cli

    out = tmp_path / "kiosk.prom"
    cli.main(["doctor", "--config", str(config), "--json", "--metrics", str(out)])
    text = out.read_text(encoding="utf-8")
    assert 'kiosk_check_light{check="disk",condition="disk.ok"} 0' in text
    assert 'kiosk_check_light{check="matter",condition="matter.empty"} 2' in text
