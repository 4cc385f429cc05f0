"""A matter at the booth: what residents find of it in the menu, and what it does with what comes from the town hall.

The desk, the closures, the rounds and the doctor are given these values; they name no matter.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.services.matter import BackOffice
from municipality.matter import Matter


@dataclass(frozen=True)
class BoothMatter:
    """What the booth does for one matter."""

    matter: Matter
    back: BackOffice
