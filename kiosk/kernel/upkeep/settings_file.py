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

from kiosk.settings import BoothSettings, SettingsRefused, check, load

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
    "printer.fingerprint",
    "card.name",
    "scanner.kind",
    "scanner.device",
    "scanner.baud",
    "centre.url",
    "centre.timeout_seconds",
)

LONGEST = 300

Value = str | int | bool | tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """One setting, before and after; None on both sides where the values are not for a screen or a record."""

    key: str
    before: Value | None
    after: Value | None


@dataclass(frozen=True)
class Proposal:
    """A new text of the file that has passed every check, and how it differs."""

    changes: tuple[Change, ...]
    text: str
    of: str  # the text that it was made from


@dataclass(frozen=True)
class NotAllowed:
    """Nothing is saved; each line names a key, its value and what was expected. `keys` are the keys alone."""

    lines: tuple[str, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True)
class ChangedMeanwhile:
    """Somebody else has changed the file since; look again."""


@dataclass(frozen=True)
class Ready:
    """Files written to the end beside those that they shall replace. Then `put` wants no room on the disk any more;
    `drop` leaves everything as it was."""

    changes: tuple[Change, ...]
    moves: tuple[tuple[Path, Path], ...]

    def put(self) -> None:
        """The booth reads it at its next start. Raises OSError."""
        for made, place in self.moves:
            made.replace(place)

    def drop(self) -> None:
        for made, _place in self.moves:
            made.unlink(missing_ok=True)


def current(path: Path) -> dict[str, Value]:
    """The offered settings as the file and the defaults have them. Raises SettingsRefused."""
    return {key: value for key, value in _all(load(path)).items() if key in OFFERED}


def bounds(key: str) -> tuple[int, int] | None:
    """The least and the greatest value of a setting that is a number."""
    table, name = key.split(".")
    kind = BoothSettings.model_fields[table].annotation
    limits = kind.model_fields[name].metadata if kind is not None and hasattr(kind, "model_fields") else []
    least = [limit.ge for limit in limits if hasattr(limit, "ge")]
    most = [limit.le for limit in limits if hasattr(limit, "le")]
    return (least[0], most[0]) if least and most else None


def readers(path: Path) -> tuple[str, ...] | None:
    """The names of the card readers that are there now, one for all slots of a reader; None where this booth has no
    real one. Raises SettingsRefused."""
    if load(path).card.reader != "pcsc":
        return None
    from card_reader import slots_of

    # Without the number of the slot the name fits each of them: the one with the card counts.
    return tuple(name.rpartition(" ")[0] if len(slots) > 1 else name for name, slots in slots_of(_readers()).items())


def propose(path: Path, wanted: Mapping[str, Value]) -> Proposal | NotAllowed:
    """The file with these settings put in, unless one of them, or the whole, is not right. Saves nothing."""
    foreign = sorted(set(wanted) - set(OFFERED))
    if foreign:
        return _not_allowed(foreign, "a setting that the screen offers")
    long = sorted(key for key, value in wanted.items() if len(str(value)) > LONGEST)
    if long:
        return _not_allowed(long, f"at most {LONGEST} characters")
    try:
        before = load(path)
        source = path.read_text(encoding="utf-8")
        text = _with(source, wanted)
        after = check(text, path)
    except OSError as error:
        return NotAllowed((f"{path.name}: {error.strerror}",), ())
    except SettingsRefused as refusal:
        return _refused(path, refusal)
    except (TOMLKitError, UnicodeDecodeError) as fault:
        return NotAllowed((str(fault),), ())
    return _wrong_here(before, after) or Proposal(_changes(before, after), text, source)


def ready_to_save(path: Path, proposal: Proposal) -> Ready | ChangedMeanwhile:
    """The new file, and the one before for `ready_to_undo`. Raises OSError."""
    if path.read_text(encoding="utf-8") != proposal.of:
        return ChangedMeanwhile()
    return _ready(proposal.changes, {_before(path): proposal.of, path: proposal.text})


def can_undo(path: Path) -> bool:
    return _before(path).exists()


