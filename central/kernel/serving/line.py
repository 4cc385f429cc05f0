"""What the line to the booths remembers: nonces, when a booth was heard, what it last said of itself. Never a body."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from central.kernel.centre import Centre
from central.kernel.serving import served
from central.store import StoreFailed as StoreFailed
from central.store import Tx, marks
from central.store.line import booths, nonces, sightings
from municipality.messages import BoothStatus, MessageRefused
from sync import PROTOCOL, BadMessage, Hello, server

# A clock that is earlier by more than this than what booths were told was put back; smaller steps are covered by
# central.kernel.backup.CLOCKS.
_BACK: Final = timedelta(minutes=2)
_NOTED_EVERY: Final = timedelta(minutes=1)


def nonce_seen(centre: Centre) -> Callable[[str, str, datetime, datetime], bool]:
    """The memory of nonces, in the store: several processes may serve."""

    def seen(booth: str, nonce: str, until: datetime, now: datetime) -> bool:
        return centre.store.once(lambda tx: nonces.seen(tx, booth, nonce, until, now))

    return seen


def hello(centre: Centre, booth: str) -> Hello:
    """What `booth` is told; that it was heard is noted."""
    now = centre.clock()  # before the look: what it promises was so at this instant

    def look(tx: Tx) -> tuple[booths.Booth | None, datetime | None, str]:
        sightings.heard(tx, booth, now)
        return booths.find(tx, booth), _promise(tx, now), marks.epoch(tx)

    found, kept, epoch = centre.store.once(look)
    if found is None or found.state == "quarantined":
        kept = None  # what a stolen booth still holds is evidence: it is never told to empty anything
    return Hello(PROTOCOL, now, centre.settings.municipality, kept, epoch)


def _promise(tx: Tx, now: datetime) -> datetime | None:
    """Through when a backup holds what came in. A promise of the future was made by a clock that was ahead; and after
    the clock was put back, what comes in now bears times that an older copy seems to hold. Such a promise is taken back
    for good: the next backup makes a new one."""
    kept, told = _instant(marks.get(tx, marks.KEPT_THROUGH)), _instant(marks.get(tx, marks.TOLD))
    back = told is not None and now < told - _BACK
    if told is None or back or now > told + _NOTED_EVERY:
        marks.put(tx, marks.TOLD, now.isoformat())
    if kept is not None and (back or kept > now):
        marks.put(tx, marks.KEPT_THROUGH, "")
        return None
    return None if served.doubtful(tx) else kept


def kept_through(centre: Centre) -> datetime | None:
    """Through when a backup holds what came in; None before the first."""
    with centre.store.reading() as tx:
        return _instant(marks.get(tx, marks.KEPT_THROUGH))


def read_status(body: bytes, *, max_bytes: int) -> BoothStatus:
    """The status in a packed body. Raises BadMessage, sync.TooLarge."""
    try:
        return BoothStatus.read(server.unpack_body(body, max_bytes=max_bytes))
    except MessageRefused:
        raise BadMessage("no status of a booth") from None


def note_status(centre: Centre, booth: str, status: BoothStatus) -> None:
    """Keep what `booth` says of itself in place of what it said before; an older word never replaces a newer one."""
    now = centre.clock()
    with centre.store.writing() as tx:
        before = _at(sightings.last_word(tx, booth))
        # A word from a booth whose clock was ahead must not stand for days against those that follow.
        if before is not None and status.at < before <= now + server.TOLERANCE:
            sightings.heard(tx, booth, now)
        else:
            sightings.tell(tx, booth, status.text(), now)


def _at(word: str | None) -> datetime | None:
    """When it was said; None too if it was of a form that is no longer read."""
    try:
        return None if word is None else BoothStatus.read(word).at
    except MessageRefused:
        return None


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
