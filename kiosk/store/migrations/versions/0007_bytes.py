"""An envelope lies in the outbox as the bytes that travel.

What was signed for the line before this one no centre takes any more. So nothing may wait: what does is sent by the
program that was here before. The rest is carried over, with its digest and its state.
"""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import context, op

revision = "0007"
down_revision = "0005"
branch_labels = None
depends_on = None

_SOME = 100
_WAITING = (
    "SELECT (SELECT count(*) FROM outbox_act_states WHERE state = 'waiting'), "
    "(SELECT count(*) FROM outbox_ballots WHERE id NOT IN (SELECT id FROM outbox_ballot_answers))"
)
# In the order of the canonical form.
_SIGNED = ("body", "booth", "id", "kind", "made_at", "previous", "signature", "version")


def upgrade() -> None:
    bind = op.get_bind()
    acts, ballots = bind.execute(sa.text(_WAITING)).one()
    if acts or ballots:
        context.config.attributes["still_waiting"](acts, ballots)
    for name in ("outbox_acts", "outbox_ballots"):
        op.rename_table(name, f"{name}_before")
    made = op.create_table(
        "outbox_acts",
        sa.Column("seq", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("id", sa.Text(), nullable=False, unique=True),
        *_letter(),
        sqlite_autoincrement=True,
    )
    _carry_over(bind, made, "seq")
    made = op.create_table(
        "outbox_ballots",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("kind", sa.Text(), nullable=False),
        *_letter(),
        sqlite_with_rowid=False,
    )
    _carry_over(bind, made, "id")


def _letter() -> list[sa.Column[Any]]:
    texts = [sa.Column(name, sa.Text(), nullable=False) for name in ("digest", "made_at")]
    return [*texts, sa.Column("message", sa.LargeBinary(), nullable=False)]


def _carry_over(bind: sa.Connection, made: sa.Table, key: str) -> None:
    """In the order of `key`: of ballots that is their random id, and their places go on telling nothing."""
    before = f"{made.name}_before"
    for rows in _pages(bind, before, key):
        bind.execute(made.insert(), [{**_kept(row, made), "message": _message(row)} for row in rows])
    op.drop_table(before)


def _pages(bind: sa.Connection, table: str, key: str) -> Iterator[list[dict[str, Any]]]:
    page = f"SELECT * FROM {table} WHERE {key} > :after ORDER BY {key} LIMIT {_SOME}"  # noqa: S608
    after: int | str = 0 if key == "seq" else ""
    while rows := [dict(row) for row in bind.execute(sa.text(page), {"after": after}).mappings()]:
        yield rows
        after = rows[-1][key]


def _kept(row: dict[str, Any], made: sa.Table) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name in made.c}


def _message(row: dict[str, Any]) -> bytes:
    """The bytes that its digest is of; none where a backup at the centre has them."""
    if not row["body"]:
        return b""
    signed = {name: row[name] for name in _SIGNED}
    return json.dumps(signed, ensure_ascii=False, separators=(",", ":")).encode()


def downgrade() -> None:
    raise NotImplementedError("a database only goes forward; go back by restoring the copy made before")
