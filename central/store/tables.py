"""The tables as they are today; migrations/ says how they came to be. Every primary key begins with the municipality,
so that many of them can share one database, and a national one can be split by it."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware datetime, kept in UTC. SQLite forgets zones: they are given back on the way out."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("an instant needs its time zone")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = sa.MetaData()


def _table(name: str, keys: list[str], *columns: sa.schema.SchemaItem) -> sa.Table:
    parts = [sa.Column(key, sa.String(80), primary_key=True) for key in ["municipality_id", *keys]]
    return sa.Table(name, metadata, *parts, *columns)


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=null)


def _at(name: str) -> sa.Column[datetime]:
    return sa.Column(name, Instant, nullable=False)


booths = _table(
    "booths",
    ["booth"],
    _text("name_el"),
    _text("name_en"),
    _text("signing_key"),  # PEM, P-256
    _text("number_prefix"),
    _text("state"),  # invited | active | suspended | revoked | quarantined
    sa.Column("last_seen", Instant, nullable=True),
    _text("status", null=True),  # JSON of municipality.messages.BoothStatus, the newest
)

# The first bytes that came under an id. What came later under the same id with other bytes is in `conflicts`.
envelopes = _table(
    "envelopes",
    ["envelope"],
    _text("digest"),
    _text("booth"),
    _text("kind"),
    _text("outcome"),  # accepted | rejected
    _text("reason"),
    _text("message"),  # the envelope as JSON, its body still sealed
    _at("received_at"),  # whole hours for ballots: minutes would tell the order
)

conflicts = _table(
    "conflicts",
    ["envelope", "digest"],
    _text("booth"),
    _text("message"),
    _at("received_at"),
)

ballots = _table(
    "ballots",
    ["election", "tracker"],
    _text("credential"),
    _text("ballot"),
    _at("cast_at"),
    _text("state"),  # current | superseded | on_board
    sa.Index("ballots_by_credential", "municipality_id", "election", "credential"),
)

# Who sent which ciphertext: kept apart, because it is destroyed after the time for appeals.
ballot_links = _table(
    "ballot_links",
    ["election", "tracker"],
    _text("card"),
    _text("booth"),
    _text("envelope"),
)

certificates = _table(
    "certificates",
    ["number"],
    sa.Column("code", sa.String(40), nullable=False),
    _text("card"),
    _text("booth"),
    _text("document"),
    _at("issued_at"),
    _text("as_of"),
    _text("digest"),
    _text("fate"),  # issued | void
    sa.UniqueConstraint("municipality_id", "code", name="certificates_code"),
)

cards = _table(
    "cards",
    ["card"],
    _text("resident"),
    _text("authentication"),  # certificates in PEM
    _text("card_authentication"),
    _text("key_management"),
    _at("not_after"),
    sa.Column("revoked_at", Instant, nullable=True),
)

residents = _table(
    "residents",
    ["resident"],
    _text("family"),
    _text("person"),  # JSON of municipality.residents.Person
    _text("capacities"),  # JSON list
    sa.Index("residents_by_family", "municipality_id", "family"),
)

families = _table("families", ["family"], _text("share"))  # JSON of municipality.residents.FamilyShare

elections = _table(
    "elections",
    ["election"],
    _text("state"),  # draft | open | closed | tallied | published
    _text("notice"),  # JSON of municipality.messages.Election
    _text("roll"),  # JSON list of card numbers
    _text("result", null=True),  # JSON
    _text("head", null=True),  # hash of the board's last event, published outside it
    _at("opens"),
    _at("closes"),
)

items = _table(
    "items",
    ["kind", "key"],
    sa.Column("seq", sa.BigInteger, nullable=False),
    _text("digest"),
    _text("body"),
    sa.UniqueConstraint("municipality_id", "seq", name="items_seq"),
)

counters = _table("counters", ["counter"], sa.Column("value", sa.BigInteger, nullable=False))

# What a dossier said when it was last sealed, as an HMAC: only what changed is sealed anew.
dossiers = _table(
    "dossiers",
    ["card"],
    _text("mac"),
    sa.Column("sequence", sa.BigInteger, nullable=False),
    _at("expires_at"),
)

nonces = _table("nonces", ["booth", "nonce"], _at("forget_after"))

# Small values of the centre itself: the epoch, through when a backup holds what came in.
marks = _table("marks", ["mark"], _text("value"))

# Every act of the staff, chained by digest so that a gap or an edit shows. Never a resident's name.
audit = _table(
    "audit",
    ["entry"],  # nine digits, growing
    _at("at"),
    _text("who"),
    _text("role"),
    _text("what"),
    _text("about"),
    _text("digest"),
)
