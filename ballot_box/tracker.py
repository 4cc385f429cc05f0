"""How a tracker is written, shown and typed. A tracker names a ballot and says nothing of what is in it.

Kept form: 64 lower-case hexadecimal digits, the SHA-256 of the ballot; the ballot's file in the .bel carries this name
and `belenios-tool election compute-ballot-summary` prints it. Belenios' web pages show the same number in Base64.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re

from assets import typed as reading

_HEX = re.compile(r"[0-9a-f]{64}", re.ASCII)
_BASE64 = re.compile(r"[A-Za-z0-9+/]{43}=?", re.ASCII)
# As many digits as a booth shows name no other ballot by chance, and nobody can afford to make another so: 64 bits.
ENOUGH = 16


def tracker_of(ballot: str) -> str:
    """The tracker of a ballot, from its text exactly as on the board."""
    return hashlib.sha256(ballot.encode("utf-8")).hexdigest()


def is_tracker(value: object) -> bool:
    """Whether it is a tracker in the kept form."""
    return isinstance(value, str) and _HEX.fullmatch(value) is not None


def shown(tracker: str) -> str:
    """Four lines of four groups of four, for a screen, paper, or reading aloud."""
    groups = [tracker[start : start + 4] for start in range(0, len(tracker), 4)]
    return "\n".join(" ".join(groups[start : start + 4]) for start in range(0, len(groups), 4))


def smart(tracker: str) -> str:
    """As on Belenios' web pages ("smart ballot tracker"): Base64 without padding."""
    return base64.b64encode(bytes.fromhex(tracker)).decode("ascii").rstrip("=")


def typed(text: str) -> str | None:
    """What a person typed or scanned, in either form, to the kept form; None if it is no tracker."""
    if len(text) > 400:
        return None
    digits = reading.read(text, reading.HEX)
    if is_tracker(digits):
        return digits
    bare = reading.as_it_stands(text)
    if _BASE64.fullmatch(bare) is None:
        return None
    try:
        digest = base64.b64decode(bare.rstrip("=") + "=", validate=True)
    except binascii.Error:
        return None
    return digest.hex() if smart(digest.hex()) == bare.rstrip("=") else None


def begun(text: str, least: int = ENOUGH) -> str | None:
    """The same, and also the beginning of a tracker, of `least` digits or more."""
    if len(text) > 400:
        return None
    digits = reading.read(text, reading.HEX)
    return digits if digits and least <= len(digits) < 64 else typed(text)
