"""The console and the site: drawn in one room, each with its policy, and put together of what the matters bring."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

import httpx
import pytest
from staff_desk import Web, at_desk, employ

from central import public, staff
from central.app import create_app
from central.kernel.centre import Centre
from central.matter import CentreMatter
from central.matters import MATTERS
from central.staff.words import Chip, Words, vocabulary
from central.staff.words.office import OFFICE
from central.web import drawing

CONTENT = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
EVERY_PAGE = {
    "cache-control": "no-store",
    "content-security-policy": f"{CONTENT}frame-ancestors 'none'",
    "content-type": "text/html; charset=utf-8",
    "x-content-type-options": "nosniff",
}
SITE = EVERY_PAGE | {"referrer-policy": "no-referrer"}
CONSOLE = EVERY_PAGE | {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "referrer-policy": "same-origin",
}
BEFORE_MATTERS = ["", "/booths", "/intake", "/letters"]
AFTER_MATTERS = ["/decisions", "/cards", "/roll", "/record", "/staff"]


def policy(answer: httpx.Response) -> dict[str, str]:
    """All that is said at the head of a page, but how long it is and which cookies it brings."""
    return {name: value for name, value in answer.headers.items() if name not in ("content-length", "set-cookie")}


def test_each_shell_sends_its_policy_with_every_page(centre: Centre) -> None:
    web = Web(centre, "http://testserver")
    for path in ("/", "/v/-", "/votes/none", "/nothing"):
        answer = web.request("GET", path)
        assert policy(answer) == SITE and "set-cookie" not in answer.headers, path
    for path in ("/staff/sign-in", "/staff/nothing/of/ours"):
        assert policy(web.request("GET", path)) == CONSOLE, path


def test_the_first_page_has_what_the_matters_bring_in_the_order_of_the_register(centre: Centre) -> None:
    def sections(page: str) -> list[str]:
        return re.findall(r'<section aria-labelledby="(\w+)"', page)

    home = public.build(centre, MATTERS).home("el").body
    assert sections(bytes(home).decode()) == ["votes", "referendums", "papers"]
    turned = public.build(centre, reversed(MATTERS)).home("el").body
    assert sections(bytes(turned).decode()) == ["papers", "votes", "referendums"]


def test_the_navigation_has_the_order_that_officers_know(centre: Centre) -> None:
    """What needs somebody today, what residents did, matter by matter in the register's order, then what lasts."""

    def links(matters: Iterable[CentreMatter]) -> list[str]:
        return [link.path.removeprefix("/staff") for link, _allowed in staff.build(centre, matters)._links]

    office = [*BEFORE_MATTERS, *AFTER_MATTERS]
    assert links([]) == office
    of_matters = [path for matter in MATTERS for path in links([matter]) if path not in office]
    assert links(MATTERS) == [*BEFORE_MATTERS, *of_matters, *AFTER_MATTERS]
    assert of_matters[0] == "/votes"


def test_a_house_without_matters_still_has_its_office(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the shells show of votes and certificates is theirs to bring: without them it is gone, all else stands."""
    employ(centre, monkeypatch)
    with_all, bare = at_desk(centre, "kostas"), at_desk(centre, "kostas")
    bare.web._app = create_app(centre, ())
    assert "Ψηφοφορίες" in with_all.get("").text and with_all.web.request("GET", "/votes/none").status_code == 404
    for path in ("", "/decisions", "/account"):
        answer = bare.get(path)
        assert answer.status_code == 200 and not re.search("Ψηφοφορ|ψηφοφορ", answer.text), path
    assert bare.get("/votes").status_code == 404
    home = bare.web.request("GET", "/")
    assert home.status_code == 200 and "<section" not in home.text
    assert [bare.web.request("GET", path).status_code for path in ("/v", "/v/-", "/votes/none")] == [404, 404, 404]


def test_no_two_call_one_code_differently() -> None:
    votes, *others = MATTERS
    same = replace(votes, words=Words({"done": {"blocked": OFFICE.said["done"]["blocked"]}}))
    assert vocabulary(OFFICE, [same]).of("done", "blocked") == OFFICE.said["done"]["blocked"]
    for words in (Words({"done": {"blocked": "Otherwise"}}), Words(chips={"blocked": Chip("good", "check")})):
        with pytest.raises(ValueError, match="blocked: called otherwise elsewhere"):
            vocabulary(OFFICE, [replace(votes, words=words), *others])


def test_each_kind_of_act_has_one_name_and_each_reason_a_sentence() -> None:
    said = vocabulary(OFFICE, MATTERS).said
    assert said["kind"] == {"": "Not known"} | {act.kind: act.title for one in MATTERS for act in one.matter.acts}
    reasons = {code: words for one in MATTERS for code, words in one.matter.refusals.items()}
    assert reasons and reasons.items() <= said["reason"].items()


def test_a_page_is_drawn_even_without_a_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(language: str) -> object:
        raise KeyError(language)

    monkeypatch.setattr(drawing, "catalogue", none)
    page = drawing.Pages("public", (), {}).draw("away.html", "el", 503, municipality="Δήμος", demo=False, path="/")
    assert page.status_code == 503 and "Not available now" in bytes(page.body).decode()
