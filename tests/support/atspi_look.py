"""A foreign program that reads a booth over AT-SPI, as a screen reader would. Run by /usr/bin/python3 in a private bus.

atspi_look.py PRESS COMMAND…: starts COMMAND, prints one JSON line of what is showing, presses the thing named PRESS
through its own action, and prints another. Imports nothing of the project.
"""

import json
import subprocess
import sys
import time
from contextlib import contextmanager

import pyatspi

LAUNCHER = "/usr/libexec/at-spi-bus-launcher"


def showing(thing) -> list:
    found = []
    for child in thing:
        if child is None:
            continue
        if child.getState().contains(pyatspi.STATE_SHOWING):
            found.append(child)
        found += showing(child)
    return found


def window():
    """The first window of the first program on the bus, once it has something to show."""
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        for program in pyatspi.Registry.getDesktop(0):
            if program is not None and program.childCount and len(showing(program[0])) > 5:
                return program[0]
        time.sleep(0.1)
    raise SystemExit("nothing came to the accessibility bus")


def tell(things: list) -> None:
    told = [{"role": each.getRoleName(), "name": each.name, "actions": actions(each)} for each in things]
    print(json.dumps(told, ensure_ascii=False), flush=True)


def actions(thing) -> list:
    if "Action" not in pyatspi.listInterfaces(thing):
        return []
    action = thing.queryAction()
    return [action.getName(place) for place in range(action.nActions)]


@contextmanager
def running(command: list):
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)


def main() -> None:
    press, command = sys.argv[1], sys.argv[2:]
    with running([LAUNCHER, "--launch-immediately"]), running(command):
        there = window()
        before = showing(there)
        tell(before)
        thing = next(each for each in before if each.name == press)
        thing.queryAction().doAction(actions(thing).index("Press"))
        deadline = time.monotonic() + 20
        while len(after := showing(there)) == len(before) and time.monotonic() < deadline:
            time.sleep(0.1)
        tell(after)


if __name__ == "__main__":
    main()
