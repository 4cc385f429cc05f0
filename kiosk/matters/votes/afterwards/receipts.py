"""What this booth can tell of a ballot by its tracker, off line too: from the lists that the town hall makes each day.

Never: whose it is, or a trace of what was asked for.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from ballot_box import tracker
from kiosk.desk.matter import Anybody
from kiosk.devices.scanner import ScannerState
from kiosk.kernel import public_matter
from kiosk.matters.votes import notices
from municipality.matters.votes.messages import Election, Trackers, VoteItem
from municipality.matters.votes.receipts import LEAST, Listing, Receipt
from municipality.messages import Words
from sync import inbox


@dataclass(frozen=True)
class Checked:
    """Where a ballot stands, as of when the booth knows it, and in which vote where that is known."""

    state: Receipt
    as_of: datetime
    vote: Words | None = None


@dataclass(frozen=True)
class NoVote:
    """The code names a vote that this booth does not know."""


@dataclass(frozen=True)
class NoList:
    """Nothing can be told: no list of ballots has come, or none is kept any more."""


def can_scan(here: Anybody) -> bool:
    return here.booth.scanner.look() is ScannerState.READY


def scanned(code: str) -> tuple[str, str]:
    """The tracker in a code that fits the page's pattern, and the vote that its address names, "" for none."""
    found, vote = re.search("[0-9a-f]{64}", code.lower()), re.search("/votes/([^/?#]+)/", code)
    return found[0] if found else "", vote[1] if vote else ""


def typed(text: str) -> str:
    """The digits of a tracker or of its beginning; "" for what is none, or too short."""
    return tracker.begun(text, LEAST) or ""


def find(here: Anybody, digits: str, vote: str = "") -> Checked | NoVote | NoList:
    """Of the ballots of every vote, the one whose tracker begins so. `vote`: said to be of that one."""
    booth = here.booth
    with booth.store.reading() as connection:
        bodies = [item.body for item in inbox.all_of(connection, VoteItem.TRACKERS) if item.body]
        votes = {one.election: one for one in notices.elections(booth, connection)}
    if vote and vote not in votes:
        return NoVote()
    lists = [
        one for one in public_matter.still_good(booth, bodies, VoteItem.TRACKERS, Trackers) if one.election in votes
    ]
    if not lists:
        return NoList()
    found = [(one, state) for one in lists for _begun, state in Listing(one.ballots).begun(digits)]
    match found:
        case []:
            return _not_listed(lists, votes, booth.clock())
        case [(of, state)]:
            return Checked(state, of.as_of, votes[of.election].title)
    return Checked(Receipt.SEVERAL, min(one.as_of for one, _state in found))


def _not_listed(lists: list[Trackers], votes: dict[str, Election], now: datetime) -> Checked:
    """It may come yet as long as one vote's board can grow."""
    final = {one.election for one in lists if one.over}
    growing = [one.as_of for one in lists if not one.over]
    may_come = growing or any(now < vote.ends for vote in votes.values() if vote.election not in final)
    as_of = min(growing or [one.as_of for one in lists])
    return Checked(Receipt.NOT_ARRIVED if may_come else Receipt.NOT_COUNTED, as_of)
