"""What happened, without who. Lines are written in the transaction of what they tell."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, insert, select

from kiosk.store.tables import journal


class What(StrEnum):
    STARTED = "started"
    CERTIFICATE_ISSUED = "certificate issued"
    CERTIFICATE_PRINTED = "certificate printed"
    CERTIFICATE_VOID = "certificate void"
    ROUND = "sync round"
    TECHNICIAN = "technician"
    CARD_BLOCKED = "card blocked"


def note(connection: Connection, what: What, now: datetime, detail: str = "") -> None:
    connection.execute(insert(journal).values(at=now.isoformat(timespec="seconds"), what=what.value, detail=detail))


def lines(connection: Connection) -> list[tuple[str, str, str]]:
    """(at, what, detail), oldest first."""
    rows = connection.execute(select(journal.c.at, journal.c.what, journal.c.detail).order_by(journal.c.id))
    return [(at, what, detail) for at, what, detail in rows]


def last(connection: Connection, what: What, count: int) -> list[tuple[str, str, str]]:
    """The newest lines of one kind, newest first."""
    mine = select(journal.c.at, journal.c.what, journal.c.detail).where(journal.c.what == what.value)
    rows = connection.execute(mine.order_by(journal.c.id.desc()).limit(count))
    return [(at, kind, detail) for at, kind, detail in rows]
