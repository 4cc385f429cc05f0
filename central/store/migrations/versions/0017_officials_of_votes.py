"""What booths state at the end of a vote and what its officials sign. A vote from before has no such signatures: one
that is still under way is brought to its end first, by the program that drew it up; one that is over stays to be read.
"""

import hashlib
import json
from typing import Any

import sqlalchemy as sa
from alembic import context, op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_OVER = "published"


def upgrade() -> None:
    votes = sa.table("votes_elections", *map(sa.column, ("municipality_id", "election", "state", "notice")))
    connection = op.get_bind()
    found = connection.execute(sa.select(votes)).mappings().all()
    if count := sum(row["state"] != _OVER for row in found):
        what = "votes are under way that no officials have signed for (close, count and publish them)"
        context.config.attributes["still_waiting"](f"{count} {what}")
    for row in found:
        here = (votes.c.municipality_id == row["municipality_id"], votes.c.election == row["election"])
        connection.execute(sa.update(votes).where(*here).values(notice=_as_now(json.loads(row["notice"]))))
    heard = sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False)
    for name, key, text, more in (
        ("votes_statements", "booth", "stated", (heard,)),
        ("votes_records", "kind", "signed", ()),
    ):
        op.create_table(
            name,
            *(sa.Column(part, sa.String(80), primary_key=True) for part in ("municipality_id", "election", key)),
            sa.Column(text, sa.Text, nullable=False),
            *more,
        )


def _as_now(notice: dict[str, Any]) -> str:
    credentials = notice["belenios"].pop("credentials", [])
    digest = hashlib.sha256(json.dumps(credentials, separators=(",", ":")).encode("ascii")).hexdigest()
    digest = notice.pop("credentials_digest", "") or digest
    parts = notice.pop("parts", []) or [digest]
    notice |= {"version": 3, "parts": parts, "credentials_digest": digest, "officials": "", "booths": {}}
    notice |= {"article": [], "grace_hours": 0, "floor": 5, "quorum_percent": None, "signatures": [], "extensions": []}
    return json.dumps({"left_out": {}} | notice, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
