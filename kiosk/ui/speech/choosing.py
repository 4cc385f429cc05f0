"""What whoever listens chooses by a number or by Enter: what a finger could press. Never: a key met with silence."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject

from assets.texts import catalogue
from kiosk.ui.input.keys import Walker
from kiosk.ui.speech import reading
from kiosk.ui.speech.mouth import Mouth
from kiosk.ui.speech.spoken import ENTER, Choice, Kind, Part, Script
from kiosk.ui.speech.voice_settings import ANSWER_MS
from kiosk.ui.stage.stage import WindowStage
from kiosk.ui.stage.timers import single_shot


class Chooser:
    """`script` gives what was last read of the screen; `walker` comes with the window."""

    def __init__(self, owner: QObject, stage: WindowStage, mouth: Mouth, script: Callable[[], Script | None]) -> None:
        self._stage, self._mouth, self._script = stage, mouth, script
        self.walker: Walker | None = None
        self._asked: Choice | None = None
        self._said_before = 0
        self._answered = single_shot(owner, ANSWER_MS, self._still_the_same)

    def stop(self) -> None:
        self._answered.stop()

    def by_number(self, text: str) -> None:
        if text == "0":
            self._stage.back()
            self.expect_answer(None)
            return
        script = self._script()
        choice = script.chosen_by(text) if script else None
        if choice is None:
            _ = catalogue(self._stage.language).gettext
            # Whoever cannot see the screen needs the ways on at once, not a second key.
            self._say([Part(Kind.ERROR, _("There is nothing with this number.")), *self._ways()])
        else:
            self._do(choice)

    def by_enter(self, *, typing: bool) -> None:
        """Enter where nothing has the focus."""
        if typing and not self._stage.pinReady:
            self.why()
            return
        script = self._script()
        choice = script.chosen_by(ENTER) if script else None
        if choice is None:
            self._say(self._ways())
        else:
            self._do(choice)

    def why(self) -> None:
        """Why the way on is shut."""
        self._say(reading.why_shut(self._stage))

    def expect_answer(self, choice: Choice | None) -> None:
        """A press that changes nothing must not be met with silence."""
        # Counted, not timed: whatever is said meanwhile is an answer.
        self._asked, self._said_before = choice, self._mouth.times
        self._answered.start()

    def _do(self, choice: Choice) -> None:
        if choice.more:
            self._say(choice.more)
        elif choice.target.startswith("language:"):
            self._stage.setLanguage(choice.target.removeprefix("language:"))
        elif self.walker is not None:
            self.expect_answer(choice)
            if choice.target != "primary" or not self._unseen(self.walker):
                self.walker.press(choice.target)
            elif self._mouth.private:
                self._stage.primary()  # the ear has been told all of it
            else:
                self.walker.press("page_down")

    def _unseen(self, walker: Walker) -> bool:
        """The way on is shut for no other reason than that the eye has not seen all of the page."""
        item = walker.find("primary")
        return item is not None and not item.isEnabled() and bool(self._stage.view["footer"]["enabled"])

    def _still_the_same(self) -> None:
        script = self._script()
        if self._mouth.times == self._said_before and self._mouth.on and script is not None:
            self._say(reading.unchanged(script, self._asked))

    def _ways(self) -> list[Part]:
        script = self._script()
        return reading.ways(script) if script else []

    def _say(self, parts: Iterable[Part]) -> None:
        self._mouth.say(parts, self._stage.language)
