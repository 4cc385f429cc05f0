"""Asks the town hall's server who it is. Sends nothing that waits, and takes nothing."""

import time
from collections.abc import Callable
from typing import Protocol

from kiosk.kernel.conditions import Finding, found
from sync import Garbled, Hello, LineError, RequestRefused


class Greeter(Protocol):
    """The part of a line that can say hello."""

    def hello(self) -> Hello: ...


def check_centre(line: Greeter, last: str, *, clock: Callable[[], float] = time.monotonic) -> Finding:
    """`last`: when a round last came to its end, in words for the technician."""
    began = clock()
    try:
        line.hello()
    except RequestRefused as refusal:
        return found("centre.refused", why=refusal.reason)
    except Garbled:
        return found("centre.stranger")
    except LineError as problem:
        return found("centre.silent", why=str(problem), last=last)
    return found("centre.ok", milliseconds=round(1000 * (clock() - began)))
