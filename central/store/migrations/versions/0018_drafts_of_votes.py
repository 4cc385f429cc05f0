"""Votes that an officer draws up in the console, before they are votes."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    texts = ("state", "plan", "made_by")
    later = ("election", "request", "left_out", "answer", "record", "signatures")
    op.create_table(
        "votes_drafts",
        sa.Column("municipality_id", sa.String(80), primary_key=True),
        sa.Column("draft", sa.String(80), primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in texts),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.Text, nullable=False, server_default="") for name in later),
    )
