"""Every public key that was certified for a card: no second card may have it.

What is there already is noted as it stands. A key that stands twice is noted twice (`place` counts), so that nothing
fails here; the town hall shows such cards (central.office.cards.keys).
"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_SLOTS = {"authentication": "9A", "card_authentication": "9E", "key_management": "9D"}
_SOME = 500


def upgrade() -> None:
    made = op.create_table(
        "card_keys",
        *(sa.Column(key, sa.String(80), primary_key=True) for key in ("municipality_id", "key", "place")),
        sa.Column("card", sa.Text, nullable=False),
        sa.Column("slot", sa.Text, nullable=False),
        sa.Column("modulus", sa.Text, nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("card_keys_by_card", "card_keys", ["municipality_id", "card"])
    now, places = datetime.now(UTC), Counter[tuple[str, str]]()
    for card in _cards(op.get_bind()):
        found = []
        for column, slot in _SLOTS.items():
            if (told := _told(card[column])) is None:
                continue
            key, modulus = told
            place = places[card["municipality_id"], key]
            places[card["municipality_id"], key] += 1
            row = {"municipality_id": card["municipality_id"], "key": key, "place": str(place), "card": card["card"]}
            found.append({**row, "slot": slot, "modulus": modulus, "noted_at": now})
        if found:
            op.bulk_insert(made, found)


def _cards(connection: sa.Connection) -> Iterator[sa.RowMapping]:
    """By number, some at a time: a large town's certificates do not fit in memory at once."""
    columns = ["municipality_id", "card", *_SLOTS]
    cards = sa.table("cards", *(sa.column(name) for name in columns))
    key = (cards.c.municipality_id, cards.c.card)
    after = ("", "")
    while True:
        page = sa.select(cards).where(sa.tuple_(*key) > sa.tuple_(*map(sa.literal, after))).order_by(*key).limit(_SOME)
        rows = list(connection.execute(page).mappings())
        yield from rows
        if len(rows) < _SOME:
            return
        after = (rows[-1]["municipality_id"], rows[-1]["card"])


def _told(pem: str) -> tuple[str, str] | None:
    """Fingerprint and modulus as card_reader.fingerprint and card_reader.modulus give them; a test compares."""
    try:
        key = x509.load_pem_x509_certificate(pem.encode()).public_key()
    except (ValueError, UnsupportedAlgorithm):
        return None
    if isinstance(key, rsa.RSAPublicKey):
        modulus = f"{key.public_numbers().n:x}"
        return hashlib.sha256(f"rsa {modulus}".encode()).hexdigest(), modulus
    if isinstance(key, ec.EllipticCurvePublicKey):
        point = key.public_numbers()
        return hashlib.sha256(f"{point.curve.name} {point.x:x}".encode()).hexdigest(), ""
    return None


def downgrade() -> None:
    raise NotImplementedError("a database only goes forward; go back by restoring the copy made before")
