"""A technician's change of the booth's settings, and its undoing: told with the old and the new value, then done.

Never: a change that the record does not name, a secret in the record.
"""

from pathlib import Path

from kiosk.kernel.booth import Booth
from kiosk.kernel.hand import Hand
from kiosk.kernel.upkeep import settings_file
from kiosk.kernel.upkeep.settings_file import Change, ChangedMeanwhile, NotAllowed, Ready, Value
from kiosk.settings import without_password
from kiosk.technician.records import record
from municipality.matters.technicians.rules import Did


class Nothing:
    """There was nothing to save or to undo."""


class Done:
    """The file is in place; the booth reads it at its next start."""


def save(
    booth: Booth, by: Hand, config: Path, key: str, value: Value
) -> Done | Nothing | NotAllowed | ChangedMeanwhile:
    """Raises StoreFull (then the file is as it was), OSError."""
    proposal = settings_file.propose(config, {key: value})
    if isinstance(proposal, NotAllowed):
        return proposal
    if not proposal.changes:
        return Nothing()
    ready = settings_file.ready_to_save(config, proposal)
    return ready if isinstance(ready, ChangedMeanwhile) else _told_and_done(booth, by, Did.SETTINGS_SAVED, ready)


def undo(booth: Booth, by: Hand, config: Path) -> Done | Nothing | NotAllowed:
    """The file before the last change. Raises StoreFull (then the file is as it was), OSError."""
    ready = settings_file.ready_to_undo(config)
    if ready is None:
        return Nothing()
    return ready if isinstance(ready, NotAllowed) else _told_and_done(booth, by, Did.SETTINGS_UNDONE, ready)


def keep_good_once(booth: Booth) -> None:
    """Somebody has signed in: the settings of this start have found a reader. Only the first one counts."""
    if booth.config is not None and not booth.proven.is_set():
        booth.proven.set()
        settings_file.keep_good(booth.config, booth.settings)


def _told_and_done(booth: Booth, by: Hand, did: Did, ready: Ready) -> Done:
    """The record is committed before the file moves: a commit may want room, a move does not."""
    try:
        with booth.store.writing() as connection:
            for change in ready.changes or (Change("", None, None),):
                before, after = _written(change.before), _written(change.after)
                record(booth, connection, by, did, change.key, before=before, after=after)
    except BaseException:
        ready.drop()
        raise
    ready.put()
    return Done()


def _written(value: Value | None) -> str:
    """A value as the record has it: fit for the paper of the journal, short enough, without a password."""
    text = ", ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
    shown = without_password(text)[: settings_file.LONGEST]
    return "".join(letter if letter.isascii() and letter.isprintable() else "?" for letter in shown)
