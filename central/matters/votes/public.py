"""Votes on the public site: what is asked, the result, the record for anybody to verify, one's own tracker.

Never: a choice, a count before the end, a vote that is still being prepared.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import FileResponse, HTMLResponse
from starlette.responses import Response

from ballot_box import tracker as trackers
from central.kernel.centre import Centre
from central.matters.votes import standings
from central.matters.votes.words import STATES
from central.public.site import TEXT, Language, Site

_TAR: dict[str, Any] = {"type": "string", "format": "binary"}
_GONE: dict[int | str, dict[str, Any]] = {
    404: {"description": "No such vote", "content": {"text/html": {"schema": TEXT}}}
}
_DIGITS = re.compile(r"[0-9a-f]{1,64}", re.ASCII)


def _(message: str) -> str:
    return message


# Why a card has no slip in a vote: it could not vote alone, and another could vote in its place.
LEFT_OUT = {
    "key-twice": _("one of its keys is in a second place, too: on another card, or twice on this one"),
    "no-key": _("nothing can be sealed to its key"),
    "card-twice": _("it stood on the roll with two keys"),
}


def add(site: Site) -> None:
    site.at_home(
        "votes/at_home.html",
        lambda: {
            "votes": [one for one in standings.all_votes(site.centre) if one.state != "draft"],
            "states": STATES,
        },
    )
    _add_result(site)
    _add_record(site)
    _add_trackers(site)


def _add_result(site: Site) -> None:
    @site.router.get("/votes/{election}", response_class=HTMLResponse, responses=_GONE, summary="A vote and its result")
    def result(election: str, language: Language = "el") -> Response:
        if _find(site.centre, election) is None:
            return _missing(site, language)
        found = standings.standing(site.centre, election)
        path = f"/votes/{election}"
        return site.draw("votes/vote.html", language, path=path, vote=found, states=STATES, left_out=LEFT_OUT)


def _add_record(site: Site) -> None:
    @site.router.get(
        "/votes/{election}/election.bel",
        response_class=Response,
        responses={
            200: {"description": "A tar of Belenios", "content": {"application/x-tar": {"schema": _TAR}}},
            404: {"description": "No such vote"},
        },
        summary="The public record, for anybody to verify",
    )
    def record(election: str) -> Response:
        if _find(site.centre, election) is None:
            return Response(status_code=404)
        file = standings.archive(site.centre, election)
        # belenios-tool wants the file under the election's own name.
        return FileResponse(file, media_type="application/x-tar", filename=f"{election}.bel")


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
        found = _find(site.centre, election)
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
        found = _find(site.centre, election)
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


def _find(centre: Centre, election: str) -> standings.Vote | None:
    try:
        found = standings.vote(centre, election)
    except standings.NoSuchVote:
        return None
    # A draft has not been decided yet: who asks for it is told no more than who asks for what was never there.
    return None if found.state == "draft" else found


def _missing(site: Site, language: str) -> Response:
    return site.missing(language, _("There is no such vote here."))
