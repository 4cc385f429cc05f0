"""The staff's console in a real Chromium: every page in both languages with axe-core's rules, by keys alone, and with
scripts switched off. Nothing is violated, nothing is wider than a telephone, nothing comes from elsewhere."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import seeded_town
import sqlalchemy as sa
from chromium import Chromium, chromium
from in_browser import served
from register import as_csv, everyone
from staff_desk import PASSWORD, employ, roll_file

from central.demo.seed import seed
from central.kernel import intake
from central.kernel.centre import Centre
from central.kernel.proofs import USED_AFTER_BLOCK
from central.office.accounts import officers, staff
from central.office.booths import admission
from central.office.booths.admission import Officer
from central.office.roll import applying
from central.opening import open_centre
from central.store import alarms
from central.store.office import registry
from central.store.tables import booths as booth_table
from municipality.messages import BoothStatus
from municipality.staff import Role

TELEPHONE, DESK, SMALL_DESK = (360, 780), (1440, 900), (1280, 800)
PAGES = {
    "anna": ("", "/booths", "/booths/anargyri-2", "/intake", "/letters", "/votes", "/decisions", "/cards", "/roll",
             "/record?check=1", "/staff", "/account", "/invite", "/cards/{card}", "/roll/{upload}",
             "/roll/{heavy}/rows"),
    "tina": ("", "/letters", "/booths/anargyri-1", "/booths/anargyri-2", "/cards", "/nothing/of/ours"),
    "nikos": ("/roll", "/cards/{card}", "/roll/{upload}", "/roll/{heavy}", "/letters?envelope={letter}"),
}  # fmt: skip


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> seeded_town.Town:
    folder = tmp_path_factory.mktemp("console") / "demo"
    return seeded_town.Town(folder, seed(folder, residents=30))


@pytest.fixture(scope="module")
def centre(town: seeded_town.Town) -> Iterator[Centre]:
    opened = open_centre(town.home)
    with pytest.MonkeyPatch.context() as patch:
        employ(opened, patch)
        fill(town, opened)
        yield opened
    opened.store.close()


def fill(town: seeded_town.Town, centre: Centre) -> None:
    """A town hall in the middle of its day: a booth in trouble, letters set aside, a proposal, an import."""
    now = centre.clock().replace(microsecond=0)
    for booth, trouble in (("anargyri-1", False), ("anargyri-2", True)):
        status = BoothStatus(
            at=now, software="1.2.3", waiting_acts=3, waiting_ballots=1, refused=2 * trouble, held=41, set_aside=0,
            clock_offset_seconds=-94 * trouble, disk_free_bytes=9 * 10**10, disk_total_bytes=12 * 10**10,
            paper="empty" if trouble else "ready", alarms=("P01",) * trouble, services_off=("certificates",) * trouble,
        )  # fmt: skip
        with centre.store.writing() as tx:
            change = sa.update(booth_table).where(booth_table.c.booth == booth)
            tx.connection.execute(change.values(status=status.text(), last_seen=now - timedelta(minutes=7)))
    here, blocked = town.booth(), town.card("elector", 1)
    with centre.store.writing() as tx:
        registry.revoke(tx, str(blocked.number), now)
    late = here.act(seeded_town.certificate(here.id, "AA1/2026/000001", "7F3K-92QD-1M8X-0A4T", blocked, now))
    acts = [here.act(seeded_town.void(here.id, f"ZZ9/2026/{n:06d}", now)) for n in range(60)]
    intake.take_batch(centre, here.id, [*acts, late])
    officers.propose(centre, member("kostas", Role.CONSULTATION_OFFICER), "election.close", town.election)
    short = as_csv(
        [row | ({"father": ""} if n == 0 else {}) for n, row in enumerate(everyone(centre).values()) if n < 9]
    )
    applying.preview(centre, short, as_of=now.date(), whole=True, who="nikos", role="registrar")
    file = roll_file(centre, street="Νέα Οδός 7")
    applying.preview(centre, file, as_of=now.date(), whole=False, who="maria", role="registrar")
    admission.suspend(centre, "anargyri-2", Officer("tina", Role.TECHNICIAN))


def member(account: str, role: Role) -> staff.Officer:
    return staff.Officer(account, frozenset({role}), "el", True, "")


@pytest.fixture(scope="module")
def console(centre: Centre) -> Iterator[str]:
    with served(centre) as url:
        yield f"{url}/staff"


@pytest.fixture(scope="module")
def window() -> Iterator[Chromium]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def browser(window: Chromium) -> Chromium:
    window.call("Network.clearBrowserCookies")
    window.scripts(True)
    window.size(*DESK)
    return window


def sign_in(browser: Chromium, console: str, account: str) -> None:
    browser.go(f"{console}/sign-in")
    browser.fill("#account", account)
    browser.fill("#password", PASSWORD)
    browser.click("main button")
    assert browser.run("location.pathname") == "/staff"


def wrong_with(browser: Chromium, page: str, looks: list[tuple[tuple[int, int], bool]]) -> list[str]:
    """What axe-core finds, and what is wider than the window. `looks`: sizes, and whether in the dark."""
    found = []
    for size, dark in looks:
        browser.size(*size, dark=dark)
        found += [f"{page} {size} {one}" for one in browser.axe()]
        wider = browser.run("document.documentElement.scrollWidth - innerWidth")
        found += [f"{page} {size} is {wider} px too wide"] if wider > 0 else []
    browser.size(*SMALL_DESK)
    hidden = browser.run(
        "[...document.querySelectorAll('.scroll')].filter(s => s.scrollWidth > s.clientWidth + 1).length"
    )
    found += [f"{page} {SMALL_DESK}: {hidden} tables hide their last columns"] if hidden else []
    return found + [f"{page}: {one}" for one in browser.complaints() if "404" not in one and "403" not in one]


def looks(language: str) -> list[tuple[tuple[int, int], bool]]:
    """In the short form one look for each language: at a desk in the dark, and on a telephone by day."""
    every = [(DESK, True), (TELEPHONE, False), (TELEPHONE, True), (DESK, False)]
    return every if os.environ.get("TEST_LONG") else every[:1] if language == "el" else every[1:2]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("language", ["el", "en"])
def test_every_page_obeys_axe_in_both_languages(
    browser: Chromium, console: str, centre: Centre, town: seeded_town.Town, language: str
) -> None:
    newest, heavy = applying.imports(centre)
    with centre.store.reading() as tx:
        letter = next(one.detail for one in alarms.waiting(tx) if one.what == USED_AFTER_BLOCK)
    known = {
        "card": town.card("elector").number, "upload": newest.upload, "heavy": heavy.upload, "letter": letter
    }  # fmt: skip
    wrong, seen = [], 0
    browser.go(f"{console}/language?to={language}&back=/staff/sign-in")
    wrong += wrong_with(browser, "/sign-in", looks(language))
    for account, pages in PAGES.items():
        sign_in(browser, console, account)
        for page in pages:
            browser.go(console + page.format(**known))
            if page != "/nothing/of/ours":
                assert browser.run("document.documentElement.lang") == language
                assert browser.run("document.querySelectorAll('h1').length") == 1, page
                wrong += wrong_with(browser, f"{account} {page}", looks(language))
                seen += 1
        browser.call("Network.deleteCookies", {"name": "staff", "url": console})
    assert wrong == [], "\n".join(wrong)
    assert seen == 26


@pytest.mark.parametrize("language", ["el", "en"])
def test_pages_that_answer_an_act_obey_axe_too(
    browser: Chromium, console: str, centre: Centre, tmp_path: Path, language: str
) -> None:
    browser.go(f"{console}/language?to={language}&back=/staff/sign-in")
    wrong = []
    sign_in(browser, console, "tina")
    browser.go(f"{console}/invite")
    plate = {
        "booth": f"new-{language}",
        "name_el": "Νέο, εδώ",
        "name_en": "New, here",
        "number_prefix": language.upper(),
    }
    for name, value in plate.items():
        browser.fill(f"#{name}", value)
    browser.click("main form button")
    assert browser.run("document.querySelectorAll('.qr svg').length") == 1
    wrong += wrong_with(browser, "invitation", looks(language))
    browser.go(f"{console}/booths/anargyri-1")
    browser.fill("form[action$='/suspend'] input", "not ours")
    browser.click("form[action$='/suspend'] button")
    wrong += wrong_with(browser, "refused", looks(language))
    browser.call("Network.deleteCookies", {"name": "staff", "url": console})
    sign_in(browser, console, "nikos")
    browser.go(f"{console}/roll")
    bad = tmp_path / "bad.csv"
    bad.write_bytes(roll_file(centre, afm="123456789"))
    chosen = browser.call("Runtime.evaluate", {"expression": "document.querySelector('#file')"})["result"]["objectId"]
    browser.call("DOM.setFileInputFiles", {"objectId": chosen, "files": [str(bad)]})
    browser.click("button[value=page]")
    assert "afm" in browser.run("document.querySelector('main').textContent")
    wrong += wrong_with(browser, "bad rows", looks(language))
    assert [one for one in wrong if "400" not in one] == []


@pytest.mark.parametrize("language", ["el", "en"])
def test_the_public_page_that_checks_a_vote_obeys_axe(
    browser: Chromium, console: str, town: seeded_town.Town, language: str
) -> None:
    site, wrong = console.removesuffix("/staff"), []
    for path in ("/t?", "/t?tracker=1f8a0c64e2b9&", "/t?tracker=no&", f"/votes/{town.election}/trackers?tracker=no&"):
        browser.go(f"{site}{path}lang={language}")
        assert browser.run("document.documentElement.lang") == language
        wrong += wrong_with(browser, path, looks(language))
    assert wrong == [], "\n".join(wrong)
    browser.scripts(False)
    browser.go(f"{site}/t?lang={language}")
    browser.fill("#tracker", "1F8A 0C64 E2B9")
    browser.click("main form button")
    assert browser.run("document.querySelectorAll('.verdict.not_arrived').length") == 1


def test_axe_would_have_found_something(browser: Chromium, console: str) -> None:
    browser.go(f"{console}/sign-in")
    browser.run("document.querySelector('label').remove(); document.documentElement.removeAttribute('lang')")
    assert {one.split(":")[0] for one in browser.axe()} == {"html-has-lang", "label"}


def test_by_keys_alone_from_the_door_to_a_suspended_booth(browser: Chromium, console: str, centre: Centre) -> None:
    """Tab and Enter: the first Tab skips to the content, the focus is always to be seen."""
    browser.go(f"{console}/sign-in")
    browser.key("Tab")
    assert browser.run("document.activeElement.className") == "skip"
    assert browser.run("document.activeElement.getBoundingClientRect().left >= 0")
    reach(browser, "document.activeElement.id === 'account'")
    browser.call("Input.insertText", {"text": "tina"})
    browser.key("Tab")
    browser.call("Input.insertText", {"text": PASSWORD})
    enter(browser)
    reach(browser, "document.activeElement.getAttribute('href') === '/staff/booths'")
    enter(browser)
    reach(browser, "document.activeElement.getAttribute('href') === '/staff/booths/kamatero-1'")
    enter(browser)
    suspend = "(document.activeElement.form || {action: ''}).action.endsWith('/kamatero-1/suspend')"
    reach(browser, suspend)
    outline = browser.run("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    enter(browser)
    assert "σε αναστολή" in browser.run("document.querySelector('[role=status]').textContent")
    assert {one.seen.booth: one.seen.state for one in admission.all_standings(centre)}["kamatero-1"] == "suspended"
    admission.resume(centre, "kamatero-1", Officer("tina", Role.TECHNICIAN))


def reach(browser: Chromium, there: str) -> None:
    for _ in range(80):
        if browser.run(there):
            return
        browser.key("Tab")
    raise AssertionError(f"no way by Tab to {there}")


def enter(browser: Chromium) -> None:
    browser._events.clear()
    browser.key("Enter")
    browser.loaded()


def test_without_scripts_everything_works(browser: Chromium, console: str, centre: Centre) -> None:
    """No page of ours has a script; here none may run, and an act still goes its way."""
    browser.scripts(False)
    sign_in(browser, console, "tina")
    browser.go(f"{console}/letters")
    browser.fill("textarea", "Ειδοποιήθηκε ο τεχνικός.")
    browser.click("article form[action$='/remark'] button")
    assert "Ειδοποιήθηκε ο τεχνικός." in browser.run("document.body.textContent")
    assert browser.run("document.scripts.length") == 0


def test_a_page_does_not_jump_while_it_loads(browser: Chromium, console: str) -> None:
    sign_in(browser, console, "tina")
    browser.go(f"{console}/booths")
    watch = "new PerformanceObserver(list => list.getEntries().forEach(e => sum += e.value))"
    observed = f"{watch}.observe({{type: 'layout-shift', buffered: true}})"
    shifted = browser.run(f"new Promise(done => {{ let sum = 0; {observed}; setTimeout(() => done(sum), 300); }})")
    assert shifted < 0.01


def test_pictures_for_whoever_wants_to_look(browser: Chromium, console: str, tmp_path: Path) -> None:
    sign_in(browser, console, "eleni")
    browser.go(f"{console}/decisions")
    for name, size in (("desk", DESK), ("tablet", (820, 1180)), ("telephone", TELEPHONE)):
        browser.size(*size)
        browser.picture(tmp_path / f"{name}.png")
        assert (tmp_path / f"{name}.png").stat().st_size > 10_000
