"""Small facts the booth keeps between starts, each under a name of its own."""

from datetime import timedelta

from sqlalchemy import Connection, delete, insert, select

from kiosk.store.tables import facts

CLOCK_OFFSET = "clock offset seconds"
REVOCATIONS_AS_OF = "revocations as of"
# Followed by the election's number: what was announced under it, which never changes, even after a withdrawal.
ANNOUNCED = "announced "


def put(connection: Connection, name: str, value: str) -> None:
    connection.execute(delete(facts).where(facts.c.name == name))
    connection.execute(insert(facts).values(name=name, value=value))


def get(connection: Connection, name: str) -> str | None:
    return connection.execute(select(facts.c.value).where(facts.c.name == name)).scalar()


def clock_offset(connection: Connection) -> timedelta:
    """How far the booth's clock is behind the centre's, as last learned; zero before the first round."""
    return timedelta(seconds=float(get(connection, CLOCK_OFFSET) or 0))
