"""`kiosk restore`: the last good copy in the place of a database that is damaged or gone. Says what it did, or why not.

Must never move anything aside that is only out of reach, of a newer program or under another key.
"""

from datetime import datetime

from kiosk.devices.clock import machine_clock
from kiosk.kernel.upkeep import keeping
from kiosk.settings import BoothSettings
from kiosk.store.copies import GoodCopyThere, NoGoodCopy

_NO_COPY = (
    "There is no copy that is whole. Look for one on another disk first. `kiosk restore --empty` begins anew with "
    "nothing: what had not been sent is lost, the town hall is told so with the next round, and no number comes again."
)


def obey(settings: BoothSettings, at: datetime | None, *, empty: bool) -> tuple[bool, str]:
    """Whether anything was done, and the sentence. Nobody else may have the database open; `at`: a demo's time.

    Raises StoreRefused, StoreFull, SettingsRefused; nothing has changed then.
    """
    now, wrong = at or machine_clock(), keeping.look(settings)
    if wrong is None:
        return False, "every page of the database is whole; nothing was changed"
    if wrong.condition == "mark":
        return True, f"numbers of certificates jump ahead; kept: {keeping.renumber(settings, now).name}"
    if wrong.condition not in (keeping.MAY_BE_EMPTIED if empty else keeping.MAY_BE_RESTORED):
        raise wrong
    try:
        done = keeping.put_back(settings, now, empty=empty)
    except NoGoodCopy:
        return False, f"{wrong}\n{_NO_COPY}"
    except GoodCopyThere:
        return False, "There is a copy that is whole: `kiosk restore` without --empty puts it back."
    what = done.copy.name if done.copy else "an empty database"
    kept = done.damaged.name if done.damaged else "nothing, it was gone"
    return True, f"{what} took its place; rows brought over: {done.salvaged}; kept: {kept}"
