"""Beside the stage: says what it shows into headphones, listens to the number keys, warns, darkens the screen.

Never: a decision of its own (a key presses what a finger could press), a personal word outside headphones, a PIN digit,
anything kept for the next resident.
"""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtQuick import QQuickItem

from kiosk.devices.headphones import Headphones
from kiosk.devices.speech import Speaker
from kiosk.devices.tones import Chimes, Tone
from kiosk.ui.input.keys import Walker
from kiosk.ui.speech import reading
from kiosk.ui.speech import voice_settings as custom
from kiosk.ui.speech.choosing import Chooser
from kiosk.ui.speech.loudness_part import LoudnessPart
from kiosk.ui.speech.mouth import Mouth
from kiosk.ui.speech.speaking import how_to
from kiosk.ui.speech.spoken import Kind, Part, news
from kiosk.ui.speech.voice_settings import VoiceSettings
from kiosk.ui.speech.waiting import Waiting
from kiosk.ui.stage.stage import WindowStage
from kiosk.ui.stage.timers import single_shot


class Voice(LoudnessPart):
    """Everything here runs on the GUI thread."""

    _jack = Signal(bool)

    def __init__(
        self,
        stage: WindowStage,
        speaker: Speaker,
        chimes: Chimes,
        headphones: Headphones,
        settings: VoiceSettings | None = None,
        *,
        languages: tuple[str, ...] = (),
    ) -> None:
        settings = settings or VoiceSettings()
        super().__init__(stage, Mouth(speaker, chimes, headphones, settings))
        self._speaker, self._languages = speaker, languages
        self._chooser = Chooser(self, stage, self._mouth, lambda: self._script)
        self._screen = self._key = ""
        self._typed = 0
        self._waiting = Waiting(self, stage, self._mouth, lambda: self._script)
        # Several signals of one change are read aloud once.
        self._timer = single_shot(self, 0, self._catch_up)
        self._listen_to(stage)
        self._jack.connect(self._plugged, Qt.ConnectionType.QueuedConnection)
        self._watch = headphones.watch(self._jack_moved)
        if headphones.plugged:
            self._plugged(True)

    def _listen_to(self, stage: WindowStage) -> None:
        for changed in (stage.viewChanged, stage.languageChanged, stage.sheetChanged, stage.looksChanged):
            changed.connect(self._timer.start)
        stage.looksChanged.connect(self._simplified)
        stage.idleChanged.connect(self._waiting.warn)
        stage.pinChanged.connect(self._pin)
        stage.whyAsked.connect(self._why)
        stage.freed.connect(self._reset)
        stage.unclaimed.connect(self._unclaimed)
        stage.nobodyThere.connect(self._nobody)
        stage.arrived.connect(self._arrived)

    @property
    def said(self) -> list[str] | None:
        """Every sentence, since it was set to a list: for tests alone."""
        return self._mouth.said

    @said.setter
    def said(self, said: list[str] | None) -> None:
        self._mouth.said = said

    def attach(self, walker: Walker) -> None:
        """The window's things that can be pressed; speech needs them for sheets, focus and choosing."""
        self._chooser.walker = walker
        walker.window.activeFocusItemChanged.connect(self._focus_moved)

    def shutdown(self) -> bool:
        """Nothing is said any more. True when its threads have ended."""
        self._watch.stop()
        self._timer.stop()
        self._chooser.stop()
        self._waiting.stop()
        return self._mouth.close()

    # What the resident does

    def touched(self) -> bool:
        """A finger on the screen. True when the touch must do nothing, because the screen is dark. Whoever listens
        without headphones is lit by it: nobody needs the dark to brush the glass unheard there. With headphones the
        dark stays, and says to ear and eye how it ends: they may lie there plugged in, and nobody wears them."""
        self._interrupt()
        if not self._dark:
            return False
        if self._mouth.private:
            self._seek(True)
            self._say([Part(Kind.HINT, self._dark_words())])
        else:
            self.setDark(False)
        return True

    def key(self, key: Qt.Key, text: str) -> bool:
        """A key. True when it was for speech alone, or chose something by its number."""
        self._interrupt()
        self._seek(False)
        if not self.on:
            return False
        if self._turned_by(key):
            return True
        typing = bool(self._stage.typing) and not self._stage.sheet
        if text.isascii() and text.isdigit() and not typing:
            self._chooser.by_number(text)
            return True
        if key in custom.ENTER_KEYS:
            if self._focused() is None:
                self._chooser.by_enter(typing=typing)
                return True
            self._chooser.expect_answer(None)
        if key in custom.ESCAPE and typing:
            self._stage.back()
            return True
        return False

    def warned(self) -> None:
        """A key or touch has put the time-out's warning away."""
        _ = self._words()
        self._say([Part(Kind.HINT, _("You have more time.")), *(self._script.titles if self._script else ())])

    @Slot()
    def _why(self) -> None:
        self._chooser.why()

    # What happens besides

    def beat(self) -> None:
        self._waiting.beat()

    def _jack_moved(self, plugged: bool) -> None:
        """On the device's thread: what is being said stops here and now."""
        if not plugged:
            self._mouth.hush()
        # The rest waits for the GUI thread.
        self._jack.emit(plugged)

    @Slot()
    def _pin(self) -> None:
        count, before = self._stage.pinCount, self._typed
        self._typed = count
        if self._stage.typing and count != before:
            self._mouth.tone(Tone.KEY)
            if parts := reading.typed_words(self._stage, before):
                self._say(parts)

    @Slot()
    def _catch_up(self) -> None:
        """Once for all that has changed in this turn of the event loop: what is new is said."""
        stage = self._stage
        screen, self._screen = self._screen, stage.screen
        key, self._key = self._key, str(stage.view["key"])
        if screen != stage.screen:
            self._at_new_screen()
        first, self._first = self._first, []
        if not self.on or stage.sheet == "idle" or self._waiting.warning:
            return
        before, self._script = self._script, reading.script_now(stage, self._chooser.walker, self._languages)
        after = self._script
        if before is not None and (before.face, before.language) == (after.face, after.language):
            parts = news(before, after)
        else:
            parts = (*(how_to(stage.language) if self._greet else ()), *after.parts)
            self._greet = False
            if (focused := self._focused()) is not None and not stage.sheet:
                if key != self._key:
                    focused.setFocus(False)  # the next Enter must not press what stood here before
                elif stage.byKeys:
                    parts = (*parts, *reading.read_focus(focused, stage))
        if first or parts:
            self._say((*first, *parts))

    def _at_new_screen(self) -> None:
        stage = self._stage
        self._waiting.somebody()
        if stage.screen in ("Problem", "Closed"):
            self._mouth.tone(Tone.ERROR)
        elif stage.screen == "TakeCard":
            self._mouth.tone(Tone.CARD)

    @Slot()
    def _focus_moved(self) -> None:
        item = self._focused()
        if item is None or not self.on or not self._stage.byKeys:
            return
        if reading.pin_key(item, self._stage):
            self._mouth.tone(Tone.KEY)
        self._say(reading.read_focus(item, self._stage))

    def _focused(self) -> QQuickItem | None:
        return self._chooser.walker.focused() if self._chooser.walker else None

    def _interrupt(self) -> None:
        self._waiting.somebody()
        self._mouth.hush()
        if not self._stage.typing:  # there each key that counts has its tone
            self._mouth.tone(Tone.KEY)
