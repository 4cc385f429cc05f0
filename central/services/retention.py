"""Obeys municipality.retention: bounded transactions, one audit line for each thing that went.

Must never take away a digest that makes a second arrival known, nor what a vote under way still needs.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from central.services import auditing
from central.services.centre import Centre, ClockRefused
from central.store import Tx, audit
from central.store import feed as feed_rows
from central.store import retention as rows
from central.store import roll as roll_rows
from municipality.retention import Thing, days

WHO, ROLE = "purge", "system"


def purge(centre: Centre) -> dict[str, int]:
    """Everything whose time is over. Returns how many rows of each thing; those of which there were none are 0.

    May be killed and run again at any time. What goes, goes for good: raises ClockInDoubt by a clock that is not
    believed, ClockRefused by a demo's shifted one.
    """
    if centre.shifted:
        raise ClockRefused("nothing is destroyed by a clock that was shifted: run it without --at")
    now = centre.clock()
    auditing.audit(centre)  # what still waits for its judgement has a reason to be kept, and after it none
    gone = {
        Thing.ENVELOPES: _through(centre, lambda tx: rows.empty_envelopes(tx, "accepted", _ago(now, Thing.ENVELOPES))),
        Thing.REFUSED: _through(centre, lambda tx: rows.empty_envelopes(tx, "rejected", _ago(now, Thing.REFUSED))),
        Thing.CONFLICTS: _through(centre, lambda tx: rows.empty_conflicts(tx, _ago(now, Thing.CONFLICTS))),
        Thing.QUARANTINE: _through(centre, lambda tx: rows.empty_quarantine(tx, _ago(now, Thing.QUARANTINE))),
        Thing.VOTE_LINKS: _votes(centre, now) + _refused_ballots(centre, now),
        Thing.VOTING_SLIPS: _slips(centre, now),
        Thing.CERTIFICATES: _through(centre, lambda tx: rows.unname_certificates(tx, _ago(now, Thing.CERTIFICATES))),
        Thing.IMPORTS: _imports(centre, now),
        Thing.CARDS: _through(centre, lambda tx: rows.drop_cards(tx, _ago(now, Thing.CARDS))),
        Thing.ALARMS: centre.store.once(lambda tx: rows.drop_alarms(tx, _ago(now, Thing.ALARMS))),
    }
    expired = centre.store.once(lambda tx: rows.drop_expired(tx, now))
    gone[Thing.NONCES] = _through(centre, lambda tx: rows.drop_nonces(tx, now))
    gone[Thing.SESSIONS] = sum(expired.values())
    noted = {thing: count for thing, count in gone.items() if count and thing not in (Thing.NONCES, Thing.SESSIONS)}
    with centre.store.writing() as tx:
        for thing, count in noted.items():
            audit.note(tx, WHO, ROLE, "retention.purge", f"{thing.value} {count}", now)
    return {thing.value: count for thing, count in gone.items()}


def _ago(now: datetime, thing: Thing) -> datetime:
    return now - timedelta(days=days(thing))


def _through(centre: Centre, some: Callable[[Tx], int]) -> int:
    """Again and again until nothing is left, each time in a transaction of its own."""
    total = 0
    while count := centre.store.once(some):
        total += count
    return total


def _votes(centre: Centre, now: datetime) -> int:
    """Who sent which ciphertext, after the time for appeals; that it was destroyed is written down vote by vote."""
    with centre.store.reading() as tx:
        ended = rows.ended_votes(tx, _ago(now, Thing.VOTE_LINKS))
    total = 0
    for election in ended:
        count = _through(centre, partial(rows.cut_links, election=election))
        if count:
            with centre.store.writing() as tx:
                audit.note(tx, WHO, ROLE, "vote.links_destroyed", f"{election} {count}", now)
        total += count
    return total


def _refused_ballots(centre: Centre, now: datetime) -> int:
    """A ballot that was refused tells whose it is as well, and its ciphertext may stand on the board by another way.
    Which vote it is of is sealed: its body goes when no vote that it could be of is left."""
    with centre.store.reading() as tx:
        before = rows.votes_over_before(tx, _ago(now, Thing.VOTE_LINKS))
    some = (rows.empty_refused_ballots, rows.empty_ballots_in_conflict, rows.empty_discarded_ballots)
    return sum(_through(centre, partial(one, before=before)) for one in some)


def _slips(centre: Centre, now: datetime) -> int:
    """Withdraw slips and credentials: booths drop them at their next round."""
    with centre.store.reading() as tx:
        ended = rows.ended_votes(tx, _ago(now, Thing.VOTING_SLIPS))
    return sum(_through(centre, partial(_withdraw, election=election)) for election in ended)


def _withdraw(tx: Tx, election: str) -> int:
    found = rows.vote_items(tx, election)
    for kind in sorted({kind for kind, _ in found}):
        feed_rows.put(tx, kind, {key: "" for one, key in found if one == kind})
    return len(found)


def _imports(centre: Centre, now: datetime) -> int:
    """Previews that nobody decided are discarded after the same time, and emptied with the rest."""
    before = _ago(now, Thing.IMPORTS)

    def give_up(tx: Tx) -> None:
        for upload in rows.stale_previews(tx, before):
            roll_rows.decide(tx, upload, roll_rows.DISCARDED, WHO, before - timedelta(seconds=1))
            audit.note(tx, WHO, ROLE, "roll.discard", upload, now)

    centre.store.once(give_up)
    return _through(centre, lambda tx: rows.empty_changes(tx, before))
