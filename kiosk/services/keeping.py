"""Good copies of the booth's database: one after each night's round, and the way back to the last whole one.

Must never touch a database that is whole, nor make a copy of one that is not.
"""

import shutil
from datetime import datetime, timedelta

from kiosk.services import expiry
from kiosk.services.booth import Booth
from kiosk.settings import BoothSettings
from kiosk.store import copies, facts
from municipality.greek import ATHENS

# A nightly round that starts a little earlier than yesterday's still makes its copy.
_COPY_EVERY = timedelta(hours=20)


def copy_after_round(booth: Booth) -> str:
    """Once a night, a good copy of the database beside it. Returns what was in the way, "" if nothing.

    Raises StoreDamaged: then the earlier copies are what is good.
    """
    now, table = booth.clock(), booth.settings.store
    with booth.store.reading() as connection:
        last = facts.moment(connection, facts.COPIED)
    if booth.settings.sync.copies < 1 or (last is not None and timedelta(0) <= now - last < _COPY_EVERY):
        return ""
    if shutil.disk_usage(table.file.parent).free < table.file.stat().st_size + expiry.reserve(booth):
        return "no room for a copy of the database"
    copies.make_copy(table.file, copies.key_in(table.key_file), booth.settings.sync.copies)
    with booth.store.writing() as connection:
        facts.put_moment(connection, facts.COPIED, now)
    return ""


def damage(settings: BoothSettings) -> str:
    """What is damaged in the database and what to do, in a sentence; "" if every page is whole."""
    file = settings.store.file
    if not file.exists():
        return ""
    pages = copies.damaged_pages(file, copies.key_in(settings.store.key_file))
    if not pages:
        return ""
    named = ", ".join(str(page) for page in pages[:8]) + (" and more" if len(pages) > 8 else "")
    return (
        f"{file.name} is damaged (page {named}). Nothing more is written to it. Stop the booth's programs and run "
        "`kiosk restore`: the last good copy takes its place, and what can still be read is brought over."
    )


def put_back(settings: BoothSettings, now: datetime) -> copies.Restored:
    """The last good copy in the place of the damaged database. Nobody may have it open. Raises copies.NoGoodCopy."""
    table = settings.store
    return copies.restore(table.file, copies.key_in(table.key_file), now, now.astimezone(ATHENS).year)
