"""What came in from the booths, and what was set aside. Never a body, and never a ballot's minute."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlencode

from starlette.responses import Response

from central.kernel import proofs
from central.office import letters as service
from central.office.booths import overview
from central.office.booths.overview import Wanted
from central.staff.desk import PREFIX, Desk, Visit
from municipality.staff import Role


def _(message: str) -> str:
    return message


OUTCOMES = ("accepted", "rejected")


def add(desk: Desk) -> None:
    @desk.page("/intake", Role.TECHNICIAN, link=("inbox", _("What came in")))
    def intake(visit: Visit) -> Response:
        chosen = {name: visit.query.get(name, "") for name in ("booth", "kind", "outcome")}
        found = overview.arrivals(visit.centre, Wanted(**chosen, before=_before(visit.query.get("before", ""))))
        older = ""
        if found.next is not None:
            at, envelope = found.next
            older = urlencode({**chosen, "before": f"{at.isoformat()} {envelope}"})
        booths = overview.booths(visit.centre)
        return visit.draw(
            "intake.html", page=found, chosen=chosen, older=older, booths=booths, outcomes=OUTCOMES,
            # Of the register and not of the page: what is not there today may be asked for, too.
            kinds=[act.kind for matter in desk.matters for act in matter.acts],
        )  # fmt: skip

    @desk.page("/letters", Role.TECHNICIAN, Role.REGISTRAR, link=("mail-exclamation", _("Set aside")))
    def letters(visit: Visit) -> Response:
        envelope = visit.query.get("envelope", "")
        found = overview.letters(visit.centre, _place(visit.query.get("before", "")), envelope)
        refused = [one.arrival.envelope for one in found.letters if one.arrival.reason == proofs.REVOKED]
        cards = {one: service.card_of(visit.centre, one) for one in refused if visit.may(Role.REGISTRAR)}
        older = ""
        if found.next is not None:
            at, *rest = found.next
            older = urlencode({"before": " ".join([at.isoformat(), *rest])})
        return visit.draw(
            "letters.html", page=found, older=older, one=bool(envelope), technician=visit.may(Role.TECHNICIAN),
            cards=cards,
        )  # fmt: skip

    @desk.act("/letters/{envelope}/take", Role.REGISTRAR)
    def take(visit: Visit) -> Response:
        outcome = service.take(visit.centre, visit.officer, visit.path["envelope"])
        return visit.after(outcome, "taken-in", f"{PREFIX}/letters")

    @desk.act("/letters/{envelope}/remark", Role.TECHNICIAN)
    def remark(visit: Visit) -> Response:
        outcome = service.remark(visit.centre, visit.officer, visit.path["envelope"], visit.form.get("words", ""))
        return visit.after(outcome, "remark", f"{PREFIX}/letters")

    @desk.act("/letters/{envelope}/retry", Role.TECHNICIAN)
    def retry(visit: Visit) -> Response:
        outcome = service.retry(visit.centre, visit.officer, visit.path["envelope"])
        return visit.after(outcome, "taken-in", f"{PREFIX}/letters")


def _place(text: str) -> tuple[datetime, str, str] | None:
    before = _before(text)
    if before is None:
        return None
    envelope, _space, reason = before[1].partition(" ")
    return before[0], envelope, reason


def _before(text: str) -> tuple[datetime, str] | None:
    # From the address line, so it may be anything: what is no moment is taken for the newest page.
    at, _space, envelope = text.partition(" ")
    try:
        instant = datetime.fromisoformat(at)
        return (instant.astimezone(UTC), envelope) if instant.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
