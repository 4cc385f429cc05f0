"""Which slots are one reader's: contact, contactless, a place for a SAM. It must never ask a reader: names only."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SLOT = re.compile(r"(?<= [0-9A-F]{2}) [0-9A-F]{2}$")


def slots_of(names: Sequence[str]) -> dict[str, list[str]]:
    """By reader, in order: the names of its slots. pcscd lists each slot by itself and numbers them at the end of the
    name, first the reader, then the slot, in hex; a reader goes by the name of its first slot."""
    found: dict[str, list[str]] = {}
    for name in sorted(names):
        first = next((one for one in found if _SLOT.sub("", one) == _SLOT.sub("", name)), name)
        found.setdefault(first, []).append(name)
    return found
