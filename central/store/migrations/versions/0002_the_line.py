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


def downgrade() -> None:
    raise NotImplementedError("a database only goes forward; go back by restoring the copy made before")
