"""Sign-in by the municipality's OpenID provider: a real one (npm oidc-provider), and everything that may go wrong."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import pytest
from oidc_provider import SECRET, Provider, provider
from staff_desk import Desk

from central.kernel.centre import Centre
from central.office.accounts import staff
from central.settings import OpenId, StaffTable
from central.store import audit
from central.store.office import staff as rows

BACK = "http://testserver/staff/provider/back"
GROUPS = {"atm-technicians": "technician", "atm-auditors": "auditor", "atm-registrars": "registrar"}


@pytest.fixture(scope="module")
def town_hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    with provider(BACK, tmp_path_factory.mktemp("provider")) as running:
        yield running


def with_provider(centre: Centre, issuer: str, **changes: str) -> Centre:
    table = {"issuer": issuer, "client_id": "municipal-atm", "secret_file": "oidc.secret", "scope": "openid profile"}
    oidc = OpenId.model_validate(table | changes | {"roles": GROUPS})
    return replace(centre, settings=centre.settings.model_copy(update={"staff": StaffTable(oidc=oidc)}))


@pytest.fixture
def house(centre: Centre, town_hall: Provider) -> Centre:
    (centre.settings.home / "oidc.secret").write_text(SECRET + "\n", encoding="utf-8")
    return with_provider(centre, town_hall.issuer)


def changed(url: str, **values: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query=urlencode(dict(parse_qsl(parts.query)) | values)))


def begin(desk: Desk) -> str:
    answer = desk.get("/provider")
    assert answer.status_code == 303
    return str(answer.headers["location"])


def come_back(desk: Desk, url: str) -> tuple[int, str]:
    parts = urlsplit(url)
    assert parts.path == "/staff/provider/back"
    answer = desk.get(f"/provider/back?{parts.query}")
    return answer.status_code, answer.headers.get("location", answer.text)


def is_in(desk: Desk) -> bool:
    return desk.get("").status_code == 200


def test_who_the_provider_vouches_for_comes_in_with_the_roles_it_says(house: Centre, town_hall: Provider) -> None:
    town_hall.lets_in("officer-1", "atm-technicians", "football")
    desk = Desk(house)
    assert "/staff/provider" in desk.get("/sign-in").text
    asked = begin(desk)
    question = dict(parse_qsl(urlsplit(asked).query))
    assert question["code_challenge_method"] == "S256" and question["nonce"] and question["response_type"] == "code"
    assert come_back(desk, town_hall.ask(asked)) == (303, "/staff")
    assert "oidc:officer-1" in desk.get("").text
    assert desk.get("/letters").status_code == 200
    assert desk.get("/cards").status_code == 403
    assert 'name="old"' not in desk.get("/account").text, "no password of ours to change"


def test_roles_follow_the_provider_and_an_auditor_stays_one(house: Centre, town_hall: Provider) -> None:
    for groups, roles in (
        (["atm-technicians"], ["technician"]),
        (["atm-technicians", "atm-registrars"], ["registrar", "technician"]),
        (["atm-technicians", "atm-auditors"], ["auditor"]),
    ):
        town_hall.lets_in("officer-2", *groups)
        desk = Desk(house)
        come_back(desk, town_hall.ask(begin(desk)))
        with house.store.reading() as tx:
            known = rows.find(tx, "oidc:officer-2")
        assert known is not None and sorted(staff.roles_of(known)) == roles and known.password is None
    with house.store.reading() as tx:
        done = [one.what for one in reversed(audit.newest(tx, 10))]
    assert done == ["staff.add", "staff.in", "staff.roles", "staff.in", "staff.roles", "staff.in"]


def test_without_a_role_nobody_comes_in(house: Centre, town_hall: Provider) -> None:
    town_hall.lets_in("officer-3", "football")
    desk = Desk(house)
    status, page = come_back(desk, town_hall.ask(begin(desk)))
    assert status == 403 and "δεν σας δίνει ρόλο" in page
    assert not is_in(desk)
    with house.store.reading() as tx:
        assert rows.find(tx, "oidc:officer-3") is None


def test_an_account_that_was_disabled_here_stays_out_and_its_sessions_end(house: Centre, town_hall: Provider) -> None:
    town_hall.lets_in("officer-4", "atm-technicians")
    desk = Desk(house)
    come_back(desk, town_hall.ask(begin(desk)))
    assert is_in(desk)
    staff.set_state(house, "oidc:officer-4", "disabled", who="test")
    assert not is_in(desk)
    status, page = come_back(desk, town_hall.ask(begin(desk)))
    assert status == 403 and "ανενεργός" in page
    assert not is_in(desk)


def test_a_token_with_another_nonce_is_refused(house: Centre, town_hall: Provider) -> None:
    town_hall.lets_in("officer-1", "atm-technicians")
    desk = Desk(house)
    status, _page = come_back(desk, town_hall.ask(changed(begin(desk), nonce="another-nonce")))
    assert status == 403
    assert not is_in(desk)


def test_a_code_asked_for_with_another_challenge_is_refused(house: Centre, town_hall: Provider) -> None:
    town_hall.lets_in("officer-1", "atm-technicians")
    desk = Desk(house)
    other = begin(Desk(house))
    challenge = dict(parse_qsl(urlsplit(other).query))["code_challenge"]
    status, _page = come_back(desk, town_hall.ask(changed(begin(desk), code_challenge=challenge)))
    assert status == 403
    assert not is_in(desk)


def test_another_state_is_refused_and_so_is_another_browser(house: Centre, town_hall: Provider) -> None:
    town_hall.lets_in("officer-1", "atm-technicians")
    desk, victim = Desk(house), Desk(house)
    home = town_hall.ask(begin(desk))
    assert come_back(victim, home)[0] == 403, "a sign-in begun by somebody else"
    begin(victim)
    assert come_back(victim, home)[0] == 403
    assert come_back(desk, changed(home, state="x" * 30))[0] == 403
    assert not is_in(desk) and not is_in(victim)


def test_a_sign_in_is_answered_once_and_soon(house: Centre, town_hall: Provider) -> None:
    town_hall.lets_in("officer-1", "atm-technicians")
    desk = Desk(house)
    home = town_hall.ask(begin(desk))
    state = dict(parse_qsl(urlsplit(home).query))["state"]
    assert come_back(desk, home)[0] == 303
    desk.web.cookies.set("staff-attempt", state, domain="testserver.local", path="/")
    assert come_back(desk, home)[0] == 403
    late = Desk(replace(house, clock=lambda: house.clock() + timedelta(minutes=11)))
    slow = Desk(house)
    home = town_hall.ask(begin(slow))
    late.web.cookies = slow.web.cookies
    assert come_back(late, home)[0] == 403


def test_who_gives_up_at_the_provider_is_told(house: Centre, town_hall: Provider) -> None:
    town_hall.lets_in("officer-1", "atm-technicians", refuse=True)
    desk = Desk(house)
    home = town_hall.ask(begin(desk))
    assert "error=access_denied" in home
    assert come_back(desk, home)[0] == 403


def test_a_provider_that_is_away_or_another_is_not_believed(house: Centre, town_hall: Provider, centre: Centre) -> None:
    for issuer in ("http://127.0.0.1:9/", f"{town_hall.issuer}/"):
        answer = Desk(with_provider(centre, issuer)).get("/provider")
        assert answer.status_code == 503 and "δεν απαντά" in answer.text
    wrong_secret = with_provider(centre, town_hall.issuer)
    (centre.settings.home / "oidc.secret").write_text("not it", encoding="utf-8")
    desk = Desk(wrong_secret)
    town_hall.lets_in("officer-1", "atm-technicians")
    assert come_back(desk, town_hall.ask(begin(desk)))[0] == 403


def test_no_code_secret_or_token_is_logged(
    house: Centre, town_hall: Provider, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("urllib3").setLevel(logging.INFO)  # what our own test asks the provider for
    logging.getLogger("httpx").setLevel(logging.WARNING)
    town_hall.lets_in("officer-1", "atm-technicians")
    desk = Desk(house)
    home = town_hall.ask(begin(desk))
    come_back(desk, home)
    told = dict(parse_qsl(urlsplit(home).query))
    for secret in (SECRET, told["code"], told["state"], desk.web.cookies["staff"], "id_token", "eyJ"):
        assert secret not in caplog.text
