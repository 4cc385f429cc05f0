"""What is new comes down, page after page, each verified before anything of it is applied."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from sync.rounds.ahead import Ahead, timed
from sync.rounds.pace import kept
from sync.rounds.parties import Line
from sync.rounds.steps import Stopped, Work
from sync.store import inbox
from sync.wire.matter import NotSigned
from sync.wire.messages import Page, verify_page

_PACE: Final = "pace.pull"


def pull(line: Line, work: Work, ticks: Callable[[], float], cut: bool) -> str:
    """Until nothing is new: "". Otherwise a short code; raises Stopped and LineError."""
    with work.store() as connection:
        pace = kept(connection, _PACE, most=work.policy.page, cut=cut)
        cursor = inbox.cursor(connection)
    with Ahead[tuple[Page, float]]() as ahead:
        ahead.start(partial(timed, ticks, partial(line.pull, cursor, pace.size)))
        while True:
            page, seconds = ahead.land()
            try:
                verify_page(page, work.policy.keys)
            except NotSigned as problem:
                return f"not signed: {problem}"
            # Else a centre could have us ask for ever.
            if page.cursor < cursor or (page.more and page.cursor == cursor):
                return "cursor went back"
            pace = pace.carried(len(page.items), sum(len(item.body) for item in page.items), seconds)
            cursor, goes_on = page.cursor, page.more and not work.stop()
            if goes_on:  # the next one comes while this one is applied
                ahead.start(partial(timed, ticks, partial(line.pull, cursor, pace.size)))
            work.take_items(page.items, cursor, (_PACE, pace.text()))
            if not page.more:
                break
            if not goes_on or work.stop():
                raise Stopped
    work.retry_set_aside()
    return ""
