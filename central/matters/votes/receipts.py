"""Where each ballot of a vote stands, handed to every booth: exactly what the tables say when the board has grown, and
once a day, so that no ballot's moment shows. Never whose a ballot is.
"""

from __future__ import annotations

from central.kernel.centre import Centre
from central.matters.votes.store import ballots as ballot_rows
from central.matters.votes.store import elections as election_rows
from central.matters.votes.store import receipts as rows
from central.store import Tx
from central.store.line import feed as feed_rows
from municipality.matters.votes.messages import MOST_LISTED, Trackers, VoteItem
from municipality.matters.votes.receipts import Receipt, pack


def hand_out(centre: Centre, tx: Tx, election: str) -> None:
    """Put the vote's list into the feed, as its ballots stand in this transaction."""
    states = list(states_of(tx, election).items())
    # Should refused ones ever be so many, those that were taken come first.
    over = all(one.state != "open" for one in election_rows.shown(tx, election))
    packed = pack(dict(states[:MOST_LISTED]))
    listed = Trackers(election=election, as_of=centre.clock(), over=over, ballots=packed)
    feed_rows.put(tx, VoteItem.TRACKERS, {election: centre.sign(VoteItem.TRACKERS, listed.text())})


def states_of(tx: Tx, election: str) -> dict[str, Receipt]:
    """By tracker. A ballot that came after the board had grown is not there yet; one that was taken was not refused,
    whatever was said of another envelope with it."""
    taken = sorted(rows.places(tx, election), key=lambda one: one.rank)
    counted = {one.credential: one.tracker for one in taken if one.state == ballot_rows.ON_BOARD}
    counts = set(counted.values())
    known = {
        one.tracker: _state(one.state, counts=one.tracker in counts)
        for one in taken
        if one.state != ballot_rows.CURRENT
    }
    every = {one.tracker for one in taken}
    refused = {one: Receipt(why) for one, why in rows.refused_of(tx, election).items() if one not in every}
    return known | refused


def _state(state: str, *, counts: bool) -> Receipt:
    if state == ballot_rows.REFUSED:  # two officers have decided so
        return Receipt.NOT_TAKEN
    if state == ballot_rows.PENDING:
        return Receipt.PENDING
    if state in (ballot_rows.AUDITED, ballot_rows.AUDITED_BEFORE):
        return Receipt.AUDITED
    return Receipt.ON_BOARD if counts else Receipt.SUPERSEDED
