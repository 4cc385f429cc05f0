"""The line to the booths over HTTP, and what watches over the centre's running: routes, limits, health, figures.

Must never log an address, a query or a body, nor answer a booth whose signature does not hold.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from central.line.enrol import enrolling
    from central.line.openapi import describe
    from central.line.operation import operation
    from central.line.routes import line
    from central.line.trouble import answer_later
    from central.line.watch import Call, Watch

__all__ = ["Call", "Watch", "answer_later", "describe", "enrolling", "line", "operation"]


_HOME_OF = {
    "Call": "central.line.watch",
    "Watch": "central.line.watch",
    "describe": "central.line.openapi",
    "enrolling": "central.line.enrol",
    "answer_later": "central.line.trouble",
    "line": "central.line.routes",
    "operation": "central.line.operation",
}


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOME_OF[name]), name)
    globals()[name] = value
    return value
