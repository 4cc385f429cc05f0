"""Copies that let booths forget, and what must be done when one of them is put back.

Must never say that a copy holds an envelope which it does not: booths empty theirs on that word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from central.kernel.centre import Centre
from central.kernel.serving import served
from central.store import Tx, alarms, audit, backup, marks
from central.store.line import enrolments, feed
from central.store.office import staff

# Processes of one centre may run on several machines whose clocks differ, and a clock may be put back a little without
# anybody noticing (central.kernel.serving.line): together less than this.
CLOCKS: Final = timedelta(minutes=5)

CopyFailed = backup.CopyFailed


class BackupRefused(Exception):
    """The copy may not be made where it was asked for."""


@dataclass(frozen=True)
class Copied:
    file: Path
    kept_through: datetime
    bytes: int


@dataclass(frozen=True)
class Restored:
    """`items` were given new numbers, from above `above` on."""

    epoch: str
    items: int
    above: int


def back_up(centre: Centre, out: Path) -> Copied:
    """Copy the store to `out`; only when it lies there whole is `kept_through` moved. Raises CopyFailed, BackupRefused.

    An envelope is answered after its commit. So whatever was answered before the copy began is visible to the snapshot
    that the copy is taken from; what was still under way then was answered later, and is not promised.
    """
    if out.exists():
        raise BackupRefused(f"{out}: is there already; expected a new name, so that no copy is lost to a newer one")
    if not out.parent.is_dir():
        raise BackupRefused(f"{out.parent}: is no folder")
    began = centre.clock() - CLOCKS
    backup.copy(centre.store, out)
    with centre.store.writing() as tx:
        # Also backwards: a clock that was ahead may have promised too much.
        marks.put(tx, marks.KEPT_THROUGH, began.isoformat())
    return Copied(out, began, out.stat().st_size)


def back_up_into(centre: Centre, folder: Path, keep_days: int) -> tuple[Copied, list[Path]]:
    """As back_up, under a name of its own in `folder`, where copies of this kind that are older than `keep_days` are
    removed afterwards: a copy keeps who sent which ciphertext for as long as it is kept itself. Returns what went.
    The newest always stays; what has another name is not touched. Raises CopyFailed, BackupRefused."""
    if centre.shifted:
        raise BackupRefused("by a clock that was shifted no copies are removed: run it without --at")
    now = centre.clock()
    done = back_up(centre, folder / f"centre-{now:{_STAMP}}.copy")
    old = [file for file in sorted(folder.iterdir()) if _made_at(file.name) < now - timedelta(days=keep_days)]
    for file in old:
        file.unlink()
    return done, old


_STAMP: Final = "%Y%m%dT%H%M%SZ"
_EVER: Final = datetime.max.replace(tzinfo=UTC)


def _made_at(name: str) -> datetime:
    """When a copy of this name was made; far in the future for any other name."""
    if re.fullmatch(r"centre-[0-9]{8}T[0-9]{6}Z\.copy", name) is None:
        return _EVER
    try:
        return datetime.strptime(name, f"centre-{_STAMP}.copy").replace(tzinfo=UTC)
    except ValueError:
        return _EVER


def restored(centre: Centre) -> Restored:
    """After a copy was put back, before anybody is served: a new epoch, so that booths offer again all that they hold;
    numbers of items from far above any that may have been given out since the copy, also after another return to the
    same one; no promise of a backup. What was ended since the copy and stands open in it again is ended: invitations
    and the staff's sessions. Everybody signs in anew, and booths that wait are invited again. Raises OSError where the
    file of what was served cannot be written: run it again."""
    now = centre.clock()

    def work(tx: Tx) -> Restored:
        epoch = marks.new_epoch(tx)
        items, above = feed.renumber(tx, now)
        enrolments.withdraw_all(tx, now)
        staff.end_all_sessions(tx)
        for alarm in alarms.waiting(tx):
            if alarm.what == served.AHEAD:
                alarms.see(tx, alarm.alarm, "kiosk-central", now)
        audit.note(tx, "kiosk-central", "", "centre.restored", epoch, now)
        # The copy itself holds all that is here, and booths hold the rest: they may forget after the next one.
        marks.put(tx, marks.KEPT_THROUGH, "")
        return Restored(epoch, items, above)

    done = centre.store.once(work)
    served.begin_anew(centre)
    return done
