"""The door of the console: sign-in by password or by the municipality's provider, sign-out, language, one's account.

Must never say which accounts there are, keep a session over a sign-in, or send a browser to another house.
"""

from __future__ import annotations

import hmac
import secrets
from pathlib import Path

from anyio import CapacityLimiter, to_thread
from fastapi import Request
from starlette.responses import FileResponse, Response

from assets import icons
from central.clock import ClockInDoubt, real_clock
from central.kernel.centre import Centre
from central.kernel.serving import timekeeping
from central.office.accounts import staff, vouching
from central.office.accounts.staff import Locked, SignedIn
from central.staff import desk as front
from central.staff.desk import ATTEMPT, ENTRY, PREFIX, SESSION, Desk, Visit, cookie, go, set_cookie
from central.web.drawing import LANGUAGES

_HERE = Path(__file__).parent
_HOUR = 3600  # how long the page to sign in may stand open before its form is too old
_AT_THE_DOOR = 2
_AT_THE_PROVIDER = 4


def add(desk: Desk) -> None:
    _add_open_pages(desk)
    _add_sign_in(desk)
    _add_provider(desk)
    _add_account(desk)


def _add_open_pages(desk: Desk) -> None:
    @desk.router.get(f"{PREFIX}/console.css")
    def style() -> Response:
        return FileResponse(_HERE / "console.css", media_type="text/css", headers={"Cache-Control": "no-cache"})

    @desk.router.get(f"{PREFIX}/icon.svg")
    def drawing() -> Response:
        return FileResponse(icons.path("building-bank"), media_type="image/svg+xml")

    @desk.router.get(f"{PREFIX}/language")
    def language(request: Request) -> Response:
        wanted = request.query_params.get("to", "")
        answer = go(request.query_params.get("back", PREFIX))
        if wanted in LANGUAGES:
            front.keep_language(desk.centre, request, answer, wanted)
        return answer


def _add_sign_in(desk: Desk) -> None:
    centre = desk.centre
    # A password costs time on purpose. Whoever asks often waits for these threads, and the booths' line has the others.
    at_the_door = CapacityLimiter(_AT_THE_DOOR)

    @desk.router.get(f"{PREFIX}/sign-in")
    def ask(request: Request) -> Response:
        return _door(desk, request)

    @desk.router.post(f"{PREFIX}/sign-in")
    async def enter(request: Request) -> Response:
        form, _files, fault = await front.read_form(request, 0)
        return await to_thread.run_sync(_enter, desk, request, {} if fault else form, limiter=at_the_door)

    @desk.act("/sign-out", *front.EVERYBODY)
    def leave(visit: Visit) -> Response:
        staff.sign_out(centre, visit.officer)
        return go(f"{PREFIX}/sign-in?done=out")


def _enter(desk: Desk, request: Request, form: dict[str, str]) -> Response:
    centre = desk.centre
    entry = cookie(centre, request, ENTRY)
    # Before any password: a page elsewhere must not sign a browser in as somebody else, who then works in their name.
    if not entry or not front.came_from_us(request, form, entry):
        return _door(desk, request, fault="form", status=403)
    # Telephones begin a word with a capital and end it with a blank.
    match staff.sign_in(centre, form.get("account", "").strip().lower(), form.get("password", "")):
        case SignedIn() as entered:
            return _let_in(centre, request, entered, form.get("next", PREFIX))
        case Locked(until):
            return _door(desk, request, fault="locked", status=429, until=until)
        case _:
            return _door(desk, request, fault="wrong", status=401)


def _door(desk: Desk, request: Request, *, fault: str = "", status: int = 200, **values: object) -> Response:
    centre = desk.centre
    ended = request.query_params.get("ended", "")
    entry = cookie(centre, request, ENTRY) or secrets.token_urlsafe(32)
    language = front.language_of(request)
    answer = desk.draw(
        "door/sign_in.html", language, centre.clock(), status, fault=fault, csrf=front.csrf_of(entry),
        next=front.inside(request.query_params.get("next", PREFIX)), done=request.query_params.get("done", ""),
        ended=ended if request.method == "GET" else "", provider=centre.settings.staff.oidc is not None,
        at=f"{PREFIX}/sign-in", until=values.get("until"),
    )  # fmt: skip
    set_cookie(centre, request, answer, ENTRY, entry, age=_HOUR)
    return answer


