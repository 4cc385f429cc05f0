"""What waits is found without reading what was settled long ago."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("outbox_acts_by_state", "outbox_acts", ["state", "seq"])
    op.create_index("outbox_ballots_by_state", "outbox_ballots", ["state"])


def downgrade() -> None:
    raise NotImplementedError("a database only goes forward; go back by restoring the copy made before")
