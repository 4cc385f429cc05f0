"""Choosing a PIN of one's own: typed twice, then set on the card. What was typed is wiped as soon as it is not needed.

Never: a way on into the visit with the PIN of the letter, a digit in a view.
"""

from dataclasses import dataclass
from datetime import date

from card_reader import Connection, Pin
from kiosk.desk.actions import Action, Back, EnterPin, Next
from kiosk.desk.blocks import Notice, Told
from kiosk.desk.door.welcome import Arrived, ByLetter, Welcomed, visit_of, with_own_pin
from kiosk.desk.guest import Answer, Becomes, Outcome, Show
from kiosk.desk.pages import Done, Problem, Step, Work
from kiosk.desk.views import NewPin, PinEntry, View
from kiosk.desk.work import Lane
from kiosk.identity import own_pin
from kiosk.identity.own_pin import Chosen, NotChosen, Unfit
from kiosk.kernel.activity import Activity
from kiosk.kernel.booth import Booth
from kiosk.kernel.closures import Around
from municipality.failures import BoothCode

_DIGITS = 6


def _(message: str) -> str:
    return message


# No cancel: beside these words it would read as undoing the PIN.
SET = Done(
    "own-pin",
    Told(_("Your own PIN is set")),
    Told(_("From now on enter your own PIN. The one in the letter no longer works.")),
    blocks=(
        Notice(Told(_("Keep the letter at home: its block code blocks your card if you lose it.")), icon="arrow-right"),
    ),
    goes_on=True,
    another=False,
    help=(Told(_("From now on your card opens with the PIN that you chose. Do not tell it to anyone.")),),
)


@dataclass(repr=False)
class OwnPin:
    """One holder between the PIN of their letter and their own. `acting`: the card may have the new one already."""

    booth: Booth
    by_letter: ByLetter
    first: Pin | None = None
    typed: int = 0
    acting: bool = False
    # What the visit goes on with, once the card has the new PIN.
    arrived: Arrived | None = None

    def begin(self, _around: Around) -> Show:
        return self._asking()

    def act(self, shown: View, action: Action) -> Answer:
        match action:
            case Next() if self.arrived is not None:
                return Becomes(visit_of(self.booth, self.arrived))
            case EnterPin(pin) if self.arrived is None:
                self.typed += 1
                return self._entered(pin)
            case Back() if self.first is not None:
                self._forget_first()
                return self._asking()
            case _:
                return Show(shown)

    def cancel(self, _shown: View) -> None:
        return None  # the page says that nothing is set yet

    def finished(self, result: object) -> Outcome:
        self.acting = False
        match result:
            case Chosen():
                self.arrived = with_own_pin(self.booth, self.by_letter.arrived)
                return Outcome(SET, cardless=Problem(BoothCode.OWN_PIN_SET))
            case NotChosen(code):
                return Outcome(Problem(code))
            case _:  # it broke, and the card may have the new one already
                return Outcome(Problem(BoothCode.OWN_PIN_NOT_SURE))

    def card_left(self) -> View | None:
        # Once it is set, that stands as an outcome.
        return Problem(BoothCode.OWN_PIN_NOT_SET) if self.arrived is None else None

    def leave(self) -> Connection:
        if not self.acting:  # a change under way wipes what it needs itself
            self._forget_first()
            self.by_letter.letter.wipe()
        return self.by_letter.connection

    def _asking(self, fault: Unfit | None = None) -> Show:
        step = 1 if self.first is None else 2
        return Show(PinEntry(0, shortest=_DIGITS, longest=_DIGITS, new=NewPin(step, self.typed, fault)))

    def _forget_first(self) -> None:
        if self.first is not None:
            self.first.wipe()
        self.first = None

    def _entered(self, pin: Pin) -> Show:
        if self.first is None:
            fault = own_pin.unfit(pin, self._days())
            if fault is None:
                self.first = pin
            else:
                pin.wipe()
            return self._asking(fault)
        same = self.first == pin
        pin.wipe()
        # The first one was fit, and so is the same once more.
        if not same:
            self._forget_first()
            return self._asking(Unfit.DIFFERENT)
        return self._change(self.first)

    def _change(self, new: Pin) -> Show:
        # From here on the work alone holds the PINs, and wipes them.
        self.first, self.acting = None, True
        by_letter = self.by_letter

        def job(_progress: object) -> object:
            try:
                return own_pin.choose(by_letter.connection, by_letter.card, by_letter.letter, new)
            finally:
                by_letter.letter.wipe()
                new.wipe()

        return Show(Work(Activity.CHANGING_PIN, Step(2, 2)), (Lane.CARD, job))

    def _days(self) -> list[date]:
        arrived = self.by_letter.arrived
        return [arrived.session.dossier.member.born] if isinstance(arrived, Welcomed) else []
