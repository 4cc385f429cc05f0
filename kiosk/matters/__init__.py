"""Every matter at the booth, in the order of `municipality.matters`; a new one adds one line.

`BACKS` is what the kernel asks, `MATTERS` adds what people see: a command that needs no page loads none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from municipality.matters import rooms

if TYPE_CHECKING:
    from kiosk.desk.matter import BoothMatter
    from kiosk.kernel.matter import BackOffice

    BACKS: tuple[BackOffice, ...]
    MATTERS: tuple[BoothMatter, ...]

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
            found = rooms(__name__, NOUNS, "room", "BOOTH")
        case _:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = found
    return found
