"""The roll is imported: uploads, differences, two pairs of eyes; how long each kind is kept."""

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    raise NotImplementedError("a database only goes forward; go back by restoring the copy made before")
