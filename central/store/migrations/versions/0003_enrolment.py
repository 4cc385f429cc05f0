"""Booths are enrolled: one-time tokens, keys and certificates with a life, alarms, quarantine."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def _table(name: str, keys: list[str], *columns: sa.schema.SchemaItem) -> sa.Table:
    key_columns = [sa.Column(key, sa.String(80), primary_key=True) for key in ["municipality_id", *keys]]
    return op.create_table(name, *key_columns, *columns)


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=null)


def _at(name: str, *, null: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, AT, nullable=null)


def upgrade() -> None:
    _table(
        "enrolments",
        ["token"],
        _text("booth"),
        _at("made_at"),
        _at("expires_at"),
        sa.Column("used_by", sa.String(80), nullable=True),
        _at("used_at", null=True),
    )
    keys = _table(
        "booth_keys",
        ["booth", "key"],
        _text("public"),
        _text("certificate"),
        _at("not_before"),
        _at("not_after"),
        _at("first_used", null=True),
        _at("replaced_at", null=True),
        _at("barred_at", null=True),
    )
    _table(
        "alarms",
        ["alarm"],
        _at("at"),
        _text("what"),
        _text("booth"),
        _text("detail"),
        _text("seen_by", null=True),
        _at("seen_at", null=True),
    )
    _table(
        "quarantine",
        ["envelope", "digest"],
        _text("booth"),
        _text("kind"),
        _text("message"),
        _at("received_at"),
        _text("state"),
        _text("outcome", null=True),
        _text("wanted", null=True),
        _text("wanted_by", null=True),
        _text("wanted_role", null=True),
        _at("wanted_at", null=True),
    )
    _carry_over(keys)


def _carry_over(keys: sa.Table) -> None:
    """Booths that were there before there was enrolment keep their key; it lives as long as a first certificate."""
    booths = sa.table("booths", *(sa.column(name) for name in ("municipality_id", "booth", "signing_key")))
    now = datetime.now(UTC)
    for municipality, booth, pem in op.get_bind().execute(sa.select(booths)).all():
        try:
            public = load_pem_public_key(pem.encode()).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        except ValueError:
            continue
        row = {
            "municipality_id": municipality,
            "booth": booth,
            "key": hashlib.sha256(public).hexdigest(),
            "public": pem,
            "certificate": "",
            "not_before": now,
            "not_after": now + timedelta(days=90),
        }
        op.get_bind().execute(sa.insert(keys).values(row))


def downgrade() -> None:
    raise NotImplementedError("a database only goes forward; go back by restoring the copy made before")
