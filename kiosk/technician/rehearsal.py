"""A whole visit of nobody, with the technician's own card: sign, open, what matters try, store, page.

Two parts may be had alone. Nothing stays. Never: a real election, a number, an envelope in the queue.
"""

import secrets
import time
from collections.abc import Callable, Iterator
from functools import partial

from card_reader import CardFault, CardGone, prove_presence
from kiosk.health import Finding, check_press, found
from kiosk.kernel.booth import Booth
from kiosk.kernel.hand import opener_of
from kiosk.store import StoreFull, facts
from kiosk.technician.admission import Technician
from municipality.greek import ATHENS
from sync import SealBroken, open_sealed, seal

_PROBE = "rehearsal"


class _TakenBack(Exception):
    """Rolls the rehearsal's transaction back."""


def rehearse(
    booth: Booth,
    technician: Technician,
    progress: Callable[[int, int], None],
    *,
    clock: Callable[[], float] = time.monotonic,
) -> list[Finding]:
    """One finding for each part of a visit; `progress(part, of)`. Raises CardGone."""
    parts: tuple[Callable[[], Finding], ...] = (
        lambda: card(technician),
        *(partial(trial, clock) for office in booth.matters for trial in office.trials),
        lambda: storing(booth, clock),
        lambda: check_press(booth.press, booth.clock().astimezone(ATHENS)),
    )

    def each() -> Iterator[Finding]:
        for place, part in enumerate(parts, 1):
            progress(place, len(parts))
            yield part()

    return list(each())


def card(technician: Technician) -> Finding:
    """The card signs a fresh challenge, and opens what was sealed to it a moment ago."""
    key = technician.genuine.key_management_key
    try:
        signed = prove_presence(technician.card, technician.genuine)
        words = secrets.token_hex(16).encode()
        token = seal(words, key, kid=technician.number, size=64)
        opener = opener_of(technician.card, technician.genuine)
        opened = open_sealed(token, opener, kid=technician.number) == words
    except (CardFault, SealBroken):
        return found("card.failed")
    return found("card.ok") if signed and opened else found("card.failed")


def storing(booth: Booth, clock: Callable[[], float] = time.monotonic) -> Finding:
    """A row is written under the lock and taken back: the disk and the lock work, and nothing stays."""
    began = clock()
    try:
        with booth.store.writing() as connection:
            facts.put(connection, _PROBE, "x" * 1024)
            raise _TakenBack
    except _TakenBack:
        return found("storing.ok", milliseconds=round(1000 * (clock() - began)))
    except StoreFull:
        return found("storing.failed")


__all__ = ["CardGone", "card", "rehearse", "storing"]
