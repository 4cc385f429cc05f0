"""The officials of a municipality for one term: who they are, their keys, the trustees' key for ballots, what takes how
many of them. All of it is public and signed by all of them; its fingerprint is typed at every booth.

Must never be believed without that fingerprint, or the word of enough of those who were there before.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from ballot_box.election import trustee_keys_in
from ballot_box.officials import signing
from ballot_box.officials.codes import FINGERPRINT_BYTES, code_of
from ballot_box.officials.signing import BadRecord, Signature, canonical, key_id, read_pem, typed, with_keys

_WHAT = "officials"
_RECORD = ("municipality", "officials", "previous", "term", "threshold", "trustees", "version")
_OFFICIAL = ("key", "name", "role")
LEAST_TRUSTEES, LEAST_THRESHOLD, LEAST_OFFICERS = 3, 2, 2


class Office(StrEnum):
    """What somebody is for. REGISTRAR makes credentials; TRUSTEE holds a part of the key that opens the count; OFFICER
    declares, with another, what became of booths and ballots that are missing."""

    REGISTRAR = "registrar"
    TRUSTEE = "trustee"
    OFFICER = "officer"


# Who may be two of them, in a town with few people: the registrar may hold a part of the key, because one part opens
# nothing. Whoever declares what is missing must be neither.
PERMITTED_UNIONS = (frozenset({Office.REGISTRAR, Office.TRUSTEE}),)


@dataclass(frozen=True)
class Official:
    """`name`: as it is published, usually an office («Πρόεδρος δημοτικού συμβουλίου»). `key`: public, PEM."""

    name: str
    role: Office
    key: str

    @cached_property
    def public(self) -> ec.EllipticCurvePublicKey:
        return read_pem(self.key)

    @property
    def id(self) -> str:
        return key_id(self.public)


@dataclass(frozen=True)
class Officials:
    """`text`: the record as it was signed. `trustees`: Belenios' own, in which trustee n of `officials` holds key n.
    `previous`: fingerprint of those before them, "" for the first."""

    text: str
    municipality: str
    term: str
    threshold: int
    trustees: str
    previous: str
    officials: tuple[Official, ...]
    signatures: tuple[Signature, ...] = ()

    @property
    def fingerprint(self) -> str:
        """10 groups of 4, for paper and hands."""
        return code_of(signing.digest_of(self.text), FINGERPRINT_BYTES)

    def of(self, role: Office) -> tuple[Official, ...]:
        return tuple(one for one in self.officials if one.role is role)

    def keys(self, role: Office) -> list[ec.EllipticCurvePublicKey]:
        return [one.public for one in self.of(role)]

    def names(self, ids: Iterable[str], role: Office) -> tuple[str, ...]:
        """Of those with this role among the owners of some keys, in the record's order."""
        wanted = set(ids)
        return tuple(one.name for one in self.of(role) if one.id in wanted)

    def file(self) -> str:
        """Record and signatures, as they are handed on and published."""
        signed = [one.plain() for one in self.signatures]
        return canonical({"record": json.loads(self.text), "signatures": signed})


def record_of(
    municipality: str, term: str, threshold: int, trustees: str, officials: Sequence[Official], previous: str = ""
) -> str:
    """The text that all of them sign. Raises BadRecord where read_record would."""
    plain = {
        "version": 1,
        "municipality": municipality,
        "term": term,
        "threshold": threshold,
        "trustees": trustees,
        "previous": previous,
        "officials": [{"name": one.name, "role": one.role.value, "key": one.key} for one in officials],
    }
    return read_record(canonical(plain)).text


def read_record(text: str) -> Officials:
    """The officials in a record that nobody need have signed yet. Raises BadRecord."""
    value = with_keys(signing.read_canonical(text, _WHAT), _RECORD, _WHAT)
    if value["version"] != 1:
        raise BadRecord(f"{_WHAT}: version {value['version']!r} is not known here")
    listed = typed(value, "officials", list, _WHAT)
    found = Officials(
        text=text,
        municipality=typed(value, "municipality", str, _WHAT),
        term=typed(value, "term", str, _WHAT),
        threshold=typed(value, "threshold", int, _WHAT),
        trustees=typed(value, "trustees", str, _WHAT),
        previous=typed(value, "previous", str, _WHAT),
        officials=tuple(_official(place, one) for place, one in enumerate(listed, start=1)),
    )
    if fault := _fault(found):
        raise BadRecord(f"{_WHAT}: {fault}")
    return found


