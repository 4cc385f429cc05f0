"""The tables of the kernel and the office as they are today; a matter's own lie in its store. migrations/ says how they
came to be. Every primary key begins with the municipality, so that many of them can share one database, and a national
one can be split by it."""

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


def table(name: str, keys: list[str], *columns: sa.schema.SchemaItem) -> sa.Table:
    """A table whose primary key is the municipality and `keys`. A matter's table bears its noun in front."""
    parts = [sa.Column(key, sa.String(80), primary_key=True) for key in ["municipality_id", *keys]]
    return sa.Table(name, metadata, *parts, *columns)


def text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=null)


def at(name: str) -> sa.Column[datetime]:
    return sa.Column(name, Instant, nullable=False)


booths = table(
    "booths",
    ["booth"],
    text("name_el"),
    text("name_en"),
    text("signing_key"),  # PEM, P-256
    text("number_prefix"),
    text("state"),  # invited | active | suspended | revoked | quarantined
    sa.Column("last_seen", Instant, nullable=True),
    text("status", null=True),  # JSON of municipality.messages.BoothStatus, the newest
)

# The first bytes that came under an id. What came later under the same id with other bytes is in `conflicts`.
envelopes = table(
    "envelopes",
    ["envelope"],
    text("digest"),
    text("booth"),
    text("kind"),
    text("outcome"),  # accepted | rejected
    text("reason"),
    sa.Column("message", sa.LargeBinary, nullable=False),  # the envelope's bytes, its body still sealed
    at("received_at"),  # whole hours for ballots: minutes would tell the order
    text("signature"),  # checked | unchecked | bad: the envelope's own, not the batch's
    sa.Index("envelopes_by_digest", "municipality_id", "digest"),
    sa.Index(
        "envelopes_unchecked",
        "municipality_id",
        "envelope",
        postgresql_where=sa.text("signature = 'unchecked'"),
        sqlite_where=sa.text("signature = 'unchecked'"),
    ),
    sa.Index("envelopes_by_arrival", "municipality_id", "received_at"),
    sa.Index(
        "envelopes_set_aside",
        "municipality_id",
        "received_at",
        postgresql_where=sa.text("outcome = 'rejected'"),
        sqlite_where=sa.text("outcome = 'rejected'"),
    ),
)

conflicts = table(
    "conflicts",
    ["envelope", "digest"],
    text("booth"),
    sa.Column("message", sa.LargeBinary, nullable=False),
    at("received_at"),
)

cards = table(
    "cards",
    ["card"],
    text("resident"),
    text("authentication"),  # certificates in PEM
    text("card_authentication"),
    text("key_management"),
    at("not_after"),
    sa.Column("revoked_at", Instant, nullable=True),
    # The card office's (central.store.office.cards); municipality.matters.cards.rules says what follows what.
    sa.Column("state", sa.Text, nullable=False, server_default="active"),  # municipality.matters.cards.rules.State
    sa.Column("bearer", sa.Text, nullable=False, server_default="resident"),  # resident | technician
    sa.Column("before", sa.Text, nullable=False, server_default=""),  # the state that a blocked card had
    sa.Column("blocked_by", sa.Text, nullable=False, server_default=""),  # counter | block_code | successor
    sa.Column("replaces", sa.Text, nullable=False, server_default=""),  # the card whose successor this one is
    sa.Column("letter", sa.Text, nullable=False, server_default=""),  # serial of the newest PIN letter
    sa.Column("unblocked_at", Instant, nullable=True),
    sa.Index("cards_by_resident", "municipality_id", "resident"),
)

residents = table(
    "residents",
    ["resident"],
    text("family"),
    text("person"),  # JSON of municipality.residents.Person
    text("capacities"),  # JSON list
    sa.Index("residents_by_family", "municipality_id", "family"),
)

families = table("families", ["family"], text("share"))  # JSON of municipality.residents.FamilyShare

items = table(
    "items",
    ["kind", "key"],
    sa.Column("seq", sa.BigInteger, nullable=False),
    text("digest"),
    text("body"),
    sa.UniqueConstraint("municipality_id", "seq", name="items_seq"),
)

counters = table("counters", ["counter"], sa.Column("value", sa.BigInteger, nullable=False))

