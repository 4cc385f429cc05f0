"""What every test obeys: a skip in CI is a failure, Qt needs no screen, random tests have a short and a long form."""

import logging
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import fast
import pytest
from hypothesis import HealthCheck, settings
from random_tests import examples
from second_look import Failures, mark

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

# How long examples take to draw says how busy the machine is, nothing of the product.
settings.register_profile(
    "random", max_examples=examples(50), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("random")


def pytest_configure(config: pytest.Config) -> None:
    """CI wants to know what failed; the one process that hears of all does the writing."""
    file = os.environ.get("FAILED_TESTS")
    if file and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Failures(Path(file)))
    if seconds := os.environ.get("TEST_FAST"):
        config.pluginmanager.register(fast.Fast(float(seconds), took=fast.took(config.rootpath / "var" / "junit.xml")))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those that may take longest begin first: in the end no core waits for the one that has a long test left."""
    mark(items)
    items.sort(key=_patience, reverse=True)  # stable: otherwise the order stays random


def _patience(item: pytest.Item) -> float:
    """Seconds, if they are very many. Not of all: those that share the one pcscd would come one upon the other."""
    own = item.get_closest_marker("timeout")
    return float(own.args[0]) if own and own.args[0] >= 400 else 0.0


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol() -> Iterator[None]:
    """A command that a test runs in this process sets up its log and its hooks for crashes: with the test they go. What
    a later test logs would go to a stream that is closed, what its threads raise would go unseen, and what it asks of a
    logger's level would be answered with an earlier test's."""
    before = {log: (log.handlers[:], log.level, log.disabled) for log in _loggers()}
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    yield
    for log in _loggers():  # one born in the test keeps what its library gave it, but for the level
        log.handlers[:], level, log.disabled = before.get(log, (log.handlers[:], logging.NOTSET, log.disabled))
        log.setLevel(level)
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks


def _loggers() -> list[logging.Logger]:
    named = (log for log in logging.root.manager.loggerDict.values() if isinstance(log, logging.Logger))
    return [logging.root, *named]


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """A skipped test in CI has proved nothing: it fails."""
    outcome = yield
    report = outcome.get_result()
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {report.longrepr}"
