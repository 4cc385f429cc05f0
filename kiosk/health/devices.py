"""Checks of what stands around the screen: reader, printer, press, sound, scanner. Asks each of them; moves nothing."""

import shutil
import time
from collections.abc import Callable
from datetime import datetime
from queue import Empty as Nothing
from queue import SimpleQueue

from card_reader import Empty, NoReader, NoService, Present, Reader, ReaderState, Unreadable
from kiosk.devices.scanner import Scanner
from kiosk.devices.sound import PLAYERS
from kiosk.kernel.conditions import Finding, found
from kiosk.kernel.printer import look
from kiosk.settings import SoundTable
from municipality.words.printers import WORDS
from printing import Certificate, NotReady, Paragraph, Press, PressFailed, Printer, Said, Standing

_READER_SECONDS = 5.0
# Those with a sentence of their own.
_PRINTER = {
    "paper-out", "jam", "door-open", "no-toner", "tray-full", "no-a4", "busy", "gone",
    "unreadable", "queue", "open-line", "wrong-certificate",
}  # fmt: skip


def check_reader(reader: Reader, *, seconds: float = _READER_SECONDS) -> Finding:
    """The state that the reader tells first; a card in it is well."""
    told: SimpleQueue[ReaderState] = SimpleQueue()
    watch = reader.watch(told.put)
    try:
        state = told.get(timeout=seconds)
    except Nothing:
        state = NoService()
    finally:
        watch.stop()
    match state:
        case NoService():
            return found("reader.no_service")
        case NoReader():
            return found("reader.missing")
        case Unreadable(why="in_use"):
            return found("reader.in_use")
        case Unreadable():
            return found("reader.unreadable")
        case Empty() | Present():
            return found("reader.ok", name=reader.name)
    return found("reader.unreadable")


def check_printer(printer: Printer) -> Finding:
    """What the printer itself says, in a sentence of its own or in the words that the journal has for it."""
    state = look(printer)
    if not isinstance(state, NotReady):
        return found(f"printer.low-{state.low}" if state.low else "printer.ok")
    return found(f"printer.{state.why}") if state.why in _PRINTER else found("printer.fault", why=WORDS[state.why])


def check_press(press: Press, now: datetime, *, clock: Callable[[], float] = time.monotonic) -> Finding:
    """Makes and seals a page of nobody, marked as a sample; it is not kept and not printed."""
    began = clock()
    try:
        press.make(_nobody(now))
    except PressFailed as failure:
        return found("press.failed", why=failure.why)
    return found("press.ok", seconds=round(clock() - began))


def check_sound(settings: SoundTable, *, which: Callable[[str], str | None] = shutil.which) -> Finding:
    """Whether the programs that speech stands on are there. Whether it is heard, ears must say."""
    if settings.player == "none":
        return found("sound.off")
    if not any(which(player[0]) for player in PLAYERS):
        return found("sound.missing", what="alsa-utils")
    return found("sound.ok") if which("espeak-ng") else found("sound.missing", what="espeak-ng")


def check_scanner(scanner: Scanner) -> Finding:
    """How the scanner of codes is. Whether it reads, only a code that is held before it can say."""
    return found(f"scanner.{scanner.look()}")


def _nobody(now: datetime) -> Certificate:
    return Certificate(
        title=Said("Δοκιμή"),
        municipality="Δοκιμή",
        booth="Δοκιμή",
        number="ΔΟΚΙΜΗ-0000-000000",
        code="0000-0000-0000-0000",
        verification_url="https://example.invalid/v/0000-0000-0000-0000",
        issued_at=now,
        standing=Standing.MUNICIPAL,
        blocks=(Paragraph("Δοκιμή"),),
        sample=True,
    )
