"""What came of an act, told to somebody whose card is out: the lane's word and the reader's come in any order.

A card that is pulled while it works is an error of its line at once, and «no card» of the reader up to half a second
later. Whichever comes first, the outcome stands as long.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kiosk.flows.matter import Errand
from kiosk.flows.views import CertificateDone, OwnPinSet, PinEntry, Problem, View, VoteDone
from municipality.failures import Code

# How long what came of an act stands; and a word to somebody who has only just taken their card.
FAREWELL = timedelta(seconds=30)
REMOVED = timedelta(seconds=8)


@dataclass(frozen=True)
class Outcome:
    """`view` was shown with the card in, and stands until `until` also when the card leaves. `act`: it is an act's, and
    whoever takes their card later still reads it for a moment; otherwise a refusal, which goes with the card."""

    view: View
    until: datetime
    act: bool = True

    def stands(self, now: datetime) -> datetime | None:
        """Until when it stands for somebody who takes their card now; None: it was read and need not be told again."""
        if self.act:
            return max(self.until, now + REMOVED)
        return self.until if now < self.until else None


def without_card(view: View, doing: Errand | None = None) -> View:
    """The same outcome without what only a card in the reader can go on with."""
    match view:
        case VoteDone() | CertificateDone():
            return replace(view, card_out=True)
        case OwnPinSet():
            return Problem(Code.OWN_PIN_SET)
        case PinEntry():  # it can no longer be asked: nothing was done
            return Problem(doing.not_begun) if doing else Problem(Code.CARD_GONE)
        case _:
            return view
