"""What anybody may ask about a certificate: whether a paper with its code was issued, and still counts."""

from __future__ import annotations

from dataclasses import dataclass

from central.kernel.centre import Centre
from central.matters.certificates import store as rows
from municipality.matters.certificates.rules import read_code


@dataclass(frozen=True)
class NotACode:
    """What was typed cannot be a verification code."""


@dataclass(frozen=True)
class Unknown:
    """No paper with this code has been reported (yet)."""


Finding = rows.Certificate | NotACode | Unknown


def look_up(centre: Centre, typed: str) -> Finding:
    """What the centre knows of the paper with this code."""
    code = read_code(typed)
    if code is None:
        return NotACode()
    with centre.store.reading() as tx:
        return rows.by_code(tx, code) or Unknown()
