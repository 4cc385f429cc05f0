"""The registrar's tool: what has changed on the roll since the last vote, shown before anything is made; then the
credentials, each signed and sealed to its card.

Keeps of a roll its cards and digests of their keys, and of a vote the digests of what was made; never a credential's
private part. What auditors deposited lies sealed in the registrar's folder until the vote is over.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from ballot_box import registrar
from ballot_box.choice import Choice
from ballot_box.election import ElectionSetup
from ballot_box.listing import list_digest, split
from ballot_box.officials.home import Home
from ballot_box.officials.records import Setup
from ballot_box.officials.records.auditors import (
    LEAST_AUDITED,
    Committed,
    Deposits,
    commit,
    committed,
    read_deposits,
    unfit,
)
from ballot_box.officials.signing import BadRecord, canonical, digest_of, read_canonical, shaped, typed, with_keys
from ballot_box.registrar import Registered, Roll

_WHAT = "roll of a vote"
_MADE, _ROLL = "made", "roll"
_CARD = re.compile(r"[A-Za-z0-9-]{1,32}", re.ASCII)


@dataclass(frozen=True)
class Request:
    """What the town hall asks the registrar for. `why`: by card, its reason where a key is new or another."""

    election: str
    municipality: str
    roll: Roll
    why: Mapping[str, str]


@dataclass(frozen=True)
class Changes:
    """Of a roll, against the last one that this registrar has seen: cards by number, with the town hall's reason."""

    same: int
    new: tuple[tuple[str, str], ...]
    changed: tuple[tuple[str, str], ...]
    gone: tuple[str, ...]

    @property
    def unexplained(self) -> tuple[str, ...]:
        """Cards with a new or another key, and no reason: it could be the key of whoever votes for them."""
        return tuple(card for card, why in (*self.new, *self.changed) if not why)


def request_of(election: str, municipality: str, entries: Sequence[tuple[str, str, str]]) -> str:
    """`entries`: (card, PEM of its 9D key, reason or "")."""
    listed = [{"card": card, "key": key, "why": why} for card, key, why in sorted(entries)]
    plain = {"election": election, "entries": listed, "kind": "votes.roll", "municipality": municipality, "version": 1}
    return canonical(plain)


def read_request(text: str) -> Request:
    """Raises BadRecord, and registrar.BadRoll where nobody on it can be given a slip."""
    value = with_keys(read_canonical(text, _WHAT), ("election", "entries", "kind", "municipality", "version"), _WHAT)
    if (value["kind"], value["version"]) != ("votes.roll", 1):
        raise BadRecord(f"{_WHAT}: not of this kind and version")
    entries, why = [], {}
    for place, one in enumerate(typed(value, "entries", list, _WHAT), start=1):
        parts = shaped(one, {"card": str, "key": str, "why": str}, f"{_WHAT}, entry {place}")
        # The registrar tells cards apart by eye: one letter of another alphabet would be another card.
        if not _CARD.fullmatch(parts["card"]):
            raise BadRecord(
                f"{_WHAT}, entry {place}: a card's number has 1 to 32 letters of the Latin alphabet, digits, -"
            )
        entries.append({"card": parts["card"], "key": parts["key"]})
        why[parts["card"]] = parts["why"]
    roll = registrar.read_roll(json.dumps(entries))
    return Request(typed(value, "election", str, _WHAT), typed(value, "municipality", str, _WHAT), roll, why)


def changes(home: Home, request: Request) -> Changes:
    """Against every roll that this registrar has seen; against none, all are new. `gone`: since the last one."""
    before, last = _seen(home)
    now = {entry.card: digest_of(entry.key) for entry in request.roll.entries}
    new = sorted(card for card in now if card not in before)
    changed = sorted(card for card, key in now.items() if card in before and before[card] != key)
    return Changes(
        same=len(now) - len(new) - len(changed),
        new=tuple((card, request.why.get(card, "")) for card in new),
        changed=tuple((card, request.why.get(card, "")) for card in changed),
        gone=tuple(sorted(last - set(now))),
    )


