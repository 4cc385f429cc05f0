"""The states of one print job, and how a printer's words are read."""

from __future__ import annotations

import io
from typing import Any
from uuid import uuid4

import pytest
from pikepdf import ObjectStreamMode, Pdf

from printing import JobState, NotPrinted, Printed, PrintJob, Unknown
from printing.ipp.obstacles import _fault, _unfit
from printing.job import WrongOrder
from printing.pages import pages_of

FIT = {
    "printer-state": 3,
    "printer-state-reasons": "none",
    "printer-is-accepting-jobs": True,
    "media-supported": ["na_letter_8.5x11in", "iso_a4_210x297mm"],
    "media-ready": "iso_a4_210x297mm",
    "document-format-supported": ["application/octet-stream", "application/pdf"],
}


def _pdf(pages: int, **how: Any) -> bytes:
    with Pdf.new() as made:
        for _ in range(pages):
            made.add_blank_page(page_size=(595, 842))
        out = io.BytesIO()
        made.save(out, **how)
    return out.getvalue()


@pytest.mark.parametrize(
    ("pdf", "pages"),
    [
        (_pdf(1), 1),
        (_pdf(2), 2),
        (_pdf(3, object_stream_mode=ObjectStreamMode.generate), 3),
        (_pdf(2, object_stream_mode=ObjectStreamMode.generate)[:-200], 1),
        (b"", 1),
        (b"%PDF-1.4 no PDF", 1),
        (b"%PDF-1.4 /Count 0", 1),
        (b"%PDF-1.4 /Count 3 /Count " + b"9" * 5000, 3),
    ],
)
def test_how_many_pages_a_paper_has(pdf: bytes, pages: int) -> None:
    assert pages_of(pdf) == pages


def test_a_sealed_paper_of_two_pages_has_two(press: Any, family: Any) -> None:
    assert [pages_of(press.make(family(members))) for members in (2, 14)] == [1, 2]


def _job() -> PrintJob:
    return PrintJob(uuid4(), "ΑΑΚ1/2026/000123")


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Printed(1), JobState.PRINTED),
        (NotPrinted("jam"), JobState.NOT_PRINTED),
        (Unknown("line-lost"), JobState.UNKNOWN),
    ],
)
def test_it_goes_through_its_states(outcome: Any, state: JobState) -> None:
    job = _job().submitting().submitted().finished(outcome)
    assert (job.state, job.outcome, job.state.final) == (state, outcome, True)


def test_it_never_goes_back_or_skips() -> None:
    done = _job().submitting().finished(Printed(1))
    for wrong in (
        lambda: _job().finished(Printed(1)),
        lambda: _job().submitted(),
        lambda: done.submitting(),
        lambda: done.finished(Unknown("restarted")),
        lambda: _job().submitting().submitting(),
    ):
        with pytest.raises(WrongOrder):
            wrong()


def test_what_a_restarted_booth_may_say() -> None:
    assert _job().after_restart().state is JobState.NOT_PRINTED
    assert _job().submitting().after_restart().outcome == Unknown("restarted")
    assert _job().submitting().submitted().after_restart().outcome == Unknown("restarted")
    done = _job().submitting().finished(Printed(1))
    assert done.after_restart() is done


@pytest.mark.parametrize("severity", ["", "-report", "-warning", "-error"])
@pytest.mark.parametrize(
    ("reason", "why"), [("media-empty", "paper-out"), ("media-jam", "jam"), ("cover-open", "door-open")]
)
def test_the_start_of_the_keyword_decides(reason: str, severity: str, why: str) -> None:
    assert _fault({"printer-state-reasons": ["toner-low-warning", reason + severity]}) == why


def test_what_is_only_low_is_no_fault() -> None:
    assert _fault({"printer-state-reasons": ["media-low-warning", "toner-low-report", "none"]}) is None
    assert _fault({"printer-state-reasons": "fuser-over-temp-error"}) == "fault"
    assert _fault({}) is None


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({}, None),
        ({"printer-state": 5}, "stopped"),
        ({"printer-is-accepting-jobs": False}, "refused"),
        ({"document-format-supported": "image/urf"}, "no-pdf"),
        ({"media-ready": "na_letter_8.5x11in"}, "no-a4"),
        ({"media-supported": "na_letter_8.5x11in", "media-ready": None}, "no-a4"),
        ({"media-ready": None}, None),
    ],
)
def test_what_makes_a_printer_unfit(change: dict[str, Any], why: str | None) -> None:
    assert _unfit({**FIT, **change}) == why
