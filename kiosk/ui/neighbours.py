"""What the stage needs of the rooms around it: the booth's names and habits, a lobby, a reader. Types only."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from kiosk.flows.actions import Action
from kiosk.flows.views import View
from kiosk.flows.work import Run, Turn
from municipality.messages import Words


@dataclass(frozen=True)
class StageSettings:
    """What the screen itself must know of the booth."""

    municipality: Words
    unit_name: Words
    languages: tuple[str, ...] = ("el", "en")
    idle_seconds: int = 120
    warning_seconds: int = 20
    demo: bool = False


class Lobby(Protocol):
    """What the stage needs of kiosk.flows.lobby."""

    @property
    def view(self) -> View: ...
    def reader(self, state: Any) -> Turn: ...
    def act(self, action: Action) -> Turn: ...
    def finished(self, run: Run, result: object) -> Turn: ...
    def tick(self, now: datetime) -> Turn: ...


class Reader(Protocol):
    """What the stage needs of a card reader; the listener is called on the reader's own thread."""

    def watch(self, listener: Callable[[Any], None]) -> Any: ...
