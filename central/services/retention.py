"""Obeys municipality.retention: bounded transactions, one audit line for each thing that went.

Must never take away a digest that makes a second arrival known, nor what a vote under way still needs.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from central.services import auditing
from central.services.centre import Centre, ClockRefused
from central.store import Tx, audit
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
    apart = centre.matters.empties_itself
    tasks: list[tuple[Thing, Callable[[Centre, datetime], int]]] = [
        (Thing.ENVELOPES, some(Thing.ENVELOPES, lambda tx, ago: rows.empty_envelopes(tx, "accepted", ago, but=apart))),
        (Thing.REFUSED, some(Thing.REFUSED, lambda tx, ago: rows.empty_envelopes(tx, "rejected", ago))),
        (Thing.CONFLICTS, some(Thing.CONFLICTS, rows.empty_conflicts)),
        (Thing.QUARANTINE, some(Thing.QUARANTINE, rows.empty_quarantine)),
        *((purge.thing, purge.purge) for office in centre.matters.offices for purge in office.purges),
        (Thing.IMPORTS, _imports),
        (Thing.ALARMS, _alarms),
        (Thing.SESSIONS, _sessions),
        (Thing.NONCES, _nonces),
    ]
    done = {thing: work(centre, now) for thing, work in tasks}
    gone = {thing: done[thing] for thing in Thing if thing in done}
    noted = {thing: count for thing, count in gone.items() if count and thing not in (Thing.NONCES, Thing.SESSIONS)}
    with centre.store.writing() as tx:
        for thing, count in noted.items():
            audit.note(tx, WHO, ROLE, "retention.purge", f"{thing.value} {count}", now)
    return {thing.value: count for thing, count in gone.items()}


def ago(now: datetime, thing: Thing) -> datetime:
    """What is older than this has been kept long enough."""
    return now - timedelta(days=days(thing))


def through(centre: Centre, some: Callable[[Tx], int]) -> int:
    """Again and again until nothing is left, each time in a transaction of its own."""
    total = 0
    while count := centre.store.once(some):
        total += count
    return total


def some(thing: Thing, work: Callable[[Tx, datetime], int]) -> Callable[[Centre, datetime], int]:
    """A purge that is nothing but `work`, again and again, on what is older than the rule of `thing` says."""
    return lambda centre, now: through(centre, lambda tx: work(tx, ago(now, thing)))


def _alarms(centre: Centre, now: datetime) -> int:
    return centre.store.once(lambda tx: rows.drop_alarms(tx, ago(now, Thing.ALARMS)))


def _sessions(centre: Centre, now: datetime) -> int:
    return sum(centre.store.once(lambda tx: rows.drop_expired(tx, now)).values())


def _nonces(centre: Centre, now: datetime) -> int:
    return through(centre, lambda tx: rows.drop_nonces(tx, now))


def _imports(centre: Centre, now: datetime) -> int:
    """Previews that nobody decided are discarded after the same time, and emptied with the rest."""
    before = ago(now, Thing.IMPORTS)

    def give_up(tx: Tx) -> None:
        for upload in rows.stale_previews(tx, before):
            roll_rows.decide(tx, upload, roll_rows.DISCARDED, WHO, before - timedelta(seconds=1))
            audit.note(tx, WHO, ROLE, "roll.discard", upload, now)

    centre.store.once(give_up)
    return through(centre, lambda tx: rows.empty_changes(tx, before))
