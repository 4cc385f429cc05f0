"""Small facts the booth keeps between starts, each under a name of its own."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from kiosk.store.tables import facts

CLOCK_OFFSET = "clock offset seconds"
REVOCATIONS_AS_OF = "revocations as of"
REVOCATIONS_NUMBER = "revocations number"
# When the centre last said what time it is, by its own clock.
HEARD = "centre heard at"
# The last time that the booth believed, and the machine's own count of seconds then: "instant boot seconds". Grows by
# itself; only the centre's word (or a technician's) sets it back.
BEAT = "clock beat"
# When a pull last came to its end, by the centre's clock: how old all that the booth knows may be.
PULLED = "pulled through"
# Followed by a year: certificate numbers up to this serial may have been given out, whatever the table holds.
SERIALS_SPENT = "serials spent "
# No serial up to this one is given in any year: after a restore, when no clock need be right.
SERIALS_FLOOR = "serials floor"
# When the last copy of the database was made.
COPIED = "copied at"
# When the database was last put back from a copy, and when an empty one took its place, by whatever clock there was.
RESTORED = "restored at"
EMPTIED = "begun anew at"
# Followed by the election's number: what was announced under it, which never changes, even after a withdrawal.
ANNOUNCED = "announced "

# Wrong answers to "I have lost my card", and when the last one was: "count instant".
LOST_CARD_TRIES = "lost card tries"


def put(connection: Connection, name: str, value: str) -> None:
    connection.execute(delete(facts).where(facts.c.name == name))
    connection.execute(insert(facts).values(name=name, value=value))


def get(connection: Connection, name: str) -> str | None:
    return connection.execute(select(facts.c.value).where(facts.c.name == name)).scalar()


def under(connection: Connection, opening: str) -> dict[str, str]:
    """The facts whose names begin with `opening`, by what follows it."""
    found = connection.execute(select(facts.c.name, facts.c.value).where(facts.c.name.startswith(opening)))
    return {str(name).removeprefix(opening): str(value) for name, value in found}


def clock_offset(connection: Connection) -> timedelta:
    """How far the booth's clock is behind the centre's, as last learned; zero before the first round."""
    return timedelta(seconds=float(get(connection, CLOCK_OFFSET) or 0))


# When a technician last filled the tray, and test pages since.
PAPER_FILLED = "paper filled at"
TEST_PAGES = "test pages"
# Followed by a service or a device: why and since when a technician has switched it off.
SWITCHED_OFF = "switched off "
# Why and since when the booth is out of service by hand.
OUT_OF_SERVICE = "out of service"
# Visits since a technician last cleaned, and when that was.
CLEANED = "cleaned at"
# When a technician last tried the touch screen, and the places that did not answer: "instant place place".
TOUCHED = "touch tried"
VISITS = "visits"


def drop(connection: Connection, name: str) -> None:
    connection.execute(delete(facts).where(facts.c.name == name))


def moment(connection: Connection, name: str) -> datetime | None:
    """A fact that is an instant, or None where it was never learned."""
    text = get(connection, name)
    return datetime.fromisoformat(text) if text else None


def put_moment(connection: Connection, name: str, at: datetime) -> None:
    put(connection, name, at.isoformat())


def last_known_time(connection: Connection) -> datetime | None:
    """A time that has certainly passed; None before the first round."""
    beat = get(connection, BEAT)
    return datetime.fromisoformat(beat.split()[0]) if beat else moment(connection, HEARD)
