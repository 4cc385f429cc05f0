"""The journal as a technician may carry it: on the screen, on paper, in a file on a stick. No person is in it.

A file is written whole or not at all, and never over another.
"""

import errno
import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from assets.texts import catalogue
from kiosk.kernel import printer
from kiosk.kernel.booth import Booth
from kiosk.kernel.hand import Hand
from kiosk.store import journal
from kiosk.technician.journal_words import spelt
from kiosk.technician.records import did
from municipality.greek import ATHENS
from municipality.matters.technicians.rules import Did
from printing import Mark, Outcome, PressFailed, SheetRow, StaffSheet

LARGEST = 5000
_PRINTED_LINES = 50
_PRINT_SECONDS = 45


@dataclass(frozen=True)
class Line:
    """One line of the journal."""

    at: datetime
    what: str
    detail: str

    def text(self) -> str:
        return f"{self.at.astimezone(ATHENS):%Y-%m-%d %H:%M:%S}  {self.what}  {self.detail}".rstrip()


@dataclass(frozen=True)
class NotWritten:
    """Nothing was left there; `why` is the system's word for it."""

    why: str


def latest(booth: Booth, count: int = LARGEST) -> list[Line]:
    """The newest lines, newest first."""
    with booth.store.reading() as connection:
        lines = journal.lines(connection)[-count:]
    return [Line(datetime.fromisoformat(at), what, detail) for at, what, detail in reversed(lines)]


def to_folder(booth: Booth, by: Hand, folder: Path) -> Path | NotWritten:
    """A text file, oldest line first, such as `journal-kamatero-1-20261121-0205.txt`. Raises StoreFull, CardGone,
    CardFault; then there is no file."""
    now = booth.clock().astimezone(ATHENS)
    file = folder / f"journal-{booth.id}-{now:%Y%m%d-%H%M%S}.txt"
    text = "".join(f"{line.text()}\n" for line in reversed(latest(booth)))
    try:
        if os.path.lexists(file):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
        _put(file, text)
    except OSError as error:
        return NotWritten(error.strerror or "?")
    try:
        did(booth, by, Did.JOURNAL_TAKEN, "file")
    except BaseException:  # what is not told, or not proved, is not done
        with suppress(OSError):
            file.unlink()
        raise
    return file


def _put(file: Path, text: str) -> None:
    """On the stick for good before it is called written: sticks are pulled out as soon as the screen says so."""
    beside = file.with_name(f".{file.name}.part")
    out = beside.open("x", encoding="utf-8")  # never through a link or into a pipe that lies there
    try:
        with out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(file)
    except OSError:
        with suppress(OSError):
            beside.unlink()
        raise


def on_paper(booth: Booth, by: Hand, municipality: str) -> Outcome | None:
    """The newest lines on one or two sheets. None where the page could not be made. Raises StoreFull."""
    words = catalogue("el").gettext  # papers are in the office's language
    rows = tuple(
        SheetRow(Mark.NONE, f"{line.at.astimezone(ATHENS):%d/%m %H:%M:%S}", spelt(line.what, line.detail, words))
        for line in latest(booth, _PRINTED_LINES)
    )
    sheet = StaffSheet(
        municipality=municipality,
        booth=f"{booth.settings.booth.name_el} · {booth.id}",
        title="Ημερολόγιο του μηχανήματος",
        made_at=booth.clock().astimezone(ATHENS),
        introduction="Τι έγινε στο μηχάνημα, το νεότερο πρώτα. Δεν περιέχει στοιχεία κατοίκων.",
        rows=rows,
    )
    try:
        page = booth.press.make(sheet)
    except PressFailed:
        return None
    did(booth, by, Did.JOURNAL_TAKEN, "paper")  # before it is out of the tray: what cannot be told is not done
    return printer.put_out(booth.printer, page, wait_seconds=_PRINT_SECONDS)
