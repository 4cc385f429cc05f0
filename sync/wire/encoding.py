"""base64url without padding (RFC 7515 2) and instants as text, one spelling each.

Must never accept a second spelling of the same thing: what is signed must have one form.
"""

from __future__ import annotations

import base64
import binascii
import re
from datetime import UTC, datetime
from typing import Final

# The other alphabet's own two letters, and padding, become what no reader of base64 takes.
_TO_STANDARD: Final = bytes.maketrans(b"-_+/=", b"+/\0\0\0")
_PADDING: Final = (b"", b"===", b"==", b"=")
# How a text may end whose last group is not full: with all bits zero that say nothing. One letter alone is no group.
_ENDS: Final = ("", "", "AQgw", "AEIMQUYcgkosw048")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


def b64(data: bytes) -> str:
    """base64url, no padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def unb64(text: str) -> bytes:
    """Strictly back again. Raises ValueError for padding, other characters or loose trailing bits."""
    loose = len(text) & 3
    # Only the last group can have bits to spare: it is what must have its one spelling.
    if loose and text[-1] not in _ENDS[loose]:
        raise ValueError("not base64url")
    try:
        letters = text.encode("ascii").translate(_TO_STANDARD) + _PADDING[loose]
        return binascii.a2b_base64(letters, strict_mode=True)
    except ValueError:  # UnicodeEncodeError and binascii.Error among them
        raise ValueError("not base64url") from None


def instant(moment: datetime) -> str:
    """An aware datetime as `2026-03-01T09:30:05Z`: UTC, whole seconds, always 20 characters."""
    if moment.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat() + "Z"


def read_instant(text: str) -> datetime:
    """Back again. Raises ValueError for any other spelling."""
    moment = datetime.fromisoformat(text) if _INSTANT.fullmatch(text) else None
    if moment is None or instant(moment) != text:
        raise ValueError("not an instant")
    return moment
