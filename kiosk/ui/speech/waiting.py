"""What is heard while nobody does anything: the time-out's warning, a card left behind; who listens is not away.

Never: the end of a visit (the stage alone ends one).
"""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QTimer

from kiosk.devices.tones import Tone
from kiosk.ui.speech import voice_settings as custom
from kiosk.ui.speech.mouth import Mouth
from kiosk.ui.speech.speaking import time_warning
from kiosk.ui.speech.spoken import Part, Script
from kiosk.ui.stage.stage import WindowStage


class Waiting:
    """`script` gives what was last read of the screen. Looks once a second, as long as `owner` lives."""

    def __init__(self, owner: QObject, stage: WindowStage, mouth: Mouth, script: Callable[[], Script | None]) -> None:
        self._stage, self._mouth, self._script = stage, mouth, script
        self._warned_at = self._calls = 0
        self._timer = QTimer(owner)
        self._timer.timeout.connect(self.beat)
        self._timer.start(1000)
        self.somebody()

    def stop(self) -> None:
        self._timer.stop()

    def somebody(self) -> None:
        """Somebody has just done something."""
        self._here_at = self._stage.now()

    @property
    def warning(self) -> bool:
        """The time-out's warning stands: nothing else is read out."""
        return bool(self._warned_at)

    def beat(self) -> None:
        """Once a second: whoever is still being read to is not away; a card left behind is called for."""
        # The call for a card is said again and again, and keeps nobody here.
        listens = self._stage.screen != "TakeCard" and self._stage.now() - self._here_at < custom.LISTENS_AT_MOST
        if listens and self._mouth.speaking and not self._stage.idleLeft:
            self._stage.touched(self._stage.byKeys)
        if self._stage.screen != "TakeCard":
            self._calls = 0
            return
        self._calls += 1
        if self._calls % custom.CARD_CALLS_EVERY == 0:
            self._mouth.tone(Tone.CARD)
            script = self._script()
            if script is not None and not self._mouth.speaking:
                self._say(script.titles)

    def warn(self) -> None:
        """What is left has changed. Said at first and once more near the end, not every second."""
        left, before = self._stage.idleLeft, self._warned_at
        if left and (not before or before > custom.LAST_SECONDS >= left):
            self._mouth.tone(Tone.WARNING)
            self._say(time_warning(left, self._stage.language))
        self._warned_at = left

    def _say(self, parts: Iterable[Part]) -> None:
        self._mouth.say(parts, self._stage.language)
