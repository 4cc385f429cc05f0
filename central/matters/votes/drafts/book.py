"""The drafts of votes that officers work on. Every change is a line in the record; what two decide on stays so."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

from central.kernel.centre import Centre
from central.kernel.outcome import Done, Outcome, Refused
from central.matters.votes.drafts.typed import Fault, Typed, faults
from central.matters.votes.life import drawing_up
from central.matters.votes.store import drafts as rows
from central.matters.votes.store.drafts import Kept
from central.office.accounts.staff import Officer
from central.store import Tx, audit
from central.store.office import staff as staff_rows
from municipality.staff import Role

APPROVE = "draft.approve"


def under_way(centre: Centre) -> list[Kept]:
    with centre.store.reading() as tx:
        return rows.under_way(tx)


def announced_at(centre: Centre, election: str) -> datetime | None:
    """When the vote was announced from here; None where it was not."""
    with centre.store.reading() as tx:
        return rows.announced_at(tx, election)


def find(centre: Centre, draft: str) -> Kept | None:
    with centre.store.reading() as tx:
        return rows.find(tx, draft)


def begin(centre: Centre, officer: Officer) -> str:
    """An empty one; its id."""
    draft, now = secrets.token_hex(8), centre.clock()

    def write(tx: Tx) -> None:
        rows.add(tx, Kept(draft, "draft", Typed().text(), officer.account, now))
        note(tx, centre, officer, "draft.begin", draft)

    centre.store.once(write)
    return draft


def save(centre: Centre, officer: Officer, draft: str, change: Callable[[Typed], Typed]) -> Outcome:
    """Keep what was typed, with faults or without; "draft-proposed" while a second person is asked about it."""

    def write(tx: Tx) -> Outcome:
        kept = rows.find(tx, draft, lock=True)
        if kept is None or kept.state != "draft":
            return Refused("draft-decided")
        if proposal_of(tx, draft) is not None:
            return Refused("draft-proposed")
        now = centre.clock()
        rows.change(tx, draft, plan=change(Typed.read(kept.plan)).text(), changed_at=now)
        note(tx, centre, officer, "draft.save", draft)
        return Done()

    return centre.store.once(write)


def discard(centre: Centre, officer: Officer, draft: str) -> Outcome:
    """Set it aside, whatever officials have given for it: of a vote that was never announced nothing is kept but its
    words."""

    def write(tx: Tx) -> Outcome:
        kept = rows.find(tx, draft, lock=True)
        if kept is None or kept.state not in rows.OPEN_STATES:
            return Refused("draft-decided")
        if proposal_of(tx, draft) is not None:
            return Refused("draft-proposed")
        emptied(tx, draft, "discarded", centre.clock())
        note(tx, centre, officer, "draft.discard", draft)
        return Done()

    return centre.store.once(write)


def emptied(tx: Tx, draft: str, state: str, now: datetime) -> None:
    """Who is on its roll and has a slip goes with the state that needed it."""
    gone = dict.fromkeys(("request", "left_out", "answer", "record", "signatures"), "")
    rows.change(tx, draft, state=state, changed_at=now, **gone)


def proposal_of(tx: Tx, draft: str) -> staff_rows.Proposal | None:
    """What waits for a second person about it."""
    waiting = [one for one in staff_rows.open_proposals(tx) if one.what == APPROVE]
    return next((one for one in waiting if about_which(one.about)[0] == draft), None)


def about(draft: str, typed: Typed) -> str:
    """What the second person approves: this draft, and as it was when it was proposed."""
    return f"{draft} {typed.digest}"


def about_which(said: str) -> tuple[str, str]:
    draft, _, digest = said.partition(" ")
    return draft, digest


def faults_of(centre: Centre, typed: Typed, part: str = "") -> list[Fault]:
    """All of them, or those of one part. The roll is counted only where it is asked about: that takes a while."""
    roll = drawing_up.electors(centre) if part in ("", "rules") else None
    return [one for one in faults(typed, centre.clock(), roll) if not part or one.part == part]


def note(tx: Tx, centre: Centre, officer: Officer, what: str, about: str) -> None:
    audit.note(tx, officer.account, Role.CONSULTATION_OFFICER, what, about, centre.clock())
