"""Votes on the public site: what is asked, the result with its record (life.result_page), one's own tracker.

Never: a choice, a count before the end, a vote that is still being prepared.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from ballot_box import tracker as trackers
from central.matters.votes import service as elections
from central.matters.votes.life import result_page
from central.matters.votes.words import STATES
from central.public.site import TEXT, Language, Site

_GONE: dict[int | str, dict[str, Any]] = {
    404: {"description": "No such vote", "content": {"text/html": {"schema": TEXT}}}
}


def _(message: str) -> str:
    return message


def add(site: Site) -> None:
    site.at_home(
        "votes/at_home.html",
        lambda: {
            "votes": [one for one in elections.all_standings(site.centre) if one.state != "draft"],
            "states": STATES,
        },
    )
    result_page.add(site)
    _add_trackers(site)


def _add_trackers(site: Site) -> None:
    @site.router.get(
        "/votes/{election}/trackers",
        response_class=HTMLResponse,
        responses=_GONE,
        summary="All trackers; check my vote",
    )
    def check(
        election: str,
        language: Language = "el",
        typed: Annotated[str, Query(alias="tracker", max_length=400, description="A tracker, as printed.")] = "",
    ) -> Response:
        found = result_page.find(site.centre, election)
        if found is None:
            return _missing(site, language)
        begun = trackers.begun(typed) if typed.strip() else None
        wanted = elections.whole_tracker(site.centre, election, begun) if begun else None
        verdict = ""
        if typed.strip():
            verdict = elections.find_ballot(site.centre, election, wanted) if wanted else "not-a-tracker"
        return site.draw(
            "votes/trackers.html", language, path=f"/votes/{election}/trackers", vote=found, typed=typed.strip(),
            wanted=wanted, verdict=verdict, listed=elections.trackers(site.centre, election), shown=trackers.shown,
        )  # fmt: skip


def _missing(site: Site, language: str) -> Response:
    return site.missing(language, _("There is no such vote here."))
