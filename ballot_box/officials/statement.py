"""A booth's closing statement: which ballots it took, by tracker, signed with its key; and the word of an old key for
the one that follows it.

Says nothing of cards, hours or order. It ties ballots to a booth: officials see it, nobody publishes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec

from ballot_box.officials import signing
from ballot_box.officials.codes import SLIP_BYTES, code_of
from ballot_box.officials.records import Setup
from ballot_box.officials.signing import (
    BadRecord,
    Signature,
    canonical,
    digest_of,
    key_id,
    read_canonical,
    read_pem,
    typed,
    with_keys,
)
from ballot_box.tracker import is_tracker

_MOST = 20_000


@dataclass(frozen=True)
class Statement:
    """`trackers`: of every ballot that the booth took in this vote, sorted."""

    text: str
    booth: str
    setup: str
    trackers: tuple[str, ...]

    @property
    def slip(self) -> str:
        """What the booth shows and prints at the close: 6 groups of 4, by which a trustee knows this statement."""
        return code_of(digest_of(self.text), SLIP_BYTES)


@dataclass(frozen=True)
class Endorsement:
    """`key`: PEM of the booth's next key, signed for with the one before."""

    text: str
    booth: str
    key: str


@dataclass(frozen=True)
class Stated:
    """A statement as it travels. `endorsements`: from a key of the set-up to the one that signed, in order; `keys`: the
    PEM of each key of that way, the first one that of the set-up."""

    statement: Statement
    signature: Signature
    keys: tuple[str, ...]
    endorsements: tuple[tuple[Endorsement, Signature], ...] = ()

    def plain(self) -> dict[str, object]:
        return {
            "statement": self.statement.text,
            "signature": self.signature.plain(),
            "keys": list(self.keys),
            "endorsements": [[one.text, signature.plain()] for one, signature in self.endorsements],
        }

    def text(self) -> str:
        return canonical(self.plain())


def statement_of(booth: str, setup: str, trackers: Iterable[str]) -> Statement:
    """`setup`: the digest of the vote's set-up."""
    listed = sorted(trackers)
    plain = {
        "booth": booth,
        "count": len(listed),
        "kind": "votes.closing",
        "setup": setup,
        "trackers": listed,
        "version": 1,
    }
    return read_statement(canonical(plain))


def read_statement(text: str) -> Statement:
    """Raises BadRecord."""
    what = "closing statement"
    value = with_keys(read_canonical(text, what), ("booth", "count", "kind", "setup", "trackers", "version"), what)
    if (value["kind"], value["version"]) != ("votes.closing", 1):
        raise BadRecord(f"{what}: not of this kind and version")
    listed = typed(value, "trackers", list, what)
    if not all(map(is_tracker, listed)) or sorted(set(listed)) != listed or len(listed) > _MOST:
        raise BadRecord(f"{what}: the trackers are not a sorted list without repetitions")
    if value["count"] != len(listed):
        raise BadRecord(f"{what}: the count is not that of the trackers")
    return Statement(text, typed(value, "booth", str, what), typed(value, "setup", str, what), tuple(listed))


def endorsement_of(booth: str, following: ec.EllipticCurvePublicKey) -> Endorsement:
    plain = {"booth": booth, "key": signing.pem_of(following), "kind": "booths.key", "version": 1}
    return read_endorsement(canonical(plain))


def read_endorsement(text: str) -> Endorsement:
    """Raises BadRecord."""
    what = "word for the next key of a booth"
    value = with_keys(read_canonical(text, what), ("booth", "key", "kind", "version"), what)
    if (value["kind"], value["version"]) != ("booths.key", 1):
        raise BadRecord(f"{what}: not of this kind and version")
    _ = read_pem(typed(value, "key", str, what))
    return Endorsement(text, typed(value, "booth", str, what), value["key"])


def read_stated(text: str) -> Stated:
    """Raises BadRecord. Whether it may be believed, `stated_fault` says."""
    what = "closing statement"
    value = with_keys(read_canonical(text, what), ("endorsements", "keys", "signature", "statement"), what)
    keys = typed(value, "keys", list, what)
    if not keys or not all(isinstance(key, str) for key in keys):
        raise BadRecord(f"{what}: no keys stand with it")
    endorsements: list[tuple[Endorsement, Signature]] = []
    for pair in typed(value, "endorsements", list, what):
        if not isinstance(pair, list) or len(pair) != 2 or not isinstance(pair[0], str):
            raise BadRecord(f"{what}: the word for a next key is not one")
        (word,) = signing.read_signatures([pair[1]], what)
        endorsements.append((read_endorsement(pair[0]), word))
    (signature,) = signing.read_signatures([value["signature"]], what)
    return Stated(read_statement(typed(value, "statement", str, what)), signature, tuple(keys), tuple(endorsements))


def stated_fault(stated: Stated, setup: Setup) -> str:
    """Why this statement may not be believed, in plain words; "" if a booth of the set-up has made it."""
    statement = stated.statement
    if statement.setup != setup.digest:
        return "it is about another vote"
    if statement.booth not in setup.booths:
        return "its booth does not take part in this vote"
    try:
        keys = [read_pem(key) for key in stated.keys]
    except BadRecord as fault:
        return str(fault)
    if key_id(keys[0]) != setup.booths[statement.booth]:
        return "its booth's key is not the one that the officials signed for"
    if len(stated.endorsements) != len(keys) - 1:
        return "a key follows that the one before has not signed for"
    for (word, signature), before, following in zip(stated.endorsements, keys, keys[1:], strict=False):
        if word.booth != statement.booth or key_id(read_pem(word.key)) != key_id(following):
            return "a key follows that the one before has not signed for"
        if not signing.holds(signature, signing.BOOTH_KEY, word.text, before):
            return "a key follows that the one before has not signed for"
    if not signing.holds(stated.signature, signing.STATEMENT, statement.text, keys[-1]):
        return "its signature does not hold"
    return ""


def contradictions(statements: Iterable[Stated]) -> list[str]:
    """Booths that have made two different statements about one vote: neither may be believed."""
    said: dict[tuple[str, str], set[str]] = {}
    for one in statements:
        said.setdefault((one.statement.booth, one.statement.setup), set()).add(one.statement.text)
    return sorted({booth for (booth, _), texts in said.items() if len(texts) > 1})


def by_booth(statements: Iterable[Stated]) -> Mapping[str, Stated]:
    return {one.statement.booth: one for one in statements}
