"""A foreign program that reads a booth over AT-SPI, as a screen reader would. Run by /usr/bin/python3 in a private bus.

atspi_look.py COMMAND…: starts COMMAND and obeys standard input, a line each: `wait TEXT` (until something showing has
a name that begins so) and `press TEXT` (the first such thing that can be pressed, by its own action). Each is
answered with one line: "pressed", or "seen " and JSON of what is showing when it has come. The bus's own programs write
to the same output. Imports nothing of the project.
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


def pressing(begins: str) -> tuple:
    """The action of what is pressed, and its place among the thing's actions; asked for until it has one."""

    def look():
        thing = found(begins, pressable=True)
        return thing.queryAction(), actions(thing).index("Press")

    return retried(look, f"what begins with {begins!r} was gone before it was pressed")


def fits(thing, begins: str, pressable: bool) -> bool:
    return thing.name.startswith(begins) and (not pressable or can_be_pressed(thing))


def can_be_pressed(thing) -> bool:
    return "Press" in actions(thing) and thing.getState().contains(pyatspi.STATE_ENABLED)


def tell() -> None:
    told = retried(standing_still, "the screen never stood still")
    print("seen", json.dumps(told, ensure_ascii=False), flush=True)


def standing_still() -> list:
    """What shows, when it is twice the same: a look takes many questions, and a screen may change between two."""
    once, again = ([described(each) for each in everything()] for _ in range(2))
    return once if once == again else []


def described(thing) -> dict:
    return {"role": thing.getRoleName(), "name": thing.name, "actions": actions(thing)}


def actions(thing) -> list:
    if "Action" not in pyatspi.listInterfaces(thing):
        return []
    action = thing.queryAction()
    return [action.getName(place) for place in range(action.nActions)]


def retried(look, otherwise: str):
    """What `look` gives, once it gives something: what was there a moment ago may go with its screen (then libatspi
    has no states, name or interface for it)."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with suppress(GLib.GError, LookupError, AttributeError, NotImplementedError):
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
        process.wait(50)


def main() -> None:
    # In libatspi a program that is still drawing after 0.8 s has hung.
    pyatspi.setTimeout(1000 * PATIENCE_SECONDS, 1000 * PATIENCE_SECONDS)
    with running([LAUNCHER, "--launch-immediately"]), running(sys.argv[1:]):
        for order in sys.stdin:
            what, _, begins = order.rstrip("\n").partition(" ")
            if what == "press":
                action, place = pressing(begins)
                action.doAction(place)
                print("pressed", flush=True)
            else:
                found(begins)
                time.sleep(AFTER_CHANGE_SECONDS)
                tell()


if __name__ == "__main__":
    main()
