"""What the two ends say in a round: hello, a batch, answers, a page. Shared by client, server and stick.

Bodies are opaque text here. Must never pass on a page whose signature or digests do not hold.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final, Literal, TypeAlias

from cryptography.hazmat.primitives.asymmetric import ec

from sync.wire.canonical import JsonValue, NotCanonical, canonical, load
from sync.wire.encoding import instant, read_instant
from sync.wire.envelope import BadEnvelope, Envelope

PROTOCOL: Final = 1
MANIFEST_TYP: Final = "atm-manifest+jws"
Outcome: TypeAlias = Literal["accepted", "duplicate", "rejected"]
_OUTCOMES: Final[tuple[Outcome, ...]] = ("accepted", "duplicate", "rejected")


# Values in a message, one for each brace, bracket and comma (canonical.refuse_many). An envelope has 9, an answer 4.
SMALL: Final = 1000
_OF_A_MEMBER: Final = 16


class BadMessage(ValueError):
    """The bytes are no message of this protocol. Carries no content."""


@dataclass(frozen=True)
class Hello:
    """Who the centre is and where it stands.

    Every envelope answered before `kept_through` lies in a backup. `epoch` changes when the centre was restored
    from a backup: booths then offer again everything they still hold.
    """

    protocol: int
    now: datetime
    municipality: str
    kept_through: datetime | None = None
    epoch: str = ""


@dataclass(frozen=True)
class Answer:
    """The centre's word on one envelope. `reason` is a short code, only for rejected."""

    id: str
    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True)
class Item:
    """One piece of matter for the booth. `seq` grows with every change of (kind, key); an empty body withdraws it."""

    kind: str
    key: str
    seq: int
    body: str

    @cached_property
    def digest(self) -> str:
        """Hex SHA-256 of the body."""
        return hashlib.sha256(self.body.encode("utf-8")).hexdigest()


@dataclass(frozen=True)
class Page:
    """Items after a cursor; `manifest` is the centre's signature over what is in it. Not yet verified."""

    items: tuple[Item, ...]
    cursor: int
    more: bool
    manifest: str


@dataclass(frozen=True)
class BadItem:
    """A member of a batch that is no envelope. `id` is "" where not even that could be read."""

    id: str
    reason: str


def encode_hello(hello: Hello) -> bytes:
    kept = instant(hello.kept_through) if hello.kept_through else None
    return canonical(
        {
            "protocol": hello.protocol,
            "now": instant(hello.now),
            "municipality": hello.municipality,
            "kept_through": kept,
            "epoch": hello.epoch,
        }
    )


def decode_hello(data: bytes) -> Hello:
    value = _object(data, {"protocol", "now", "municipality", "kept_through"}, most=SMALL)
    kept = value["kept_through"]
    try:
        return Hello(
            protocol=_number(value, "protocol"),
            now=read_instant(_text(value, "now")),
            municipality=_text(value, "municipality"),
            kept_through=None if kept in (None, "") else read_instant(str(kept)),
            epoch=_text(value, "epoch") if "epoch" in value else "",
        )
    except BadMessage:
        raise
    except ValueError:
        raise BadMessage("a time is no instant") from None


def encode_batch(envelopes: Sequence[Envelope]) -> bytes:
    return b'{"envelopes":[' + b",".join(envelope.canonical() for envelope in envelopes) + b"]}"


def decode_items_of_batch(data: bytes, *, max_items: int) -> list[Envelope | BadItem]:
    """Every member of the batch, in order. Raises BadMessage only if the batch as a whole cannot be read; what has more
    values than `max_items` envelopes is refused before it is parsed."""
    most = SMALL + _OF_A_MEMBER * max_items
    members = _list(_object(data, {"envelopes"}, most=most), "envelopes")
    if len(members) > max_items:
        raise BadMessage("too many envelopes")
    return [_envelope_or_bad(member) for member in members]


def encode_answers(answers: Sequence[Answer]) -> bytes:
    """One answer for each envelope of the batch, any order."""
    return canonical({"answers": [{"id": a.id, "outcome": a.outcome, "reason": a.reason} for a in answers]})


