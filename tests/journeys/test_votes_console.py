"""The pages on which a vote is written and led to its end, in a real Chromium: axe-core finds nothing in either
language, nothing is wider than a telephone, and a vote is begun by keys alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import seeded_town
from chromium import Chromium, chromium
from drafting import approved, at, days, kept, proposed, written
from in_browser import served
from staff_desk import PASSWORD, at_desk, employ

from central.demo.referendum import NAME
from central.demo.seed import seed
from central.kernel.centre import Centre
from central.matters.votes import standings
from central.matters.votes.drafts import book, referendum_book
from central.matters.votes.drafts.referendum_typed import AT_FIRST
from central.matters.votes.store import drafts as draft_rows
from central.opening import open_centre

DESK, TELEPHONE = (1280, 900), (360, 780)


@dataclass(frozen=True)
class Filled:
    """A town hall, its pages that are worth a look, and those that are so when its vote is over."""

    centre: Centre
    over: Centre
    pages: tuple[str, ...]
    at_the_end: tuple[str, ...]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """A draft at every step, and an open vote that waits for a later end."""
    folder = tmp_path_factory.mktemp("votes") / "demo"
    town = seeded_town.Town(folder, seed(folder, residents=30))
    opened = open_centre(town.home)
    with pytest.MonkeyPatch.context() as patch:
        employ(opened, patch)
        pages = fill(opened, town.election)
        over = at(opened, standings.standing(opened, town.election).closes + timedelta(days=1))
        yield Filled(opened, over, pages, (f"/votes/{town.election}",))
    opened.store.close()


def fill(centre: Centre, election: str) -> tuple[str, ...]:
    kostas, eleni = at_desk(centre, "kostas"), at_desk(centre, "eleni")
    (logo,) = book.under_way(centre)  # the demo's, with pictures
    faulty, waiting = written(centre, kostas), written(centre, kostas)
    kostas.post(f"/votes/drafts/{faulty}/rules/save", days(centre) | {"floor": "3", "closes_day": ""})
    kostas.post(f"/votes/drafts/{faulty}/add", {"what": "question"})
    proposed(centre, kostas, waiting)
    registrar, signing = approved(centre, kostas, eleni), approved(centre, kostas, eleni)
    kostas.post(f"/votes/drafts/{signing}/rehearse")
    with centre.store.writing() as tx:  # one has not signed yet
        some = json.loads(kept(centre, signing).signatures)[:2]
        draft_rows.change(tx, signing, signatures=json.dumps(some))
    day = standings.standing(centre, election).closes + timedelta(days=2)
    form = {"closes_day": f"{day:%Y-%m-%d}", "closes_hour": "20:00", "reason_el": "Ρεύμα", "reason_en": "Power"}
    kostas.post(f"/votes/{election}/extension", form)
    parts = ("", "/words", "/rules?look=1", "/question-2", "/question-3?look=1", "/section-1", "/preview")
    drafts = [*(f"{faulty}{part}" for part in parts), waiting, registrar, signing]
    drafts += [f"{logo.draft}/{part}" for part in ("question-1", "preview")]
    return ("/votes", *(f"/votes/drafts/{one}" for one in drafts), f"/votes/{election}", *referendums(centre, kostas))


def referendums(centre: Centre, desk: Any) -> tuple[str, ...]:
    """One with faults, one that is whole, and the one that is told of."""
    faulty, whole = (desk.post("/votes/referendums").headers["location"].removeprefix("/staff") for _ in range(2))
    desk.post(f"{faulty}/save", {"title_el": "Πλατεία", "ada": "ΑΔΑ"})
    told = referendum_book.told(centre)[0]
    fields = {"title_el": "Πλατεία", "title_en": "Square", "day": f"{told.opens:%Y-%m-%d}", "ada": told.ada}
    asked = {"questions_el": "Συμφωνείτε;\nΝαι\nΌχι", "questions_en": "Do you agree?\nYes\nNo"}
    desk.post(f"{whole}/save", {**AT_FIRST, **fields, **asked})
    return (f"{faulty}?done=draft-saved", whole, f"/votes/referendums/{NAME}")


@contextmanager
def serving(centre: Centre) -> Iterator[str]:
    with served(centre) as url:
        yield f"{url}/staff"


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    with chromium() as window:
        yield window


def sign_in(browser: Chromium, console: str, language: str) -> None:
    browser.call("Network.clearBrowserCookies")
    browser.go(f"{console}/language?to={language}&back=/staff/sign-in")
    browser.go(f"{console}/sign-in")
    browser.fill("#account", "eleni")
    browser.fill("#password", PASSWORD)
    browser.click("main button")


def wrong_with(browser: Chromium, console: str, pages: tuple[str, ...], size: tuple[int, int]) -> list[str]:
    wrong = []
    for page in pages:
        browser.go(console + page)
        browser.size(*size, dark=size == TELEPHONE)
        wrong += [f"{page} {one}" for one in browser.axe()]
        wider = browser.run("document.documentElement.scrollWidth - innerWidth")
        wrong += [f"{page} is {wider} px too wide"] if wider > 0 else []
        wrong += [f"{page}: {one}" for one in browser.complaints()]
    return wrong


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("language", "size"), [("el", DESK), ("en", TELEPHONE)])
def test_pages_of_votes_obey_axe(browser: Chromium, filled: Filled, language: str, size: tuple[int, int]) -> None:
    wrong = []
    for centre, pages in ((filled.centre, filled.pages), (filled.over, filled.at_the_end)):
        with serving(centre) as console:
            sign_in(browser, console, language)
            wrong += wrong_with(browser, console, pages, size)
    assert wrong == [], "\n".join(wrong)


def test_a_vote_is_begun_by_keys_alone(browser: Chromium, filled: Filled) -> None:
    with serving(filled.centre) as console:
        sign_in(browser, console, "el")
        browser.size(*DESK)
        browser.go(f"{console}/votes")
        _reach(browser, "(document.activeElement.form || {action: ''}).action.endsWith('/votes/drafts')")
        _enter(browser)
        _reach(browser, "document.activeElement.id === 'title_el'")
        browser.call("Input.insertText", {"text": "Νέα πλατεία"})
        _reach(browser, "document.activeElement.matches('main form button')")
        _enter(browser)
        # What is missing has the focus at once, and its link leads to the field.
        assert browser.run("document.activeElement.getAttribute('href')") == "#title_en"
        assert browser.run("document.querySelector('#title_el').value") == "Νέα πλατεία"


def _reach(browser: Chromium, there: str) -> None:
    for _ in range(60):
        if browser.run(there):
            return
        browser.key("Tab")
    raise AssertionError(f"no way by Tab to {there}")


def _enter(browser: Chromium) -> None:
    browser._events.clear()
    browser.key("Enter")
    browser.loaded()
