"""The code of a paper goes: whoever asks the public page with one is told of somebody's certificate."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The store opens with secure_delete: what is dropped does not stand in free pages, either.
    op.execute("ALTER TABLE certificates DROP COLUMN code")


def downgrade() -> None:
    raise NotImplementedError("a database only goes forward; go back by restoring the copy made before")