def decode_answers(data: bytes) -> list[Answer]:
    answers = []
    for member in _list(_object(data, {"answers"}), "answers"):
        value = _members(member, {"id", "outcome"})
        outcome = next((known for known in _OUTCOMES if known == value["outcome"]), None)
        if outcome is None:
            raise BadMessage("unknown outcome")
        answers.append(Answer(_text(value, "id"), outcome, _text(value, "reason") if value.get("reason") else ""))
    return answers


def encode_page(items: Sequence[Item], cursor: int, more: bool, sign: Callable[[bytes], str]) -> bytes:
    """A page of matter. `sign` makes the JWS of the manifest: sign_matter(payload, key, kid=…, typ=MANIFEST_TYP)."""
    manifest = sign(_manifest(items, cursor, more))
    listed: list[JsonValue] = [
        {"kind": i.kind, "key": i.key, "seq": i.seq, "digest": i.digest, "body": i.body} for i in items
    ]
    return canonical({"items": listed, "cursor": cursor, "more": more, "manifest": manifest})


def decode_page(data: bytes) -> Page:
    value = _object(data, {"items", "cursor", "more", "manifest"})
    items = []
    for member in _list(value, "items"):
        fields = _members(member, {"kind", "key", "seq", "body", "digest"})
        item = Item(_text(fields, "kind"), _text(fields, "key"), _number(fields, "seq"), _text(fields, "body"))
        if item.digest != fields["digest"]:
            raise BadMessage("an item does not have its digest")
        items.append(item)
    more = value["more"]
    if not isinstance(more, bool):
        raise BadMessage("more is neither true nor false")
    return Page(tuple(items), _number(value, "cursor"), more, _text(value, "manifest"))


def verify_page(page: Page, keys: Mapping[str, ec.EllipticCurvePublicKey]) -> None:
    """Raises NotSigned unless a key of the centre signed exactly this list, cursor and end mark."""
    # Not above: who wants a Hello shall not load joserfc.
    from sync.wire.matter import NotSigned, verify_matter

    if verify_matter(page.manifest, keys, typ=MANIFEST_TYP) != _manifest(page.items, page.cursor, page.more):
        raise NotSigned("the manifest is for another page")


def encode_refusal(reason: str, now: datetime | None) -> bytes:
    """Body of any refusal (4xx, 5xx): a short code, and the centre's time, so that a wrong clock can be corrected; None
    where the centre does not know it."""
    return canonical({"reason": reason} if now is None else {"reason": reason, "now": instant(now)})


def decode_refusal(data: bytes) -> tuple[str, datetime | None]:
    """Never raises: whatever stands between us and the centre may have answered."""
    try:
        value = _object(data, {"reason"}, most=SMALL)
        return _text(value, "reason"), read_instant(_text(value, "now")) if "now" in value else None
    except ValueError:
        return "", None


def _manifest(items: Sequence[Item], cursor: int, more: bool) -> bytes:
    return canonical({"items": [[i.kind, i.key, i.seq, i.digest] for i in items], "cursor": cursor, "more": more})


def _envelope_or_bad(member: JsonValue) -> Envelope | BadItem:
    try:
        return Envelope.from_json(member)
    except BadEnvelope as problem:
        identity = member.get("id") if isinstance(member, dict) else None
        # It goes back in an answer: what is no id of ours is not repeated at length.
        return BadItem(identity if isinstance(identity, str) and len(identity) <= 64 else "", str(problem))


def _object(data: bytes, needed: set[str], *, most: int | None = None) -> dict[str, JsonValue]:
    try:
        return _members(load(data, most=most), needed)
    except NotCanonical as problem:
        raise BadMessage(str(problem)) from None


def _members(value: JsonValue, needed: set[str]) -> dict[str, JsonValue]:
    """Unknown members are let through: a newer centre may say more."""
    if not isinstance(value, dict) or not needed <= set(value):
        raise BadMessage("not the members that were expected")
    return value


def _list(value: dict[str, JsonValue], name: str) -> list[JsonValue]:
    members = value[name]
    if not isinstance(members, list):
        raise BadMessage(f"{name} is no list")
    return members


def _text(value: dict[str, JsonValue], name: str) -> str:
    text = value[name]
    if not isinstance(text, str):
        raise BadMessage(f"{name} is no text")
    return text


def _number(value: dict[str, JsonValue], name: str) -> int:
    number = value[name]
    if not isinstance(number, int) or isinstance(number, bool):
        raise BadMessage(f"{name} is no whole number")
    return number
