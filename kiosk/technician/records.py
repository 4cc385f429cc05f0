"""What a technician did, told twice in one transaction: a line of the journal, and an envelope for the town hall."""

from kiosk.kernel import acts
from kiosk.kernel.booth import Booth
from kiosk.store import Connection, journal
from municipality.matters.technicians.messages import TechnicianAct
from municipality.matters.technicians.rules import Did


def record(
    booth: Booth, connection: Connection, card: str, did: Did, about: str = "", *, before: str = "", after: str = ""
) -> None:
    """Inside the transaction of the act itself, where it has one. `before`, `after`: of a value that was changed."""
    now = booth.clock()
    told = f"{card} {did.value}" + (f" {about}" if about else "")
    told += f": {before or '-'} -> {after or '-'}" if before != after else ""
    journal.note(connection, journal.What.TECHNICIAN, now, told)
    act = TechnicianAct(
        card=card,
        booth=booth.id,
        at=now.replace(microsecond=0),
        what=did.value,
        about=about,
        before=before,
        after=after,
    )
    acts.queue(booth, connection, act, at=now)


def did(booth: Booth, card: str, what: Did, about: str = "") -> None:
    """An act that has no other row of its own. Raises StoreFull."""
    with booth.store.writing() as connection:
        record(booth, connection, card, what, about)
