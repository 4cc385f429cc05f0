"""Every screen of the booth with sample data: the residents', and the technician's as a small booth really shows them.

The technician's pages come from the functions that make them for a technician, so that a picture has every row.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, timedelta
from functools import cache
from pathlib import Path
from unittest.mock import patch

from ballot_box.officials import FINGERPRINT_BYTES, code_of
from kiosk.demo.technician_booth import Jammed, doubt_clock, refuse_all, small_booth, technicians_hand
from kiosk.desk.blocks import Told
from kiosk.desk.pages import Work
from kiosk.desk.technician import officials as officials_pages
from kiosk.desk.technician import pages, papers, parts
from kiosk.desk.technician import rounds as round_pages
from kiosk.desk.technician import scanner as scanner_pages
from kiosk.desk.technician import settings as settings_pages
from kiosk.desk.technician.touch import mark
from kiosk.desk.views import View
from kiosk.devices.scanner import SimulatedScanner
from kiosk.health import found
from kiosk.kernel.booth import Booth
from kiosk.kernel.hand import Hand
from kiosk.store.faults import Fault
from kiosk.technician import paper, power, rounds, screen, switches
from kiosk.technician.switches import Reason
from kiosk.ui.gallery.samples import NOW
from kiosk.ui.gallery.samples import samples as residents_samples
from sync import Report, Stage

_ADDRESS = "centre.url"


def samples() -> dict[str, View]:
    """By a name fit for a file."""
    return {**residents_samples(), **technicians_samples()}


@cache
def technicians_samples() -> dict[str, View]:
    """Each page that a technician can come to, at a booth that is made once and thrown away."""
    with tempfile.TemporaryDirectory(prefix="municipal-atm-pictures-") as folder:
        home = Path(folder)
        with small_booth(home / "booth", NOW.astimezone(UTC)) as booth:
            # In this order: each leaves its lines in the journal and its letters in the queue.
            by = technicians_hand(booth.clock())
            named = {
                **_first(booth, by),
                **_papers(booth, by),
                **_settings(booth, by),
                **_rounds(booth, by, home),
                **_power(booth, by),
            }
    return {f"technician-{name}" if name else "technician": page for name, page in named.items()}


def _first(booth: Booth, by: Hand) -> dict[str, View]:
    """What a technician sees who comes to a booth whose printer is jammed."""
    jammed = replace(booth, printer=Jammed())
    shown: dict[str, View] = {
        "": pages.home(jammed),
        "health": pages.health(jammed),
        "screen-untried": parts.device(booth, "screen"),
        "scanner": scanner_pages.scanner(booth),
        "touch": mark("bottom_right"),
        "touch-middle": mark("middle"),
        "work": Work(what=Told(round_pages.STAGES["push"]), done=120, total=300),
        "not-stored": pages.not_stored(Fault.FULL),
    }
    screen.tried(booth, by, ["top_right", "bottom_left"])
    switches.switch_off(booth, by, "votes", Reason.TOWN_HALL)
    shown |= {
        "screen": parts.device(booth, "screen"),
        "devices": parts.devices(jammed),
        "device": parts.device(jammed, "printer"),
        "service": parts.service(jammed, "certificates"),
        "services": parts.services(jammed),
        "why": parts.why(booth, "certificates"),
        "tried": parts.came_of_it(
            booth,
            "disk",
            [found("disk.ok", free="94 GB"), found("database.ok"), found("storing.ok", milliseconds=12)],
        ),
        "rehearsal": pages.rehearsed(
            [
                found("card.ok"),
                found("ballot.ok", seconds="0,8"),
                found("storing.ok", milliseconds=12),
                found("press.ok", seconds=1),
            ]
        ),
    }
    switches.switch_on(booth, by, "votes")
    return shown | _scanner(replace(booth, scanner=SimulatedScanner()), by)


def _scanner(booth: Booth, by: Hand) -> dict[str, View]:
    return {
        "scanner-try": scanner_pages.waiting(booth, by),
        "scanner-came": scanner_pages.came(booth, 25),
    }


def _papers(booth: Booth, by: Hand) -> dict[str, View]:
    jammed = replace(booth, printer=Jammed())
    paper.changed(booth, by)
    return {
        "test-page": papers.test_page(booth, by),
        "test-page-jam": papers.test_page(jammed, by),
        "paper": papers.paper(booth),
    }


def _settings(booth: Booth, by: Hand) -> dict[str, View]:
    volume = "sound.volume"
    return {
        "value": settings_pages.choose(booth, volume),
        "text": settings_pages.choose(booth, "printer.uri"),
        "text-fault": settings_pages.changed(booth, _ADDRESS, "ftp://centre.example.gr"),
        "text-long": settings_pages.changed(booth, _ADDRESS, "ftp://" + "kiosk." * 8 + "example.gr/booths"),
        "change": settings_pages.changed(booth, volume, "80"),
        "saved": settings_pages.saved(booth, by, volume, "80"),
        "settings": officials_pages.among_settings(booth),
        **_officials(booth, by),
    }


def _officials(booth: Booth, by: Hand) -> dict[str, View]:
    """None are known, then some: typed, started anew, and their record has come."""
    first, second = (code_of(digit * 2 * FINGERPRINT_BYTES, FINGERPRINT_BYTES) for digit in ("5", "c"))
    shown: dict[str, View] = {
        "officials-none": officials_pages.page(booth),
        "officials-first": officials_pages.changed(booth, first),
        "officials-fault": officials_pages.changed(booth, first[:-1]),
        "officials-saved": officials_pages.saved(booth, by, first),
        "officials-typed": officials_pages.page(booth),
    }
    names = ("Υπεύθυνος μητρώου", "Πρόεδρος συμβουλίου", "Διευθύντρια 1ου Λυκείου", "Δημοτικός σύμβουλος")
    come = found("officials.ok", term="2024-2028", names=names, fingerprint=first)
    known = replace(
        booth,
        anchors=replace(booth.anchors, officials=first),
        matters=tuple(replace(one, checks=(lambda _booth: come,) if one.checks else ()) for one in booth.matters),
    )
    return shown | {
        "officials": officials_pages.page(known),
        "officials-change": officials_pages.changed(known, second),
    }


def _rounds(booth: Booth, by: Hand, home: Path) -> dict[str, View]:
    stick = home / "stick"
    stick.mkdir()
    shown: dict[str, View] = {"sync": round_pages.sync(booth)}
    with _sticks([]):
        shown["no-stick"] = round_pages.stick_round(booth, by)
    with _sticks([stick]):
        shown["stick"] = round_pages.stick_round(booth, by)
        shown["journal-stick"] = papers.journal_written(booth, by)
    refuse_all(booth)
    return shown | {
        "queue": pages.queue(booth),
        "journal": papers.journal(booth),
        "round": round_pages.round_told(_report()),
        "round-cut": round_pages.round_told(_report("line down: timed out")),
        "round-full": round_pages.round_told(rounds.Full(Fault.FULL)),
    }


@contextmanager
def _sticks(there: list[Path]) -> Iterator[None]:
    """Sticks that are mounted are looked for on the machine: a picture must not depend on what is in it today."""
    with patch.object(rounds, "sticks", lambda: list(there)):
        yield


def _report(problem: str = "") -> Report:
    stages = (Stage("hello"), Stage("push", problem), Stage("pull", problem), Stage("status", problem))
    return Report(
        started=NOW,
        sent=42,
        accepted=0 if problem else 40,
        duplicate=0 if problem else 1,
        rejected=0 if problem else 1,
        pulled=0 if problem else 17,
        applied=0 if problem else 17,
        set_aside=0,
        released=0,
        clock_offset=timedelta(0),
        stages=stages,
    )


def _power(booth: Booth, by: Hand) -> dict[str, View]:
    shown: dict[str, View] = {"booth": pages.booth(booth), "booth-clock": pages.booth(doubt_clock(booth))}
    power.take_out(booth, by)
    power.cleaned(booth, by)
    return shown | {"booth-out": pages.booth(booth)}
