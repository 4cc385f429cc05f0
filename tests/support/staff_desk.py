"""Officers at their desks: accounts for every role, and a browser without scripts that carries cookies and forms."""

from __future__ import annotations

import asyncio
import csv
import io
import re
from functools import cache
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher

from central.app import create_app
from central.kernel.centre import Centre
from central.office.accounts import staff
from central.office.roll.records import as_record
from central.store.office import roll as roll_rows
from central.store.office import staff as rows
from municipality.roll.rows import Column
from municipality.staff import Role

PASSWORD = "πέντε μικρά καράβια"
ROLES = {
    "maria": Role.REGISTRAR,
    "nikos": Role.REGISTRAR,
    "tina": Role.TECHNICIAN,
    "kostas": Role.CONSULTATION_OFFICER,
    "eleni": Role.CONSULTATION_OFFICER,
    "anna": Role.AUDITOR,
}


CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)  # a test signs in some hundred times


@cache
def _hash() -> str:
    return CHEAP.hash(PASSWORD)


def employ(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    """One or two people of each role, all with one password, which costs little to look at."""
    monkeypatch.setattr(staff, "_hasher", lambda: CHEAP)
    staff._nobodys_hash.cache_clear()
    with centre.store.writing() as tx:
        for name, role in ROLES.items():
            rows.add(tx, rows.Account(name, _hash(), "", f'["{role}"]', "el", "active", centre.clock()))


_apps: dict[object, tuple[Centre, Any]] = {}


def _app(home: object, centre: Centre) -> Any:
    """The application of the centre that a test holds now: making one costs more than asking it."""
    known = _apps.get(home)
    if known is None or known[0] is not centre:
        _apps.clear()
        _apps[home] = known = (centre, create_app(centre))
    return known[1]


class Web:
    """Asks the application itself, without a line between; keeps cookies and follows no redirect."""

    def __init__(self, centre: Centre, base: str) -> None:
        self._app, self._base = _app(centre.settings.home, centre), base
        self.cookies = httpx.Cookies()

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(app=self._app)
            async with httpx.AsyncClient(transport=transport, base_url=self._base, cookies=self.cookies) as client:
                answer = await client.request(method, path, **more)
                self.cookies = client.cookies
                return answer

        return asyncio.run(ask())


class Desk:
    """A browser of one person's own; follows no redirect by itself."""

    def __init__(self, centre: Centre, base: str = "http://testserver") -> None:
        self.web = Web(centre, base)

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.web.request("GET", f"/staff{path}", **more)

    def post(
        self, path: str, form: dict[str, str] | None = None, *, csrf: str | None = None, **more: Any
    ) -> httpx.Response:
        """With the token of our own forms, unless another is given."""
        token = self.token() if csrf is None else csrf
        return self.web.request("POST", f"/staff{path}", data={"csrf": token, **(form or {})}, **more)

    def token(self) -> str:
        """The token that our pages put in their forms for this session."""
        found = re.search(r'name="csrf" value="([0-9a-f]{64})"', self.get("/account").text)
        return found.group(1) if found else ""

    def sign_in(self, account: str, password: str = PASSWORD, **form: str) -> httpx.Response:
        page = self.get("/sign-in").text
        found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
        assert found is not None
        return self.post("/sign-in", {"account": account, "password": password, **form}, csrf=found.group(1))


def at_desk(centre: Centre, account: str) -> Desk:
    """Somebody who has signed in."""
    desk = Desk(centre)
    answer = desk.sign_in(account)
    assert answer.status_code == 303, answer.text
    return desk


def roll_file(centre: Centre, **changes: str) -> bytes:
    """The roll as it stands, as the register's file, with one person changed."""
    with centre.store.reading() as tx:
        records = [as_record(one).values() for one in roll_rows.everybody(tx)]
    words = {True: "yes", False: "no"}
    rows = [{key: words.get(v, v) if isinstance(v, bool) else v for key, v in one.items()} for one in records]
    rows[0] |= changes
    out = io.StringIO()
    writer = csv.DictWriter(out, [column.value for column in Column], delimiter=";", restval="")
    writer.writeheader()
    writer.writerows(rows[:1])
    return out.getvalue().encode()
