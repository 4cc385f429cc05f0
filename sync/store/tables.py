"""Where envelopes lie at the booth: what never changes apart from what every round changes.

Must never keep anything of a ballot by which its place would tell when it was cast.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, Select, Table, Text, func, literal, select

metadata: Final = MetaData()

# All of one length, so that a row keeps its size.
WAITING: Final = "waiting"
SETTLED: Final = "settled"  # its message is still here
EMPTIED: Final = "emptied"  # settled, and a backup at the centre has the message
REFUSED: Final = "refused"


def _columns() -> list[Column[Any]]:
    return [
        Column("digest", Text, nullable=False),
        Column("made_at", Text, nullable=False),
        Column("message", LargeBinary, nullable=False),  # the envelope as it travels; empty once a backup has it
    ]


def _answered() -> list[Column[Any]]:
    # The second is the centre's time at a hello that came after its answer; NULL until then.
    return [Column("state", Text, nullable=False), Column("settled_before", Text)]


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
    "outbox_ballots",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    *_columns(),
    sqlite_with_rowid=False,
)
# What changes stands apart from the messages: a page of SQLCipher is encrypted and logged again as a whole.
act_states: Final = Table(
    "outbox_act_states",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    *_answered(),
)
Index("outbox_act_states_by_state", act_states.c.state, act_states.c.seq, act_states.c.kind)
# A ballot that waits has no row here: SQLite fills a page in the order of writing, and many rows as narrow as these
# share one, so that rows made at the vote would tell who came after whom. Rows come with a batch's answers, by id.
ballot_answers: Final = Table(
    "outbox_ballot_answers",
    metadata,
    Column("id", Text, primary_key=True),
    *_answered(),
    sqlite_with_rowid=False,
)
problems: Final = Table(
    "outbox_problems",
    metadata,
    Column("id", Text, primary_key=True),
    Column("reason", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("digest", Text, nullable=False),
    sqlite_with_rowid=False,
)
state: Final = Table("sync_state", metadata, Column("name", Text, primary_key=True), Column("value", Text))


def among(values: Collection[str] | Collection[int]) -> Select[Any]:
    """The values as rows: one statement, however many there are."""
    return select(func.json_each(literal(json.dumps(list(values)), Text)).table_valued("value").c.value)
