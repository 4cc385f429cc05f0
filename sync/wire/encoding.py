"""base64url without padding (RFC 7515 2) and instants as text, one spelling each.

Must never accept a second spelling of the same thing: what is signed must have one form.
"""

from __future__ import annotations

import base64
import binascii
import re
from datetime import UTC, datetime

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_TO_STANDARD = bytes.maketrans(b"-_", b"+/")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


def b64(data: bytes) -> str:
    """base64url, no padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def unb64(text: str) -> bytes:
    """Strictly back again. Raises ValueError for padding, other characters or loose trailing bits."""
    try:
        letters = text.encode("ascii")
        if letters.translate(None, _ALPHABET):
            raise ValueError
        data = binascii.a2b_base64(letters.translate(_TO_STANDARD) + b"=" * (-len(text) % 4))
    except ValueError:  # UnicodeEncodeError and binascii.Error among them
        raise ValueError("not base64url") from None
    # Only the last group can have bits to spare: it is what must have its one spelling.
    loose = len(text) % 4
    if loose and b64(data[-(loose - 1) :]) != text[-loose:]:
        raise ValueError("not base64url")
    return data


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
