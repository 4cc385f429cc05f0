"""The staff: accounts, sessions, and the record of what each of them did."""

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    raise NotImplementedError("a database only goes forward; go back by restoring the copy made before")
