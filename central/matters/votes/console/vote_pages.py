"""One vote from its announcement to its end: what is still missing, what officers and trustees hand in, as files.

Never a count before the end, nor which booth a ballot came from, but in the package that trustees are handed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from starlette.responses import Response

from ballot_box.officials import BadRecord
from central.kernel.outcome import Outcome, Refused, StepRefused
from central.matters.votes import handed_in, standings
from central.matters.votes.console.making_pages import file_of
from central.matters.votes.drafts import book, making
from central.matters.votes.drafts.typed import instant
from central.matters.votes.life import closing, extending
from central.matters.votes.life.elections import ElectionRefused
from central.matters.votes.standings import VoteStanding
from central.matters.votes.steps import FAILURES
from central.office.accounts import officers
from central.office.booths import overview
from central.staff.desk import PREFIX, Desk, Visit, go
from municipality.messages import Words
from municipality.staff import Role

OFFICER = Role.CONSULTATION_OFFICER
_LARGEST_FILE = 16 * 1024 * 1024
_ZIP = "application/zip"
# Ballots that are decided on one by one on the page: three fields each, and a form holds 50.
MOST_VERDICTS = 15


def add(desk: Desk) -> None:
    @desk.page("/votes/{election}", OFFICER)
    def vote(visit: Visit) -> Response:
        found = _found(visit)
        return visit.refuse("no-such-vote", 404) if found is None else _draw(visit, found)

    _add_declaration(desk)
    _add_trustees(desk)
    _add_extension(desk)


def _add_declaration(desk: Desk) -> None:
    @desk.act("/votes/{election}/declaration", OFFICER)
    def declaration(visit: Visit) -> Response:
        return _download(visit, "declaration", lambda: _declaration(visit))

    _act(desk, "declare", "vote-declared", _declared, _LARGEST_FILE)

    # In a demo: its two officers are processes of their own.
    _act(desk, "declare-played", "vote-declared", _declare_played)


def _add_trustees(desk: Desk) -> None:
    @desk.act("/votes/{election}/package", OFFICER)
    def package(visit: Visit) -> Response:
        return _download(visit, "package", lambda: handed_in.package(visit.centre, visit.officer, _of(visit)))

    _act(desk, "share", "", _share, _LARGEST_FILE)
    _act(desk, "end", "vote-end", _end, _LARGEST_FILE)


def _add_extension(desk: Desk) -> None:
    _act(desk, "extension", "vote-extension", _extension)

    @desk.page("/votes/{election}/files/extension.json", OFFICER)
    def record(visit: Visit) -> Response:
        waiting = None if _found(visit) is None else extending.proposed(visit.centre, _of(visit))
        if waiting is None:
            return visit.refuse("no-such-vote", 404)
        return file_of(f"extension-{_of(visit)}.json", waiting[0].text.encode())

    @desk.page("/votes/{election}/files/setup.json", OFFICER)
    def setup(visit: Visit) -> Response:
        found = _found(visit)
        if found is None:
            return visit.refuse("no-such-vote", 404)
        return file_of(f"setup-{found.election}.json", found.notice.record().encode())

    _act(desk, "extend", "", _extend, making.LARGEST_SIGNATURE)
    _act(desk, "extend-played", "", _extend_played)


def _of(visit: Visit) -> str:
    return visit.path["election"]


def _found(visit: Visit) -> VoteStanding | None:
    try:
        return standings.standing(visit.centre, _of(visit))
    except standings.NoSuchVote:
        return None


Step = Callable[[Visit], Outcome | str]


def _act(desk: Desk, name: str, done: str, step: Step, largest: int = 0) -> None:
    """`step` refuses, or says with a word of its own what was done."""

    @desk.act(f"/votes/{{election}}/{name}", OFFICER, upload=largest)
    def taken(visit: Visit) -> Response:
        if _found(visit) is None:
            return visit.refuse("no-such-vote", 404)
        outcome = _tried(lambda: step(visit))
        if isinstance(outcome, Refused):
            return visit.refuse(outcome.reason)
        return visit.back(f"/votes/{_of(visit)}", outcome if isinstance(outcome, str) else done)


def _tried(step: Callable[[], Outcome | str | bytes]) -> Outcome | str | bytes:
    try:
        return step()
    except StepRefused:
        return Refused("not-now")
    except (*FAILURES, OSError):
        return Refused("tool-failed")


def _download(visit: Visit, name: str, step: Callable[[], Outcome | bytes]) -> Response:
    """What is written anew each time it is asked for, with a line in the record: an act, and no page."""
    found = _found(visit)
    if found is None:
        return visit.refuse("no-such-vote", 404)
    content = _tried(step)
    if isinstance(content, Refused):
        return visit.refuse(content.reason)
    if not isinstance(content, bytes):
        return go(f"{PREFIX}/votes/{found.election}")
    ending, kind = ("zip", _ZIP) if name == "package" else ("json", "application/json")
    return file_of(f"{name}-{found.election}.{ending}", content, kind)


def _draw(visit: Visit, vote: VoteStanding) -> Response:
    centre, now = visit.centre, visit.centre.clock()
    over = vote.closes <= now
    rest = closing.outstanding(centre, vote.election) if vote.state == "open" and over else None
    open_now = {one.what: one for one in officers.open_proposals(centre) if one.about == vote.election}
    step = _next_step(visit, vote, over=over)
    booths = {booth.booth: booth for booth in overview.booths(centre)}
    taking_part = booths.keys() & vote.notice.booths.keys()
    return visit.draw(
        "votes/vote.html", vote=vote, over=over, rest=rest, step=step, proposal=open_now.get(f"election.{step}"),
        names={one: booth.name(visit.language) for one, booth in booths.items()}, most_verdicts=MOST_VERDICTS,
        heard=_heard_since(book.announced_at(centre, vote.election), [booths[one] for one in taking_part]),
        waits=rest is not None and now < rest.until and bool(rest.silent or rest.missing),
        declared=closing.declaration(centre, vote.election), progress=handed_in.progress(centre, vote),
        extension=_extension_of(visit, vote) if vote.state == "open" else None,
        rehearsal=centre.settings.rehearsal is not None, officer_here=visit.may(OFFICER),
    )  # fmt: skip


def _heard_since(announced: datetime | None, booths: Sequence[overview.Booth]) -> int | None:
    """How many have asked for news since then, and know of the vote by that; None where nobody noted when it was."""
    if announced is None:
        return None
    return sum(booth.last_seen is not None and booth.last_seen > announced for booth in booths)


def _extension_of(visit: Visit, vote: VoteStanding) -> tuple[object, making.Signatures | None] | None:
    waiting = extending.proposed(visit.centre, vote.election)
    if waiting is None:
        return None
    return waiting[0], handed_in.signed_extension(visit.centre, vote.notice, *waiting)


def _next_step(visit: Visit, vote: VoteStanding, *, over: bool) -> str:
    """Which act of two persons comes next; "" while there is none."""
    match vote.state:
        # Not offered before its hour: a resident who was told a day must find the vote open on it.
        case "open" if over and closing.outstanding(visit.centre, vote.election).nothing:
            return "close"
        # Real trustees count on machines of their own.
        case "closed" if visit.centre.settings.rehearsal is not None:
            return "tally"
        case "tallied" if visit.centre.settings.rehearsal is not None:
            return "publish"
        case "tallied" if handed_in.progress(visit.centre, vote).ends_enough:
            return "publish"
    return ""


def _declaration(visit: Visit) -> Outcome | bytes:
    centre, election, form = visit.centre, _of(visit), visit.form
    rest = closing.outstanding(centre, election)
    if len(rest.pending) > MOST_VERDICTS:
        return Refused("too-many-verdicts")
    verdicts = {tracker: _verdict(form, place) for place, tracker in enumerate(rest.pending)}
    decided = {tracker: one for tracker, one in verdicts.items() if one is not None}
    # Whom each word was written about is in the form: another ballot may have come to wait meanwhile.
    if any(form.get(f"about-{place}") != one for place, one in enumerate(rest.pending)) or None in verdicts.values():
        return Refused("no-verdict")
    if not form.get("why", "").strip() and (rest.silent or rest.missing or rest.unstated):
        return Refused("no-reason")
    try:
        return handed_in.declaration(centre, visit.officer, election, form.get("why", "").strip(), decided)
    except ElectionRefused:
        return Refused("still-to-come")


def _verdict(form: Mapping[str, str], place: int) -> closing.Verdict | None:
    """What the form says of the ballot at that place; None where it does not say both what and why."""
    reason, said = form.get(f"reason-{place}", "").strip()[:500], form.get(f"counts-{place}", "")
    return closing.Verdict(said == "yes", reason) if reason and said in ("yes", "no") else None


def _declared(visit: Visit) -> Outcome | str:
    files = [visit.files.get(name, b"") for name in ("declaration", "first", "second")]
    if not all(files):
        return Refused("no-file")
    signed = [one for one in map(making.read_one, files[1:]) if one is not None]
    try:
        return handed_in.declare(visit.centre, visit.officer, _of(visit), files[0].decode("utf-8").strip(), signed)
    except (ElectionRefused, BadRecord, UnicodeDecodeError):
        return Refused("no-declaration")


def _declare_played(visit: Visit) -> Outcome | str:
    why = visit.form.get("why", "").strip() or visit.form.get("reason-0", "").strip()
    if not why:
        return Refused("no-reason")
    return handed_in.declare_played(visit.centre, visit.officer, _of(visit), why)


def _share(visit: Visit) -> Outcome | str:
    file = visit.files.get("file", b"")
    if not file:
        return Refused("no-file")
    done = handed_in.add_share(visit.centre, visit.officer, _of(visit), file)
    if isinstance(done, Refused):
        return done
    return "vote-counted" if done else "vote-share"


def _end(visit: Visit) -> Outcome | str:
    file = visit.files.get("file", b"")
    return handed_in.add_end(visit.centre, visit.officer, _of(visit), file) if file else Refused("no-file")


def _extension(visit: Visit) -> Outcome | str:
    form = visit.form
    closes = instant(form.get("closes_day", ""), form.get("closes_hour", ""))
    reason = Words.both(form.get("reason_el", "").strip()[:600], form.get("reason_en", "").strip()[:600])
    if isinstance(closes, str):
        return Refused("not-later")
    if not (reason.el and reason.en):
        return Refused("no-reason")
    return handed_in.propose_extension(visit.centre, visit.officer, _of(visit), closes, reason)


def _extend(visit: Visit) -> Outcome | str:
    one = making.read_one(visit.files.get("file", b""))
    if one is None:
        return Refused("no-signature")
    return _extended(handed_in.extend(visit.centre, visit.officer, _of(visit), [one]))


def _extend_played(visit: Visit) -> Outcome | str:
    return _extended(handed_in.extend_played(visit.centre, visit.officer, _of(visit)))


def _extended(done: Outcome | bool) -> Outcome | str:
    if isinstance(done, bool):
        return "vote-extended" if done else "vote-extension-signed"
    return done