def read_officials(text: str) -> Officials:
    """A file of officials, each of whom has signed. Whether they are ours, the fingerprint tells. Raises BadRecord."""
    value = with_keys(signing.read_canonical(text, _WHAT), ("record", "signatures"), _WHAT)
    record = read_record(canonical(value["record"]))
    found = Officials(**{**vars(record), "signatures": signing.read_signatures(value["signatures"], _WHAT)})
    keys = {one.id: one.public for one in found.officials}
    signed = signing.signers(found.signatures, signing.OFFICIALS, found.text, keys.values())
    for one in found.officials:
        if one.id not in signed:
            raise BadRecord(f"{_WHAT}: {one.name} has not signed")
    return found


def follows(found: Officials, before: Officials) -> bool:
    """Whether enough of the trustees `before` have signed for those who come after them."""
    if found.previous != before.fingerprint or found.municipality != before.municipality:
        return False
    signed = signing.signers(found.signatures, signing.OFFICIALS, found.text, before.keys(Office.TRUSTEE))
    return len(signed) >= before.threshold


def _official(place: int, value: object) -> Official:
    what = f"{_WHAT}, number {place}"
    parts: Mapping[str, Any] = with_keys(value, _OFFICIAL, what)
    try:
        role = Office(parts["role"])
    except ValueError:
        raise BadRecord(f"{what}: the role is none of {', '.join(Office)}") from None
    name = typed(parts, "name", str, what)
    if not 1 <= len(name) <= 80 or not name.isprintable():
        raise BadRecord(f"{what}: the name has no 1 to 80 characters that can be shown")
    one = Official(name, role, typed(parts, "key", str, what))
    _ = one.public
    return one


def _fault(found: Officials) -> str:
    """Why these are not officials, in plain words; "" if they may be."""
    registrars, trustees, officers = (found.of(role) for role in Office)
    if len(registrars) != 1:
        return f"there is one registrar, and not {len(registrars)}"
    if len(trustees) < LEAST_TRUSTEES:
        return f"there are at least {LEAST_TRUSTEES} trustees, and not {len(trustees)}"
    # Of two boards of one vote, whoever opened the first opens no second: so no two such groups may be disjoint.
    if not len(trustees) < 2 * found.threshold <= 2 * len(trustees):
        return f"the threshold is more than half of the {len(trustees)} trustees, and not {found.threshold}"
    if len(officers) < LEAST_OFFICERS:
        return f"there are at least {LEAST_OFFICERS} officers, and not {len(officers)}"
    roles: dict[str, list[Office]] = {}
    for one in found.officials:
        roles.setdefault(one.id, []).append(one.role)
    for held in roles.values():
        if len(held) > 1 and (len(set(held)) != len(held) or frozenset(held) not in PERMITTED_UNIONS):
            return f"one person is {' and '.join(sorted(held))}: that is not permitted"
    return _key_fault(found, len(trustees))


def _key_fault(found: Officials, trustees: int) -> str:
    try:
        groups = json.loads(found.trustees)
        keys = trustee_keys_in(found.trustees)
    except (ValueError, TypeError, KeyError, IndexError):
        return "the trustees' key for ballots cannot be read"
    # Of a part that stands there twice, we and belenios-tool might read different ones.
    if json.dumps(groups, separators=(",", ":")) != found.trustees:
        return "the trustees' key for ballots is not written as belenios-tool does"
    # One group of a threshold, and nobody beside it: another key there would be asked for at every opening, or worse.
    if len(groups) != 1 or groups[0][0] != "Pedersen" or groups[0][1].get("threshold") != found.threshold:
        return "the key for ballots is not one of this threshold alone"
    return "" if len(keys) == trustees else "the key for ballots is not one of as many trustees"
