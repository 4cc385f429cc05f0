"""What this booth gives once and never again: serials of certificates, places in the chain of acts.

The database and the mark beside its key learn from each other here. Neither goes by a clock.
"""

from sqlalchemy import Connection, func, select

from kiosk.store import facts
from kiosk.store.mark import Mark
from kiosk.store.tables import certificates
from sync import outbox

_GIVEN = "serials given in this transaction"


def highest(connection: Connection, year: int) -> int:
    """The highest serial that may have been given in `year`, 0 if none."""
    mine = select(func.max(certificates.c.serial)).where(certificates.c.year == year)
    spent = (facts.get(connection, f"{facts.SERIALS_SPENT}{year}"), facts.get(connection, facts.SERIALS_FLOOR))
    return max(connection.execute(mine).scalar() or 0, *(int(one or 0) for one in spent))


def take(connection: Connection, year: int, serial: int) -> None:
    """Given by the transaction that is under way."""
    given = connection.info.setdefault(_GIVEN, {})
    given[str(year)] = max(serial, given.get(str(year), 0))


def given_now(connection: Connection) -> dict[str, int]:
    return dict(connection.info.get(_GIVEN, {}))


def forget(connection: Connection) -> None:
    connection.info.pop(_GIVEN, None)


def head(connection: Connection) -> str:
    return outbox.last_digest(connection)


def learn(connection: Connection, known: Mark) -> Mark:
    """The database of this transaction learns what the mark knows and it does not; returns the mark that knows both.

    An act that the mark has and the database has not is lost with a newer database, or was cut off between the two: the
    next one follows it all the same. At the centre that is a gap, and never a fork.
    """
    for year, serial in known.serials.items():
        if serial > highest(connection, int(year)):
            facts.put(connection, f"{facts.SERIALS_SPENT}{year}", str(serial))
    if known.floor > floor(connection):
        facts.put(connection, facts.SERIALS_FLOOR, str(known.floor))
    if known.head not in ("", head(connection)) and not outbox.holds(connection, known.head):
        outbox.go_on_from(connection, known.head)
    return known.given(given_in(connection), head(connection), floor(connection))


def agree(connection: Connection, known: Mark) -> bool:
    """Whether the two know the same: then nothing has to be written at a start."""
    return known == known.given(given_in(connection), head(connection), floor(connection)) and all(
        serial <= highest(connection, int(year)) for year, serial in known.serials.items()
    )


def floor(connection: Connection) -> int:
    """No serial up to it is given in any year."""
    return int(facts.get(connection, facts.SERIALS_FLOOR) or 0)


def given_in(connection: Connection) -> dict[str, int]:
    """The highest serial of each year of which the database knows."""
    by_year = select(certificates.c.year, func.max(certificates.c.serial)).group_by(certificates.c.year)
    given = {str(year): int(serial) for year, serial in connection.execute(by_year)}
    for year, spent in facts.under(connection, facts.SERIALS_SPENT).items():
        given[year] = max(given.get(year, 0), int(spent))
    return given
