"""Whoever has put in a card: it is read, its PIN is asked, and then it is known who they are.

Never: a PIN that is sent a second time by itself.
"""

from dataclasses import dataclass

from card_reader import Connection
from kiosk.desk.actions import Action, Back, EnterPin, Next
from kiosk.desk.door.own_pin import OwnPin
from kiosk.desk.door.welcome import ByLetter, Welcomed, visit_of, welcome
from kiosk.desk.guest import Answer, Becomes, Over, Show, failed
from kiosk.desk.matter import BoothMatter
from kiosk.desk.pages import Step, Work
from kiosk.desk.views import PinEntry, View
from kiosk.desk.work import Lane
from kiosk.identity import signing_in
from kiosk.identity.signing_in import AskPin, WrongPinGiven
from kiosk.kernel.activity import Activity
from kiosk.kernel.booth import Booth
from kiosk.kernel.closures import Around
from kiosk.technician import Technician

READING = Work(Activity.READING_CARD, Step(1, 2))
_OPENING = Work(Activity.OPENING_FILE, Step(2, 2))


@dataclass(repr=False)
class Newcomer:
    """`asked`: the card is genuine, and its PIN is the next thing. Nothing of theirs is lost when the card leaves."""

    booth: Booth
    matters: tuple[BoothMatter, ...]
    asked: AskPin | None = None
    # Nothing is begun for them whose outcome they would have to be told.
    acting = False

    def begin(self, _around: Around) -> Show:
        booth = self.booth
        return Show(READING, (Lane.CARD, lambda _progress: signing_in.begin(booth)))

    def act(self, shown: View, action: Action) -> Answer:
        booth, matters, asked = self.booth, self.matters, self.asked
        match action:
            case EnterPin(pin) if asked is not None:
                return Show(_OPENING, (Lane.CARD, lambda _progress: welcome(booth, matters, asked, pin)))
            # Nothing lies behind this page: who gives no PIN goes.
            case Next() | Back():
                return Over()
            case _:
                return Show(shown)

    def cancel(self, _shown: View) -> None:
        return None  # nothing is begun

    def finished(self, result: object) -> Answer:
        match result:
            case AskPin():
                self.asked = result
                return Show(PinEntry(result.tries_left))
            case WrongPinGiven(tries_left):
                return Show(PinEntry(tries_left, wrong=True))
            case ByLetter():
                return Becomes(OwnPin(self.booth, result))
            case Welcomed() | Technician():
                return Becomes(visit_of(self.booth, result))
            case _:
                return failed(result)

    def card_left(self) -> None:
        return None

    def leave(self) -> Connection | None:
        return self.asked.connection if self.asked else None
