"""The booth's own tables. sync brings its two tables of letters (sync.outbox, sync.inbox) into the same database."""

from sqlalchemy import Column, Integer, MetaData, String, Table, UniqueConstraint

metadata = MetaData()

# What happened, for a technician. Nothing here says who, and there is no line for a vote at all: a line's
# place and time beside the ballots would help to link them.
journal = Table(
    "journal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("what", String, nullable=False),
    Column("detail", String, nullable=False, server_default=""),
)

certificates = Table(
    "certificates",
    metadata,
    Column("number", String, primary_key=True),
    Column("year", Integer, nullable=False),
    Column("serial", Integer, nullable=False),
    Column("digest", String, nullable=False),
    Column("issued_at", String, nullable=False),
    Column("fate", String, nullable=False),
    # Which certificate it is: what is void must be void under its own name.
    Column("document", String, nullable=False, server_default="family_status"),
    UniqueConstraint("year", "serial"),
)

# Small things the booth has learned: the clock's offset, the last round.
facts = Table("facts", metadata, Column("name", String, primary_key=True), Column("value", String, nullable=False))

# Cards reported lost here; `act` is the envelope that tells the town hall, `settled_at` the town hall's time when it
# certainly had it.
blocked_cards = Table(
    "blocked_cards",
    metadata,
    Column("card", String, primary_key=True),
    Column("at", String, nullable=False),
    Column("act", String, nullable=False),
    Column("settled_at", String),
)
