"""Verifies and judges acts that were taken in on their batch's signature alone (`[intake] verify = "batch"`).

Must never let one that does not hold stay accepted, nor touch what was judged already.
"""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from central.kernel.centre import Centre
from central.kernel.intake import keep, sender_of
from central.kernel.judging import Verdict, examine_all
from central.kernel.matter import Rejected
from central.store import Tx, Unstorable, alarms
from central.store.line import booths as booth_rows
from central.store.line import envelopes as rows
from sync import Envelope

_log = logging.getLogger(__name__)
_PAGE = 200
REJECTED_LATER = "rejected-later"


@dataclass(frozen=True)
class Audited:
    """How many were judged, and with what outcome."""

    judged: int
    accepted: int
    rejected: int


def audit(centre: Centre, *, stop: Callable[[], bool] = lambda: False) -> Audited:
    """Judge everything that still waits for it, a page in a transaction."""
    judged = rejected = 0
    after = ""
    while not stop():
        with centre.store.reading() as tx:
            page = rows.unchecked(tx, _PAGE, after)
        if not page:
            break
        by_booth: dict[str, list[Envelope]] = defaultdict(list)
        for one in page:
            by_booth[one.booth].append(Envelope.read(one.message))
        for booth, envelopes in by_booth.items():
            reasons = _judge(centre, booth, envelopes)
            judged += len(reasons)
            rejected += sum(bool(reason) for reason in reasons.values())
        after = page[-1].envelope
    return Audited(judged, judged - rejected, rejected)


@contextmanager
def beside(centre: Centre, every: float = 30) -> Iterator[None]:
    """Judge beside the serving what was only stored, every so many seconds. Nothing runs where each is judged first;
    what an earlier setting left behind is for `kiosk-central audit-envelopes`."""
    stopping = threading.Event()

    def go_on() -> None:
        while not stopping.wait(every):
            try:
                audit(centre, stop=stopping.is_set)
            except Exception as trouble:  # serving goes on; the next turn tries again
                _log.error("stored envelopes could not be judged: %s", type(trouble).__name__)

    if centre.settings.intake.verify != "batch":
        yield
        return
    thread = threading.Thread(target=go_on, name="audit-envelopes")
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()


def _judge(centre: Centre, booth: str, envelopes: Sequence[Envelope]) -> dict[str, str]:
    """ "" or why not, for each that was still to be judged."""
    with centre.store.reading() as tx:
        sender = sender_of(tx, booth, released=True)  # it was served when it sent them
    verdicts = dict(
        zip((one.id for one in envelopes), examine_all(centre, sender, envelopes, later=False), strict=True)
    )
    try:
        return centre.store.once(lambda tx: _note(centre, tx, booth, verdicts))
    except Unstorable:
        reasons: dict[str, str] = {}
        for id, verdict in verdicts.items():
            reasons |= _judge_alone(centre, booth, id, verdict)
        return reasons


def _judge_alone(centre: Centre, booth: str, id: str, verdict: Verdict) -> dict[str, str]:
    try:
        return centre.store.once(lambda tx: _note(centre, tx, booth, {id: verdict}))
    except Unstorable:
        return centre.store.once(lambda tx: _note(centre, tx, booth, {id: Rejected("not-storable")}))


def _note(centre: Centre, tx: Tx, booth: str, verdicts: dict[str, Verdict]) -> dict[str, str]:
    now = centre.clock()
    booth_rows.find(tx, booth, lock=True)
    waiting = rows.unchecked_among(tx, verdicts)
    open_ones = {id: verdict for id, verdict in verdicts.items() if id in waiting}
    reasons = keep(tx, centre.matters, dict.fromkeys(open_ones, booth), open_ones, now)
    rows.set_signature(tx, [id for id, reason in reasons.items() if not reason], rows.CHECKED)
    refused = {id: reason for id, reason in reasons.items() if reason}
    rows.reject(tx, refused)
    if refused:
        # The booth has its answer, and may let go of the act on it: from now on it is the town hall's to look after.
        alarms.ring(tx, REJECTED_LATER, booth, "", now)
    return reasons
