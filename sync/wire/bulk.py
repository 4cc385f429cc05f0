"""Signatures and seals of a whole batch at once: the same checks as for one, their curve operations side by side on
several cores. Must never pass what verify_envelope or open_sealed would refuse.

Only the elliptic curve leaves the interpreter alone for long enough: what stands around it is done before and after,
since threads that hand the interpreter to and fro are slower than one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from sync.wire.envelope import BadEnvelope, Envelope, signed_part
from sync.wire.sealing import SealBroken, finish_opening, half_open

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


def verify_all(envelopes: Sequence[Envelope], keys: Sequence[ec.EllipticCurvePublicKey], cores: Cores) -> list[bool]:
    """For each envelope whether one of `keys` signed exactly it, as verify_envelope says."""
    parts: dict[int, tuple[bytes, bytes]] = {}
    for place, envelope in enumerate(envelopes):
        try:
            parts[place] = signed_part(envelope)
        except BadEnvelope:
            continue
    good = [False] * len(envelopes)
    for key in keys:
        places = [place for place in parts if not good[place]]
        for place, holds in zip(places, cores.share(_verifier(key), [parts[one] for one in places]), strict=True):
            good[place] = holds
    return good


def open_all(tokens: Sequence[str], key: ec.EllipticCurvePrivateKey, cores: Cores, *, kid: str) -> list[bytes | None]:
    """For each token what open_sealed gives, or None where it raises."""
    halves = {}
    for place, token in enumerate(tokens):
        try:
            halves[place] = half_open(token, kid=kid)
        except SealBroken:
            continue
    agreed = cores.share(_agreement(key), [half.point for half in halves.values()])
    opened: list[bytes | None] = [None] * len(tokens)
    for (place, half), shared in zip(halves.items(), agreed, strict=True):
        try:
            opened[place] = finish_opening(half, shared)
        except SealBroken:
            continue
    return opened


def _verifier(key: ec.EllipticCurvePublicKey) -> Callable[[Sequence[tuple[bytes, bytes]]], list[bool]]:
    algorithm = ec.ECDSA(SHA256())

    def holds(message: bytes, signature: bytes) -> bool:
        try:
            key.verify(signature, message, algorithm)
        except InvalidSignature:
            return False
        return True

    return lambda parts: [holds(message, signature) for message, signature in parts]


def _agreement(key: ec.EllipticCurvePrivateKey) -> Callable[[Sequence[ec.EllipticCurvePublicKey]], list[bytes]]:
    way = ec.ECDH()
    return lambda points: [key.exchange(way, point) for point in points]
