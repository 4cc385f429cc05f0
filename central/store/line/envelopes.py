"""What came in, by id: the first bytes and what became of them, and every conflict. Never drops anything.

Ballots of one batch are laid down in the order of their random ids: where they lie tells nothing of when they came.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from central.store import many
from central.store.engine import Tx
from central.store.tables import conflicts, envelopes

CHECKED, UNCHECKED, BAD = "checked", "unchecked", "bad"


@dataclass(frozen=True)
class Received:
    """`message`: the envelope's bytes as they came, its body sealed.

    `signature`: checked | unchecked (the batch's alone was, until audit-envelopes) | bad (found so afterwards).
    """

    envelope: str
    digest: str
    booth: str
    kind: str
    outcome: str
    reason: str
    message: bytes
    received_at: datetime
    signature: str = CHECKED


@dataclass(frozen=True)
class Known:
    """What became of an envelope that came before."""

    digest: str
    outcome: str
    reason: str


def find(tx: Tx, envelope: str) -> Received | None:
    here = sa.select(envelopes).where(envelopes.c.municipality_id == tx.municipality, envelopes.c.envelope == envelope)
    row = tx.connection.execute(here).mappings().first()
    return None if row is None else _received(row)


def known(tx: Tx, ids: Collection[str]) -> dict[str, Known]:
    """Those of `ids` that came before, in one statement."""
    columns = (envelopes.c.envelope, envelopes.c.digest, envelopes.c.outcome, envelopes.c.reason)
    here = (envelopes.c.municipality_id == tx.municipality, many.among(tx, envelopes.c.envelope, ids))
    return {row[0]: Known(*row[1:]) for row in tx.connection.execute(sa.select(*columns).where(*here))}


def digests_among(tx: Tx, booth: str, digests: Collection[str]) -> set[str]:
    """Those of `digests` under which an envelope of `booth` is kept."""
    here = (envelopes.c.municipality_id == tx.municipality, many.among(tx, envelopes.c.digest, digests))
    rows = tx.connection.execute(sa.select(envelopes.c.digest).where(*here, envelopes.c.booth == booth))
    return set(rows.scalars())


def add(tx: Tx, received: Received) -> None:
    """Raises an integrity error where the id is there already: `Store.once` then runs the use case anew."""
    add_all(tx, [received])


def add_all(tx: Tx, received: Iterable[Received]) -> None:
    """As add, for many, in one statement."""
    many.insert(tx, envelopes, [vars(one) for one in sorted(received, key=lambda one: one.envelope)])


def add_conflict(tx: Tx, received: Received) -> None:
    """Keep other bytes that came under a known id; the same other bytes are kept once."""
    add_conflicts(tx, [received])


def add_conflicts(tx: Tx, received: Sequence[Received]) -> None:
    """As add_conflict, for many."""
    if not received:
        return
    mine = conflicts.c.municipality_id == tx.municipality
    here = (mine, many.among(tx, conflicts.c.digest, [one.digest for one in received]))
    kept = {
        tuple(row) for row in tx.connection.execute(sa.select(conflicts.c.envelope, conflicts.c.digest).where(*here))
    }
    new = {(one.envelope, one.digest): one for one in received if (one.envelope, one.digest) not in kept}
    names = ("envelope", "digest", "booth", "message", "received_at")
    many.insert(tx, conflicts, [{name: getattr(new[key], name) for name in names} for key in sorted(new)])


def unchecked(tx: Tx, limit: int, after: str = "") -> list[Received]:
    """Envelopes whose own signature is still to be verified, by id."""
    mine = (envelopes.c.municipality_id == tx.municipality, envelopes.c.signature == UNCHECKED)
    rows = sa.select(envelopes).where(*mine, envelopes.c.envelope > after).order_by(envelopes.c.envelope).limit(limit)
    return [_received(row) for row in tx.connection.execute(rows).mappings()]


def unchecked_among(tx: Tx, ids: Collection[str]) -> set[str]:
    """Those of `ids` that are still to be verified."""
    mine = (envelopes.c.municipality_id == tx.municipality, envelopes.c.signature == UNCHECKED)
    here = sa.select(envelopes.c.envelope).where(*mine, many.among(tx, envelopes.c.envelope, ids))
    return set(tx.connection.execute(here).scalars())


def reject(tx: Tx, reasons: Mapping[str, str]) -> None:
    """What was taken in on its batch's word does not hold: it is rejected now, with its reason."""
    for envelope, reason in reasons.items():
        here = (envelopes.c.municipality_id == tx.municipality, envelopes.c.envelope == envelope)
        state = BAD if reason == "bad-signature" else CHECKED
        change = {"outcome": "rejected", "reason": reason, "signature": state}
        tx.connection.execute(sa.update(envelopes).where(*here).values(change))


def set_signature(tx: Tx, ids: Collection[str], state: str) -> None:
    """Write down what became of the check of their signatures."""
    here = (envelopes.c.municipality_id == tx.municipality, many.among(tx, envelopes.c.envelope, ids))
    tx.connection.execute(sa.update(envelopes).where(*here).values(signature=state))


def count(tx: Tx) -> dict[str, int]:
    """How many envelopes, by outcome, and `conflict`."""
    by = sa.select(envelopes.c.outcome, sa.func.count()).where(envelopes.c.municipality_id == tx.municipality)
    found = {str(outcome): int(n) for outcome, n in tx.connection.execute(by.group_by(envelopes.c.outcome))}
    odd = sa.select(sa.func.count()).select_from(conflicts).where(conflicts.c.municipality_id == tx.municipality)
    return {"accepted": 0, "rejected": 0, **found, "conflict": tx.connection.execute(odd).scalar_one()}


def _received(row: sa.RowMapping) -> Received:
    return Received(**{key: row[key] for key in Received.__dataclass_fields__})
