"""How a technician's visit ends. Apart from the pages, which a booth loads only when a technician comes."""

import threading
from contextlib import suppress
from dataclasses import dataclass

from kiosk.kernel.booth import Booth
from kiosk.technician import StoreFull, Technician, left


@dataclass(frozen=True)
class Restart:
    """The technician wants the program to begin anew; the window ends, and whoever started it starts it again."""


@dataclass(frozen=True, repr=False)
class Departure:
    """A technician's card, to be let go: that they left is told where it was told that they came."""

    booth: Booth
    technician: Technician
    opened: threading.Event

    def close(self) -> None:
        self.technician.connection.close()
        if self.opened.is_set():
            with suppress(StoreFull):
                left(self.booth, self.technician.number)
