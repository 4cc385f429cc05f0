"""Which migration a database is at, and whether this program knows it.

Must never take a database of a newer program for a damaged one: its way back is the newer program, not an old copy.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from kiosk.store.faults import StoreRefused

MIGRATIONS: Final = Path(__file__).parent / "migrations"
KNOWN: Final = tuple(sorted(file.stem.split("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py")))
NEWEST: Final = KNOWN[-1]
# Rows of a statement, whichever way the file was opened.
Rows = Callable[[str], Sequence[Sequence[Any]]]
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"


class Strange(Exception):
    """There are tables, and what says of which migration they are is not there or is no number of ours."""


def version_in(rows: Rows, name: str) -> str | None:
    """The migration that the file `name` is at; None for one without any table.

    Raises StoreRefused for one of a newer program, Strange, and what the driver raises.
    """
    tables = {str(row[0]) for row in rows(_TABLES)}
    said = [str(row[0]) for row in rows("SELECT version_num FROM alembic_version")] if _VERSION in tables else []
    if not said and tables <= {_VERSION}:
        return None
    if len(said) == 1 and said[0] in KNOWN:
        return said[0]
    if len(said) == 1 and said[0].isdecimal() and said[0].isascii() and len(said[0]) == 4 and said[0] > NEWEST:
        raise StoreRefused(
            f"{name} was made by a newer program: it is of version {said[0]}, and this program knows versions up to "
            f"{NEWEST}. Install the newer program again. Nothing is damaged, and nothing is to be restored.",
            "newer",
            there=said[0],
            here=NEWEST,
        )
    raise Strange


_VERSION = "alembic_version"
