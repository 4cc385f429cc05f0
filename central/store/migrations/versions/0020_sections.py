"""Sections beside each dossier: a secret of its own for each, and when its sections were sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("salt", "night"):
        op.add_column("dossiers", sa.Column(name, sa.Text, nullable=False, server_default=""))
    for name in ("sections", "round"):
        op.add_column("dossiers", sa.Column(name, sa.BigInteger, nullable=False, server_default="0"))
