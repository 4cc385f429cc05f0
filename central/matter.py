"""A matter at the town hall: what its acts become, and what the console and the public site say of it.

The shells (`central.staff`, `central.public`) and the kernel are given these values; they name no matter.
"""

from __future__ import annotations

from dataclasses import dataclass

from central.services.matter import BackOffice
from municipality.matter import Matter


@dataclass(frozen=True)
class CentreMatter:
    """What the town hall does for one matter."""

    matter: Matter
    back: BackOffice
