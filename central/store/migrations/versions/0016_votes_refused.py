"""Ballots that were refused, by their tracker, so that whoever asks for one is told so."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "votes_refused",
        *(sa.Column(key, sa.String(80), primary_key=True) for key in ("municipality_id", "election", "tracker")),
        sa.Column("reason", sa.Text, nullable=False),
    )


def downgrade() -> None:
    raise NotImplementedError("a database only goes forward; go back by restoring the copy made before")
