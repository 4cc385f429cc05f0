"""Wrong passwords are counted by the name that was typed, whether it is an account's or nobody's."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sign_in_tries",
        sa.Column("municipality_id", sa.String(80), primary_key=True),
        sa.Column("name", sa.String(80), primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("forget_after", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("sign_in_tries_by_end", "sign_in_tries", ["municipality_id", "forget_after"])
    for column in ("failures", "locked_until"):
        op.drop_column("accounts", column)


def downgrade() -> None:
    raise NotImplementedError("a database only goes forward; go back by restoring the copy made before")
