"""The centre's only SQL: tables, migrations, and one small module of verbs for each noun.

Never: a rule of the town hall, a key, a commit that the service did not ask for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from central.store.engine import Limits, Store, StoreFailed, TablesRefused, Tx, Unstorable, is_damage, open_store

__all__ = ["Limits", "Store", "StoreFailed", "TablesRefused", "Tx", "Unstorable", "is_damage", "open_store"]


def __getattr__(name: str) -> object:
    if name in __all__:
        from central.store import engine

        return getattr(engine, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
