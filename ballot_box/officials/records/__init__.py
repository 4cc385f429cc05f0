"""What officials sign of one vote: the set-up before it opens, an extension, what became of what is missing, the end.

Each is an object in canonical JSON with exactly the parts that are listed here: what a tool does not know it could not
show, and nobody signs what was not shown.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from assets.pictures import Shown
from ballot_box.officials import signing
from ballot_box.officials.body import Office, Officials
from ballot_box.officials.records import shown
from ballot_box.officials.records.auditors import Committed, Finding, read_committed, read_finding
from ballot_box.officials.signing import (
    BadRecord,
    Signature,
    Sometimes,
    canonical,
    digest_of,
    read_canonical,
    shaped,
    shown_as_is,
    typed,
    with_keys,
)

LEAST_FLOOR, MOST_GRACE_HOURS = 5, 24 * 14
_WORDS = {"el": str, "en": str}
_SHOWN = {"note": _WORDS, "picture": Sometimes({"alt": _WORDS, "data": str, "kind": str}), "text": _WORDS}
_QUESTION = {"answers": [_SHOWN], "blank": bool, "maximum": int, "minimum": int, **_SHOWN}
_SECTION = {"heading": _WORDS, "paragraphs": [_WORDS], "rows": [{"value": _WORDS, "what": _WORDS}]}
_SETUP = {
    "article": [_SECTION],
    "audience": str,
    "audit": object,
    "belenios": {"election": str, "trustees": str},
    "booths": dict,
    "closes": object,
    "credentials_digest": object,
    "election": str,
    "floor": int,
    "grace_hours": int,
    "introduction": _WORDS,
    "kind": str,
    "left_out": dict,
    "officials": str,
    "opens": object,
    "parts": [str],
    "questions": [_QUESTION],
    "quorum_percent": (int, type(None)),
    "roll_digest": object,
    "roll_size": int,
    "title": _WORDS,
    "tool": str,
    "version": int,
}
_BOOTH, _CARD = re.compile(r"[a-z0-9][a-z0-9-]{1,30}", re.ASCII), re.compile(r"[A-Za-z0-9-]{1,32}", re.ASCII)
_HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True)
class Setup:
    """The set-up of one vote, as booths show it and Belenios counts it. `booths`: id → key's id (hex SHA-256 of its
    SubjectPublicKeyInfo). `officials`: fingerprint. `roll_size`: with auditors' cards; `audit`: None where there are
    none. `plain`: all of it, for showing."""

    text: str
    election: str
    officials: str
    opens: datetime
    closes: datetime
    grace: timedelta
    floor: int
    roll_size: int
    roll_digest: str
    credentials_digest: str
    belenios: str
    trustees: str
    tool: str
    booths: Mapping[str, str]
    audit: Committed | None
    plain: Mapping[str, Any]

    @property
    def digest(self) -> str:
        return digest_of(self.text)

    @property
    def electors(self) -> int:
        """Cards whose ballots count: turnout, floor and quorum are of them."""
        return self.roll_size - (self.audit.cards if self.audit else 0)


@dataclass(frozen=True)
class Extension:
    """A later end of a vote: `closes` in place of the one before. `reason`: {"el": …, "en": …}, published."""

    text: str
    setup: str
    closes: datetime
    reason: Mapping[str, str]


@dataclass(frozen=True)
class Lost:
    """A booth whose statement will not come; what of its ballots is here counts."""

    booth: str
    reason: str


@dataclass(frozen=True)
class Decided:
    """What two officers decided about one ballot that a rule does not decide: counted, or not, and why."""

    tracker: str
    counts: bool
    reason: str


@dataclass(frozen=True)
class Declaration:
    """Two officers' word about the booths and ballots that are missing at the end of a vote. Published."""

    text: str
    setup: str
    lost: tuple[Lost, ...]
    decided: tuple[Decided, ...]


@dataclass(frozen=True)
class Final:
    """The end: the whole board's head, and what was counted on it. `audit`: what the auditors' board came to, None
    where the set-up has none."""

    text: str
    setup: str
    head: str
    counts: tuple[tuple[int, ...], ...]
    blanks: tuple[int, ...]
    ballots: int
    audit: Finding | None = None


