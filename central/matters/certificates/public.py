"""Certificates on the public site: whether a code is valid, void or unknown. Never whom a paper is about.

An unknown code is an answer and not an error: a booth reports at night, and its paper may be older than its report.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from central.matters.certificates import service as certificates
from central.matters.certificates.store import Certificate
from central.public.site import TEXT, Language, Site
from municipality.matters.certificates.kinds import of as kind_of
from municipality.matters.certificates.rules import read_code


def _stands(found: certificates.Finding) -> tuple[str, Certificate | None]:
    """What the page says of a code, and the paper where there is one."""
    match found:
        case certificates.NotACode():
            return "not-a-code", None
        case certificates.Unknown():
            return "unknown", None
        case paper:
            return ("valid" if paper.fate == "issued" else "void"), paper


def add(site: Site) -> None:
    site.at_home("certificates/at_home.html")

    # The address is one letter because it is printed on every sheet, and typed by whoever doubts one.
    @site.router.get(
        "/v",
        response_class=RedirectResponse,
        status_code=303,
        responses={303: {"description": "The page of that code", "headers": {"Location": {"schema": TEXT}}}},
        summary="From a typed code to its page",
    )
    def typed_code(
        code: Annotated[str, Query(max_length=80, description="A verification code.")] = "", language: Language = "el"
    ) -> Response:
        # Only what can be a code goes into an address.
        return RedirectResponse(f"/v/{read_code(code) or '-'}?lang={language}", status_code=303)

    @site.router.get(
        "/v/{code}", response_class=HTMLResponse, summary="Whether a certificate is valid, void or unknown"
    )
    def verify(code: str, language: Language = "el") -> Response:
        state, paper = _stands(certificates.look_up(site.centre, code))
        typed = read_code(code) or ""
        return site.draw(
            "certificates/certificate.html", language, path=f"/v/{typed or '-'}", state=state, paper=paper, code=typed,
            document=_named(paper.document, language) if paper else "",
        )  # fmt: skip


def _named(document: str, language: str) -> str:
    """What a paper of this kind is called; the kind's own name where a newer booth has reported it."""
    kind = kind_of(document)
    return kind.title.in_language(language) if kind else document
