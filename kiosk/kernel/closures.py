"""What the booth says with nobody there and on a category's line: which services are closed now, and by which sentence.

Never: a closed service that could still be served rightly, or a printer that is asked while a paper is in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from kiosk.kernel import expiry, printer, public_matter
from kiosk.kernel.booth import Booth
from kiosk.kernel.expiry import SIGN_IN, Off, Service, Why
from kiosk.kernel.matter import serving
from kiosk.kernel.public_matter import ShopWindow
from municipality.failures import BoothCode, Code
from printing import NotReady

# A printer that sleeps is not to be woken more often; who has filled its tray waits no longer.
LOOK_EVERY = timedelta(seconds=20)
Closures = Mapping[Service, Code]
NONE: Closures = MappingProxyType({})


@dataclass(frozen=True)
class Around:
    """The shop window, and the services that are closed; the booth itself is closed where nobody could sign in."""

    window: ShopWindow
    closed: Closures = field(default_factory=lambda: NONE)


NOTHING_KNOWN = Around(ShopWindow(None))


def closed_now(booth: Booth, paper: Code | None = None) -> Closures:
    """Every service that is closed now with the code that residents are shown. `paper`: what the printer said."""
    return {service: off.code for service, off in off_now(booth, paper).items()}


def off_now(booth: Booth, paper: Code | None) -> dict[Service, Off]:
    """The same with the reason and, where it is known, since when."""
    closed = {off.service: off for off in expiry.services_off(booth)}
    if paper is not None:
        for matter in serving(booth):
            if matter.needs.printer:
                # Its own reason stays: a filled tray would not open it.
                service = Service(matter.noun)
                closed.setdefault(service, Off(service, paper, Why.PAPER))
    return closed


def paper_fault(booth: Booth) -> Code | None:
    """Whether no paper can be printed now. A printer at work is no fault: it will be ready again."""
    state = printer.look(booth.printer)
    return BoothCode.PRINTER_NOT_READY if isinstance(state, NotReady) and state.why != "busy" else None


@dataclass
class Lookout:
    """Looks around from time to time while nobody is there. For one thread."""

    booth: Booth
    _paper: Code | None = None
    _asked: datetime | None = None

    def look(self) -> Around:
        """Some milliseconds, with a printer that does not answer some seconds. Not for the counter's thread."""
        window = public_matter.shop_window(self.booth)
        if window.closed is not None:
            return Around(window)
        now = self.booth.clock()
        # By the amount, not the order: the clock may have been put back since the last look.
        if self._asked is None or abs(now - self._asked) >= LOOK_EVERY:
            self._paper, self._asked = paper_fault(self.booth), now
        closed = closed_now(self.booth, self._paper)
        if SIGN_IN in closed:
            window = replace(window, closed=closed[SIGN_IN])
        return Around(window, closed)
