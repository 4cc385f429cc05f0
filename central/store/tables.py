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
    _text("signature"),  # checked | unchecked | bad: the envelope's own, not the batch's
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
    sa.Column("published_at", Instant, nullable=True),
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

nonces = _table(
    "nonces",
    ["booth", "nonce"],
    _at("forget_after"),
    sa.Index("nonces_by_end", "municipality_id", "forget_after"),
)

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

# The staff. `password`: an argon2id hash; empty for those whom the municipality's own sign-in vouches for.
accounts = _table(
    "accounts",
    ["account"],
    _text("password", null=True),
    _text("subject"),  # issuer and subject of the OpenID provider; "" for a local account
    _text("roles"),  # JSON list of municipality.staff.Role
    _text("language"),
    _text("state"),  # active | disabled
    _at("made_at"),
    sa.Column("last_in", Instant, nullable=True),
)

# Wrong passwords in a row, by a keyed digest of the name that was typed: an account's, or nobody's.
sign_in_tries = _table(
    "sign_in_tries",
    ["name"],
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("locked_until", Instant, nullable=True),
    _at("forget_after"),
    sa.Index("sign_in_tries_by_end", "municipality_id", "forget_after"),
)

# A session's key is the SHA-256 of what the browser holds: whoever reads the table cannot enter.
sessions = _table("sessions", ["session"], _text("account"), _at("made_at"), _at("seen_at"), _at("expires_at"))

# Sign-ins at the OpenID provider that are under way, by the SHA-256 of their `state`.
sign_ins = _table("sign_ins", ["attempt"], _text("nonce"), _text("verifier"), _at("expires_at"))

# Acts that need two persons: proposed by one, confirmed by another.
proposals = _table(
    "proposals",
    ["proposal"],
    _text("what"),
    _text("about"),
    _text("proposed_by"),
    _at("proposed_at"),
    _text("state"),  # open | confirmed | withdrawn | failed
    _text("decided_by", null=True),
    sa.Column("decided_at", Instant, nullable=True),
)

# What an officer wrote beside a thing, such as a letter that was set aside. Never a resident's name.
remarks = _table("remarks", ["about", "entry"], _at("at"), _text("who"), _text("words"))

# Enrolment of booths. `token`: SHA-256 of a one-time token, never the token; `used_by`: the key that it let in.
enrolments = _table(
    "enrolments",
    ["token"],
    _text("booth"),
    _at("made_at"),
    _at("expires_at"),
    sa.Column("used_by", sa.String(80), nullable=True),
    sa.Column("used_at", Instant, nullable=True),
)

# Every key that a booth ever had, with its life: envelopes signed with yesterday's key are still good.
booth_keys = _table(
    "booth_keys",
    ["booth", "key"],  # key: hex SHA-256 of its SubjectPublicKeyInfo
    _text("public"),  # PEM, P-256
    _text("certificate"),  # PEM; "" where the key is older than enrolment
    _at("not_before"),
    _at("not_after"),
    sa.Column("first_used", Instant, nullable=True),
    sa.Column("replaced_at", Instant, nullable=True),  # a newer key has been used since
    sa.Column("barred_at", Instant, nullable=True),  # never to be believed again
)

# What somebody must look at. `what` and `detail` are short codes.
alarms = _table(
    "alarms",
    ["alarm"],  # nine digits, growing
    _at("at"),
    _text("what"),
    _text("booth"),
    _text("detail"),
    _text("seen_by", null=True),
    sa.Column("seen_at", Instant, nullable=True),
)

# What a stolen booth sent: kept, neither judged nor counted, until two persons have decided.
quarantine = _table(
    "quarantine",
    ["envelope", "digest"],
    _text("booth"),
    _text("kind"),
    _text("message"),  # the envelope as JSON, its body still sealed
    _at("received_at"),  # whole hours for ballots
    _text("state"),  # kept | released | discarded
    _text("outcome", null=True),  # what the intake said when it was released
    _text("wanted", null=True),  # released | discarded: what the first person asked for
    _text("wanted_by", null=True),
    _text("wanted_role", null=True),  # the roles that they held, with a blank between
    sa.Column("wanted_at", Instant, nullable=True),
)

