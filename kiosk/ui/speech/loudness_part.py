"""The part of the voice that a resident turns, by touch or by key: on, louder, faster, once more, a dark screen.

Never: a loudness that outlives the visit (the voice puts the booth's own back).
"""

from collections.abc import Iterable

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from assets.texts import catalogue
from kiosk.counter.words import Gettext
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
        self._dark = self._greet = self._simple = False
        self._script: Script | None = None

    @Property(bool, notify=changed)
    def on(self) -> bool:
        return self._mouth.on

    @Property(bool, notify=changed)
    def dark(self) -> bool:
        """The window is covered in black while speech goes on."""
        return self._dark

    @Property(int, notify=changed)
    def rate(self) -> int:
        return self._mouth.manner.rate

    @Property(int, notify=changed)
    def volume(self) -> int:
        return self._mouth.manner.volume

    @Slot(bool)
    def setOn(self, on: bool) -> None:
        """Speech from the loudspeaker too, for who has no headphones; what is personal stays unsaid there."""
        if on != self._mouth.on:
            self._mouth.on = self._greet = on
            # A dark screen that says nothing would be a booth that is broken.
            self._dark = self._dark and on
            self._script = None
            self._mouth.hush()
            self.changed.emit()
            self._timer.start()

    @Slot(bool)
    def setDark(self, dark: bool) -> None:
        if self._mouth.on and dark != self._dark:
            self._dark = dark
            self.changed.emit()
            _ = self._words()
            self._say([Part(Kind.HINT, _("The screen is dark.") if dark else _("The screen is lit."))])

    @Slot(int)
    def changeVolume(self, by: int) -> None:
        """One step louder or softer."""
        manner = self._mouth.manner
        self._set(Manner(manner.rate, step(custom.VOLUMES, manner.volume, by)))
        _ = self._words()
        self._say([Part(Kind.HINT, _("Volume: {percent} percent.").format(percent=self._mouth.manner.volume))])

    @Slot(int)
    def changeRate(self, by: int) -> None:
        """One step faster or slower; past the fastest comes the slowest again."""
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
        self.setOn(plugged)

    @Slot()
    def _simplified(self) -> None:
        """One thing at a time is also read aloud; who wants it silent turns the reading off again."""
        before, self._simple = self._simple, self._stage.simple
        self.setOn(self.on or (self._simple and not before))

    @Slot()
    def _nobody(self) -> None:
        """Nobody is there: the next one finds a lit screen, also where a card was left behind."""
        usual = (self._mouth.settings.manner, self._mouth.private, False)
        # A visit keeps its loudness until it ends; only the dark is nobody's.
        if self._stage.screen not in ("Attract", "Closed"):
            self.setDark(False)
        elif (self._mouth.manner, self.on, self._dark) != usual:
            self._reset()
            self._timer.start()

    @Slot()
    def _reset(self) -> None:
        """The next resident finds the booth's usual voice and a lit screen; speech goes on if headphones are in."""
        self._mouth.hush()
        self._script, self._dark = None, False
        self._mouth.on = self._greet = self._mouth.private
        self._set(self._mouth.settings.manner)

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
            self.setDark(not self._dark)
        else:
            return False
        return True

    def _set(self, manner: Manner) -> None:
        self._mouth.manner = manner
        self.changed.emit()

    def _say(self, parts: Iterable[Part]) -> None:
        self._mouth.say(parts, self._stage.language)

    def _words(self) -> Gettext:
        return catalogue(self._stage.language).gettext
