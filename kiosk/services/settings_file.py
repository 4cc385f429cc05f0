"""A technician changes kiosk.toml at the screen: what is wrong is never saved, the file before is kept, and undo works.

Comments and order stay as they were. Never: a key file's path or the booth's name changed from the screen.
"""

import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError

from kiosk.settings import SettingsRefused, check, load

# What the screen offers; everything else is for an editor and `kiosk doctor`.
OFFERED: tuple[str, ...] = (
    "screen.idle_seconds",
    "screen.warning_seconds",
    "screen.fullscreen",
    "screen.languages",
    "sound.player",
    "sound.headphones",
    "sound.rate",
    "sound.volume",
    "sound.tones",
    "printer.uri",
    "card.name",
    "centre.url",
    "centre.timeout_seconds",
)

LONGEST = 300

Value = str | int | bool | tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """One setting, before and after."""

    key: str
    before: Value | None
    after: Value


@dataclass(frozen=True)
class Proposal:
    """A new text of the file that has passed every check, and how it differs."""

    changes: tuple[Change, ...]
    text: str
    of: str  # the text that it was made from


@dataclass(frozen=True)
class NotAllowed:
    """Nothing is saved; each line names a key, its value and what was expected."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class ChangedMeanwhile:
    """Somebody else has changed the file since; look again."""


@dataclass(frozen=True)
class Saved:
    """The file is in place; the booth reads it at its next start."""


def current(path: Path) -> dict[str, Value]:
    """The offered settings as the file and the defaults have them. Raises SettingsRefused."""
    whole = load(path).model_dump()
    found: dict[str, Value] = {}
    for key in OFFERED:
        table, name = key.split(".")
        found[key] = whole[table][name]
    return found


def propose(path: Path, wanted: Mapping[str, Value]) -> Proposal | NotAllowed:
    """What the file would be with `wanted` (by "table.key"). Nothing is written."""
    foreign = sorted(set(wanted) - set(OFFERED))
    if foreign:
        return NotAllowed(tuple(f"{key}: expected a setting that the screen offers" for key in foreign))
    long = sorted(key for key, value in wanted.items() if len(str(value)) > LONGEST)
    if long:
        return NotAllowed(tuple(f"{key}: expected at most {LONGEST} characters" for key in long))
    try:
        before = current(path)
        source = path.read_text(encoding="utf-8")
        document = tomlkit.parse(source)
        for key, value in wanted.items():
            table, name = key.split(".")
            if table not in document:
                document[table] = tomlkit.table()
            document[table][name] = list(value) if isinstance(value, tuple) else value
        text = tomlkit.dumps(document)
        check(text, path)
    except OSError as error:
        return NotAllowed((f"{path.name}: {error.strerror}",))
    except (SettingsRefused, TOMLKitError, UnicodeDecodeError) as refusal:
        return NotAllowed(tuple(line.replace(f"{path}: ", "") for line in str(refusal).splitlines()))
    changes = (Change(key, before[key], value) for key, value in wanted.items() if before[key] != value)
    return Proposal(tuple(changes), text, source)


def save(path: Path, proposal: Proposal) -> Saved | ChangedMeanwhile:
    """Puts it in place at once or not at all; the file before is kept beside it for `undo`. Raises OSError."""
    if path.read_text(encoding="utf-8") != proposal.of:
        return ChangedMeanwhile()
    _put(_before(path), proposal.of)
    _put(path, proposal.text)
    return Saved()


def can_undo(path: Path) -> bool:
    return _before(path).exists()


def undo(path: Path) -> bool:
    """The file before the last change, back in place; what stood there is what `undo` brings next. False if none."""
    if not can_undo(path):
        return False
    now, before = path.read_text(encoding="utf-8"), _before(path).read_text(encoding="utf-8")
    _put(path, before)
    _put(_before(path), now)
    return True


def keep_good(path: Path) -> None:
    """The booth has started with this file: it is the one to go back to. A full disk is no reason not to serve."""
    good = last_good(path)
    try:
        if not good.exists() or good.read_bytes() != path.read_bytes():
            _put(good, path.read_text(encoding="utf-8"))
    except OSError:
        return


def last_good(path: Path) -> Path:
    """Where the last file that the booth started with lies; it may not be there."""
    return path.with_name(f"{path.name}.good")


def restore_good(path: Path) -> bool:
    """Puts the last good file in place, and what was refused beside it, ending in ".refused". False if none."""
    good = last_good(path)
    if not good.exists():
        return False
    if path.exists():
        shutil.copyfile(path, path.with_name(f"{path.name}.refused"))
    _put(path, good.read_text(encoding="utf-8"))
    return True


def _before(path: Path) -> Path:
    return path.with_name(f"{path.name}.before")


def _put(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, name)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
