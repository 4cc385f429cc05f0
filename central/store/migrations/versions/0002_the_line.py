"""What the line to the booths keeps: chains and gaps, backups and epochs, what a booth last said of itself."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("booths", sa.Column("last_seen", sa.DateTime(timezone=True), nullable=True))
    op.add_column("booths", sa.Column("status", sa.Text, nullable=True))
    op.create_table(
        "marks",
        sa.Column("municipality_id", sa.String(80), primary_key=True),
        sa.Column("mark", sa.String(80), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.add_column("envelopes", sa.Column("signature", sa.Text, nullable=False, server_default="checked"))
    if op.get_bind().dialect.name == "postgresql":
        # Sealed text does not shrink: trying, and moving 2 KB elsewhere, made an insert three times as slow.
        op.execute("ALTER TABLE envelopes ALTER COLUMN message SET STORAGE EXTERNAL")
        op.execute("ALTER TABLE envelopes SET (toast_tuple_target = 8160)")
    op.create_index("envelopes_by_digest", "envelopes", ["municipality_id", "digest"])
    op.create_index("nonces_by_end", "nonces", ["municipality_id", "forget_after"])
    waiting = sa.text("signature = 'unchecked'")  # few, or none: the index is as small
    op.create_index(
        "envelopes_unchecked",
        "envelopes",
        ["municipality_id", "envelope"],
        postgresql_where=waiting,
        sqlite_where=waiting,
    )
    op.create_table(
        "chains",
        sa.Column("municipality_id", sa.String(80), primary_key=True),
        sa.Column("booth", sa.String(80), primary_key=True),
        sa.Column("first", sa.String(80), primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("opens", "last")),
        sa.Column("acts", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filled_at", sa.DateTime(timezone=True), nullable=True),
    )


def downgrade() -> None:
    raise NotImplementedError("a database only goes forward; go back by restoring the copy made before")
