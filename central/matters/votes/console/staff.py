"""Votes in the console, and what two persons decide of them. Never a choice, a credential or an intermediate count."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from central.matters.votes import standings, steps
from central.matters.votes.console import (
    draft_pages,
    making_pages,
    picture_pages,
    referendum_pages,
    vote_pages,
)
from central.matters.votes.drafts import book
from central.matters.votes.drafts.typed import Typed
from central.matters.votes.standings import Vote
from central.office.accounts import officers
from central.staff.desk import PREFIX, Desk, Visit
from municipality.staff import Role


def _(message: str) -> str:
    return message


def add(desk: Desk) -> None:
    desk.calls(_names)
    desk.at_start("votes/at_start.html", _under_way)

    @desk.page("/votes", Role.CONSULTATION_OFFICER, link=("checkbox", _("Advisory votes")))
    def votes(visit: Visit) -> Response:
        drafts = [(one, draft_pages.state_of(visit, one), Typed.read(one.plan)) for one in book.under_way(visit.centre)]
        officer = visit.may(Role.CONSULTATION_OFFICER)
        return visit.draw(
            "votes/votes.html", drafts=drafts, votes=_votes(visit), officer_here=officer,
            rehearsal=visit.centre.settings.rehearsal is not None, referendums=referendum_pages.listed(visit),
        )  # fmt: skip

    # Before the steps of votes: what is more particular is asked first.
    draft_pages.add(desk)
    picture_pages.add(desk)
    making_pages.add(desk)
    referendum_pages.add(desk)
    vote_pages.add(desk)

    # Growing the board takes one person: it only shows what has arrived, and what is shown cannot be taken back.
    @desk.act("/votes/{election}/board", Role.CONSULTATION_OFFICER)
    def board(visit: Visit) -> Response:
        if visit.path["election"] not in {vote.election for vote in _votes(visit)}:
            return visit.refuse("bad-input", 404)
        outcome = steps.grow_board(visit.centre, visit.officer, visit.path["election"])
        return visit.after(outcome, "board", f"{PREFIX}/votes/{visit.path['election']}")

    @desk.act("/votes/{election}/{step}", Role.CONSULTATION_OFFICER)
    def propose(visit: Visit) -> Response:
        what, election = f"election.{visit.path['step']}", visit.path["election"]
        # The step is a piece of the address: only what two persons decide about votes may be one.
        if what not in visit.centre.matters.two_persons or election not in {vote.election for vote in _votes(visit)}:
            return visit.refuse("bad-input", 404)
        outcome = officers.propose(visit.centre, visit.officer, what, election)
        return visit.after(outcome, "proposed", f"{PREFIX}/votes/{election}")


def _names(visit: Visit) -> Mapping[str, str]:
    """Of votes by their id, of drafts and referendums by what is proposed of them."""
    named = {vote.election: vote.notice.title.in_language(visit.language) for vote in _votes(visit)}
    for one in book.under_way(visit.centre):
        typed = Typed.read(one.plan)
        named[book.about(one.draft, typed)] = typed.title(visit.language)
    return named | referendum_pages.names(visit)


def _under_way(visit: Visit) -> Mapping[str, object]:
    return {"votes": [vote for vote in _votes(visit) if vote.state not in ("published", "not_opened")]}


def _votes(visit: Visit) -> list[Vote]:
    return standings.all_votes(visit.centre)
