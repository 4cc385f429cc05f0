"""What of votes is kept how long, and what of them is told to whom it is about. Never which ciphertext is whose."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from functools import partial

from central.kernel import retention
from central.kernel.centre import Centre
from central.kernel.retention import ago, through
from central.matters.votes.life import telling
from central.matters.votes.store import ballots, elections
from central.matters.votes.store import letting_go as rows
from central.matters.votes.store import receipts as receipt_rows
from central.store import Tx, audit
from central.store.line import feed as feed_rows
from municipality.matters.votes.keeps import VoteThing
from municipality.matters.votes.messages import Election


def let_go(centre: Centre, now: datetime) -> int:
    """Whatever tells whose ballot is whose, or which booth's: the links, the closing statements, and the bodies of acts
    that say it too."""
    return _links(centre, now) + _bodies(centre, now)


def _links(centre: Centre, now: datetime) -> int:
    """Who sent which ciphertext, after the time for appeals; that it was destroyed is written down vote by vote."""
    with centre.store.reading() as tx:
        ended = rows.ended_votes(tx, ago(now, VoteThing.VOTE_LINKS))
    total = 0
    for election in ended:
        centre.store.once(partial(telling.end, election=election))
        # Each vote with its own line: a cut leaves no destruction unwritten but that of the vote it came into.
        count = through(centre, partial(rows.cut_links, election=election))
        total += through(centre, partial(rows.cut_statements, election=election))
        if count:
            with centre.store.writing() as tx:
                audit.note(tx, retention.WHO, retention.ROLE, "vote.links_destroyed", f"{election} {count}", now)
        total += count + through(centre, partial(receipt_rows.forget_refused, election=election))
    return total


def _bodies(centre: Centre, now: datetime) -> int:
    """A ballot that was refused tells whose it is as well, and its ciphertext may stand on the board by another way; a
    closing act names the ballots of its booth. Which vote they are of is sealed: their bodies go when no vote that they
    could be of is left."""
    with centre.store.reading() as tx:
        before = rows.votes_over_before(tx, ago(now, VoteThing.VOTE_LINKS))
    some = (
        rows.empty_refused_ballots,
        rows.empty_closing_acts,
        rows.empty_ballots_in_conflict,
        rows.empty_discarded_ballots,
    )
    return sum(through(centre, partial(one, before=before)) for one in some)


def withdraw_slips(centre: Centre, now: datetime) -> int:
    """Withdraw slips, credentials and lists of trackers: booths drop them at their next round."""
    with centre.store.reading() as tx:
        ended = rows.ended_votes(tx, ago(now, VoteThing.VOTING_SLIPS))
    return sum(through(centre, partial(_withdraw, election=election)) for election in ended)


def _withdraw(tx: Tx, election: str) -> int:
    found = rows.vote_items(tx, election)
    # An empty body is a withdrawal: a booth that was away keeps nothing of it when it comes again.
    for kind in sorted({kind for kind, _ in found}):
        feed_rows.put(tx, kind, {key: "" for one, key in found if one == kind})
    return len(found)


def held_on(tx: Tx, cards: Collection[str]) -> list[dict[str, object]]:
    """Whether somebody was on the roll of a vote, and how many ballots came from their cards, while that is known."""
    sent = ballots.sent_from(tx, cards)
    return [
        {
            "election": held.election,
            "title": Election.read(held.notice).title.el,
            "state": held.state,
            "on_the_roll": bool(set(cards) & set(json.loads(held.roll))),
            "ballots_received": sent.get(held.election, 0),
        }
        for held in reversed(elections.all_of(tx))
    ]
