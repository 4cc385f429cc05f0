"""«I have lost my card», with no card in the reader: its number, its block code, and what came of it.

Never: what was typed, once it has been judged; a word on which of the two was wrong.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from kiosk.desk.actions import Action, Back, EnterText, Next
from kiosk.desk.blocks import Fact, Notice, Told
from kiosk.desk.guest import Answer, Outcome, Over, Show, failed
from kiosk.desk.pages import Done, Problem, Step, Work
from kiosk.desk.views import LostCard, View
from kiosk.desk.work import Lane
from kiosk.identity import lost_card
from kiosk.identity.lost_card import Blocked, NotBlocked
from kiosk.kernel.activity import Activity
from kiosk.kernel.booth import Booth
from kiosk.kernel.closures import Around
from municipality.matters.cards.failures import LostCardCode


def _(message: str) -> str:
    return message


@dataclass(repr=False)
class Reporting:
    """Somebody reports a card as lost. `number` is what they typed first, kept until the code is there."""

    booth: Booth
    number: str = field(default="", repr=False)
    judged: int = 0
    letters: str = ""
    # There is no card whose leaving could cut it off.
    acting = False

    def begin(self, around: Around) -> Show:
        if not around.window.block_codes:
            return Show(Problem(LostCardCode.LOST_CARD_NO_CODES, card=False))
        self.letters = lost_card.letters(self.booth)
        return Show(self._asked())

    def act(self, shown: View, action: Action) -> Answer:
        match shown, action:
            case LostCard(step=Step(number=1)), EnterText(text):
                self.number = text
                return Show(LostCard(Step(2, 2), judged=self.judged))
            case LostCard(step=Step(number=2)), EnterText(text):
                return self._judge(text)
            case LostCard(step=Step(number=2)), Back():
                self.number = ""
                return Show(self._asked())
            case _, (Next() | Back()):
                return Over()
            case _:
                return Show(shown)

    def _asked(self) -> LostCard:
        return LostCard(Step(1, 2), judged=self.judged, letters=self.letters)

    def _judge(self, code: str) -> Show:
        booth, number = self.booth, self.number
        # Gone before it is judged: work that breaks leaves no number behind.
        self.number = ""
        self.judged += 1
        blocking = Work(Activity.BLOCKING_CARD, Step(2, 2))
        return Show(blocking, (Lane.STORE, lambda _progress: lost_card.block(booth, number, code)))

    def cancel(self, _shown: View) -> None:
        return None

    def finished(self, result: object) -> Answer:
        match result:
            case Blocked(card, at):
                return Outcome(blocked_page(card, at))
            case NotBlocked(code, wait):
                # Back to the number, whichever of the two was wrong: who guesses learns nothing.
                return Show(replace(self._asked(), fault=code, wait_seconds=round(wait.total_seconds())))
            case _:
                return failed(result)

    def card_left(self) -> None:
        return None

    def leave(self) -> None:
        return None


def blocked_page(card: str, at: datetime) -> Done:
    """The card is blocked: its number, and since when. No name."""
    return Done(
        "lost-card",
        Told(_("Your card is blocked")),
        Told(
            _("Nobody can use it at this booth any more. The other booths follow when the town hall has heard of it.")
        ),
        blocks=(
            Fact(Told(_("Card number")), card, personal=True),
            Fact(Told(_("Blocked since")), at, personal=True),
            Notice(
                Told(
                    _(
                        "For a new card go to the municipal office with your identity card. "
                        "Only there can the block be undone."
                    )
                ),
                icon="building-bank",
            ),
        ),
        another=False,
        office=True,
    )
