"""The booth's first tables: journal, certificates, facts, and sync's letters."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "journal",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False, server_default=""),
    )
    op.create_table(
        "certificates",
        sa.Column("number", sa.String(), primary_key=True),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("issued_at", sa.String(), nullable=False),
        sa.Column("fate", sa.String(), nullable=False),
        sa.UniqueConstraint("year", "serial"),
    )
    op.create_table(
        "facts",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("value", sa.String(), nullable=False),
    )
    op.create_table(
        "outbox_acts",
        sa.Column("seq", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("id", sa.Text(), nullable=False, unique=True),
        *_letter(),
        sqlite_autoincrement=True,
    )
    op.create_table("outbox_ballots", sa.Column("id", sa.Text(), primary_key=True), *_letter(), sqlite_with_rowid=False)
    op.create_table(
        "outbox_problems",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("reason", sa.Text(), primary_key=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table("sync_state", sa.Column("name", sa.Text(), primary_key=True), sa.Column("value", sa.Text()))
    op.create_table("inbox_items", *_item(), sqlite_with_rowid=False)
    op.create_table("inbox_problems", *_item(), sa.Column("reason", sa.Text(), nullable=False), sqlite_with_rowid=False)


def _letter() -> list[sa.Column[object]]:
    names = ("kind", "version", "booth", "made_at", "previous", "digest", "body", "signature", "state")
    kept = [sa.Column(name, sa.Integer() if name == "version" else sa.Text(), nullable=False) for name in names]
    return [*kept, sa.Column("settled_before", sa.Text())]


def _item() -> list[sa.Column[object]]:
    return [
        sa.Column("kind", sa.Text(), primary_key=True),
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
    ]


def downgrade() -> None:
    raise NotImplementedError("a booth's database only goes forward; go back by restoring the copy made before")
