"""What a file of the register weighs, which rows were set aside, which file of its day it is, and its confirmation."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("roll_imports", sa.Column("number", sa.Integer, nullable=False, server_default="1"))
    for name, default in (("told", "{}"), ("faults", "[]"), ("unsure", "[]")):
        op.add_column("roll_imports", sa.Column(name, sa.Text, nullable=False, server_default=default))
    op.add_column("roll_imports", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("roll_changes", sa.Column("other", sa.Text, nullable=False, server_default=""))
    # A merge is no file: the day that it bears is the clock's and says nothing of the register.
    imports = sa.table("roll_imports", sa.column("number"), sa.column("counts"))
    op.execute(sa.update(imports).where(imports.c.counts.like('%merged"%')).values(number=0))


def downgrade() -> None:
    raise NotImplementedError("a database only goes forward; go back by restoring the copy made before")
