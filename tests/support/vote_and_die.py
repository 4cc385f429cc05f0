"""A booth process that votes, or takes a certificate, on its real screen and is killed (-9) at a named point. Run by
test_killed.

Takes one JSON line on standard input, so that the card and its PIN are in no file: {"home", "card", "pin", "point"} and
either {"election", "marks": [[answer, …], …]} or {"paper": kind}. Prints "shown WORD" when the tracker or the number is
on the screen, "code CODE ADDRESS" of what goes into the press, and "done" when the visit ended; says "at POINT" just
before it kills itself.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from card_reader import CardImage, VirtualCard, VirtualReader
from kiosk import settings, wiring
from kiosk.demo.walk import Walker, tracker_of
from kiosk.kernel import acts, printer
from kiosk.kernel.booth import Booth
from kiosk.kernel.hand import Hand
from kiosk.matters.certificates import service as certificates
from kiosk.matters.votes import closing
from kiosk.matters.votes import service as voting
from kiosk.ui.window.local_counter import on_screen
from municipality.matters.certificates.messages import CertificateAct


@dataclass
class Death:
    """Comes at one point, or "never"."""

    point: str
    coming: list[threading.Timer] = field(default_factory=list)

    def reached(self, name: str) -> None:
        for each in self.coming:  # it was to come while others are at work: nothing goes on without it
            if each is not threading.current_thread():
                each.join()
        if name == self.point:
            print(f"at {name}", flush=True)
            os.kill(os.getpid(), signal.SIGKILL)

    def soon(self, name: str) -> None:
        """In the middle of what begins now."""
        if name == self.point:
            self.coming.append(threading.Timer(0.03, lambda: self.reached(name)))
            self.coming[0].start()

    def telling(self, act: Callable[..., Any]) -> Callable[..., Any]:
        """An act of a matter, whose last argument without a name hears how far it is."""

        def told(*given: Any, **named: Any) -> Any:
            *all_else, progress = given
            return act(*all_else, lambda stage: (progress(stage), self.reached(stage)), **named)

        return told


def main() -> None:
    order = json.loads(sys.stdin.readline())
    death = Death(order["point"])
    reader = VirtualReader()
    loaded = settings.load(Path(order["home"]) / "kiosk.toml")
    with wiring.open_booth(loaded, bench=wiring.Bench(reader=reader)) as booth:
        wiring.settle_after_start(booth)
        if "paper" in order:
            _watch_papers(booth, death)
        else:
            _watch_votes(booth, death)
        with on_screen(booth, size=(1280, 1024)) as screen:
            walker = Walker(screen, reader)
            _sign_in(walker, order)
            take_paper(walker, order, death) if "paper" in order else vote(walker, order, death)
            walker.remove()
            walker.expect("Attract", "attract")
    print("done", flush=True)


def _sign_in(walker: Walker, order: dict[str, Any]) -> None:
    walker.expect("Attract", "attract")
    walker.insert(VirtualCard(CardImage.from_json(order["card"])))
    walker.expect("PinEntry", "pin")
    walker.type_pin(order["pin"])
    walker.expect("Menu", "menu")


def vote(walker: Walker, order: dict[str, Any], death: Death) -> None:
    walker.touch("tile_participation")
    walker.expect("List", "participation")
    walker.touch(f"row_votes:{order['election']}")
    for number, answers in enumerate(order["marks"], 1):
        walker.wait(lambda n=number: walker.view("key") == f"Choice question {n}", f"question {number}")
        walker.settle()
        for answer in answers:
            walker.touch(f"answer_{answer}")
        walker.settle()
        walker.touch("primary")
    walker.expect("Review", "review")
    death.reached("review")
    _confirmed(walker, tracker_of, death)


def take_paper(walker: Walker, order: dict[str, Any], death: Death) -> None:
    walker.touch("tile_documents")
    walker.expect("List", "documents")
    walker.touch(f"row_certificates:{order['paper']}")
    walker.expect("Review", "offer")
    death.reached("offer")
    _confirmed(walker, number_of, death)


def number_of(walker: Walker) -> str:
    (number,) = walker.blocks("fact")
    return str(number["value"])


def _confirmed(walker: Walker, word: Callable[[Walker], str], death: Death) -> None:
    walker.touch("primary")
    walker.wait(lambda: walker.shows in ("Done", "Problem"), "an outcome")
    if walker.shows == "Done":
        print("shown", word(walker), flush=True)
    death.reached("shown")


def _watch_votes(booth: Booth, death: Death) -> None:
    voting.cast = death.telling(voting.cast)
    note = closing.note

    def noted(*given: Any) -> None:
        """The ballot is in the outbox; for the closing statement it is not noted yet."""
        death.reached("queued")
        note(*given)
        death.reached("noted")

    closing.note = noted
    start = subprocess.Popen.__init__

    def started(self: object, *given: Any, **named: Any) -> None:
        """The choice is in the pipe, and belenios-tool is at work on it."""
        start(self, *given, **named)
        command = given[0] if given else named["args"]
        if "generate-ballot" in [str(part) for part in command]:
            death.soon("encrypting")

    subprocess.Popen.__init__ = started
    _kill_at_commit(booth.store.engine, "INSERT INTO outbox_ballots", "commit", death)


def _watch_papers(booth: Booth, death: Death) -> None:
    for name in ("issue", "print_out"):
        setattr(certificates, name, death.telling(getattr(certificates, name)))
    make, queue, prove, put_out = booth.press.make, acts.queue, Hand.prove, printer.put_out

    def pressed(document: Any) -> bytes:
        print("code", document.code, document.verification_url, flush=True)
        death.soon("drawing")
        pdf = make(document)
        death.reached("drawn")
        return pdf

    def queued(booth: Booth, connection: Any, act: object, **more: Any) -> str:
        mine = isinstance(act, CertificateAct)
        if mine:
            death.reached("numbered")
        id = queue(booth, connection, act, **more)
        if mine:
            death.reached("queued")
        return id

    def proved(hand: Hand, statement: Any) -> Any:
        word = prove(hand, statement)
        death.reached("proved")
        return word

    def printed(*given: Any, **named: Any) -> Any:
        outcome = put_out(*given, **named)
        death.reached("printed")
        return outcome

    booth.press.make = pressed
    acts.queue, Hand.prove, printer.put_out = queued, proved, printed
    _kill_at_commit(booth.store.engine, "INSERT INTO outbox_acts", "commit", death)
    _kill_at_commit(booth.store.engine, "UPDATE certificates", "fate", death)


def _kill_at_commit(engine: Engine, marked: str, what: str, death: Death) -> None:
    """Just before, or just after, the transaction with the statement `marked` becomes durable. Other lanes have
    connections of their own, and one of theirs may be done while this transaction still is not."""
    written: list[object] = []

    @event.listens_for(engine, "after_cursor_execute")
    def _seen(connection: Any, _cursor: object, statement: str, *_rest: object) -> None:
        if marked in statement:
            written.append(connection.connection.dbapi_connection)

    @event.listens_for(engine, "commit")
    def _before(connection: Any) -> None:
        if connection.connection.dbapi_connection in written:
            death.reached(f"before {what}")

    @event.listens_for(engine, "checkin")
    def _after(connection: object, _record: object) -> None:
        if connection in written:
            death.reached(f"after {what}")


if __name__ == "__main__":
    main()
