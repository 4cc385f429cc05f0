"""A round with the town hall at the technician's word, by line or stick, under the lock that the daemon takes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk.kernel.booth import Booth
from kiosk.kernel.hand import Hand
from kiosk.kernel.upkeep.turns import Busy, turn
from kiosk.store import StoreFull, journal
from kiosk.syncing import rounds as syncing
from kiosk.technician.records import did, record
from municipality.matters.technicians.rules import Did
from sync import Report, outbox, stick

Progress = Callable[[str, int, int], None]


def _(message: str) -> str:
    return message


@dataclass(frozen=True)
class Under:
    """A round is under way already: the daemon's."""


@dataclass(frozen=True)
class Full:
    """The disk took nothing more in the middle of a round: what was stored by then stays, the rest waits for the next.
    `why`: a message id."""

    why: str


@dataclass(frozen=True)
class PastRound:
    """When a round ended, and whether it was whole ("complete") or cut."""

    at: datetime
    how: str


def round_now(booth: Booth, by: Hand, progress: Progress, stop: Callable[[], bool]) -> Report | Under | Full:
    """One round on the line. `stop` is asked between transactions. Raises StoreFull where it has not begun."""
    try:
        with turn(booth.settings.store.file, "sync"):
            did(booth, by, Did.SYNCED)
            return _on_the_line(booth, progress, stop)
    except Busy:
        return Under()


def _on_the_line(booth: Booth, progress: Progress, stop: Callable[[], bool]) -> Report | Full:
    line = booth.dial()
    try:
        return syncing.sync_once(booth, line, progress, stop=stop)
    except StoreFull as full:
        return Full(full.fault)
    finally:
        line.close()


@dataclass(frozen=True)
class Carried:
    """What a round by a stick did, as a sentence and what fills it."""

    ok: bool
    words: str
    values: Mapping[str, str | int]


def by_stick(booth: Booth, by: Hand, folder: Path) -> Carried | Under | Full:
    """Takes the answer that lies there, if any, and writes the next letter. Raises StoreFull where it has not begun."""
    try:
        with turn(booth.settings.store.file, "sync"):
            did(booth, by, Did.STICK)
            try:
                report = syncing.by_stick(booth, folder)
            except StoreFull as full:
                return Full(full.fault)
    except Busy:
        return Under()
    except stick.StickRefused as refusal:
        return Carried(False, str(refusal), {})
    # No answer lies on a stick that goes to the town hall for the first time.
    whole = all(stage.ok or (stage.name, stage.problem) == ("answer", "none") for stage in report.stages)
    words = _("{sent} acts lie on the stick; {received} items came with it. Carry it to the town hall.")
    return Carried(whole, words, {"sent": report.sent, "received": report.pulled})


def retry_letter(booth: Booth, by: Hand, letter: str) -> bool:
    """A letter that the town hall did not take waits again. False if none of that id was refused. Raises StoreFull."""
    with booth.store.writing() as connection:
        waits = outbox.retry(connection, letter)
        if waits:
            record(booth, connection, by, Did.RETRIED, letter)
    return waits


def past(booth: Booth, count: int = 5) -> list[PastRound]:
    """The last rounds, newest first."""
    with booth.store.reading() as connection:
        lines = journal.last(connection, journal.What.ROUND, count)
    return [PastRound(datetime.fromisoformat(at), how) for at, _what, how in lines]


def sticks(folder: Path = Path("/media")) -> list[Path]:
    """Where a stick may be: what is mounted under /media, for any user, and can be written to."""
    found = [path for path in (*folder.glob("*"), *folder.glob("*/*")) if path.is_mount()]
    return sorted(found)
