"""Advisory votes and what two persons decide about them. Never a choice, a credential or an intermediate count."""

from __future__ import annotations

from starlette.responses import Response

from central.matters.votes import service as elections
from central.matters.votes import steps
from central.matters.votes.service import VoteStanding
from central.services import officers, overview
from central.services.outcome import Refused
from central.staff.desk import EVERYBODY, PREFIX, Desk, Visit
from municipality.staff import Role


def _(message: str) -> str:
    return message


def add(desk: Desk) -> None:
    _add_votes(desk)
    _add_decisions(desk)


def _add_votes(desk: Desk) -> None:
    @desk.page("/votes", Role.CONSULTATION_OFFICER, link=("checkbox", _("Advisory votes")))
    def votes(visit: Visit) -> Response:
        listed = [(vote, _next_step(visit, vote)) for vote in elections.all_standings(visit.centre)]
        open_now = {(one.what, one.about) for one in officers.open_proposals(visit.centre)}
        officer = visit.may(Role.CONSULTATION_OFFICER)
        return visit.draw("votes.html", votes=listed, open_now=open_now, officer_here=officer)

    @desk.act("/votes/{election}/board", Role.CONSULTATION_OFFICER)
    def board(visit: Visit) -> Response:
        if visit.path["election"] not in {vote.election for vote in _votes(visit)}:
            return visit.refuse("bad-input", 404)
        outcome = steps.grow_board(visit.centre, visit.officer, visit.path["election"])
        return visit.after(outcome, "board", f"{PREFIX}/votes")

    @desk.act("/votes/{election}/{step}", Role.CONSULTATION_OFFICER)
    def propose(visit: Visit) -> Response:
        what, election = f"election.{visit.path['step']}", visit.path["election"]
        if what not in visit.centre.matters.two_persons or election not in {vote.election for vote in _votes(visit)}:
            return visit.refuse("bad-input", 404)
        outcome = officers.propose(visit.centre, visit.officer, what, election)
        return visit.after(outcome, "proposed", f"{PREFIX}/votes")


def _next_step(visit: Visit, vote: VoteStanding) -> str:
    """Which act comes next; empty while there is none."""
    if vote.state == "open":
        return "close" if vote.closes <= visit.centre.clock() else ""
    return {"closed": "tally", "tallied": "publish"}.get(vote.state, "")


def _add_decisions(desk: Desk) -> None:
    @desk.page("/decisions", link=("users", _("For two persons")))
    def decisions(visit: Visit) -> Response:
        waiting = [
            (one, visit.centre.matters.two_persons[one.what].role) for one in officers.open_proposals(visit.centre)
        ]
        names = {vote.election: vote.notice.title.in_language(visit.language) for vote in _votes(visit)}
        names |= {booth.booth: booth.name(visit.language) for booth in overview.booths(visit.centre)}
        return visit.draw("decisions.html", waiting=waiting, names=names)

    @desk.act("/decisions/{proposal}/confirm", *(EVERYBODY - {Role.AUDITOR}))
    def confirm(visit: Visit) -> Response:
        outcome = officers.confirm(visit.centre, visit.officer, visit.path["proposal"])
        if outcome == Refused("another-person"):
            return visit.refuse("another-person", 403)
        return visit.after(outcome, "confirmed", f"{PREFIX}/decisions")

    @desk.act("/decisions/{proposal}/withdraw", *(EVERYBODY - {Role.AUDITOR}))
    def withdraw(visit: Visit) -> Response:
        outcome = officers.withdraw(visit.centre, visit.officer, visit.path["proposal"])
        return visit.after(outcome, "withdrawn", f"{PREFIX}/decisions")


def _votes(visit: Visit) -> list[VoteStanding]:
    return elections.all_standings(visit.centre)
