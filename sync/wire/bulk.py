"""Signatures and seals of a whole batch at once: the same checks as for one. Must never pass what verify_envelope or
open_sealed would refuse.

One thread takes a batch through (docs/decisions/0042). Cores are for work that leaves the interpreter for longer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from sync.wire.envelope import BadEnvelope, Envelope, signed_part
from sync.wire.sealing import SealBroken, agree_with, open_sealed

_ECDSA: Final = ec.ECDSA(SHA256())

_In = TypeVar("_In")
_Out = TypeVar("_Out")


class Cores:
    """Some threads that share out a list, kept for the life of the process."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="bulk")

    def share(self, work: Callable[[Sequence[_In]], list[_Out]], things: Sequence[_In], least: int = 8) -> list[_Out]:
        """`work` on parts of `things`, at least `least` in a part; the results in order."""
        size = max(least, -(-len(things) // self._count))
        if len(things) <= size:
            return work(things)
        parts = self._pool.map(work, [things[start : start + size] for start in range(0, len(things), size)])
        return [one for part in parts for one in part]

    def close(self) -> None:
        self._pool.shutdown()


def verify_all(envelopes: Sequence[Envelope], keys: Sequence[ec.EllipticCurvePublicKey]) -> list[bool]:
    """For each envelope whether one of `keys` signed exactly it, as verify_envelope says."""
    return [_signed(one, keys) for one in envelopes]


def open_all(tokens: Sequence[str], key: ec.EllipticCurvePrivateKey, *, kid: str) -> list[bytes | None]:
    """For each token what open_sealed gives, or None where it raises."""
    opener = agree_with(key)

    def opened(token: str) -> bytes | None:
        try:
            return open_sealed(token, opener, kid=kid)
        except SealBroken:
            return None

    return [opened(token) for token in tokens]


def _signed(envelope: Envelope, keys: Sequence[ec.EllipticCurvePublicKey]) -> bool:
    try:
        message, signature = signed_part(envelope)
    except BadEnvelope:
        return False
    return any(_holds(key, message, signature) for key in keys)


def _holds(key: ec.EllipticCurvePublicKey, message: bytes, signature: bytes) -> bool:
    try:
        key.verify(signature, message, _ECDSA)
    except InvalidSignature:
        return False
    return True
