"""The votes that the booth knows of, with one resident's standing in each: their lines in the menu; and what
needs no card."""

from dataclasses import dataclass
from functools import partial

from kiosk.desk.blocks import Row, Told
from kiosk.desk.matter import Anybody, Cardless, Script, closed_line
from kiosk.identity.signing_in import Session
from kiosk.kernel.booth import Booth
from kiosk.kernel.matter import Fact
from kiosk.matters.votes import service
from kiosk.matters.votes.afterwards import told
from kiosk.matters.votes.afterwards.checking import check_vote
from kiosk.matters.votes.conversation import vote
from kiosk.matters.votes.notices import News, news
from kiosk.matters.votes.referendum import Holder, tell
from municipality.failures import BoothCode, Code
from municipality.matters.votes.failures import VoteCode
from municipality.matters.votes.rules import MayVote


def _(message: str) -> str:
    return message


_KEY = "votes:"
_CODES = {
    MayVote.NOT_FOR_YOU: VoteCode.VOTE_NOT_FOR_YOU,
    MayVote.NOT_YET: VoteCode.VOTE_NOT_YET,
    MayVote.CLOSED: VoteCode.VOTE_CLOSED,
    MayVote.NO_SLIP: VoteCode.VOTE_NO_SLIP,
    MayVote.NOT_WHOLE: VoteCode.VOTE_NOT_WHOLE,
    MayVote.LEFT_OUT: VoteCode.VOTE_CARD_LEFT_OUT,
    MayVote.NOT_SIGNED: VoteCode.VOTE_NOT_SIGNED,
    MayVote.NOT_HERE: VoteCode.VOTE_NOT_HERE,
}


CHECK = Cardless(
    Row(
        Told(_("Check my vote")),
        Told(_("Whether it has arrived and counts, by its tracking code")),
        key="votes:check",
    ),
    check_vote,
    needs=Fact.VOTES_CAN_BE_CHECKED,
)

# What it leads to is binding and on paper, and the line says so.
_REFERENDUM_SAYS = Told(_("On paper, at the ballot box. Here you learn when, where and how"))
REFERENDUM = Cardless(
    Row(Told(_("Local referendum")), _REFERENDUM_SAYS, key="votes:referendum"),
    tell,
    needs=Fact.REFERENDUM_IS_TOLD,
)


_MINE = Row(Told(_("My votes")), Told(_("Whether your vote was recorded, when a vote is over")), key="votes:told")


@dataclass(frozen=True, repr=False)
class Votes:
    """`told`: whether what the town hall tells them of votes that are over has come."""

    public_url: str
    known: list[service.VoteOffered]
    told: bool
    referendums: tuple[News, ...] = ()
    holder: Holder | None = None

    def badge(self) -> Told | None:
        count = sum(1 for vote in self.known if vote.standing is MayVote.OPEN)
        if count > 1:
            return Told(_("{count} open votes"), {"count": count})
        return Told(_("1 open vote")) if count else None

    def entries(self, _why: Code | None) -> tuple[Row, ...]:
        # Each says itself why it is closed; it was asked when the card came in.
        votes = tuple(_entry(vote) for vote in self.known)
        # The same line for everybody who could have voted: it says nothing of whether they did.
        over = any(vote.standing is MayVote.CLOSED for vote in self.known)
        mine = _MINE if self.told else closed_line(_MINE, BoothCode.NEWS_MISSING)
        return (*votes, *((mine,) if over else ()), *(_telling(one) for one in self.referendums))

    def open(self, key: str) -> Script | Code | None:
        if key == _MINE.key:
            return told.my_votes if self.told else BoothCode.NEWS_MISSING
        for one in self.referendums:
            if key == _key_of(one):
                return partial(tell, self.holder, one.referendum.referendum)
        offered = next((one for one in self.known if key == _KEY + one.election.election), None)
        if offered is None:
            return None
        return _why_not(offered) or partial(vote, offered.election, self.public_url)


def prepare(booth: Booth, session: Session) -> Votes:
    return Votes(
        session.settings.public_url,
        service.offered(booth, session),
        told.is_known(session),
        news(Anybody(booth)),
        Holder.of(session.dossier),
    )


def _key_of(one: News) -> str:
    return f"{REFERENDUM.row.key}:{one.referendum.referendum}"


def _telling(one: News) -> Row:
    return Row(one.referendum.title, _REFERENDUM_SAYS, key=_key_of(one), tells=True)


def _entry(offered: service.VoteOffered) -> Row:
    election, why = offered.election, _why_not(offered)
    line = Row(election.title, election.introduction, key=_KEY + election.election, advisory=True)
    return closed_line(line, why) if why else line


def _why_not(offered: service.VoteOffered) -> Code | None:
    # First what holds for this vote: who may not vote in it is not helped by a booth that opens again.
    return _CODES.get(offered.standing) or offered.refusal
