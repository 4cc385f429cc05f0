"""What officers do with a vote from the console, alone or by two persons. Never without a line in the record."""

from __future__ import annotations

from typing import Final

from ballot_box import BadArchive, ToolFailed
from central.kernel.centre import Centre
from central.kernel.matter import TwoPersonAct
from central.kernel.outcome import Done, Outcome, Refused, StepRefused
from central.matters.votes import service
from central.matters.votes.drafts import book, making, referendum_book
from central.matters.votes.life.rehearsal import OfficialFailed
from central.office.accounts.staff import Officer
from central.store import audit
from municipality.staff import Role

FAILURES: Final = (ToolFailed, BadArchive, OfficialFailed)
TWO_PERSONS: Final = {
    book.APPROVE: TwoPersonAct(Role.CONSULTATION_OFFICER, making.approve, FAILURES),
    referendum_book.PUBLISH: TwoPersonAct(Role.CONSULTATION_OFFICER, referendum_book.publish),
    referendum_book.RECALL: TwoPersonAct(Role.CONSULTATION_OFFICER, referendum_book.recall),
    "election.close": TwoPersonAct(Role.CONSULTATION_OFFICER, service.close, FAILURES),
    "election.tally": TwoPersonAct(Role.CONSULTATION_OFFICER, service.tally, FAILURES),
    "election.publish": TwoPersonAct(Role.CONSULTATION_OFFICER, service.publish, FAILURES),
}


def grow_board(centre: Centre, officer: Officer, election: str) -> Outcome:
    """Put what waits on the public board. The line in the record says that it was asked for: the board itself tells
    what was appended."""
    role = Role.CONSULTATION_OFFICER
    centre.store.once(lambda tx: audit.note(tx, officer.account, role, "election.board", election, centre.clock()))
    try:
        service.grow_board(centre, election)
    except StepRefused:
        return Refused("not-now")
    except (*FAILURES, OSError):
        return Refused("tool-failed")
    return Done()
