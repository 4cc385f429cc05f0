"""What the console says: every act in words, one word for one fact, and a page for whatever a browser can ask."""

from __future__ import annotations

import ast
import re
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from seeded_town import at
from staff_desk import Desk, at_desk, employ

import central
from assets.texts import catalogue
from central.kernel.centre import Centre
from central.matters import MATTERS
from central.office.booths import overview
from central.opening import REGISTER
from central.staff.words import vocabulary
from central.staff.words.office import OFFICE
from central.store import audit
from central.store.tables import booths as booth_table
from municipality.matters.technicians.rules import Did

ACT = vocabulary(OFFICE, MATTERS).said["act"]
CENTRAL = Path(central.__file__).parent
# Names of settings and files that look like one.
NO_ACTS = {"centre.url", "centre.db", "election.bel", "roll.json", "officials.json"}


@pytest.fixture
def house(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> Centre:
    employ(centre, monkeypatch)
    return centre


def written() -> set[str]:
    """Every short name that the services write into the record, by their own source."""
    subjects = {what.partition(".")[0] for what in ACT} - {"opened", "left", "synced"}
    named = re.compile(rf"({'|'.join(sorted(subjects))})\.[a-z_]+")
    found = {
        node.value
        for file in [
            *(CENTRAL / "kernel").rglob("*.py"),
            *(CENTRAL / "office").rglob("*.py"),
            *(CENTRAL / "matters").rglob("*.py"),
            CENTRAL / "cli.py",
            *(CENTRAL / "staff" / "commands").glob("*.py"),
        ]
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and named.fullmatch(node.value)
    }
    steps = {f"{what}.{step}" for what in REGISTER.two_persons for step in ("propose", "confirm", "failed", "withdraw")}
    return {one for one in found - NO_ACTS if not one.endswith("_")} | steps | {did.value for did in Did}


def test_every_act_of_the_record_has_words_in_both_languages() -> None:
    acts = written()
    assert len(acts) > 70 and {"card.order", "retention.purge", "service.off"} <= acts
    assert acts - ACT.keys() == set()
    silent = [words for words in ACT.values() if catalogue("el").gettext(words) == words]
    assert silent == []


def test_the_record_shows_no_code_of_ours(house: Centre) -> None:
    now = house.clock()
    lines = (
        ("booth:anargyri-1", "", "card.block_code", "AA-1"), ("os:root", "", "election.open", "x"),
        ("kiosk-central", "", "centre.restored", "e"), ("purge", "system", "retention.purge", "imports 3"),
        ("card:AAT-1", "technician", "service.off", "anargyri-1 vote repair"), ("anna", "", "staff.in", "anna"),
    )  # fmt: skip
    for who, role, what, about in lines:
        house.store.once(lambda tx, line=(who, role, what, about): audit.note(tx, *line, now))
    page = at_desk(house, "anna").get("/record").text
    cells = [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", page, re.DOTALL)]
    rows = [tuple(cells[at + 2 : at + 6]) for at in range(0, len(cells), 7)]
    assert rows[1:7] == [
        ("anna", "Δεν χρειάζεται ρόλος", "Είσοδος", "anna"),
        ("Κάρτα τεχνικού AAT-1", "Τεχνικός", "έκλεισε υπηρεσία", "anargyri-1 vote repair"),
        ("Η νυχτερινή εκκαθάριση", "Αυτόματα", "Διαγραφή όσων κρατήθηκαν αρκετά", rows[3][3]),
        ("Στον διακομιστή", "Δεν χρειάζεται ρόλος", "Επαναφορά της βάσης από αντίγραφο", "e"),
        ("Στον διακομιστή, root", "Δεν χρειάζεται ρόλος", "Κατάρτιση ψηφοφορίας", "x"),
        ("Μηχάνημα anargyri-1", "Δεν χρειάζεται ρόλος", "Κλείδωμα κάρτας με τον κωδικό κλειδώματος", "AA-1"),
    ]
    assert rows[3][3].endswith(": 3") and "imports" not in rows[3][3]


def test_a_blocked_card_is_called_the_same_everywhere() -> None:
    """«Κλειδωμένη», as at the booth and in the PIN letter; «αποκλεισμένο» is a booth's key, «σε αναστολή» a booth."""
    said = catalogue("el")._catalog.items()  # type: ignore[attr-defined]
    other = [
        text for id_, text in said if re.search(r"[Αα]ποκλεισ|[Αα]ποκλεί", str(text)) and "card" in str(id_).lower()
    ]
    assert other == []


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/staff/booths/anargyri-1/suspend", 405), ("POST", "/staff/booths", 405), ("DELETE", "/staff", 405),
        ("GET", "/staff/nothing/of/ours", 404), ("POST", "/v", 405), ("GET", "/nothing", 404), ("PUT", "/", 405),
        ("GET", "/?lang=xx", 422), ("GET", "/votes/x/trackers?tracker=" + "x" * 401, 422),
    ],
)  # fmt: skip
def test_a_browser_is_answered_with_a_page(house: Centre, method: str, path: str, status: int) -> None:
    answer = Desk(house).web.request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert "detail" not in answer.text and '<html lang="el"' in answer.text
    assert ("allow" in answer.headers) == (status == 405)
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/v2/outbox", 405), ("GET", "/v2/x", 404), ("POST", "/healthz", 405)]
)
def test_a_program_is_answered_with_json(house: Centre, method: str, path: str, status: int) -> None:
    answer = Desk(house).web.request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/json")


def test_after_a_session_has_ended_the_page_says_whether_it_was_done(house: Centre) -> None:
    desk = at_desk(house, "tina")
    token = desk.token()
    with house.store.writing() as tx:
        tx.connection.execute(sa.text("DELETE FROM sessions"))
    act = desk.post("/booths/anargyri-1/suspend", csrf=token)
    assert act.headers["location"] == "/staff/sign-in?next=/staff/booths/anargyri-1&ended=act"
    assert "αυτό που ζητήσατε δεν έγινε" in desk.web.request("GET", act.headers["location"]).text
    page = desk.get("/booths")
    assert page.headers["location"] == "/staff/sign-in?next=/staff/booths&ended=page"
    said = desk.web.request("GET", page.headers["location"]).text
    assert "Η σύνδεσή σας είχε λήξει. Συνδεθείτε" in said and "δεν έγινε" not in said
    assert (seen := overview.booth(house, "anargyri-1")) is not None and seen.state == "active"
    stranger = Desk(house).get("/booths").headers["location"]
    assert stranger == "/staff/sign-in?next=/staff/booths"
    assert desk.post("/sign-out", csrf=token).headers["location"] == "/staff/sign-in?done=out"


def test_a_booth_that_nobody_hears_of_is_not_counted_as_in_service(house: Centre) -> None:
    now = house.clock()
    with house.store.writing() as tx:
        for booth, ago in (("anargyri-1", timedelta(hours=26)), ("anargyri-2", timedelta(hours=26, seconds=1))):
            change = sa.update(booth_table).where(booth_table.c.booth == booth)
            tx.connection.execute(change.values(last_seen=now - ago))
    told = overview.summary(at(house, now))
    assert told.states == {"active": 1, "silent": 2}  # the third has never been seen
    page = at_desk(at(house, now), "tina").get("").text
    figures = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page))
    assert (figures["Μηχανήματα σε λειτουργία"], figures["Μηχανήματα χωρίς επαφή"]) == ("1", "2")
