"""How trustees make one key of which some of them, and no fewer, open a count: Belenios' six steps (specification,
2.2.2: Pedersen's distributed key generation), and how all officials come to stand in one record.

Odd steps are a trustee's, on a machine of their own; even ones are anybody's, from public matter alone.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ballot_box import belenios
from ballot_box.hidden import Hidden
from ballot_box.officials import signing
from ballot_box.officials.body import (
    LEAST_THRESHOLD,
    Office,
    Official,
    Officials,
    read_officials,
    read_record,
    record_of,
)
from ballot_box.officials.home import Home, Passphrase
from ballot_box.officials.signing import BadRecord, Signature, canonical
from ballot_box.officials.trustee import foreign_key

_CERTS, _POLYNOMIALS = "certs.jsons", "polynomials.jsons"


@contextmanager
def _table(certs: Sequence[str] = (), polynomials: Sequence[str] = ()) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="ballot-box-") as name:
        folder = Path(name)
        for file, lines in ((_CERTS, certs), (_POLYNOMIALS, polynomials)):
            (folder / file).write_text("".join(line.strip() + "\n" for line in lines), encoding="ascii")
        yield folder


def certify(home: Home) -> str:
    """Step 1: a trustee's private key, kept in their folder, and the certificate that the others need."""
    # The tool writes files only; this folder is inside the trustee's own, where the key is going to live anyway.
    with tempfile.TemporaryDirectory(prefix=".key-", dir=home.path) as name:
        belenios.threshold_step(Path(name), 1)
        (private,), (certificate,) = Path(name).glob("*.key"), Path(name).glob("*.cert")
        home.keep_part(Hidden(private.read_text(encoding="ascii").strip()))
        return certificate.read_text(encoding="ascii").strip()


def propose(home: Home, certs: Sequence[str], threshold: int) -> str:
    """Step 3: what this trustee tells each of the others, sealed to them, as one public text."""
    with _table(certs) as folder:
        belenios.threshold_step(folder, 2, "--certs", _CERTS)
        options = ("--certs", _CERTS, "--threshold", str(threshold))
        return belenios.threshold_step(folder, 3, *options, key=home.part())


def distribute(certs: Sequence[str], polynomials: Sequence[str]) -> list[str]:
    """Step 4: for each trustee, in the order of the certificates, what the others told them."""
    with _table(certs, polynomials) as folder:
        belenios.threshold_step(folder, 4, "--certs", _CERTS, "--polynomials", _POLYNOMIALS)
        return [(folder / f"{one}.vinput").read_text(encoding="ascii").strip() for one in _ids(certs)]


def accept(home: Home, certs: Sequence[str], told: str) -> str:
    """Step 5: the trustee has checked what the others told; public, with their key for opening sealed to themselves."""
    with _table(certs) as folder:
        return belenios.threshold_step(folder, 5, "--certs", _CERTS, key=home.part(), stdin=told + "\n")


@dataclass(frozen=True)
class BallotKey:
    """`trustees`: Belenios' trustees.json. `opened_by`: by trustee, in order, what that one's private key opens."""

    trustees: str
    opened_by: tuple[str, ...]


def combine(certs: Sequence[str], polynomials: Sequence[str], accepted: Sequence[str]) -> BallotKey:
    """Step 6: the key under which ballots are sealed."""
    with _table(certs, polynomials) as folder:
        options = ("--certs", _CERTS, "--polynomials", _POLYNOMIALS)
        threshold = belenios.threshold_step(folder, 6, *options, stdin="".join(one + "\n" for one in accepted))
        opened_by = tuple((folder / f"{one}.dkey").read_text(encoding="ascii").strip() for one in _ids(certs))
        (folder / "threshold.json").write_text(threshold, encoding="ascii")
        (folder / "public_keys.jsons").write_text("", encoding="ascii")
        belenios.make_trustees(folder)
        return BallotKey((folder / "trustees.json").read_text(encoding="utf-8").rstrip("\n"), opened_by)


def _ids(certs: Sequence[str]) -> list[str]:
    """As the tool names the files of each: by the hash of what the certificate says."""
    return [hashlib.sha256(json.loads(one)["message"].encode()).hexdigest() for one in certs]


def sign_officials(home: Home, text: str) -> Signature:
    """This official's word for a whole record of officials. Raises BadRecord for a key that is not a trustee's own."""
    if fault := foreign_key(home, read_record(text)):
        raise BadRecord(f"officials: {fault}")
    return home.signer.sign(signing.OFFICIALS, text)


def signed_officials(text: str, signatures: Sequence[Signature]) -> Officials:
    """The record with all signatures. Raises BadRecord if one is missing."""
    file = {"record": signing.read_canonical(text, "officials"), "signatures": [one.plain() for one in signatures]}
    return read_officials(canonical(file))


PASSPHRASE_FILE = "passphrase.txt"  # noqa: S105 (a name)
_PLAYED = {
    "registrar": (Office.REGISTRAR, "Υπεύθυνος μητρώου (πρόβα)"),
    "trustee-1": (Office.TRUSTEE, "Πρώτος επίτροπος (πρόβα)"),
    "trustee-2": (Office.TRUSTEE, "Δεύτερος επίτροπος (πρόβα)"),
    "trustee-3": (Office.TRUSTEE, "Τρίτος επίτροπος (πρόβα)"),
    "officer-1": (Office.OFFICER, "Πρώτος υπάλληλος (πρόβα)"),
    "officer-2": (Office.OFFICER, "Δεύτερος υπάλληλος (πρόβα)"),
}


def rehearse(folder: Path, municipality: str, term: str) -> Officials:
    """Plays all of them on one machine, two of three trustees: a folder for each below `folder`, with its passphrase
    beside its keys. For demos, tests and practice: whoever has the folder is everybody."""
    homes: dict[str, Home] = {}
    for name in _PLAYED:
        words = f"rehearsal of {name}"
        homes[name] = Home.make(folder / name, Passphrase.new(words))
        (folder / name / PASSPHRASE_FILE).write_text(words + "\n", encoding="utf-8")
    holders = [homes[name] for name, (role, _) in _PLAYED.items() if role is Office.TRUSTEE]
    certs = [certify(home) for home in holders]
    polynomials = [propose(home, certs, LEAST_THRESHOLD) for home in holders]
    told = distribute(certs, polynomials)
    accepted = [accept(home, certs, one) for home, one in zip(holders, told, strict=True)]
    key = combine(certs, polynomials, accepted)
    for home, sealed in zip(holders, key.opened_by, strict=True):
        home.keep_opened_by(sealed)
    listed = [
        Official(title, role, signing.pem_of(homes[name].signer.public)) for name, (role, title) in _PLAYED.items()
    ]
    text = record_of(municipality, term, LEAST_THRESHOLD, key.trustees, listed)
    found = signed_officials(text, [sign_officials(home, text) for home in homes.values()])
    for home in homes.values():
        home.keep_officials(found)
    return found
