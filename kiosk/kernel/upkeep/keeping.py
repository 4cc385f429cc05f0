"""Good copies of the booth's database: one after each night's round, and the way back to the last whole one.

Must never touch a database that is whole, nor make a copy of one that is not.
"""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from kiosk.kernel import expiry, timekeeping
from kiosk.kernel.booth import Booth
from kiosk.settings import BoothSettings, KeyFileRefused, StoreTable
from kiosk.store import StoreRefused, copies, facts, mark, schema
from kiosk.store.engine import look_before, traces
from kiosk.store.faults import damaged, gone, unreadable

# A nightly round that starts a little earlier than yesterday's still makes its copy.
_COPY_EVERY = timedelta(hours=20)
_TOLD_FOR = timedelta(days=31)


def copy_after_round(booth: Booth) -> str:
    """Once a night, a good copy of the database beside it. Returns what was in the way, "" if nothing.

    By a clock in doubt none is made: each would push out an older one. Raises StoreDamaged: then the earlier copies are
    what is good; StoreFull, StoreRefused.
    """
    now, table = booth.clock(), booth.settings.store
    with booth.store.reading() as connection:
        last = facts.moment(connection, facts.COPIED)
        if timekeeping.in_doubt(booth, connection):
            return "the clock is in doubt: no copy of the database is made by it"
    # A copy of the future was made by a wrong clock, and must not keep the next from being made.
    if booth.settings.sync.copies < 1 or (last is not None and timedelta(0) <= now - last < _COPY_EVERY):
        return ""
    if shutil.disk_usage(table.file.parent).free < table.file.stat().st_size + expiry.reserve(booth):
        return "no room for a copy of the database"
    copies.make_copy(table.file, key_of(table), booth.settings.sync.copies)
    with booth.store.writing() as connection:
        facts.put_moment(connection, facts.COPIED, now)
    return ""


def begun_anew(booth: Booth) -> datetime | None:
    """When an empty database took the place of one that was lost, for a month after: the town hall is told."""
    with booth.store.reading() as connection:
        begun = facts.moment(connection, facts.EMPTIED)
    return begun if begun is not None and abs(booth.clock() - begun) < _TOLD_FOR else None


def key_of(table: StoreTable) -> bytes:
    """The database's key. Raises KeyFileRefused, which names the file and nothing of its content."""
    try:
        return copies.key_in(table.key_file)
    except OSError as error:
        raise KeyFileRefused(f"store.key_file: {table.key_file} cannot be read ({error.strerror})") from None
    except ValueError:
        raise KeyFileRefused(
            f"store.key_file: {table.key_file} does not hold what it should: 64 hexadecimal digits"
        ) from None


def look(settings: BoothSettings) -> StoreRefused | None:
    """Why the booth cannot open its database, as what it is; None where every page is whole or there never was one.

    Reads every page and changes nothing. Raises SettingsRefused for the key file.
    """
    table = settings.store
    key, file, beside = key_of(table), table.file, table.mark
    known: mark.Mark | None = None
    torn: StoreRefused | None = None
    try:
        known = look_before(file, key, beside)
    except StoreRefused as refusal:
        if refusal.condition != "mark":
            return refusal
        torn = refusal
    return _look_inside(file, key, known, beside) or torn  # a new mark is made over a whole database alone


def _look_inside(file: Path, key: bytes, known: mark.Mark | None, beside: Path) -> StoreRefused | None:
    try:
        if not file.exists():
            return None
        pages = copies.damaged_pages(file, key)
        if copies.NOT_OF_THIS_KEY in pages:
            ours = (known is not None and known.in_use) or copies.best_copy(file, key) is not None
            return damaged(file, "1") if ours else unreadable(file)
        if pages:
            return damaged(file, ", ".join(str(page) for page in pages[:8]) + (" and more" if len(pages) > 8 else ""))
        return gone(file) if copies.version(file, key) is None and traces(file, known, beside) else None
    except schema.Strange:
        return damaged(file, "alembic_version")
    except StoreRefused as refusal:
        return refusal


def damage(settings: BoothSettings) -> str:
    """The sentence of `look`; "" where nothing is wrong."""
    return str(look(settings) or "")


def put_back(settings: BoothSettings, now: datetime, *, empty: bool = False) -> copies.Restored:
    """The last good copy (or one that is empty) in the place of the database. Nobody may have it open. `now` is only
    written down. Raises copies.NoGoodCopy, copies.GoodCopyThere, StoreRefused, StoreFull, SettingsRefused."""
    table = settings.store
    return copies.restore(table.file, key_of(table), now, table.mark, empty=empty)


def renumber(settings: BoothSettings, now: datetime) -> Path:
    """The mark beside the key is torn, and the database is whole: a new one, and numbers far above those that
    were given. Returns what the old one is called now. Raises as put_back; the mark is where it was then."""
    table = settings.store
    file = table.mark
    if not table.file.exists() or table.file.stat().st_size == 0:
        raise gone(table.file)
    return copies.jump(table.file, key_of(table), now, file) or file


MAY_BE_RESTORED = frozenset({"damaged", "gone"})
# Who says so explicitly may begin anew also under another key.
MAY_BE_EMPTIED = frozenset({*MAY_BE_RESTORED, "unreadable", "wrong_key"})
