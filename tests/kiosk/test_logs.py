"""The booth's log: JSON for journald, words for a terminal, more of them for an hour; never who, what, or whether."""

import io
import json
import logging
import queue
import sys
import threading
import time
from collections import Counter as Tally
from collections.abc import Callable, Iterator

import leaks
import pytest
import small_town as st
from lobby_house import face
from technicians import hand
from waiting import until

from card_reader import VirtualReader
from kiosk.counter.counter import Counter
from kiosk.counter.lanes import Crashed, Lanes
from kiosk.counter.showing import Deed, Touch
from kiosk.desk.lobby import Lobby
from kiosk.desk.pages import Done, Problem
from kiosk.desk.technician.views import TechnicianPage
from kiosk.desk.views import Attract, Menu, PinEntry
from kiosk.desk.work import Lane, Run
from kiosk.devices import logs
from kiosk.devices.telling import TellingConnection, TellingPrinter, TellingReader
from kiosk.matters import MATTERS
from kiosk.technician import power
from municipality.log_lines import event
from printing import NotPrinted, NotReady, Printed, Ready, Unknown

LOG = logging.getLogger("kiosk.test")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., io.StringIO]]:
    """Starts the log as the command line does, onto a page of paper."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level, sys.excepthook, threading.excepthook, sys.unraisablehook)

    def start(page: io.StringIO | None = None) -> io.StringIO:
        page = page if page is not None else io.StringIO()
        monkeypatch.setattr(sys, "stderr", page)
        logs.start()
        return page

    yield start
    root.handlers[:], root.level = before[0], before[1]
    sys.excepthook, threading.excepthook, sys.unraisablehook = before[2:]


def lines(page: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in page.getvalue().splitlines()]


# Its form


def test_a_line_is_an_object_with_time_level_logger_and_event(started) -> None:
    page = started()
    event(LOG, logging.INFO, "reader", state="no-card", reason="")
    LOG.warning("%s does not play", "Ζωγραφοπούλου")
    logging.getLogger("elsewhere").error("Ζωγραφοπούλου")
    first, second, third = lines(page)
    assert first.items() >= {"level": "info", "logger": "kiosk.test", "event": "reader", "state": "no-card"}.items()
    assert "reason" not in first and str(first["time"]).endswith("+00:00")
    assert second["wording"] == "%s does not play" and third["wording"] == ""
    assert "Ζωγραφοπούλου" not in page.getvalue()
    with pytest.raises(ValueError, match="no such fields"):
        event(LOG, logging.INFO, "reader", card=st.ANNA)


@pytest.mark.parametrize("page", [io.StringIO, Terminal])
def test_of_an_exception_its_type_and_places_are_said_and_not_its_text(started, page: type[io.StringIO]) -> None:
    page = started(page())

    def die() -> None:
        raise RuntimeError("Ζωγραφοπούλου")

    thread = threading.Thread(target=die)
    thread.start()
    thread.join()
    said = page.getvalue()
    assert "RuntimeError" in said and "die test_logs.py:" in said and "Ζωγραφοπούλου" not in said
    if not page.isatty():
        (line,) = lines(page)
        assert line["event"] == "crashed" and line["exception"] == "RuntimeError" and line["level"] == "critical"


def test_a_terminal_has_plain_text(started) -> None:
    page = started(Terminal())
    event(LOG, logging.INFO, "paper", state="printed")
    assert page.getvalue().endswith("INFO kiosk.test: paper state=printed\n")


# An hour of more words


@pytest.mark.slow
def test_more_words_are_said_during_the_hour_and_not_before_or_after(started, desk) -> None:
    page = started()
    event(LOG, logging.DEBUG, "before")
    power.more_log(desk.booth, hand(desk), seconds=5)
    event(LOG, logging.DEBUG, "during")
    until(lambda: "fewer-words" in page.getvalue())
    event(LOG, logging.DEBUG, "after")
    assert [line["event"] for line in lines(page)] == ["more-words", "during", "fewer-words"]


def test_pressed_again_the_hour_begins_anew(started, desk) -> None:
    page, others = started(), threading.enumerate()
    power.more_log(desk.booth, hand(desk), seconds=5)
    first = logs._MORE._timer
    power.more_log(desk.booth, hand(desk), seconds=600)
    first.join()  # it has ended, and has said nothing
    event(LOG, logging.DEBUG, "still")
    assert [line["event"] for line in lines(page)] == ["more-words", "more-words", "still"]
    assert sum(isinstance(one, threading.Timer) and one not in others for one in threading.enumerate()) == 1
    assert power.LOG_SECONDS == 3600


# What devices tell


def test_a_readers_states_are_told_once_each(started, desk) -> None:
    page = started()
    reader = VirtualReader()
    telling = TellingReader(reader)
    watch = telling.watch(lambda _state: None)
    until(lambda: len(lines(page)) == 1)
    reader.insert(desk.cards[st.ANNA])
    until(lambda: len(lines(page)) == 2)
    telling.watch(lambda _state: None).stop()  # as the doctor looks
    reader.remove()
    until(lambda: len(lines(page)) == 3)
    watch.stop()
    assert [line["state"] for line in lines(page)] == ["no-card", "card", "no-card"]


def test_apdus_are_told_without_their_data_and_only_up_to_the_pin(started) -> None:
    class Card:
        def transmit(self, apdu: bytes | bytearray) -> bytes:
            return b"\x63\xc2" if apdu[-1] == 9 else b"secret\x90\x00"

        def close(self) -> None: ...

    page = started()
    logging.getLogger("kiosk").setLevel(logging.DEBUG)
    line = TellingConnection(Card())
    for apdu in ("00A4040009A00000", "0020008008313233343536FF09", "0020008008313233343536FFFF", "008711"):
        line.transmit(bytes.fromhex(apdu))
    told = [(one["instruction"], one["answer"]) for one in lines(page)]
    assert told == [("A4", "9000"), ("20", "63C2"), ("20", "9000")], "a card's signature may be a vote's"
    assert "3132" not in page.getvalue() and "secret" not in page.getvalue()


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Printed(1), {"state": "printed", "level": "info"}),
        (NotPrinted("paper-out"), {"state": "notprinted", "reason": "paper-out", "level": "info"}),
        (Unknown("not-confirmed"), {"state": "unknown", "reason": "not-confirmed", "level": "warning"}),
    ],
)
def test_a_papers_outcome_is_told(started, outcome: object, said: dict[str, str]) -> None:
    class Device:
        def print(self, *_args: object, **_more: object) -> object:
            return outcome

    page = started()
    TellingPrinter(Device()).print(b"%PDF Anna", None, wait_seconds=1)
    (line,) = lines(page)
    assert line["event"] == "paper" and line.items() >= said.items() and "PDF" not in page.getvalue()


def test_a_printers_state_is_told_when_it_changes(started) -> None:
    states = iter([Ready(), NotReady("queue"), NotReady("queue"), NotReady("busy"), NotReady("jam"), Ready("toner")])

    class Device:
        def ready(self) -> object:
            return next(states)

        look = ready

    page, printer = started(), TellingPrinter(Device())
    for ask in (printer.ready, printer.look) * 3:
        ask()
    told = [(line["event"], line["state"], line["reason"]) for line in lines(page)]
    assert told == [("printer", "not-ready", "queue"), ("printer", "not-ready", "jam"), ("printer", "ready", "toner")]


@pytest.mark.parametrize("told", [True, False])
def test_a_job_that_breaks_is_told_but_of_a_residents_act_not_where(started, told: bool) -> None:
    page = started()
    calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
    results: list[object] = []
    lanes = Lanes(calls.put, lambda _run, result: results.append(result), lambda *_: None)

    def cast(_progress: object) -> object:
        raise RuntimeError("Ζωγραφοπούλου")

    lanes.start(Run(Lane.CARD, cast, 1), told=told)
    calls.get(timeout=20)()
    lanes.close()
    assert results == [Crashed("RuntimeError")]
    line = lines(page)[0]
    assert line["event"] == "job-broke" and "RuntimeError" in (line.get("exception"), line.get("trouble"))
    assert ("cast" in page.getvalue()) is told and "Ζωγραφοπούλου" not in page.getvalue()


# A whole visit


class Visit:
    """The booth's real counter with its lanes, driven by touches."""

    def __init__(self, desk) -> None:
        self.desk, self.calls = desk, queue.SimpleQueue()
        self.lobby = Lobby(desk.booth, MATTERS)
        self.counter = Counter(self.lobby, ("el", "en"), desk.booth.clock, self.calls.put)
        self.watch = self.counter.watch(desk.booth.reader)
        self.counter.beat()
        self.to(Attract)

    def to(self, view: type) -> None:
        deadline = time.monotonic() + 60
        while not isinstance(self.lobby.view, view) or not self.calls.empty():
            assert time.monotonic() < deadline, self.lobby.view
            try:
                self.calls.get(timeout=0.05)()
            except queue.Empty:
                continue

    def touch(self, deed: Deed, value: str | int | None = None) -> None:
        self.counter.touch(Touch(deed, self.counter.showing.face, value))

    def enter(self, number: str) -> None:
        self.desk.reader.insert(self.desk.cards[number])
        self.to(PinEntry)
        self.counter.pin(bytearray(st.PIN.encode()), self.counter.showing.face)

    def leave(self) -> None:
        self.desk.reader.remove()
        self.to(Attract | Problem | Done)
        self.settle()

    def settle(self) -> None:
        """Whatever a lane still does for the visit that is over has been told."""
        time.sleep(0.3)
        while not self.calls.empty():
            self.calls.get()()

    def end(self) -> None:
        self.watch.stop()
        self.counter.close()


