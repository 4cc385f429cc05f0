"""Booths' closing statements, what officials have signed of a vote besides its set-up, and its turnout by unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from central.matters.votes.store.tables import records, statements
from central.store import Tx

DECLARATION: Final = "declaration"
FINAL: Final = "final"
# Not signed: JSON of municipality.matters.votes.turnout.Turnout, computed once while it is known who has voted.
TURNOUT: Final = "turnout"
# Texts of ballot_box.officials.records.auditors: which cards are auditors', for the intake alone before the end; and
# what they had deposited, which comes after it.
AUDITORS: Final = "auditors"
DEPOSITS: Final = "deposits"
# Until it is signed: then it stands in the notice.
EXTENSION: Final = "extension"
# Says nothing by itself: while it is there, everybody is told whether a ballot of theirs is recorded.
TOLD: Final = "told"


@dataclass(frozen=True)
class Heard:
    """`stated`: text of ballot_box.officials.statement.Stated; `at`: when it was taken in."""

    stated: str
    at: datetime


def statements_of(tx: Tx, election: str) -> dict[str, str]:
    """What each booth has stated, by its id: texts of ballot_box.officials.statement.Stated."""
    here = (statements.c.municipality_id == tx.municipality, statements.c.election == election)
    found = tx.connection.execute(sa.select(statements.c.booth, statements.c.stated).where(*here))
    return {str(row.booth): str(row.stated) for row in found}


def heard(tx: Tx, election: str) -> set[str]:
    """Booths that have made their statement."""
    here = (statements.c.municipality_id == tx.municipality, statements.c.election == election)
    return set(tx.connection.execute(sa.select(statements.c.booth).where(*here)).scalars())


def heard_of(tx: Tx, election: str, booth: str) -> Heard | None:
    here = (statements.c.municipality_id == tx.municipality, statements.c.election == election)
    asked = sa.select(statements.c.stated, statements.c.heard_at).where(*here, statements.c.booth == booth)
    found = tx.connection.execute(asked).first()
    return None if found is None else Heard(found.stated, found.heard_at)


def add_statement(tx: Tx, election: str, booth: str, heard: Heard) -> None:
    row = {"election": election, "booth": booth, "stated": heard.stated, "heard_at": heard.at}
    tx.connection.execute(sa.insert(statements).values(municipality_id=tx.municipality, **row))


def find(tx: Tx, election: str, kind: str) -> str | None:
    """A record with its signatures (ballot_box.officials.files.signed_file); of TURNOUT, AUDITORS and DEPOSITS without
    any."""
    here = (records.c.municipality_id == tx.municipality, records.c.election == election, records.c.kind == kind)
    found = tx.connection.execute(sa.select(records.c.signed).where(*here)).scalar()
    return None if found is None else str(found)


def elections_with(tx: Tx, kind: str) -> list[str]:
    """Those that have a record of this kind."""
    here = (records.c.municipality_id == tx.municipality, records.c.kind == kind)
    return sorted(tx.connection.execute(sa.select(records.c.election).where(*here)).scalars())


def put(tx: Tx, election: str, kind: str, signed: str) -> None:
    here = (records.c.municipality_id == tx.municipality, records.c.election == election, records.c.kind == kind)
    tx.connection.execute(sa.delete(records).where(*here))
    row = {"municipality_id": tx.municipality, "election": election, "kind": kind, "signed": signed}
    tx.connection.execute(sa.insert(records).values(**row))


def drop(tx: Tx, election: str, kind: str) -> None:
    here = (records.c.municipality_id == tx.municipality, records.c.election == election, records.c.kind == kind)
    tx.connection.execute(sa.delete(records).where(*here))
