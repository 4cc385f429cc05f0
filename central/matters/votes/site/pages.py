"""Votes on the public site: what is asked, the result with its record (result_page), one's own tracker; and binding
referendums (referendum_page).

Never: a choice, a count before the end, a vote that is still being prepared.
"""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from ballot_box import tracker as trackers
from central.kernel.centre import Centre
from central.matters.votes import standings
from central.matters.votes.site import public_tracker, referendum_page, result_page
from central.matters.votes.words import STATES
from central.public.site import TEXT, Language, Site

_GONE: dict[int | str, dict[str, Any]] = {
    404: {"description": "No such vote", "content": {"text/html": {"schema": TEXT}}}
}
_DIGITS = re.compile(r"[0-9a-f]{1,64}", re.ASCII)


def _(message: str) -> str:
    return message


def add(site: Site) -> None:
    site.at_home(
        "votes/at_home.html",
        lambda: {
            "votes": [one for one in standings.all_votes(site.centre) if one.state != "draft"],
            "states": STATES,
        },
    )
    referendum_page.add(site)
    result_page.add(site)
    _add_trackers(site)
    public_tracker.add(site)


def _add_trackers(site: Site) -> None:
    @site.router.get(
        "/votes/{election}/trackers",
        response_class=HTMLResponse,
        responses=_GONE,
        summary="Trackers on the board; check my vote",
    )
    def check(
        election: str,
        language: Language = "el",
        typed: Annotated[str, Query(alias="tracker", max_length=400, description="A tracker, as printed.")] = "",
    ) -> Response:
        found = result_page.find(site.centre, election)
        if found is None:
            return _missing(site, language)
        return _draw_trackers(site, language, found, *_look_up(site.centre, election, typed))

    @site.router.get(
        "/votes/{election}/trackers/{begins}",
        response_class=HTMLResponse,
        responses=_GONE,
        summary="Trackers on the board that begin with some digits",
    )
    def some(election: str, begins: str, language: Language = "el") -> Response:
        found = result_page.find(site.centre, election)
        if found is None:
            return _missing(site, language)
        if _DIGITS.fullmatch(begins) is None:
            return site.missing(language, _("No tracker begins so: it has the digits 0 to 9 and the letters a to f."))
        return _draw_trackers(
            site, language, found, public_tracker.NOTHING, standings.trackers(site.centre, election, begins)
        )


def _look_up(centre: Centre, election: str, typed: str) -> tuple[public_tracker.Asked, standings.TrackerPage]:
    """What was asked for, and the page on which it stands or would."""
    asked = public_tracker.ask(centre, typed, election)
    if asked.found is None:
        return asked, standings.trackers(centre, election)
    return asked, standings.trackers_around(centre, election, asked.found.tracker)


def _draw_trackers(
    site: Site, language: str, vote: standings.Vote, asked: public_tracker.Asked, board: standings.TrackerPage
) -> Response:
    path = f"/votes/{vote.election}/trackers" + (f"/{board.begins}" if board.begins else "")
    return site.draw(
        "votes/trackers.html", language, path=path, vote=vote, asked=asked, board=board, shown=trackers.shown
    )


def _missing(site: Site, language: str) -> Response:
    return site.missing(language, _("There is no such vote here."))
