"""The console's first page: what needs somebody today."""

from __future__ import annotations

from starlette.responses import Response

from central.office.booths import overview
from central.staff.desk import PREFIX, Desk, Visit


def _(message: str) -> str:
    return message


def add(desk: Desk) -> None:
    @desk.page("", link=("layout-dashboard", _("Overview")))
    def start(visit: Visit) -> Response:
        # No link to a page that would answer with a 403.
        sees = any(link.path == f"{PREFIX}/booths" for link in visit.links)
        parts = desk.parts_at_start(visit)
        return visit.draw("start.html", summary=overview.summary(visit.centre), sees_booths=sees, parts=parts)
