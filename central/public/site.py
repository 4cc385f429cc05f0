"""Routes of the public site. Says only what anybody may know; an unknown code or tracker is an answer, not an error."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse
from starlette.responses import Response

from ballot_box import tracker as trackers
from central.matters.certificates import service as certificates
from central.matters.votes import service as elections
from central.public import pages
from central.services.centre import Centre, signed_settings
from municipality.certificates import read_code
from municipality.messages import Words

Language: TypeAlias = Annotated[Literal["el", "en"], Query(alias="lang", description="Language of the page.")]
_HERE = Path(__file__).parent
_TEXT: dict[str, Any] = {"type": "string"}
_BYTES: dict[str, Any] = {"type": "string", "format": "binary"}
_GONE: dict[int | str, dict[str, Any]] = {
    404: {"description": "No such vote", "content": {"text/html": {"schema": _TEXT}}}
}
_FALLBACK = Words(el="Δήμος", en="Municipality")


def router(centre: Centre) -> APIRouter:
    """The site of `centre`."""
    site, draw = APIRouter(tags=["site"]), _drawing(centre)
    _add_home(site, centre, draw)
    _add_elections(site, centre, draw)
    _add_certificates(site, centre, draw)
    return site


def problem(centre: Centre, request: Request, status: int) -> Response:
    """The page for an address that is none, or that cannot be asked so."""
    language = request.query_params.get("lang", "el")
    language = language if language in pages.LANGUAGES else "el"
    return _drawing(centre)("missing.html", language, status, path="/", vote=False)


Draw = Callable[..., HTMLResponse]


def _drawing(centre: Centre) -> Draw:
    def draw(page: str, language: str, status: int = 200, **values: object) -> HTMLResponse:
        settings = signed_settings(centre)
        name = (settings.name if settings else _FALLBACK).in_language(language)
        demo = settings is None or settings.demo
        return pages.draw(page, language, status, municipality=name, demo=demo, **values)

    return draw


def _add_home(site: APIRouter, centre: Centre, draw: Draw) -> None:
    @site.get("/", response_class=HTMLResponse, summary="What is voted on, and where papers are checked")
    def home(language: Language = "el") -> Response:
        shown = [one for one in elections.all_standings(centre) if one.state != "draft"]
        return draw("home.html", language, votes=shown, path="/")

    @site.get("/site.css", include_in_schema=False)
    def style() -> Response:
        return FileResponse(_HERE / "site.css", media_type="text/css")


def _add_elections(site: APIRouter, centre: Centre, draw: Draw) -> None:
    @site.get("/elections/{election}", response_class=HTMLResponse, responses=_GONE, summary="A vote and its result")
    def result(election: str, language: Language = "el") -> Response:
        found = _find(centre, election)
        path = f"/elections/{election}"
        return draw("election.html", language, vote=found, path=path) if found else _missing(draw, language)

    @site.get(
        "/elections/{election}/election.bel",
        response_class=Response,
        responses={
            200: {"description": "A tar of Belenios", "content": {"application/x-tar": {"schema": _BYTES}}},
            404: {"description": "No such vote"},
        },
        summary="The public record, for anybody to verify",
    )
    def record(election: str) -> Response:
        if _find(centre, election) is None:
            return Response(status_code=404)
        file = elections.archive(centre, election)
        # belenios-tool wants the file under the election's own name.
        return FileResponse(file, media_type="application/x-tar", filename=f"{election}.bel")

    @site.get(
        "/elections/{election}/trackers",
        response_class=HTMLResponse,
        responses=_GONE,
        summary="All trackers; check my vote",
    )
    def check(
        election: str,
        language: Language = "el",
        typed: Annotated[str, Query(alias="tracker", max_length=400, description="A tracker, as printed.")] = "",
    ) -> Response:
        found = _find(centre, election)
        if found is None:
            return _missing(draw, language)
        wanted = trackers.typed(typed) if typed.strip() else None
        verdict = ""
        if typed.strip():
            verdict = elections.find_ballot(centre, election, wanted) if wanted else "not-a-tracker"
        listed = elections.trackers(centre, election)
        path = f"/elections/{election}/trackers"
        values = {"vote": found, "typed": typed.strip(), "wanted": wanted, "verdict": verdict, "listed": listed}
        return draw("trackers.html", language, path=path, **values)


def _add_certificates(site: APIRouter, centre: Centre, draw: Draw) -> None:
    @site.get(
        "/v",
        response_class=RedirectResponse,
        status_code=303,
        responses={303: {"description": "The page of that code", "headers": {"Location": {"schema": _TEXT}}}},
        summary="From a typed code to its page",
    )
    def typed_code(
        code: Annotated[str, Query(max_length=80, description="A verification code.")] = "", language: Language = "el"
    ) -> Response:
        # Only what can be a code goes into an address.
        return RedirectResponse(f"/v/{read_code(code) or '-'}?lang={language}", status_code=303)

    @site.get("/v/{code}", response_class=HTMLResponse, summary="Whether a certificate is valid, void or unknown")
    def verify(code: str, language: Language = "el") -> Response:
        verdict = certificates.look_up(centre, code)
        match verdict:
            case certificates.NotACode():
                state, paper = "not-a-code", None
            case certificates.Unknown():
                state, paper = "unknown", None
            case paper:
                state = "valid" if paper.fate == "issued" else "void"
        typed = read_code(code) or ""
        return draw("certificate.html", language, state=state, paper=paper, code=typed, path=f"/v/{typed or '-'}")


def _find(centre: Centre, election: str) -> elections.VoteStanding | None:
    try:
        found = elections.standing(centre, election)
    except elections.ElectionRefused:
        return None
    return None if found.state == "draft" else found


def _missing(draw: Draw, language: str) -> Response:
    return draw("missing.html", language, 404, path="/", vote=True)
