"""The staff's console: pages of the town hall's officers, that need no JavaScript.

Never: a resident's name or ΑΦΜ, a ballot or a sealed body, an act without a role and a line in the record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from central.staff.console import build, clock_in_doubt, problem

__all__ = ["build", "clock_in_doubt", "problem"]


def __getattr__(name: str) -> object:
    if name in __all__:
        from central.staff import console

        return getattr(console, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
