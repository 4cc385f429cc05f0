"""One window, one round, one of each at a time for a booth, whichever process begins it."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Busy(Exception):
    """Another process has the turn."""


@contextmanager
def turn(store: Path, what: str) -> Iterator[None]:
    """Holds the turn of `what` ("run", "sync") for the booth whose database is `store`. Raises Busy, OSError."""
    with store.with_suffix(f".{what}.lock").open("w") as held:
        try:
            # The system gives it back when its holder ends, however that ends: no turn is stuck after a power cut.
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy from None
        yield


def is_taken(store: Path, what: str) -> bool:
    """Whether another process holds the turn now."""
    try:
        with turn(store, what):
            return False
    except (Busy, OSError):
        return True