def _seen(home: Home) -> tuple[dict[str, str], set[str]]:
    """Of each card the digest of its last key, from all rolls: after a vote without it a changed key would look like
    a new card. And the cards of the last roll."""
    keys: dict[str, str] = {}
    last: set[str] = set()
    for line in home.remembered(_ROLL):
        keys.update(line["keys"])
        last = set(line["keys"])
    return keys, last


def make(home: Home, request: Request, chosen: Mapping[str, Choice] | None = None) -> Registered:
    """The credentials of one vote, once. `chosen`: by auditors' card, what its auditor has deposited. Raises BadRecord
    if they were made before: two lists would be two votes; or for auditors' cards that are too few or not on the roll.
    """
    if any(line["election"] == request.election for line in home.remembered(_MADE)):
        raise BadRecord(f"{_WHAT}: the credentials of this vote have been made already")
    auditors = chosen or {}
    if fault := auditors_refused(request, auditors):
        raise BadRecord(fault)
    made = registrar.register(request.roll, request.election, home.signer.key, frozenset(auditors))
    audit: Committed | None = None
    if auditors:
        listed, deposits = commit(request.election, {card: (made.audited[card], auditors[card]) for card in auditors})
        audit, made = committed(listed), replace(made, auditors=listed.text)
        # Before it is remembered that they were made: they could not be made again.
        home.keep_sealed(_kept(request.election), deposits.text)
    home.remember(_ROLL, election=request.election, keys={e.card: digest_of(e.key) for e in request.roll.entries})
    home.remember(
        _MADE,
        election=request.election,
        credentials=list_digest(made.credentials),
        parts=list(map(list_digest, split(made.credentials))),
        roll=made.roll_sha256,
        size=made.roll_size,
        left_out=dict(made.left_out),
        audit=audit.plain() if audit else None,
    )
    return replace(made, audited={})


def auditors_refused(request: Request, cards: Collection[str]) -> str:
    """Why these cannot be the auditors' cards of a vote, in plain words; "" if they can, or there are none."""
    return (too_few(cards) or not_on(request, cards)) if cards else ""


def too_few(cards: Collection[str]) -> str:
    if len(cards) >= LEAST_AUDITED:
        return ""
    return f"auditors' cards: there are none, or at least {LEAST_AUDITED}: fewer ballots are never opened"


def not_on(request: Request, cards: Collection[str]) -> str:
    unknown = sorted(set(cards) - {entry.card for entry in request.roll.entries})
    return f"auditors' cards: {unknown[0]} is not on this roll, or gets no slip" if unknown else ""


def deposits(home: Home, election: str) -> Deposits:
    """What the auditors of a vote have deposited with this registrar. Raises HomeRefused where nothing was."""
    return read_deposits(home.sealed(_kept(election)))


def _kept(election: str) -> str:
    return f"deposits-{election}"


def made_otherwise(home: Home, setup: Setup) -> str:
    """Why a set-up is not about what this registrar made, in plain words; "" if it is. More cards may be left out of it
    than here, because the town hall keeps some from the roll; none of those left out here may go unsaid."""
    for line in home.remembered(_MADE):
        if line["election"] != setup.election:
            continue
        told = (setup.credentials_digest, setup.plain["parts"], setup.roll_digest, setup.roll_size)
        if told != (line["credentials"], line["parts"], line["roll"], line["size"]):
            return "its credentials or its roll are not those that you made"
        if not line["left_out"].items() <= setup.plain["left_out"].items():
            return "cards that you gave no slip are not said to be left out"
        if setup.plain["audit"] != line.get("audit"):
            return "its auditors' cards are not those that you have on your list"
        if setup.audit and unfit(deposits(home, setup.election), ElectionSetup(setup.belenios, "[]", ()).questions):
            return "an auditor has deposited a choice that its questions do not allow"
        return ""
    return "you have made no credentials for it"
