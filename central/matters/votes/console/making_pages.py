"""What passes between an approved draft and its officials, as files: the roll, the registrar's folder, the set-up,
signatures. Never a credential.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response

from central.kernel.outcome import Outcome, Refused, StepRefused
from central.matters.votes.console.draft_pages import DRAFTS, OFFICER
from central.matters.votes.drafts import book, making
from central.matters.votes.life import rehearsal
from central.matters.votes.steps import FAILURES
from central.staff.desk import PREFIX, Desk, Visit

Step = Callable[[Visit, str], Outcome]


def add(desk: Desk) -> None:
    # An act and no page: who takes the roll stands in the record.
    @desk.act(f"{DRAFTS}/{{draft}}/roll", OFFICER)
    def roll(visit: Visit) -> Response:
        kept = book.find(visit.centre, visit.path["draft"])
        if kept is None or kept.state != "approved":
            return visit.refuse("draft-decided")
        visit.centre.store.once(lambda tx: book.note(tx, visit.centre, visit.officer, "draft.roll", kept.draft))
        return file_of(f"roll-{kept.election}.json", kept.request.encode())

    @desk.page(f"{DRAFTS}/{{draft}}/files/setup.json", OFFICER)
    def setup(visit: Visit) -> Response:
        kept = book.find(visit.centre, visit.path["draft"])
        if kept is None or kept.state != "signing":
            return visit.refuse("draft-decided", 404)
        return file_of(f"setup-{kept.election}.json", making.setup_record(kept).encode())

    _upload(desk, "registered", making.LARGEST_ANSWER, _registered)
    _upload(desk, "sign", making.LARGEST_SIGNATURE, _signed)

    @desk.act(f"{DRAFTS}/{{draft}}/rehearse", OFFICER)
    def rehearse(visit: Visit) -> Response:
        if visit.centre.settings.rehearsal is None:
            return visit.refuse("not-now")
        return _after(visit, lambda _visit, draft: making.rehearse(_visit.centre, _visit.officer, draft), "rehearsed")

    @desk.act("/votes/play", OFFICER)
    def play(visit: Visit) -> Response:
        return _play(visit)

    @desk.act(f"{DRAFTS}/{{draft}}/announce", OFFICER)
    def announce(visit: Visit) -> Response:
        return _after(visit, lambda _visit, draft: making.announce(_visit.centre, _visit.officer, draft), "announced")


def _upload(desk: Desk, name: str, largest: int, step: Step) -> None:
    @desk.act(f"{DRAFTS}/{{draft}}/{name}", OFFICER, upload=largest)
    def taken(visit: Visit) -> Response:
        if not visit.files.get("file"):
            return visit.refuse("no-file", 400)
        return _after(visit, step, {"registered": "registered", "sign": "signed"}[name])


def _registered(visit: Visit, draft: str) -> Outcome:
    return making.take_answer(visit.centre, visit.officer, draft, visit.files["file"])


def _signed(visit: Visit, draft: str) -> Outcome:
    return making.add_signature(visit.centre, visit.officer, draft, visit.files["file"])


def _after(visit: Visit, step: Step, done: str) -> Response:
    draft = visit.path["draft"]
    try:
        outcome = step(visit, draft)
    except StepRefused:
        outcome = Refused("not-now")
    except (*FAILURES, OSError):
        outcome = Refused("tool-failed")
    return visit.after(outcome, f"draft-{done}", f"{PREFIX}{DRAFTS}/{draft}")


def _play(visit: Visit) -> Response:
    """In a demonstration: a whole vote of an invented town, and what it told."""
    try:
        told = rehearsal.play(visit.centre)
    except StepRefused:
        return visit.refuse("not-now")
    except (*FAILURES, OSError):
        return visit.refuse("tool-failed")
    visit.centre.store.once(lambda tx: book.note(tx, visit.centre, visit.officer, "election.play", ""))
    return visit.draw("votes/played.html", told=told)


def file_of(name: str, content: bytes, kind: str = "application/json") -> Response:
    """A download. `name`: ASCII, and never a person's."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, 200, headers, media_type=kind)
