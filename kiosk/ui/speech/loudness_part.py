"""The part of the voice that a resident turns, by touch or by key: on, louder, faster, once more, a dark screen.

Never: a loudness that outlives the visit (the voice puts the booth's own back).
"""

from collections.abc import Iterable

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from assets.texts import catalogue
from kiosk.counter.presenting.words import Gettext
from kiosk.devices.speech import Manner
from kiosk.ui.speech import voice_settings as custom
from kiosk.ui.speech.mouth import Mouth
from kiosk.ui.speech.spoken import Kind, Part, Script
from kiosk.ui.speech.voice_settings import step
from kiosk.ui.stage.qt_property import Property
from kiosk.ui.stage.stage import WindowStage


class LoudnessPart(QObject):
    """`_script` is what was last read of the screen; `_timer`, the voice's, has it read anew."""

    changed = Signal()
    _timer: QTimer

    def __init__(self, stage: WindowStage, mouth: Mouth) -> None:
        super().__init__()
        self._stage, self._mouth = stage, mouth
        self._dark = self._sought = self._greet = self._simple = False
        self._script: Script | None = None
        # Said before what is read next, which would cut it off.
        self._first: list[Part] = []
        # The sheet that lay there when the question of the dark came over it.
        self._asked_over = ""

    @Property(bool, notify=changed)
    def on(self) -> bool:
        return self._mouth.on

    @Property(bool, notify=changed)
    def dark(self) -> bool:
        """The window is covered in black while speech goes on."""
        return self._dark

    @Property(str, notify=changed)
    def darkWords(self) -> str:
        """What stands on the black glass: nothing, until a hand has looked for the screen there."""
        return self._dark_words() if self._dark and self._sought else ""

    @Property(int, notify=changed)
    def rate(self) -> int:
        return self._mouth.manner.rate

    @Property(int, notify=changed)
    def volume(self) -> int:
        return self._mouth.manner.volume

    @Slot(bool)
    def setOn(self, on: bool) -> None:
        """Speech from the loudspeaker too, for who has no headphones; what is personal stays unsaid there."""
        self._stage.chose()
        self._turn(on)

    @Slot(bool)
    def wantDark(self, dark: bool) -> None:
        """As a resident asks for it, by touch or by key. Without headphones a question comes first: a hand that slipped
        would find a booth that is black, and perhaps hear nothing of it."""
        if not dark or self._mouth.private or not self._mouth.on or self._dark:
            self.setDark(dark)
        elif self._stage.sheet == "dark":
            self.repeat()
        else:
            self._asked_over = self._stage.sheet
            self._stage.openSheet("dark")

    @Slot()
    def confirmDark(self) -> None:
        """The answer to that question; not by the touch or key that asked it."""
        if self._stage.sheet == "dark" and not self._stage.fresh:
            self._stage.closeSheet()
            self.setDark(True)

    @Slot()
    def keepLit(self) -> None:
        self._stage.openSheet(self._asked_over)

    @Slot(bool)
    def setDark(self, dark: bool) -> None:
        """At once. Light comes whatever else is on or off; the dark only while there is something to hear."""
        if dark != self._dark and (self._mouth.on or not dark):
            self._stage.chose()
            self._darken(dark)
            _ = self._words()
            self._announce(Part(Kind.HINT, _("The screen is dark.") if dark else _("The screen is lit again.")))

    @Slot(int)
    def changeVolume(self, by: int) -> None:
        """One step louder or softer."""
        self._stage.chose()
        manner = self._mouth.manner
        self._set(Manner(manner.rate, step(custom.VOLUMES, manner.volume, by)))
        _ = self._words()
        self._say([Part(Kind.HINT, _("Volume: {percent} percent.").format(percent=self._mouth.manner.volume))])

    @Slot(int)
    def changeRate(self, by: int) -> None:
        """One step faster or slower; past the fastest comes the slowest again."""
        self._stage.chose()
        manner = self._mouth.manner
        faster = step(custom.RATES, manner.rate, by)
        # The slash key alone changes the speed: without the way round there would be none back.
        self._set(Manner(custom.RATES[0] if by > 0 and faster == manner.rate else faster, manner.volume))
        _ = self._words()
        self._say([Part(Kind.HINT, _("Speed: {words} words a minute.").format(words=self._mouth.manner.rate))])

    @Slot()
    def repeat(self) -> None:
        if self._script is not None:
            self._say(self._script.parts)

    @Slot(bool)
    def _plugged(self, plugged: bool) -> None:
        if not plugged:
            self._set(self._mouth.settings.manner)
        self._turn(plugged)

    @Slot()
    def _simplified(self) -> None:
        """One thing at a time is also read aloud; who wants it silent turns the reading off again."""
        before, self._simple = self._simple, self._stage.simple
        self._turn(self.on or (self._simple and not before))

    @Slot()
    def _nobody(self) -> None:
        """Nobody is there: whoever comes next finds a lit screen, also in a visit that has not ended."""
        self.setDark(False)

    @Slot()
    def _arrived(self) -> None:
        """A visit has begun. Only who has headphones in can have meant the dark for it."""
        if not self._mouth.private:
            self.setDark(False)

    @Slot()
    def _unclaimed(self) -> None:
        """How the booth speaks is nobody's choice any more. Whoever listens to the usual voice is not interrupted."""
        if (self._mouth.manner, self.on, self._dark) != (self._mouth.settings.manner, self._mouth.private, False):
            self._reset()
            self._timer.start()

    @Slot()
    def _reset(self) -> None:
        """The next resident finds the booth's usual voice and a lit screen; speech goes on if headphones are in."""
        self._mouth.hush()
        self._script, self._first = None, []
        self._mouth.on = self._greet = self._mouth.private
        self._set(self._mouth.settings.manner)
        self._darken(False)

    def _turned_by(self, key: Qt.Key) -> bool:
        """Whether `key` belongs to speech alone; then it has done its work."""
        if key in custom.REPEAT:
            self.repeat()
        elif key in custom.LOUDER:
            self.changeVolume(1)
        elif key in custom.SOFTER:
            self.changeVolume(-1)
        elif key in custom.SPEED:
            self.changeRate(1)
        elif key in custom.DARK:
            self.wantDark(not self._dark)
        else:
            return False
        return True

    def _turn(self, on: bool) -> None:
        if on != self._mouth.on:
            self._mouth.on = self._greet = on
            self._script, self._first = None, []
            self._mouth.hush()
            # A dark screen that says nothing would be a booth that is broken.
            self._darken(self._dark and on)
            self._timer.start()

    def _darken(self, dark: bool) -> None:
        self._dark, self._sought = dark, False
        self.changed.emit()

    def _seek(self, sought: bool) -> None:
        """A hand looks for the screen in the dark; or a key was pressed, by somebody who does not."""
        if sought != self._sought:
            self._sought = sought
            self.changed.emit()

    def _dark_words(self) -> str:
        _ = self._words()
        return _("The screen is dark. To light it, hold a finger on it or press the point key.")

    def _announce(self, part: Part) -> None:
        if self._timer.isActive():
            self._first.append(part)
        else:
            self._say([part])

    def _set(self, manner: Manner) -> None:
        self._mouth.manner = manner
        self.changed.emit()

    def _say(self, parts: Iterable[Part]) -> None:
        self._mouth.say(parts, self._stage.language)

    def _words(self) -> Gettext:
        return catalogue(self._stage.language).gettext
