"""What can be wrong with the booth's database, each told as what it is: damage, a key, a program, a disk.

Must never call something damaged that is only out of reach: who is told so restores an old copy over a good database.
"""

import errno
import os
import tempfile
from enum import StrEnum
from pathlib import Path

import sqlcipher3

# Less than this and SQLite cannot even make the shared-memory file beside a database.
_HARDLY_ANY = 64 * 1024


def _(message: str) -> str:
    return message


class Fault(StrEnum):
    """Why the disk takes or gives nothing. Message ids: the technician's table has them in each language."""

    FULL = _("the disk is full")
    READ_ONLY = _("the disk is read-only")
    NOT_ALLOWED = _("this user may not write there")
    NOT_THERE = _("the disk or the folder is not there")
    NO_ANSWER = _("the disk gives an input/output error")
    BUSY = _("another program holds it")
    REFUSED = _("the system refuses it and does not say why")


_TODO = {
    Fault.FULL: "Free some room and begin again.",
    Fault.READ_ONLY: "Find out why (`dmesg`, `mount`): a disk that fails is often made read-only. Then mount it for "
    "writing and begin again.",
    Fault.NOT_ALLOWED: "Give file and folder back to the booth's user (`ls -l`, `lsattr`) and begin again.",
    Fault.NOT_THERE: "Mount the disk or bring the folder back (`[store]` in kiosk.toml names it) and begin again.",
    Fault.NO_ANSWER: "Look at the disk (`dmesg`, `smartctl`) and copy what is on it before anything else.",
    Fault.BUSY: "End that program and begin again.",
    Fault.REFUSED: "Look at the machine's log (`journalctl`, `dmesg`) and begin again.",
}


class StoreRefused(Exception):
    """The database cannot be used as things are. `condition` and `values` name a row of the technician's table
    ("database." before it)."""

    def __init__(self, sentence: str, condition: str = "refused", **values: str) -> None:
        super().__init__(sentence)
        self.condition, self.values = condition, values or {"fault": sentence}


class StoreFull(Exception):
    """Nothing can be stored now: nothing of this act was, what was committed before is safe. `fault`: why; `mark`: the
    place that it says so of, where that is not the database's."""

    def __init__(self, fault: Fault = Fault.FULL, mark: Path | None = None) -> None:
        where = f"{mark}: " if mark else ""
        super().__init__(f"{where}{fault}: what was committed is safe, nothing new was stored. {_TODO[fault]}")
        self.fault, self.mark = fault, mark


class StoreDamaged(Exception):
    """A page of the database fails its check; a technician restores the last good copy."""

    def __init__(self) -> None:
        super().__init__("a page of the database could not be read; `kiosk doctor` looks at every one")


def out_of_reach(file: Path, fault: Fault) -> StoreRefused:
    """The refusal for a database that a fault of the machine keeps from us."""
    sentence = f"{file}: {fault}. {_TODO[fault]} Nothing is damaged, and nothing is to be restored."
    return StoreRefused(sentence, "out_of_reach", fault=fault)


def mark_out_of_reach(mark: Path, fault: Fault) -> StoreRefused:
    """The same for the mark, which may lie on another disk."""
    sentence = (
        f"{mark}: {fault}. What keeps certificate numbers from being given twice lies there. {_TODO[fault]} If nothing "
        "can ever be written there, name another place that stays: mark_file under [store] in kiosk.toml "
        "(docs/sync.md). Nothing is damaged, and nothing is to be restored."
    )
    return StoreRefused(sentence, "mark_out_of_reach", file=str(mark), fault=fault)


def gone(file: Path) -> StoreRefused:
    return StoreRefused(
        f"{file.name} is gone: this booth has had a database, and there is none in {file.parent}. Bring back the disk "
        "or the folder if it is only somewhere else; if not, `kiosk restore` puts the last good copy in its place. No "
        "empty one is made.",
        "gone",
        file=file.name,
    )


