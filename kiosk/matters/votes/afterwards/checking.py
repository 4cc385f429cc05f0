"""«Check my vote», by anybody and without a card: the tracker is scanned or typed, and one page says where the ballot
stands. What was asked for goes with whoever asked.
"""

from dataclasses import dataclass

from kiosk.desk.blocks import Fact, Notice, Text, Told
from kiosk.desk.conversation import Conversation, ask, look
from kiosk.desk.pages import Done, Field, Form, Problem, Rule, Scan
from kiosk.matters.votes.afterwards import receipts
from municipality.matters.votes.failures import VoteCode
from municipality.matters.votes.receipts import ENOUGH, Receipt
from municipality.matters.votes.saying import NO_TRACKER, SAID


def _(message: str) -> str:
    return message


_TRACKER = "tracker"
# As the page «your vote has been stored» draws it, in any form of its address; or the code alone.
_SCANNED = r"(?is)(?:https?://\S+[?&]tracker=)?[0-9a-f]{64}(?:[&#]\S*)?"
_ICONS = {
    Receipt.ON_BOARD: "check",
    Receipt.SUPERSEDED: "refresh",
    Receipt.NOT_ARRIVED: "clock",
}


def check_vote() -> Conversation:
    digits = vote = ""
    if (yield from look(receipts.can_scan)):
        digits, vote = receipts.scanned((yield from ask(scan_page())))
    if not digits:
        digits = receipts.typed((yield from ask(type_page()))[_TRACKER])
    found = yield from look(receipts.find, digits, vote)
    while isinstance(found, receipts.Checked) and found.state is Receipt.SEVERAL:
        digits = receipts.typed((yield from ask(several_page(digits)))[_TRACKER])
        found = yield from look(receipts.find, digits)
    match found:
        case receipts.Checked():
            return answer_page(digits, found)
        case receipts.NoVote():
            return Problem(VoteCode.VOTE_UNKNOWN)
    return Problem(VoteCode.VOTE_NO_LIST)


def scan_page() -> Scan:
    return Scan(
        "scan-tracker",
        Told(_("Scan your tracking code")),
        Told(_("Hold the square from the page of your vote before the light. It does not say what you chose.")),
        pattern=_SCANNED,
        refusal=Told(_("This is not the square of a vote. You can type the code instead.")),
        way_on=Told(_("Type the code")),
        advisory=True,
    )


@dataclass(frozen=True, kw_only=True, repr=False)
class _TrackerRule(Rule):
    """Greek letters that look the same are read as Latin ones, so no pattern can say it."""

    def fault(self, text: str) -> Text | None:
        return None if receipts.typed(text) else Told(NO_TRACKER)


def type_page(value: str = "", fault: str = "") -> Form:
    return Form(
        "type-tracker",
        Told(_("Type your tracking code")),
        (Field(key=_TRACKER, label=Told(_("Tracking code")), value=value, rule=_TrackerRule(), letters="en"),),
        Told(_("The four groups that you kept. Three are enough if no other vote begins like it.")),
        way_on=Told(_("Check")),
        fault=Told(fault) if fault else None,
        advisory=True,
        help=(Told(_("Type the letters and digits as you kept them. Spaces and small letters do not matter.")),),
    )


def several_page(digits: str) -> Form:
    said = SAID[Receipt.SEVERAL]
    return type_page(_groups(digits), said.text)


def answer_page(digits: str, found: receipts.Checked) -> Done:
    said = SAID[found.state]
    return Done(
        found.state.value,
        Told(said.title),
        Told(said.text),
        icon=_ICONS.get(found.state, "alert-triangle"),
        blocks=(
            Fact(Told(_("Tracking code")), _groups(digits)),
            Fact(Told(_("As the booth knows it since")), found.as_of),
            Notice(Told(said.todo), icon="hand-finger"),
        ),
        another=False,
        about=found.vote,
        advisory=True,
        office="municipal office" in said.todo,
        help=(Told(_("The screen says where your vote stands. Nobody sees what you chose, here or anywhere.")),),
    )


def _groups(digits: str) -> str:
    shown = digits[:ENOUGH].upper()
    return " ".join(shown[at : at + 4] for at in range(0, len(shown), 4))
