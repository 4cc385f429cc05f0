"""Makes sealed papers in a process of its own, so that the window never pays for what draws and seals.

Nothing about a person leaves the two pipes: not in arguments, files, logs or errors.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal, Protocol, Self

PressWhy = Literal["seal", "start", "letters", "paper", "died", "timeout", "closed"]


class Document(Protocol):
    """Any of `printing.documents`' papers."""

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values with the paper's `kind`."""


class PressFailed(RuntimeError):
    """No paper was made. `why` is a code; the text never holds personal data.

    seal: the seal file cannot be used; start: the worker cannot work here (a font is missing…); letters: a character
    that paper cannot show, its field named in `detail`; paper: this document cannot be set; died, timeout: the worker,
    twice in a row or too slow; closed: the press was closed.
    """

    def __init__(self, why: PressWhy, detail: str = "") -> None:
        super().__init__(f"{why}: {detail}" if detail else why)
        self.why: PressWhy = why
        self.detail = detail


class Press:
    """Owns one worker. May be called from any thread; papers are made one at a time.

    `seal_file` is a PKCS#12 file, None for papers that carry no seal. The worker starts at the first paper or at
    `warm_up()`, and ends at `rest()`.
    """

    def __init__(
        self,
        seal_file: Path | None,
        *,
        passphrase: bytes | None = None,
        start_seconds: float = 20.0,
        paper_seconds: float = 10.0,
    ) -> None:
        self._seal_file = seal_file
        self._passphrase = passphrase
        self._start_seconds = start_seconds
        self._paper_seconds = paper_seconds
        # The worker dies with the thread that started it (prctl), so one thread of ours lives as long as the press.
        self._lane = ThreadPoolExecutor(1, "press")
        self._worker: _Worker | None = None
        self._closed = threading.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def worker_pid(self) -> int | None:
        """The worker's process id, for the doctor and for tests."""
        worker = self._worker
        return worker.pid if worker is not None else None

    def warm_up(self) -> None:
        """Starts the worker in the background; a failure shows at the first paper."""
        with contextlib.suppress(RuntimeError):
            self._lane.submit(self._warmed)

    def rest(self) -> None:
        """Ends the worker in the background, after the papers that were asked for: what it has drawn leaves the memory
        with it. The next paper starts another."""
        with contextlib.suppress(RuntimeError):
            self._lane.submit(self._end)

    def make(self, document: Document) -> bytes:
        """The sealed PDF. Raises PressFailed."""
        if self._closed.is_set():
            raise PressFailed("closed")
        line = json.dumps(document.to_dict()).encode() + b"\n"
        try:
            work = self._lane.submit(self._made, line)
        except RuntimeError:
            raise PressFailed("closed") from None
        return work.result()

    def close(self) -> None:
        """Ends the worker; a paper under way fails with `died` or `closed`."""
        self._closed.set()
        worker = self._worker
        if worker is not None:
            worker.kill()
        self._lane.shutdown(wait=True, cancel_futures=False)
        if self._worker is not None:
            self._worker.kill()
            self._worker = None

    def _warmed(self) -> None:
        with contextlib.suppress(PressFailed):
            self._alive()

    def _alive(self) -> _Worker:
        if self._closed.is_set():
            raise PressFailed("closed")
        if self._worker is None or not self._worker.alive:
            self._end()
            self._worker = _Worker(self._seal_file, self._passphrase, self._start_seconds)
        return self._worker

    def _end(self) -> None:
        if self._worker is not None:
            self._worker.kill()
            self._worker = None

    def _made(self, line: bytes) -> bytes:
        """A paper is the same however often it is drawn, so a worker that died is given one more try."""
        for attempt in (1, 2):
            worker = self._alive()
            try:
                answer = worker.ask(line, self._paper_seconds)
            except PressFailed as failed:
                self._end()
                if failed.why == "died" and attempt == 1:
                    continue
                raise
            if "pdf" in answer:
                return base64.b64decode(answer["pdf"])
            raise PressFailed("letters" if answer.get("why") == "letters" else "paper", str(answer.get("detail", "")))
        raise PressFailed("died")


class _Worker:
    """One worker process, ready to take papers. Raises PressFailed from the constructor."""

    def __init__(self, seal_file: Path | None, passphrase: bytes | None, seconds: float) -> None:
        self._process = _started()
        self._rest = b""
        secret = None if passphrase is None else base64.b64encode(passphrase).decode()
        seal = None if seal_file is None else str(seal_file)
        setup = json.dumps({"seal": seal, "passphrase": secret}).encode() + b"\n"
        try:
            answer = self.ask(setup, seconds)
        except PressFailed:
            self.kill()
            raise
        if not answer.get("ready"):
            self.kill()
            raise PressFailed("seal" if answer.get("why") == "seal" else "start", str(answer.get("detail", "")))

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def ask(self, line: bytes, seconds: float) -> dict[str, Any]:
        """One line there, one line back. Raises PressFailed (died, timeout)."""
        until = time.monotonic() + seconds
        assert self._process.stdin is not None and self._process.stdout is not None
        try:
            self._process.stdin.write(line)
            self._process.stdin.flush()
            while b"\n" not in self._rest:
                left = until - time.monotonic()
                if left <= 0 or not select.select([self._process.stdout], [], [], left)[0]:
                    raise PressFailed("timeout")
                got = os.read(self._process.stdout.fileno(), 1 << 16)
                if not got:
                    raise PressFailed("died")
                self._rest += got
        except (OSError, ValueError):
            raise PressFailed("died") from None
        raw, self._rest = self._rest.split(b"\n", 1)
        answer: dict[str, Any] = json.loads(raw)
        return answer


def _started() -> subprocess.Popen[bytes]:
    """setpriv ties the worker's life to ours, even when we are killed."""
    home = str(Path(__file__).resolve().parent.parent)
    paths = [home, *filter(None, [os.environ.get("PYTHONPATH")])]
    try:
        return subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", sys.executable, "-P", "-m", "printing", "worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            close_fds=True,
        )
    except FileNotFoundError:
        raise PressFailed("start", "setpriv is missing: install the Debian package util-linux") from None
