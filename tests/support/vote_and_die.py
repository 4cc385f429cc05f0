"""A booth process that votes on its real screen and is killed (-9) at a named point. Run by test_killed.

Takes one JSON line on standard input, so that the card and its PIN are in no file:
{"home", "card", "pin", "election", "marks": [[answer, …], …], "point"}. Prints "shown TRACKER" when the tracker is on
the screen and "done" when the visit ended; says "at POINT" just before it kills itself.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from sqlalchemy import event

from card_reader import CardImage, VirtualCard, VirtualReader
from kiosk import settings, wiring
from kiosk.demo.walk import Walker
from kiosk.matters.votes import service as voting
from kiosk.ui.window.local_counter import on_screen


def main() -> None:
    order = json.loads(sys.stdin.readline())
    point = order["point"]

    def reached(name: str) -> None:
        if name == point:
            print(f"at {name}", flush=True)
            os.kill(os.getpid(), signal.SIGKILL)

    death: list[threading.Timer] = []

    def at_stage(stage: str) -> None:
        for each in death:  # it was to come while the tool is at work: nothing goes on without it
            each.join()
        reached(stage)

    cast = voting.cast
    voting.cast = lambda booth, session, election, marks, progress: cast(
        booth, session, election, marks, lambda stage: (progress(stage), at_stage(stage))
    )
    if point == "encrypting":
        _kill_while_the_tool_runs(reached, death)
    reader = VirtualReader()
    loaded = settings.load(Path(order["home"]) / "kiosk.toml")
    with wiring.open_booth(loaded, bench=wiring.Bench(reader=reader)) as booth:
        wiring.settle_after_start(booth)
        if point in ("before commit", "after commit"):
            _kill_at_commit(booth.store.engine, point, reached)
        with on_screen(booth, size=(1280, 1024)) as screen:
            walk(Walker(screen, reader), order, reached)
    print("done", flush=True)


def walk(walker: Walker, order: dict, reached) -> None:
    walker.expect("Attract", "attract")
    walker.insert(VirtualCard(CardImage.from_json(order["card"])))
    walker.expect("PinEntry", "pin")
    walker.type_pin(order["pin"])
    walker.expect("Menu", "menu")
    walker.touch("tile_participation")
    walker.expect("CategoryPage", "participation")
    walker.touch(f"entry_votes:{order['election']}")
    for number, answers in enumerate(order["marks"], 1):
        walker.wait(lambda n=number: walker.view("key") == f"Ballot {n}", f"question {number}")
        walker.settle()
        for answer in answers:
            walker.touch(f"answer_{answer}")
        walker.settle()
        walker.touch("primary")
    walker.expect("Review", "review")
    reached("review")
    walker.confirm()
    walker.wait(lambda: walker.shows in ("VoteDone", "Problem"), "an outcome")
    if walker.shows == "VoteDone":
        print("shown", walker.view("code"), flush=True)
    reached("shown")
    walker.remove()
    walker.expect("Attract", "attract")


def _kill_while_the_tool_runs(reached, death: list[threading.Timer]) -> None:
    """Killed once the choice is in the pipe and belenios-tool is at work on it."""
    start = subprocess.Popen.__init__

    def started(self, *args, **kwargs):
        start(self, *args, **kwargs)
        command = args[0] if args else kwargs["args"]
        if "generate-ballot" in [str(part) for part in command]:
            death.append(threading.Timer(0.03, lambda: reached("encrypting")))
            death[0].start()

    subprocess.Popen.__init__ = started


def _kill_at_commit(engine, point: str, reached) -> None:
    """Just before, or just after, the transaction that holds the ballot becomes durable. Other lanes have connections
    of their own, and one of theirs may be done while this transaction still is not."""
    written = []

    @event.listens_for(engine, "after_cursor_execute")
    def _seen(connection, _cursor, statement, *_rest):
        if "INSERT INTO outbox_ballots" in statement:
            written.append(connection.connection.dbapi_connection)

    if point == "before commit":

        @event.listens_for(engine, "commit")
        def _before(connection):
            if connection.connection.dbapi_connection in written:
                reached(point)

    else:

        @event.listens_for(engine, "checkin")
        def _after(connection, _record):
            if connection in written:
                reached(point)


if __name__ == "__main__":
    main()
