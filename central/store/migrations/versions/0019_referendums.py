"""Referendums that are held on paper: what an officer typed, and what booths and the site tell of it."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "votes_referendums",
        sa.Column("municipality_id", sa.String(80), primary_key=True),
        sa.Column("referendum", sa.String(80), primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("state", "typed", "message", "made_by")),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    )
