"""Beside the stage: says what it shows into headphones, listens to the number keys, warns, darkens the screen.

Never: a decision of its own (a key presses what a finger could press), a personal word outside headphones, a PIN digit,
anything kept for the next resident.
"""

from collections.abc import Iterable

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from assets.texts import catalogue
from kiosk.counter.words import Gettext
from kiosk.devices.headphones import Headphones
from kiosk.devices.speech import Manner, Speaker
from kiosk.devices.tones import Chimes, Tone
from kiosk.ui import habits as custom
from kiosk.ui import reading
from kiosk.ui.habits import Habits, step
from kiosk.ui.keys import Walker
from kiosk.ui.speaking import how_to, time_warning, withheld
from kiosk.ui.spoken import ENTER, Choice, Kind, Part, Script, news
from kiosk.ui.stage import Stage
from kiosk.ui.timers import single_shot
from kiosk.ui.typed import Property


class Voice(QObject):
    """Everything here runs on the GUI thread. `said`, when it is a list, takes every sentence: for tests alone."""

    changed = Signal()
    _jack = Signal(bool)

    def __init__(
        self,
        stage: Stage,
        speaker: Speaker,
        chimes: Chimes,
        headphones: Headphones,
        habits: Habits | None = None,
        *,
        languages: tuple[str, ...] = (),
    ) -> None:
        super().__init__()
        self._stage, self._speaker, self._chimes, self._headphones = stage, speaker, chimes, headphones
        self._habits, self._languages = habits or Habits(), languages
        self.said: list[str] | None = None
        self._walker: Walker | None = None
        self._on = self._dark = self._greet = self._simple = False
        self._manner = self._habits.manner
        self._script: Script | None = None
        self._screen = self._key = ""
        self._here_at = stage.now()  # when somebody last did something
        self._typed = self._warned_at = self._calls = self._answers = 0
        self._timer = single_shot(self, 0, self._catch_up)
        stage.viewChanged.connect(self._timer.start)
        stage.languageChanged.connect(self._timer.start)
        stage.sheetChanged.connect(self._timer.start)
        stage.looksChanged.connect(self._timer.start)
        stage.looksChanged.connect(self._simplified)
        stage.idleChanged.connect(self._idle)
        stage.pinChanged.connect(self._pin)
        stage.whyAsked.connect(self._why)
        stage.freed.connect(self._reset)
        stage.nobodyThere.connect(self._nobody)
        self._answered = single_shot(self, custom.ANSWER_MS, self._still_the_same)
        self._beat = QTimer(self)
        self._beat.timeout.connect(self.beat)
        self._beat.start(1000)
        self._jack.connect(self._plugged, Qt.ConnectionType.QueuedConnection)
        self._watch = headphones.watch(self._jack_moved)
        self._asked: Choice | None = None
        if headphones.plugged:
            self._plugged(True)

    def attach(self, walker: Walker) -> None:
        """The window's things that can be pressed; speech needs them for sheets, focus and choosing."""
        self._walker = walker
        walker.window.activeFocusItemChanged.connect(self._focus_moved)

    def shutdown(self) -> bool:
        """Nothing is said any more. True when its threads have ended."""
        self._watch.stop()
        for timer in (self._timer, self._answered, self._beat):
            timer.stop()
        chimes_ended, speech_ended = self._chimes.close(), self._speaker.close()
        return chimes_ended and speech_ended

    # What QML sees

    @Property(bool, notify=changed)
    def on(self) -> bool:
        return self._on

    @Property(bool, notify=changed)
    def dark(self) -> bool:
        """The window is covered in black while speech goes on."""
        return self._dark

    @Property(int, notify=changed)
    def rate(self) -> int:
        return self._manner.rate

    @Property(int, notify=changed)
    def volume(self) -> int:
        return self._manner.volume

    # What the resident does

    @Slot(bool)
    def setOn(self, on: bool) -> None:
        """Speech from the loudspeaker too, for who has no headphones; what is personal stays unsaid there."""
        if on != self._on:
            self._on, self._greet = on, on
            self._dark = self._dark and on
            self._script = None
            self._speaker.hush()
            self.changed.emit()
            self._timer.start()

    @Slot(bool)
    def setDark(self, dark: bool) -> None:
        if self._on and dark != self._dark:
            self._dark = dark
            self.changed.emit()
            _ = self._words()
            self._say([Part(Kind.HINT, _("The screen is dark.") if dark else _("The screen is lit."))])

    @Slot(int)
    def changeVolume(self, by: int) -> None:
        """One step louder or softer."""
        self._set(Manner(self._manner.rate, step(custom.VOLUMES, self._manner.volume, by)))
        _ = self._words()
        self._say([Part(Kind.HINT, _("Volume: {percent} percent.").format(percent=self._manner.volume))])

    @Slot(int)
    def changeRate(self, by: int) -> None:
        """One step faster or slower; past the fastest comes the slowest again."""
        rate = self._manner.rate
        faster = step(custom.RATES, rate, by)
        self._set(Manner(custom.RATES[0] if by > 0 and faster == rate else faster, self._manner.volume))
        _ = self._words()
        self._say([Part(Kind.HINT, _("Speed: {words} words a minute.").format(words=self._manner.rate))])

    @Slot()
    def repeat(self) -> None:
        if self._script is not None:
            self._say(self._script.parts)

    def touched(self) -> bool:
        """A finger on the screen. True when the touch must do nothing, because the screen is dark. Whoever listens
        without headphones is lit by it: nobody needs the dark to brush the glass unheard there."""
        self._interrupt()
        if not self._dark:
            return False
        if self._headphones.plugged:
            _ = self._words()
            self._say([Part(Kind.HINT, _("The screen is dark. The point key lights it."))])
        else:
            self.setDark(False)
        return True

    def key(self, key: Qt.Key, text: str) -> bool:
        """A key. True when it was for speech alone, or chose something by its number."""
        self._interrupt()
        if not self._on:
            return False
        if self._of_speech(key):
            return True
        typing = bool(self._stage.typing) and not self._stage.sheet
        if text.isascii() and text.isdigit() and not typing:
            return self._by_number(text)
        if key in custom.ENTER_KEYS:
            if self._walker is None or self._walker.focused() is None:
                return self._by_enter(typing)
            self._expect_answer(None)
        if key in custom.ESCAPE and typing:
            self._stage.back()
            return True
        return False

    def warned(self) -> None:
        """A key or touch has put the time-out's warning away."""
        _ = self._words()
        title = [part for part in self._script.parts if part.kind is Kind.TITLE] if self._script else []
        self._say([Part(Kind.HINT, _("You have more time.")), *title])

    def _of_speech(self, key: Qt.Key) -> bool:
        if key in custom.REPEAT:
            self.repeat()
        elif key in custom.LOUDER:
            self.changeVolume(1)
        elif key in custom.SOFTER:
            self.changeVolume(-1)
        elif key in custom.SPEED:
            self.changeRate(1)
        elif key in custom.DARK:
            self.setDark(not self._dark)
        else:
            return False
        return True

    def _by_number(self, text: str) -> bool:
        if text == "0":
            self._stage.back()
            self._expect_answer(None)
            return True
        choice = self._script.chosen_by(text) if self._script else None
        if choice is None:
            _ = self._words()
            self._say([Part(Kind.ERROR, _("There is nothing with this number.")), *self._ways()])
        else:
            self._do(choice)
        return True

    def _by_enter(self, typing: bool) -> bool:
        if typing and not self._stage.pinReady:
            self._why()
            return True
        choice = self._script.chosen_by(ENTER) if self._script else None
        if choice is None:
            self._say(self._ways())
        else:
            self._do(choice)
        return True

    def _do(self, choice: Choice) -> None:
        if choice.more:
            self._say(choice.more)
        elif choice.target.startswith("language:"):
            self._stage.setLanguage(choice.target.removeprefix("language:"))
        elif self._walker is not None:
            self._expect_answer(choice)
            unseen = choice.target == "primary" and self._walker.find("whole") is not None
            if unseen and self._headphones.plugged:
                self._stage.primary()  # the ear has been told all of it
            else:
                self._walker.press("whole" if unseen else choice.target)

    def _expect_answer(self, choice: Choice | None) -> None:
        """A press that changes nothing must not be met with silence."""
        self._asked, self._answers = choice, 0
        self._answered.start()

    def _still_the_same(self) -> None:
        if self._answers or not self._on or self._script is None:
            return
        self._say(reading.unchanged(self._script, self._asked))

    def _ways(self) -> list[Part]:
        return reading.ways(self._script) if self._script else []

    @Slot()
    def _why(self) -> None:
        self._say(reading.why_shut(self._stage))

    # What happens besides

    @Slot()
    def beat(self) -> None:
        """Once a second: whoever is still being read to is not away; a card left behind is called for."""
        listens = self._stage.now() - self._here_at < custom.LISTENS_AT_MOST
        if listens and self._speaker.speaking and not self._stage.idleLeft:
            self._stage.touched(self._stage.byKeys)
        if self._stage.screen != "TakeCard":
            self._calls = 0
            return
        self._calls += 1
        if self._calls % custom.CARD_CALLS_EVERY == 0:
            self._tone(Tone.CARD)
            if self._on and self._script and not self._speaker.speaking:
                self._say(part for part in self._script.parts if part.kind is Kind.TITLE)

    def _jack_moved(self, plugged: bool) -> None:
        """On the device's thread: what is being said stops here and now."""
        if not plugged:
            self._speaker.hush()
        self._jack.emit(plugged)

    @Slot(bool)
    def _plugged(self, plugged: bool) -> None:
        if not plugged:
            self._set(self._habits.manner)
        self.setOn(plugged)

    @Slot()
    def _simplified(self) -> None:
        """One thing at a time is also read aloud; who wants it silent turns the reading off again."""
        before, self._simple = self._simple, self._stage.simple
        self.setOn(self._on or (self._simple and not before))

    @Slot()
    def _pin(self) -> None:
        count, before = self._stage.pinCount, self._typed
        self._typed = count
        if self._stage.typing and count != before:
            self._tone(Tone.KEY)
            if parts := reading.typed_words(self._stage, before):
                self._say(parts)

    @Slot()
    def _idle(self) -> None:
        left, before = self._stage.idleLeft, self._warned_at
        if left and (not before or before > custom.LAST_SECONDS >= left):
            self._tone(Tone.WARNING)
            self._say(time_warning(left, self._stage.language))
        self._warned_at = left

    @Slot()
    def _catch_up(self) -> None:
        """Once for all that has changed in this turn of the event loop: what is new is said."""
        stage = self._stage
        screen, self._screen = self._screen, stage.screen
        key, self._key = self._key, str(stage.view["key"])
        if screen != stage.screen:
            self._at_new_screen()
        if not self._on or stage.sheet == "idle" or self._warned_at:
            return
        before, self._script = self._script, reading.script_now(stage, self._walker, self._languages)
        after = self._script
        if before is not None and (before.face, before.language) == (after.face, after.language):
            parts = news(before, after)
        else:
            parts = (*(how_to(stage.language) if self._greet else ()), *after.parts)
            self._greet = False
            if self._walker and (focused := self._walker.focused()) and not stage.sheet:
                if key != self._key:
                    focused.setFocus(False)  # the next Enter must not press what stood here before
                elif stage.byKeys:
                    parts = (*parts, *reading.read_focus(focused, stage))
        if parts:
            self._say(parts)

    def _at_new_screen(self) -> None:
        stage = self._stage
        self._here_at = stage.now()
        if stage.screen in ("Problem", "Closed"):
            self._tone(Tone.ERROR)
        elif stage.screen == "TakeCard":
            self._tone(Tone.CARD)

    @Slot()
    def _focus_moved(self) -> None:
        item = self._walker.focused() if self._walker else None
        if item is None or not self._on or not self._stage.byKeys:
            return
        if reading.pin_key(item, self._stage):
            self._tone(Tone.KEY)
        self._say(reading.read_focus(item, self._stage))

    @Slot()
    def _nobody(self) -> None:
        """Nobody is there: the next one finds a lit screen, also where a card was left behind."""
        usual = (self._habits.manner, self._headphones.plugged, False)
        if self._stage.screen not in ("Attract", "Closed"):
            self.setDark(False)
        elif (self._manner, self._on, self._dark) != usual:
            self._reset()
            self._timer.start()

    @Slot()
    def _reset(self) -> None:
        """The next resident finds the booth's usual voice and a lit screen; speech goes on if headphones are in."""
        self._speaker.hush()
        self._script, self._dark = None, False
        self._on = self._greet = self._headphones.plugged
        self._set(self._habits.manner)

    def _set(self, manner: Manner) -> None:
        self._manner = manner
        self.changed.emit()

    def _interrupt(self) -> None:
        self._here_at = self._stage.now()
        self._speaker.hush()
        if not self._stage.typing:  # there each key that counts has its tone
            self._tone(Tone.KEY)

    def _tone(self, kind: Tone) -> None:
        if self._habits.tones:
            self._chimes.sound(kind, self._habits.manner.volume)

    def _say(self, parts: Iterable[Part]) -> None:
        if not self._on:
            return
        self._answers += 1
        private, language = self._headphones.plugged, self._stage.language
        told = [part for part in parts if part.text]
        heard = [part for part in told if private or not part.personal]
        if len(heard) < len(told):
            heard.append(withheld(language))
        sentences = [reading.sentence_of(part, language) for part in heard]
        if self.said is not None:
            self.said += [sentence.text for sentence in sentences]
        self._speaker.say(sentences, self._manner)

    def _words(self) -> Gettext:
        return catalogue(self._stage.language).gettext
