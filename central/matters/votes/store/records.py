"""Booths' closing statements, and what officials have signed of a vote besides its set-up."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from central.matters.votes.store.tables import records, statements
from central.store import Tx

DECLARATION: Final = "declaration"
FINAL: Final = "final"
# Until it is signed: then it stands in the notice.
EXTENSION: Final = "extension"


def statements_of(tx: Tx, election: str) -> dict[str, str]:
    """What each booth has stated, by its id: texts of ballot_box.officials.statement.Stated."""
    here = (statements.c.municipality_id == tx.municipality, statements.c.election == election)
    found = tx.connection.execute(sa.select(statements.c.booth, statements.c.stated).where(*here))
    return {str(row.booth): str(row.stated) for row in found}


def add_statement(tx: Tx, election: str, booth: str, stated: str) -> None:
    row = {"municipality_id": tx.municipality, "election": election, "booth": booth, "stated": stated}
    tx.connection.execute(sa.insert(statements).values(**row))


def find(tx: Tx, election: str, kind: str) -> str | None:
    """A record with its signatures (ballot_box.officials.files.signed_file)."""
    here = (records.c.municipality_id == tx.municipality, records.c.election == election, records.c.kind == kind)
    found = tx.connection.execute(sa.select(records.c.signed).where(*here)).scalar()
    return None if found is None else str(found)


def put(tx: Tx, election: str, kind: str, signed: str) -> None:
    here = (records.c.municipality_id == tx.municipality, records.c.election == election, records.c.kind == kind)
    tx.connection.execute(sa.delete(records).where(*here))
    row = {"municipality_id": tx.municipality, "election": election, "kind": kind, "signed": signed}
    tx.connection.execute(sa.insert(records).values(**row))


def drop(tx: Tx, election: str, kind: str) -> None:
    here = (records.c.municipality_id == tx.municipality, records.c.election == election, records.c.kind == kind)
    tx.connection.execute(sa.delete(records).where(*here))
