"""Votes: consultations' ballots and advisory local referendums, sealed at the booth and counted in the open; and of a
binding referendum, which is held on paper, what anybody may know."""

from municipality.matter import CENTRE_ONLY, Act, Carried, Category, Item, Matter, Needs, Section
from municipality.matters.votes.failures import CLOSED, FAILURES
from municipality.matters.votes.keeps import KEEPS, VoteThing
from municipality.matters.votes.messages import (
    BALLOT_ACT,
    CLOSING_ACT,
    BallotAct,
    ClosingAct,
    Credentials,
    Election,
    OfficialsNotice,
    Slip,
    Trackers,
    VoteItem,
    VotesTold,
)
from municipality.matters.votes.referendum import Referendum
from municipality.matters.votes.refusals import REFUSALS
from municipality.proof import PinAge, Proof
from municipality.retention import HouseThing


def _(message: str) -> str:
    return message


# What each resident is told of votes that are over, after their end and for all alike.
TOLD = Section(
    "votes",
    VotesTold,
    Carried(
        "electors: of each vote that is over, whether a ballot of theirs is recorded; of nobody before its end",
        "every booth, sealed under the secret in the card's dossier",
        (VoteThing.VOTE_LINKS,),
    ),
    budget=640,
)

MATTER = Matter(
    "votes",
    title=_("Votes"),
    closed=CLOSED,
    category=Category.PARTICIPATION,
    # A vote that was withdrawn or shortened must reach a booth within this, or it takes none.
    needs=Needs(news_days=21),
    acts=(
        Act(
            BALLOT_ACT,
            _("Ballot"),
            BallotAct,
            Carried(
                "voters: encrypted ballot, the card's number and signature",
                CENTRE_ONLY,
                (HouseThing.OUTBOX, VoteThing.VOTE_LINKS, VoteThing.BALLOTS),
            ),
            proof=Proof.CARD,
            pin=PinAge.FRESH,
            # A chain would publish the order in which ballots were cast: half of whose each is.
            chained=False,
        ),
        # Before the ballots that it names: what comes late counts only if it is among them.
        Act(
            CLOSING_ACT,
            _("Closing statement"),
            ClosingAct,
            Carried(
                "nobody by name: which encrypted ballots a booth took",
                "the centre and the officials of the vote; sealed to the centre's key on the way",
                (HouseThing.OUTBOX, VoteThing.VOTE_LINKS),
            ),
            proof=Proof.BOOTH,
            urgent=True,
        ),
    ),
    items=(
        Item(
            VoteItem.NOTICE,
            Election,
            Carried(
                "nobody: public matter; where a card was left out of the vote, its number",
                "every booth, the public",
                (VoteThing.BALLOTS,),
            ),
            may_be_withdrawn=True,
        ),
        # Cannot be withdrawn: without its officials no vote is believed.
        Item(
            VoteItem.OFFICIALS,
            OfficialsNotice,
            Carried("the officials of votes: their office and public keys", "every booth, the public"),
            first=True,
        ),
        Item(
            VoteItem.CREDENTIALS,
            Credentials,
            Carried(
                "electors, as numbers that nobody can link to them but the holder of the card",
                "every booth, the public",
                (VoteThing.VOTING_SLIPS,),
            ),
            may_be_withdrawn=True,
        ),
        Item(
            VoteItem.TRACKERS,
            Trackers,
            Carried("nobody: public matter", "every booth, the public", (VoteThing.VOTING_SLIPS,)),
            may_be_withdrawn=True,
        ),
        Item(
            VoteItem.REFERENDUM,
            Referendum,
            Carried("nobody: public matter", "every booth, the public", (VoteThing.REFERENDUMS,)),
            may_be_withdrawn=True,
        ),
        Item(
            VoteItem.SLIP,
            Slip,
            Carried("electors: their voting credential", "every booth, sealed to the card", (VoteThing.VOTING_SLIPS,)),
            # The booth keeps what it cannot read: whether the seal holds is seen when the card opens it.
            sealed=True,
        ),
    ),
    sections=(TOLD,),
    failures=FAILURES,
    refusals=REFUSALS,
    keeps=KEEPS,
)
