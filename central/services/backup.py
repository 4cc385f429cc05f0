"""Copies that let booths forget, and what must be done when one of them is put back.

Must never say that a copy holds an envelope which it does not: booths empty theirs on that word.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from central.services.centre import Centre
from central.store import Tx, backup, feed, marks

# Processes of one centre may run on several machines, whose clocks agree to within this.
CLOCKS: Final = timedelta(minutes=2)

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


def restored(centre: Centre) -> Restored:
    """After a copy was put back, before anybody is served: a new epoch, so that booths offer again all that they hold;
    numbers of items from far above any that may have been given out since the copy; no promise of a backup."""

    def work(tx: Tx) -> Restored:
        epoch = marks.new_epoch(tx)
        items, above = feed.renumber(tx)
        # The copy itself holds all that is here, and booths hold the rest: they may forget after the next one.
        marks.put(tx, marks.KEPT_THROUGH, "")
        return Restored(epoch, items, above)

    return centre.store.once(work)
