"""Votes: consultations' ballots and advisory local referendums, sealed at the booth and counted in the open."""

from municipality.matter import Act, Category, Item, Matter, Needs
from municipality.matters.votes.refusals import REFUSALS
from municipality.messages import ActKind, BallotAct, Credentials, Election, ItemKind
from municipality.retention import Thing


def _(message: str) -> str:
    return message


MATTER = Matter(
    "votes",
    title=_("Votes"),
    closed=_("No votes can be cast here now."),
    category=Category.PARTICIPATION,
    # A vote that was withdrawn or shortened must reach a booth within this, or it takes none.
    needs=Needs(news_days=21),
    acts=(Act(ActKind.BALLOT, BallotAct, title=_("Ballot"), chained=False),),
    items=(
        Item(ItemKind.ELECTION, Election, may_be_withdrawn=True),
        Item(ItemKind.CREDENTIALS, Credentials, may_be_withdrawn=True),
        Item(ItemKind.SLIP, None),
    ),
    refusals=REFUSALS,
    keeps=(Thing.VOTE_LINKS, Thing.BALLOTS, Thing.VOTING_SLIPS),
)
