"""A counter in the window's own process: what a demo, a test or a picture needs, which hold both ends in their hands.

Never: what `kiosk run` shows (that is remote_counter.py).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import QObject, Qt, Signal, Slot

from kiosk.counter.counter import Counter, Lobby
from kiosk.counter.opening import opening_of
from kiosk.desk.lobby import Lobby as BoothLobby
from kiosk.devices.headphones import Headphones
from kiosk.devices.sound import Sound
from kiosk.kernel.booth import Booth
from kiosk.matters import MATTERS
from kiosk.ui.window.app import application
from kiosk.ui.window.screen import Screen, standing


class _Thread(QObject):
    """Brings calls from any thread to the one that made it."""

    post = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.post.connect(self._call, Qt.ConnectionType.QueuedConnection)

    @Slot(object)
    def _call(self, call: Callable[[], None]) -> None:
        call()


class LocalCounter(Counter):
    """A counter on the thread that makes it, which must be the window's."""

    def __init__(self, lobby: Lobby, languages: tuple[str, ...], clock: Callable[[], datetime]) -> None:
        # Before the counter is made: its lanes may post at once.
        self._thread = _Thread()
        super().__init__(lobby, languages, clock, self._thread.post.emit)


@contextmanager
def on_screen(
    booth: Booth,
    *,
    size: tuple[int, int] | None = None,
    fullscreen: bool | None = None,
    headphones: Headphones | None = None,
    sound: Sound | None = None,
) -> Iterator[Screen]:
    """The booth's window with its counter beside it, listening to its reader and its scanner; all is stopped and closed
    at the end."""
    application()  # the counter's calls come by its event loop
    counter = LocalCounter(BoothLobby(booth, MATTERS), booth.settings.screen.languages, booth.clock)
    opening = opening_of(booth, counter.showing)
    frame = opening.frame
    if size is not None:
        frame = replace(frame, width=size[0], height=size[1])
    if fullscreen is not None:
        frame = replace(frame, fullscreen=fullscreen)
    with standing(counter, opening.stage, frame, opening.hearing, headphones=headphones, sound=sound) as screen:
        watches = (counter.watch(booth.reader), counter.watch_scanner(booth.scanner))
        try:
            yield screen
        finally:
            for watch in watches:
                watch.stop()
