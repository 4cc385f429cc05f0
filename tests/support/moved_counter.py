"""A counter's process whose reader lies in memory and is moved through a pipe in the booth's folder. For the bench, and
for tests that stand at the real window of two processes.

`python moved_counter.py FOLDER [--slow SECONDS] --line FD`. `FOLDER/hand` takes the lines `insert NAME` (a card's image
in `FOLDER/NAME.json`) and `remove`. `--slow`: every part is held up so long when it is first used for something, and a
tenth of that later (slow_parts.py); what was held up is written to `FOLDER/held-up.json` in the end.
"""

import argparse
import json
import os
import socket
import sys
import threading
from contextlib import suppress
from pathlib import Path


class Hand:
    """The other end of the pipe: puts cards in and takes them out."""

    def __init__(self, home: Path) -> None:
        self._pipe = pipe_of(home)

    def insert(self, name: str = "card") -> None:
        self._say(f"insert {name}")

    def remove(self) -> None:
        self._say("remove")

    def _say(self, order: str) -> None:
        with self._pipe.open("w") as pipe:  # waits until the counter listens
            print(order, file=pipe)


def pipe_of(home: Path) -> Path:
    """Made where it is not there yet."""
    pipe = home / "hand"
    with suppress(FileExistsError):
        os.mkfifo(pipe)
    return pipe


def command(home: Path, *, slow: float = 0) -> list[str]:
    """What `kiosk.ui.window.two_processes.run_in_two_processes` starts."""
    return [sys.executable, __file__, str(home), "--slow", str(slow)]


def main(home: Path, line: int, slow: float) -> None:
    # Here, because the bench measures a window that has taken `Hand` from this file and nothing of the booth.
    from card_reader import CardImage, VirtualCard, VirtualReader
    from kiosk import settings, wiring
    from kiosk.counter import first_picture
    from kiosk.counter.process import serve

    reader = VirtualReader()

    def moved() -> None:
        # An end to write is held too: it never closes, and no order is lost between two readings.
        with os.fdopen(os.open(pipe_of(home), os.O_RDWR)) as pipe:
            for order in pipe:
                what, _, name = order.strip().partition(" ")
                if what == "insert":
                    image = (home / f"{name}.json").read_text(encoding="utf-8")
                    reader.insert(VirtualCard(CardImage.from_json(image)))
                else:
                    reader.remove()

    threading.Thread(target=moved, daemon=True).start()
    config = home / "kiosk.toml"
    with (
        socket.socket(fileno=line) as end,
        wiring.open_booth(settings.load(config), bench=wiring.Bench(reader=reader), config=config) as booth,
    ):
        wiring.settle_after_start(booth)
        if not slow:
            serve(booth, end, first_picture.place(config))
            return
        from slow_parts import Delay, slowed

        delay = Delay(slow, slow / 10, on=True)
        serve(slowed(booth, delay), end, first_picture.place(config))
        (home / "held-up.json").write_text(json.dumps(delay.calls), encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("--slow", type=float, default=0)
    parser.add_argument("--line", type=int, required=True)
    main(**vars(parser.parse_args()))
