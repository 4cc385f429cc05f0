"""What stands on the screen of a booth that does not open: that it is closed, and the code that a technician asks for.

Never: the store, a lock, the clock's word: what keeps the booth from opening may be any of them.
"""

import socket
import time
from datetime import UTC, datetime

from kiosk.counter.line import Kind, LineBroken, said, send
from kiosk.counter.opening import opening_without_store
from kiosk.counter.presenting.presenters import clock_words, present
from kiosk.counter.showing import Showing
from kiosk.desk.views import Closed
from kiosk.settings import BoothSettings
from municipality.failures import Code

# Then the booth is tried again (packaging/systemd/kiosk.service): what was in the way may have gone meanwhile.
STANDS_SECONDS = 30.0


def stand(settings: BoothSettings, code: Code, line: socket.socket, seconds: float = STANDS_SECONDS) -> None:
    """Until the window is gone or the time is up."""
    languages = settings.screen.languages
    no_time = dict.fromkeys(clock_words(datetime.now(UTC), languages[0]), "")
    screens = {language: present(Closed(code), language) for language in languages}
    showing = Showing(0, screens, dict.fromkeys(languages, no_time))
    until = time.monotonic() + seconds
    try:
        send(line, Kind.OPENING, said(opening_without_store(settings, showing).to_json()))
        while (left := until - time.monotonic()) > 0:
            line.settimeout(left)
            if not line.recv(4096):  # a touch of a closed booth does nothing
                return
    except (LineBroken, OSError):
        return
