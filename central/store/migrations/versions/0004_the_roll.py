"""The roll is imported: uploads, differences, two pairs of eyes; how long each kind is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def _keys(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(80), primary_key=True) for name in ("municipality_id", *names)]


def _texts(*names: str, null: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=null) for name in names]


def upgrade() -> None:
    op.create_table(
        "roll_imports",
        *_keys("upload"),
        *_texts("state", "file_digest"),
        sa.Column("base", sa.BigInteger, nullable=False),
        sa.Column("whole", sa.Boolean, nullable=False),
        *_texts("as_of", "counts", "made_by"),
        sa.Column("made_at", AT, nullable=False),
        *_texts("decided_by", null=True),
        sa.Column("decided_at", AT, nullable=True),
    )
    op.create_table(
        "roll_changes",
        *_keys("upload", "resident"),
        *_texts("what", "fields"),
        *_texts("before", "after", null=True),
    )
    op.create_index("roll_changes_by_resident", "roll_changes", ["municipality_id", "resident"])
    # The time for appeals runs from here; after it nobody's ballot can be told from another's.
    op.add_column("elections", sa.Column("published_at", AT, nullable=True))
    # Cards of a family's members, and bodies whose time is over, are found without reading everything.
    op.create_index("cards_by_resident", "cards", ["municipality_id", "resident"])
    op.create_index("envelopes_by_arrival", "envelopes", ["municipality_id", "received_at"])


def downgrade() -> None:
    raise NotImplementedError("a database only goes forward; go back by restoring the copy made before")
