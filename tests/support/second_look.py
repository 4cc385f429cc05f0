"""In CI a test that failed is run once more, alone. If it passes then, CI passes and names it at the very end.

Never for a test of kills, attacks or properties (one counter-example is a fault), never for one whose name stands in
tests/flaky.txt already, and never for more than a handful: many failures are no bad luck.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

MOST = 5
NO_LUCK = frozenset({"kill", "attack", "property"})


class Failures:
    """Plugin: writes what failed into `file`, each test with its marks and its first words. Also under xdist."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._found: dict[str, dict[str, object]] = {}
        file.unlink(missing_ok=True)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            marks = sorted(NO_LUCK & set(report.keywords))
            self._found.setdefault(report.nodeid, {"marks": marks, "first": report.longreprtext})

    def pytest_sessionfinish(self) -> None:
        self._file.write_text(json.dumps(self._found), encoding="utf-8")


def mark(items: Iterable[pytest.Item]) -> None:
    """What may never be called luck is told by what a test is, so that nobody has to remember a mark."""
    for item in items:
        name = f"{item.path.stem} {item.name}"
        if "kill" in name:
            item.add_marker("kill")
        if any(word in item.path.stem for word in ("attack", "adversary", "shaken", "malformed")):
            item.add_marker("attack")
        if getattr(getattr(item, "function", None), "is_hypothesis_test", False):
            item.add_marker("property")


def judge(failed: dict[str, dict[str, object]], known: frozenset[str]) -> tuple[list[str], str]:
    """Names that deserve a second look, and why not if none does."""
    if not failed:
        return [], "the run broke off, or nothing was collected"
    if len(failed) > MOST:
        return [], f"{len(failed)} tests failed; more than {MOST} are no bad luck"
    for name, said in failed.items():
        if said["marks"]:
            return [], f"{name} is a test of {', '.join(map(str, said['marks']))}: one failure is a fault"
        if name in known:
            return [], f"{name} has been flaky before (tests/flaky.txt): mend it"
    return list(failed), ""


def main(file: Path, flaky: Path) -> int:
    failed = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    lines = flaky.read_text(encoding="utf-8").splitlines() if flaky.exists() else []
    again, why_not = judge(failed, frozenset(line.strip() for line in lines if line.strip() and line[0] != "#"))
    if why_not:
        print(f"no second look: {why_not}")
        return 1
    for name in again:
        print(f"== once more, alone: {name}", flush=True)
        if subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", name], check=False).returncode:
            return 1
    for name in again:
        print(f"\n{failed[name]['first']}\nflaky: {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(__file__).parent.parent / "flaky.txt"))
