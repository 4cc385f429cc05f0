"""A vote being written: its parts, what is missing in each, how it will look, and the word of a second person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC

from starlette.responses import Response

from central.kernel.outcome import Refused
from central.matters.votes.drafts import book, making, pictures
from central.matters.votes.drafts.typed import KINDS, Typed, faults, moments, pictured, question_of, section_of
from central.matters.votes.life import drawing_up
from central.matters.votes.life.elections import town_officials
from central.matters.votes.store.drafts import Kept
from central.office.accounts import officers
from central.staff.desk import PREFIX, Desk, Visit, go
from central.store.office.staff import Proposal
from municipality.residents import Capacity
from municipality.staff import Role

OFFICER = Role.CONSULTATION_OFFICER
DRAFTS = "/votes/drafts"
_LARGEST_PART = 1024 * 1024  # bytes of a form: a Greek letter takes six of them


def add(desk: Desk) -> None:
    @desk.act(DRAFTS, OFFICER)
    def begin(visit: Visit) -> Response:
        draft = book.begin(visit.centre, visit.officer)
        return go(f"{PREFIX}{DRAFTS}/{draft}/words")

    @desk.page(f"{DRAFTS}/{{draft}}", OFFICER)
    def draft(visit: Visit) -> Response:
        kept = book.find(visit.centre, visit.path["draft"])
        return visit.refuse("no-such-vote", 404) if kept is None else _draft(visit, kept)

    @desk.page(f"{DRAFTS}/{{draft}}/preview", OFFICER)
    def preview(visit: Visit) -> Response:
        kept = book.find(visit.centre, visit.path["draft"])
        return visit.refuse("no-such-vote", 404) if kept is None else _preview(visit, kept)

    @desk.page(f"{DRAFTS}/{{draft}}/{{part}}", OFFICER)
    def part(visit: Visit) -> Response:
        kept = book.find(visit.centre, visit.path["draft"])
        if kept is None or visit.path["part"] not in Typed.read(kept.plan).parts():
            return visit.refuse("no-such-vote", 404)
        return draw_part(visit, kept, Typed.read(kept.plan))

    _add_changes(desk)
    _add_decisions(desk)


def _add_changes(desk: Desk) -> None:
    @desk.act(f"{DRAFTS}/{{draft}}/add", OFFICER)
    def more(visit: Visit) -> Response:
        return _more(visit, visit.form.get("what", ""))

    @desk.act(f"{DRAFTS}/{{draft}}/{{part}}/remove", OFFICER)
    def remove(visit: Visit) -> Response:
        kept, name = book.find(visit.centre, visit.path["draft"]), visit.path["part"]
        if kept is None or name not in Typed.read(kept.plan).parts()[2:]:
            return visit.refuse("no-such-vote", 404)
        outcome = book.save(visit.centre, visit.officer, kept.draft, lambda typed: typed.without(name))
        return visit.after(outcome, "draft-removed", _page(kept))

    @desk.act(f"{DRAFTS}/{{draft}}/{{part}}/earlier", OFFICER)
    def earlier(visit: Visit) -> Response:
        kept, name = book.find(visit.centre, visit.path["draft"]), visit.path["part"]
        if kept is None or name not in Typed.read(kept.plan).parts()[2:]:
            return visit.refuse("no-such-vote", 404)
        outcome = book.save(visit.centre, visit.officer, kept.draft, lambda typed: typed.earlier(name))
        return visit.after(outcome, "draft-saved", _page(kept))

    @desk.act(f"{DRAFTS}/{{draft}}/{{part}}/save", OFFICER, upload=_LARGEST_PART)
    def save(visit: Visit) -> Response:
        return _save(visit)


def _add_decisions(desk: Desk) -> None:
    @desk.act(f"{DRAFTS}/{{draft}}/propose", OFFICER)
    def propose(visit: Visit) -> Response:
        return _propose(visit)

    @desk.act(f"{DRAFTS}/{{draft}}/discard", OFFICER)
    def discard(visit: Visit) -> Response:
        outcome = book.discard(visit.centre, visit.officer, visit.path["draft"])
        return visit.after(outcome, "draft-discarded", f"{PREFIX}/votes")


def _page(kept: Kept) -> str:
    return f"{PREFIX}{DRAFTS}/{kept.draft}"


def state_of(visit: Visit, kept: Kept) -> str:
    """As the console calls it: a draft that waits for a second person is called so."""
    return "proposed" if kept.state == "draft" and _waiting(visit, kept) else kept.state


def _waiting(visit: Visit, kept: Kept) -> Proposal | None:
    with visit.centre.store.reading() as tx:
        return book.proposal_of(tx, kept.draft)


def _draft(visit: Visit, kept: Kept) -> Response:
    typed, centre = Typed.read(kept.plan), visit.centre
    being_written = kept.state == "draft"
    found = book.faults_of(centre, typed) if being_written else []
    parts = [(one, _called(typed, one, visit.language), sum(f.part == one for f in found)) for one in typed.parts()]
    return visit.draw(
        "votes/draft.html", kept=kept, typed=typed, state=state_of(visit, kept), faults=found, parts=parts,
        officials=town_officials(centre), proposal=_waiting(visit, kept), moments=moments(typed),
        signed=making.signatures_of(centre, kept) if kept.state == "signing" else None,
        made=making.draft_of(kept) if kept.state == "approved" else None,
        rehearsal=centre.settings.rehearsal is not None, officer_here=visit.may(OFFICER),
    )  # fmt: skip


def _called(typed: Typed, part: str, language: str) -> str:
    """What it is about, in its officer's own words; "" while nothing stands there."""
    name = {"words": "title", "question": "text", "section": "heading"}.get(part.partition("-")[0], "")
    fields = typed.of(part)
    return fields.get(f"{name}_{language}", "") or fields.get(f"{name}_el", "")


