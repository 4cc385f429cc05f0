"""The front desk of the console: every page and act passes here. Who is it, may they, did the form come from us.

Must never answer a page without a role, take a form without its token, or put a session where a script can read it.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from hashlib import sha256
from urllib.parse import parse_qsl, quote

from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from central.kernel.centre import Centre
from central.kernel.outcome import Outcome, Refused
from central.office.accounts import staff
from central.office.accounts.staff import Officer
from central.staff.pages import POLICY, pages
from central.staff.words import Words
from central.web.drawing import HEADERS, LANGUAGES
from central.web.town import town
from municipality.matter import Matter
from municipality.staff import Role

PREFIX = "/staff"
EVERYBODY = frozenset(Role)
# A form of ours holds a few short fields. What is larger is none, unless its act says how large a file may be.
LARGEST_FORM = 64 * 1024
_MOST_PARTS = 50
_YEAR = 365 * 86_400


@dataclass(frozen=True)
class Link:
    """A line of the navigation; shown to whoever may read the page."""

    path: str
    icon: str
    words: str


@dataclass(frozen=True)
class Visit:
    """One request of somebody who may make it. `form` and `query`: what was sent, the last of each name."""

    desk: Desk
    officer: Officer
    language: str
    csrf: str
    links: tuple[Link, ...]
    path: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, str]
    at: str
    own_url: str
    files: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def centre(self) -> Centre:
        return self.desk.centre

    def draw(self, template: str, status: int = 200, **values: object) -> Response:
        """A page of the console."""
        return self.desk.draw(
            template, self.language, self.centre.clock(), status, officer=self.officer, csrf=self.csrf,
            links=self.links, at=self.at, done=self.query.get("done", ""), **values,
        )  # fmt: skip

    def may(self, role: Role) -> bool:
        return role in self.officer.roles

    def refuse(self, reason: str, status: int = 409) -> Response:
        return self.draw("refused.html", status, reason=reason)

    def after(self, outcome: Outcome, done: str, path: str) -> Response:
        """Back to a page that says what was done, or a page that says why not."""
        if isinstance(outcome, Refused):
            return self.refuse(outcome.reason)
        # Another page, so that loading it once more does not do the act once more.
        return go(f"{path}?done={done}")

    def back(self, path: str, done: str) -> Response:
        """To a page of the console that says what was done."""
        return go(f"{PREFIX}{path}?done={done}")


Page = Callable[[Visit], Response]
Values = Callable[[Visit], Mapping[str, object]]


@dataclass(frozen=True)
class Rule:
    """Who may use a route. An act is a POST, and never an auditor's."""

    method: str
    path: str
    roles: frozenset[Role]


