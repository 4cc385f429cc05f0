"""Cards reported lost at this booth: refused here at once, until the town hall's word is newer than the report.

Never: who reported it; a card number anywhere else in the database but in the sealed envelope.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from kiosk.store.tables import blocked_cards as blocked


def put(connection: Connection, card: str, at: datetime, act: str) -> None:
    """`act` is the id of the envelope that tells the town hall."""
    connection.execute(delete(blocked).where(blocked.c.card == card))
    connection.execute(insert(blocked).values(card=card, at=at.isoformat(), act=act, settled_at=None))


def holds(connection: Connection, card: str) -> bool:
    return connection.execute(select(blocked.c.card).where(blocked.c.card == card)).first() is not None


def waiting(connection: Connection, card: str) -> bool:
    """Whether the card is blocked here by a report that the town hall has not taken yet."""
    mine = select(blocked.c.card).where(blocked.c.card == card, blocked.c.settled_at.is_(None))
    return connection.execute(mine).first() is not None


def unsettled(connection: Connection) -> list[str]:
    """Ids of the acts that the town hall has not taken yet."""
    return list(connection.execute(select(blocked.c.act).where(blocked.c.settled_at.is_(None))).scalars())


def settle(connection: Connection, acts: Collection[str], at: datetime) -> None:
    """The town hall has had these acts since `at` at the latest, by its own clock."""
    mine = update(blocked).where(blocked.c.act.in_(list(acts)))
    connection.execute(mine.values(settled_at=at.isoformat()))


def drop_settled(connection: Connection, before: datetime) -> None:
    """The town hall's own word, given at `before`, now stands for every report that it had taken until then."""
    rows = connection.execute(select(blocked.c.card, blocked.c.settled_at).where(blocked.c.settled_at.is_not(None)))
    done = [card for card, at in rows if datetime.fromisoformat(at) <= before]
    connection.execute(delete(blocked).where(blocked.c.card.in_(done)))
