"""Obeys municipality.retention: bounded transactions, one audit line for each thing that went.

Must never take away a digest that makes a second arrival known, nor what a vote under way still needs.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from central.kernel import auditing
from central.kernel.centre import Centre, ClockRefused
from central.store import Tx, audit
from central.store import retention as rows
from central.store.office import roll as roll_rows
from municipality.register import RULES, days
from municipality.retention import HouseThing, Thing

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
    done = {thing: work(centre, now) for thing, work in _tasks(centre)}
    gone = {thing: done[thing] for thing in (rule.thing for rule in RULES) if thing in done}
    noted = {
        thing: count for thing, count in gone.items() if count and thing not in (HouseThing.NONCES, HouseThing.SESSIONS)
    }
    with centre.store.writing() as tx:
        for thing, count in noted.items():
            audit.note(tx, WHO, ROLE, "retention.purge", f"{thing.value} {count}", now)
    centre.store.forget()
    return {thing.value: count for thing, count in gone.items()}


def _tasks(centre: Centre) -> list[tuple[Thing, Callable[[Centre, datetime], int]]]:
    """What only time ends, whoever keeps it: each in transactions of its own, so that a cut loses nothing but time."""
    apart = centre.matters.empties_itself
    return [
        (
            HouseThing.ENVELOPES,
            by_age(HouseThing.ENVELOPES, lambda tx, before: rows.empty_envelopes(tx, "accepted", before, but=apart)),
        ),
        (
            HouseThing.REFUSED,
            by_age(HouseThing.REFUSED, lambda tx, before: rows.empty_envelopes(tx, "rejected", before)),
        ),
        (HouseThing.CONFLICTS, by_age(HouseThing.CONFLICTS, rows.empty_conflicts)),
        (HouseThing.QUARANTINE, by_age(HouseThing.QUARANTINE, rows.empty_quarantine)),
        *((thing, purge.purge) for thing, purge in centre.matters.purges.items()),
        (HouseThing.IMPORTS, _imports),
        (HouseThing.ALARMS, _alarms),
        (HouseThing.SESSIONS, _sessions),
        (HouseThing.NONCES, _nonces),
    ]


def ago(now: datetime, thing: Thing) -> datetime:
    """What is older than this has been kept long enough."""
    return now - timedelta(days=days(thing))


def through(centre: Centre, some: Callable[[Tx], int]) -> int:
    """Again and again until nothing is left, each time in a transaction of its own."""
    total = 0
    while count := centre.store.once(some):
        total += count
    return total


def by_age(thing: Thing, work: Callable[[Tx, datetime], int]) -> Callable[[Centre, datetime], int]:
    """The purge of a thing that age alone ends: `work` on what is older than its rule says, until nothing is left."""
    return lambda centre, now: through(centre, lambda tx: work(tx, ago(now, thing)))


def _alarms(centre: Centre, now: datetime) -> int:
    return centre.store.once(lambda tx: rows.drop_alarms(tx, ago(now, HouseThing.ALARMS)))


def _sessions(centre: Centre, now: datetime) -> int:
    return sum(centre.store.once(lambda tx: rows.drop_expired(tx, now)).values())


def _nonces(centre: Centre, now: datetime) -> int:
    return through(centre, lambda tx: rows.drop_nonces(tx, now))


def _imports(centre: Centre, now: datetime) -> int:
    """Previews that nobody decided are discarded after the same time, and emptied with the rest."""
    before = ago(now, HouseThing.IMPORTS)

    def give_up(tx: Tx) -> None:
        for upload in rows.stale_previews(tx, before):
            roll_rows.decide(tx, upload, roll_rows.DISCARDED, WHO, before - timedelta(seconds=1))
            audit.note(tx, WHO, ROLE, "roll.discard", upload, now)

    centre.store.once(give_up)
    return through(centre, lambda tx: rows.empty_changes(tx, before))
