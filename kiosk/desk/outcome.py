"""What came of an act, told to somebody whose card is out: the lane's word and the reader's come in any order.

A card that is pulled while it works is an error of its line at once, and «no card» of the reader up to half a second
later. Whichever comes first, the outcome stands as long.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.desk.guest import Outcome

# How long what came of an act stands; and a word to somebody who has only just taken their card.
FAREWELL = timedelta(seconds=30)
REMOVED = timedelta(seconds=8)


@dataclass(frozen=True)
class Shown:
    """`outcome` was shown with the card in, and stands until `until` also when the card leaves. `act`: it is an act's,
    and whoever takes their card later still reads it for a moment; otherwise a refusal, which goes with the card."""

    outcome: Outcome
    until: datetime
    act: bool = True

    def stands(self, now: datetime) -> datetime | None:
        """Until when it stands for somebody who takes their card now; None: it was read and need not be told again."""
        if self.act:
            return max(self.until, now + REMOVED)
        return self.until if now < self.until else None
