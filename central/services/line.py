"""What the line to the booths remembers. Never a body."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from central.services.centre import Centre
from central.store import StoreFailed as StoreFailed
from central.store import nonces


def nonce_seen(centre: Centre) -> Callable[[str, str, datetime, datetime], bool]:
    """The memory of nonces, in the store: several processes may serve."""

    def seen(booth: str, nonce: str, until: datetime, now: datetime) -> bool:
        return centre.store.once(lambda tx: nonces.seen(tx, booth, nonce, until, now))

    return seen
