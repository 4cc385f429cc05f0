"""«Check my vote» on the public site: one field, whatever the vote. The same words as at a booth.

Never: whose a ballot is, a word of what was typed in a log, or a moment in which a ballot came.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Query
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from ballot_box import tracker as trackers
from central.kernel.centre import Centre
from central.matters.votes import standings
from central.matters.votes.store import ballots as ballot_rows
from central.matters.votes.store import elections as election_rows
from central.matters.votes.store import receipts as rows
from central.public.site import Language, Site
from municipality.matters.votes.messages import Election
from municipality.matters.votes.receipts import LEAST, Receipt
from municipality.matters.votes.saying import NO_TRACKER, SAID, Said
from municipality.messages import Words


def _(message: str) -> str:
    return message


NO_TITLE = _("This is not a tracking code")
_STANDINGS = {
    "on_board": Receipt.ON_BOARD,
    "waiting": Receipt.WAITING,
    "superseded": Receipt.SUPERSEDED,
    "pending": Receipt.PENDING,
    "refused": Receipt.NOT_TAKEN,
    "audited": Receipt.AUDITED,
}


@dataclass(frozen=True)
class Found:
    """`tracker`: all of it where one ballot was found, else what was asked for. `vote`: its title, where one was."""

    state: Receipt
    tracker: str
    vote: Words | None = None


@dataclass(frozen=True)
class Asked:
    """What somebody has typed, "" for nothing, and what came of it; no `found`: it is no tracker."""

    typed: str
    found: Found | None

    @property
    def said(self) -> Said:
        return SAID[self.found.state] if self.found else Said(NO_TITLE, NO_TRACKER, "")

    @property
    def shown(self) -> str:
        return trackers.shown(self.found.tracker) if self.found else ""


NOTHING = Asked("", None)


def add(site: Site) -> None:
    @site.router.get("/t", response_class=HTMLResponse, summary="Check my vote, whichever it was")
    def check(
        language: Language = "el",
        typed: Annotated[
            str, Query(alias="tracker", max_length=400, description="A tracker, or its first three groups.")
        ] = "",
    ) -> Response:
        return site.draw("votes/check.html", language, path="/t", asked=ask(site.centre, typed))


def ask(centre: Centre, typed: str, election: str = "") -> Asked:
    """`election`: look in that vote alone."""
    typed = typed.strip()
    digits = trackers.begun(typed, LEAST) if typed else None
    return Asked(typed, find(centre, digits, election) if digits else None)


def find(centre: Centre, digits: str, election: str = "") -> Found:
    """Where the ballot stands whose tracker begins so. A vote that is still being drawn up has none."""
    with centre.store.reading() as tx:
        held = [one for one in election_rows.shown(tx) if one.state != "draft" and election in ("", one.election)]
        taken = [(one, tracker) for one in held for tracker in ballot_rows.begun(tx, one.election, digits)]
        refused = [(one, *each) for one in held for each in rows.refused_of(tx, one.election, digits).items()]
    found = {
        **{tracker: (one, Receipt(why)) for one, tracker, why in refused},
        **{tracker: (one, _standing(centre, one.election, tracker)) for one, tracker in taken},
    }
    if len(found) > 1:
        return Found(Receipt.SEVERAL, digits)
    for tracker, (one, state) in found.items():
        return Found(state, tracker, Election.read(one.notice).title)
    may_come = not held or any(one.state == "open" for one in held)
    return Found(Receipt.NOT_ARRIVED if may_come else Receipt.NOT_COUNTED, digits)


def _standing(centre: Centre, election: str, tracker: str) -> Receipt:
    return _STANDINGS[standings.find_ballot(centre, election, tracker)]
