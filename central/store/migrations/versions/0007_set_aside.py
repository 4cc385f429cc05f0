"""What was refused is found by its time, however much was accepted since."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    refused = sa.text("outcome = 'rejected'")
    op.create_index(
        "envelopes_set_aside",
        "envelopes",
        ["municipality_id", "received_at"],
        postgresql_where=refused,
        sqlite_where=refused,
    )


def downgrade() -> None:
    raise NotImplementedError("a database only goes forward; go back by restoring the copy made before")
