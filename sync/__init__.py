"""Carries sealed envelopes between a booth and the centre, exactly once in effect, and signed matter back.

It seals, opens and signs with keys and functions that it is given. It must never know what is in an envelope.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sync import metrics, server, stick
    from sync.backoff import Backoff
    from sync.client import Client
    from sync.daemon import Asked, asked_by_signals, keep_going
    from sync.progress import shown_on
    from sync.rounds.parties import Apply, Line, Policy, Reject, Store
    from sync.rounds.report import Report, Stage, Tally, report_of
    from sync.rounds.round import Round
    from sync.store import inbox, outbox, stages
    from sync.wire.canonical import JsonValue, NotCanonical, canonical, load, load_canonical
    from sync.wire.compression import TooLarge
    from sync.wire.envelope import (
        BadEnvelope,
        ChainBroken,
        Envelope,
        chained_id,
        check_chain,
        new_id,
        sign_envelope,
        sign_with,
        verify_envelope,
    )
    from sync.wire.errors import Garbled, LineDown, LineError, RequestRefused
    from sync.wire.matter import NotSigned, sign_matter, verify_matter
    from sync.wire.messages import PROTOCOL, Answer, BadItem, BadMessage, Hello, Item, Page
    from sync.wire.sealing import (
        Agreeing,
        DoesNotFit,
        Opener,
        SealBroken,
        Unwrapping,
        agree_with,
        open_sealed,
        open_shared,
        seal,
        seal_fixed,
        seal_shared,
    )

# Loaded when it is asked for: who wants a type only shall not wait for HTTP and SQL.
_HOMES = {
    "sync.backoff": ("Backoff",),
    "sync.client": ("Client",),
    "sync.wire.compression": ("TooLarge",),
    "sync.daemon": ("Asked", "asked_by_signals", "keep_going"),
    "sync.rounds.parties": ("Apply", "Line", "Policy", "Reject", "Store"),
    "sync.progress": ("shown_on",),
    "sync.rounds.report": ("Report", "Stage", "Tally", "report_of"),
    "sync.rounds.round": ("Round",),
    "sync.wire.canonical": ("JsonValue", "NotCanonical", "canonical", "load", "load_canonical"),
    "sync.wire.envelope": (
        "BadEnvelope",
        "ChainBroken",
        "Envelope",
        "chained_id",
        "check_chain",
        "new_id",
        "sign_envelope",
        "sign_with",
        "verify_envelope",
    ),
    "sync.wire.errors": ("Garbled", "LineDown", "LineError", "RequestRefused"),
    "sync.wire.matter": ("NotSigned", "sign_matter", "verify_matter"),
    "sync.wire.messages": ("PROTOCOL", "Answer", "BadItem", "BadMessage", "Hello", "Item", "Page"),
    "sync.wire.sealing": (
        "Agreeing",
        "DoesNotFit",
        "Opener",
        "SealBroken",
        "Unwrapping",
        "agree_with",
        "open_sealed",
        "open_shared",
        "seal",
        "seal_fixed",
        "seal_shared",
    ),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}
_ROOMS = {
    "inbox": "sync.store.inbox",
    "metrics": "sync.metrics",
    "outbox": "sync.store.outbox",
    "server": "sync.server",
    "stages": "sync.store.stages",
    "stick": "sync.stick",
}

__all__ = [
    "PROTOCOL",
    "Agreeing",
    "Answer",
    "Apply",
    "Asked",
    "Backoff",
    "BadEnvelope",
    "BadItem",
    "BadMessage",
    "ChainBroken",
    "Client",
    "DoesNotFit",
    "Envelope",
    "Garbled",
    "Hello",
    "Item",
    "JsonValue",
    "Line",
    "LineDown",
    "LineError",
    "NotCanonical",
    "NotSigned",
    "Opener",
    "Page",
    "Policy",
    "Reject",
    "Report",
    "RequestRefused",
    "Round",
    "SealBroken",
    "Stage",
    "Store",
    "Tally",
    "TooLarge",
    "Unwrapping",
    "agree_with",
    "asked_by_signals",
    "canonical",
    "chained_id",
    "check_chain",
    "inbox",
    "keep_going",
    "load",
    "load_canonical",
    "metrics",
    "new_id",
    "open_sealed",
    "open_shared",
    "outbox",
    "report_of",
    "seal",
    "seal_fixed",
    "seal_shared",
    "server",
    "shown_on",
    "sign_envelope",
    "sign_matter",
    "sign_with",
    "stages",
    "stick",
    "verify_envelope",
    "verify_matter",
]


def __getattr__(name: str) -> object:
    value: object
    if name in _ROOMS:
        value = import_module(_ROOMS[name])
    elif name in _HOME_OF:
        value = getattr(import_module(_HOME_OF[name]), name)
    else:
        raise AttributeError(f"module 'sync' has no attribute {name!r}")
    # Asked for once: from now on it is found without this function.
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
