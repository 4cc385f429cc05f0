"""The keys of a booth as the store has them: under a request, and under what lay in its queue."""

from __future__ import annotations

from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from central.kernel.centre import Centre
from central.store.line import booths as rows


class Damaged(OSError):
    """What stands in the store cannot be used: there is no verdict on whoever it is about."""


def envelope_keys(centre: Centre, booth: str) -> tuple[ec.EllipticCurvePublicKey, ...]:
    """Every key that may stand under an envelope of this booth, the newest first: yesterday's as well, whatever the
    booth's state, because what it signed lay in its queue. Not those that are barred."""
    with centre.store.reading() as tx:
        return tuple(public_key(key) for key in rows.keys(tx, booth) if key.barred_at is None)


def public_key(key: rows.Key) -> ec.EllipticCurvePublicKey:
    return _read(key.public)


@lru_cache(maxsize=4096)
def _read(pem: str) -> ec.EllipticCurvePublicKey:
    try:
        public = load_pem_public_key(pem.encode())
    except ValueError:
        raise Damaged("a booth's key in the store cannot be read") from None
    if not isinstance(public, ec.EllipticCurvePublicKey):
        raise TypeError("booths sign with P-256 keys")
    return public
