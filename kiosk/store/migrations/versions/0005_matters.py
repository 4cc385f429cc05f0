"""Which document a certificate was, and services that are switched off under their matters' own names."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # There was no other before.
    op.add_column("certificates", sa.Column("document", sa.String, nullable=False, server_default="family_status"))
    # What a technician has switched off stays off.
    op.execute("UPDATE facts SET name = 'switched off votes' WHERE name = 'switched off vote'")
    op.execute("UPDATE facts SET name = 'switched off certificates' WHERE name = 'switched off certificate'")


def downgrade() -> None:
    raise NotImplementedError("a database only goes forward; go back by restoring the copy made before")
