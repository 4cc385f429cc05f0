"""A voter's private credential in one election, and the public part that stands on the list (specification, 4.8).

A credential never prints: not in repr, str, format, pickle, an exception or a log.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from ballot_box import group
from ballot_box.election import ElectionSetup
from ballot_box.hidden import Hidden

_DIGITS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_RANDOM_DIGITS = 14


class Credential(Hidden):
    """The private credential of one voter in one election: XXX-XXX-XXX-XXX-XXX, the last a check digit."""

    __slots__ = ()

    def __init__(self, text: str) -> None:
        if not _well_formed(text):
            raise ValueError("not a credential")
        super().__init__(text)

    @classmethod
    def generate(cls) -> Credential:
        """A new one from the system's randomness (82 bits): made in memory, because the tool would write a file."""
        raw = "".join(secrets.choice(_DIGITS) for _ in range(_RANDOM_DIGITS))
        whole = raw + _DIGITS[53 - _value(raw) % 53]
        return cls("-".join(whole[start : start + 3] for start in range(0, 15, 3)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Credential) and hmac.compare_digest(self._text, other._text)

    def __hash__(self) -> int:
        return hash((Credential, self._text))


def _value(digits: str) -> int:
    value = 0
    for digit in digits:
        value = value * 58 + _DIGITS.index(digit)
    return value


def _well_formed(text: object) -> bool:
    if not isinstance(text, str) or len(text) != 19:
        return False
    groups = text.split("-")
    raw = "".join(groups)
    if [len(one) for one in groups] != [3] * 5 or not set(raw) <= set(_DIGITS):
        return False
    return (_value(raw[:_RANDOM_DIGITS]) + _DIGITS.index(raw[_RANDOM_DIGITS])) % 53 == 0


def public_part_in(uuid: str, credential: Credential) -> str:
    """g to the power PBKDF2-HMAC-SHA256(credential, salt uuid, 1000 rounds) mod q, in base 10."""
    derived = hashlib.pbkdf2_hmac("sha256", credential.reveal().encode("ascii"), uuid.encode("ascii"), 1000, 32)
    return str(pow(group.G, int.from_bytes(derived, "big") % group.Q, group.P))


def public_part(setup: ElectionSetup, credential: Credential) -> str:
    """The credential's public part in this election: what stands in a ballot and on the public list."""
    return public_part_in(setup.uuid, credential)


def is_on_list(setup: ElectionSetup, credential: Credential) -> bool:
    return public_part(setup, credential) in setup.credential_set
