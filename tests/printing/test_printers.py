"""What every printer owes, tried on the pretend one and on a real one; then the accidents of the real one."""

from __future__ import annotations

import errno
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from printing import FolderPrinter, IppPrinter, NotPrinted, NotReady, Press, Printed, Printer, Ready, Unknown
from printing.ipp.wire import Operation, Wire


@pytest.fixture(scope="module")
def one_page(press: Press, family: Any) -> bytes:
    return press.make(family(2))


@pytest.fixture(scope="module")
def two_pages(press: Press, family: Any) -> bytes:
    return press.make(family(14))


def _ipp(printer: Any, **changes: Any) -> IppPrinter:
    return IppPrinter(printer.uri, **{"look_seconds": 0.03, "settle_seconds": 0.5, "answer_seconds": 60, **changes})


class _Place:
    """A printer with what the contract needs to see and do from outside."""

    def __init__(self, printer: Printer, papers: Callable[[], list[Path]], go: Callable[[], None]) -> None:
        self.printer, self.papers, self.make_unfit = printer, papers, go


@pytest.fixture(params=["folder", "ipp"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[_Place]:
    if request.param == "folder":
        folder = tmp_path / "papers"
        folder.mkdir()
        yield _Place(FolderPrinter(folder), lambda: sorted(folder.iterdir()), lambda: folder.rename(tmp_path / "away"))
    else:
        real = request.getfixturevalue("real_printer")
        printer = _ipp(real)
        yield _Place(printer, real.papers, real.switch_off)
        printer.close()


class TestEveryPrinter:
    def test_prints_what_it_was_given(self, place: _Place, two_pages: bytes) -> None:
        assert place.printer.ready() == Ready()
        assert place.printer.print(two_pages, uuid4(), wait_seconds=5) == Printed(2)
        (paper,) = place.papers()
        assert paper.read_bytes() == two_pages

    def test_names_the_job_by_its_id_alone(self, place: _Place, one_page: bytes) -> None:
        job = uuid4()
        assert place.printer.print(one_page, job, wait_seconds=5) == Printed(1)
        assert [paper.name[:36] for paper in place.papers()] == [str(job)]

    def test_never_prints_one_job_twice(self, place: _Place, one_page: bytes) -> None:
        job = uuid4()
        assert place.printer.print(one_page, job, wait_seconds=5) == Printed(1)
        assert place.printer.print(one_page, job, wait_seconds=5) == NotPrinted("already-used")
        assert len(place.papers()) == 1

    def test_is_ready_again_after_a_paper(self, place: _Place, one_page: bytes) -> None:
        for count in (1, 2, 3):
            assert place.printer.print(one_page, uuid4(), wait_seconds=5) == Printed(1)
            assert place.printer.ready() == Ready()
            assert len(place.papers()) == count

    def test_that_is_away_says_so_and_takes_nothing(self, place: _Place, one_page: bytes) -> None:
        place.make_unfit()
        readiness = place.printer.ready()
        assert isinstance(readiness, NotReady)
        assert place.printer.print(one_page, uuid4(), wait_seconds=1) == NotPrinted(readiness.why)


class TestFolder:
    def test_a_folder_that_cannot_be_written(self) -> None:
        assert FolderPrinter(Path("/proc")).ready() == NotReady("not-writable")

    def test_a_file_in_the_place_of_the_folder(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        assert FolderPrinter(tmp_path / "file").ready() == NotReady("no-folder")

    def test_a_full_disk(self, tmp_path: Path, one_page: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "statvfs", lambda _: SimpleNamespace(f_blocks=9, f_bavail=1, f_frsize=4096))
        assert FolderPrinter(tmp_path).ready() == NotReady("disk-full")

    def test_a_disk_that_fills_meanwhile_leaves_nothing(
        self, tmp_path: Path, one_page: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(_: int) -> None:
            raise OSError(errno.ENOSPC, "full")

        monkeypatch.setattr(os, "fsync", full)
        assert FolderPrinter(tmp_path).print(one_page, uuid4(), wait_seconds=1) == NotPrinted("disk-full")
        assert list(tmp_path.iterdir()) == []


@pytest.fixture
def ipp(real_printer: Any) -> Iterator[IppPrinter]:
    printer = _ipp(real_printer)
    yield printer
    printer.close()


def _soon(seconds: float, act: Callable[[], None]) -> threading.Timer:
    timer = threading.Timer(seconds, act)
    timer.start()
    return timer


def _once_inside(printer: Any, act: Callable[[], None]) -> threading.Thread:
    """Does `act` when the printer has taken a document and has had time to say so."""

    def wait_and_act() -> None:
        _await(lambda: list((printer.folder / "spool").iterdir()) != [])
        threading.Event().wait(0.7)
        act()

    thread = threading.Thread(target=wait_and_act)
    thread.start()
    return thread


def _once_given_up(ipp: IppPrinter, act: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Does `act` when `ipp` has heard of a fault, has waited, and has cancelled; however long a busy machine takes."""
    cancel = ipp._cancel
    monkeypatch.setattr(ipp, "_cancel", lambda number: (cancel(number), act()))


class TestIpp:
    def test_the_resident_loads_paper_in_time(self, ipp: IppPrinter, real_printer: Any, one_page: bytes) -> None:
        real_printer.mood("empty")
        soon = _soon(0.4, real_printer.put_right)
        assert ipp.print(one_page, uuid4(), wait_seconds=60) == Printed(1)
        soon.join()

    def test_paper_out_and_nobody_loads_it(
        self, ipp: IppPrinter, real_printer: Any, one_page: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real_printer.mood("empty")
        patient = _ipp(real_printer, settle_seconds=60)
        _once_given_up(patient, real_printer.give_up, monkeypatch)
        assert patient.print(one_page, uuid4(), wait_seconds=0.4) == NotPrinted("paper-out")
        patient.close()
        real_printer.mood("good")
        assert ipp.ready() == Ready()
        assert real_printer.papers() == []

    def test_what_comes_out_late_was_declared_unknown(
        self, ipp: IppPrinter, real_printer: Any, one_page: bytes
    ) -> None:
        """A cancelled job still comes out of this printer. Its number is void, and no one prints behind it."""
        real_printer.mood("empty")
        late = uuid4()
        assert ipp.print(one_page, late, wait_seconds=0.2) == Unknown("still-inside")
        assert isinstance(ipp.ready(), NotReady)
        assert isinstance(ipp.print(one_page, uuid4(), wait_seconds=0.2), NotPrinted)
        real_printer.put_right()
        _await(lambda: ipp.ready() == Ready())
        assert [paper.name[:36] for paper in real_printer.papers()] == [str(late)]

    def test_a_jam_never_ends_as_not_printed(
        self, ipp: IppPrinter, real_printer: Any, one_page: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real_printer.mood("jam")
        _once_given_up(ipp, real_printer.give_up, monkeypatch)
        assert ipp.print(one_page, uuid4(), wait_seconds=0.3) == Unknown("still-inside")

    @pytest.mark.parametrize("mood", ["uncounted", "half", "broken"])
    def test_what_is_not_counted_is_not_printed_for_certain(
        self, ipp: IppPrinter, real_printer: Any, one_page: bytes, mood: str
    ) -> None:
        real_printer.mood(mood)
        assert ipp.print(one_page, uuid4(), wait_seconds=2) == Unknown("not-counted")

    def test_empty_trays_and_foreign_paper_are_seen_before(self, ipp: IppPrinter, real_printer: Any) -> None:
        real_printer.load(sheets=0)
        assert ipp.ready() == NotReady("paper-out")
        real_printer.load("na_letter_8.5x11in")
        assert ipp.ready() == NotReady("no-a4")
        real_printer.load()
        assert ipp.ready() == Ready()

    def test_nothing_prints_later_when_it_was_off(self, ipp: IppPrinter, real_printer: Any, one_page: bytes) -> None:
        real_printer.switch_off()
        assert ipp.ready() == NotReady("gone")
        assert ipp.print(one_page, uuid4(), wait_seconds=1) == NotPrinted("gone")
        real_printer.switch_on()
        real_printer.load()
        assert ipp.ready() == Ready()
        next_one = uuid4()
        assert ipp.print(one_page, next_one, wait_seconds=2) == Printed(1)
        assert [paper.name[:36] for paper in real_printer.papers()] == [str(next_one)]

    def test_the_plug_is_pulled_while_it_prints(self, ipp: IppPrinter, real_printer: Any, one_page: bytes) -> None:
        real_printer.mood("slow")
        cut = _once_inside(real_printer, real_printer.switch_off)
        assert ipp.print(one_page, uuid4(), wait_seconds=10) == Unknown("line-lost")
        cut.join()

    def test_after_a_power_cut_another_job_has_the_number(
        self, ipp: IppPrinter, real_printer: Any, one_page: bytes
    ) -> None:
        real_printer.mood("slow")

        def power_cut() -> None:
            real_printer.switch_off()
            real_printer.switch_on()
            Wire(real_printer.uri).ask(Operation.CREATE_JOB, {"job-name": "somebody else"}, {"copies": 1})

        cut = _once_inside(real_printer, power_cut)
        # Longer than the printer takes to come back: a line that stays silent is told as lost.
        assert ipp.print(one_page, uuid4(), wait_seconds=60) == Unknown("forgotten")
        cut.join()

    def test_one_job_in_flight(self, ipp: IppPrinter, real_printer: Any, one_page: bytes) -> None:
        real_printer.mood("slow")
        outcomes: list[Any] = []
        first = threading.Thread(target=lambda: outcomes.append(ipp.print(one_page, uuid4(), wait_seconds=5)))
        first.start()
        _await(lambda: list((real_printer.folder / "spool").iterdir()) != [])
        assert ipp.ready() == NotReady("busy")
        assert ipp.print(one_page, uuid4(), wait_seconds=5) == NotPrinted("busy")
        assert _ipp(real_printer).print(one_page, uuid4(), wait_seconds=5) in (
            NotPrinted("busy"),
            NotPrinted("refused"),
        )
        real_printer.put_right()
        first.join()
        assert len(real_printer.papers()) <= 1

    def test_a_left_over_of_ours_is_cancelled_first(self, ipp: IppPrinter, real_printer: Any, one_page: bytes) -> None:
        ours = Wire(real_printer.uri, user=ipp._owner)
        assert ours.ask(Operation.CREATE_JOB, {"job-name": str(uuid4())}, {"copies": 1}).ok
        assert ipp.ready() == Ready()
        assert ipp.print(one_page, uuid4(), wait_seconds=5) == Printed(1)
        assert len(real_printer.papers()) == 1

    def test_two_booths_on_one_printer_leave_each_other_alone(
        self, ipp: IppPrinter, real_printer: Any, one_page: bytes
    ) -> None:
        real_printer.mood("slow")
        other, job, outcomes = _ipp(real_printer, owner="booth-2", answer_seconds=60), uuid4(), []
        first = threading.Thread(target=lambda: outcomes.append(ipp.print(one_page, job, wait_seconds=60)))
        first.start()
        _await(lambda: list((real_printer.folder / "spool").iterdir()) != [])
        assert other.ready() == other.look() == NotReady("busy")
        assert other.print(one_page, uuid4(), wait_seconds=1) == NotPrinted("busy")
        real_printer.put_right()
        first.join()
        assert outcomes == [Printed(1)]
        assert other.ready() == Ready()
        assert [paper.name[:36] for paper in real_printer.papers()] == [str(job)]

    def test_one_of_two_pages_came_out(self, ipp: IppPrinter, real_printer: Any, two_pages: bytes) -> None:
        real_printer.mood("one")
        assert ipp.print(two_pages, uuid4(), wait_seconds=60) == Unknown("not-counted")

    def test_over_tls_with_the_certificate_that_it_made_itself(self, real_printer: Any, one_page: bytes) -> None:
        uri = real_printer.uri.replace("ipp:", "ipps:")
        printer = IppPrinter(uri, fingerprint=real_printer.fingerprint(), look_seconds=0.03, answer_seconds=60)
        assert printer.ready() == Ready()
        assert printer.print(one_page, uuid4(), wait_seconds=60) == Printed(1)
        assert IppPrinter(uri, fingerprint="00" * 32).ready() == NotReady("wrong-certificate")

    def test_it_asks_for_a4_on_one_side(self, ipp: IppPrinter, real_printer: Any, one_page: bytes) -> None:
        real_printer.remember_request()
        assert ipp.print(one_page, uuid4(), wait_seconds=5) == Printed(1)
        said = real_printer.request()
        assert "IPP_MEDIA=iso_a4_210x297mm" in said
        assert "IPP_SIDES=one-sided" in said
        assert "IPP_COPIES=1" in said

    def test_a_proxy_of_the_environment_is_not_used(
        self, ipp: IppPrinter, one_page: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("http_proxy", "http://localhost:9")
        assert ipp.ready() == Ready()

    def test_a_wrong_address_is_refused(self) -> None:
        with pytest.raises(ValueError, match="ipp://"):
            IppPrinter("http://localhost/")


def _await(holds: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)
