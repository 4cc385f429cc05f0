"""What one officer has proposed and another one decides. Never a rule: a service knows the acts and their roles."""

from __future__ import annotations

from starlette.responses import Response

from central.kernel.outcome import Refused
from central.office.accounts import officers
from central.office.booths import overview
from central.staff.desk import EVERYBODY, PREFIX, Desk, Visit
from municipality.staff import Role


def _(message: str) -> str:
    return message


def add(desk: Desk) -> None:
    desk.calls(lambda visit: {booth.booth: booth.name(visit.language) for booth in overview.booths(visit.centre)})

    @desk.page("/decisions", link=("users", _("For two persons")))
    def decisions(visit: Visit) -> Response:
        acts = visit.centre.matters.two_persons
        waiting = [(one, acts[one.what].role) for one in officers.open_proposals(visit.centre)]
        return visit.draw("decisions.html", waiting=waiting, names=desk.names(visit))

    @desk.act("/decisions/{proposal}/confirm", *(EVERYBODY - {Role.AUDITOR}))
    def confirm(visit: Visit) -> Response:
        outcome = officers.confirm(visit.centre, visit.officer, visit.path["proposal"])
        # Not "not now" but "not you": as with a role that one has not.
        if outcome == Refused("another-person"):
            return visit.refuse("another-person", 403)
        return visit.after(outcome, "confirmed", f"{PREFIX}/decisions")

    @desk.act("/decisions/{proposal}/withdraw", *(EVERYBODY - {Role.AUDITOR}))
    def withdraw(visit: Visit) -> Response:
        outcome = officers.withdraw(visit.centre, visit.officer, visit.path["proposal"])
        return visit.after(outcome, "withdrawn", f"{PREFIX}/decisions")
