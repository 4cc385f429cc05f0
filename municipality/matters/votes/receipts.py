"""Where a ballot stands, by its tracker alone: what booth and site tell whoever asks for one, and the list from which a
booth tells it.

Never: a card, a moment, or which ballot took another's place.
"""

import base64
import binascii
import itertools
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from enum import StrEnum

# Hexadecimal digits: 16 name a ballot whatever others there are (64 bits), 12 as long as only one begins so.
ENOUGH, LEAST = 16, 12
_BYTES = ENOUGH // 2
_ROW = _BYTES + 1


class Receipt(StrEnum):
    """Where a ballot stands. Of those that were refused it says no more of the reason than is true of the ballot: what
    was wrong with a card is not for everybody who has a tracker.

    AUDITED was cast with an auditor's card. That is told of no ballot before the board is sealed: until then it is
    ON_BOARD like any other. The last four are never in a list: WAITING is arrived and not on the board yet;
    NOT_ARRIVED, or NOT_COUNTED once the vote is over, is not known; SEVERAL begin as was asked.
    """

    ON_BOARD = "on_board"
    SUPERSEDED = "superseded"
    LATE = "late"
    UNSOUND = "unsound"
    AHEAD = "ahead"
    NOT_TAKEN = "not_taken"
    PENDING = "pending"
    AUDITED = "audited"
    WAITING = "waiting"
    NOT_ARRIVED = "not_arrived"
    NOT_COUNTED = "not_counted"
    SEVERAL = "several"


# The place of a state in this row is its byte in the list.
_CODES = (
    Receipt.ON_BOARD,
    Receipt.SUPERSEDED,
    Receipt.LATE,
    Receipt.UNSOUND,
    Receipt.AHEAD,
    Receipt.NOT_TAKEN,
    Receipt.PENDING,
    Receipt.AUDITED,
)
_REASONS: Mapping[str, Receipt] = {
    "not-open": Receipt.LATE,
    "outside-the-window": Receipt.LATE,
    "found-later": Receipt.LATE,
    "not-in-the-statement": Receipt.LATE,
    "ballot-not-sound": Receipt.UNSOUND,
    "cast-in-the-future": Receipt.AHEAD,
    "booth-takes-no-part": Receipt.NOT_TAKEN,
    "not-on-the-roll": Receipt.NOT_TAKEN,
    "another-credential": Receipt.NOT_TAKEN,
    "credential-of-another-card": Receipt.NOT_TAKEN,
    "another-person": Receipt.NOT_TAKEN,
    "card-revoked": Receipt.NOT_TAKEN,
    "card-not-valid-then": Receipt.NOT_TAKEN,
}


def refusal(reason: str) -> Receipt | None:
    """What is told of a ballot that the town hall refused for `reason` (municipality.matters.votes.refusals, or a fault
    of its card). None where nothing is: it is here already, or no card has vouched for it and the true one may come."""
    return _REASONS.get(reason)


def pack(states: Mapping[str, Receipt]) -> str:
    """The list: by tracker, its first 64 bits and a byte for its state, nine bytes each, in order; Base64."""
    rows = {bytes.fromhex(tracker[:ENOUGH]): _CODES.index(state) for tracker, state in states.items()}
    return base64.b64encode(b"".join(begun + bytes((code,)) for begun, code in sorted(rows.items()))).decode("ascii")


class Listing(Sequence[tuple[bytes, Receipt]]):
    """A list that was packed. Raises ValueError for what is none, or is not in order."""

    def __init__(self, packed: str) -> None:
        try:
            self._rows = base64.b64decode(packed, validate=True)
        except (binascii.Error, ValueError):
            raise ValueError("not a list of trackers") from None
        begun = [self._rows[at : at + _BYTES] for at in range(0, len(self._rows), _ROW)]
        known = all(code < len(_CODES) for code in self._rows[_BYTES::_ROW])
        if len(self._rows) % _ROW or not known or any(one >= two for one, two in itertools.pairwise(begun)):
            raise ValueError("not a list of trackers")

    def __len__(self) -> int:
        return len(self._rows) // _ROW

    def __getitem__(self, place: int) -> tuple[bytes, Receipt]:  # type: ignore[override]  # nobody asks for a slice
        row = self._rows[place * _ROW : (place + 1) * _ROW]
        if not row:
            raise IndexError(place)
        return row[:_BYTES], _CODES[row[_BYTES]]

    def begun(self, digits: str) -> list[tuple[str, Receipt]]:
        """Those that begin so, by their first 16 digits; of `digits` no more than those count. Two at most: more say no
        more."""
        wanted = digits[:ENOUGH]
        first = bisect_left(self, bytes.fromhex(wanted.ljust(ENOUGH, "0")), key=lambda row: row[0])
        rows = [self[place] for place in range(first, min(first + 2, len(self)))]
        return [(begun.hex(), state) for begun, state in rows if begun.hex().startswith(wanted)]
