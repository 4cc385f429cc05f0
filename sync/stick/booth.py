"""The booth's half of a round by hand: a letter onto the stick, and the town hall's answer from it.

The requests and answers are those of the line, signed the same way, so that each act is taken once whichever way it
goes. Must never take an answer that is not to the letter this booth wrote last, nor learn the time from a stick.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sync.rounds.parties import Apply, Policy, Store
from sync.rounds.report import Tally
from sync.rounds.steps import EPOCH, Work
from sync.stick.file import Cover, Record, StickRefused, name_of, read_cover, read_records, write
from sync.stick.records import ORIGIN, PAGE, decode_pages, head_of, request_of
from sync.store import inbox, outbox
from sync.wire.canonical import JsonValue, NotCanonical, canonical, load
from sync.wire.compression import NotPacked, TooLarge, pack, unpack
from sync.wire.encoding import b64
from sync.wire.envelope import Sign
from sync.wire.http_signing import Request, Response, Unauthorised, check_response, sign_request
from sync.wire.matter import NotSigned
from sync.wire.messages import (
    BATCH_TYPE,
    BadMessage,
    Hello,
    Page,
    decode_answers,
    decode_hello,
    encode_batch,
    verify_page,
)
from sync.wire.sealing import agree_with

_STATE: Final = "stick.letter"
_OUTBOX: Final = "/v2/outbox"
_BATCH: Final = 500
_BATCH_BYTES: Final = 1024 * 1024
_MOST_ENVELOPES: Final = 50_000
_MOST_ANSWER: Final = 64 * 1024 * 1024


@dataclass(frozen=True)
class Answered:
    """What the stick brought. `hello` is the centre's word when it answered; `whole` says that every page was there;
    `tally` counts what was taken."""

    hello: Hello
    whole: bool
    tally: Tally


def write_letter(
    store: Store,
    policy: Policy,
    folder: Path,
    *,
    booth: str,
    sign: Sign,
    centre: ec.EllipticCurvePublicKey,
    kid: str,
    now: datetime,
    status: bytes | None = None,
) -> int:
    """Writes everything that waits, a question for what is new, and the booth's status. Returns how many envelopes.

    `centre` (under `kid`) is the key that acts are sealed to; `now` signs. An earlier letter is no longer waited for.
    Raises StickRefused("stick").
    """
    # For this letter alone: its key goes when the answer was taken, and the answer cannot be opened any more.
    private = ec.generate_private_key(ec.SECP256R1())
    with store() as connection:
        cursor, epoch = inbox.cursor(connection), outbox.read_state(connection, EPOCH)
    letter = secrets.token_hex(16)
    asked: list[JsonValue] = []
    count = 0

    def records() -> Iterator[Record]:
        nonlocal count
        for method, path, body, ids in _requests(store, policy, private, cursor, status):
            kind = BATCH_TYPE if path == _OUTBOX else "application/json"
            headers = {"Content-Type": kind, "Content-Encoding": "zstd"} if body else {}
            request = Request(method, ORIGIN + path, headers)
            sign_request(request, body or None, sign, key_id=booth, now=now)
            head = head_of(request)
            asked.append({**head, "ids": list[JsonValue](ids)})
            count += len(ids)
            yield Record(head, body)

    write(folder, Cover("to-centre", booth, letter), records(), centre, kid=kid)
    number = private.private_numbers().private_value
    # Remembered here, not read from the stick again: an answer is signed for the very request.
    state: dict[str, JsonValue] = {"letter": letter, "epoch": epoch, "key": f"{number:064x}", "asked": asked}
    with store() as connection:
        outbox.write_state(connection, _STATE, canonical(state).decode())
    return count


def _requests(
    store: Store, policy: Policy, private: ec.EllipticCurvePrivateKey, cursor: int, status: bytes | None
) -> Iterator[tuple[str, str, bytes, list[str]]]:
    """Method, path, packed body ("" for none) and ids, in the order in which the centre answers."""
    point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    # Signed with the request: the answer is sealed to a key that only this booth can have named.
    yield "GET", f"/v2/hello?reply={b64(point)}", b"", []
    given: set[str] = set()
    while len(given) < _MOST_ENVELOPES:
        with store() as connection:
            batch = outbox.pending(
                connection,
                _BATCH,
                max_bytes=_BATCH_BYTES,
                max_ballots=_BATCH,
                urgent=policy.urgent,
                skip=given,
            )
        if not batch:
            break
        given |= {envelope.id for envelope in batch}
        yield "POST", _OUTBOX, pack(encode_batch(batch)), [envelope.id for envelope in batch]
    if status is not None:
        yield "POST", "/v2/status", pack(status), []
    yield "GET", f"/v2/pull?after={cursor:d}&limit={PAGE:d}", b"", []


def take_answer(
    store: Store, apply: Apply, policy: Policy, folder: Path, *, booth: str, now: datetime
) -> Answered | None:
    """Takes the answer to this booth's last letter; None if none is there.

    Said twice, it changes nothing. Raises StickRefused: then nothing that was not signed has been taken.
    """
    file = folder / name_of("to-booth", booth)
    if not os.path.lexists(file):
        return None
    cover = read_cover(file)
    if cover.booth != booth or cover.kind != "to-booth":
        raise StickRefused("another-booth")
    with store() as connection:
        state = _open_letter(outbox.read_state(connection, _STATE))
    if state is None or state.letter != cover.letter:
        raise StickRefused("old")
    records = read_records(file, agree_with(state.key), kid=cover.letter)
    answered = _Answer(Work(store, apply, policy), state, now).take(records)
    with store() as connection:
        outbox.write_state(connection, _STATE, "")
    return answered


@dataclass(frozen=True)
class _Letter:
    letter: str
    epoch: str
    key: ec.EllipticCurvePrivateKey
    asked: tuple[tuple[Request, frozenset[str]], ...]


class _Answer:
    """Takes records in order, each checked against the request that it answers."""

    def __init__(self, work: Work, letter: _Letter, now: datetime) -> None:
        self._work, self._letter, self._now = work, letter, now
        self._hello: Hello | None = None
        self._whole = False

    def take(self, records: Iterator[Record]) -> Answered:
        for record in records:
            number = record.head.get("request")
            if not isinstance(number, int) or not 0 <= number < len(self._letter.asked):
                raise StickRefused("edited")
            request, ids = self._letter.asked[number]
            self._one(request, ids, _checked(record, request, self._work.policy.keys, self._now))
        if self._hello is None:
            raise StickRefused("edited")
        self._work.retry_set_aside()
        return Answered(self._hello, self._whole, self._work.tally)

    def _one(self, request: Request, ids: frozenset[str], content: bytes) -> None:
        path = request.url.removeprefix(ORIGIN).partition("?")[0]
        try:
            if path == "/v2/hello":
                self._hello = self._greeted(decode_hello(content))
            elif self._hello is None:
                raise StickRefused("edited")
            elif path == _OUTBOX:
                self._work.tally.sent |= ids
                self._work.take_answers(ids, decode_answers(content))
            elif path == "/v2/pull":
                self._page(*decode_pages(content))
        except (BadMessage, NotSigned):
            raise StickRefused("edited") from None

    def _greeted(self, hello: Hello) -> Hello:
        if self._work.policy.stranger(hello):
            raise StickRefused("another-town")
        with self._work.store() as connection:
            known = outbox.read_state(connection, EPOCH)
        # The centre was restored since: what it says here that it has, it may have forgotten.
        if known not in (self._letter.epoch, hello.epoch):
            raise StickRefused("old")
        self._work.settle(hello, heard_now=False)
        return hello

    def _page(self, after: int, page: Page) -> None:
        verify_page(page, self._work.policy.keys)
        with self._work.store() as connection:
            cursor = inbox.cursor(connection)
        if after > cursor:
            raise StickRefused("edited")  # a page between is missing
        if page.cursor > cursor:
            self._work.take_items(page.items, page.cursor)
        self._whole = not page.more


def _checked(record: Record, request: Request, keys: Mapping[str, ec.EllipticCurvePublicKey], now: datetime) -> bytes:
    """The content of an answer, if the centre signed it for this very request."""
    headers = record.head.get("headers")
    if record.head.get("status") != 200 or not isinstance(headers, dict):
        raise StickRefused("edited")
    response = Response(200, {name: str(value) for name, value in headers.items()}, request)
    try:
        # How old it is cannot be told without a line; that it answers this letter follows from the request it covers.
        check_response(response, record.body, keys.get, now=now, tolerance=timedelta.max)
        return unpack(record.body, max_bytes=_MOST_ANSWER)
    except (Unauthorised, TooLarge, NotPacked):
        raise StickRefused("edited") from None


def _open_letter(text: str) -> _Letter | None:
    if not text:
        return None
    try:
        value = load(text.encode())
        assert isinstance(value, dict) and isinstance(value["asked"], list)
        key = ec.derive_private_key(int(str(value["key"]), 16), ec.SECP256R1())
        asked = tuple(_asked(member) for member in value["asked"])
        return _Letter(str(value["letter"]), str(value["epoch"]), key, asked)
    except (NotCanonical, KeyError, ValueError):
        return None


def _asked(member: JsonValue) -> tuple[Request, frozenset[str]]:
    if not isinstance(member, dict) or not isinstance(member["ids"], list):
        raise ValueError("no request")
    return request_of(member), frozenset(str(id) for id in member["ids"])
