"""The first tables. The municipality opens every primary key from here on."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def _table(name: str, keys: list[str], *columns: sa.schema.SchemaItem) -> None:
    key_columns = [sa.Column(key, sa.String(80), primary_key=True) for key in ["municipality_id", *keys]]
    op.create_table(name, *key_columns, *columns)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _at(name: str) -> sa.Column[datetime]:
    return sa.Column(name, AT, nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False)


def upgrade() -> None:
    _intake()
    _registry()
    _votes()
    _feed()


def _intake() -> None:
    _table("booths", ["booth"], *_texts("name_el", "name_en", "signing_key", "number_prefix", "state"))
    sealed = _texts("digest", "booth", "kind", "outcome", "reason", "message")
    _table("envelopes", ["envelope"], *sealed, _at("received_at"))
    _table("conflicts", ["envelope", "digest"], *_texts("booth", "message"), _at("received_at"))
    _table(
        "certificates",
        ["number"],
        sa.Column("code", sa.String(40), nullable=False),
        *_texts("card", "booth", "document"),
        _at("issued_at"),
        *_texts("as_of", "digest", "fate"),
        sa.UniqueConstraint("municipality_id", "code", name="certificates_code"),
    )
    _table("nonces", ["booth", "nonce"], _at("forget_after"))


def _registry() -> None:
    certificates = _texts("resident", "authentication", "card_authentication", "key_management")
    revoked = sa.Column("revoked_at", AT, nullable=True)
    _table("cards", ["card"], *certificates, _at("not_after"), revoked)
    _table("residents", ["resident"], *_texts("family", "person", "capacities"))
    op.create_index("residents_by_family", "residents", ["municipality_id", "family"])
    _table("families", ["family"], *_texts("share"))
    _table("dossiers", ["card"], *_texts("mac"), _number("sequence"), _at("expires_at"))


def _votes() -> None:
    later = [sa.Column(name, sa.Text, nullable=True) for name in ("result", "head")]
    _table("elections", ["election"], *_texts("state", "notice", "roll"), *later, _at("opens"), _at("closes"))
    _table("ballots", ["election", "tracker"], *_texts("credential", "ballot"), _at("cast_at"), *_texts("state"))
    op.create_index("ballots_by_credential", "ballots", ["municipality_id", "election", "credential"])
    _table("ballot_links", ["election", "tracker"], *_texts("card", "booth", "envelope"))


def _feed() -> None:
    _table(
        "items",
        ["kind", "key"],
        _number("seq"),
        *_texts("digest", "body"),
        sa.UniqueConstraint("municipality_id", "seq", name="items_seq"),
    )
    _table("counters", ["counter"], _number("value"))


def downgrade() -> None:
    raise NotImplementedError("the first tables are not taken away")