class Desk:
    """Routes with their roles. `rules` lists every one of them, for whoever wants to check.

    `matters`: those that the house has, with or without pages here; `words`: what all of their codes are called.
    """

    def __init__(self, centre: Centre, matters: tuple[Matter, ...], words: Words) -> None:
        self.centre, self.matters = centre, matters
        self.router = APIRouter(include_in_schema=False)
        self.rules: list[Rule] = []
        self._pages = pages([matter.noun for matter in matters], words)
        self._links: list[tuple[Link, frozenset[Role]]] = []
        self._at_start: list[tuple[str, Values]] = []
        self._names: list[Callable[[Visit], Mapping[str, str]]] = []

    def draw(
        self, template: str, language: str, now: datetime, status: int = 200, *, at: str, **values: object
    ) -> HTMLResponse:
        """A page, for whoever stands before the door, too. `at`: its address; `now`: by whatever clock is believed."""
        return self._pages.draw(template, language, status, now=now, at=at, **town(self.centre, language), **values)

    def at_start(self, part: str, values: Values) -> None:
        """A section of the first page, drawn from the template `part`."""
        self._at_start.append((part, values))

    def parts_at_start(self, visit: Visit) -> list[Markup]:
        return [self._pages.part(part, visit.language, **values(visit)) for part, values in self._at_start]

    def calls(self, names: Callable[[Visit], Mapping[str, str]]) -> None:
        """What the things that officers decide about are called, by their id: only who keeps them knows."""
        self._names.append(names)

    def names(self, visit: Visit) -> dict[str, str]:
        return {id_: name for names in self._names for id_, name in names(visit).items()}

    def page(self, path: str, *roles: Role, link: tuple[str, str] | None = None) -> Callable[[Page], Page]:
        """A page that `roles` and the auditor may read; without roles, everybody who is in. `link`: icon, words."""
        # Who audits reads everything that anybody here reads, or could be shown less than there is.
        allowed = frozenset({*roles, Role.AUDITOR}) if roles else EVERYBODY
        if link is not None:
            self._links.append((Link(PREFIX + path, *link), allowed))
        return lambda page: self._add(Rule("GET", PREFIX + path, allowed), page)

    def act(self, path: str, *roles: Role, upload: int = 0) -> Callable[[Page], Page]:
        """What `roles` may do. `upload`: how many bytes a file may have; 0 where there is none."""
        return lambda page: self._add(Rule("POST", PREFIX + path, frozenset(roles)), page, upload)

    def _add(self, rule: Rule, page: Page, upload: int = 0) -> Page:
        async def endpoint(request: Request) -> Response:
            # A stranger's file is not read into memory.
            room = upload if upload and await run_in_threadpool(self._may, rule, request) else 0
            form, files, fault = await read_form(request, room)
            return await run_in_threadpool(self._answer, rule, page, request, form, files, fault)

        self.rules.append(rule)
        self.router.add_api_route(rule.path, endpoint, methods=[rule.method], response_model=None)
        return page

    def _may(self, rule: Rule, request: Request) -> bool:
        officer = staff.officer_of(self.centre, cookie(self.centre, request, SESSION))
        return officer is not None and bool(rule.roles & officer.roles)

    def _answer(
        self, rule: Rule, page: Page, request: Request, form: dict[str, str], files: dict[str, bytes], fault: str
    ) -> Response:
        token = cookie(self.centre, request, SESSION)
        # Each time anew: an account may have been disabled, or lost a role, since the page was drawn.
        officer = staff.officer_of(self.centre, token)
        if officer is None:
            return self._to_the_door(rule, request, had=bool(token))
        visit = Visit(
            desk=self,
            officer=officer,
            language=language_of(request, officer.language),
            csrf=csrf_of(token),
            links=tuple(link for link, allowed in self._links if allowed & officer.roles),
            path=request.path_params,
            query=dict(request.query_params),
            form=form,
            at=request.url.path,
            own_url=own_url(self.centre, request),
            files=files,
        )
        # The role before the form: whoever may not do it is told so, whatever they have sent.
        if not rule.roles & officer.roles:
            return visit.draw("forbidden.html", 403, needed=sorted(rule.roles))
        if any("\0" in said for said in (*visit.path.values(), *visit.query.values(), *form.values())):
            return visit.refuse("bad-input", 400)  # no database has a place for it
        # A page of another house can make a browser send a form with our cookie, and knows no token of ours.
        if rule.method == "POST" and (fault or not came_from_us(request, form, token)):
            return visit.refuse(fault or "form", 413 if fault == "too-large" else 403)
        return page(visit)

    def _to_the_door(self, rule: Rule, request: Request, *, had: bool) -> Response:
        """To sign in, and then to the page that was asked for, or that the form stood on. Whether an act was done is
        said: `had` tells whether there was a session at all."""
        path, ended = request.url.path, "page" if had else ""
        if path == f"{PREFIX}/sign-out":
            return go(f"{PREFIX}/sign-in?done=out")
        if rule.method == "POST":
            path, ended = self._page_of(path), "act"
        return go(f"{PREFIX}/sign-in?next={quote(path)}" + (f"&ended={ended}" if ended else ""))

    def _page_of(self, path: str) -> str:
        """The nearest page above an act's address."""
        there = [one for one in self.router.routes if isinstance(one, APIRoute) and "GET" in (one.methods or ())]
        while path != PREFIX and not any(route.path_regex.match(path) for route in there):
            path = path.rpartition("/")[0] or PREFIX
        return path


async def read_form(request: Request, upload: int) -> tuple[dict[str, str], dict[str, bytes], str]:
    """What a form holds, and a fault ("", "too-large" or "bad-input")."""
    if request.method != "POST":
        return {}, {}, ""
    body = bytearray()
    async for piece in request.stream():
        # Counted as it comes: a length in the head is only what somebody said.
        body += piece
        if len(body) > LARGEST_FORM + upload:
            return {}, {}, "too-large"
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind == "multipart/form-data" and upload:
        return _parts(bytes(body), request.headers["content-type"])
    try:
        fields = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=50, errors="strict")
    except (UnicodeDecodeError, ValueError):
        return {}, {}, "bad-input"
    return dict(fields), {}, ""


