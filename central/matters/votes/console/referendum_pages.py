"""A binding referendum in the console: what is told of it, and the word of a second person. Nobody votes in it here."""

from __future__ import annotations

from starlette.responses import Response

from central.kernel.outcome import Refused
from central.matters.votes.drafts import referendum_book as book
from central.matters.votes.drafts.referendum_typed import faults, message_of, saying
from central.matters.votes.drafts.typed import Fields
from central.matters.votes.store.referendums import Kept
from central.office.accounts import officers
from central.staff.desk import PREFIX, Desk, Visit, go
from municipality.matters.votes.referendum import LABEL, SAID, Referendum
from municipality.staff import Role

OFFICER = Role.CONSULTATION_OFFICER
REFERENDUMS = "/votes/referendums"
_LARGEST = 1024 * 1024  # bytes of a form: a Greek letter takes six of them


def add(desk: Desk) -> None:
    @desk.act(REFERENDUMS, OFFICER)
    def begin(visit: Visit) -> Response:
        return go(f"{PREFIX}{REFERENDUMS}/{book.begin(visit.centre, visit.officer)}")

    @desk.page(f"{REFERENDUMS}/{{referendum}}", OFFICER)
    def one(visit: Visit) -> Response:
        kept = book.find(visit.centre, visit.path["referendum"])
        return visit.refuse("no-such-referendum", 404) if kept is None else _draw(visit, kept, book.typed_of(kept))

    @desk.act(f"{REFERENDUMS}/{{referendum}}/save", OFFICER, upload=_LARGEST)
    def save(visit: Visit) -> Response:
        return _save(visit)

    @desk.act(f"{REFERENDUMS}/{{referendum}}/propose", OFFICER)
    def propose(visit: Visit) -> Response:
        return _propose(visit)

    @desk.act(f"{REFERENDUMS}/{{referendum}}/recall", OFFICER)
    def recall(visit: Visit) -> Response:
        kept = book.find(visit.centre, visit.path["referendum"])
        if kept is None or kept.state != "published":
            return visit.refuse("draft-decided")
        outcome = officers.propose(visit.centre, visit.officer, book.RECALL, book.about(kept))
        return visit.after(outcome, "proposed", _page(kept.referendum))

    @desk.act(f"{REFERENDUMS}/{{referendum}}/discard", OFFICER)
    def discard(visit: Visit) -> Response:
        outcome = book.discard(visit.centre, visit.officer, visit.path["referendum"])
        return visit.after(outcome, "draft-discarded", f"{PREFIX}/votes")


def listed(visit: Visit) -> list[tuple[Kept, str, str]]:
    """Each with its state, as a page says it, and its title."""
    return [
        (one, state_of(visit, one), book.title_of(book.typed_of(one), visit.language))
        for one in book.under_way(visit.centre)
    ]


def names(visit: Visit) -> dict[str, str]:
    """By what is proposed of them."""
    return {book.about(one): title for one, _state, title in listed(visit)}


def state_of(visit: Visit, kept: Kept) -> str:
    with visit.centre.store.reading() as tx:
        return "proposed" if book.proposal_of(tx, kept.referendum) is not None else kept.state


def _page(referendum: str) -> str:
    return f"{PREFIX}{REFERENDUMS}/{referendum}"


def _draw(visit: Visit, kept: Kept, fields: Fields, refused: str = "") -> Response:
    """What is wrong is said once somebody has tried."""
    now = visit.centre.clock()
    wrong = faults(fields, now) if kept.state == "draft" else []
    whole = message_of(fields, kept.referendum, now) if kept.state == "draft" and not wrong else None
    with visit.centre.store.reading() as tx:
        proposal = book.proposal_of(tx, kept.referendum)
    return visit.draw(
        "votes/referendum.html", 409 if refused else 200, kept=kept, fields=fields, faults=wrong, refused=refused,
        title=book.title_of(fields, visit.language), state=state_of(visit, kept), proposal=proposal,
        tried=bool(visit.query.get("done") or refused), seen=book.digest(kept), label=LABEL, sentences=SAID,
        message=Referendum.read(kept.message) if kept.message else whole, officer_here=visit.may(OFFICER),
    )  # fmt: skip


def _save(visit: Visit) -> Response:
    kept = book.find(visit.centre, visit.path["referendum"])
    if kept is None:
        return visit.refuse("no-such-referendum", 404)
    outcome = book.save(visit.centre, visit.officer, kept.referendum, visit.form)
    if isinstance(outcome, Refused):
        # On the page itself, so that nothing that was typed is lost.
        return _draw(visit, kept, saying(visit.form), outcome.reason)
    return visit.back(f"{REFERENDUMS}/{kept.referendum}", "draft-saved")


def _propose(visit: Visit) -> Response:
    kept = book.find(visit.centre, visit.path["referendum"])
    if kept is None or kept.state != "draft":
        return visit.refuse("draft-decided")
    if visit.form.get("seen") != book.digest(kept):
        return visit.refuse("draft-changed")
    if faults(book.typed_of(kept), visit.centre.clock()):
        return visit.refuse("draft-faults")
    outcome = officers.propose(visit.centre, visit.officer, book.PUBLISH, book.about(kept))
    return visit.after(outcome, "proposed", _page(kept.referendum))