def ready_to_undo(path: Path) -> Ready | NotAllowed | None:
    """The file before the last change; what stands now is what the next undo brings. None if there is none.
    Raises OSError."""
    if not can_undo(path):
        return None
    texts = {_before(path): path.read_text(encoding="utf-8"), path: _before(path).read_text(encoding="utf-8")}
    try:
        after = check(texts[path], path)
    except SettingsRefused as refusal:
        return _refused(path, refusal)
    try:
        before = load(path)
    except SettingsRefused:
        return _ready((), texts)  # spoilt by an editor: what stood in it is nobody's to say
    return _wrong_here(before, after) or _ready(_changes(before, after), texts)


def keep_good(path: Path, running: BoothSettings) -> None:
    """A card has been read under the settings that the booth runs with: the file, if it still says them, is the one to
    go back to. A full disk is no reason not to serve."""
    good = last_good(path)
    try:
        text = path.read_text(encoding="utf-8")
        if check(text, path) == running and not (good.exists() and good.read_text(encoding="utf-8") == text):
            _put(good, text)
    except (OSError, SettingsRefused, UnicodeDecodeError):
        return


def last_good(path: Path) -> Path:
    """Where the last file lies under which a card was read; it may not be there."""
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


def _all(settings: BoothSettings) -> dict[str, Value]:
    """Every setting by its key, such as "screen.width"."""
    return {
        f"{table}.{name}": value for table, values in settings.model_dump().items() for name, value in values.items()
    }


def _changes(before: BoothSettings, after: BoothSettings) -> tuple[Change, ...]:
    """What the screen does not offer (an editor's change) is named without its values: a PIN may stand in one."""
    old, new = _all(before), _all(after)
    return tuple(
        Change(key, old[key], new[key]) if key in OFFERED else Change(key, None, None)
        for key in old
        if old[key] != new[key]
    )


def _with(source: str, wanted: Mapping[str, Value]) -> str:
    document = tomlkit.parse(source)
    for key, value in wanted.items():
        table, name = key.split(".")
        if table not in document:
            document[table] = tomlkit.table()
        document[table][name] = list(value) if isinstance(value, tuple) else value
    return tomlkit.dumps(document)


def _wrong_here(before: BoothSettings, after: BoothSettings) -> NotAllowed | None:
    """What a booth would start with, and nobody should bring about."""
    if _no_such_reader(before, after):
        return _not_allowed(["card.name"], "the name of a reader that is here, or nothing for any")
    line, was = after.printer, before.printer
    if line.open_line and not (was.open_line and was.uri == line.uri):
        expected = "ipps://, or ipp:// to this machine itself or into one of printer.trusted_links"
        return NotAllowed((f"printer.uri = {line.uri!r}: expected {expected}",), ("printer.uri",))
    return None


def _no_such_reader(before: BoothSettings, after: BoothSettings) -> bool:
    """Without a reader there is no door for a technician either, and nobody could take the name back."""
    name = after.card.name
    if after.card.reader != "pcsc" or not name or name == before.card.name:
        return False
    return not any(name in reader for reader in _readers())


def _readers() -> tuple[str, ...]:
    from card_reader import list_readers  # the driver is loaded where there is a real reader

    return tuple(list_readers() or ())


def _not_allowed(keys: list[str], expected: str) -> NotAllowed:
    return NotAllowed(tuple(f"{key}: expected {expected}" for key in keys), tuple(keys))


def _refused(path: Path, refusal: SettingsRefused) -> NotAllowed:
    return NotAllowed(tuple(line.replace(f"{path}: ", "") for line in str(refusal).splitlines()), refusal.keys)


def _before(path: Path) -> Path:
    return path.with_name(f"{path.name}.before")


def _ready(changes: tuple[Change, ...], texts: Mapping[Path, str]) -> Ready:
    moves: list[tuple[Path, Path]] = []
    try:
        for place, text in texts.items():
            moves.append((_beside(place, text), place))
    except OSError:
        Ready(changes, tuple(moves)).drop()
        raise
    return Ready(changes, tuple(moves))


def _put(path: Path, text: str) -> None:
    _beside(path, text).replace(path)


def _beside(path: Path, text: str) -> Path:
    """A new file in the same folder, on the disk for good, with the permissions of the one that it shall replace."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, name)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)
