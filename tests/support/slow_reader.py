"""What an envelope is, said once more in plain Python: what the fast reader (sync.wire.envelope) is held against.

And ways to bend one: the fast reader gives no envelope that is not whole.
"""

from __future__ import annotations

import json
import re
from typing import Any

from sync import Envelope, JsonValue, NotCanonical, canonical, load_canonical
from sync.wire.encoding import read_instant, unb64

FIELDS = {"id", "kind", "version", "booth", "made_at", "previous", "body", "signature"}
_HEX = set("0123456789abcdef")


class NoEnvelope(ValueError):
    """These bytes are not the canonical form of an envelope."""


def read(message: bytes) -> dict[str, Any]:
    """The fields as docs/wire.md tells them. Raises NoEnvelope."""
    try:
        value = load_canonical(message)
    except NotCanonical:
        raise NoEnvelope("not canonical") from None
    if not isinstance(value, dict) or set(value) != FIELDS:
        raise NoEnvelope("other fields")
    told: dict[str, Any] = dict(value)
    version = told.pop("version")
    if not isinstance(version, int) or isinstance(version, bool) or not 1 <= version <= 9999:
        raise NoEnvelope("version")
    if not all(isinstance(text, str) for text in told.values()):
        raise NoEnvelope("a field is no text")
    _is_right(told)
    return told | {"version": version, "made_at": read_instant(told["made_at"])}


def _is_right(told: dict[str, str]) -> None:
    parts = told["id"].split("-")
    if [len(part) for part in parts] != [8, 4, 4, 4, 12] or not set("".join(parts)) <= _HEX:
        raise NoEnvelope("no UUID")
    if parts[2][0] not in "47" or parts[3][0] not in "89ab":
        raise NoEnvelope("a UUID of another version")
    words = re.split("[._-]", told["kind"])
    if len(told["kind"]) > 64 or not told["kind"][:1].isalpha() or not all(map(_is_word, words)):
        raise NoEnvelope("kind")
    booth = told["booth"]
    if not 1 <= len(booth) <= 64 or booth[0] in "._-" or not re.fullmatch("[A-Za-z0-9._-]*", booth):
        raise NoEnvelope("booth")
    if told["previous"] and (len(told["previous"]) != 64 or not set(told["previous"]) <= _HEX):
        raise NoEnvelope("previous")
    if not 1 <= len(told["body"]) <= 1024 * 1024:
        raise NoEnvelope("body")
    try:
        at, signature = read_instant(told["made_at"]), unb64(told["signature"])
    except ValueError:
        raise NoEnvelope("made_at or signature") from None
    if len(signature) != 64:
        raise NoEnvelope("signature")
    if parts[2][0] == "4" and (told["previous"] or at.minute or at.second):
        raise NoEnvelope("a ballot in a chain, or with its minute")


def _is_word(word: str) -> bool:
    return bool(re.fullmatch("[a-z0-9]+", word))


def fields(envelope: Envelope) -> dict[str, JsonValue]:
    """What stands in an envelope, as JSON has it."""
    told: dict[str, JsonValue] = json.loads(envelope.message)
    return told


def bent(envelope: Envelope, **changes: JsonValue) -> bytes:
    """Its canonical form with other fields under the old signature; whatever comes of it."""
    return canonical({**fields(envelope), **changes})


def forged(envelope: Envelope, **changes: JsonValue) -> Envelope:
    """As `bent`, of what is an envelope still."""
    return Envelope.read(bent(envelope, **changes))