def told(page: io.StringIO) -> Tally[str]:
    """What the lines say, but for times of day, lengths, and how often the booth looked around at rest."""
    said = [
        {name: value for name, value in line.items() if name not in ("time", "milliseconds")} for line in lines(page)
    ]
    return Tally(json.dumps(one, sort_keys=True) for one in said if one.get("lane") != "store")


def visit(desk, started, *, vote: bool) -> tuple[io.StringIO, Tally[str]]:
    page = started()
    logs.say_more(600)
    booth = Visit(desk)
    until(lambda: "no-card" in page.getvalue())
    booth.enter(st.ANNA)
    booth.to(Menu)
    if vote:
        booth.touch(Deed.CATEGORY, "participation")
        booth.touch(Deed.CHOOSE, f"votes:{desk.town.election.election}")
        for mark in (0, 1):
            booth.touch(Deed.MARK, mark)
            booth.touch(Deed.NEXT)
        booth.touch(Deed.NEXT)
        booth.to(Done)
        assert face(booth.lobby.view) == "Done voted"
    booth.leave()
    booth.end()
    return page, told(page)


def test_the_log_of_a_vote_is_the_log_of_a_visit_without_one(open_desk, started, tmp_path) -> None:
    with open_desk() as desk:
        desk.fill()
        page, without = visit(desk, started, vote=False)
    with open_desk() as desk:
        voted, with_one = visit(desk, started, vote=True)
    assert with_one == without
    assert {line["event"] for line in lines(voted)} >= {"more-words", "reader", "apdu", "job"}, "it does say something"
    words = [st.PIN, st.SURNAME, st.GIVEN, st.AFM, st.AMKA, st.ANNA, "vote", "ballot", desk.town.election.election]
    assert leaks.found([("log", page.getvalue().encode()), ("log", voted.getvalue().encode())], words) == []
    assert leaks.found([("log", f"{voted.getvalue()} {st.ANNA}".encode())], words), "the searcher finds it"


