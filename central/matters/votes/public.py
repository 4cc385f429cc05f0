"""Votes on the public site: what is asked, the result with its record (life.result_page), one's own tracker.

Never: a choice, a count before the end, a vote that is still being prepared.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from ballot_box import tracker as trackers
from central.kernel.centre import Centre
from central.matters.votes import standings
from central.matters.votes.life import result_page
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
    result_page.add(site)
    _add_trackers(site)


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
        return _draw_trackers(site, language, found, _look_up(site.centre, election, typed.strip()))

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
        return _draw_trackers(site, language, found, _Looked(standings.trackers(site.centre, election, begins)))


@dataclass(frozen=True)
class _Looked:
    """What somebody typed, which tracker was understood, what became of that ballot; and the page it stands on."""

    board: standings.TrackerPage
    typed: str = ""
    wanted: str | None = None
    verdict: str = ""


def _look_up(centre: Centre, election: str, typed: str) -> _Looked:
    begun = trackers.begun(typed) if typed else None
    if begun is None:
        verdict = "not-a-tracker" if typed else ""
        return _Looked(standings.trackers(centre, election), typed, verdict=verdict)
    wanted = standings.whole_tracker(centre, election, begun)
    board = standings.trackers_around(centre, election, wanted)
    return _Looked(board, typed, wanted, standings.find_ballot(centre, election, wanted))


def _draw_trackers(site: Site, language: str, vote: standings.Vote, looked: _Looked) -> Response:
    path = f"/votes/{vote.election}/trackers" + (f"/{looked.board.begins}" if looked.board.begins else "")
    return site.draw("votes/trackers.html", language, path=path, vote=vote, **vars(looked), shown=trackers.shown)


def _missing(site: Site, language: str) -> Response:
    return site.missing(language, _("There is no such vote here."))
