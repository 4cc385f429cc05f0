"""What an officer does from the console: each act with its line in the record, some only by two persons.

Must never let one person do what needs two, nor act without a line in the record.
"""

from __future__ import annotations

import getpass
import secrets
from datetime import datetime

from central.clock import ClockInDoubt
from central.kernel.centre import Centre
from central.kernel.outcome import Done, Outcome, Refused, StepRefused
from central.office.accounts.staff import Officer, roles_of
from central.office.cards import lifecycle
from central.store import Tx, audit
from central.store.office import staff as rows
from municipality.staff import Role


def propose(centre: Centre, officer: Officer, what: str, about: str) -> Outcome:
    """The first of two persons. Refused where the same is proposed already."""
    role = centre.matters.two_persons[what].role
    now = centre.clock()

    def write(tx: Tx) -> Outcome:
        if rows.open_proposals(tx, what, about):
            return Refused("proposed-already")
        rows.propose(tx, rows.Proposal(secrets.token_hex(16), what, about, officer.account, now))
        audit.note(tx, officer.account, role, f"{what}.propose", about, now)
        return Done()

    return centre.store.once(write)


def confirm(centre: Centre, officer: Officer, proposal: str) -> Outcome:
    """The second person: another one than proposed it, who must still be in service with the role. Then it is done."""
    now = centre.clock()  # once: an act may take long, and how it ended is written down by whatever clock
    taken = centre.store.once(lambda tx: _take(centre, tx, officer, proposal, now))
    if isinstance(taken, Refused):
        return taken
    act = centre.matters.two_persons[taken.what]
    # The first word is spent whatever comes: a step that failed is proposed anew, by whoever has seen why.
    failures: tuple[type[Exception], ...] = (*act.failures, OSError)
    try:
        act.act(centre, taken.about)
    except StepRefused:
        return _failed(centre, officer, taken, act.role, "not-now", now)
    except ClockInDoubt:
        _failed(centre, officer, taken, act.role, "not-now", now)
        raise
    except failures:
        return _failed(centre, officer, taken, act.role, "tool-failed", now)
    return Done()


def _take(centre: Centre, tx: Tx, officer: Officer, proposal: str, now: datetime) -> rows.Proposal | Refused:
    found = rows.find_proposal(tx, proposal, lock=True)
    if found is None or found.state != "open":
        return Refused("not-open-any-more")
    role = centre.matters.two_persons[found.what].role
    # As it is in this transaction: the desk looked before it.
    mine = role in officer.roles and rows.still_in_service(tx, officer.account, role)
    if found.proposed_by == officer.account or not mine:
        return Refused("another-person")
    first = rows.find(tx, found.proposed_by)
    if first is None or first.state != "active" or role not in roles_of(first):
        return Refused("proposer-gone")
    rows.decide(tx, proposal, "confirmed", officer.account, now)
    audit.note(tx, officer.account, role, f"{found.what}.confirm", found.about, now)
    return found


def _failed(centre: Centre, officer: Officer, taken: rows.Proposal, role: Role, reason: str, now: datetime) -> Refused:
    def write(tx: Tx) -> None:
        rows.decide(tx, taken.proposal, "failed", officer.account, now)
        audit.note(tx, officer.account, role, f"{taken.what}.failed", taken.about, now)

    centre.store.once(write)
    return Refused(reason)


def withdraw(centre: Centre, officer: Officer, proposal: str) -> Outcome:
    """Whoever proposed it, or who could confirm it, takes it off the table."""

    def write(tx: Tx) -> Outcome:
        found = rows.find_proposal(tx, proposal, lock=True)
        if found is None or found.state != "open":
            return Refused("not-open-any-more")
        role = centre.matters.two_persons[found.what].role
        if role not in officer.roles:
            return Refused("another-person")
        rows.decide(tx, proposal, "withdrawn", officer.account, centre.clock())
        audit.note(tx, officer.account, role, f"{found.what}.withdraw", found.about, centre.clock())
        return Done()

    return centre.store.once(write)


def open_proposals(centre: Centre) -> list[rows.Proposal]:
    with centre.store.reading() as tx:
        return rows.open_proposals(tx)


def note_by_hand(centre: Centre, what: str, about: str) -> None:
    """What somebody did on the machine itself, where one person is enough: it stands in the record, under the name that
    the system knows them by."""
    who = f"os:{getpass.getuser()}"
    centre.store.once(lambda tx: audit.note(tx, who, "", what, about, centre.clock()))


def block_card(centre: Centre, officer: Officer, card: str) -> Outcome:
    """Block a card at once; booths learn of it with their next pull."""
    match lifecycle.block(centre, card, who=officer.account):
        case Done():
            return Done()
        case Refused(lifecycle.Why.NO_SUCH_CARD):
            return Refused("no-such-card")
        case _:
            return Refused("blocked-already")
