"""docs/accessibility.md: twenty items, each with tests that exist, and results that only a run can give."""

from pathlib import Path

import accessibility_page as page_of
import pytest

PAGE = page_of.PAGE.read_text(encoding="utf-8")
SMALL = """\
<!-- results: not run yet -->

| 1 | One | 5.1 | 1.1 | `ui/test_a.py::test_one` | not run |
| 2 | Two, with a bar | 5.2 | | `ui/test_a.py::test_two` `ui/test_b.py` | not run |

| 2 | 8.4 | a measure |
"""
REPORT = """\
<testsuites><testsuite timestamp="2026-11-21T10:42:00+02:00">
<testcase classname="tests.ui.test_a" name="test_one[light]"/>
<testcase classname="tests.ui.test_a" name="test_one[dark]"/>
<testcase classname="tests.ui.test_a" name="test_two">{two}</testcase>
<testcase classname="tests.ui.test_b" name="test_three">{three}</testcase>
<testcase classname="tests.ui.test_c" name="test_one"/>
</testsuite></testsuites>
"""


def fill(tmp_path: Path, two: str = "", three: str = "") -> str:
    report = tmp_path / "results.xml"
    report.write_text(REPORT.format(two=two, three=three), encoding="utf-8")
    return page_of.filled(SMALL, *page_of.outcomes(report))


def test_twenty_items_each_with_tests() -> None:
    items = page_of.named(PAGE)
    assert list(items) == list(range(1, 21))
    assert all(items.values())


def test_every_test_it_names_is_there() -> None:
    assert page_of.unknown(PAGE) == []


def test_a_test_that_nobody_wrote_is_named(tmp_path: Path) -> None:
    (tmp_path / "ui").mkdir()
    (tmp_path / "ui" / "test_a.py").write_text("\ndef test_one(): ...\n# def test_two(\n", encoding="utf-8")
    assert page_of.unknown(SMALL, tmp_path) == ["ui/test_a.py::test_two", "ui/test_b.py"]


def test_results_come_from_the_run(tmp_path: Path) -> None:
    page = fill(tmp_path)
    assert "Last run: 2026-11-21; of the tests named here 4 passed." in page
    assert "`ui/test_a.py::test_one` | passed (2) |" in page and "`ui/test_b.py` | passed (2) |" in page
    assert page.endswith("| 2 | 8.4 | a measure |\n")


def test_the_same_run_gives_the_same_page(tmp_path: Path) -> None:
    once = fill(tmp_path)
    assert page_of.filled(once, *page_of.outcomes(tmp_path / "results.xml")) == once


@pytest.mark.parametrize("fault", ['<failure message="no"/>', '<error message="no"/>'])
def test_a_failure_is_shown(tmp_path: Path, fault: str) -> None:
    page = fill(tmp_path, two=fault)
    assert "**FAILED** 1 of 2: test_two |" in page and "test_one` | passed (2) |" in page


def test_what_was_skipped_or_not_run_has_no_result(tmp_path: Path) -> None:
    assert "in part: not run ui/test_b.py |" in fill(tmp_path, three="<skipped/>")
    assert page_of.result(["ui/test_z.py"], []) == "not run"


def test_the_page_in_the_repository_was_not_written_by_hand() -> None:
    rows = [line for line in PAGE.splitlines() if page_of._ROW.match(line)]
    said = [row.rstrip(" |").rpartition("| ")[2] for row in rows]
    assert len(said) == 20 and all(one.startswith(("passed (", "not run", "in part", "**FAILED**")) for one in said)
