"""A counter in a process of its own, which alone holds the booth's keys, its store, the card and the printer.

Never: Qt, a word to anybody but the window at the other end of the line it was given.
"""

import gc
import signal
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from kiosk.counter import first_picture
from kiosk.counter.counter import Counter
from kiosk.counter.lanes import Call
from kiosk.counter.line import CLOSED, Kind, LineBroken, Listener, heard, said, send, taken_apart
from kiosk.counter.opening import opening_of
from kiosk.counter.showing import Opening, Touch
from kiosk.desk.lobby import Lobby
from kiosk.kernel.booth import Booth
from kiosk.matters import MATTERS

Calls = SimpleQueue[Call | None]
_HUNG_SECONDS = 10  # a window that does not take a word for so long is no window any more
LOOK_SECONDS = 60


def serve(booth: Booth, line: socket.socket, kept: Path) -> None:
    """Until the window closes the line, or SIGTERM or SIGINT. `kept`: where the first picture is kept."""
    calls: Calls = SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: calls.put(None))
    counter = Counter(Lobby(booth, MATTERS), booth.settings.screen.languages, booth.clock, calls.put)
    opening = opening_of(booth, counter.showing)
    first_picture.keep(kept, opening)
    watches = (counter.watch(booth.reader), counter.watch_scanner(booth.scanner))
    # All that stays stands by now: the collector leaves it out of its rounds.
    gc.freeze()
    gc.enable()
    try:
        attend(counter, line, calls, opening, Renewal(booth, counter, opening, kept).look)
    finally:
        for watch in watches:
            watch.stop()


class Renewal:
    """What the town hall has said anew of itself (its name, where it is found, its crest), for a new window: looked for
    once a minute, and only with nobody here."""

    def __init__(
        self,
        booth: Booth,
        counter: Counter,
        opening: Opening,
        kept: Path,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._booth, self._counter, self._said, self._kept = booth, counter, opening, kept
        self._monotonic, self._looked = monotonic, monotonic()

    def look(self) -> Opening | None:
        """Another opening than the one that was said last, or None."""
        if not self._counter.at_rest or self._monotonic() - self._looked < LOOK_SECONDS:
            return None
        self._looked = self._monotonic()
        opening = opening_of(self._booth, self._counter.showing)
        if opening.stage == self._said.stage:
            return None
        self._said = opening
        first_picture.keep(self._kept, opening)
        return opening


def attend(
    counter: Counter,
    line: socket.socket,
    calls: Calls,
    opening: Opening,
    anew: Callable[[], Opening | None] = lambda: None,
) -> None:
    """Says `opening`, then obeys the window and tells it each change, until one of the two ends. `calls`: what the
    counter's `post` fills; this is the counter's thread. `anew`: asked after each call whether the window is to begin
    again with another opening. Raises LineBroken where nobody closed the line."""

    def look() -> None:
        if (other := anew()) is not None:
            _say(line, Kind.OPENING, other.to_json(), calls)

    line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", _HUNG_SECONDS, 0))
    counter.listen(lambda showing: _say(line, Kind.SHOWING, showing.to_json(), calls))
    _say(line, Kind.OPENING, opening.to_json(), calls)
    faults: list[str] = []
    threading.Thread(target=_listen, args=(line, counter, calls, faults), name="window", daemon=True).start()
    try:
        while (call := calls.get()) is not None:
            _made(call)
            del call
            _made(look)
    finally:
        counter.close()
    if faults:
        raise LineBroken(faults[0])


def _made(call: Call) -> None:
    """What goes wrong with one touch is logged (its type and place) and does not end the booth."""
    try:
        call()
    except Exception:
        sys.excepthook(*sys.exc_info())


def _say(line: socket.socket, kind: Kind, content: Mapping[str, Any], calls: Calls) -> None:
    try:
        send(line, kind, said(content))
    except LineBroken:
        calls.put(None)


def _listen(line: socket.socket, counter: Counter, calls: Calls, faults: list[str]) -> None:
    """On a thread of its own: what the window says becomes calls of the counter's thread."""
    listener = Listener(line)
    try:
        while True:
            for kind, content in listener.receive():
                calls.put(_call(counter, kind, content))
    except LineBroken as why:
        if str(why) != CLOSED:
            faults.append(str(why))
    except (KeyError, TypeError, ValueError) as fault:
        faults.append(f"the window said what no window says ({type(fault).__name__})")
    finally:
        calls.put(None)


def _call(counter: Counter, kind: Kind, content: bytearray) -> Callable[[], None]:
    match kind:
        case Kind.BEAT:
            return counter.beat
        case Kind.TOUCH:
            touch = Touch.from_json(heard(content))
            return lambda: counter.touch(touch)
        case Kind.PIN:
            face, digits = taken_apart(content)
            return lambda: counter.pin(digits, face)
    raise LineBroken("not a window's word")
