"""One noun for each matter: its tables and the kinds that travel bear it in front.

What the centre has signed carries its kind inside: it signs anew what it says again and again (lists of cards, of
technicians); a vote that was drawn up before is to be drawn up anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_TABLES = {"elections": "votes_elections", "ballots": "votes_ballots", "ballot_links": "votes_links"}
_ACTS = {
    "ballot": "votes.ballot",
    "certificate": "certificates.paper",
    "card_block": "cards.block",
    "technician": "technicians.deed",
}
_ITEMS = {
    "election": "votes.notice",
    "credentials": "votes.credentials",
    "slip": "votes.slip",
    "crl": "cards.revocations",
    "block_codes": "cards.block_codes",
    "technicians": "technicians.list",
}


def upgrade() -> None:
    op.drop_index("ballots_by_credential", "ballots")
    for before, now in _TABLES.items():
        op.rename_table(before, now)
    op.create_index("votes_ballots_by_credential", "votes_ballots", ["municipality_id", "election", "credential"])
    for before, now in _ACTS.items():
        for table in ("envelopes", "quarantine"):
            _call(table, "kind", before, now)
    for before, now in _ITEMS.items():
        _call("items", "kind", before, now)
        _call("items", "key", before, now)  # of those of which there is one, the kind is the key


def _call(table: str, column: str, before: str, now: str) -> None:
    named = sa.table(table, sa.column(column))
    op.execute(sa.update(named).where(named.c[column] == before).values({column: now}))
