"""The console's door: passwords, locks, sessions, cookies, forms. A stranger learns nothing and gets nowhere."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from staff_desk import CHEAP, PASSWORD, Desk, at_desk, employ

from central import cli
from central.kernel.centre import Centre
from central.office.accounts import staff
from central.office.accounts.staff import Locked, SignedIn, StaffRefused, WrongPassword
from central.settings import StaffTable
from central.store import audit
from central.store.office import staff as rows
from municipality.staff import Role


@pytest.fixture
def house(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> Centre:
    employ(centre, monkeypatch)
    return centre


def later(centre: Centre, passed: timedelta) -> Centre:
    return replace(centre, clock=lambda: real() + passed) if (real := centre.clock) else centre


def acts(centre: Centre) -> list[tuple[str, str]]:
    with centre.store.reading() as tx:
        return [(one.who, one.what) for one in reversed(audit.newest(tx, 100))]


def test_who_is_not_in_is_sent_to_the_door_and_back_again(house: Centre) -> None:
    desk = Desk(house)
    answer = desk.get("/booths")
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/sign-in?next=/staff/booths")
    assert (
        desk.post("/booths/x/suspend", csrf="").headers["location"] == "/staff/sign-in?next=/staff/booths/x&ended=act"
    )
    answer = desk.sign_in("tina", next="/staff/booths")
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/booths")
    assert desk.get("/booths").status_code == 200


@pytest.mark.parametrize(
    "path", ["https://elsewhere.example/", "//elsewhere.example", "/staff/../v", "/staff\\@elsewhere", "/", "/staff//x"]
)
def test_nobody_is_sent_to_another_house(house: Centre, path: str) -> None:
    desk = Desk(house)
    target = desk.sign_in("tina", next=path).headers["location"]
    assert re.fullmatch(r"/staff(/\.\./v)?", target)
    assert desk.get("/language", params={"to": "en", "back": path}).headers["location"].startswith("/staff")


def test_cookies_are_for_nobody_else(house: Centre) -> None:
    plain = Desk(house).sign_in("tina").headers.get_list("set-cookie")
    session = next(one for one in plain if one.startswith("staff="))
    assert "HttpOnly" in session and "SameSite=lax" in session and "Max-Age" not in session
    over_tls = Desk(house, "https://testserver").sign_in("tina").headers.get_list("set-cookie")
    session = next(one for one in over_tls if one.startswith("__Host-staff="))
    assert "Secure" in session and "Path=/;" in session and "Domain" not in session


def test_what_the_browser_holds_is_not_in_the_store(house: Centre) -> None:
    desk = at_desk(house, "tina")
    token = desk.web.cookies["staff"]
    with house.store.reading() as tx:
        assert rows.find_session(tx, token) is None
        assert rows.find_session(tx, staff.key_of(token)) is not None
    stranger = Desk(house)
    stranger.web.cookies.set("staff", staff.key_of(token))
    assert stranger.get("").status_code == 303


def test_a_session_given_beforehand_is_worth_nothing(house: Centre) -> None:
    """Fixation: who signs in gets a token of their own, and what they carried ends."""
    tina = at_desk(house, "tina")
    planted = tina.web.cookies["staff"]
    victim = Desk(house)
    victim.web.cookies.set("staff", planted)
    victim.sign_in("anna")
    mine = [cookie.value for cookie in victim.web.cookies.jar if cookie.name == "staff" and cookie.value != planted]
    assert len(mine) == 1
    assert staff.officer_of(house, planted) is None
    found = staff.officer_of(house, mine[0])
    assert found is not None and found.account == "anna"


def test_signing_out_ends_the_session_at_the_centre_too(house: Centre) -> None:
    desk = at_desk(house, "tina")
    token = desk.web.cookies["staff"]
    assert desk.post("/sign-out").headers["location"] == "/staff/sign-in?done=out"
    assert staff.officer_of(house, token) is None
    assert acts(house) == [("tina", "staff.in"), ("tina", "staff.out")]


def test_a_session_ends_when_it_lies_idle_and_after_a_working_day(house: Centre) -> None:
    entered = staff.sign_in(house, "tina", PASSWORD)
    assert isinstance(entered, SignedIn)
    idle = timedelta(minutes=StaffTable().idle_minutes)
    assert staff.officer_of(later(house, idle - timedelta(minutes=1)), entered.token) is not None
    assert staff.officer_of(later(house, 2 * idle - timedelta(minutes=2)), entered.token) is not None
    assert staff.officer_of(later(house, 3 * idle), entered.token) is None
    assert staff.officer_of(house, entered.token) is None, "an ended session does not come back with the clock"
    entered = staff.sign_in(house, "tina", PASSWORD)
    assert isinstance(entered, SignedIn)
    day, step = timedelta(hours=StaffTable().session_hours), idle - timedelta(minutes=1)
    passed = timedelta(0)
    while passed + step < day:
        passed += step
        assert staff.officer_of(later(house, passed), entered.token) is not None
    assert staff.officer_of(later(house, day), entered.token) is None


def test_wrong_passwords_lock_for_longer_and_longer(house: Centre) -> None:
    for _ in range(staff.FREE_FAILURES):
        assert staff.sign_in(house, "tina", "wrong") == WrongPassword()
    assert staff.sign_in(house, "tina", "wrong") == WrongPassword()
    locked = staff.sign_in(house, "tina", PASSWORD)
    assert isinstance(locked, Locked), "even the right password is not looked at now"
    first = locked.until - house.clock()
    soon = later(house, first + timedelta(seconds=1))
    assert staff.sign_in(soon, "tina", "wrong") == WrongPassword()
    again = staff.sign_in(soon, "tina", PASSWORD)
    assert isinstance(again, Locked) and again.until - soon.clock() > 1.5 * first
    much_later = later(house, timedelta(hours=2))
    assert isinstance(staff.sign_in(much_later, "tina", PASSWORD), SignedIn)
    assert staff.sign_in(much_later, "tina", "wrong") == WrongPassword(), "the count began anew"
    assert ("tina", "staff.locked") in acts(house)


def test_passwords_are_kept_as_argon2id_of_a_fair_price() -> None:
    kept = staff._hash(PASSWORD)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_a_stranger_cannot_tell_which_accounts_there_are(house: Centre) -> None:
    staff.set_state(house, "nikos", "disabled", who="test")
    pages = []
    for account, password in (("nobody", PASSWORD), ("tina", "wrong"), ("nikos", PASSWORD)):
        answer = Desk(house).sign_in(account, password)
        assert answer.status_code == 401
        pages.append(re.sub("[0-9a-f]{64}", "", answer.text))
    assert len(set(pages)) == 1


def test_a_locked_account_says_until_when(house: Centre) -> None:
    for _ in range(staff.FREE_FAILURES + 1):
        staff.sign_in(house, "tina", "wrong")
    answer = Desk(house).sign_in("tina")
    assert answer.status_code == 429 and "Πολλοί λάθος κωδικοί" in answer.text


def test_disabling_ends_sessions_at_once(house: Centre) -> None:
    desk = at_desk(house, "tina")
    staff.set_state(house, "tina", "disabled", who="test")
    assert desk.get("").status_code == 303


def test_forms_that_are_not_ours_are_refused(house: Centre) -> None:
    assert Desk(house).post("/sign-in", {"account": "tina", "password": PASSWORD}, csrf="").status_code == 403
    tina, anna = at_desk(house, "tina"), at_desk(house, "anna")
    booth = "/booths/anargyri-1/suspend"
    for answer in (
        tina.post(booth, csrf=""),
        tina.post(booth, csrf="0" * 64),
        tina.post(booth, csrf=anna.token()),
        tina.post(booth, headers={"sec-fetch-site": "cross-site"}),
        tina.post(booth, headers={"sec-fetch-site": "same-site"}),
    ):
        assert answer.status_code == 403
        assert "Η φόρμα" in answer.text
    assert ("tina", "booth.suspend") not in acts(house)
    assert tina.post(booth).status_code == 303
    assert ("tina", "booth.suspend") in acts(house)


def test_a_password_is_changed_by_who_knows_the_old_one(house: Centre) -> None:
    desk, elsewhere = at_desk(house, "tina"), at_desk(house, "tina")
    new = "οκτώ μεγάλα σύννεφα"

    def change(old: str, new: str, again: str) -> int:
        status: int = desk.post("/account/password", {"old": old, "new": new, "again": again}).status_code
        return status

    assert change("wrong", new, new) == 400
    assert change(PASSWORD, new, new + "x") == 400
    assert change(PASSWORD, "short", "short") == 400
    assert change(PASSWORD, new, new) == 303
    assert desk.get("").status_code == 200
    assert elsewhere.get("").status_code == 303, "other sessions ended"
    assert Desk(house).sign_in("tina").status_code == 401
    assert Desk(house).sign_in("tina", new).status_code == 303


@pytest.mark.parametrize("password", ["short", "tina and her friends", "aaaaaaaaaaaaaaaa", "x" * 201])
def test_weak_passwords_are_refused(house: Centre, password: str) -> None:
    with pytest.raises(StaffRefused):
        staff.set_password(house, "tina", password, who="test")


def test_an_auditor_has_no_other_role(house: Centre) -> None:
    with pytest.raises(StaffRefused, match="auditor"):
        staff.set_roles(house, "anna", frozenset({Role.AUDITOR, Role.TECHNICIAN}), who="test")


def test_language_is_kept_in_a_cookie_and_with_the_account(house: Centre) -> None:
    desk = at_desk(house, "tina")
    assert '<html lang="el">' in desk.get("").text
    desk.get("/language", params={"to": "en", "back": "/staff"})
    assert '<html lang="en">' in desk.get("").text
    desk.post("/account/language", {"language": "en"})
    assert '<html lang="en">' in at_desk(house, "tina").get("").text
    assert desk.post("/account/language", {"language": "xx"}).status_code == 400


def test_nothing_secret_is_logged(house: Centre, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    desk = at_desk(house, "tina")
    Desk(house).sign_in("tina", "μυστικό-λάθος")
    token = desk.web.cookies["staff"]
    desk.post("/invite", {"booth": "new-1", "name_el": "Α, β", "name_en": "A, b", "number_prefix": "ΝΝ1"})
    for secret in (PASSWORD, "μυστικό-λάθος", token, desk.token()):
        assert secret not in caplog.text


def test_pages_say_what_browsers_must_not_do(house: Centre) -> None:
    for answer in (Desk(house).get("/sign-in"), at_desk(house, "tina").get("/booths")):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
        assert answer.headers["cache-control"] == "no-store"
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=", answer.text)


def test_too_large_a_form_is_not_read(house: Centre) -> None:
    desk = at_desk(house, "tina")
    assert desk.post("/letters/x/remark", {"words": "x" * 100_000}).status_code == 413


@pytest.fixture
def command(
    centre: Centre, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, Any]]:
    monkeypatch.setattr(staff, "_hasher", lambda: CHEAP)

    def run(*words: str, password: str = "") -> tuple[int, Any]:
        monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))
        code = cli.main(["staff", *words, "--home", str(centre.settings.home)])
        told = capsys.readouterr()
        return code, json.loads(told.out) if told.out else told.err

    return run


def test_accounts_from_the_command_line(centre: Centre, command: Callable[..., tuple[int, Any]]) -> None:
    added = command("add", "--account", "petros", "--roles", "technician,registrar", password=PASSWORD)
    line = {"account": "petros", "roles": ["registrar", "technician"], "state": "active", "signs_in_with": "password"}
    assert added == (0, line)
    assert isinstance(staff.sign_in(centre, "petros", PASSWORD), SignedIn)
    assert command("add", "--account", "petros", "--roles", "auditor", password=PASSWORD)[0] == 77
    assert command("add", "--account", "Petros!", "--roles", "auditor", password=PASSWORD)[0] == 77
    assert command("roles", "--account", "petros", "--roles", "auditor")[1]["roles"] == ["auditor"]
    new = "άλλες πέντε λέξεις"
    assert command("password", "--account", "petros", password=new)[0] == 0
    assert isinstance(staff.sign_in(centre, "petros", new), SignedIn)
    assert command("disable", "--account", "petros")[1]["state"] == "disabled"
    assert staff.sign_in(centre, "petros", new) == WrongPassword()
    assert command("enable", "--account", "petros")[0] == 0
    assert [one["account"] for one in command("list")[1]["accounts"]] == ["petros"]
    assert command("disable", "--account", "nobody")[0] == 77
    with pytest.raises(SystemExit):
        command("roles", "--account", "petros", "--roles", "mayor")
    done = [what for who, what in acts(centre) if who == "kiosk-central"]
    assert done == ["staff.add", "staff.roles", "staff.password", "staff.disable", "staff.enable"]