@dataclass(frozen=True)
class Tried:
    """A picture that was not taken: what was said of it, and why not. `what`: the part that is at fault."""

    of: str = ""
    el: str = ""
    en: str = ""
    code: str = ""
    what: str = ""


NOTHING_TRIED = Tried()


def draw_part(visit: Visit, kept: Kept, typed: Typed, refused: str = "", picture: Tried = NOTHING_TRIED) -> Response:
    """The form of one part. What is wrong is said once somebody has tried."""
    part = visit.path["part"]
    tried = bool(visit.query.get("done") or visit.query.get("look") or refused)
    electors = drawing_up.electors(visit.centre) if part == "rules" else {}
    found = book.faults_of(visit.centre, typed, part) if tried else []
    fields = typed.of(part)
    return visit.draw(
        "votes/part.html", 409 if refused or picture.code else 200, kept=kept, picture=picture,
        pictures=pictures.of(fields), pictured=pictured(fields) if part.startswith("question") else (),
        part=part, kind=part.partition("-")[0],
        place=part.partition("-")[2], fields=fields, faults=found, refused=refused, kinds=KINDS,
        capacities=list(Capacity), electors=electors, moments=moments(typed), utc=UTC,
        officer_here=visit.may(OFFICER) and kept.state == "draft",
    )  # fmt: skip


def _save(visit: Visit) -> Response:
    kept, part = book.find(visit.centre, visit.path["draft"]), visit.path["part"]
    if kept is None or part not in Typed.read(kept.plan).parts():
        return visit.refuse("no-such-vote", 404)
    outcome = book.save(visit.centre, visit.officer, kept.draft, lambda typed: typed.saying(part, visit.form))
    typed = Typed.read(kept.plan).saying(part, visit.form)
    if isinstance(outcome, Refused):
        # On the page itself, so that nothing that was typed is lost.
        return draw_part(visit, kept, typed, outcome.reason)
    wrong = book.faults_of(visit.centre, typed, part)
    return visit.back(f"{DRAFTS}/{kept.draft}/{part}" if wrong else f"{DRAFTS}/{kept.draft}", "draft-saved")


def _more(visit: Visit, what: str) -> Response:
    kept = book.find(visit.centre, visit.path["draft"])
    if kept is None or what not in ("question", "section"):
        return visit.refuse("no-such-vote", 404)
    if Typed.read(kept.plan).adding(what) is None:
        return visit.refuse("draft-full")
    added: list[str] = []

    def change(typed: Typed) -> Typed:
        longer = typed.adding(what) or (typed, typed.parts()[-1])
        added[:] = [longer[1]]
        return longer[0]

    outcome = book.save(visit.centre, visit.officer, kept.draft, change)
    if isinstance(outcome, Refused):
        return visit.refuse(outcome.reason)
    return go(f"{_page(kept)}/{added[0]}")


def _propose(visit: Visit) -> Response:
    kept = book.find(visit.centre, visit.path["draft"])
    if kept is None or kept.state != "draft":
        return visit.refuse("draft-decided")
    typed = Typed.read(kept.plan)
    if visit.form.get("seen") != typed.digest:
        return visit.refuse("draft-changed")
    if book.faults_of(visit.centre, typed) or town_officials(visit.centre) is None:
        return visit.refuse("draft-faults")
    outcome = officers.propose(visit.centre, visit.officer, book.APPROVE, book.about(kept.draft, typed))
    return visit.after(outcome, "proposed", _page(kept))


def _preview(visit: Visit, kept: Kept) -> Response:
    """Of the parts that are whole; of the others it is said that they are not shown."""
    typed = Typed.read(kept.plan)
    wrong = {one.part for one in faults(typed, visit.centre.clock(), None)}
    questions = [one for place, one in enumerate(typed.questions, 1) if f"question-{place}" not in wrong]
    sections = [one for place, one in enumerate(typed.sections, 1) if f"section-{place}" not in wrong]
    return visit.draw(
        "votes/preview.html", kept=kept, typed=typed, questions=[question_of(one) for one in questions],
        sections=[section_of(one) for one in sections], moments=moments(typed),
        left_out=len(typed.questions) + len(typed.sections) - len(questions) - len(sections),
    )  # fmt: skip
