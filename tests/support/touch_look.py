"""Eyes for a hand on a real panel: where things stand on a booth's screen, over AT-SPI. Run by /usr/bin/python3 in a
private bus.

touch_look.py COMMAND…: starts COMMAND and answers each line of standard input with "seen " and JSON of what shows in
its window, once it has been twice the same: role, name, place (x, y, width, height), whether it can be pressed. It
presses nothing itself. Imports nothing of the project but its brother atspi_look.
"""

import json
import sys

import pyatspi
from atspi_look import LAUNCHER, PATIENCE_SECONDS, can_be_pressed, everything, retried, running


def seen(thing) -> dict:
    place = thing.queryComponent().getExtents(pyatspi.DESKTOP_COORDS)
    return {
        "role": thing.getRoleName(),
        "name": thing.name,
        "place": [place.x, place.y, place.width, place.height],
        "press": can_be_pressed(thing),
    }


def standing_still() -> list:
    once, again = ([seen(each) for each in everything()] for _ in range(2))
    return once if once == again else []


def main() -> None:
    pyatspi.setTimeout(1000 * PATIENCE_SECONDS, 1000 * PATIENCE_SECONDS)
    with running([LAUNCHER, "--launch-immediately"]), running(sys.argv[1:]):
        for _order in sys.stdin:
            told = retried(standing_still, "the screen never stood still")
            print("seen", json.dumps(told, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
