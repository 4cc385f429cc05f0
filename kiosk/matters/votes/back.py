"""What the kernel asks of votes at the booth."""

from collections.abc import Callable
from datetime import datetime

from kiosk.kernel.booth import Booth
from kiosk.kernel.conditions import Finding
from kiosk.kernel.matter import BackOffice, Fact
from kiosk.matters.votes import closing, notices, officials
from kiosk.store import Connection
from municipality.matters.votes import MATTER
from municipality.matters.votes.messages import VoteItem
from sync import inbox


def _facts(booth: Booth, connection: Connection, now: datetime) -> frozenset[Fact]:
    """While a vote is known here, its ballots can be asked for; a referendum is told of until it is long over."""
    found = {
        Fact.VOTES_CAN_BE_CHECKED: inbox.keys_of(connection, VoteItem.NOTICE, ""),
        Fact.REFERENDUM_IS_TOLD: notices.referendums(booth, connection, now),
    }
    return frozenset(fact for fact, there in found.items() if there)


def _trial(clock: Callable[[], float]) -> Finding:
    # A booth that starts has no need of it, and its first picture waits for whatever is loaded.
    from kiosk.matters.votes import trial

    return trial.ballot(clock)


BACK = BackOffice(
    MATTER,
    judge=notices.judge,
    round_begins=closing.state,
    notices=notices.running,
    facts=_facts,
    trials=(_trial,),
    checks=(officials.look, closing.look),
)
