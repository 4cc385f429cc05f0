"""«I have lost my card», with no card in the reader: its number, its block code, and what came of it.

Never: what was typed, once it has been judged; a word on which of the two was wrong.
"""

from dataclasses import dataclass, field

from kiosk.flows.actions import Action, Back, EnterText, Next
from kiosk.flows.views import Activity, LostCard, LostCardDone, Step, View, Working
from kiosk.flows.visit import Job
from kiosk.flows.work import Lane
from kiosk.services import lost_card
from kiosk.services.booth import Booth
from kiosk.services.lost_card import Blocked, NotBlocked


@dataclass(repr=False)
class Reporting:
    """Somebody reports a card as lost. `number` is what they typed first, kept until the code is there."""

    booth: Booth
    number: str = field(default="", repr=False)
    judged: int = 0

    def begin(self) -> View:
        return LostCard(Step(1, 2))

    def act(self, shown: View, action: Action) -> tuple[View | None, Job | None]:
        """The next view, and work to run; None for the first screen of the booth."""
        match shown, action:
            case LostCard(step=Step(number=1)), EnterText(text):
                self.number = text
                return LostCard(Step(2, 2), judged=self.judged), None
            case LostCard(step=Step(number=2)), EnterText(text):
                return self._judge(text)
            case LostCard(step=Step(number=2)), Back():
                self.number = ""
                return LostCard(Step(1, 2), judged=self.judged), None
            case _, (Next() | Back()):
                return None, None
            case _:
                return shown, None

    def _judge(self, code: str) -> tuple[View, Job]:
        booth, number = self.booth, self.number
        self.number = ""
        self.judged += 1
        return Working(Activity.BLOCKING_CARD, Step(2, 2)), (
            Lane.STORE,
            lambda _progress: lost_card.block(booth, number, code),
        )

    def finished(self, result: Blocked | NotBlocked) -> View:
        match result:
            case Blocked(card, at):
                return LostCardDone(card, at)
            case NotBlocked(code, wait):
                return LostCard(Step(1, 2), code, round(wait.total_seconds()), self.judged)
