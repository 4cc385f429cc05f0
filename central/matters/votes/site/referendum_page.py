"""Binding referendums on the public site: what is asked, when, how it is held. Held on paper, counted by the court."""

from __future__ import annotations

from typing import Any

from fastapi.responses import HTMLResponse
from starlette.responses import Response

from central.matters.votes.drafts import referendum_book as book
from central.public.site import TEXT, Language, Site
from municipality.matters.votes.referendum import LABEL, SAID, Phase, Referendum, phase_of

_GONE: dict[int | str, dict[str, Any]] = {
    404: {"description": "No such referendum", "content": {"text/html": {"schema": TEXT}}}
}


def _(message: str) -> str:
    return message


def add(site: Site) -> None:
    site.at_home("votes/referendums_at_home.html", lambda: {"referendums": _told(site), "label": LABEL})

    @site.router.get(
        "/referendums/{referendum}",
        response_class=HTMLResponse,
        responses=_GONE,
        summary="A binding referendum: what, when, how",
    )
    def one(referendum: str, language: Language = "el") -> Response:
        kept = book.find(site.centre, referendum)
        if kept is None or not kept.message:
            return site.missing(language, _("There is no such referendum here."))
        message = Referendum.read(kept.message)
        return site.draw(
            "votes/referendum.html", language, path=f"/referendums/{message.referendum}", one=message,
            phase=phase_of(message, site.centre.clock()).value, recalled=kept.state == "recalled",
            label=LABEL, said=SAID,
        )  # fmt: skip


def _told(site: Site) -> list[Referendum]:
    now = site.centre.clock()
    return [one for one in book.told(site.centre) if phase_of(one, now) is not Phase.GONE]
