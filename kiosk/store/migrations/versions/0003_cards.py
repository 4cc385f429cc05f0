"""Cards reported lost at this booth."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "blocked_cards",
        sa.Column("card", sa.String(), primary_key=True),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("settled_at", sa.String()),
    )


def downgrade() -> None:
    raise NotImplementedError("a database only goes forward; go back by restoring the copy made before")
