"""A number may be void before its paper is reported: it has no code yet."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("certificates") as certificates:
        certificates.alter_column("code", existing_type=sa.String(40), nullable=True)
