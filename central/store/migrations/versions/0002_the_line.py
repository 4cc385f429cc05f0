"""What the line to the booths keeps: chains and gaps, backups and epochs, what a booth last said of itself."""

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    raise NotImplementedError("a database only goes forward; go back by restoring the copy made before")
