"""What stands on a vote's board, and what waits for it, is found without reading any ballot."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("votes_ballots_by_state", "votes_ballots", ["municipality_id", "election", "state", "tracker"])
