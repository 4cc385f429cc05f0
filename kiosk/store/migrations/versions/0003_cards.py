"""Cards reported lost at this booth."""

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    raise NotImplementedError("a database only goes forward; go back by restoring the copy made before")