def read_setup(text: str) -> Setup:
    """Raises BadRecord."""
    what = "set-up"
    value = with_keys(read_canonical(text, what), _SETUP, what)
    if value["kind"] != "votes.notice" or value["version"] not in (3, 4):
        raise BadRecord(f"{what}: not the set-up of a vote, version 3 or 4")
    value = shaped(value, _SETUP, what)
    booths, left_out = value["booths"], value["left_out"]
    shaped(left_out, dict.fromkeys(left_out, str), f"{what}, left_out")
    for kind, names, pattern in (("booth", booths, _BOOTH), ("card", left_out, _CARD)):
        for name in names:
            if not pattern.fullmatch(name):  # two alphabets have letters that look alike
                raise BadRecord(f"{what}: a {kind}'s name is not of such letters, digits and -")
    found = Setup(
        text=text,
        election=value["election"],
        officials=value["officials"],
        opens=_moment(value, "opens", what),
        closes=_moment(value, "closes", what),
        grace=_hours(value["grace_hours"], f"{what}: the time for late letters"),
        floor=value["floor"],
        roll_size=value["roll_size"],
        roll_digest=_digest(value, "roll_digest", what),
        credentials_digest=_digest(value, "credentials_digest", what),
        belenios=value["belenios"]["election"],
        trustees=value["belenios"]["trustees"],
        tool=value["tool"],
        booths={booth: _digest(booths, booth, f"{what}, booths") for booth in booths},
        audit=read_committed(value["audit"], what),
        plain=value,
    )
    if fault := setup_fault(found):
        raise BadRecord(f"{what}: {fault}")
    return found


def setup_fault(setup: Setup) -> str:
    """Why nobody may sign this, in plain words; "" if it is sound. Whose keys are in it, `officials_fault` says."""
    if setup.opens >= setup.closes:
        return "it closes before it opens"
    if setup.floor < LEAST_FLOOR:
        return f"a result of fewer than {LEAST_FLOOR} ballots tells who chose what: the floor is {setup.floor}"
    if not setup.booths:
        return "no booth takes part"
    if setup.audit and setup.electors < setup.floor:
        return f"without the auditors' cards {setup.electors} are on the roll, and the floor is {setup.floor}"
    return shown.pictures_fault(setup.plain) or shown.counted_otherwise(setup.plain)


def pictures_of(setup: Setup) -> tuple[Shown, ...]:
    """Each named by its place ("2" of a question, "2-1" of its first answer), in their order. What read_setup has let
    through is safe to look at with any program."""
    return shown.pictures_in(setup.plain)


def officials_fault(setup: Setup, officials: Officials) -> str:
    """Whether the set-up is one of these officials; "" if it is."""
    if setup.officials != officials.fingerprint:
        return "it names other officials"
    if setup.trustees != officials.trustees:
        return "its ballots would be opened by another key than that of our trustees"
    return ""


def unsigned(setup: Setup, signatures: Collection[Signature], officials: Officials) -> str:
    """Who has still to sign a set-up (or an extension, by its own text), in plain words; "" if enough have."""
    return lacking(setup.text, signing.SETUP, signatures, officials)


def lacking(text: str, typ: str, signatures: Collection[Signature], officials: Officials) -> str:
    registrar = signing.signers(signatures, typ, text, officials.keys(Office.REGISTRAR))
    trustees = signing.signers(signatures, typ, text, officials.keys(Office.TRUSTEE))
    if not registrar:
        return "the registrar has not signed it"
    if len(trustees) < officials.threshold:
        return f"{len(trustees)} of the trustees have signed it, and it takes {officials.threshold}"
    return ""


def closing(
    setup: Setup, extensions: Sequence[tuple[Extension, Collection[Signature]]], officials: Officials
) -> datetime:
    """When the vote ends: the set-up's hour, or the latest that enough officials have signed for. Raises BadRecord for
    an extension of another vote, that shortens it, or that lacks signatures."""
    closes = setup.closes
    for extension, signatures in extensions:
        if extension.setup != setup.digest:
            raise BadRecord("extension: it is another vote's")
        if extension.closes <= closes:
            raise BadRecord("extension: a vote is never shortened")
        if fault := lacking(extension.text, signing.EXTENSION, signatures, officials):
            raise BadRecord(f"extension: {fault}")
        closes = extension.closes
    return closes


def extension_of(setup: Setup, closes: datetime, reason: Mapping[str, str]) -> Extension:
    plain = {
        "closes": closes.isoformat(),
        "kind": "votes.extension",
        "reason": dict(reason),
        "setup": setup.digest,
        "version": 1,
    }
    return read_extension(canonical(plain))


