"""Certificates that booths issued or voided, by number and by code. Never the paper itself, nor a name."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from central.store import Tx, many, retention
from central.store.tables import at, table, text

certificates = table(
    "certificates",
    ["number"],
    sa.Column("code", sa.String(40), nullable=True),  # of a number that is void before its paper came: none yet
    text("card"),
    text("booth"),
    text("document"),
    at("issued_at"),
    text("as_of"),
    text("digest"),
    text("fate"),  # issued | void
    sa.UniqueConstraint("municipality_id", "code", name="certificates_code"),
)


@dataclass(frozen=True)
class Certificate:
    """`digest`: SHA-256 of the sealed PDF, hex. `fate`: issued | void. `as_of`: ISO date. Until its paper is reported,
    a void number has no `code`, card or `as_of`, and `issued_at` says when it became void."""

    number: str
    code: str | None
    card: str
    booth: str
    document: str
    issued_at: datetime
    as_of: str
    digest: str
    fate: str


def add(tx: Tx, certificate: Certificate) -> None:
    add_all(tx, [certificate])


def add_all(tx: Tx, new: Iterable[Certificate]) -> None:
    # In one order whatever came first: two batches that bring the same numbers never wait for each other.
    many.insert(tx, certificates, [vars(one) for one in sorted(new, key=lambda one: one.number)])


def name_all(tx: Tx, papers: Iterable[Certificate]) -> None:
    """The papers of numbers that were void before they came: whose they were, for who asks with their code."""
    for one in sorted(papers, key=lambda one: one.number):
        here = (certificates.c.municipality_id == tx.municipality, certificates.c.number == one.number)
        values = {"code": one.code, "card": one.card, "issued_at": one.issued_at, "as_of": one.as_of}
        tx.connection.execute(sa.update(certificates).where(*here).values(values))


def make_void(tx: Tx, numbers: Collection[str]) -> None:
    if not numbers:
        return
    mine = (certificates.c.municipality_id == tx.municipality, many.among(tx, certificates.c.number, numbers))
    tx.connection.execute(sa.update(certificates).where(*mine).values(fate="void"))


def matching(tx: Tx, numbers: Collection[str], codes: Collection[str]) -> list[Certificate]:
    """Those with one of `numbers` or one of `codes`."""
    meets = sa.or_(many.among(tx, certificates.c.number, numbers), many.among(tx, certificates.c.code, codes))
    here = sa.select(certificates).where(certificates.c.municipality_id == tx.municipality, meets)
    return [_certificate(row) for row in tx.connection.execute(here).mappings()]


def by_number(tx: Tx, number: str) -> Certificate | None:
    return _first(tx, certificates.c.number == number)


def by_code(tx: Tx, code: str) -> Certificate | None:
    return _first(tx, certificates.c.code == code)


def highest_serial(tx: Tx, booth: str, prefix: str) -> int:
    """The highest serial that `booth` has reported, of any year; 0 if none. Numbers are `prefix/year/serial`."""
    serial = sa.cast(sa.func.substr(certificates.c.number, len(prefix) + len("/2026/") + 1), sa.Integer)
    mine = (certificates.c.municipality_id == tx.municipality, certificates.c.booth == booth)
    return int(tx.connection.execute(sa.select(sa.func.max(serial)).where(*mine)).scalar() or 0)


def of_card_since(tx: Tx, card: str, at: datetime) -> list[Certificate]:
    """Those that were issued with a card at `at` or later, by number."""
    mine = (certificates.c.municipality_id == tx.municipality, certificates.c.card == card)
    since = sa.select(certificates).where(*mine, certificates.c.issued_at >= at).order_by(certificates.c.number)
    return [_certificate(row) for row in tx.connection.execute(since).mappings()]


def unname(tx: Tx, before: datetime) -> int:
    """Forget whose card asked for those that were issued before then; at most retention.SOME."""
    where = [certificates.c.issued_at < before, certificates.c.card != ""]
    return retention.update_some(tx, certificates, ["number"], where, card="")


def _first(tx: Tx, condition: sa.ColumnElement[bool]) -> Certificate | None:
    here = sa.select(certificates).where(certificates.c.municipality_id == tx.municipality, condition)
    row = tx.connection.execute(here).mappings().first()
    return None if row is None else _certificate(row)


def _certificate(row: sa.RowMapping) -> Certificate:
    return Certificate(**{key: row[key] for key in Certificate.__dataclass_fields__})
