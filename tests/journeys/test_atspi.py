"""The two processes of a booth as a screen reader finds them: over AT-SPI, on a private bus and a screen of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import small_town as st
from moved_counter import Hand

SUPPORT = Path(__file__).parents[1] / "support"
# Whatever has one of these roles must have a name and an action; and what has an action must have one of these.
PRESSABLE = ("push button", "radio button", "check box", "button", "toggle button")
Seen = list[dict[str, Any]]


class Reader:
    """A screen reader that somebody uses without looking: hears names, presses by name."""

    def __init__(self, process: "subprocess.Popen[str]", complaints: Path) -> None:
        self._process, self._complaints = process, complaints
        self.seen: list[Seen] = []

    def press(self, begins: str) -> None:
        self._order(f"press {begins}", "pressed")

    def wait(self, begins: str) -> Seen:
        """What shows when it has come."""
        self.seen.append(json.loads(self._order(f"wait {begins}", "seen")))
        return self.seen[-1]

    def _order(self, order: str, answer: str) -> str:
        assert self._process.stdin and self._process.stdout
        print(order, file=self._process.stdin, flush=True)
        for line in self._process.stdout:
            if line.startswith(answer):
                return line.removeprefix(answer)
        raise AssertionError(self._complaints.read_text()[-2000:])


@pytest.fixture
def reader(town, home: Path, tmp_path: Path) -> Iterator[Reader]:
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    (home / "card.json").write_text(town.cards[st.ANNA].to_json(), encoding="utf-8")
    screen = {"QT_QPA_PLATFORM": "xcb", "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1", "XDG_RUNTIME_DIR": str(runtime)}
    plain = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS")}
    complaints = tmp_path / "complaints"
    with complaints.open("w") as stderr, subprocess.Popen(
        ["xvfb-run", "-a", "-s", "-screen 0 1920x1080x24 -nolisten tcp", "dbus-run-session", "--",
         "/usr/bin/python3", str(SUPPORT / "atspi_look.py"),
         sys.executable, str(SUPPORT / "moved_booth.py"), str(home)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, text=True, env=plain | screen,
    ) as process:  # fmt: skip
        yield Reader(process, complaints)
        assert process.stdin
        process.stdin.close()
        process.wait(120)


def names(seen: Seen) -> set[object]:
    return {each["name"] for each in seen}


@pytest.mark.timeout(300, func_only=True)
def test_a_vote_by_a_screen_reader_alone(reader: Reader, home: Path) -> None:
    assert {"Καλώς ήρθατε", "Βοήθεια", "Προσβασιμότητα"} <= names(reader.wait("Καλώς ήρθατε"))
    reader.press("Βοήθεια")
    reader.wait("Κλείσιμο")
    reader.press("Κλείσιμο")
    Hand(home).insert()
    reader.wait("Πληκτρολογήστε")
    for digit in st.PIN:
        reader.press(digit)
        reader.wait("Πληκτρολογήστε")
    reader.press("Συνέχεια")
    reader.wait("Πώς μπορούμε")
    reader.press("Συμμετοχή")
    reader.wait("Πίσω")
    reader.press("Δοκιμαστική ψηφοφορία")
    reader.wait("Πρώτη ερώτηση")
    reader.press("Άλφα")
    reader.press("Επόμενη ερώτηση")
    reader.wait("Δεύτερη ερώτηση")
    reader.press("Ένα")
    reader.press("Έλεγχος ψήφου")
    assert {"Άλφα", "Ένα"} <= names(reader.wait("Επιβεβαίωση ψήφου"))
    reader.press("Επιβεβαίωση ψήφου")
    reader.wait("Η ψήφος σας καταχωρίστηκε")
    for seen in reader.seen:
        things = [each for each in seen if "Press" in each["actions"]]
        assert things and all(each["name"] and each["role"] in PRESSABLE for each in things), things
        assert all("Press" in each["actions"] for each in seen if each["role"] in PRESSABLE)
        assert any(each["role"] == "heading" for each in seen)
