"""The life of a Κάρτα Δημότη as data: its states, and which may follow which. One number is one card for ever."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class State(StrEnum):
    """Where a card stands. `active` from its first act at a booth; `replaced` once its successor counts."""

    ORDERED = "ordered"
    PERSONALISED = "personalised"
    HANDED_OVER = "handed_over"
    ACTIVE = "active"
    BLOCKED = "blocked"
    REPLACED = "replaced"
    EXPIRED = "expired"


class Bearer(StrEnum):
    """Whose card it is: a resident's, or a technician's, who opens booths and has no dossier."""

    RESIDENT = "resident"
    TECHNICIAN = "technician"


class Blocked(StrEnum):
    """Who blocked a card: an officer, its holder by block code, or a successor that took its place."""

    COUNTER = "counter"
    BLOCK_CODE = "block_code"
    SUCCESSOR = "successor"


_S = State
NEXT: Final[dict[State, frozenset[State]]] = {
    _S.ORDERED: frozenset({_S.PERSONALISED, _S.BLOCKED}),
    _S.PERSONALISED: frozenset({_S.HANDED_OVER, _S.BLOCKED, _S.REPLACED, _S.EXPIRED}),
    _S.HANDED_OVER: frozenset({_S.ACTIVE, _S.BLOCKED, _S.REPLACED, _S.EXPIRED}),
    _S.ACTIVE: frozenset({_S.BLOCKED, _S.REPLACED, _S.EXPIRED}),
    # Found again: an officer gives it back the state that it had.
    _S.BLOCKED: frozenset({_S.HANDED_OVER, _S.ACTIVE, _S.REPLACED, _S.EXPIRED}),
    _S.EXPIRED: frozenset({_S.REPLACED}),
    # Never back: its successor works, and two cards of one person would be two votes.
    _S.REPLACED: frozenset(),
}

# In the holder's hands: these open a dossier, stand on the roll of a new vote, and have a block code.
IN_USE: Final = frozenset({_S.HANDED_OVER, _S.ACTIVE})
# A person has at most one of these, and one more while it is being made to take the place of the first.
LIVE: Final = frozenset({_S.ORDERED, _S.PERSONALISED}) | IN_USE


def may_become(state: State, to: State) -> bool:
    """Whether a card in `state` may be `to` next."""
    return to in NEXT[state]
