"""Numbers given and what became of their papers. A number once given is never given again, printed or not.

Never: a code, a card, or anything that was printed. What is here leads to nobody.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from kiosk.store import numbers
from kiosk.store.tables import certificates


class Fate(StrEnum):
    """SEALED: under its number, not yet on paper; PRINTED: came out whole; VOID: whatever came out does not count."""

    SEALED = "sealed"
    PRINTED = "printed"
    VOID = "void"


@dataclass(frozen=True)
class Issued:
    number: str
    year: int
    serial: int
    document: str
    digest: str
    issued_at: datetime


def next_serial(connection: Connection, year: int) -> int:
    """One above the highest serial of that year, and above all that may have been given before a restore. Call inside
    the transaction that inserts it."""
    return numbers.highest(connection, year) + 1


def insert_sealed(connection: Connection, issued: Issued) -> None:
    connection.execute(
        insert(certificates).values(
            number=issued.number,
            year=issued.year,
            serial=issued.serial,
            digest=issued.digest,
            issued_at=issued.issued_at.isoformat(),
            fate=Fate.SEALED.value,
            document=issued.document,
        )
    )
    numbers.take(connection, issued.year, issued.serial)


def set_fate(connection: Connection, number: str, fate: Fate) -> None:
    connection.execute(update(certificates).where(certificates.c.number == number).values(fate=fate.value))


def with_fate(connection: Connection, fate: Fate) -> list[Issued]:
    """By number."""
    rows = select(certificates).where(certificates.c.fate == fate.value).order_by(certificates.c.number)
    return [_issued(row) for row in connection.execute(rows)]


def printed(connection: Connection, *, since: datetime | None = None) -> int:
    """How many came out whole, all of them or those issued since an instant (UTC)."""
    whole = select(func.count()).where(certificates.c.fate == Fate.PRINTED.value)
    if since is not None:
        whole = whole.where(certificates.c.issued_at >= since.isoformat())
    return int(connection.execute(whole).scalar_one())


def last_issued(connection: Connection) -> datetime | None:
    """When the newest was issued, by a clock that was believed then."""
    last = connection.execute(select(func.max(certificates.c.issued_at))).scalar()
    return datetime.fromisoformat(last) if last else None


def _issued(row: Row[Any]) -> Issued:
    issued_at = datetime.fromisoformat(row.issued_at)
    return Issued(row.number, row.year, row.serial, row.document, row.digest, issued_at)
