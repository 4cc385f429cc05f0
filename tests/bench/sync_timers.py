"""Where the time goes: functions are wrapped from outside and each second belongs to the innermost of them.

`python sync_timers.py FOLDER serve …` is `python -m central serve …` with timers; at its end FOLDER gets PID.json.
"""

from __future__ import annotations

import functools
import json
import os
import sys
import threading
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

OURS = ("sync", "central", "kiosk", "municipality")
SIGNATURES, SEAL, FORM, PACK, REQUEST = "verify envelopes", "open bodies", "reading the form", "zstd", "RFC 9421"
MATTER, CHAIN, ADMIT = "the matter's rows", "the chain", "admission"
READ, SQL, COMMIT, OUTBOX, LINE = "read bodies", "SQL", "commit", "outbox", "TLS and HTTP"
# (step, module, name); what is not there (any more) is left out.
POINTS = (
    (SIGNATURES, "sync.wire.envelope", "verify_envelope"),
    (SIGNATURES, "sync.wire.bulk", "_signed"),
    (SEAL, "sync.wire.sealing", "open_sealed"),
    (FORM, "sync.wire.messages", "encode_batch"),
    (FORM, "sync.wire.messages", "decode_items_of_batch"),
    (FORM, "sync.wire.messages", "encode_answers"),
    (FORM, "sync.wire.messages", "decode_answers"),
    (PACK, "sync.wire.compression", "pack"),
    (PACK, "sync.wire.compression", "unpack"),
    (REQUEST, "sync.wire.http_signing", "check_request"),
    (REQUEST, "sync.wire.http_signing", "sign_response"),
    (REQUEST, "sync.wire.http_signing", "sign_request"),
    (REQUEST, "sync.wire.http_signing", "check_response"),
    (READ, "municipality.messages", "Message.read"),
    (MATTER, "central.kernel.register", "Register.keep"),
    (CHAIN, "central.kernel.chain", "follow"),
    (ADMIT, "central.office.booths.admission", "admit"),
    (ADMIT, "central.office.booths.admission", "admit_again"),
    (SQL, "psycopg", "Cursor.execute"),
    (SQL, "psycopg", "Cursor.executemany"),
    (SQL, "psycopg", "Copy.write"),
    (SQL, "psycopg", "Copy.write_row"),
    (SQL, "psycopg", "Copy.__exit__"),
    (COMMIT, "psycopg", "Connection.commit"),
    (COMMIT, "sqlalchemy.engine.default", "DefaultDialect.do_commit"),
    (OUTBOX, "sync.store.outbox", "pending"),
    (OUTBOX, "sync.store.outbox", "acknowledge"),
    (OUTBOX, "sync.store.outbox", "counts"),
    (LINE, "sync.client", "Client._fetch"),
)
_local = threading.local()
_lock = threading.Lock()
_total: dict[str, list[float]] = {}


def timed(step: str, work: Callable[..., Any]) -> Callable[..., Any]:
    """`work`, its own seconds (by the clock, and of processor) added to `step`."""

    @functools.wraps(work)
    def run(*arguments: Any, **named: Any) -> Any:
        stack: list[list[float]] = _local.__dict__.setdefault("stack", [])
        inner = [0.0, 0.0]
        stack.append(inner)
        clock, processor = time.perf_counter(), time.thread_time()
        try:
            return work(*arguments, **named)
        finally:
            spent = time.perf_counter() - clock, time.thread_time() - processor
            stack.pop()
            if stack:
                stack[-1][0] += spent[0]
                stack[-1][1] += spent[1]
            with _lock:
                total = _total.setdefault(step, [0, 0.0, 0.0])
                total[0] += 1
                total[1] += spent[0] - inner[0]
                total[2] += spent[1] - inner[1]

    return run


def install(skip: frozenset[str] = frozenset()) -> None:
    """Wrap every point in the modules that are loaded or can be loaded now."""
    for step, module, name in POINTS:
        if module in skip:
            continue
        try:
            home = import_module(module)
        except ImportError:
            continue
        owner_name, _, attribute = name.rpartition(".")
        owner = getattr(home, owner_name, None) if owner_name else home
        if owner is None or attribute not in vars(owner):
            continue
        there = vars(owner)[attribute]
        if isinstance(there, classmethod):
            setattr(owner, attribute, classmethod(timed(step, there.__func__)))
        else:
            _replace(there, timed(step, there), owner, attribute)


def _replace(old: Any, new: Any, owner: Any, attribute: str) -> None:
    setattr(owner, attribute, new)
    for name, module in list(sys.modules.items()):  # `from … import f` has made other names for it
        if name.partition(".")[0] in OURS:
            for key, value in list(vars(module).items()):
                if value is old:
                    setattr(module, key, new)


Totals = dict[str, dict[str, float]]


def totals() -> Totals:
    """By step: calls, seconds by the clock, and of the calling thread's processor."""
    with _lock:
        return {
            step: {"calls": calls, "seconds": round(clock, 4), "cpu_seconds": round(processor, 4)}
            for step, (calls, clock, processor) in _total.items()
        }


def reset() -> None:
    with _lock:
        _total.clear()


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0])
    import central.app
    import central.cli
    import central.kernel.intake  # its names for what is wrapped must be there

    install()
    try:
        return central.cli.main(arguments[1:])
    finally:
        aside = folder / str(os.getpid())
        aside.write_text(json.dumps(totals()))
        aside.rename(aside.with_suffix(".json"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
