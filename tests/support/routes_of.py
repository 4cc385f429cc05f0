"""Every route that an application answers, those of its rooms as well. FastAPI keeps the rooms' routers whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def routes_of(app: Any) -> Iterator[tuple[str, frozenset[str], bool]]:
    """Path, methods, and whether the description shows it."""
    for route in app.routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from routes_of(inner)
        else:
            yield route.path, frozenset(route.methods or ()), bool(route.include_in_schema)
