"""The staff: accounts, sessions, and the record of what each of them did."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("municipality_id", sa.String(80), primary_key=True),
        sa.Column("entry", sa.String(80), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *_texts("who", "role", "what", "about", "digest"),
    )
    _accounts()
    _decisions()


def _table(name: str, keys: list[str], *columns: sa.schema.SchemaItem) -> None:
    op.create_table(
        name, *(sa.Column(key, sa.String(80), primary_key=True) for key in ["municipality_id", *keys]), *columns
    )


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _at(name: str, *, null: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def _accounts() -> None:
    _table(
        "accounts",
        ["account"],
        sa.Column("password", sa.Text, nullable=True),
        *_texts("subject", "roles", "language", "state"),
        sa.Column("failures", sa.Integer, nullable=False),
        _at("locked_until", null=True),
        _at("made_at"),
        _at("last_in", null=True),
    )
    _table("sessions", ["session"], *_texts("account"), _at("made_at"), _at("seen_at"), _at("expires_at"))
    _table("sign_ins", ["attempt"], *_texts("nonce", "verifier"), _at("expires_at"))


def _decisions() -> None:
    _table(
        "proposals",
        ["proposal"],
        *_texts("what", "about", "proposed_by"),
        _at("proposed_at"),
        *_texts("state"),
        sa.Column("decided_by", sa.Text, nullable=True),
        _at("decided_at", null=True),
    )
    _table("remarks", ["about", "entry"], _at("at"), *_texts("who", "words"))


def downgrade() -> None:
    raise NotImplementedError("a database only goes forward; go back by restoring the copy made before")
