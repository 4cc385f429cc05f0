"""The public list of credentials in parts, so that neither a notice nor a check ever holds all of a large town's.

The list is sorted by number, and a credential's number alone says which part it stands in. Knows no voter.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ballot_box import group
from ballot_box.election import ElectionSetup

_IN_A_PART = 400  # on average: numbers of the group spread evenly, so that no part strays far from it


def split(credentials: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """The parts of a list, in order; one after the other they are the sorted list. ValueError if one is no element."""
    ordered = sorted(credentials, key=int)
    if not all(group.is_element(one) for one in ordered):
        raise ValueError("a public credential is one group element")
    count = max(1, -(-len(ordered) // _IN_A_PART))
    parts: list[list[str]] = [[] for _ in range(count)]
    for one in ordered:
        parts[part_of(one, count)].append(one)
    return tuple(map(tuple, parts))


def part_of(credential: str, parts: int) -> int:
    """Which of `parts` a credential stands in, if it stands anywhere. ValueError if it is no group element."""
    if not group.is_element(credential):
        raise ValueError("not a public credential")
    return int(credential) * parts // group.P


def list_digest(credentials: Sequence[str]) -> str:
    """SHA-256, hex, of the list as public_creds.json has it. Of the whole list it is its name in the .bel."""
    return hashlib.sha256(json.dumps(list(credentials), separators=(",", ":")).encode("ascii")).hexdigest()


def credential_in(ballot: str) -> str | None:
    """The public credential that a ballot says it is of, before any check; None where it says none."""
    try:
        value = json.loads(ballot)
    except (ValueError, RecursionError):
        return None
    said = value.get("credential") if isinstance(value, dict) else None
    return said if isinstance(said, str) and group.is_element(said) else None


def with_only(setup: ElectionSetup, *credentials: str) -> ElectionSetup:
    """The same election with a list of these credentials, for whoever has found each on the real list.

    All that a check asks of the list is whether the ballot's credential stands on it. The proofs and the signature
    are about the election (its hash is in the ballot) and about that credential, not about the others.
    """
    return replace(setup, credentials=tuple(sorted(set(credentials), key=int)))
