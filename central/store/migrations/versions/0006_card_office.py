"""The card office: the life of a card, replacements, block codes, certificates issued, technicians."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    for name, default in (
        ("state", "active"),
        ("bearer", "resident"),
        ("before", ""),
        ("blocked_by", ""),
        ("replaces", ""),
        ("letter", ""),
    ):
        op.add_column("cards", sa.Column(name, sa.Text, nullable=False, server_default=default))
    op.add_column("cards", sa.Column("unblocked_at", _AT, nullable=True))
    # Blocked before there was an office: for good, as its officers were told.
    op.execute("UPDATE cards SET state = 'blocked', blocked_by = 'counter' WHERE revoked_at IS NOT NULL")
    _table("card_secrets", ["card"], _text("secret_salt"), _text("block_code_hash"))
    _table(
        "card_certificates",
        ["serial"],
        _text("card"),
        _text("slot"),
        _text("letter"),
        sa.Column("issued_at", _AT, nullable=False),
        sa.Column("revoked_at", _AT, nullable=True),
    )
    op.create_index("card_certificates_by_card", "card_certificates", ["municipality_id", "card"])
    _table("technicians", ["card", "booth"], _text("added_by"), sa.Column("added_at", _AT, nullable=False))


def _table(name: str, keys: list[str], *columns: sa.schema.SchemaItem) -> None:
    parts = [sa.Column(key, sa.String(80), primary_key=True) for key in ["municipality_id", *keys]]
    op.create_table(name, *parts, *columns)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def downgrade() -> None:
    raise NotImplementedError("a database only goes forward; go back by restoring the copy made before")
