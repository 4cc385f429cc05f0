"""The staff: accounts, sessions, and the record of what each of them did."""

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
        *(sa.Column(name, sa.Text, nullable=False) for name in ("who", "role", "what", "about", "digest")),
    )


def downgrade() -> None:
    raise NotImplementedError("a database only goes forward; go back by restoring the copy made before")
