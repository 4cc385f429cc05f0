"""The booth's one database: SQLCipher, WAL, synchronous=FULL; engine, transactions, migrations and all of its SQL.

Never: a name, a PIN or a choice in a column; a transaction that its caller cannot see.
"""

from kiosk.store.engine import Connection, Store, StoreDamaged, StoreFull, StoreRefused, open_store

__all__ = ["Connection", "Store", "StoreDamaged", "StoreFull", "StoreRefused", "open_store"]
