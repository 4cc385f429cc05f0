"""Processes that start in a hundredth of the time: one that has everything imported forks them. So that hundreds of
real servers and booths can be killed in a test.

Run as a program it reads one JSON object a line: {"what": "serve" | "booth", …}, and answers with the child's id.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


class Zygote:
    """The driver's end. Children are killed and awaited by their id."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._children: set[int] = set()

    def start(self, what: str, **how: Any) -> int:
        assert self._process.stdin is not None and self._process.stdout is not None
        print(json.dumps({"what": what, **how}), file=self._process.stdin, flush=True)
        child = int(self._process.stdout.readline())
        self._children.add(child)
        return child

    def kill(self, child: int, by: signal.Signals = signal.SIGKILL) -> None:
        """`by` SIGKILL: as a power cut would. Returns when it is gone."""
        self._children.discard(child)
        try:
            os.kill(child, by)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + 30
        while Path(f"/proc/{child}").exists():  # the zygote reaps it
            assert time.monotonic() < deadline, "it does not die"
            time.sleep(0.002)

    def close_children(self) -> None:
        for child in list(self._children):
            self.kill(child)

    def close(self) -> None:
        self.close_children()
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()


@contextmanager
def zygote(log: Path) -> Iterator[Zygote]:
    """`log`: where children may complain."""
    with log.open("w") as complaints:
        process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests' / 'support'}"},
        )
        made = Zygote(process)
        try:
            yield made
        finally:
            made.close()


def _main() -> None:
    _import_all()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children are reaped by the system
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            null = os.open(os.devnull, os.O_RDWR)
            os.dup2(null, 0)
            os.dup2(null, 1)
            os._exit({"serve": _serve, "booth": _booth}[order.pop("what")](**order))
        print(child, flush=True)


def _import_all() -> None:
    for name in ("central.app", "central.cli", "central.demo.seed", "outbox_life", "psycopg", "sync.client"):
        import_module(name)


def _serve(home: str, port: int) -> int:
    from central import cli

    return cli.main(["serve", "--home", home, "--port", str(port)])


def _booth(id: str, file: str, key: str, centre: str, url: str, batch: int, seed: int) -> int:
    """Rounds without end, until killed. The line now and then says everything twice."""
    from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
    from outbox_life import BoothOnly, closing_client

    from sync import Answer, Envelope, run_round

    fortune = random.Random(seed)
    public: Any = load_pem_public_key(centre.encode())
    private: Any = load_pem_private_key(key.encode(), None)
    booth = BoothOnly(id, "", Path(file), public, public, key=private)
    engine = booth.engine()
    while True:
        with closing_client(booth, url) as client:
            push = client.push

            def twice(envelopes: Sequence[Envelope], push: Any = push) -> list[Answer]:
                answers: list[Answer] = push(envelopes)
                if fortune.random() < 0.1:
                    answers = [*push(envelopes), *answers]  # asked twice, and both answers come
                return answers

            client.push = twice  # type: ignore[method-assign]
            keys = {"centre": public}
            run_round(client, engine.begin, lambda *_: None, keys=keys, now=_now(), batch=batch)
        time.sleep(fortune.uniform(0.1, 0.5))  # a pause between rounds: the machine is small


def _now() -> Any:
    from datetime import UTC, datetime

    return datetime.now(UTC)


if __name__ == "__main__":
    _main()
