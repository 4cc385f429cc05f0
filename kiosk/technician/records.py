"""What a technician did, told twice in one transaction: a line of the journal, and an envelope for the town hall."""

from kiosk.kernel import acts
from kiosk.kernel.booth import Booth
from kiosk.kernel.hand import Hand
from kiosk.store import Connection, journal
from municipality.matters.technicians.messages import LeftAct, TechnicianAct
from municipality.matters.technicians.rules import Did


def record(
    booth: Booth, connection: Connection, by: Hand, did: Did, about: str = "", *, before: str = "", after: str = ""
) -> None:
    """Inside the transaction of the act itself, where it has one: what the card does not prove is not done.

    `before`, `after`: of a value that was changed. Raises CardGone, CardFault.
    """
    now = booth.clock()
    told = f"{by.number} {did.value}" + (f" {about}" if about else "")
    told += f": {before or '-'} -> {after or '-'}" if before != after else ""
    journal.note(connection, journal.What.TECHNICIAN, now, told)
    act = TechnicianAct(what=did.value, about=about, before=before, after=after)
    acts.queue(booth, connection, act, by=by, at=now)


def did(booth: Booth, by: Hand, what: Did, about: str = "") -> None:
    """An act that has no other row of its own. Raises StoreFull, CardGone, CardFault."""
    with booth.store.writing() as connection:
        record(booth, connection, by, what, about)


def left(booth: Booth, card: str) -> None:
    """The visit is over: the booth's own word, because the card may be out. Raises StoreFull."""
    now = booth.clock()
    with booth.store.writing() as connection:
        journal.note(connection, journal.What.TECHNICIAN, now, f"{card} {Did.LEFT.value}")
        acts.queue(booth, connection, LeftAct(card=card), at=now)
