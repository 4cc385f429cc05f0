"""A booth's database that has no room for one more row, as SQLite itself says it."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, event

from kiosk.store import Store, StoreFull


@contextmanager
def full(store: Store) -> Iterator[None]:
    """Inside, every row that wants a page is refused ("database or disk is full")."""
    with store.reading() as connection:
        pages = int(connection.exec_driver_sql("PRAGMA page_count").scalar_one())

    def no_page_more(connection: Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    event.listen(store.engine, "begin", no_page_more)
    try:
        with store.writing() as connection:
            connection.exec_driver_sql("CREATE TABLE ballast (filling BLOB)")
        for size in (400_000, 3_000, 100):
            _pour(store, size)
        yield
    finally:
        event.remove(store.engine, "begin", no_page_more)
        with store.writing() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
            connection.exec_driver_sql("DROP TABLE ballast")


def _pour(store: Store, size: int) -> None:
    try:
        while True:
            with store.writing() as connection:
                connection.exec_driver_sql("INSERT INTO ballast VALUES (zeroblob(?))", (size,))
    except StoreFull:
        return


@contextmanager
def full_at_commit(store: Store) -> Iterator[None]:
    """Inside, every transaction is refused at its very end, as by a disk whose last room somebody else has taken."""

    def no_room(_connection: Connection) -> None:
        raise StoreFull

    event.listen(store.engine, "commit", no_room)
    try:
        yield
    finally:
        event.remove(store.engine, "commit", no_room)
