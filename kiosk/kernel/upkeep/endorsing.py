"""A booth's key signs for the one that follows it: so what a vote was set up with leads to the key that signs at its
end, whatever was renewed in between. The words lie beside the keys.

Must never keep a renewal from being made: what is damaged is set aside.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec

from ballot_box.officials import (
    BOOTH_KEY,
    BadRecord,
    Endorsement,
    KeySigner,
    Signature,
    endorsement_of,
    holds,
    key_id,
    pem_of,
    read_endorsement,
    read_pem,
    read_signatures,
    typed,
    with_keys,
)
from kiosk.kernel.booth import Booth
from kiosk.kernel.upkeep import booth_files

NAME, DAMAGED = "endorsements.json", "endorsements.json.damaged"
_MOST = 20  # three years of renewals, and no vote lasts one


@dataclass(frozen=True)
class _Given:
    """`key` (PEM) has signed for the key in `word`."""

    key: str
    word: Endorsement
    signature: Signature

    def holds(self, booth: str) -> bool:
        return self.word.booth == booth and holds(self.signature, BOOTH_KEY, self.word.text, read_pem(self.key))


def endorse(folder: Path, booth: str, key: ec.EllipticCurvePrivateKey, following: ec.EllipticCurvePublicKey) -> None:
    """On the disk when this returns; `following` may be put in use then. Again after a cut, it replaces what it said
    before. `folder`: of the keys. Raises OSError."""
    signer = KeySigner(key)
    word = endorsement_of(booth, following)
    new = _Given(pem_of(signer.public), word, signer.sign(BOOTH_KEY, word.text))
    file = folder / NAME
    try:
        before = _read(file)
    except BadRecord:
        booth_files.move(file, folder / DAMAGED)
        before = []
    kept = [*(one for one in before if one.key != new.key), new][-_MOST:]
    plain = [{"key": one.key, "word": one.word.text, "signature": one.signature.plain()} for one in kept]
    booth_files.write_whole(file, json.dumps(plain, ensure_ascii=False, indent=1) + "\n")


def endorsements(booth: Booth, since: str = "") -> tuple[tuple[str, ...], tuple[tuple[Endorsement, Signature], ...]]:
    """This booth's keys (PEM, the oldest first, the last one that with which this process signs), and the word of each
    for the next: as `ballot_box.officials.statement.Stated` takes them.

    `since`: the id of the key to begin with (`key_id`); "" for the oldest that leads here. Where no way leads from it,
    the last key stands alone.
    """
    last = pem_of(booth.key.public_key())
    if key_id(booth.key.public_key()) == since:
        return (last,), ()
    words = {one.word.key: one for one in _of(booth)}
    keys, way = [last], list[tuple[Endorsement, Signature]]()
    while (given := words.pop(keys[0], None)) is not None and given.holds(booth.id):
        keys.insert(0, given.key)
        way.insert(0, (given.word, given.signature))
        if key_id(read_pem(given.key)) == since:
            return tuple(keys), tuple(way)
    return ((last,), ()) if since else (tuple(keys), tuple(way))


def _of(booth: Booth) -> list[_Given]:
    """None where the key lies in a token, or the file is damaged."""
    signing = booth.settings.keys.signing
    if not isinstance(signing, Path):
        return []
    try:
        return _read(signing.with_name(NAME))
    except (BadRecord, OSError):
        return []


def _read(file: Path) -> list[_Given]:
    """In the order in which they were given. Raises BadRecord, OSError."""
    what = NAME
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    except (ValueError, RecursionError):
        raise BadRecord(f"{what}: no JSON") from None
    if not isinstance(value, list):
        raise BadRecord(f"{what}: no list")
    found = []
    for one in value:
        parts = with_keys(one, ("key", "signature", "word"), what)
        key = typed(parts, "key", str, what)
        _ = read_pem(key)
        (signature,) = read_signatures([parts["signature"]], what)
        found.append(_Given(key, read_endorsement(typed(parts, "word", str, what)), signature))
    return found