def read_extension(text: str) -> Extension:
    """Raises BadRecord."""
    what = "extension"
    value = _of_kind(text, "votes.extension", ("closes", "reason", "setup"), what)
    reason = with_keys(value["reason"], ("el", "en"), f"{what}, reason")
    if not all(words.strip() for words in shaped(reason, _WORDS, f"{what}, reason").values()):
        raise BadRecord(f"{what}: a reason is given in Greek and in English")
    return Extension(text, _digest(value, "setup", what), _moment(value, "closes", what), dict(reason))


def declaration_of(setup: Setup, lost: Sequence[Lost], decided: Sequence[Decided]) -> Declaration:
    plain = {
        "decided": [vars(one) for one in sorted(decided, key=lambda one: one.tracker)],
        "kind": "votes.declaration",
        "lost": [vars(one) for one in sorted(lost, key=lambda one: one.booth)],
        "setup": setup.digest,
        "version": 1,
    }
    return read_declaration(canonical(plain))


def read_declaration(text: str) -> Declaration:
    """Raises BadRecord."""
    what = "declaration"
    value = _of_kind(text, "votes.declaration", ("decided", "lost", "setup"), what)
    lost = [with_keys(one, ("booth", "reason"), f"{what}, a lost booth") for one in typed(value, "lost", list, what)]
    decided = [
        with_keys(one, ("counts", "reason", "tracker"), f"{what}, a ballot")
        for one in typed(value, "decided", list, what)
    ]
    for one in (*lost, *decided):
        if not shown_as_is(typed(one, "reason", str, what), what).strip():
            raise BadRecord(f"{what}: each needs a reason")
    for named in ([one["booth"] for one in lost], [one["tracker"] for one in decided]):
        if len(set(named)) != len(named):
            raise BadRecord(f"{what}: one is named twice")
    return Declaration(
        text,
        _digest(value, "setup", what),
        tuple(Lost(typed(one, "booth", str, what), one["reason"]) for one in lost),
        tuple(
            Decided(_digest(one, "tracker", what), typed(one, "counts", bool, what), one["reason"]) for one in decided
        ),
    )


def final_of(
    setup: Setup,
    head: str,
    counts: Sequence[Sequence[int]],
    blanks: Sequence[int],
    ballots: int,
    audit: Finding | None = None,
) -> Final:
    plain = {
        "audit": audit.plain() if audit else None,
        "ballots": ballots,
        "blanks": list(blanks),
        "counts": [list(row) for row in counts],
        "head": head,
        "kind": "votes.final",
        "setup": setup.digest,
        "version": 1,
    }
    return read_final(canonical(plain))


def read_final(text: str) -> Final:
    """Raises BadRecord."""
    what = "final record"
    value = _of_kind(text, "votes.final", ("audit", "ballots", "blanks", "counts", "head", "setup"), what)
    rows, listed = typed(value, "counts", list, what), typed(value, "blanks", list, what)
    if not all(isinstance(row, list) for row in rows) or any(type(one) is not int for one in sum(rows, listed)):
        raise BadRecord(f"{what}: the counts are no numbers")
    counts, blanks = tuple(tuple(row) for row in rows), tuple(listed)
    return Final(
        text, _digest(value, "setup", what), _digest(value, "head", what), counts, blanks,
        typed(value, "ballots", int, what), read_finding(value["audit"], what),
    )  # fmt: skip


def _of_kind(text: str, kind: str, keys: Sequence[str], what: str) -> Mapping[str, Any]:
    value = with_keys(read_canonical(text, what), (*keys, "kind", "version"), what)
    if (value["kind"], value["version"]) != (kind, 1):
        raise BadRecord(f"{what}: not of this kind and version")
    return value


def _hours(count: int, what: str) -> timedelta:
    if not 0 <= count <= MOST_GRACE_HOURS:
        raise BadRecord(f"{what} is 0 to {MOST_GRACE_HOURS} hours")
    return timedelta(hours=count)


def _moment(value: Mapping[str, Any], key: str, what: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value[key])
    except (TypeError, ValueError):
        raise BadRecord(f"{what}: {key} is no instant") from None
    if moment.tzinfo is None:
        raise BadRecord(f"{what}: {key} has no time zone")
    if not 2000 <= moment.year < 3000:  # far from the ends of the calendar, where hours cannot be added
        raise BadRecord(f"{what}: {key} is in no year of ours")
    return moment


def _digest(value: Mapping[str, Any], key: str, what: str) -> str:
    found = value[key]
    if not isinstance(found, str) or len(found) != 64 or not _HEX.issuperset(found):
        raise BadRecord(f"{what}: {key} is no SHA-256")
    return found
