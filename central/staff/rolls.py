"""Imports from the municipal register: checked by one officer, applied by another. Never a name, or what a row held."""

from __future__ import annotations

import json
from datetime import date, timedelta

from starlette.responses import Response

from central.services import registry, roll
from central.services.roll_file import FILE_SENTENCES, FileRefused
from central.staff.desk import Desk, Visit
from municipality.roll_rows import SENTENCES, Fault
from municipality.staff import Role

LARGEST_UPLOAD = 64 * 1024 * 1024
_SHOWN = 200
_ROLE = Role.REGISTRAR


def _(message: str) -> str:
    return message


def add(desk: Desk) -> None:
    @desk.page("/roll", _ROLE, link=("file-import", _("The roll")))
    def imports(visit: Visit) -> Response:
        listed = [(one, json.loads(one.counts)) for one in roll.imports(visit.centre)]
        return visit.draw("roll.html", imports=listed, registrar=visit.may(_ROLE), today=visit.centre.clock().date())

    @desk.page("/roll/{upload}", _ROLE)
    def one(visit: Visit) -> Response:
        return _one(visit)

    @desk.act("/roll", _ROLE, upload=LARGEST_UPLOAD)
    def check(visit: Visit) -> Response:
        return _check(visit)

    @desk.act("/roll/{upload}/apply", _ROLE)
    def apply(visit: Visit) -> Response:
        done = roll.apply(visit.centre, visit.path["upload"], who=visit.officer.account, role=_ROLE)
        if isinstance(done, roll.NotNow):
            return visit.refuse(done.why.value)
        if done.blocked and not visit.centre.shifted:
            registry.publish_revocations(visit.centre)
        return visit.back(f"/roll/{visit.path['upload']}", "applied")

    @desk.act("/roll/{upload}/discard", _ROLE)
    def discard(visit: Visit) -> Response:
        refused = roll.discard(visit.centre, visit.path["upload"], who=visit.officer.account, role=_ROLE)
        if refused is not None:
            return visit.refuse(refused.why.value)
        return visit.back(f"/roll/{visit.path['upload']}", "discarded")


def _one(visit: Visit) -> Response:
    found = next((one for one in roll.imports(visit.centre) if one.upload == visit.path["upload"]), None)
    if found is None:
        return visit.refuse(roll.Why.UNKNOWN.value, 404)
    changes = roll.shown(visit.centre, found.upload)
    return visit.draw(
        "import.html", one=found, counts=json.loads(found.counts), changes=changes[:_SHOWN], more=len(changes) - _SHOWN,
        mine=found.made_by == visit.officer.account, registrar=visit.may(_ROLE),
    )  # fmt: skip


def _check(visit: Visit) -> Response:
    raw = visit.files.get("file", b"")
    try:
        as_of = date.fromisoformat(visit.form.get("as_of", ""))
    except ValueError:
        return visit.refuse("bad-input", 400)
    if as_of > visit.centre.clock().date() + timedelta(days=1):  # tomorrow: midnight comes earlier in Athens
        return visit.refuse("bad-input", 400)
    if not raw:
        return visit.refuse("no-file", 400)
    who = visit.officer.account
    encoding = "windows-1253" if visit.form.get("encoding") == "windows-1253" else "utf-8"
    whole = visit.form.get("whole") == "yes"
    seen = roll.preview(visit.centre, raw, as_of=as_of, whole=whole, who=who, role=_ROLE, encoding=encoding)
    match seen:
        case FileRefused():
            return visit.draw("bad_file.html", 400, sentence=_sentence(FILE_SENTENCES[seen.fault], visit.language))
        case roll.BadRows() if visit.form.get("answer") == "file":
            headers = {"Content-Disposition": 'attachment; filename="bad-rows.csv"', "Cache-Control": "no-store"}
            return Response(roll.faults_file(seen), 200, headers, media_type="text/csv; charset=utf-8")
        case roll.BadRows():
            faults = [(one, _said(one.fault, visit.language)) for one in seen.faults[:_SHOWN]]
            return visit.draw("bad_rows.html", 400, bad=seen, faults=faults, more=len(seen.faults) - _SHOWN)
        case roll.Previewed(upload):
            return visit.back(f"/roll/{upload}", "previewed")


def _said(fault: Fault, language: str) -> str:
    return _sentence(SENTENCES[fault], language)


def _sentence(both: tuple[str, str], language: str) -> str:
    return both[0] if language == "el" else both[1]
