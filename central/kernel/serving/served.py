"""Notices that the database is older than what booths were told: a copy was put back and nobody said so.

Must never let a booth hear an acknowledgement, or a number of the feed, that the file beside the database has not.
"""

from __future__ import annotations

from central.kernel.centre import Centre
from central.settings import BadSettings
from central.store import Tx, alarms, counters, marks
from central.store.line import feed as feed_rows
from central.store.line import served

AHEAD = "booth-ahead"
_TAKEN = "taken"


class Behind(OSError):
    """The database is older than what was served from it: there is no answer until `kiosk-central restored` was run."""


def check(centre: Centre) -> None:
    """Before anybody is served. Raises Behind, BadSettings."""
    file = centre.served
    try:
        told = file.read()
        now = centre.store.once(served.stand)  # names an epoch, where there was none
        if told is not None and now.behind(told):
            raise Behind(_SENTENCE.format(home=centre.settings.home))
        file.raise_to(now)
    except ValueError:
        raise Behind(_DAMAGED.format(file=centre.settings.state / served.NAME)) from None
    except Behind:
        raise
    except OSError as error:
        place = str(centre.settings.state)
        raise BadSettings(f"folders.state = {place!r}: cannot be written ({error.strerror})") from None


_SENTENCE = (
    "the database is older than what this centre has served: a copy was put back. Run "
    "`kiosk-central restored --home {home}` first, or booths forget what was lost"
)
_DAMAGED = "{file} cannot be read. If no copy was put back, remove it; else run `kiosk-central restored`"


def count_taken(tx: Tx, envelopes: int) -> None:
    """So many envelopes are new. The last statement of its transaction: others wait for the number."""
    if envelopes:
        counters.take(tx, _TAKEN, envelopes)


def note(centre: Centre) -> None:
    """After a commit that a booth will be told of, and before it is. Raises Behind where the database was put back
    while this process served, and OSError where the file cannot be written: then there is no answer."""
    told = centre.served.known or centre.served.read()
    with centre.store.reading() as tx:
        epoch, counted = marks.get(tx, marks.EPOCH), counters.every(tx)
    if epoch is None:
        return  # no booth was ever greeted
    now = served.Stand(epoch, counted)
    if told is not None and now.behind(told):
        told = centre.served.read()  # `restored` may have written it anew
        if told is not None and now.behind(told):
            raise Behind("the database is older than what was served")
    if told is None or now.beyond(told):
        centre.served.raise_to(now)


def note_number(centre: Centre, number: int) -> None:
    """A booth is about to be told this number of the feed. As note; most times there is nothing to do."""
    told = centre.served.known
    if told is None or told.counters.get(feed_rows.COUNTER, 0) < number:
        note(centre)


def note_cursor(centre: Centre, booth: str, after: int) -> None:
    """A booth asks for what follows `after`. Nobody has told it of a number above our last, unless by a database that
    knew more than this one: an alarm, and until somebody has seen to it nothing is promised of backups."""
    with centre.store.reading() as tx:
        ahead = after > feed_rows.last(tx)
    if ahead:
        centre.store.once(lambda tx: _take_back(tx, centre, booth))


def _take_back(tx: Tx, centre: Centre, booth: str) -> None:
    alarms.ring(tx, AHEAD, booth, "", centre.clock())
    marks.put(tx, marks.KEPT_THROUGH, "")


def doubtful(tx: Tx) -> bool:
    """Whether a booth was ahead of us, and nobody has seen to it."""
    return alarms.rings(tx, AHEAD)


def begin_anew(centre: Centre) -> None:
    """`restored` has made a new epoch: that is what is served from now on. Raises OSError."""
    with centre.store.reading() as tx:
        now = served.stand(tx)
    centre.served.replace(now)
