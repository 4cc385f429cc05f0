"""An envelope is kept as the bytes that came.

What a booth signed for the line before this one no key can make good any more. So nothing may wait for its signature to
be looked at: the program that was here before looks at it first.
"""

import sqlalchemy as sa
from alembic import context, op

revision = "0014"
down_revision = "0012"
branch_labels = None
depends_on = None

_TABLES = ("envelopes", "conflicts", "quarantine")
_WAITING = {
    "envelopes were taken in on their batch's signature and are still to be judged (`kiosk-central audit-envelopes`)": (
        "SELECT count(*) FROM envelopes WHERE signature = 'unchecked'"
    ),
    "envelopes of stolen booths wait to be released or discarded (the console)": (
        "SELECT count(*) FROM quarantine WHERE state = 'kept'"
    ),
}


def upgrade() -> None:
    bind = op.get_bind()
    for what, counted in _WAITING.items():
        if count := bind.execute(sa.text(counted)).scalar_one():
            context.config.attributes["still_waiting"](f"{count} {what}")
    if bind.dialect.name != "postgresql":
        for table in _TABLES:
            with op.batch_alter_table(table) as change:
                change.alter_column("message", existing_type=sa.Text(), type_=sa.LargeBinary(), nullable=False)
        return
    for table in _TABLES:
        op.execute(f"ALTER TABLE {table} ALTER COLUMN message TYPE bytea USING convert_to(message, 'UTF8')")
    # A new type brings its own way of lying there: sealed bodies do not shrink (0002).
    op.execute("ALTER TABLE envelopes ALTER COLUMN message SET STORAGE EXTERNAL")
