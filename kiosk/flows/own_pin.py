"""Choosing a PIN of one's own: typed twice, then set on the card. What was typed is wiped as soon as it is not needed.

Never: a way on into the visit with the PIN of the letter, a digit in a view.
"""

from dataclasses import dataclass
from datetime import date

from card_reader import Connection, Pin
from kiosk.flows.actions import Action, Back, EnterPin
from kiosk.flows.views import Activity, NewPin, OwnPinSet, PinEntry, Problem, Step, View, Working
from kiosk.flows.visit import Job
from kiosk.flows.welcome import Arrived, ByLetter, Welcomed, with_own_pin
from kiosk.flows.work import Lane
from kiosk.services import own_pin
from kiosk.services.booth import Booth
from kiosk.services.own_pin import Chosen, NotChosen, Unfit

_DIGITS = 6


@dataclass(repr=False)
class OwnPin:
    """One holder between the PIN of their letter and their own. `changing`: the card may have the new one already."""

    booth: Booth
    by_letter: ByLetter
    first: Pin | None = None
    typed: int = 0
    changing: bool = False
    card_out: bool = False
    # What the visit goes on with, once the card has the new PIN.
    arrived: Arrived | None = None

    def view(self, fault: Unfit | None = None) -> PinEntry:
        step = 1 if self.first is None else 2
        return PinEntry(0, shortest=_DIGITS, longest=_DIGITS, new=NewPin(step, self.typed, fault))

    def act(self, shown: View, action: Action) -> tuple[View, Job | None]:
        match action:
            case EnterPin(pin) if self.arrived is None:
                self.typed += 1
                return self._entered(pin)
            case Back() if self.first is not None:
                self.leave_first()
                return self.view(), None
            case _:
                return shown, None

    @property
    def connection(self) -> Connection:
        return self.by_letter.connection

    def finished(self, result: Chosen | NotChosen) -> View:
        """What came of the change, told also to somebody whose card is out already."""
        self.changing = False
        if isinstance(result, NotChosen):
            return Problem(result.code)
        self.arrived = with_own_pin(self.booth, self.by_letter.arrived)
        return OwnPinSet()

    def leave(self) -> None:
        """The visit is over. A change under way wipes what it needs itself."""
        if not self.changing:
            self.leave_first()
            self.by_letter.letter.wipe()

    def leave_first(self) -> None:
        if self.first is not None:
            self.first.wipe()
        self.first = None

    def _entered(self, pin: Pin) -> tuple[View, Job | None]:
        if self.first is None:
            fault = own_pin.unfit(pin, self._days())
            if fault is None:
                self.first = pin
            else:
                pin.wipe()
            return self.view(fault), None
        same = self.first == pin
        pin.wipe()
        if not same:
            self.leave_first()
            return self.view(Unfit.DIFFERENT), None
        return self._change(self.first)

    def _change(self, new: Pin) -> tuple[View, Job]:
        self.first, self.changing = None, True
        by_letter = self.by_letter

        def job(_progress: object) -> object:
            try:
                return own_pin.choose(by_letter.connection, by_letter.card, by_letter.letter, new)
            finally:
                by_letter.letter.wipe()
                new.wipe()

        return Working(Activity.CHANGING_PIN, Step(2, 2)), (Lane.CARD, job)

    def _days(self) -> list[date]:
        arrived = self.by_letter.arrived
        return [arrived.session.dossier.member.born] if isinstance(arrived, Welcomed) else []