def problem(desk: Desk, request: Request, status: int) -> Response:
    """For whoever comes to an address that is no page: signed in or not, it says nothing of what lies behind."""
    # A clock in doubt is no reason to say nothing: no act hangs on the time of this page.
    now = timekeeping.known(desk.centre) or real_clock()
    return desk.draw("door/problem.html", front.language_of(request), now, status, at=PREFIX)


def _let_in(centre: Centre, request: Request, entered: SignedIn, path: str) -> Response:
    """A session of its own: whatever the browser held before ends."""
    if (before := staff.officer_of(centre, cookie(centre, request, SESSION))) is not None:
        staff.sign_out(centre, before)
    answer = go(path)  # stays inside: `path` came with the form
    set_cookie(centre, request, answer, SESSION, entered.token)
    set_cookie(centre, request, answer, ENTRY, "")
    if front.LANGUAGE not in request.cookies:
        front.keep_language(centre, request, answer, entered.language)
    return answer


def _add_provider(desk: Desk) -> None:
    centre = desk.centre

    at_the_provider = CapacityLimiter(_AT_THE_PROVIDER)  # one that does not answer takes no more threads than these

    @desk.router.get(f"{PREFIX}/provider")
    async def leave(request: Request) -> Response:
        return await to_thread.run_sync(begin, request, limiter=at_the_provider)

    @desk.router.get(f"{PREFIX}/provider/back")
    async def come_back(request: Request) -> Response:
        return await to_thread.run_sync(back, request, limiter=at_the_provider)

    def begin(request: Request) -> Response:
        begun = vouching.begin(centre, _redirect(centre, request))
        if begun is None:
            return _door(desk, request, fault="provider", status=503)
        answer = Response(status_code=303, headers={"Location": begun.url, "Cache-Control": "no-store"})
        # Lax: the provider's answer is a visit from another site, and must find it.
        set_cookie(centre, request, answer, ATTEMPT, begun.state, age=600)
        return answer

    def back(request: Request) -> Response:
        state, kept = request.query_params.get("state", ""), cookie(centre, request, ATTEMPT)
        # The browser that comes back is the one that left: nobody is signed in by a link that another has begun.
        if not state or not hmac.compare_digest(state.encode(), kept.encode()):
            answer = _door(desk, request, fault="provider-answer", status=403)
        else:
            answer = _vouched(desk, request, state)
        set_cookie(centre, request, answer, ATTEMPT, "")
        return answer


def _vouched(desk: Desk, request: Request, state: str) -> Response:
    centre = desk.centre
    entered = vouching.finish(centre, _redirect(centre, request), state, request.query_params.get("code", ""))
    match entered:
        case SignedIn():
            return _let_in(centre, request, entered, PREFIX)
        case vouching.NotLetIn(reason):
            status = 503 if reason == "provider" else 403
            return _door(desk, request, fault=reason, status=status)


def clock_in_doubt(desk: Desk, request: Request, trouble: ClockInDoubt) -> Response:
    """In place of any page: by a clock like that nobody is let in or out, and no act is dated."""
    language, said = front.language_of(request), trouble.now
    return desk.draw("door/clock.html", language, said, 503, said_now=said, known=trouble.known, at=PREFIX)


def _redirect(centre: Centre, request: Request) -> str:
    return f"{front.own_url(centre, request)}{PREFIX}/provider/back"


def _add_account(desk: Desk) -> None:
    centre = desk.centre

    @desk.page("/account")
    def account(visit: Visit) -> Response:
        return visit.draw("door/account.html", fault="", shortest=staff.SHORTEST_PASSWORD)

    @desk.act("/account/language", *front.EVERYBODY)
    def language(visit: Visit) -> Response:
        wanted = visit.form.get("language", "")
        if wanted not in LANGUAGES:
            return visit.refuse("bad-input", 400)
        staff.set_language(centre, visit.officer, wanted)
        return go(f"{PREFIX}/language?to={wanted}&back={PREFIX}/account%3Fdone=language")

    @desk.act("/account/password", *front.EVERYBODY)
    def password(visit: Visit) -> Response:
        def again(fault: str) -> Response:
            return visit.draw("door/account.html", 400, fault=fault, shortest=staff.SHORTEST_PASSWORD)

        new = visit.form.get("new", "")
        if not visit.officer.local:  # the provider keeps theirs
            return visit.refuse("bad-input", 400)
        if new != visit.form.get("again", ""):
            return again("differ")
        try:
            changed = staff.change_own_password(centre, visit.officer, visit.form.get("old", ""), new)
        except staff.StaffRefused:
            return again("weak")
        return go(f"{PREFIX}/account?done=password") if changed else again("wrong")
