"""What a round changes of an envelope leaves the table of the bodies; what waits already is carried over."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outbox_act_states",
        sa.Column("seq", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Text(), nullable=False),
        *_answered(),
    )
    op.create_index("outbox_act_states_by_state", "outbox_act_states", ["state", "seq", "kind"])
    op.create_table(
        "outbox_ballot_answers", sa.Column("id", sa.Text(), primary_key=True), *_answered(), sqlite_with_rowid=False
    )
    state = "CASE WHEN state = 'settled' AND body = '' THEN 'emptied' ELSE state END, settled_before"
    op.execute(f"INSERT INTO outbox_act_states SELECT seq, kind, {state} FROM outbox_acts ORDER BY seq")  # noqa: S608
    # A ballot that waits has no row there.
    answered = f"SELECT id, {state} FROM outbox_ballots WHERE state <> 'waiting' ORDER BY id"  # noqa: S608
    op.execute(f"INSERT INTO outbox_ballot_answers {answered}")
    for table in ("outbox_acts", "outbox_ballots"):
        for column in ("state", "settled_before"):
            op.drop_column(table, column)


def _answered() -> list[sa.Column[str]]:
    return [sa.Column("state", sa.Text(), nullable=False), sa.Column("settled_before", sa.Text())]


def downgrade() -> None:
    raise NotImplementedError("a database only goes forward; go back by restoring the copy made before")
