"""Pictures of a question and its answers: an officer's file taken in, shown, taken out. Each is kept only as what can
do nothing but be seen, and with words for whoever does not see it.
"""

from __future__ import annotations

from starlette.responses import Response

from assets.pictures import MEDIA_TYPES
from central.kernel.outcome import Refused
from central.matters.votes.console.draft_pages import DRAFTS, OFFICER, Tried, draw_part
from central.matters.votes.drafts import book, pictures
from central.matters.votes.drafts.pictures import Unfit
from central.matters.votes.drafts.typed import Typed, pictured
from central.matters.votes.store.drafts import Kept
from central.staff.desk import Desk, Visit
from central.web.drawing import PICTURE_HEADERS

_LONGEST_WORDS = 2_000  # of what comes in a form: what is longer than it may be is shown again, and not without end


def add(desk: Desk) -> None:
    @desk.page(f"{DRAFTS}/{{draft}}/pictures/{{digest}}", OFFICER)
    def picture(visit: Visit) -> Response:
        return _shown(visit)

    @desk.act(f"{DRAFTS}/{{draft}}/{{part}}/picture", OFFICER, upload=pictures.LARGEST_FILE)
    def put(visit: Visit) -> Response:
        kept = _of_question(visit)
        return visit.refuse("no-such-vote", 404) if kept is None else _put(visit, kept)

    @desk.act(f"{DRAFTS}/{{draft}}/{{part}}/picture-out", OFFICER)
    def out(visit: Visit) -> Response:
        kept, part = _of_question(visit), visit.path["part"]
        if kept is None:
            return visit.refuse("no-such-vote", 404)
        gone = visit.form.get("of", "")
        outcome = book.save(
            visit.centre, visit.officer, kept.draft,
            lambda typed: typed.changing(part, lambda fields: pictures.without(fields, gone)),
        )  # fmt: skip
        return visit.after(outcome, "draft-removed", f"/staff{DRAFTS}/{kept.draft}/{part}")


def _of_question(visit: Visit) -> Kept | None:
    """The draft, if the address is that of a question of it."""
    kept, part = book.find(visit.centre, visit.path["draft"]), visit.path["part"]
    there = kept is not None and part.startswith("question") and part in Typed.read(kept.plan).parts()
    return kept if there else None


def _shown(visit: Visit) -> Response:
    kept = book.find(visit.centre, visit.path["draft"])
    questions = Typed.read(kept.plan).questions if kept is not None else ()
    for one in (picture.picture for fields in questions for picture in pictures.of(fields)):
        if one.digest == visit.path["digest"]:
            return Response(one.shown().file, 200, dict(PICTURE_HEADERS), media_type=MEDIA_TYPES[one.kind])
    return visit.refuse("no-such-vote", 404)


def _put(visit: Visit, kept: Kept) -> Response:
    part, typed = visit.path["part"], Typed.read(kept.plan)
    said = {name: visit.form.get(name, "").strip()[:_LONGEST_WORDS] for name in ("of", "el", "en")}
    found = _read(visit, typed, said)
    if isinstance(found, Unfit):
        return draw_part(visit, kept, typed, picture=Tried(**said, code=found.code, what=found.what))
    new = pictures.Kept(kind=found[0], data=found[1], **said)
    put = typed.changing(part, lambda fields: pictures.put(fields, new))
    if pictures.too_heavy(put.questions):
        return draw_part(visit, kept, typed, picture=Tried(**said, code="pictures-too-heavy"))
    outcome = book.save(
        visit.centre, visit.officer, kept.draft,
        lambda now: now.changing(part, lambda fields: pictures.put(fields, new)),
    )  # fmt: skip
    if isinstance(outcome, Refused):
        return draw_part(visit, kept, typed, outcome.reason, Tried(**said))
    return visit.back(f"{DRAFTS}/{kept.draft}/{part}", "draft-picture")


def _read(visit: Visit, typed: Typed, said: dict[str, str]) -> tuple[str, str] | Unfit:
    if said["of"] not in pictured(typed.of(visit.path["part"])):
        return Unfit("picture-of-no-answer")
    if not visit.files.get("file"):
        return Unfit("picture-no-file")
    if fault := pictures.words_fault(said["el"], said["en"]):
        return Unfit(fault)
    return pictures.read(visit.files["file"])