# What a dossier said when it was last sealed, as an HMAC: only what changed is sealed anew. And its sections, which are
# sealed anew by turn, whatever they say.
dossiers = table(
    "dossiers",
    ["card"],
    text("mac"),
    sa.Column("sequence", sa.BigInteger, nullable=False),
    at("expires_at"),
    sa.Column("salt", sa.Text, nullable=False, server_default=""),  # hex: half of what its secret is derived from
    sa.Column("sections", sa.BigInteger, nullable=False, server_default="0"),  # the sequence of its sections
    sa.Column("round", sa.BigInteger, nullable=False, server_default="0"),  # that they were sealed in, with all others
    sa.Column("night", sa.Text, nullable=False, server_default=""),  # of their sealing: a day, ISO 8601
)

nonces = table(
    "nonces",
    ["booth", "nonce"],
    at("forget_after"),
    sa.Index("nonces_by_end", "municipality_id", "forget_after"),
)

# Small values of the centre itself: the epoch, through when a backup holds what came in.
marks = table("marks", ["mark"], text("value"))

# Every act of the staff, chained by digest so that a gap or an edit shows. Never a resident's name.
audit = table(
    "audit",
    ["entry"],  # nine digits, growing
    at("at"),
    text("who"),
    text("role"),
    text("what"),
    text("about"),
    text("digest"),
)

# The staff. `password`: an argon2id hash; empty for those whom the municipality's own sign-in vouches for.
accounts = table(
    "accounts",
    ["account"],
    text("password", null=True),
    text("subject"),  # issuer and subject of the OpenID provider; "" for a local account
    text("roles"),  # JSON list of municipality.staff.Role
    text("language"),
    text("state"),  # active | disabled
    at("made_at"),
    sa.Column("last_in", Instant, nullable=True),
)

# Wrong passwords in a row, by a keyed digest of the name that was typed: an account's, or nobody's.
sign_in_tries = table(
    "sign_in_tries",
    ["name"],
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("locked_until", Instant, nullable=True),
    at("forget_after"),
    sa.Index("sign_in_tries_by_end", "municipality_id", "forget_after"),
)

# A session's key is the SHA-256 of what the browser holds: whoever reads the table cannot enter.
sessions = table("sessions", ["session"], text("account"), at("made_at"), at("seen_at"), at("expires_at"))

# Sign-ins at the OpenID provider that are under way, by the SHA-256 of their `state`.
sign_ins = table("sign_ins", ["attempt"], text("nonce"), text("verifier"), at("expires_at"))

# Acts that need two persons: proposed by one, confirmed by another.
proposals = table(
    "proposals",
    ["proposal"],
    text("what"),
    text("about"),
    text("proposed_by"),
    at("proposed_at"),
    text("state"),  # open | confirmed | withdrawn | failed
    text("decided_by", null=True),
    sa.Column("decided_at", Instant, nullable=True),
)

# What an officer wrote beside a thing, such as a letter that was set aside. Never a resident's name.
remarks = table("remarks", ["about", "entry"], at("at"), text("who"), text("words"))

# Enrolment of booths. `token`: SHA-256 of a one-time token, never the token; `used_by`: the key that it let in.
enrolments = table(
    "enrolments",
    ["token"],
    text("booth"),
    at("made_at"),
    at("expires_at"),
    sa.Column("used_by", sa.String(80), nullable=True),
    sa.Column("used_at", Instant, nullable=True),
)

# Every key that a booth ever had, with its life: envelopes signed with yesterday's key are still good.
booth_keys = table(
    "booth_keys",
    ["booth", "key"],  # key: hex SHA-256 of its SubjectPublicKeyInfo
    text("public"),  # PEM, P-256
    text("certificate"),  # PEM; "" where the key is older than enrolment
    at("not_before"),
    at("not_after"),
    sa.Column("first_used", Instant, nullable=True),
    sa.Column("replaced_at", Instant, nullable=True),  # a newer key has been used since
    sa.Column("barred_at", Instant, nullable=True),  # never to be believed again
)

# What somebody must look at. `what` and `detail` are short codes.
alarms = table(
    "alarms",
    ["alarm"],  # nine digits, growing
    at("at"),
    text("what"),
    text("booth"),
    text("detail"),
    text("seen_by", null=True),
    sa.Column("seen_at", Instant, nullable=True),
)

