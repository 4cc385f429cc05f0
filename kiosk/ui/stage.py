"""The one presenter: shows the lobby's view to QML, brings back touches, keys, the reader's news and finished work.

Never: a decision what comes next (the lobby's), a PIN digit in a property or a signal, work on the GUI thread.
"""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal, Slot

from kiosk.flows.actions import (
    Action,
    Back,
    Cancel,
    Choose,
    EnterPin,
    EnterText,
    Idle,
    Mark,
    MarkBlank,
    Next,
    OpenCategory,
)
from kiosk.flows.technician_views import TechnicianText, TechnicianWork
from kiosk.flows.views import Attract, Category, Closed, PinEntry, TakeCard, View, Working
from kiosk.flows.work import Run, Turn
from kiosk.ui import languages
from kiosk.ui.lanes import Lanes
from kiosk.ui.looks import Looks, simplified
from kiosk.ui.neighbours import Lobby, Reader, StageSettings
from kiosk.ui.presenters import clock_words, present
from kiosk.ui.translator import CatalogueTranslator
from kiosk.ui.typed import Property
from kiosk.ui.typist import Typist

DEBOUNCE_SECONDS = 0.3
CONFIRM_SECONDS = 0.6
CARD_LEFT_SECONDS = 10


class Stage(Typist):
    """Give `translator` to the application, `stage` to QML (see app.py). Everything here runs on the GUI thread."""

    screenChanged = Signal()
    languageChanged = Signal()
    clockChanged = Signal()
    sheetChanged = Signal()
    idleChanged = Signal()
    keysChanged = Signal()
    cardLeftChanged = Signal()
    restartWanted = Signal()
    textAsked = Signal()
    _reader_spoke = Signal(object)

    def __init__(
        self,
        lobby: Lobby,
        lanes: Lanes,
        settings: StageSettings,
        clock: Callable[[], datetime],
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._lobby, self._lanes, self._settings = lobby, lanes, settings
        self._clock, self._monotonic = clock, monotonic
        self.translator = CatalogueTranslator(settings.languages[0])
        self._language = settings.languages[0]
        self._sheet, self._idle_left, self._by_keys, self._card_left = "", 0, False, 0
        self._run: Run | None = None
        self._changed_at = self._touched_at = self._sheet_at = monotonic()
        self._view: View = lobby.view
        self._shown = self._presented()
        self._clock_words = clock_words(clock(), self._language)
        lanes.finished.connect(self._finished)
        lanes.progressed.connect(self._progressed)
        self._reader_spoke.connect(self._reader_says, Qt.ConnectionType.QueuedConnection)
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self.beat)
        self._timer.start()

    # What QML sees

    @Property(str, notify=screenChanged)
    def screen(self) -> str:
        return str(self._shown["screen"])

    @Property(str, notify=languageChanged)
    def language(self) -> str:
        return self._language

    @Property(str, notify=languageChanged)
    def nextLanguage(self) -> str:
        """What the language button says."""
        return languages.button_words(self._language, self._settings.languages)

    @Property("QVariantList", notify=languageChanged)
    def languages(self) -> list[dict[str, Any]]:
        """Rows of the language sheet: code, name, note, chosen."""
        return languages.choices(self._language, self._settings.languages)

    @Property(str, notify=languageChanged)
    def municipality(self) -> str:
        return self._settings.municipality.in_language(self._language)

    @Property(str, notify=languageChanged)
    def unitName(self) -> str:
        return self._settings.unit_name.in_language(self._language)

    @Property("QVariantMap", notify=clockChanged)
    def clock(self) -> dict[str, str]:
        return self._clock_words

    @Property(bool, constant=True)
    def demo(self) -> bool:
        return self._settings.demo

    @Property(str, notify=sheetChanged)
    def sheet(self) -> str:
        """ "" | "language" | "accessibility" | "help" | "introduction" | "idle"."""
        return self._sheet

    @Property(int, notify=idleChanged)
    def idleLeft(self) -> int:
        """Seconds until the visit closes, while the warning stands; otherwise 0."""
        return self._idle_left

    @Property(int, notify=cardLeftChanged)
    def cardLeft(self) -> int:
        """Seconds for which a card has been forgotten in the reader after the visit; 0 while it is not too long."""
        return self._card_left

    @Property(bool, notify=keysChanged)
    def byKeys(self) -> bool:
        """The last thing done was a key: the focus ring shows."""
        return self._by_keys

    # What the resident does

    @Slot()
    def primary(self) -> None:
        if isinstance(self._view, TechnicianText):
            self.textAsked.emit()  # the screen has what was typed, and enters it
        elif not self.typing:
            if self._shown["footer"]["primary"] and self._shown["footer"]["enabled"]:
                self._act(Next())
        elif self.pinReady and not self._too_soon():
            entered = EnterPin(self._take_pin()) if self.typing == "pin" else EnterText(self._take_line())
            self._act(entered)

    @Slot()
    def back(self) -> None:
        if self._sheet:
            self.closeSheet()
        elif self._shown["footer"]["back"]:
            self._act(Back())

    @Slot()
    def cancel(self) -> None:
        if self._shown["footer"]["cancel"]:
            self._act(Cancel())

    @Slot()
    def endVisit(self) -> None:
        """From the time-out's warning: as if the time had run out."""
        self._set_idle_left(0)
        self._take(self._lobby.act(Idle()))

    @Slot(str)
    def openCategory(self, category: str) -> None:
        self._act(OpenCategory(Category(category)))

    @Slot(str)
    def choose(self, key: str) -> None:
        self._act(Choose(key))

    @Slot(str)
    def enter(self, text: str) -> None:
        """A technician has typed a setting."""
        self._act(EnterText(text))

    @Slot(int)
    def mark(self, index: int) -> None:
        self._act(Mark(index))

    @Slot()
    def markBlank(self) -> None:
        self._act(MarkBlank())

    @Slot()
    def switchLanguage(self) -> None:
        """The next language; with more than two to choose from, the sheet with all of them."""
        if languages.chosen_from_a_sheet(self._settings.languages):
            self._set_sheet("language")
        else:
            self._set_language(languages.after(self._language, self._settings.languages))

    @Slot(str)
    def setLanguage(self, language: str) -> None:
        self._set_sheet("")
        if language in self._settings.languages:
            self._set_language(language)

    @Slot(str)
    def openSheet(self, name: str) -> None:
        self._set_sheet(name)

    @Slot()
    def closeSheet(self) -> None:
        self._set_sheet("")

    @Slot(bool)
    def touched(self, by_key: bool = False) -> None:
        """Any touch or key anywhere: somebody is here."""
        self._touched_at = self._monotonic()
        self._set_idle_left(0)
        if self._by_keys != by_key:
            self._by_keys = by_key
            self.keysChanged.emit()

    # What happens besides

    def watch(self, reader: Reader) -> Any:
        """Listens to `reader`; gives back what its `watch` gave."""
        return reader.watch(self._reader_spoke.emit)

    @Slot()
    def beat(self) -> None:
        """Once a second: the lobby's tick, the clock's words, the time-out."""
        now = self._clock()
        self._take(self._lobby.tick(now))
        self._set_clock(now)
        self._watch_idle()
        self._watch_card()

    def shutdown(self) -> bool:
        """Stops the clock and the lanes; nothing is delivered afterwards. True when every lane has ended."""
        self._timer.stop()
        self._wipe_typed()
        return self._lanes.close()

    @Slot(object)
    def _reader_says(self, state: object) -> None:
        self._take(self._lobby.reader(state))

    @Slot(object, object)
    def _finished(self, run: Run, result: object) -> None:
        if run is self._run:
            self._run = None
        self._take(self._lobby.finished(run, result))

    @Slot(object, object)
    def _progressed(self, run: Run, working: Working | TechnicianWork) -> None:
        # Only the work that the resident is waiting for speaks; what it left behind keeps quiet.
        if run is self._run and isinstance(self._view, Working | TechnicianWork):
            self._show(working)

    def _act(self, action: Action) -> None:
        if not self._too_soon():
            self._take(self._lobby.act(action))

    @property
    def fresh(self) -> bool:
        """The screen has only just changed: a second touch on the way on may still belong to the screen before."""
        return self._monotonic() - max(self._changed_at, self._sheet_at) < CONFIRM_SECONDS

    def _too_soon(self) -> bool:
        return self._monotonic() - self._changed_at < DEBOUNCE_SECONDS

    def _take(self, turn: Turn) -> None:
        if turn.run is not None:
            self._run = turn.run
            self._lanes.start(turn.run)
        self._show(turn.view)
        if turn.restart:
            self.restartWanted.emit()

    def _show(self, view: View) -> None:
        if view == self._view:
            return
        before, self._view = self._shown, view
        self._shown = self._presented()
        if self._shown["key"] != before["key"] or (isinstance(view, PinEntry) and view.wrong):
            self._new_face()
            if isinstance(view, Attract | Closed):
                self._reset()
        self.viewChanged.emit()
        if self._shown["screen"] != before["screen"]:
            self.screenChanged.emit()

    def _new_face(self) -> None:
        self._changed_at = self._touched_at = self._monotonic()
        self._wipe_typed()
        self._set_sheet("")
        self._set_idle_left(0)

    def _reset(self) -> None:
        """The next resident finds Greek, the light scheme and the normal size."""
        self._set_looks(Looks())
        self._set_language(self._settings.languages[0])

    def _set_language(self, language: str) -> None:
        if language == self._language:
            return
        self._language = self.translator.spoken = language
        self._shown = self._presented()
        self.languageChanged.emit()
        self.viewChanged.emit()
        self._set_clock(self._clock())

    def _redress(self, before: Looks) -> None:
        if before.simple != self._looks.simple:
            self._shown = self._presented()
            self.viewChanged.emit()

    def _presented(self) -> dict[str, Any]:
        shown = present(self._view, self._language)
        return simplified(shown) if self._looks.simple else shown

    def _set_clock(self, now: datetime) -> None:
        words = clock_words(now, self._language)
        if words != self._clock_words:
            self._clock_words = words
            self.clockChanged.emit()

    def _set_sheet(self, name: str) -> None:
        if name != self._sheet:
            self._sheet, self._sheet_at = name, self._monotonic()
            self.sheetChanged.emit()

    def _watch_idle(self) -> None:
        quiet = self._monotonic() - self._touched_at
        left = self._settings.idle_seconds - int(quiet)
        if isinstance(self._view, Attract):
            if left <= 0 and (self._sheet, self._language, self._looks) != ("", self._settings.languages[0], Looks()):
                self._set_sheet("")
                self._reset()
        elif isinstance(self._view, Closed | Working | TechnicianWork | TakeCard):
            return
        elif left <= 0:
            self._touched_at = self._monotonic()
            self._set_idle_left(0)
            self._take(self._lobby.act(Idle()))
        elif left <= self._settings.warning_seconds:
            self._set_idle_left(left)

    def _watch_card(self) -> None:
        waited = int(self._monotonic() - self._changed_at)
        left = waited if isinstance(self._view, TakeCard) and waited >= CARD_LEFT_SECONDS else 0
        if left != self._card_left:
            self._card_left = left
            self.cardLeftChanged.emit()

    def _set_idle_left(self, left: int) -> None:
        if left != self._idle_left:
            self._idle_left = left
            self._set_sheet("idle" if left else "")
            self.idleChanged.emit()