def _parts(body: bytes, kind: str) -> tuple[dict[str, str], dict[str, bytes], str]:
    """Fields and files of a multipart form (RFC 7578), in memory only: a roll must not lie in a temporary folder. No
    part is looked into, however it calls itself."""
    bad: tuple[dict[str, str], dict[str, bytes], str] = ({}, {}, "bad-input")
    boundary = _head(b"Content-Type: " + kind.encode()).get_boundary()
    if not boundary or len(boundary) > 70:  # RFC 2046, 5.1.1
        return bad
    first, *pieces = (b"\r\n" + body).split(b"\r\n--" + boundary.encode(errors="replace"), _MOST_PARTS + 1)
    if first or not pieces or not pieces.pop().startswith(b"--"):
        return bad
    form: dict[str, str] = {}
    files: dict[str, bytes] = {}
    for piece in pieces:
        head, blank, content = piece.partition(b"\r\n\r\n")
        part = _head(head.lstrip())
        name = part.get_param("name", header="content-disposition")
        if not blank or not isinstance(name, str):
            return bad
        if part.get_filename() is None:
            form[name] = content.decode(errors="replace")
        else:
            files[name] = content
    return form, files, ""


def _head(lines: bytes) -> Message:
    """Header lines of a part; a few KiB of them."""
    return BytesParser(policy=compat32).parsebytes(lines[:8192] + b"\r\n\r\n", headersonly=True)


SESSION, ENTRY, ATTEMPT, LANGUAGE = "staff", "staff-entry", "staff-attempt", "staff-language"


def secure(centre: Centre, request: Request) -> bool:
    return (centre.settings.staff.url or str(request.url)).startswith("https://")


def own_url(centre: Centre, request: Request) -> str:
    """Where the browser finds us, without a path."""
    return centre.settings.staff.url or str(request.base_url).rstrip("/")


def cookie(centre: Centre, request: Request, name: str) -> str:
    """A cookie of ours. Over TLS with the prefix that no other host and no plain page can set (RFC 6265bis)."""
    return request.cookies.get(f"__Host-{name}" if secure(centre, request) else name, "")


def set_cookie(
    centre: Centre, request: Request, answer: Response, name: str, value: str, age: int | None = None
) -> None:
    """Without `age` it goes with the browser's session; an empty value takes it away."""
    safe = secure(centre, request)
    answer.set_cookie(
        f"__Host-{name}" if safe else name,
        value,
        max_age=0 if not value else age,
        path="/",
        secure=safe,
        httponly=True,
        # Not strict: whoever comes back from the municipality's own sign-in comes from another site.
        samesite="lax",
    )


def csrf_of(token: str) -> str:
    """What a form must bring: known to our own pages only, and of no use for coming in."""
    return sha256(b"form:" + token.encode()).hexdigest()


def came_from_us(request: Request, form: Mapping[str, str], token: str) -> bool:
    # Old browsers do not say where a form comes from: then the token alone decides.
    site = request.headers.get("sec-fetch-site", "same-origin")
    return site in ("same-origin", "none") and hmac.compare_digest(
        form.get("csrf", "").encode(), csrf_of(token).encode()
    )


def language_of(request: Request, preferred: str = "el") -> str:
    chosen = request.cookies.get(LANGUAGE, "")
    return chosen if chosen in LANGUAGES else preferred if preferred in LANGUAGES else "el"


def keep_language(centre: Centre, request: Request, answer: Response, language: str) -> None:
    # It says nothing of anybody, so it stays when the session ends: the door speaks the language of who stands there.
    answer.set_cookie(
        LANGUAGE, language, max_age=_YEAR, path=PREFIX, secure=secure(centre, request), httponly=True, samesite="lax"
    )


def go(path: str) -> Response:
    """See another page of the console; never another house's."""
    answer = RedirectResponse(inside(path), status_code=303)
    answer.headers.update({"Cache-Control": HEADERS["Cache-Control"], "Referrer-Policy": POLICY["Referrer-Policy"]})
    return answer


def inside(path: str) -> str:
    """`path` if it lies in the console, else its first page."""
    # Browsers read a backslash as a slash, and two slashes as the beginning of another house's name.
    fits = path == PREFIX or path.startswith((f"{PREFIX}/", f"{PREFIX}?"))
    return path if fits and "\\" not in path and "//" not in path and path.isprintable() else PREFIX
