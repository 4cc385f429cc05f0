"""The booth as a screen reader finds it: over AT-SPI, on a private bus and a screen of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

LOOK = Path(__file__).parents[1] / "support" / "atspi_look.py"
PRESSABLE = ("push button", "radio button", "check box", "button")


@pytest.mark.timeout(300, func_only=True)
def test_a_screen_reader_finds_names_and_roles_and_can_press(town, home: Path, tmp_path: Path) -> None:
    booth = [sys.executable, "-m", "kiosk", "run", "--config", str(home / "kiosk.toml")]
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    screen = {"QT_QPA_PLATFORM": "xcb", "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1", "XDG_RUNTIME_DIR": str(runtime)}
    plain = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS")}
    done = subprocess.run(
        ["xvfb-run", "-a", "-s", "-screen 0 1920x1080x24 -nolisten tcp", "dbus-run-session", "--",
         "/usr/bin/python3", str(LOOK), "Βοήθεια", *booth],
        capture_output=True, text=True, timeout=100, check=False,
        env=plain | screen,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    first, then = (json.loads(line) for line in done.stdout.splitlines() if line.startswith(("{", "[")))
    for seen in (first, then):
        things = [each for each in seen if each["role"] in PRESSABLE]
        assert things and all(each["name"] and "Press" in each["actions"] for each in things), things
    assert {"Καλώς ήρθατε", "Βοήθεια", "Προσβασιμότητα"} <= {each["name"] for each in first}
    assert any(each["role"] == "heading" for each in first)
    assert {each["name"] for each in then} != {each["name"] for each in first}  # the help sheet has opened
