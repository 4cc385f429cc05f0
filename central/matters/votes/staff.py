"""Votes in the console, and what two persons decide of them. Never a choice, a credential or an intermediate count."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from central.matters.votes import standings, steps
from central.matters.votes.standings import Vote
from central.matters.votes.words import STATES
from central.office.accounts import officers
from central.staff.desk import PREFIX, Desk, Visit
from central.staff.words import Chip, Words
from municipality.staff import Role


def _(message: str) -> str:
    return message


WORDS = Words(
    said={
        "vote": STATES,
        "step": {
            "close": _("Propose to close the vote"),
            "tally": _("Propose to count"),
            "publish": _("Propose to publish the result"),
        },
        "act": {
            "election.open": _("Vote drawn up"),
            "election.board": _("Board grown"),
            "election.close": _("Close the vote"),
            "election.close.propose": _("Closing of the vote proposed"),
            "election.close.confirm": _("Closing of the vote confirmed"),
            "election.close.failed": _("Closing of the vote failed"),
            "election.close.withdraw": _("Closing of the vote taken back"),
            "election.tally": _("Count the vote"),
            "election.tally.propose": _("Count proposed"),
            "election.tally.confirm": _("Count confirmed"),
            "election.tally.failed": _("Count failed"),
            "election.tally.withdraw": _("Count taken back"),
            "election.publish": _("Publish the result"),
            "election.publish.propose": _("Publication proposed"),
            "election.publish.confirm": _("Publication confirmed"),
            "election.publish.failed": _("Publication failed"),
            "election.publish.withdraw": _("Publication taken back"),
            "election.declare": _("Two officers' declaration taken in"),
            "election.package": _("Vote handed to its trustees"),
            "election.share": _("A trustee's share taken in"),
            "election.end": _("A trustee's word for the end taken in"),
            "officials.adopt": _("Officials of votes adopted"),
            "vote.links_destroyed": _("Links between cards and ballots destroyed"),
        },
        "done": {"board": _("The public board now holds what was waiting.")},
        "warning": {
            "credential-of-another-card": _(
                "Two cards have voted with one credential. The vote that came first counts. Ask the registrar of the"
                " vote how that can be."
            ),
            "two-statements": _(
                "It has made two different closing statements of one vote. Two may hold its identity: it is suspended."
            ),
        },
        "refused": {"tool-failed": _("The counting tool did not answer. Nothing was changed. Try again later.")},
    },
    chips={
        "draft": Chip("calm", "clock"),
        "open": Chip("good", "circle-check"),
        "closed": Chip("calm", "lock"),
        "tallied": Chip("calm", "calendar"),
        "published": Chip("good", "check"),
    },
)


def add(desk: Desk) -> None:
    desk.calls(lambda visit: {vote.election: vote.notice.title.in_language(visit.language) for vote in _votes(visit)})
    desk.at_start("votes/at_start.html", _under_way)

    @desk.page("/votes", Role.CONSULTATION_OFFICER, link=("checkbox", _("Advisory votes")))
    def votes(visit: Visit) -> Response:
        listed = [(vote, _next_step(visit, vote)) for vote in standings.all_standings(visit.centre)]
        open_now = {(one.what, one.about) for one in officers.open_proposals(visit.centre)}
        officer = visit.may(Role.CONSULTATION_OFFICER)
        return visit.draw("votes/votes.html", votes=listed, open_now=open_now, officer_here=officer)

    # Growing the board takes one person: it only shows what has arrived, and what is shown cannot be taken back.
    @desk.act("/votes/{election}/board", Role.CONSULTATION_OFFICER)
    def board(visit: Visit) -> Response:
        if visit.path["election"] not in {vote.election for vote in _votes(visit)}:
            return visit.refuse("bad-input", 404)
        outcome = steps.grow_board(visit.centre, visit.officer, visit.path["election"])
        return visit.after(outcome, "board", f"{PREFIX}/votes")

    @desk.act("/votes/{election}/{step}", Role.CONSULTATION_OFFICER)
    def propose(visit: Visit) -> Response:
        what, election = f"election.{visit.path['step']}", visit.path["election"]
        # The step is a piece of the address: only what two persons decide about votes may be one.
        if what not in visit.centre.matters.two_persons or election not in {vote.election for vote in _votes(visit)}:
            return visit.refuse("bad-input", 404)
        outcome = officers.propose(visit.centre, visit.officer, what, election)
        return visit.after(outcome, "proposed", f"{PREFIX}/votes")


def _under_way(visit: Visit) -> Mapping[str, object]:
    return {"votes": [vote for vote in _votes(visit) if vote.state != "published"]}


def _next_step(visit: Visit, vote: Vote) -> str:
    """Which act comes next; empty while there is none."""
    # Not offered before its hour: a resident who was told a day must find the vote open on it.
    if vote.state == "open":
        return "close" if vote.closes <= visit.centre.clock() else ""
    return {"closed": "tally", "tallied": "publish"}.get(vote.state, "")


def _votes(visit: Visit) -> list[Vote]:
    return standings.all_votes(visit.centre)