# What a stolen booth sent: kept, neither judged nor counted, until two persons have decided.
quarantine = table(
    "quarantine",
    ["envelope", "digest"],
    text("booth"),
    text("kind"),
    sa.Column("message", sa.LargeBinary, nullable=False),  # the envelope's bytes, its body still sealed
    at("received_at"),  # whole hours for ballots
    text("state"),  # kept | released | discarded
    text("outcome", null=True),  # what the intake said when it was released
    text("wanted", null=True),  # released | discarded: what the first person asked for
    text("wanted_by", null=True),
    text("wanted_role", null=True),  # the roles that they held, with a blank between
    sa.Column("wanted_at", Instant, nullable=True),
)

# What the municipal register sent: a file's differences from the roll, until a second pair of eyes has applied them.
roll_imports = table(
    "roll_imports",
    ["upload"],
    text("state"),  # previewed | applied | discarded
    text("file_digest"),
    sa.Column("base", sa.BigInteger, nullable=False),  # the roll's version that the differences were taken from
    sa.Column("whole", sa.Boolean, nullable=False),  # the file names everybody: who is not in it has left
    text("as_of"),
    text("counts"),  # JSON: how many of each kind of change
    text("made_by"),
    at("made_at"),
    text("decided_by", null=True),
    sa.Column("decided_at", Instant, nullable=True),
    sa.Column("number", sa.Integer, nullable=False, server_default="1"),  # which file of its day; 0: no file, a merge
    sa.Column("told", sa.Text, nullable=False, server_default="{}"),  # JSON: how heavily it weighs, what was set aside
    sa.Column("faults", sa.Text, nullable=False, server_default="[]"),  # JSON: of the rows that were set aside
    sa.Column("unsure", sa.Text, nullable=False, server_default="[]"),  # JSON: families that they may be about
    sa.Column("confirmed_at", Instant, nullable=True),  # the first person typed the count
)

# One person each. Both records and `other` are emptied when their time is over; which fields changed stays.
roll_changes = table(
    "roll_changes",
    ["upload", "resident"],
    text("what"),  # new | changed | moved | left | deceased
    text("fields"),  # JSON list of names
    text("before", null=True),  # JSON of municipality.roll.record.Record
    text("after", null=True),
    sa.Column("other", sa.Text, nullable=False, server_default=""),  # the number that the same person has, or had
    sa.Index("roll_changes_by_resident", "municipality_id", "resident"),
)

# The chains of the booths' acts as unbroken runs: one for each booth, and one more for each gap or fork.
chains = table(
    "chains",
    ["booth", "first"],  # id of the run's first act
    text("opens"),  # the digest that it names as its predecessor; "" for none
    text("last"),  # digest of its last act
    sa.Column("acts", sa.BigInteger, nullable=False),
    text("state"),  # start | gap | fork | filled
    at("noted_at"),
    sa.Column("filled_at", Instant, nullable=True),
)

# The card office. Never a PIN, a PUK or a block code: a salt for those that are derived, and a slow hash.
card_secrets = table("card_secrets", ["card"], text("secret_salt"), text("block_code_hash"))

# Every certificate that was issued for a card, also for one that was never finished: those are revoked.
card_certificates = table(
    "card_certificates",
    ["serial"],  # hex
    text("card"),
    text("slot"),  # 9A | 9E | 9D
    text("letter"),  # the attempt that it was issued in
    at("issued_at"),
    sa.Column("revoked_at", Instant, nullable=True),
    sa.Index("card_certificates_by_card", "municipality_id", "card"),
)

# Every public key that was certified for a card, by fingerprint: a second one has no place (store.office.card_keys).
card_keys = table(
    "card_keys",
    ["key", "place"],
    text("card"),
    text("slot"),  # 9A | 9E | 9D
    text("modulus"),  # of an RSA key, hex; "" for others
    at("noted_at"),
    sa.Index("card_keys_by_card", "municipality_id", "card"),
)

# Who opens booths for repair. `booth`: "" for all of them. `off_at`: since when no more; what booths tell of the time
# before is then nothing to ring about.
technicians = table(
    "technicians", ["card", "booth"], text("added_by"), at("added_at"), sa.Column("off_at", Instant, nullable=True)
)
