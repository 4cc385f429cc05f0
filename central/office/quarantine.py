"""What a stolen booth sends: kept, neither judged nor counted, until two persons have decided.

It is answered like any other booth. The residents' acts from before the theft lie on its disk and nowhere else, and
only the booth can hand them over: a refusal would end that, and would tell the thief. So its letters are taken (and lie
here), its page is always empty, and its hello never says that a backup holds anything: its disk is not emptied.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from central.kernel import intake
from central.kernel.centre import Centre
from central.kernel.outcome import Refused
from central.kernel.serving import served
from central.office.accounts.staff import roles_of
from central.office.booths.admission import Officer
from central.store import Tx, alarms, audit
from central.store.line import quarantine as rows
from central.store.office import staff
from municipality.staff import Role
from sync import Answer, BadItem, Envelope

Decision = Literal["released", "discarded"]
# A booth holds some thousands of some kilobytes; a thief with its key could send for ever.
MOST: Final = 50_000
MOST_BYTES: Final = 512 * 1024 * 1024
FULL: Final = "quarantine-full"
_BOTH: Final = frozenset({Role.TECHNICIAN, Role.REGISTRAR})


class Full(OSError):
    """No more of this booth is kept: the line says "later", and nothing is lost on the booth."""


@dataclass(frozen=True)
class Proposed:
    """One person has asked for it; another one must ask for the same, so that the two are a technician and a registrar.
    `envelopes`: how many."""

    envelopes: int


@dataclass(frozen=True)
class Decided:
    """`outcomes`: how many, by what the intake said of them (accepted, duplicate or the reason of a rejection)."""

    outcomes: dict[str, int]


def take_batch(centre: Centre, sender: str, members: Sequence[Envelope | BadItem]) -> list[Answer]:
    """One answer for each member, in order: kept here, whatever it is. Raises Full, and rings."""
    now = centre.clock()
    more = sum(len(one.message) for one in members if isinstance(one, Envelope))

    def work(tx: Tx) -> list[Answer]:
        envelopes, size = rows.held(tx, sender)
        if envelopes + len(members) > MOST or size + more > MOST_BYTES:
            raise Full("quarantine is full")
        answers = [_keep(tx, sender, member, now) for member in members]
        served.count_taken(tx, sum(answer.outcome == "accepted" for answer in answers))
        return answers

    try:
        answers = centre.store.once(work)
    except Full:
        centre.store.once(lambda tx: alarms.ring(tx, FULL, sender, "", now))
        raise
    served.note(centre)
    return answers


def _keep(tx: Tx, sender: str, member: Envelope | BadItem, now: datetime) -> Answer:
    if isinstance(member, BadItem):
        return Answer(member.id, "rejected", "not-an-envelope")
    if rows.find(tx, member.id, member.digest()) is not None:
        return Answer(member.id, "duplicate")
    at = now if member.chained else now.replace(minute=0, second=0, microsecond=0)
    rows.add(tx, rows.Kept(member.id, member.digest(), sender, member.kind, member.message, at))
    return Answer(member.id, "accepted")


def kept(centre: Centre, booth: str) -> list[rows.Kept]:
    """What lies here undecided."""
    with centre.store.reading() as tx:
        return rows.of_booth(tx, booth)


def decide(centre: Centre, booth: str, decision: Decision, by: Officer) -> Proposed | Decided | Refused:
    """Release all that is kept of a booth to the intake, which judges it as if it came today, or discard it (the bytes
    stay, as evidence). It takes two persons, in either order, of whom one can speak as registrar and the other as
    technician: who holds both roles speaks in the one that the other person leaves, and never for both. What came in
    between the two was seen by one of them only, and waits for its own decision.

    Refused: not-your-role, nothing-there, same-person, same-role, proposer-gone (whose word is forgotten),
    other-decision.
    """
    if by.role not in _BOTH:
        return Refused("not-your-role")
    now = centre.clock()
    step = centre.store.once(lambda tx: _step(tx, booth, decision, by, now))
    if not isinstance(step, list):
        return step
    outcomes: dict[str, int] = {}
    for one in step:
        outcome = _carry_out(centre, one, decision)
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
    return Decided(outcomes)


def _step(tx: Tx, booth: str, decision: Decision, by: Officer, now: datetime) -> list[rows.Kept] | Proposed | Refused:
    """The first word is written down; at the second one, what it is about."""
    here = rows.of_booth(tx, booth)
    asked = [one for one in here if one.wanted is not None]
    mine = _roles_of(tx, by.account, frozenset({by.role}))
    if not here:
        return Refused("nothing-there")
    if not mine:
        return Refused("not-your-role")
    if not asked:
        for one in here:
            rows.want(tx, one, decision, by.account, " ".join(sorted(mine)), now)
        audit.note(
            tx, by.account, by.role if by.role in mine else min(mine), f"quarantine.propose_{decision}", booth, now
        )
        return Proposed(len(here))
    first, said = str(asked[0].wanted_by), frozenset(map(Role, str(asked[0].wanted_role).split()))
    if first == by.account:
        return Refused("same-person")
    role = _other_role(said, mine)
    if role is None:
        return Refused("same-role")
    # What the first person may still say: a role that was taken from them meanwhile speaks no more.
    still = _other_role(said & _roles_of(tx, first, said), mine)
    if asked[0].wanted != decision or still is None:
        for one in asked:
            rows.want(tx, one, None, None, None, None)
        audit.note(tx, by.account, role, "quarantine.disagree", booth, now)
        return Refused("other-decision" if still is not None else "proposer-gone")
    audit.note(tx, by.account, still, f"quarantine.{decision}", booth, now)
    return asked


def _roles_of(tx: Tx, account: str, said: frozenset[Role]) -> frozenset[Role]:
    """Which of the two roles somebody holds now. Who has no account speaks on the machine itself (docs/threats.md), and
    holds what they say."""
    found = staff.find(tx, account)
    if found is None:
        return said & _BOTH
    return roles_of(found) & _BOTH if found.state == "active" else frozenset()


def _other_role(theirs: frozenset[Role], mine: frozenset[Role]) -> Role | None:
    """The role in which I complete the two persons, if there is one."""
    return next((role for role in sorted(mine) if theirs & (_BOTH - {role})), None)


def _carry_out(centre: Centre, one: rows.Kept, decision: Decision) -> str:
    """Repeatable: an envelope that the intake has already is a duplicate, and one that it cannot judge now stays."""
    outcome = "discarded"
    if decision == "released":
        answer = intake.take(centre, one.booth, Envelope.read(one.message), released=True)
        outcome = answer.reason or answer.outcome
    centre.store.once(lambda tx: rows.decide(tx, one, decision, outcome))
    return outcome
