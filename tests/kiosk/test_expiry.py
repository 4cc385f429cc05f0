"""Services go off one by one as what they need grows old, each with its code; the clock and the disk stop acts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import namedtuple
from datetime import timedelta
from pathlib import Path

import pytest
import small_town as st
from lobby_house import SERVICES

from kiosk.devices.clock import Uptime, machine_clock
from kiosk.kernel import expiry, public_matter, timekeeping
from kiosk.kernel.expiry import Why
from kiosk.matters.certificates import service as certificates
from kiosk.matters.votes import service as voting
from kiosk.store import facts
from kiosk.syncing import status
from municipality.failures import BoothCode
from municipality.matters.certificates.kinds import KINDS
from municipality.matters.votes.rules import Marks
from printing import NotReady, Ready

Usage = namedtuple("Usage", "total used free")
DAY = timedelta(days=1)
(KIND, *_) = KINDS


def off(booth) -> dict[str, tuple[str, str]]:
    return {one.service: (one.code.value, one.why.value) for one in expiry.services_off(booth)}


def pulled(booth, ago: timedelta) -> None:
    with booth.store.writing() as connection:
        facts.put_moment(connection, facts.PULLED, booth.clock() - ago)


def set_clock(booth, by: timedelta) -> None:
    object.__setattr__(booth, "clock", lambda: machine_clock() + by)


def told(booth) -> None:
    """The centre has just said what time it is."""
    with booth.store.writing() as connection:
        timekeeping.heard(booth, connection, booth.clock())


def test_all_is_on_in_a_fresh_booth(desk) -> None:
    assert off(desk.booth) == {}
    pulled(desk.booth, timedelta(days=6))
    assert off(desk.booth) == {}


def test_a_booth_that_has_received_nothing(open_desk) -> None:
    with open_desk() as desk:
        assert off(desk.booth) == dict.fromkeys(("sign_in", *SERVICES), ("N01", Why.NOTHING_RECEIVED))


@pytest.mark.parametrize(
    ("days", "services", "why"),
    [
        (20, {}, None),
        (22, {"votes": "S02"}, Why.NOTICES),
        (31, dict.fromkeys(("sign_in", *SERVICES), "S02"), Why.DOSSIERS),
        (91, dict.fromkeys(("sign_in", *SERVICES), "S02"), Why.SETTINGS),
    ],
)
def test_without_news_services_go_off_one_by_one(desk, days: int, services: dict, why: Why | None) -> None:
    pulled(desk.booth, timedelta(days=days))
    found = off(desk.booth)
    assert {name: code for name, (code, _) in found.items()} == services
    assert {reason for _, reason in found.values()} == ({why.value} if why else set())


def test_the_revocation_list_past_its_date_and_its_grace(desk) -> None:
    made = desk.town.now - machine_clock()  # the town may be an hour old and more, and the list with it
    set_clock(desk.booth, made + 7 * DAY + timedelta(hours=71))
    assert off(desk.booth) == {}
    set_clock(desk.booth, made + 7 * DAY + timedelta(hours=73))
    assert {name: code for name, (code, _) in off(desk.booth).items()} == dict.fromkeys(("sign_in", *SERVICES), "C10")


@pytest.mark.parametrize(
    ("by", "doubt"),
    [(30, False), (-30, False), (240, False), (-2 * 3600, True), (3 * 86400, True), (20 * 3600, True)],
    ids=["+30 s", "-30 s", "+4 min", "-2 h", "+3 days", "+20 h"],
)
def test_a_clock_that_is_moved_while_the_machine_runs(desk, by: int, doubt: bool) -> None:
    told(desk.booth)
    set_clock(desk.booth, timedelta(seconds=by))
    with desk.booth.store.reading() as connection:
        assert timekeeping.in_doubt(desk.booth, connection) is doubt
    assert {code for code, _ in off(desk.booth).values()} == ({"X03"} if doubt else set())
    if doubt:  # the centre's word ends it
        told(desk.booth)
        assert "X03" not in {code for code, _ in off(desk.booth).values()}


@pytest.mark.parametrize(
    ("by", "doubt"),
    [
        (timedelta(seconds=30), False),
        (timedelta(hours=23), False),  # switched off over night
        (timedelta(hours=25), True),
        (3 * DAY, True),
        (timedelta(hours=-2), True),
    ],
    ids=str,
)
def test_a_clock_after_the_machine_was_off(desk, by: timedelta, doubt: bool) -> None:
    with desk.booth.store.writing() as connection:
        timekeeping.heard(desk.booth, connection, desk.booth.clock(), uptime=lambda: Uptime("another-boot", 5e6))
    set_clock(desk.booth, by)
    with desk.booth.store.writing() as connection:
        assert timekeeping.in_doubt(desk.booth, connection) is doubt
        before = facts.last_known_time(connection)
        timekeeping.beat(desk.booth, connection)
        after = facts.last_known_time(connection)
    # What is in doubt is never taken for a time that has passed.
    assert before is not None and after is not None and (after == before if doubt else after > before)


def test_a_demo_clock_is_moved_on_purpose(desk) -> None:
    told(desk.booth)
    object.__setattr__(desk.booth, "raw_clock", lambda: machine_clock() + 9 * DAY)
    set_clock(desk.booth, 3 * DAY)
    assert off(desk.booth) == {}


def test_a_stick_says_what_time_has_passed(desk) -> None:
    booth = desk.booth
    with booth.store.writing() as connection:
        timekeeping.has_passed(booth, connection, booth.clock() - DAY)
        assert not timekeeping.in_doubt(booth, connection)
        timekeeping.has_passed(booth, connection, booth.clock() + DAY)
        assert timekeeping.in_doubt(booth, connection)


def test_the_shop_window_beats(desk) -> None:
    assert public_matter.shop_window(desk.booth).closed is None
    with desk.booth.store.reading() as connection:
        first = facts.get(connection, facts.BEAT)
    assert first
    public_matter.shop_window(desk.booth)
    with desk.booth.store.reading() as connection:
        assert facts.get(connection, facts.BEAT) == first  # not a transaction every few seconds


def test_a_clock_in_doubt_takes_no_vote_and_no_number(desk) -> None:
    told(desk.booth)
    session = desk.sign_in(st.ANNA)
    set_clock(desk.booth, timedelta(hours=20))
    session = type(session)(**{**session.__dict__, "pin_at": desk.booth.clock()})
    marks = [Marks(frozenset({1})), Marks(frozenset({0, 2}))]
    assert voting.cast(desk.booth, session, desk.town.election, marks, print) == voting.NotCast(
        BoothCode.CLOCK_IN_DOUBT
    )
    assert certificates.issue(desk.booth, session, KIND, print) == certificates.NotIssued(BoothCode.CLOCK_IN_DOUBT)
    (offer,) = voting.offered(desk.booth, session)
    assert offer.refusal is BoothCode.CLOCK_IN_DOUBT


def test_a_disk_nearly_full_refuses_before_anything_begins(desk, monkeypatch: pytest.MonkeyPatch) -> None:
    session = desk.sign_in(st.ANNA)
    reserve = desk.booth.settings.sync.reserve_mb * 1024 * 1024
    monkeypatch.setattr(expiry.shutil, "disk_usage", lambda _path: Usage(10**9, 10**9 - reserve, reserve))
    assert off(desk.booth) == {}
    monkeypatch.setattr(expiry.shutil, "disk_usage", lambda _path: Usage(10**9, 10**9 - reserve + 1, reserve - 1))
    assert off(desk.booth) == dict.fromkeys(SERVICES, ("X01", Why.DISK))
    began: list[str] = []
    marks = [Marks(frozenset({1})), Marks(frozenset({0, 2}))]
    cast = voting.cast(desk.booth, session, desk.town.election, marks, began.append)
    assert cast == voting.NotCast(BoothCode.STORE_FULL)
    assert certificates.issue(desk.booth, session, KIND, began.append) == certificates.NotIssued(BoothCode.STORE_FULL)
    assert began == []
    (offer,) = voting.offered(desk.booth, session)
    assert offer.refusal is BoothCode.STORE_FULL


_X01 = [
    [
        "X01",
        "Το μηχάνημα δεν μπορεί τώρα να αποθηκεύσει",
        "Όσα κάνατε πριν είναι ασφαλή. Έχει ειδοποιηθεί τεχνικός· χρησιμοποιήστε, παρακαλούμε, άλλο μηχάνημα.",
    ],
    [
        "X01",
        "The booth cannot store anything now",
        "What you did before is safe. A technician has been called; please use another booth.",
    ],
]


@pytest.mark.timeout(120)
def test_on_a_disk_that_is_really_full(town, open_desk, tmp_path: Path) -> None:
    """A tmpfs of 48 MB in a mount namespace of its own, filled after the booth has seen that there is room: a ballot, a
    certificate with its act, and a plain row meet it."""
    with open_desk() as desk:
        desk.fill()
        home = desk.home
    disk = tmp_path / "disk"
    disk.mkdir()
    with (home / "kiosk.toml").open("a") as file:
        file.write("[sync]\nreserve_mb = 16\n")
    # The tree is made private inside: where the root is no mount of its own, unshare cannot do that by itself.
    steps = 'mount --make-rprivate / 2>/dev/null; mount -t tmpfs -o size=48m tmpfs "$1" && cp -r "$2"/. "$1"'
    steps += ' && exec "$3" "$4"'
    places = [str(disk), str(home), sys.executable, str(Path(st.__file__).with_name("full_disk.py"))]
    order = {"home": str(disk), "card": town.cards[st.ANNA].to_json(), "election": town.election.text()}
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    paths = f"PYTHONPATH={Path(__file__).parents[2]}:{Path(st.__file__).parent}"
    alone = [*root, "unshare", "-m", "--propagation", "unchanged", "env", "PYTHONDONTWRITEBYTECODE=1", paths]
    done = subprocess.run(
        [*alone, "sh", "-c", steps, "sh", *places],
        input=json.dumps(order) + "\n",
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    nothing = {"read": _X01, "no new act": "X01", "committed": "safe"}
    assert json.loads(done.stdout) == {
        "vote": {**nothing, "held": [0, 0, 0], "then": "Done voted", "held then": [1, 0, 0]},
        "paper": {**nothing, "held": [1, 0, 0], "then": "Done printed", "held then": [1, 1, 1]},
        "fact": {"stored": False},
    }


def test_what_the_booth_says_of_itself(desk, monkeypatch: pytest.MonkeyPatch) -> None:
    said = status.booth_status(desk.booth, timedelta(seconds=7))
    assert (said.paper, said.alarms, said.services_off, said.clock_offset_seconds) == ("ready", (), (), 7)
    assert said.software.startswith("municipal-atm") and said.disk_total_bytes >= said.disk_free_bytes > 0
    pulled(desk.booth, timedelta(days=22))
    monkeypatch.setattr(type(desk.booth.printer), "look", lambda _self: NotReady("paper-out"))
    said = status.booth_status(desk.booth, timedelta(0))
    assert (said.paper, said.alarms, said.services_off) == ("empty", ("P01", "S02"), ("votes",))
    for word in (st.ANNA, st.SURNAME, st.AFM):
        assert word not in said.text()


@pytest.mark.parametrize(
    ("readiness", "paper"),
    [
        (Ready(), "ready"),
        (Ready("paper"), "low"),
        (NotReady("no-a4"), "empty"),
        (NotReady("busy"), "unknown"),
        (NotReady("jam"), "fault"),
    ],
)
def test_paper(readiness, paper: str) -> None:
    assert status.paper_of(readiness) == paper
