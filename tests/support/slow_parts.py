"""Parts of a booth made slow: the real ones, each call held up first. Seconds are slept on the thread that calls."""

import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from kiosk.kernel.booth import Booth

# What a visit with a vote and a certificate must have been held up by, or it was not slow.
HELD_UP = frozenset({"connect", "transmit 20", "reading", "writing", "look", "ready", "print"})


class Delay:
    """Each kind of call is held up `first` seconds the first time, and `later` seconds from then on; not while off."""

    def __init__(self, first: float, later: float, *, on: bool = False) -> None:
        self.first, self.later = first, later
        self.on = on
        self.calls: Counter[str] = Counter()
        self.threads: set[int] = set()

    def __call__(self, name: str) -> None:
        if not self.on:
            return
        self.calls[name] += 1
        self.threads.add(threading.get_ident())
        time.sleep(self.first if self.calls[name] == 1 else self.later)


class SlowConnection:
    def __init__(self, line, delay: Delay) -> None:
        self._line, self._delay = line, delay

    def transmit(self, apdu: bytes) -> bytes:
        # Every card is asked dozens of things; the first of each instruction stands for them.
        if not self._delay.calls[name := f"transmit {apdu[1]:02X}"]:
            self._delay(name)
        return self._line.transmit(apdu)

    def close(self) -> None:
        self._line.close()


class SlowReader:
    def __init__(self, reader, delay: Delay) -> None:
        self._reader, self._delay = reader, delay
        self.name = reader.name
        self.watch = reader.watch

    def connect(self):
        self._delay("connect")
        return SlowConnection(self._reader.connect(), self._delay)


class SlowPrinter:
    def __init__(self, printer, delay: Delay) -> None:
        self._printer, self._delay = printer, delay

    def ready(self):
        self._delay("ready")
        return self._printer.ready()

    def look(self):
        self._delay("look")
        return self._printer.look()

    def print(self, pdf, job_id, *, wait_seconds):
        self._delay("print")
        return self._printer.print(pdf, job_id, wait_seconds=wait_seconds)


class SlowStore:
    def __init__(self, store, delay: Delay) -> None:
        self._store, self._delay = store, delay
        self.engine, self.fold = store.engine, store.fold

    @contextmanager
    def reading(self):
        self._delay("reading")
        with self._store.reading() as connection:
            yield connection

    @contextmanager
    def writing(self):
        self._delay("writing")
        with self._store.writing() as connection:
            yield connection


def slowed(booth: Booth, delay: Delay) -> Booth:
    """The same booth behind slow parts."""
    return replace(
        booth,
        reader=SlowReader(booth.reader, delay),
        printer=SlowPrinter(booth.printer, delay),
        store=SlowStore(booth.store, delay),
    )


@contextmanager
def slow_server(seconds: float):
    """A centre that takes its time and then is of no use; gives its address and the list of what it was asked."""
    asked: list[str] = []

    class Slow(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)
            time.sleep(seconds)
            self.send_error(503)

        do_GET = do_POST

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def slow_round(home: Path, seconds: float) -> Iterator[tuple[subprocess.Popen[bytes], list[str]]]:
    """A round with a slow centre, in a process of its own as at night, and what the centre was asked."""
    with slow_server(seconds) as (url, asked):
        config = str(home / "kiosk.toml")
        command = [sys.executable, "-m", "kiosk", "sync", "--once", "--config", config, "--centre", url]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                yield process, asked
                process.wait(60)
            finally:
                process.kill()