def damaged(file: Path, place: str) -> StoreRefused:
    """`place`: pages, or the table whose word is none."""
    return StoreRefused(
        f"{file.name} is damaged (page {place}). Nothing more is written to it. Stop the booth's programs and run "
        "`kiosk restore`: the last good copy takes its place, and what can still be read is brought over.",
        "damaged",
        place=place,
    )


def wrong_key(file: Path) -> StoreRefused:
    return StoreRefused(
        f"{file.name} was made with another key than the one in the key file. Put this booth's own key back. Nothing "
        "is damaged, and nothing is to be restored.",
        "wrong_key",
        file=file.name,
    )


def unreadable(file: Path) -> StoreRefused:
    """Nothing tells a wrong key from damage to every page, where there is no mark."""
    return StoreRefused(
        f"{file.name}: wrong key, or damaged from its first page on; which of the two cannot be told from here. Look "
        "first whether the key file is this booth's own. If it is, run `kiosk restore`.",
        "unreadable",
        file=file.name,
    )


def fault_of(error: OSError) -> Fault:
    """What an error of the system says of the disk."""
    return _BY_NUMBER.get(error.errno or 0, Fault.REFUSED)


_BY_NUMBER = {
    errno.EROFS: Fault.READ_ONLY,
    errno.EACCES: Fault.NOT_ALLOWED,
    errno.EPERM: Fault.NOT_ALLOWED,
    errno.ENOENT: Fault.NOT_THERE,
    errno.ENOTDIR: Fault.NOT_THERE,
    errno.ENODEV: Fault.NOT_THERE,
    errno.ENXIO: Fault.NOT_THERE,
    errno.EIO: Fault.NO_ANSWER,
    errno.ESTALE: Fault.NO_ANSWER,
    errno.ENOSPC: Fault.FULL,
    errno.EDQUOT: Fault.FULL,
}


def fault_in(refusal: Exception) -> str:
    """Which fault of the disk a refusal tells of, "" if none."""
    match refusal:
        case StoreFull(fault=fault):
            return fault
        case StoreRefused(condition="out_of_reach" | "mark_out_of_reach", values=values):
            return values["fault"]
    return ""


def of_driver(error: BaseException | None, file: Path) -> Fault | type[StoreDamaged] | None:
    """What the driver's error means; None for an error that is no fault of the file or the disk."""
    code = int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
    if code in (sqlcipher3.SQLITE_CORRUPT, sqlcipher3.SQLITE_NOTADB) or "malformed" in str(error):
        return StoreDamaged
    if code == sqlcipher3.SQLITE_FULL:
        return Fault.FULL
    if code in (sqlcipher3.SQLITE_IOERR, sqlcipher3.SQLITE_CANTOPEN, sqlcipher3.SQLITE_READONLY):
        # The driver says no more than that of a disk without a free block, or of one that was made read-only.
        unsaid = Fault.NO_ANSWER if code == sqlcipher3.SQLITE_IOERR else Fault.REFUSED
        return wrong_with(file) or (Fault.FULL if _hardly_any(file.parent) else unsaid)
    return Fault.BUSY if code in (sqlcipher3.SQLITE_BUSY, sqlcipher3.SQLITE_LOCKED) else None


def wrong_with(file: Path) -> Fault | None:
    """What keeps us from writing `file`, or beside it, as the system says it; None if nothing does. Changes nothing.

    Must never open the file: closing it again would take SQLite's own locks off it, in this whole process.
    """
    for one in (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")):
        if one.exists() and not os.access(one, os.R_OK | os.W_OK, effective_ids=True):
            return Fault.READ_ONLY if os.statvfs(one).f_flag & os.ST_RDONLY else Fault.NOT_ALLOWED
    return wrong_in(file.parent)


def wrong_in(folder: Path) -> Fault | None:
    """What keeps us from making a file in `folder`; None if nothing does. Leaves none there."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return None
    except OSError as error:
        return fault_of(error)


def _hardly_any(folder: Path) -> bool:
    room = os.statvfs(folder)
    return room.f_bavail * room.f_frsize < _HARDLY_ANY
