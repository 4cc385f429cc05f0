"""Cards by their number: where they stand, and blocking one. Never whose they are."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.responses import Response

from assets import typed
from central.office.accounts import officers
from central.office.booths import overview
from central.office.cards import keys as card_keys
from central.staff.desk import PREFIX, Desk, Visit
from municipality.staff import Role


def _(message: str) -> str:
    return message


def add(desk: Desk) -> None:
    @desk.page("/cards", Role.REGISTRAR, link=("id", _("Cards")))
    def cards(visit: Visit) -> Response:
        search = typed.capitals(typed.as_it_stands(visit.query.get("search", "")[:80]))[:40]
        found = overview.cards(visit.centre, search, visit.query.get("after", ""))
        more = "" if found.next is None else urlencode({"search": search, "after": found.next})
        warnings = card_keys.waiting(visit.centre)
        registrar = visit.may(Role.REGISTRAR)
        return visit.draw("cards.html", page=found, search=search, more=more, warnings=warnings, registrar=registrar)

    @desk.page("/cards/{card}", Role.REGISTRAR)
    def card(visit: Visit) -> Response:
        found = overview.card(visit.centre, visit.path["card"])
        if found is None:
            return visit.refuse("no-such-card", 404)
        return visit.draw("card.html", card=found, registrar=visit.may(Role.REGISTRAR))

    @desk.act("/cards/{card}/block", Role.REGISTRAR)
    def block(visit: Visit) -> Response:
        number = visit.path["card"]
        outcome = officers.block_card(visit.centre, visit.officer, number)
        return visit.after(outcome, "blocked", f"{PREFIX}/cards")

    @desk.act("/cards/{card}/seen/{alarm}", Role.REGISTRAR)
    def seen(visit: Visit) -> Response:
        # Somebody else may have looked at it since the page was drawn: then it is no act of this officer.
        if not card_keys.see(visit.centre, visit.path["alarm"], who=visit.officer.account):
            return visit.refuse("not-open-any-more")
        return visit.back("/cards", "seen")
