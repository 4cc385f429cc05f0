"""What the kernel asks of votes at the booth."""

from collections.abc import Callable

from kiosk.kernel.conditions import Finding
from kiosk.kernel.matter import BackOffice, Fact
from kiosk.matters.votes import closing, notices, officials
from kiosk.store import Connection
from municipality.matters.votes import MATTER
from municipality.matters.votes.messages import VoteItem
from sync import inbox


def _facts(connection: Connection) -> frozenset[Fact]:
    """While a vote is known here, its ballots can be asked for."""
    known = inbox.keys_of(connection, VoteItem.NOTICE, "")
    return frozenset({Fact.VOTES_CAN_BE_CHECKED}) if known else frozenset()


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
