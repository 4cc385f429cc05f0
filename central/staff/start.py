"""The console's first page: what needs somebody today."""

from __future__ import annotations

from starlette.responses import Response

from central.matters.votes import service as elections
from central.services import overview
from central.staff.desk import PREFIX, Desk, Visit


def _(message: str) -> str:
    return message


def add(desk: Desk) -> None:
    @desk.page("", link=("layout-dashboard", _("Overview")))
    def start(visit: Visit) -> Response:
        sees = any(link.path == f"{PREFIX}/booths" for link in visit.links)
        votes = [one for one in elections.all_standings(visit.centre) if one.state != "published"]
        return visit.draw("start.html", summary=overview.summary(visit.centre), sees_booths=sees, votes=votes)
