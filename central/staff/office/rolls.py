"""Imports from the municipal register: checked by one officer, applied by another. Never a name, or what a row held."""

from __future__ import annotations

import json
from datetime import date, timedelta
from urllib.parse import urlencode

from starlette.responses import Response

from central.office.roll import applying, registry
from central.office.roll import records as roll_records
from central.office.roll.file import FileRefused
from central.staff.desk import Desk, Visit
from municipality.roll.record import FROM_A_FILE
from municipality.roll.rows import SENTENCES, Column, Fault, row_numbers
from municipality.staff import Role

LARGEST_UPLOAD = 64 * 1024 * 1024
_SHOWN = 200  # rows of a page; more are turned over, or taken as a file
# By which changes are told apart: who somebody is, and that they left, is no field of theirs.
_FIELDS = tuple(one for one in Column if one not in (Column.PERSON, Column.STATUS))
_ROLE = Role.REGISTRAR
_MOST_OF_A_DAY = 1000


def _(message: str) -> str:
    return message


def add(desk: Desk) -> None:
    @desk.page("/roll", _ROLE, link=("file-import", _("The roll")))
    def imports(visit: Visit) -> Response:
        listed = [(one, json.loads(one.counts)) for one in applying.imports(visit.centre)]
        return visit.draw(
            "roll/roll.html", imports=listed, registrar=visit.may(_ROLE), today=visit.centre.clock().date()
        )

    @desk.page("/roll/{upload}", _ROLE)
    def one(visit: Visit) -> Response:
        return _one(visit)

    @desk.act("/roll", _ROLE, upload=LARGEST_UPLOAD)
    def check(visit: Visit) -> Response:
        return _check(visit)

    @desk.page("/roll/{upload}/rows", _ROLE)
    def rows(visit: Visit) -> Response:
        return _set_aside(visit)

    @desk.act("/roll/{upload}/confirm", _ROLE)
    def confirm(visit: Visit) -> Response:
        upload, typed = visit.path["upload"], visit.form.get("typed", "")
        refused = applying.confirm(visit.centre, upload, typed, who=visit.officer.account, role=_ROLE)
        if refused is not None:
            return visit.refuse(refused.why.value)
        return visit.back(f"/roll/{upload}", "roll-confirmed")

    @desk.act("/roll/{upload}/apply", _ROLE)
    def apply(visit: Visit) -> Response:
        typed, who = visit.form.get("typed", ""), visit.officer.account
        done = applying.apply(visit.centre, visit.path["upload"], who=who, role=_ROLE, typed=typed)
        if isinstance(done, applying.NotNow):
            return visit.refuse(done.why.value)
        # A card of somebody who has left must not wait for tonight to stop working.
        if done.blocked and not visit.centre.shifted:
            registry.publish_soon(visit.centre)
        return visit.back(f"/roll/{visit.path['upload']}", "applied")

    @desk.act("/roll/{upload}/discard", _ROLE)
    def discard(visit: Visit) -> Response:
        refused = applying.discard(visit.centre, visit.path["upload"], who=visit.officer.account, role=_ROLE)
        if refused is not None:
            return visit.refuse(refused.why.value)
        return visit.back(f"/roll/{visit.path['upload']}", "discarded")


def _one(visit: Visit) -> Response:
    found = applying.find(visit.centre, visit.path["upload"])
    if found is None:
        return visit.refuse(applying.Why.UNKNOWN.value, 404)
    what, field, after = (visit.query.get(name, "") for name in ("what", "field", "after"))
    page = applying.page(visit.centre, found.upload, _wanted(what, field), after, _SHOWN)
    filters = {"what": what, "field": field}
    more = urlencode(filters | {"after": page.after}) if page.after else ""
    return visit.draw(
        "roll/import.html", one=found, counts=json.loads(found.counts), told=json.loads(found.told), page=page,
        heavy=applying.heavy_of(visit.centre, found) if found.state == "previewed" else {},
        first=urlencode(filters) if after else "", more=more,
        what=what, field=field, kinds=FROM_A_FILE, fields=_FIELDS,
        mine=found.made_by == visit.officer.account, registrar=visit.may(_ROLE),
    )  # fmt: skip


def _wanted(what: str, field: str) -> applying.Wanted:
    """As the filters of the page say it: a kind of change, or those who stand under another number."""
    return applying.Wanted(field=field, renumbered=True) if what == "renumbered" else applying.Wanted(what, field)


def _set_aside(visit: Visit) -> Response:
    """Rows at fault that an import leaves as they are on the roll, a page at a time."""
    found = applying.find(visit.centre, visit.path["upload"])
    if found is None:
        return visit.refuse(applying.Why.UNKNOWN.value, 404)
    faults = roll_records.faults_of(found)
    after = visit.query.get("after", "")
    start = min(int(after), len(faults)) if after.isascii() and after.isdigit() and len(after) < 9 else 0
    some = [(one, _said(one.fault, visit.language)) for one in faults[start : start + _SHOWN]]
    end = start + len(some)
    return visit.draw("roll/set_aside.html", one=found, faults=some, of=len(faults), start=start, end=end)


def _check(visit: Visit) -> Response:
    raw = visit.files.get("file", b"")
    try:
        as_of = date.fromisoformat(visit.form.get("as_of", ""))
        latin = row_numbers(visit.form.get("latin", ""))
        (number,) = row_numbers(visit.form.get("number", "1"))
    except ValueError:
        return visit.refuse("bad-input", 400)
    # Tomorrow: midnight comes earlier in Athens.
    if as_of > visit.centre.clock().date() + timedelta(days=1) or not 1 <= number <= _MOST_OF_A_DAY:
        return visit.refuse("bad-input", 400)
    if not raw:
        return visit.refuse("no-file", 400)
    who = visit.officer.account
    encoding = "windows-1253" if visit.form.get("encoding") == "windows-1253" else "utf-8"
    whole = visit.form.get("whole") == "yes"
    seen = applying.preview(
        visit.centre, raw, as_of=as_of, whole=whole, who=who, role=_ROLE, encoding=encoding, number=number, latin=latin
    )
    if isinstance(seen, FileRefused):
        return visit.draw("roll/bad_file.html", 400, sentence=_sentence(seen.sentences(), visit.language))
    # A register is mended by its own program, which takes a file and not a page.
    if seen.faults and visit.form.get("answer") == "file":
        headers = {"Content-Disposition": 'attachment; filename="bad-rows.csv"', "Cache-Control": "no-store"}
        return Response(applying.faults_file(seen), 200, headers, media_type="text/csv; charset=utf-8")
    match seen:
        case applying.BadRows():
            faults = [(one, _said(one.fault, visit.language)) for one in seen.faults[:_SHOWN]]
            return visit.draw("roll/bad_rows.html", 400, bad=seen, faults=faults, more=len(seen.faults) - _SHOWN)
        case applying.Previewed(upload):
            return visit.back(f"/roll/{upload}", "previewed")


def _said(fault: Fault, language: str) -> str:
    return _sentence(SENTENCES[fault], language)


def _sentence(both: tuple[str, str], language: str) -> str:
    return both[0] if language == "el" else both[1]
