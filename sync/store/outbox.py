"""What the booth still owes the centre: signed, sealed envelopes, until a backup at the centre holds them.

Works inside the transaction that is passed in and never commits. Nothing is ever dropped silently: a message goes
only when the centre says that a backup has it, a refusal stays with its reason, and digests stay for good.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Connection, Row, Select, Table, and_, delete, func, insert, select, update

from sync.store.tables import (
    EMPTIED,
    REFUSED,
    SETTLED,
    WAITING,
    act_states,
    acts,
    among,
    ballot_answers,
    ballots,
    metadata,
)
from sync.store.tables import problems as _problems
from sync.store.tables import state as _state
from sync.wire.encoding import instant, read_instant
from sync.wire.envelope import ChainBroken, Envelope, chained_id
from sync.wire.messages import Answer

__all__ = [
    "EMPTIED",
    "REFUSED",
    "SETTLED",
    "WAITING",
    "Acknowledged",
    "Connection",
    "Counts",
    "Problem",
    "acknowledge",
    "act_states",
    "acts",
    "among",
    "ask_again",
    "ballot_answers",
    "ballots",
    "complain",
    "counts",
    "go_on_from",
    "holds",
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
    "settled",
    "within",
    "write_state",
]

# What the next act follows where the act itself is lost; gone as soon as one was queued behind it.
_HEAD: Final = "chain.head"
# Not `random`'s own generator: from its output the orders of other nights could be worked out.
_shuffle: Final = secrets.SystemRandom().shuffle


@dataclass(frozen=True)
class Acknowledged:
    """What one batch of answers changed. `unknown` answers were for envelopes that are not ours."""

    accepted: int = 0
    duplicate: int = 0
    rejected: int = 0
    unknown: int = 0


@dataclass(frozen=True)
class Counts:
    """Envelopes by state; `held` are settled ones whose message is still here."""

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
        "digest": envelope.digest(),
        "made_at": instant(envelope.made_at),
        "message": envelope.message,
    }
    if not envelope.chained:
        connection.execute(insert(ballots).values({**row, "kind": envelope.kind}))
        return
    if envelope.previous != last_digest(connection):
        raise ChainBroken(f"envelope {envelope.id} does not follow the last act")
    (seq,) = cast("Row[Any]", connection.execute(insert(acts).values(row)).inserted_primary_key)
    connection.execute(delete(_state).where(_state.c.name == _HEAD))
    connection.execute(insert(act_states).values(seq=seq, kind=envelope.kind, state=WAITING))


def last_digest(connection: Connection) -> str:
    """Digest of the last act queued, which the next one must name; "" before the first."""
    last = select(acts.c.digest).order_by(acts.c.seq.desc()).limit(1)
    return read_state(connection, _HEAD) or connection.execute(last).scalar() or ""


def go_on_from(connection: Connection, digest: str) -> None:
    """The next act follows one that this database has lost: the gap shows at the centre, and nothing forks."""
    write_state(connection, _HEAD, digest)


def holds(connection: Connection, digest: str) -> bool:
    """Whether an act of this digest is here."""
    return connection.execute(select(acts.c.seq).where(acts.c.digest == digest)).first() is not None


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
    """The next envelopes to push: acts of the `urgent` kinds alone while there are any, then ballots in an order that
    `shuffle` makes new each time, then the other acts in theirs.

    At most `limit`, and at most `max_bytes` of them (but at least one); none of the ids in `skip`. With `max_ballots`
    ballots go alone as well, so many at most.
    """
    if urgent:
        # Never beside a ballot: a centre that cannot judge a ballot, or takes long over it, must not hold these back.
        first = _waiting_acts(limit, skip).where(act_states.c.kind.in_(list(urgent)))
        alone = _envelopes(connection, first)
        if alone:
            return within(alone, max_bytes)
    votes = _envelopes(connection, _waiting_ballots(limit, skip))
    shuffle(votes)
    if votes and max_ballots is not None:
        return within(votes[:max_ballots], max_bytes)
    others = _envelopes(connection, _waiting_acts(limit - len(votes), skip)) if len(votes) < limit else []
    return within([*votes, *others], max_bytes)


def within(queue: Sequence[Envelope], max_bytes: int) -> list[Envelope]:
    """The first of `queue`, of at most `max_bytes` as they travel; one at least, if there is one."""
    chosen: list[Envelope] = []
    size = 0
    for envelope in queue:
        size += len(envelope.message)
        if chosen and size > max_bytes:
            break
        chosen.append(envelope)
    return chosen


def acknowledge(connection: Connection, answers: Iterable[Answer]) -> Acknowledged:
    """Take the centre's answers, a batch at most. Accepted and duplicate are settled, messages kept.

    Said twice, it changes nothing. Answers for ids that are not here are counted as unknown.
    """
    answers = list(answers)
    chained = _seqs(connection, [answer.id for answer in answers])
    votes = _votes(connection, [answer.id for answer in answers if answer.id not in chained])
    tally = Counter(answer.outcome if answer.id in chained or answer.id in votes else "unknown" for answer in answers)
    reasons = {answer.id: answer.reason or "no-reason" for answer in answers if answer.outcome == "rejected"}
    # What was once accepted stays so: a later "rejected" is a problem to look at, not a reason to forget.
    for row in _envelopes_of(connection, list(reasons)):
        _note_problem(connection, row, reasons[row.id])
    good = [answer.id for answer in answers if answer.outcome != "rejected"]
    _move(connection, list(reasons), chained, votes, REFUSED)
    settled = _move(connection, good, chained, votes, SETTLED)
    # Nearly always there is none, and a look is cheaper than a search for each id.
    if connection.execute(select(_problems.c.id).limit(1)).first():
        connection.execute(delete(_problems).where(_problems.c.id.in_(among(settled))))
    return Acknowledged(**tally)


def complain(connection: Connection, id: str, reason: str) -> None:
    """Put an envelope that still waits on the list of problems, such as one that is too large for the line."""
    for row in _envelopes_of(connection, [id]):
        _note_problem(connection, row, reason)


def retry(connection: Connection, id: str) -> bool:
    """Let a refused envelope wait again (admin mode); its problem goes off the list. False if none is refused so."""
    seq = select(acts.c.seq).where(acts.c.id == id)
    refused = and_(act_states.c.seq.in_(seq), act_states.c.state == REFUSED)
    waits = connection.execute(update(act_states).where(refused).values(state=WAITING)).rowcount
    # A ballot waits as long as it has no row there (sync.store.tables).
    mine = and_(ballot_answers.c.id == id, ballot_answers.c.state == REFUSED)
    waits += connection.execute(delete(ballot_answers).where(mine)).rowcount
    if waits:
        connection.execute(delete(_problems).where(_problems.c.id == id))
    return bool(waits)


def problems(connection: Connection) -> list[Problem]:
    """Everything the centre would not take, for admin mode."""
    rows = connection.execute(select(_problems).order_by(_problems.c.id, _problems.c.reason))
    return [Problem(row.id, row.kind, row.digest, row.reason) for row in rows]


def counts(connection: Connection) -> Counts:
    """How many envelopes wait, are settled, are still held, were refused."""

    def by_state(table: Table) -> Counter[str]:
        counted = select(table.c.state, func.count()).group_by(table.c.state)
        return Counter({state: int(number) for state, number in connection.execute(counted)})

    act, vote = by_state(act_states), by_state(ballot_answers)
    both = act + vote
    votes = int(connection.execute(select(func.count()).select_from(ballots)).scalar_one())
    return Counts(
        waiting_acts=act[WAITING],
        # One that waits has no row among the answers.
        waiting_ballots=votes - vote.total(),
        settled=both[SETTLED] + both[EMPTIED],
        held=both[SETTLED],
        refused=both[REFUSED],
    )


def oldest_waiting(connection: Connection) -> datetime | None:
    """When the oldest envelope that waits was made (a ballot's to the hour); None when nothing waits."""
    act = select(func.min(acts.c.made_at)).join(act_states, act_states.c.seq == acts.c.seq)
    vote = select(func.min(ballots.c.made_at)).where(ballots.c.id.not_in(select(ballot_answers.c.id)))
    times = [connection.execute(act.where(act_states.c.state == WAITING)).scalar(), connection.execute(vote).scalar()]
    return min((read_instant(time) for time in times if time), default=None)


def settled(connection: Connection, ids: Collection[str]) -> set[str]:
    """Which of these acts the centre has said that it has."""
    seqs = _seqs(connection, ids)
    mine = and_(act_states.c.seq.in_(among(list(seqs.values()))), act_states.c.state.in_((SETTLED, EMPTIED)))
    there = set(connection.execute(select(act_states.c.seq).where(mine)).scalars())
    return {id for id, seq in seqs.items() if seq in there}


def note_settled(connection: Connection, now: datetime) -> None:
    """At a hello: all that was answered before it was received before `now` by the centre's clock."""
    for table in (act_states, ballot_answers):
        fresh = and_(table.c.state == SETTLED, table.c.settled_before.is_(None))
        connection.execute(update(table).where(fresh).values(settled_before=instant(now)))


def release(connection: Connection, kept_through: datetime) -> int:
    """Empty the messages that a backup of the centre holds; digests stay. Returns how many."""
    released = 0
    for letters, states in ((acts.c.seq, act_states.c.seq), (ballots.c.id, ballot_answers.c.id)):
        table = states.table
        # What no hello has followed yet has NULL here, and is not kept: it may have come after the copy was made.
        kept = and_(table.c.state == SETTLED, table.c.settled_before <= instant(kept_through))
        connection.execute(update(letters.table).where(letters.in_(select(states).where(kept))).values(message=b""))
        released += connection.execute(update(table).where(kept).values(state=EMPTIED)).rowcount
    return released


def ask_again(connection: Connection) -> int:
    """The centre was restored from a backup: offer it again everything settled whose message is still here, and what it
    refused, which it has forgotten as well; it may judge otherwise, or lists it once more."""
    seqs = select(act_states.c.seq).where(act_states.c.state == REFUSED)
    votes = select(ballot_answers.c.id).where(ballot_answers.c.state == REFUSED)
    for refused in (select(acts.c.id).where(acts.c.seq.in_(seqs)), votes):
        connection.execute(delete(_problems).where(_problems.c.id.in_(refused)))
    held = (SETTLED, REFUSED)
    again = update(act_states).where(act_states.c.state.in_(held)).values(state=WAITING, settled_before=None)
    unanswered = delete(ballot_answers).where(ballot_answers.c.state.in_(held))
    return connection.execute(again).rowcount + connection.execute(unanswered).rowcount


def read_state(connection: Connection, name: str) -> str:
    """A small remembered value of the rounds, "" if there is none."""
    return connection.execute(select(_state.c.value).where(_state.c.name == name)).scalar() or ""


def write_state(connection: Connection, name: str, value: str) -> None:
    """Remember a small value."""
    if not connection.execute(update(_state).where(_state.c.name == name).values(value=value)).rowcount:
        connection.execute(insert(_state).values(name=name, value=value))


def _waiting_acts(limit: int, skip: Collection[str]) -> Select[Any]:
    waiting = (
        select(acts.c.message).join(act_states, act_states.c.seq == acts.c.seq).where(act_states.c.state == WAITING)
    )
    waiting = waiting.order_by(act_states.c.seq).limit(limit)
    # By place and not by id: else each act that is passed over would be read, a page of its own, to see its id.
    passed_over = select(acts.c.seq).where(acts.c.id.in_(among(skip)))
    return waiting.where(act_states.c.seq.not_in(passed_over)) if skip else waiting


def _waiting_ballots(limit: int, skip: Collection[str]) -> Select[Any]:
    waiting = select(ballots.c.message).where(ballots.c.id.not_in(select(ballot_answers.c.id)))
    # By the random id, before it is shuffled: of many no part is chosen by when it was cast.
    waiting = waiting.order_by(ballots.c.id).limit(limit)
    unchained = [id for id in skip if not chained_id(id)]
    return waiting.where(ballots.c.id.not_in(among(unchained))) if unchained else waiting


def _envelopes(connection: Connection, messages: Select[Any]) -> list[Envelope]:
    return [Envelope.kept(message) for message in connection.execute(messages).scalars().all()]


def _seqs(connection: Connection, ids: Collection[str]) -> dict[str, int]:
    """Which of `ids` are acts here, and where in the chain."""
    found = connection.execute(select(acts.c.id, acts.c.seq).where(acts.c.id.in_(among(ids))))
    return {row.id: int(row.seq) for row in found}


def _votes(connection: Connection, ids: Collection[str]) -> set[str]:
    """Which of `ids` are ballots here."""
    if not ids:
        return set()
    return set(connection.execute(select(ballots.c.id).where(ballots.c.id.in_(among(ids)))).scalars())


def _envelopes_of(connection: Connection, ids: Collection[str]) -> list[Row[Any]]:
    """id, kind and digest of those that are here."""
    if not ids:
        return []
    found: list[Row[Any]] = []
    chained = select(acts.c.id, act_states.c.kind, acts.c.digest).join(act_states, act_states.c.seq == acts.c.seq)
    for table, all_of_them in ((acts, chained), (ballots, select(ballots.c.id, ballots.c.kind, ballots.c.digest))):
        mine = all_of_them.where(table.c.id.in_(among(ids)))
        found += cast("list[Row[Any]]", connection.execute(mine).all())
    return found


def _move(
    connection: Connection, ids: Collection[str], seqs: Mapping[str, int], votes: Collection[str], state: str
) -> list[str]:
    """Those of `ids` that still waited; they are in `state` now."""
    asked = {seqs[id]: id for id in ids if id in seqs}
    moved: list[str] = []
    if asked:
        # Only what waits moves: an answer that comes late or twice changes nothing.
        here = and_(act_states.c.seq.in_(among(list(asked))), act_states.c.state == WAITING)
        there = update(act_states).where(here).values(state=state).returning(act_states.c.seq)
        moved = [asked[seq] for seq in connection.execute(there).scalars().all()]
    mine = {id for id in ids if id in votes}
    known = select(ballot_answers.c.id).where(ballot_answers.c.id.in_(among(mine)))
    fresh = sorted(mine.difference(connection.execute(known).scalars())) if mine else []
    if fresh:  # in the order of ids, not of answers
        connection.execute(insert(ballot_answers), [{"id": id, "state": state} for id in fresh])
    return moved + fresh


def _note_problem(connection: Connection, row: Row[Any], reason: str) -> None:
    known = select(_problems.c.id).where(_problems.c.id == row.id, _problems.c.reason == reason)
    if connection.execute(known).first() is None:
        connection.execute(insert(_problems).values(id=row.id, reason=reason, kind=row.kind, digest=row.digest))
