"""A vote's page on the public site, and all that lies there for anybody to check it with.

Never: a number but that of the ballots on the board before the end, a booth's number at any time, or a vote that is
still being prepared.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path
from fastapi.responses import FileResponse, HTMLResponse, StreamingResponse
from starlette.responses import Response

from assets.pictures import MEDIA_TYPES
from ballot_box.officials import publication
from central.clock import ClockInDoubt
from central.kernel.centre import Centre
from central.matters.votes import standings
from central.matters.votes.life import counting, results
from central.matters.votes.words import LEFT_OUT, STATES
from central.public.site import TEXT, Language, Site
from central.web.drawing import PICTURE_HEADERS

_BINARY: dict[str, Any] = {"type": "string", "format": "binary"}
_GONE: dict[int | str, dict[str, Any]] = {
    404: {"description": "No such vote", "content": {"text/html": {"schema": TEXT}}}
}


def _(message: str) -> str:
    return message


def add(site: Site) -> None:
    _add_page(site)
    _add_pictures(site)
    _add_record(site)
    _add_whole(site)
    _add_signed(site)


def _add_page(site: Site) -> None:
    @site.router.get("/votes/{election}", response_class=HTMLResponse, responses=_GONE, summary="A vote and its result")
    def result(election: str, language: Language = "el") -> Response:
        if find(site.centre, election) is None:
            return site.missing(language, _("There is no such vote here."))
        found = standings.standing(site.centre, election)
        counted = found.result.ballots if found.result else found.ballots
        return site.draw(
            "votes/vote.html", language, path=f"/votes/{election}", vote=found, states=STATES, left_out=LEFT_OUT,
            outcome=results.outcome(site.centre, found.notice, counted), over=_is_over(site.centre, found),
            has_record=record_is_shown(found),
        )  # fmt: skip


def _add_pictures(site: Site) -> None:
    @site.router.get(
        "/votes/{election}/pictures/{digest}",
        response_class=Response,
        responses=_file("A drawing (SVG) or a bitmap (PNG) that only draws", "image/svg+xml"),
        summary="A picture of a vote, by the SHA-256 of its file",
    )
    def picture(election: str, digest: str) -> Response:
        found = find(site.centre, election)
        for one in found.notice.pictures() if found else ():
            if one.digest == digest:
                # By its digest: under this address it never changes.
                headers = {**PICTURE_HEADERS, "Cache-Control": "public, max-age=86400, immutable"}
                return Response(one.shown().file, headers=headers, media_type=MEDIA_TYPES[one.kind])
        return Response(status_code=404)


def _is_over(centre: Centre, vote: standings.Vote) -> bool:
    """By a clock that nobody believes no vote has ended: the page tells what it told before."""
    try:
        return vote.closes <= centre.clock()
    except ClockInDoubt:
        return False


def _add_record(site: Site) -> None:
    @site.router.get(
        "/votes/{election}/election.bel",
        response_class=Response,
        responses=_file("A tar of Belenios", "application/x-tar"),
        summary="The public record, for anybody to verify",
    )
    def record(election: str) -> Response:
        found = _to_load_down(site.centre, election)
        if found is None or not record_is_shown(found):
            return Response(status_code=404)
        file = standings.archive(site.centre, election)
        # belenios-tool wants the file under the election's own name.
        return FileResponse(file, media_type="application/x-tar", filename=f"{election}.bel")

    @site.router.get(
        "/votes/{election}/auditors.bel",
        response_class=Response,
        responses=_file("A tar of Belenios", "application/x-tar"),
        summary="The ballots of auditors' cards, with the result",
    )
    def auditors(election: str) -> Response:
        found = _to_load_down(site.centre, election)
        file = found and counting.published_auditors(site.centre, election)
        if not file:
            return Response(status_code=404)
        return FileResponse(file, media_type="application/x-tar", filename=file.name)


def _add_whole(site: Site) -> None:
    @site.router.get(
        "/votes/{election}/election.zip",
        response_class=Response,
        responses=_file("The record and what its officials signed", "application/zip"),
        summary="All that it takes to check a vote, in one file",
    )
    def whole(election: str) -> Response:
        found = _to_load_down(site.centre, election)
        if found is None or not record_is_shown(found):
            return Response(status_code=404)
        signed = counting.signed_files(site.centre, found.notice)
        theirs = counting.published_auditors(site.centre, election)
        pieces = publication.pack(standings.archive(site.centre, election), election, signed, theirs)
        named = {"Content-Disposition": f'attachment; filename="{election}.zip"'}
        return StreamingResponse(pieces, media_type="application/zip", headers=named)


def _add_signed(site: Site) -> None:
    @site.router.get(
        "/votes/{election}/{name}.json",
        response_class=Response,
        responses=_file("A record with its signatures", "application/json"),
        summary="What the officials of a vote have signed of it",
    )
    def signed(
        election: str,
        name: Annotated[str, Path(description="officials, setup, final, declaration, auditors or deposits.")],
    ) -> Response:
        found = _to_load_down(site.centre, election)
        known = found and counting.signed_files(site.centre, found.notice).get(f"{name}.json")
        return Response(known, media_type="application/json") if known else Response(status_code=404)


def record_is_shown(vote: standings.Vote) -> bool:
    """Whoever compared trackers with the record while a vote is open would know which ballots are auditors', and so
    would a booth that took them."""
    return vote.notice.audit is None or vote.state != "open"


def _to_load_down(centre: Centre, election: str) -> standings.Vote | None:
    """Between count and publication the result stands on the board already: nobody has it before everybody has."""
    found = find(centre, election)
    return None if found is None or found.state == "tallied" else found


def _file(words: str, kind: str) -> dict[int | str, dict[str, Any]]:
    return {
        200: {"description": words, "content": {kind: {"schema": _BINARY}}},
        404: {"description": "No such vote, or nothing of the kind"},
    }


def find(centre: Centre, election: str) -> standings.Vote | None:
    """The vote, if it may be spoken of on the site."""
    try:
        found = standings.vote(centre, election)
    except standings.NoSuchVote:
        return None
    # A draft has not been decided yet: who asks for it is told no more than who asks for what was never there.
    return None if found.state == "draft" else found
