"""Whether a name is an account is told to nobody at the door: same answer, same work, same lock, whosever it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import bare_centre
import pytest
import sqlalchemy as sa
from argon2.exceptions import VerificationError
from staff_desk import CHEAP, PASSWORD, Desk, employ

from central.clock import SetClock
from central.kernel.centre import Centre
from central.office.accounts import staff
from central.office.accounts.staff import FREE_FAILURES, Locked, SignedIn, WrongPassword
from central.opening import open_centre
from central.store import StoreFailed, audit
from central.store.office import staff as rows

# Of an active account, of nobody, of a disabled one, of one that the provider vouches for, of what can be no account.
NAMES = ("tina", "nobody", "nikos", "oidc:kostas", "τίνα", "x" * 300, "a\0b", "'; --", "", "TINA ")


@pytest.fixture
def house(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> Centre:
    employ(centre, monkeypatch)
    staff.set_state(centre, "nikos", "disabled", who="test")
    vouched = rows.Account("oidc:kostas", None, "https://x kostas", '["technician"]', "en", "active", centre.clock())
    with centre.store.writing() as tx:
        rows.add(tx, vouched)
    now = centre.clock()
    return replace(centre, clock=SetClock(lambda: now))


@contextmanager
def statements(centre: Centre) -> Iterator[list[str]]:
    """What is asked of the store, by its first words."""
    seen: list[str] = []

    def note(_c: Any, _k: Any, statement: str, *_more: Any) -> None:
        kept_or_undone = statement.startswith(("RELEASE", "ROLLBACK TO"))
        seen.append("the end of a step" if kept_or_undone else " ".join(statement.split()[:3]))

    sa.event.listen(centre.store.engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(centre.store.engine, "before_cursor_execute", note)


def told(house: Centre, name: str, password: str) -> tuple[object, ...]:
    """All that a browser can see."""
    desk = Desk(house)
    answer = desk.sign_in(name, password)
    headers = [(key, re.sub("staff-entry=[^;]*", "", value)) for key, value in answer.headers.multi_items()]
    return answer.status_code, re.sub("[0-9a-f]{64}", "", answer.text), headers


def test_every_name_is_answered_alike_from_the_first_try_to_the_lock(house: Centre) -> None:
    first = [name for name in NAMES if name != "TINA "]  # the same as tina, and counted with her
    heard = {name: [told(house, name, "wrong") for _ in range(FREE_FAILURES + 3)] for name in first}
    assert [status for status, *_ in heard["nobody"]] == [401] * (FREE_FAILURES + 1) + [429] * 2
    for name in first:
        assert heard[name] == heard["nobody"], name
    assert told(house, "tina", PASSWORD) == told(house, "nobody", PASSWORD), "nor does the right one while it is locked"
    assert told(house, "TINA ", PASSWORD)[0] == 429


def test_the_right_password_of_who_may_not_come_in_is_like_a_wrong_one(house: Centre) -> None:
    assert told(house, "nikos", PASSWORD) == told(house, "nobody", PASSWORD) == told(house, "tina", "wrong")


def test_the_store_is_asked_the_same_whosever_the_name_is(house: Centre) -> None:
    """From the first try to the lock and beyond it."""
    asked: dict[str, list[list[str]]] = {}
    for name in (one for one in NAMES if one != "TINA "):
        for _ in range(FREE_FAILURES + 2):
            with statements(house) as seen:
                staff.sign_in(house, name, "wrong")
            asked.setdefault(name, []).append(seen)
    assert all(one == asked["nobody"] for one in asked.values())
    with house.store.reading() as tx:
        locked = {one.who for one in audit.newest(tx, 50) if one.what == "staff.locked"}
    assert locked == {"tina", "nikos"}, "nobody's name stands in the record"


def test_argon2_is_asked_once_or_not_at_all(house: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    monkeypatch.setattr(staff, "_verify", lambda hashed, password: bool(looked.append(hashed)))
    counts = []
    for name in ("tina", "nobody", "nikos", "oidc:kostas"):
        looked.clear()
        for _ in range(FREE_FAILURES + 3):
            staff.sign_in(house, name, "wrong")
        counts.append(len(looked))
    assert counts == [FREE_FAILURES + 1] * 4


def test_two_names_stay_locked_alike_whatever_comes_between(house: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other names by the thousand, a centre that was started anew, another process beside it."""
    monkeypatch.setattr(staff, "MOST_NAMES", 50)
    for name in ("tina", "nobody"):
        for _ in range(FREE_FAILURES + 1):
            assert staff.sign_in(house, name, "wrong") == WrongPassword()
    other = open_centre(house.settings.home)
    anew = replace(other, clock=house.clock)
    assert staff.sign_in(anew, "tina", "wrong") == staff.sign_in(anew, "nobody", "wrong")
    assert isinstance(staff.sign_in(anew, "nobody", "wrong"), Locked)
    for number in range(60):
        staff.sign_in(house, f"somebody-{number}", "wrong")
    told = [staff.sign_in(anew, name, "wrong") for name in ("tina", "nobody")]
    assert told[0] == told[1]
    other.store.close()


