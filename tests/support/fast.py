"""`scripts/test --fast`: under a minute, whatever there is. Nothing of this is kept by hand.

Three rules. A test that is about to start another process is left out there and then (belenios-tool is let through: it
is no service but a command of ten milliseconds, and without it there is no vote, hence no booth and no centre). So is
one that is marked slow, one that was given a time-out of its own, and the whole visits of tests/journeys. And each file
has its share of the time that is left: what it has not begun by then is left out; what it does not need goes to the
files after it. In each file what is known to be cheap comes first, as the last whole run of scripts/test measured it
(var/junit.xml); what is new comes before all, and where nothing is known it is as random as ever.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

OTHERS = frozenset({"subprocess.Popen", "os.posix_spawn", "os.exec", "os.fork", "os.forkpty", "os.system"})
LET_THROUGH = frozenset({"belenios-tool"})
SHARE = "its file has had its share of the time"

_started = pytest.StashKey[str]()


def starts(name: str) -> None:
    """For a hand that waits its turn before it starts a real part: under --fast the running test is left out now."""
    for plugin in _active:
        plugin.leave_out(name)


_active: list[Fast] = []


class Fast:
    """Plugin. `seconds`: from now to the last test's beginning. `took`: seconds of each, as far as known."""

    def __init__(
        self, seconds: float, clock: Callable[[], float] = time.monotonic, took: dict[str, float] | None = None
    ) -> None:
        self._took = took or {}
        self._clock, self._end = clock, clock() + seconds
        self._running: pytest.Item | None = None
        self._file: Path | None = None
        self._files_left = 0
        self._until = 0.0
        self._left_out: Counter[str] = Counter()
        self._starters: dict[object, str] = {}

    def pytest_sessionstart(self) -> None:
        sys.addaudithook(self._look)
        _active.append(self)

    def _look(self, event: str, given: tuple[Any, ...]) -> None:
        if event in OTHERS and self._running is not None:
            command = [Path(_text(word)).name for word in (given[0], *given[1])] if len(given) > 1 else [event]
            if not LET_THROUGH & set(command):
                self.leave_out(command[0])

    def leave_out(self, name: str) -> None:
        """The running test is about to start the program of this name. Raises what no `except Exception` takes."""
        if self._running is not None:
            self._running.stash.setdefault(_started, name)
            self._starters.setdefault(_function(self._running), name)
            pytest.skip(f"starts {name}")

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """File by file, those with few tests first: they leave time for the others."""
        files = Counter(item.path for item in items)
        first = {path: place for place, path in enumerate(dict.fromkeys(item.path for item in items))}
        took = self._took
        items.sort(key=lambda item: (files[item.path], first[item.path], took.get(_known_as(item), 0.0)))
        self._files_left = len(files)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
        """True, so that nothing more is done for it: a skip's three reports, thousands of times, would take seconds."""
        why = self._why_not(item)
        self._running = None if why else item
        if why is None:
            return None
        self._left_out[why] += 1
        item.config.hook.pytest_deselected(items=[item])
        item.session._setupstate.teardown_exact(nextitem)  # what the file's tests had in common, if it was the last
        return True

    def _why_not(self, item: pytest.Item) -> str | None:
        now = self._clock()
        if item.path != self._file:
            self._file, self._until = item.path, now + max(self._end - now, 0) / max(self._files_left, 1)
            self._files_left -= 1
        if "journeys" in item.path.parts or item.get_closest_marker("slow") or item.get_closest_marker("timeout"):
            return "slow"
        if name := self._starters.get(_function(item)):
            return f"starts {name}"  # as the same test did with other parameters
        return SHARE if now >= self._until else None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Left out also where a thread was told, or where the code took it for a fault of the program."""
        report = yield
        name = item.stash.get(_started, None)
        if name and report.failed:  # in its end it is told of a thread that broke off
            report.outcome, report.longrepr = "skipped", (str(item.path), 0, f"Skipped: starts {name}")
            if report.when == "teardown":
                report.outcome, report.longrepr = "passed", None
        if report.skipped and isinstance(report.longrepr, tuple):
            self._left_out[report.longrepr[2].removeprefix("Skipped: ")] += 1
        if report.when == "teardown":
            self._running = None
        return report

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        said = ", ".join(f"{count} ({why})" for why, count in self._left_out.most_common())
        terminalreporter.write_line(f"left out: {said or 'nothing'}")


def took(junit: Path) -> dict[str, float]:
    """Seconds of each test by the name that pytest gives it in such a file; nothing if there is none."""
    try:
        cases = ElementTree.parse(junit).iter("testcase")
        return {f"{case.get('classname')}.{case.get('name')}": float(case.get("time", "0")) for case in cases}
    except (OSError, ElementTree.ParseError):
        return {}


def _known_as(item: pytest.Item) -> str:
    file, *inner = item.nodeid.split("::")
    return ".".join([file.removesuffix(".py").replace("/", "."), *inner])


def _function(item: pytest.Item) -> object:
    return getattr(item, "function", item)


def _text(name: Any) -> str:
    return name.decode(errors="replace") if isinstance(name, bytes) else str(name)
