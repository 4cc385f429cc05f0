"""Every matter at the town hall, in the order of `municipality.matters`; a new one adds one line.

`BACKS` is what the kernel asks, `MATTERS` adds what people see: a command that needs no page loads none.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

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
    part, value = {"BACKS": ("back", "BACK"), "MATTERS": ("room", "CENTRE")}.get(name, ("", ""))
    if not part:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = tuple(getattr(import_module(f"{__name__}.{noun}.{part}"), value) for noun in NOUNS)
    globals()[name] = found
    return found
