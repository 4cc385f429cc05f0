"""The console's pages: who may see and do what, on every route; what no page shows; what a page makes of bad words."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from slow_reader import forged
from staff_desk import ROLES, Desk, at_desk, employ, roll_file

from central.kernel import intake
from central.kernel.centre import Centre
from central.matters import MATTERS
from central.office.roll import applying
from central.office.roll.records import as_record
from central.staff.console import build
from central.staff.desk import Rule
from central.store.office import roll as roll_rows
from central.store.tables import booths as booth_table
from municipality.messages import BoothStatus
from municipality.staff import Role

OF_ROLE = {Role.REGISTRAR: "maria", Role.TECHNICIAN: "tina", Role.CONSULTATION_OFFICER: "kostas", Role.AUDITOR: "anna"}
MARK = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


@pytest.fixture
def house(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> Centre:
    employ(centre, monkeypatch)
    return centre


def rules(centre: Centre) -> list[Rule]:
    return build(centre, MATTERS).rules


def address(rule: Rule, **known: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: known.get(found.group(1), "x"), rule.path).removeprefix("/staff")


def test_every_route_for_every_role(house: Centre) -> None:
    """What the rule says is what happens: a page or an act that the role has not is a 403 that says so."""
    checked = 0
    for role, account in OF_ROLE.items():
        desk = at_desk(house, account)
        token = desk.token()
        for rule in rules(house):
            if rule.path == "/staff/sign-out":
                continue
            path = address(rule)
            answer = desk.get(path) if rule.method == "GET" else desk.post(path, csrf=token)
            said_no = answer.status_code == 403 and "Οι ρόλοι σας δεν το επιτρέπουν" in answer.text
            assert said_no == (role not in rule.roles), (role, rule)
            if not said_no:
                assert answer.status_code in (200, 303, 400, 404, 409), (role, rule, answer.status_code)
            checked += 1
    assert checked > 120


def test_every_route_for_nobody(house: Centre) -> None:
    desk = Desk(house)
    for rule in rules(house):
        path = address(rule)
        answer = desk.get(path) if rule.method == "GET" else desk.post(path, csrf="0" * 64)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/staff/sign-in")


def test_an_auditor_reads_every_page_and_does_nothing(house: Centre) -> None:
    invitation = Rule("GET", "/staff/invite", frozenset())
    for rule in rules(house):
        if rule.method == "GET":
            assert Role.AUDITOR in rule.roles, rule.path or invitation
        elif "account" not in rule.path and rule.path != "/staff/sign-out":
            assert Role.AUDITOR not in rule.roles, rule.path


def test_every_act_needs_a_form_of_ours(house: Centre) -> None:
    desks = {role: at_desk(house, account) for role, account in OF_ROLE.items()}
    for rule in rules(house):
        if rule.method == "POST":
            answer = desks[sorted(rule.roles)[0]].post(address(rule, booth="anargyri-1"), csrf="f" * 64)
            assert answer.status_code == 403 and "Η φόρμα" in answer.text, rule.path


def test_the_navigation_shows_what_one_may_read(house: Centre) -> None:
    for account in OF_ROLE.values():
        desk = at_desk(house, account)
        for path in re.findall(r'<li><a href="/staff([^"]*)"', desk.get("").text.split("</nav>")[1]):
            assert desk.get(path).status_code == 200


def fill(town: Any, centre: Centre, hands: Any) -> None:
    """Everything that pages show: statuses, acts good and bad, a conflict, an import, cards."""
    now = centre.clock().replace(microsecond=0)
    status = BoothStatus(
        at=now, software=MARK[:80], waiting_acts=3, waiting_ballots=1, refused=1, held=4, set_aside=1,
        clock_offset_seconds=-400, disk_free_bytes=1, disk_total_bytes=100, paper="empty", alarms=("P01",),
        services_off=("<b>x</b>",),
    )  # fmt: skip
    with centre.store.writing() as tx:
        change = sa.update(booth_table).where(booth_table.c.booth == "anargyri-1")
        tx.connection.execute(
            change.values(name_el=f"{MARK}, {MARK}", name_en=MARK, status=status.text(), last_seen=now)
        )
    booth, card = town.booth(), town.card("elector")
    good = booth.ballot(hands.cast(town.election, booth.id, card, hands.mark(centre, town.election, card, 0, 0), now))
    bad = booth.act(hands.certificate(booth.id, "ZZ9-000001", "7F3K92QD1M8X0A4T", card.number, now), kind="parking")
    intake.take_batch(centre, booth.id, [good, bad])
    other = booth.act(hands.certificate(booth.id, "ZZ9-000002", "7F3K92QD1M8X0A4T", card.number, now), kind="x")
    intake.take_batch(centre, booth.id, [forged(other, id=bad.id)])


def every_page(centre: Centre) -> dict[str, str]:
    """Each page as its best reader sees it."""
    card = json.loads((centre.settings.home.parent / "seed.json").read_text(encoding="utf-8"))["cards"][0]["number"]
    uploads = [one.upload for one in applying.imports(centre)]
    desks = {role: at_desk(centre, account) for role, account in OF_ROLE.items()}
    pages = {}
    for rule in rules(centre):
        if rule.method == "GET":
            role = min(rule.roles, key=lambda role: (role is Role.AUDITOR, role))
            path = address(rule, booth="anargyri-1", card=card, upload=uploads[0] if uploads else "x")
            pages[f"{role} {path}"] = desks[role].get(path).text
    return pages


def test_what_others_wrote_is_never_taken_for_a_page_of_ours(town: Any, house: Centre, hands: Any) -> None:
    fill(town, house, hands)
    tina = at_desk(house, "tina")
    letters = re.findall(r"/letters/([0-9a-f-]{36})/remark", tina.get("/letters").text)
    assert letters
    assert tina.post(f"/letters/{letters[0]}/remark", {"words": MARK}).status_code == 303
    pages = every_page(house)
    seen = 0
    for path, text in pages.items():
        assert "<script" not in text and "<img" not in text and "onerror=alert(2)>" not in text, path
        assert "<b>x</b>" not in text, path
        seen += "&lt;script&gt;alert(1)" in text
    assert seen >= 4, "the mark was there to be escaped"
    strange = f"/intake?booth={MARK}&kind={MARK}&before={MARK}"
    assert "<script" not in tina.get(strange).text
    assert "<script" not in at_desk(house, "maria").get("/cards", params={"search": MARK, "after": MARK}).text


def test_no_page_shows_a_person_or_what_a_ballot_says(town: Any, house: Centre, hands: Any) -> None:
    fill(town, house, hands)
    maria = at_desk(house, "maria")
    file = roll_file(house, street="Οδός Αλλαγής 7")
    form = {"as_of": house.clock().date().isoformat(), "answer": "page"}
    checked = maria.post("/roll", form, files={"file": ("roll.csv", file, "text/csv")})
    assert checked.status_code == 303, checked.text
    with house.store.reading() as tx:
        people = [as_record(one).values() for one in roll_rows.everybody(tx)]
        kept = tx.connection.exec_driver_sql("SELECT message FROM envelopes").scalars().all()
    secrets = {str(one[key]) for one in people for key in ("afm", "amka", "surname") if one.get(key)}
    assert len(secrets) > 40
    bodies = [json.loads(message)["body"][:60] for message in kept]
    for path, text in every_page(house).items():
        found = [value for value in secrets if re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text)]
        assert found == [], path
        assert not any(body in text for body in bodies), path
        assert "Οδός Αλλαγής" not in text
        assert english(text) == [], path


def english(page: str) -> list[str]:
    """English on a Greek page: a word that nobody has translated."""
    assert '<html lang="el">' in page
    bare = re.sub(r"<[^>]*>|&\w+;", " ", re.sub(r"<code>.*?</code>|lang=\"en\".*?</", " ", page))
    return re.findall(r".{0,30}\b(?:the|The|is|of|and|with)\b.{0,30}", bare)


def test_ballots_are_shown_by_the_hour(town: Any, house: Centre, hands: Any) -> None:
    fill(town, house, hands)
    page = at_desk(house, "tina").get("/intake").text
    times = re.findall(r"\d+/\d+/\d{4}, (\d\d:\d\d)", page.split("<tbody>")[1])
    assert times and {time[3:] for time in times} == {"00"}


def test_the_intake_is_paged_and_filtered(town: Any, house: Centre, hands: Any) -> None:
    booth, now = town.booth(), house.clock().replace(microsecond=0)
    acts = [
        booth.act(hands.certificate(booth.id, f"ZZ9-{n:06d}", "7F3K92QD1M8X0A4T", "c", now + timedelta(seconds=n)))
        for n in range(60)
    ]
    intake.take_batch(house, booth.id, acts)
    desk = at_desk(house, "tina")
    first = desk.get("/intake").text
    older = re.search(r'href="/staff(/intake\?[^"]+)"', first)
    assert older is not None
    second = desk.get(older.group(1).replace("&amp;", "&")).text
    ids = [re.findall(r"<code>([0-9a-f]{8}-[0-9a-f]{4})…", page) for page in (first, second)]
    assert [len(one) for one in ids] == [50, 10] or first.count("<tr>") == 51
    assert first.count("<tr>") - 1 == 50 and second.count("<tr>") - 1 == 10
    assert "<tbody>" not in desk.get("/intake?booth=kamatero-1").text
    assert desk.get("/intake?outcome=rejected").text.count("<tr>") == 51
    assert "<tbody>" not in desk.get("/intake?outcome=accepted").text


def test_all_roles_are_employed() -> None:
    assert set(ROLES.values()) == set(Role)