def test_codes_that_are_shown_are_told_but_none_of_a_vote(desk, started) -> None:
    booth = Visit(desk)
    page = started()
    desk.reader.insert(desk.cards[st.REVOKED])
    booth.to(Problem)
    booth.leave()
    booth.enter(st.NIKOS)  # who may not vote
    booth.to(Menu)
    booth.touch(Deed.CATEGORY, "participation")
    booth.touch(Deed.CHOOSE, f"votes:{desk.town.election.election}")
    booth.to(Problem)
    booth.leave()
    booth.end()
    codes = [line["failure"] for line in lines(page) if line["event"] == "failure-shown"]
    assert codes[0] == "C04" and not any(str(code).startswith("V") for code in codes)


def test_a_technicians_work_is_timed(desk, started) -> None:
    booth = Visit(desk)
    page = started()
    booth.enter(st.TECHNICIAN)
    booth.to(TechnicianPage)
    booth.touch(Deed.CHOOSE, "log:")
    booth.to(TechnicianPage)
    booth.touch(Deed.CHOOSE, "open:health")
    until(lambda: (booth.settle() or True) and any(one["event"] == "job" for one in lines(page)))
    booth.leave()
    booth.end()
    assert {one["lane"] for one in lines(page) if one["event"] == "job"} >= {"store"}
    assert st.TECHNICIAN not in page.getvalue()
