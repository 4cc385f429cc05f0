"""What the booth still owes the centre: signed, sealed envelopes, until a backup at the centre holds them.

Works inside the transaction that is passed in and never commits. Nothing is ever dropped silently: a body goes
only when the centre says that a backup has it, a refusal stays with its reason, and digests stay for good.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    Row,
    Select,
    Table,
    Text,
    and_,
    delete,
    func,
    insert,
    select,
    update,
)

from sync.wire.encoding import instant, read_instant
from sync.wire.envelope import ChainBroken, Envelope
from sync.wire.messages import Answer

__all__ = [
    "Acknowledged",
    "Connection",
    "Counts",
    "Problem",
    "acknowledge",
    "ask_again",
    "complain",
    "counts",
    "last_digest",
    "metadata",
    "note_settled",
    "oldest_waiting",
    "pending",
    "problems",
    "put",
    "read_state",
    "release",
    "retry",
    "write_state",
]

metadata: Final = MetaData()

_shuffle: Final = secrets.SystemRandom().shuffle
# All of one length, so that a ballot's row keeps its size.
WAITING: Final = "waiting"
SETTLED: Final = "settled"
REFUSED: Final = "refused"


def _columns() -> list[Column[Any]]:
    return [
        Column("kind", Text, nullable=False),
        Column("version", Integer, nullable=False),
        Column("booth", Text, nullable=False),
        Column("made_at", Text, nullable=False),
        Column("previous", Text, nullable=False),
        Column("digest", Text, nullable=False),
        Column("body", Text, nullable=False),
        Column("signature", Text, nullable=False),
        Column("state", Text, nullable=False),
        # The centre's time at a hello that came after its answer; NULL until then.
        Column("settled_before", Text),
    ]


acts: Final = Table(
    "outbox_acts",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    *_columns(),
    sqlite_autoincrement=True,
)
# No rowid and no counter: the table is laid out by the random id, so that its order says nothing about visits.
ballots: Final = Table(
    "outbox_ballots", metadata, Column("id", Text, primary_key=True), *_columns(), sqlite_with_rowid=False
)
Index("outbox_acts_by_state", acts.c.state, acts.c.seq)
Index("outbox_ballots_by_state", ballots.c.state)
_problems: Final = Table(
    "outbox_problems",
    metadata,
    Column("id", Text, primary_key=True),
    Column("reason", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("digest", Text, nullable=False),
    sqlite_with_rowid=False,
)
_state: Final = Table("sync_state", metadata, Column("name", Text, primary_key=True), Column("value", Text))


@dataclass(frozen=True)
class Acknowledged:
    """What one batch of answers changed. `unknown` answers were for envelopes that are not ours."""

    accepted: int = 0
    duplicate: int = 0
    rejected: int = 0
    unknown: int = 0


@dataclass(frozen=True)
class Counts:
    """Envelopes by state; `held` are settled ones whose body is still here."""

    waiting_acts: int
    waiting_ballots: int
    settled: int
    held: int
    refused: int


@dataclass(frozen=True)
class Problem:
    """One envelope the centre would not take, and its reason."""

    id: str
    kind: str
    digest: str
    reason: str


def put(connection: Connection, envelope: Envelope) -> None:
    """Queue an envelope. Raises ChainBroken if an act does not follow the last one, IntegrityError for a known id."""
    row = {
        "id": envelope.id,
        "kind": envelope.kind,
        "version": envelope.version,
        "booth": envelope.booth,
        "made_at": instant(envelope.made_at),
        "previous": envelope.previous,
        "digest": envelope.digest(),
        "body": envelope.body,
        "signature": envelope.signature,
        "state": WAITING,
    }
    if envelope.chained and envelope.previous != last_digest(connection):
        raise ChainBroken(f"envelope {envelope.id} does not follow the last act")
    connection.execute(insert(acts if envelope.chained else ballots).values(row))


def last_digest(connection: Connection) -> str:
    """Digest of the last act queued, which the next one must name; "" before the first."""
    return connection.execute(select(acts.c.digest).order_by(acts.c.seq.desc()).limit(1)).scalar() or ""


def pending(
    connection: Connection,
    limit: int,
    *,
    shuffle: Callable[[list[Envelope]], None] = _shuffle,
    max_bytes: int = 4 * 1024 * 1024,
    max_ballots: int | None = None,
    urgent: Collection[str] = (),
    skip: Collection[str] = (),
) -> list[Envelope]:
    """The next envelopes to push: acts of the `urgent` kinds, then ballots in an order that `shuffle` makes new each
    time, then the other acts in theirs.

    At most `limit`, at most `max_ballots` where a ballot is among them, and at most `max_bytes` of bodies (but at
    least one); none of the ids in `skip`.
    """
    queue: list[Envelope] = []
    if urgent:
        first = _waiting(acts, skip).where(acts.c.kind.in_(list(urgent)))
        queue = [_envelope(row) for row in connection.execute(first.order_by(acts.c.seq).limit(limit))]
    room = limit - len(queue)
    drawn = connection.execute(_waiting(ballots, skip).order_by(ballots.c.id).limit(room))
    votes = [_envelope(row) for row in drawn]
    shuffle(votes)
    queue += votes
    if votes and max_ballots is not None:
        return _within(queue[:max_ballots], max_bytes)
    if len(queue) < limit:
        others = _waiting(acts, skip).where(acts.c.kind.not_in(list(urgent))) if urgent else _waiting(acts, skip)
        rest = connection.execute(others.order_by(acts.c.seq).limit(limit - len(queue)))
        queue += [_envelope(row) for row in rest]
    return _within(queue, max_bytes)


def acknowledge(connection: Connection, answers: Iterable[Answer]) -> Acknowledged:
    """Take the centre's answers, a batch at most. Accepted and duplicate are settled, bodies kept.

    Said twice, it changes nothing. Answers for ids that are not here are counted as unknown.
    """
    answers = list(answers)
    known = _find_all(connection, [answer.id for answer in answers])
    tally = Counter(answer.outcome if answer.id in known else "unknown" for answer in answers)
    settled: list[str] = []
    for answer in answers:
        table, row = known.get(answer.id, (None, None))
        if table is None or row is None:
            continue
        if answer.outcome == "rejected":
            _note_problem(connection, row, answer.reason or "no-reason")
            # What was once accepted stays so: a later "rejected" is a problem to look at, not a reason to forget.
            _move(connection, table, [row.id], WAITING, REFUSED)
        elif row.state == WAITING:
            settled.append(row.id)
    for table in (acts, ballots):
        _move(connection, table, settled, WAITING, SETTLED)
    connection.execute(delete(_problems).where(_problems.c.id.in_(settled)))
    return Acknowledged(**tally)


def complain(connection: Connection, id: str, reason: str) -> None:
    """Put an envelope that still waits on the list of problems, such as one that is too large for the line."""
    found = _find(connection, id)
    if found is not None:
        _note_problem(connection, found[1], reason)


def retry(connection: Connection, id: str) -> bool:
    """Let a refused envelope wait again (admin mode); its problem goes off the list. False if none is refused so."""
    found = _find(connection, id)
    if found is None or found[1].state != REFUSED:
        return False
    table = found[0]
    connection.execute(update(table).where(table.c.id == id).values(state=WAITING))
    connection.execute(delete(_problems).where(_problems.c.id == id))
    return True


def problems(connection: Connection) -> list[Problem]:
    """Everything the centre would not take, for admin mode."""
    rows = connection.execute(select(_problems).order_by(_problems.c.id, _problems.c.reason))
    return [Problem(row.id, row.kind, row.digest, row.reason) for row in rows]


def counts(connection: Connection) -> Counts:
    """How many envelopes wait, are settled, are still held, were refused."""

    def count(table: Table, state: str, *more: Any) -> int:
        return int(
            connection.execute(
                select(func.count()).select_from(table).where(table.c.state == state, *more)
            ).scalar_one()
        )

    return Counts(
        waiting_acts=count(acts, WAITING),
        waiting_ballots=count(ballots, WAITING),
        settled=count(acts, SETTLED) + count(ballots, SETTLED),
        held=count(acts, SETTLED, acts.c.body != "") + count(ballots, SETTLED, ballots.c.body != ""),
        refused=count(acts, REFUSED) + count(ballots, REFUSED),
    )


def oldest_waiting(connection: Connection) -> datetime | None:
    """When the oldest envelope that waits was made (a ballot's to the hour); None when nothing waits."""
    times = [
        connection.execute(select(func.min(table.c.made_at)).where(table.c.state == WAITING)).scalar()
        for table in (acts, ballots)
    ]
    return min((read_instant(time) for time in times if time), default=None)


def note_settled(connection: Connection, now: datetime) -> None:
    """At a hello: all that was answered before it was received before `now` by the centre's clock."""
    for table in (acts, ballots):
        fresh = and_(table.c.state == SETTLED, table.c.settled_before.is_(None))
        connection.execute(update(table).where(fresh).values(settled_before=instant(now)))


def release(connection: Connection, kept_through: datetime) -> int:
    """Empty the bodies that a backup of the centre holds; digests stay. Returns how many."""
    released = 0
    for table in (acts, ballots):
        kept = and_(table.c.state == SETTLED, table.c.settled_before <= instant(kept_through), table.c.body != "")
        released += connection.execute(update(table).where(kept).values(body="")).rowcount
    return released


def ask_again(connection: Connection) -> int:
    """The centre was restored from a backup: offer it again everything settled whose body is still here."""
    offered = 0
    for table in (acts, ballots):
        held = and_(table.c.state == SETTLED, table.c.body != "")
        offered += connection.execute(update(table).where(held).values(state=WAITING, settled_before=None)).rowcount
    return offered


def read_state(connection: Connection, name: str) -> str:
    """A small remembered value of the rounds, "" if there is none."""
    return connection.execute(select(_state.c.value).where(_state.c.name == name)).scalar() or ""


def write_state(connection: Connection, name: str, value: str) -> None:
    """Remember a small value."""
    if not connection.execute(update(_state).where(_state.c.name == name).values(value=value)).rowcount:
        connection.execute(insert(_state).values(name=name, value=value))


def _waiting(table: Table, skip: Collection[str]) -> Select[Any]:
    waiting = select(table).where(table.c.state == WAITING)
    return waiting.where(table.c.id.not_in(list(skip))) if skip else waiting


def _within(queue: Sequence[Envelope], max_bytes: int) -> list[Envelope]:
    chosen: list[Envelope] = []
    size = 0
    for envelope in queue:
        size += len(envelope.body) + 512
        if chosen and size > max_bytes:
            break
        chosen.append(envelope)
    return chosen


def _envelope(row: Row[Any]) -> Envelope:
    return Envelope(
        id=row.id,
        kind=row.kind,
        version=row.version,
        booth=row.booth,
        made_at=read_instant(row.made_at),
        previous=row.previous,
        body=row.body,
        signature=row.signature,
    )


def _find(connection: Connection, id: str) -> tuple[Table, Row[Any]] | None:
    return _find_all(connection, [id]).get(id)


def _find_all(connection: Connection, ids: list[str]) -> dict[str, tuple[Table, Row[Any]]]:
    found: dict[str, tuple[Table, Row[Any]]] = {}
    for table in (acts, ballots):
        wanted = select(table.c.id, table.c.kind, table.c.digest, table.c.state).where(table.c.id.in_(ids))
        found |= {row.id: (table, cast("Row[Any]", row)) for row in connection.execute(wanted)}
    return found


def _move(connection: Connection, table: Table, ids: list[str], old: str, new: str) -> None:
    here = and_(table.c.id.in_(ids), table.c.state == old)
    connection.execute(update(table).where(here).values(state=new))


def _note_problem(connection: Connection, row: Row[Any], reason: str) -> None:
    known = select(_problems.c.id).where(_problems.c.id == row.id, _problems.c.reason == reason)
    if connection.execute(known).first() is None:
        connection.execute(insert(_problems).values(id=row.id, reason=reason, kind=row.kind, digest=row.digest))
