"""base64url without padding (RFC 7515 2) and instants as text, one spelling each.

Must never accept a second spelling of the same thing: what is signed must have one form.
"""

from __future__ import annotations

import base64
import binascii
import re
from datetime import UTC, datetime

_ALPHABET = re.compile(r"[A-Za-z0-9_-]*")


def b64(data: bytes) -> str:
    """base64url, no padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def unb64(text: str) -> bytes:
    """Strictly back again. Raises ValueError for padding, other characters or loose trailing bits."""
    if not _ALPHABET.fullmatch(text):
        raise ValueError("not base64url")
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        raise ValueError("not base64url") from None
    if b64(data) != text:
        raise ValueError("not base64url")
    return data


def instant(moment: datetime) -> str:
    """An aware datetime as `2026-03-01T09:30:05Z`: UTC, whole seconds, always 20 characters."""
    if moment.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat() + "Z"


def read_instant(text: str) -> datetime:
    """Back again. Raises ValueError for any other spelling."""
    moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    if instant(moment) != text:
        raise ValueError("not an instant")
    return moment