# What the municipal register sent: a file's differences from the roll, until a second pair of eyes has applied them.
roll_imports = _table(
    "roll_imports",
    ["upload"],
    _text("state"),  # previewed | applied | discarded
    _text("file_digest"),
    sa.Column("base", sa.BigInteger, nullable=False),  # the roll's version that the differences were taken from
    sa.Column("whole", sa.Boolean, nullable=False),  # the file names everybody: who is not in it has left
    _text("as_of"),
    _text("counts"),  # JSON: how many of each kind of change
    _text("made_by"),
    _at("made_at"),
    _text("decided_by", null=True),
    sa.Column("decided_at", Instant, nullable=True),
    sa.Column("number", sa.Integer, nullable=False, server_default="1"),  # which file of its day; 0: no file, a merge
    sa.Column("told", sa.Text, nullable=False, server_default="{}"),  # JSON: how heavily it weighs, what was set aside
    sa.Column("faults", sa.Text, nullable=False, server_default="[]"),  # JSON: of the rows that were set aside
    sa.Column("unsure", sa.Text, nullable=False, server_default="[]"),  # JSON: families that they may be about
    sa.Column("confirmed_at", Instant, nullable=True),  # the first person typed the count
)

# One person each. Both records and `other` are emptied when their time is over; which fields changed stays.
roll_changes = _table(
    "roll_changes",
    ["upload", "resident"],
    _text("what"),  # new | changed | moved | left | deceased
    _text("fields"),  # JSON list of names
    _text("before", null=True),  # JSON of municipality.roll.record.Record
    _text("after", null=True),
    sa.Column("other", sa.Text, nullable=False, server_default=""),  # the number that the same person has, or had
    sa.Index("roll_changes_by_resident", "municipality_id", "resident"),
)

# The chains of the booths' acts as unbroken runs: one for each booth, and one more for each gap or fork.
chains = _table(
    "chains",
    ["booth", "first"],  # id of the run's first act
    _text("opens"),  # the digest that it names as its predecessor; "" for none
    _text("last"),  # digest of its last act
    sa.Column("acts", sa.BigInteger, nullable=False),
    _text("state"),  # start | gap | fork | filled
    _at("noted_at"),
    sa.Column("filled_at", Instant, nullable=True),
)

# The card office. Never a PIN, a PUK or a block code: a salt for those that are derived, and a slow hash.
card_secrets = _table("card_secrets", ["card"], _text("secret_salt"), _text("block_code_hash"))

# Every certificate that was issued for a card, also for one that was never finished: those are revoked.
card_certificates = _table(
    "card_certificates",
    ["serial"],  # hex
    _text("card"),
    _text("slot"),  # 9A | 9E | 9D
    _text("letter"),  # the attempt that it was issued in
    _at("issued_at"),
    sa.Column("revoked_at", Instant, nullable=True),
    sa.Index("card_certificates_by_card", "municipality_id", "card"),
)

# Every public key that was certified for a card, by fingerprint: a second one has no place (store.office.card_keys).
card_keys = _table(
    "card_keys",
    ["key", "place"],
    _text("card"),
    _text("slot"),  # 9A | 9E | 9D
    _text("modulus"),  # of an RSA key, hex; "" for others
    _at("noted_at"),
    sa.Index("card_keys_by_card", "municipality_id", "card"),
)

# Who opens booths for repair. `booth`: "" for all of them. `off_at`: since when no more; what booths tell of the time
# before is then nothing to ring about.
technicians = _table(
    "technicians", ["card", "booth"], _text("added_by"), _at("added_at"), sa.Column("off_at", Instant, nullable=True)
)
