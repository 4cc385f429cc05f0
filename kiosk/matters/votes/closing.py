"""A booth's closing statement: which ballots it took, by tracker, once the vote is over.

Trackers are kept without hour, order or letter: one sorted text for each vote, written anew as a whole, so that no row
and no page tells which was the last.
"""

from dataclasses import dataclass
from datetime import datetime

from ballot_box.officials import STATEMENT, KeySigner, Stated, read_statement, statement_of
from kiosk.kernel import acts
from kiosk.kernel.booth import Booth
from kiosk.kernel.conditions import Finding, found
from kiosk.kernel.upkeep.endorsing import endorsements
from kiosk.matters.votes import notices, officials, signed
from kiosk.matters.votes.signed import Signed
from kiosk.store import Connection, facts
from municipality.matters.votes.messages import ClosingAct, Election

# Followed by the election's number.
_TAKEN, _STATED = "votes taken ", "votes stated "
_DIGITS = 64


@dataclass(frozen=True)
class ClosingSlip:
    """What is shown and printed at the close: by `code` (6 groups of 4) a trustee knows this booth's statement."""

    election: Election
    count: int
    code: str


def note(connection: Connection, election: Election, tracker: str) -> None:
    """A ballot was stored: in the same transaction."""
    trackers = sorted({*taken(connection, election), tracker})
    facts.put(connection, _TAKEN + election.election, "".join(trackers))


def taken(connection: Connection, election: Election) -> list[str]:
    text = facts.get(connection, _TAKEN + election.election) or ""
    return [text[at : at + _DIGITS] for at in range(0, len(text), _DIGITS)]


def is_stated(connection: Connection, election: Election) -> bool:
    """Then no more ballot is taken here, whatever the clock says: the statement is the booth's last word."""
    return facts.get(connection, _STATED + election.election) is not None


def state(booth: Booth, connection: Connection, now: datetime) -> None:
    """Make the statement of every vote that is over, once: it goes up before the ballots that it names."""
    known = officials.known(booth, connection)
    for election in notices.elections(booth, connection):
        over = now >= election.ends and signed.judge(election, known) is Signed.BY_THEM
        if over and signed.takes_part(booth, election) and not is_stated(connection, election):
            stated = _stated(booth, connection, election)
            acts.queue(booth, connection, ClosingAct(election=election.election, stated=stated.text()), at=now)
            facts.put(connection, _STATED + election.election, stated.statement.text)


def _stated(booth: Booth, connection: Connection, election: Election) -> Stated:
    statement = statement_of(booth.id, election.digest(), taken(connection, election))
    signature = KeySigner(booth.key).sign(STATEMENT, statement.text)
    return Stated(statement, signature, *endorsements(booth, election.booths[booth.id]))


def look(booth: Booth) -> Finding:
    """The closing slip of the vote that ended last, for whoever stands at the booth and for a trustee who asks."""
    with booth.store.reading() as connection:
        made = slips(booth, connection)
    if not made:
        return found("closing.none")
    last = max(made, key=lambda slip: slip.election.ends)
    return found("closing.stated", title=last.election.title.el, count=last.count, code=last.code)


def slips(booth: Booth, connection: Connection) -> list[ClosingSlip]:
    """Of every vote for which this booth has made its statement."""
    made = []
    for election in notices.elections(booth, connection):
        text = facts.get(connection, _STATED + election.election)
        if text is not None:
            statement = read_statement(text)
            made.append(ClosingSlip(election, len(statement.trackers), statement.slip))
    return made
