"""Many rows at the price of one statement, on SQLite and on PostgreSQL. One text for any number of them, so that the
database plans it once; never values inside the text, nor in an exception."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ARRAY

from central.store.engine import Tx

_POSTGRESQL: Final[sa.Dialect] = postgresql.dialect()  # type: ignore[no-untyped-call]
# What can stand in the text of an array as it is: ids, digests, numbers.
_PLAIN: Final = re.compile(r"[A-Za-z0-9:/._-]+(?:,[A-Za-z0-9:/._-]+)*")


class _Written(sa.types.UserDefinedType[str]):
    """An array of texts that is written out already."""

    cache_ok = True
    render_bind_cast = True

    def get_col_spec(self, **_: object) -> str:
        return "TEXT[]"


def among(tx: Tx, column: sa.Column[Any], values: Collection[str]) -> sa.ColumnElement[bool]:
    """Whether a text column holds one of `values`; they travel as one parameter."""
    if tx.connection.dialect.name == "postgresql":
        joined = ",".join(values)
        # The driver would look at each value by itself, which costs more than the search. NULL would be none of them.
        if _PLAIN.fullmatch(joined) and joined.count(",") == len(values) - 1 and "null" not in joined.lower():
            return column == sa.any_(sa.bindparam(None, f"{{{joined}}}", type_=_Written()))
        return column == sa.any_(sa.bindparam(None, list(values), type_=ARRAY(sa.Text)))
    listed = sa.func.json_each(json.dumps(list(values))).table_valued("value")
    return column.in_(sa.select(listed.c.value))


def insert(tx: Tx, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert `rows`, which all name the same columns; the municipality is added. They lie in the order given.

    Raises an integrity error if any of them is there already: `Store.once` then runs the use case anew.
    """
    if not rows:
        return
    if tx.connection.dialect.name == "postgresql":
        _copy(tx, table, rows)
    else:
        tx.connection.execute(sa.insert(table), [{"municipality_id": tx.municipality, **row} for row in rows])


def _copy(tx: Tx, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """COPY costs a quarter of an INSERT with arrays, and in binary neither end has to quote, parse and cut lines."""
    import psycopg
    from psycopg import sql

    names = list(rows[0])
    columns = sql.SQL(", ").join(map(sql.Identifier, ["municipality_id", *names]))
    command = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(sql.Identifier(table.name), columns)
    connection: psycopg.Connection = tx.connection.connection.driver_connection  # type: ignore[assignment]
    failure: psycopg.Error
    try:
        with connection.cursor() as cursor, cursor.copy(command) as copy:
            copy.set_types([_type(table.c[name]) for name in ("municipality_id", *names)])
            for row in rows:
                copy.write_row((tx.municipality, *map(row.__getitem__, names)))
        return
    except psycopg.Error as error:
        # The database quotes the line that it did not like: only the kind of failure goes on.
        failure = type(error)(f"COPY {table.name}: {error.sqlstate or type(error).__name__}")
    raise sa.exc.DBAPIError.instance(str(command), None, failure, psycopg.Error, hide_parameters=True)


@cache
def _type(column: sa.Column[Any]) -> str:
    """PostgreSQL's word for a column's type, without its length."""
    return column.type.compile(dialect=_POSTGRESQL).lower().partition("(")[0]
