"""A foreign program that reads a booth over AT-SPI, as a screen reader would. Run by /usr/bin/python3 in a private bus.

atspi_look.py COMMAND…: starts COMMAND and obeys standard input, a line each: `wait TEXT` (until something showing has
a name that begins so) and `press TEXT` (the first such thing that can be pressed, by its own action). Each is answered
with one line, "seen " and JSON, of what is showing then; the bus's own programs write to the same output. Imports
nothing of the project.
"""

import json
import subprocess
import sys
import time
from contextlib import contextmanager, suppress

import pyatspi
from gi.repository import GLib

LAUNCHER = "/usr/libexec/at-spi-bus-launcher"
PATIENCE_SECONDS = 60
# The window ignores whatever is pressed just after a change, so that nobody hits what was not there yet.
AFTER_CHANGE_SECONDS = 0.8


def showing(thing) -> list:
    found = []
    for child in thing:
        if child is None:
            continue
        if child.getState().contains(pyatspi.STATE_SHOWING):
            found.append(child)
        found += showing(child)
    return found


def everything() -> list:
    """What shows in the first window of the first program on the bus; nothing before it is there."""
    for program in pyatspi.Registry.getDesktop(0):
        if program is not None and program.childCount:
            return showing(program[0])
    return []


def found(begins: str, *, pressable: bool = False):
    """Raises SystemExit in the end."""
    return retried(
        lambda: next((each for each in everything() if fits(each, begins, pressable)), None),
        f"nothing came whose name begins with {begins!r}",
    )


def fits(thing, begins: str, pressable: bool) -> bool:
    return thing.name.startswith(begins) and (not pressable or can_be_pressed(thing))


def can_be_pressed(thing) -> bool:
    return "Press" in actions(thing) and thing.getState().contains(pyatspi.STATE_ENABLED)


def tell() -> None:
    told = retried(lambda: [described(each) for each in everything()], "the screen never stood still")
    print("seen", json.dumps(told, ensure_ascii=False), flush=True)


def described(thing) -> dict:
    return {"role": thing.getRoleName(), "name": thing.name, "actions": actions(thing)}


def actions(thing) -> list:
    if "Action" not in pyatspi.listInterfaces(thing):
        return []
    action = thing.queryAction()
    return [action.getName(place) for place in range(action.nActions)]


def retried(look, otherwise: str):
    """What `look` gives, once it gives something: what was there a moment ago may go with its screen."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with suppress(GLib.GError, LookupError):
            if seen := look():
                return seen
        time.sleep(0.1)
    raise SystemExit(otherwise)


@contextmanager
def running(command: list):
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)


def main() -> None:
    with running([LAUNCHER, "--launch-immediately"]), running(sys.argv[1:]):
        for order in sys.stdin:
            what, _, begins = order.rstrip("\n").partition(" ")
            if what == "press":
                thing = found(begins, pressable=True)
                thing.queryAction().doAction(actions(thing).index("Press"))
            else:
                found(begins)
                time.sleep(AFTER_CHANGE_SECONDS)
            tell()


if __name__ == "__main__":
    main()
