"""The mark, beside the key file or where the settings say: that this booth has a database, and how far its numbers and
its chain of acts had come.

It is on the disk before the database says the same, and only grows. So whatever copy of the database comes back, on
whatever day the clock then shows, no number is given twice. Must never hold a number of a paper with its code, a card
or a key.
"""

import hashlib
import json
import os
import re
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path

from kiosk.store.faults import Fault, StoreRefused, fault_of, mark_out_of_reach

# No booth gives so many certificates between two copies, nor since the town hall last heard of it: a paper a minute,
# day and night, for two months.
JUMP = 100_000


@dataclass(frozen=True)
class Mark:
    """`key`: which key the database was made with, as a digest. `serials`: the highest given of each year. `floor`: no
    serial up to it is given in any year. `head`: the digest of the last act."""

    key: str = ""
    serials: dict[str, int] = field(default_factory=dict)
    floor: int = 0
    head: str = ""

    @property
    def in_use(self) -> bool:
        """Whether there has been a database; enrolment alone leaves only a floor."""
        return bool(self.key)

    def highest(self) -> int:
        """Of all years: a year may have been told by a clock that was wrong."""
        return max(self.floor, *self.serials.values(), 0)

    def given(self, serials: dict[str, int], head: str, floor: int = 0) -> "Mark":
        """After these serials were given and `head` is the last act."""
        both = self.serials.keys() | serials.keys()
        raised = {year: max(self.serials.get(year, 0), serials.get(year, 0)) for year in sorted(both)}
        return replace(self, serials=raised, floor=max(self.floor, floor), head=head)


def digest_of(key: bytes) -> str:
    """Tells one key of 32 random bytes from another, and nothing of it."""
    return hashlib.sha256(b"municipal-atm store key\n" + key).hexdigest()


def read(file: Path | None) -> Mark | None:
    """None where there is no mark. Raises StoreRefused: "mark" for one that is torn, "mark_out_of_reach" for
    one that only the disk keeps from us: it may be whole."""
    if file is None:
        return None
    try:
        told = json.loads(file.read_bytes())
        if _sound(told):
            return Mark(**told)
    except FileNotFoundError:
        if not file.parent.is_dir():  # of a disk that is not mounted nothing says that there never was a mark
            raise mark_out_of_reach(file, Fault.NOT_THERE) from None
        return None
    except OSError as error:
        raise mark_out_of_reach(file, fault_of(error)) from None
    except (ValueError, RecursionError):
        pass
    raise StoreRefused(
        f"{file}: is not what a booth writes there. Leave it there and run `kiosk restore`: it is kept under another "
        "name, and numbers of certificates begin far above those that were given.",
        "mark",
        fault=file.name,
    )


def _sound(told: object) -> bool:
    """All four fields and nothing else: half a mark would say that there never was a database."""
    if not isinstance(told, dict) or told.keys() != {one.name for one in fields(Mark)}:
        return False
    serials, texts = told["serials"], (told["key"], told["head"])
    if not isinstance(serials, dict) or not all(re.fullmatch("[0-9]{4}", year) for year in serials):
        return False
    if not all(isinstance(one, str) and _DIGEST.fullmatch(one) for one in texts):
        return False
    return all(type(one) is int and 0 <= one < _TOO_MANY for one in (*serials.values(), told["floor"]))


_DIGEST = re.compile("([0-9a-f]{64})?")
_TOO_MANY = 2**62  # beyond it the database takes no number


def write(file: Path, mark: Mark) -> None:
    """On the disk when this returns, all of it or nothing, readable by its owner only. Raises OSError."""
    made, name = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)  # mode 0600
    try:
        with os.fdopen(made, "w", encoding="ascii") as opened:
            json.dump(asdict(mark), opened)
            opened.flush()
            os.fsync(opened.fileno())
        Path(name).replace(file)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
    sync_folder(file.parent)


def sync_folder(folder: Path) -> None:
    """What was renamed in it is on the disk when this returns."""
    opened = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
