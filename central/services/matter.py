"""What a matter does at the town hall behind the shells: judges and keeps its acts, exports, purges.

The kernel is given these values in `Centre.matters` and names no matter.
"""

from __future__ import annotations

from dataclasses import dataclass

from municipality.matter import Matter


@dataclass(frozen=True)
class BackOffice:
    """The half of a matter that nobody sees on a page."""

    matter: Matter
