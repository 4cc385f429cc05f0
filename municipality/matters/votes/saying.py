"""What is said to somebody who asks for a ballot by its tracker, at the booth and on the site alike: message ids."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from municipality.matters.votes.receipts import Receipt


def _(message: str) -> str:
    return message


@dataclass(frozen=True)
class Said:
    """`title`: where the ballot stands, in large; `text`: what that means; `todo`: what to do now, "" where
    `text` has it."""

    title: str
    text: str
    todo: str


_NOT_ACCEPTED: Final = _("Your vote was not accepted")
_AGAIN: Final = _("While the vote is open, please vote again at any booth: only your last vote counts.")

SAID: Final[Mapping[Receipt, Said]] = {
    Receipt.ON_BOARD: Said(
        _("Your vote is recorded"),
        _("It stands on the public board and counts."),
        _("You need do nothing more."),
    ),
    Receipt.WAITING: Said(
        _("Your vote has arrived"),
        _("The town hall has it. From tonight it stands on the public board, which grows once a day."),
        _("You need do nothing more."),
    ),
    Receipt.SUPERSEDED: Said(
        _("A later vote counts in its place"),
        _("Somebody voted again with the same card. Only the last vote of a card counts."),
        _("If you did not vote again yourself, please tell the municipal office at once."),
    ),
    Receipt.NOT_ARRIVED: Said(
        _("Not arrived yet"),
        _("No vote with this code has arrived so far. Booths send their votes at night; without a line it takes days."),
        _("Please check again tomorrow, and keep the code until then."),
    ),
    Receipt.NOT_COUNTED: Said(
        _("Not among the votes that count"),
        _("The vote is over, and no vote with this code stands on its board."),
        _("Compare the code with what you kept, letter by letter. If it is right, take it to the municipal office."),
    ),
    Receipt.LATE: Said(
        _NOT_ACCEPTED,
        _("It was cast outside the hours of the vote, or arrived after the vote had closed."),
        _("It does not count. For questions please go to the municipal office."),
    ),
    Receipt.UNSOUND: Said(_NOT_ACCEPTED, _("It was damaged before it was counted, and nobody can open it."), _AGAIN),
    Receipt.AHEAD: Said(_NOT_ACCEPTED, _("The clock of the booth was wrong when the vote was cast."), _AGAIN),
    Receipt.NOT_TAKEN: Said(
        _NOT_ACCEPTED,
        _("The town hall could not take it."),
        _("Please take the code to the municipal office, which can look into it."),
    ),
    Receipt.PENDING: Said(
        _("Two officers decide"),
        _("Your vote has arrived. Two officers decide whether it counts, and say why in public."),
        _("You need do nothing more."),
    ),
    Receipt.AUDITED: Said(
        _("An auditor's vote"),
        _("It was cast with an auditor's card, to test the booths. It has been put aside and never counts."),
        _("If you are not an auditor of this vote, please tell the municipal office at once."),
    ),
    Receipt.SEVERAL: Said(
        _("This is too little of the code"),
        _("More than one vote begins like this. Please type more of the code: four groups are always enough."),
        "",
    ),
}
NO_TRACKER: Final = _(
    "A tracking code has digits and the letters A to F, in groups of four. Type at least the first three groups."
)
