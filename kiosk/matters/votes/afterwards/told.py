"""«My votes»: after a vote is over, whether a ballot of the resident's is recorded, as the town hall has told everybody
on its roll alike. Never what was chosen, which ballot it is, or when it was cast.
"""

from dataclasses import dataclass
from datetime import datetime

from kiosk.desk.blocks import Fact, Notice, Paragraph, Told
from kiosk.desk.conversation import Conversation, look
from kiosk.desk.matter import Here
from kiosk.desk.pages import Done, Problem
from kiosk.identity.signing_in import Session
from kiosk.matters.votes import notices
from municipality.failures import BoothCode
from municipality.matters.votes import TOLD
from municipality.messages import Words


def _(message: str) -> str:
    return message


NOT_SO = _(
    "If it is not so, please go to the municipal office. Bring your identity card, and your tracking code if you kept "
    "it."
)


@dataclass(frozen=True, repr=False)
class Said:
    """Of each vote by its title whether a vote is recorded, the newest first, as of when; `more`: older ones."""

    votes: tuple[tuple[Words, bool], ...]
    more: int
    as_of: datetime


def is_known(session: Session) -> bool:
    """Whether what the town hall tells them of votes has come to this booth."""
    return session.section(TOLD) is not None


def said_to(here: Here) -> Said | None:
    """None where it has not come. A vote that this booth has never heard of has no title here: it is of the rest."""
    told, news = here.session.section(TOLD), here.session.news
    if told is None or news is None:
        return None
    with here.booth.store.reading() as connection:
        titles = {one.election: one.title for one in notices.elections(here.booth, connection)}
    votes = tuple((titles[one.election], one.recorded) for one in told.votes if one.election in titles)
    return Said(votes, told.more + len(told.votes) - len(votes), news.as_of)


def my_votes() -> Conversation:
    said = yield from look(said_to)
    return Problem(BoothCode.NEWS_MISSING) if said is None else told_page(said)


def told_page(said: Said) -> Done:
    facts = tuple(
        Fact(title, Told(_("Your vote was recorded") if recorded else _("No vote was recorded")), personal=True)
        for title, recorded in said.votes
    )
    more = (Paragraph(Told(_("And {count} more."), {"count": said.more}), personal=True),) if said.more else ()
    nothing = Paragraph(
        Told(
            _(
                "There is nothing to tell now. It stands here when every booth has sent its votes, until the time for "
                "appeals is over."
            )
        ),
        personal=True,
    )
    told = facts + more
    return Done(
        "votes-told",
        Told(_("My votes")),
        Told(_("The town hall knows whether you voted. Nobody knows what you chose.")),
        icon="list",
        blocks=(
            *(told or (nothing,)),
            Fact(Told(_("As the town hall wrote it down")), said.as_of),
            *((Notice(Told(NOT_SO), icon="hand-finger"),) if told else ()),
        ),
        advisory=True,
        office=bool(told),
        help=(Told(_("The screen says whether a vote of yours was recorded in each vote that is over.")),),
    )
