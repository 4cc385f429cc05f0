"""Fills the column of results in docs/accessibility.md from a run of the tests that the page names.

`scripts/accessibility [RESULTS.xml]`. Never: a result that no run gave.
"""

import re
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "accessibility.md"
_ROW = re.compile(r"^\| (\d+) \|(?=.*`[\w/]+\.py)")
_TEST = re.compile(r"`([\w/]+\.py(?:::\w+)?)`")
_MARK = re.compile(r"<!-- results: .*? -->\n(?:\nLast run: .*\n)?")


@dataclass(frozen=True)
class Outcome:
    """One test of a run: its id ("ui/test_x.py::test_y", without parameters) and "passed", "failed" or "skipped"."""

    test: str
    how: str


def named(page: str) -> dict[int, list[str]]:
    """The tests that the page names, by item."""
    rows = [line for line in page.splitlines() if _ROW.match(line)]
    return {int(_ROW.match(row)[1]): _TEST.findall(row) for row in rows}  # type: ignore[index]


def unknown(page: str, tests: Path = ROOT / "tests") -> list[str]:
    """Tests that the page names and nobody has written."""
    every = sorted({test for tests_of in named(page).values() for test in tests_of})
    return [test for test in every if not _written(tests, *test.partition("::")[::2])]


def _written(tests: Path, file: str, name: str) -> bool:
    path = tests / file
    return path.is_file() and (not name or f"\ndef {name}(" in path.read_text(encoding="utf-8"))


def outcomes(report: Path) -> tuple[str, list[Outcome]]:
    """The day of a JUnit file (pytest's xunit2) and what it says of each test."""
    root = ElementTree.parse(report).getroot()  # our own test run
    suite = root if root.tag == "testsuite" else root.find("testsuite")
    day = (suite.get("timestamp", "") if suite is not None else "")[:10]
    return day, [_outcome(case) for case in root.iter("testcase")]


def _outcome(case: ElementTree.Element) -> Outcome:
    file = case.get("classname", "").removeprefix("tests.").replace(".", "/") + ".py"
    kinds = {child.tag for child in case}
    how = "failed" if kinds & {"failure", "error"} else "skipped" if "skipped" in kinds else "passed"
    return Outcome(f"{file}::{case.get('name', '').partition('[')[0]}", how)


def result(tests: list[str], seen: list[Outcome]) -> str:
    """What stands in the last column. One named test that did not run leaves the item without a result."""
    by_test = {test: [one for one in seen if one.test == test or one.test.startswith(f"{test}::")] for test in tests}
    count = Counter(one.how for found in by_test.values() for one in found)
    failed = sorted(
        {one.test.rpartition("::")[2] for found in by_test.values() for one in found if one.how == "failed"}
    )
    silent = [test for test, found in by_test.items() if not found or all(one.how == "skipped" for one in found)]
    if failed:
        return f"**FAILED** {count['failed']} of {count.total()}: {', '.join(failed)}"
    if silent:
        return "not run" if len(silent) == len(tests) else f"in part: not run {', '.join(silent)}"
    return f"passed ({count['passed']})"


def filled(page: str, day: str, seen: list[Outcome]) -> str:
    """The page with its results. The same run gives the same page."""
    items = named(page)
    lines = []
    for line in page.splitlines():
        found = _ROW.match(line)
        if found:
            line = f"{line.rstrip().removesuffix('|').rpartition('|')[0]}| {result(items[int(found[1])], seen)} |"
        lines.append(line)
    wanted = {test for tests in items.values() for test in tests}
    ran = [one for one in seen if one.test in wanted or one.test.partition("::")[0] in wanted]
    said = Counter(one.how for one in ran)
    told = ", ".join(f"{said[how]} {how}" for how in ("passed", "failed", "skipped") if said[how]) or "none"
    mark = f"<!-- results: made by scripts/accessibility -->\n\nLast run: {day}; of the tests named here {told}.\n"
    return _MARK.sub(lambda _: mark, "\n".join(lines) + "\n", count=1)


def run(page: str) -> tuple[str, list[Outcome]]:
    """Runs the tests that the page names (those that are written), by scripts/test."""
    missing = set(unknown(page))
    wanted = sorted({f"tests/{test}" for tests in named(page).values() for test in tests if test not in missing})
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "results.xml"
        subprocess.run([ROOT / "scripts" / "test", f"--junitxml={report}", *wanted], cwd=ROOT, check=False)
        return outcomes(report)


def main(arguments: list[str]) -> int:
    page = PAGE.read_text(encoding="utf-8")
    for test in unknown(page):
        print(f"docs/accessibility.md names a test that is not there: {test}", file=sys.stderr)
    day, seen = outcomes(Path(arguments[0])) if arguments else run(page)
    after = filled(page, day, seen)
    PAGE.write_text(after, encoding="utf-8")
    bad = [
        line.partition(" |")[0].strip("| ")
        for line in after.splitlines()
        if _ROW.match(line) and "| passed (" not in line
    ]
    print(f"docs/accessibility.md: {20 - len(bad)} of 20 items passed" + (f"; not: {', '.join(bad)}" if bad else ""))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
