"""What the two ends say in a round: hello, a batch, answers, a page. Shared by client, server and stick.

Bodies are opaque text here. Must never pass on a page whose signature or digests do not hold, nor take a batch, answers
or a page in any but their one form.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Annotated, Final, Literal, TypeAlias, TypeVar

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec

from sync.wire.canonical import MAX_INT, JsonValue, NotCanonical, canonical, load
from sync.wire.encoding import instant, read_instant
from sync.wire.envelope import BadEnvelope, Envelope

PROTOCOL: Final = 2
BATCH_TYPE: Final = "application/x-ndjson"
MANIFEST_TYP: Final = "atm-manifest+jws"
Outcome: TypeAlias = Literal["accepted", "duplicate", "rejected"]
# Values in a small message, one for each brace, bracket and comma (canonical.refuse_many).
SMALL: Final = 1000
# A place among the items, or one's number.
Number: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=MAX_INT)]
# Letters of an id that goes back in an answer: what is no id of ours is not repeated at length.
LONGEST_ID: Final = 64


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


class Answer(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The centre's word on one envelope, on the line a list of three. `reason` is a short code, only for rejected."""

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


# Members stand in canonical order in these: encoded, they are the canonical form.
class _Answers(msgspec.Struct, forbid_unknown_fields=True):
    answers: list[Answer]


class _Item(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    body: str
    digest: str
    key: str
    kind: str
    seq: Number


class _Page(msgspec.Struct, forbid_unknown_fields=True):
    cursor: Number
    items: list[_Item]
    manifest: str
    more: bool


class _Manifest(msgspec.Struct):
    cursor: int
    items: list[tuple[str, str, int, str]]
    more: bool


class _Named(msgspec.Struct, gc=False):
    """What can be said of a line that is no envelope; all else in it is passed over, and takes no memory."""

    id: str = ""


_encode: Final = msgspec.json.Encoder().encode
_decode_answers: Final = msgspec.json.Decoder(_Answers).decode
_decode_page: Final = msgspec.json.Decoder(_Page).decode
_decode_named: Final = msgspec.json.Decoder(_Named).decode
_T = TypeVar("_T")


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
    value = _object(data, {"protocol", "now", "municipality", "kept_through"})
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
    """Each envelope as it is, a line of its own."""
    return b"\n".join([*(envelope.message for envelope in envelopes), b""])


def decode_items_of_batch(data: bytes, *, max_items: int) -> list[Envelope | BadItem]:
    """Every line of the batch, in order. Raises BadMessage only if its lines cannot be told or are too many: then
    nobody reads any of them."""
    if data and not data.endswith(b"\n"):
        raise BadMessage("the last line does not end")
    if data.count(b"\n") > max_items:
        raise BadMessage("too many envelopes")
    return [_envelope_or_bad(line) for line in data.split(b"\n")[:-1]]


def encode_answers(answers: Sequence[Answer]) -> bytes:
    """One answer for each envelope of the batch, any order."""
    return _encode(_Answers(list(answers)))


def decode_answers(data: bytes) -> list[Answer]:
    """Raises BadMessage."""
    return _in_its_one_form(data, _decode_answers).answers


def encode_page(items: Sequence[Item], cursor: int, more: bool, sign: Callable[[bytes], str]) -> bytes:
    """A page of matter. `sign` makes the JWS of the manifest: sign_matter(payload, key, kid=…, typ=MANIFEST_TYP)."""
    manifest = sign(_manifest(items, cursor, more))
    return _encode(_Page(cursor, [_Item(i.body, i.digest, i.key, i.kind, i.seq) for i in items], manifest, more))


def decode_page(data: bytes) -> Page:
    """Raises BadMessage."""
    page = _in_its_one_form(data, _decode_page)
    items = tuple(Item(told.kind, told.key, told.seq, told.body) for told in page.items)
    if any(item.digest != told.digest for item, told in zip(items, page.items, strict=True)):
        raise BadMessage("an item does not have its digest")
    return Page(items, page.cursor, page.more, page.manifest)


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
        value = _object(data, {"reason"})
        return _text(value, "reason"), read_instant(_text(value, "now")) if "now" in value else None
    except ValueError:
        return "", None


def _manifest(items: Sequence[Item], cursor: int, more: bool) -> bytes:
    return _encode(_Manifest(cursor, [(i.kind, i.key, i.seq, i.digest) for i in items], more))


def _in_its_one_form(data: bytes, decode: Callable[[bytes], _T]) -> _T:
    """What `decode` reads, if it is in canonical form: else two readers might hear different things."""
    try:
        value = decode(data)
        same = _encode(value) == data
    except (ValueError, RecursionError):
        raise BadMessage("not the members that were expected") from None
    if not same:
        raise BadMessage("not in canonical form")
    return value


def _envelope_or_bad(line: bytes) -> Envelope | BadItem:
    try:
        return Envelope.read(line)
    except BadEnvelope as problem:
        return BadItem(_id_in(line), str(problem))


def _id_in(line: bytes) -> str:
    try:
        identity = _decode_named(line).id
    except (ValueError, RecursionError):
        return ""
    return identity if len(identity) <= LONGEST_ID else ""


def _object(data: bytes, needed: set[str]) -> dict[str, JsonValue]:
    """Unknown members are let through: a newer centre may say more."""
    try:
        value = load(data, most=SMALL)
    except NotCanonical as problem:
        raise BadMessage(str(problem)) from None
    if not isinstance(value, dict) or not needed <= set(value):
        raise BadMessage("not the members that were expected")
    return value


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
