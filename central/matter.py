"""A matter at the town hall: what its acts become, and what the console and the public site say of it.

The shells (`central.staff`, `central.public`) and the kernel are given these values; they name no matter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from central.kernel.matter import BackOffice
from central.public.site import Site
from central.staff.desk import Desk
from central.staff.words import Words
from municipality.matter import Matter


@dataclass(frozen=True)
class CentreMatter:
    """What the town hall does for one matter.

    `staff`, `public`: add its pages to the console and to the site, drawn from its `html/staff` and `html/public`; a
    matter without pages there gives None. `words`: what the console calls its states, steps, warnings and deeds, which
    stand on the office's pages too, so a matter without pages may have some.
    """

    back: BackOffice
    staff: Callable[[Desk], None] | None = None
    public: Callable[[Site], None] | None = None
    words: Words = field(default_factory=Words)

    @property
    def matter(self) -> Matter:
        return self.back.matter