def test_wrong_ones_are_forgotten_after_a_day_and_not_before(house: Centre) -> None:
    for name in ("tina", "nobody"):
        for _ in range(FREE_FAILURES):
            staff.sign_in(house, name, "wrong")
    day = staff.FORGOTTEN_AFTER

    def at(passed: timedelta) -> Centre:
        now = house.clock()
        return replace(house, clock=SetClock(lambda: now + passed))

    for name in ("tina", "nobody"):
        staff.sign_in(at(day - timedelta(seconds=1)), name, "wrong")
        assert isinstance(staff.sign_in(at(day - timedelta(seconds=1)), name, "wrong"), Locked)
        over = at(2 * day)
        assert [staff.sign_in(over, name, "wrong") for _ in range(FREE_FAILURES + 1)] == [WrongPassword()] * 5
        assert isinstance(staff.sign_in(over, name, "wrong"), Locked)


def test_what_we_could_not_look_at_is_no_wrong_password(house: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    """argon2 without memory, a store that fails when the session is written: five of these lock nobody out."""

    class NoMemory:
        def verify(self, *_: str) -> bool:
            raise VerificationError("Memory allocation error")

    with monkeypatch.context() as broken:
        broken.setattr(staff, "_hasher", NoMemory)
        for _ in range(2 * FREE_FAILURES):
            answer = Desk(house).sign_in("tina")
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    with monkeypatch.context() as broken:
        broken.setattr(rows, "add_session", _fails)
        for _ in range(2 * FREE_FAILURES):
            assert Desk(house).sign_in("tina").status_code == 503
    assert isinstance(staff.sign_in(house, "tina", PASSWORD), SignedIn)


def _fails(*_: object) -> None:
    raise StoreFailed("away")


def test_a_damaged_hash_is_our_fault(house: Centre) -> None:
    with house.store.writing() as tx:
        rows.change(tx, "tina", password=CHEAP.hash(PASSWORD)[:-30])
    with pytest.raises(staff.NotLookedAt):
        staff.sign_in(house, "tina", PASSWORD)


def test_a_new_password_ends_the_lock_of_its_own_account(house: Centre) -> None:
    for name in ("tina", "nobody"):
        for _ in range(FREE_FAILURES + 1):
            staff.sign_in(house, name, "wrong")
    staff.set_password(house, "tina", "οκτώ μεγάλα σύννεφα", who="test")
    assert isinstance(staff.sign_in(house, "tina", "οκτώ μεγάλα σύννεφα"), SignedIn)
    assert isinstance(staff.sign_in(house, "nobody", "wrong"), Locked)


def test_on_postgres_too(postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With text that it has no place for, and a session that is written once for each who comes in."""
    engine = sa.create_engine(postgres.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text("CREATE DATABASE names"))
    engine.dispose()
    bare_centre.build(tmp_path / "centre", postgres.format(name="names"))
    with bare_centre.opened(tmp_path / "centre") as centre:
        employ(centre, monkeypatch)
        monkeypatch.setattr(staff, "MOST_NAMES", 5)
        for name in ("tina", "nobody", "a\0b", "'; --"):
            told = [type(staff.sign_in(centre, name, "wrong")).__name__ for _ in range(FREE_FAILURES + 2)]
            assert told == ["WrongPassword"] * (FREE_FAILURES + 1) + ["Locked"], name
        for number in range(9):
            assert staff.sign_in(centre, f"nobody-{number}", PASSWORD) == WrongPassword()
        assert isinstance(staff.sign_in(centre, "maria", PASSWORD), SignedIn)
