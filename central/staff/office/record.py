"""The record of what the staff did, and whether it is whole. Nobody changes it, and only auditors read it."""

from __future__ import annotations

from starlette.responses import Response

from central.office.booths import overview
from central.staff.desk import Desk, Visit
from municipality.staff import Role


def _(message: str) -> str:
    return message


def add(desk: Desk) -> None:
    @desk.page("/record", Role.AUDITOR, link=("history", _("Record of acts")))
    def record(visit: Visit) -> Response:
        found = overview.acts(visit.centre, visit.query.get("before", "")[:12])
        older = found[overview.PAGE - 1].entry if len(found) > overview.PAGE else ""
        # Only when it is asked for: the whole chain is read, and it grows for ever.
        checked = "check" in visit.query
        broken = overview.record_broken_at(visit.centre) if checked else None
        return visit.draw("record.html", acts=found[: overview.PAGE], older=older, checked=checked, broken=broken)

    @desk.page("/staff", Role.AUDITOR, link=("user-circle", _("Accounts")))
    def accounts(visit: Visit) -> Response:
        return visit.draw("accounts.html", accounts=overview.accounts(visit.centre))
