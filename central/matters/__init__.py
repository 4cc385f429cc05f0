"""Every matter at the town hall, in the order of `municipality.matters`; a new one adds one line.

`BACKS` is what the kernel asks, `MATTERS` adds what people see: a command that needs no page loads none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from municipality.matters import rooms

if TYPE_CHECKING:
    from central.kernel.matter import BackOffice
    from central.matter import CentreMatter

    BACKS: tuple[BackOffice, ...]
    MATTERS: tuple[CentreMatter, ...]

NOUNS = (
    "votes",
    "certificates",
    "cards",
    "technicians",
)


def __getattr__(name: str) -> Any:
    match name:
        case "BACKS":
            found = rooms(__name__, NOUNS, "back", "BACK")
        case "MATTERS":
            found = rooms(__name__, NOUNS, "room", "CENTRE")
        case _:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = found
    return found
