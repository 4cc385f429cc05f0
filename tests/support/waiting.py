"""Waiting for what another thread or process does, and whether a process is still there."""

import time
from collections.abc import Callable
from pathlib import Path


def until(there: Callable[[], object], seconds: float = 30) -> None:
    """Looks again until it is so. Raises AssertionError in the end."""
    deadline = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain"
        time.sleep(0.005)


def running(pid: int) -> bool:
    """Whether the process runs; one that has ended and waits for its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False
