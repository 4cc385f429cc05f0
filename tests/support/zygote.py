"""Processes that start in a hundredth of the time: one that has everything imported forks them. So that hundreds of
real servers and booths can be killed in a test.

Run as a program it reads one JSON object a line. {"what": "serve" | "booth", …} starts one, and is answered with its
id; {"kill": ID} kills it and is answered with how it ended: only who forked it can tell a kill from a crash.
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
    """The driver's end. Children are killed and awaited by their id; one that ended by itself fails the test."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self._process, self._log = process, log
        self._children: dict[int, str] = {}

    def start(self, what: str, **how: Any) -> int:
        child = self._order({"what": what, **how})
        self._children[child] = what
        return child

    def kill(self, child: int) -> None:
        """SIGKILL, as a power cut would. Returns when it is gone. Raises AssertionError, with its complaint, if it had
        ended before."""
        what = self._children.pop(child)
        code = os.waitstatus_to_exitcode(self._order({"kill": child}))
        assert code == -signal.SIGKILL, f"a {what} ended by itself with {code}:\n{self._log.read_text()[-4000:]}"

    def crashes(self) -> list[str]:
        """Lines in which a child complained of an exception that nobody had expected."""
        lines = self._log.read_text().splitlines()
        return [line for line in lines if line.startswith("Traceback ") or '"exception"' in line]

    def close_children(self) -> None:
        """All of them, and only then what one of them had to complain of."""
        ended: list[str] = []
        for child in list(self._children):
            try:
                self.kill(child)
            except AssertionError as by_itself:
                ended.append(str(by_itself))
        assert not ended, "\n".join(ended)

    def close(self) -> None:
        try:
            self.close_children()
        finally:
            assert self._process.stdin is not None and self._process.stdout is not None
            self._process.stdin.close()
            self._process.wait(60)
            self._process.stdout.close()

    def _order(self, order: dict[str, Any]) -> int:
        assert self._process.stdin is not None and self._process.stdout is not None
        print(json.dumps(order), file=self._process.stdin, flush=True)
        return int(self._process.stdout.readline())


@contextmanager
def zygote(log: Path) -> Iterator[Zygote]:
    """`log`: where children may complain. Raises AssertionError at the end if one of them had ended by itself."""
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
        made = Zygote(process, log)
        try:
            yield made
        finally:
            made.close()


def _main() -> None:
    _import_all()
    for line in sys.stdin:
        order = json.loads(line)
        if "kill" in order:
            # Nobody else waits for it: until now its id was its own, also if it had ended.
            os.kill(order["kill"], signal.SIGKILL)
            print(os.waitpid(order["kill"], 0)[1], flush=True)
            continue
        child = os.fork()
        if child == 0:
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

    from sync import Answer, Apply, Envelope, Policy, Round

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
            policy = Policy({"centre": public}, batch=batch)
            Round(client, engine.begin, Apply(lambda *_: None), policy).run(_now())
        time.sleep(fortune.uniform(0.1, 0.5))  # a pause between rounds: the machine is small


def _now() -> Any:
    from datetime import UTC, datetime

    return datetime.now(UTC)


if __name__ == "__main__":
    _main()
