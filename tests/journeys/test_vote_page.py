"""A vote's public page in a real Chromium, before its end, published and not opened, and a referendum's: axe-core finds
nothing in either language, nothing is wider than 320 px or at 200 %, and all of it can be read and followed without a
script."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import seeded_town
from chromium import Chromium, chromium
from in_browser import served

from central.demo import vote as demo_vote
from central.demo.referendum import NAME
from central.demo.seed import seed
from central.kernel.centre import Centre
from central.matters.votes import service as elections
from central.matters.votes import standings
from central.matters.votes.life import turnout
from central.opening import open_centre
from municipality.matters.votes.turnout import Turnout, UnitTurnout

# At 200 % a window of 1280 px has 640 of the page's own.
SIZES = {"narrow": (320, 640), "zoomed": (640, 400), "desk": (1280, 900)}
BY_UNIT = Turnout(
    electors=21_480,
    voters=1_818,
    units=(
        UnitTurnout(unit="Άγιοι Ανάργυροι, κέντρο", electors=6_940, voters=612),
        UnitTurnout(unit="Γεροβουνό", electors=2_180, voters=None),
        UnitTurnout(unit="Ετεροδημότες", electors=25, voters=None),
        UnitTurnout(unit="Καματερό, κέντρο", electors=12_335, voters=1_180),
    ),
)


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """After three votes: one is open, one published with a booth lost, one not opened."""
    folder = tmp_path_factory.mktemp("site") / "demo"
    town = seeded_town.Town(folder, seed(folder, residents=30))
    opened = open_centre(town.home)
    few = elections.draw_up(opened, demo_vote.plan(opened.clock() - timedelta(hours=1), 3))
    elections.open_vote(opened, few)
    trackers = seeded_town.five_vote(town, opened, 1, 0)
    later = open_centre(town.home, opened.clock() + timedelta(days=20))
    seeded_town.all_state(town, later, election=few)
    elections.close(later, few)
    assert elections.tally(later, few) is None
    _publish(town, later, trackers)
    fresh = elections.draw_up(later, demo_vote.plan(later.clock() - timedelta(hours=1), 3))
    elections.open_vote(later, fresh)
    yield later
    later.store.close()
    opened.store.close()


def _publish(town: seeded_town.Town, centre: Centre, trackers: list[str]) -> None:
    from central.kernel import intake

    booth = town.booth()
    doing = seeded_town.closing(centre, town.election, booth, trackers, centre.clock())
    assert intake.take(centre, booth.id, booth.act(doing)).outcome == "accepted"
    elections.give_up_waiting(centre, town.election, "Η θυρίδα κάηκε")
    elections.close(centre, town.election)
    elections.tally(centre, town.election)
    with centre.store.writing() as tx:
        turnout.keep(tx, town.election, BY_UNIT)
    elections.publish(centre, town.election)


@pytest.fixture(scope="module")
def site(centre: Centre) -> Iterator[str]:
    with served(centre) as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    with chromium() as window:
        yield window


def wrong_with(browser: Chromium, what: str) -> list[str]:
    found = []
    # Everything that can be unfolded is looked at, too.
    browser.run("document.querySelectorAll('details').forEach(d => d.open = true)")
    for name, size in SIZES.items():
        browser.size(*size)
        found += [f"{what} {name} {one}" for one in browser.axe()]
        wider = browser.run("document.documentElement.scrollWidth - innerWidth")
        found += [f"{what} {name} is {wider} px too wide"] if wider > 0 else []
        if folder := os.environ.get("PICTURES"):
            browser.picture(Path(folder) / f"vote_{what}_{name}.png")
    return found + [f"{what}: {one}" for one in browser.complaints() if "404" not in one]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("language", ["el", "en"])
def test_a_votes_page_obeys_axe_at_every_size(browser: Chromium, site: str, centre: Centre, language: str) -> None:
    states, wrong = set(), []
    for vote in standings.all_votes(centre):
        browser.go(f"{site}/votes/{vote.election}?lang={language}")
        assert browser.run("document.querySelectorAll('h1').length") == 1
        states.add(vote.state)
        wrong += wrong_with(browser, f"{vote.state}_{language}")
    for name, path in (("home", "/"), ("referendum", f"/referendums/{NAME}")):
        browser.go(f"{site}{path}?lang={language}")
        wrong += wrong_with(browser, f"{name}_{language}")
    assert wrong == [], "\n".join(wrong)
    assert states == {"open", "published", "not_opened"}


def test_without_scripts_the_fold_opens_and_the_record_is_one_touch_away(
    browser: Chromium, site: str, centre: Centre
) -> None:
    (published,) = (one for one in standings.all_votes(centre) if one.state == "published")
    browser.scripts(False)
    browser.size(*SIZES["narrow"])
    browser.go(f"{site}/votes/{published.election}")
    assert browser.run("document.querySelector('details pre').checkVisibility()") is False
    browser.run("document.querySelector('summary').focus()")
    browser.key("Enter")
    assert browser.run("document.querySelector('details pre').checkVisibility()") is True
    told = browser.run("document.querySelector('details pre').textContent")
    assert told.startswith(f"python -m ballot_box verify {published.election}.zip --fingerprint ")
    assert browser.run("document.querySelectorAll('a[href$=\"/election.zip\"]').length") == 1
    browser.scripts(True)
