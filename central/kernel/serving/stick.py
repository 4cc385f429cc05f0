"""A round by hand at the town hall: the booth's letter on a stick is taken as if it had come over the line, and the
answer is written beside it.

Must never take anything of a letter that is not whole and signed throughout, nor answer a booth that is not active.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives.asymmetric import ec

from central.kernel import booth_keys, intake
from central.kernel.centre import KID, Centre
from central.kernel.serving import feed, line, served
from central.store.line import booths as rows
from sync import BadMessage, TooLarge, agree_with, server, stick

_STATUS_BYTES = 64 * 1024
_UNDECIDED = "undecided"  # acts that could not be judged now


@dataclass(frozen=True)
class Taken:
    """What became of one letter. `outcomes`: how many envelopes were accepted, duplicate, rejected."""

    booth: str
    file: str
    outcomes: dict[str, int]


def answer_all(centre: Centre, folder: Path) -> list[Taken | stick.StickRefused]:
    """Answers every letter in the folder; one that is refused does not stop the others.

    Raises StickRefused where there is no letter at all, or the folder cannot be read.
    """
    try:
        letters = sorted(folder.glob("*.to-centre.atm"))
    except OSError:
        raise stick.StickRefused("stick") from None
    if not letters:
        raise stick.StickRefused("none")
    done: list[Taken | stick.StickRefused] = []
    for letter in letters:
        try:
            done.append(answer(centre, letter))
        except stick.StickRefused as refusal:
            done.append(refusal)
    return done


def answer(centre: Centre, file: Path) -> Taken:
    """Takes one letter and writes its answer. The same letter again is answered again: nothing is taken twice.

    Raises StickRefused; then nothing of the letter was taken, or what was taken will be a duplicate next time. "busy"
    also where there was no verdict on a ballot: all else in the letter is taken, and it is answered when it is put in
    again.
    """
    cover = stick.read_cover(file)
    if cover.kind != "to-centre":
        raise stick.StickRefused("not-a-letter")
    keys = _keys(centre, cover.booth)
    recipient = _check_all(centre, file, cover, keys)
    outcomes: Counter[str] = Counter()
    records = _answers(centre, file, cover, keys, outcomes)
    reply = stick.Cover("to-booth", cover.booth, cover.letter)
    stick.write(file.parent, reply, records, recipient, kid=cover.letter)
    return Taken(cover.booth, stick.name_of("to-booth", cover.booth), dict(+outcomes))


def _records(centre: Centre, file: Path) -> Iterator[stick.Record]:
    return stick.read_records(file, agree_with(centre.keys.sealing), kid=KID)


def _check_all(
    centre: Centre, file: Path, cover: stick.Cover, keys: list[ec.EllipticCurvePublicKey]
) -> ec.EllipticCurvePublicKey:
    """Every request is signed by the booth that the cover names; the key to answer to."""
    recipient: ec.EllipticCurvePublicKey | None = None
    for place, record in enumerate(_records(centre, file)):
        _verify(centre, cover, record, keys)
        if place == 0:
            recipient = _reply_key(record)
    if recipient is None:
        raise stick.StickRefused("edited")
    return recipient


def _reply_key(record: stick.Record) -> ec.EllipticCurvePublicKey:
    try:
        return stick.reply_key(stick.request_of(record.head))
    except ValueError:
        raise stick.StickRefused("edited") from None


def _keys(centre: Centre, booth: str) -> list[ec.EllipticCurvePublicKey]:
    """Keys that an active booth has or had: a letter may have been on its way when the key was renewed."""
    try:
        with centre.store.reading() as tx:
            found, held = rows.find(tx, booth), rows.keys(tx, booth)
        keys = [booth_keys.public_key(key) for key in held if key.barred_at is None]
    except (line.StoreFailed, OSError):
        raise stick.StickRefused("busy") from None
    if found is None or found.state != "active" or not keys:
        raise stick.StickRefused("unknown-booth")
    return keys


def _verify(centre: Centre, cover: stick.Cover, record: stick.Record, keys: list[ec.EllipticCurvePublicKey]) -> None:
    try:
        request = stick.request_of(record.head)
    except ValueError:
        raise stick.StickRefused("edited") from None
    reason = ""
    for key in keys:
        key_of: Callable[[str], ec.EllipticCurvePublicKey | None] = {cover.booth: key}.get
        try:
            # Played again it changes nothing: acts are known by their ids, and the answer is sealed to its booth.
            server.verify_request(
                request.method,
                request.url,
                request.headers,
                record.body,
                key_of,
                centre.clock(),
                tolerance=stick.LETTER_LASTS,
            )
            return
        except server.Unauthorised as refused:
            reason = refused.reason
    raise stick.StickRefused("clock" if reason == "clock" else "edited")


def _answers(
    centre: Centre, file: Path, cover: stick.Cover, keys: list[ec.EllipticCurvePublicKey], outcomes: Counter[str]
) -> Iterator[stick.Record]:
    for number, record in enumerate(_records(centre, file)):
        # Once more: a stick that is a computer of its own may give other bytes to who reads it again.
        _verify(centre, cover, record, keys)
        request = stick.request_of(record.head)
        for content in _contents(centre, cover.booth, request.url, record.body, outcomes):
            signed = server.reply(
                200,
                content,
                method=request.method,
                url=request.url,
                headers=request.headers,
                key=centre.keys.signing,
                kid=KID,
                now=centre.clock(),
            )
            yield stick.answer_record(number, signed.status, signed.headers, signed.body)
    if outcomes[_UNDECIDED]:
        # Last of all: what else lies in the letter has been taken. Without an answer the booth keeps waiting for one.
        raise stick.StickRefused("busy")


def _contents(centre: Centre, booth: str, url: str, body: bytes, outcomes: Counter[str]) -> Iterator[bytes]:
    """What the line would answer to this request; several pages for a pull."""
    parts = urlsplit(url)
    try:
        match parts.path:
            case "/v2/hello":
                yield server.encode_hello(line.hello(centre, booth))
            case "/v2/outbox":
                members = server.decode_batch(body)
                answers = intake.take_batch(centre, booth, members)
                outcomes.update(one.outcome for one in answers)
                outcomes[_UNDECIDED] += len(members) - len(answers)
                yield server.encode_answers(answers)
            case "/v2/status":
                line.note_status(centre, booth, line.read_status(body, max_bytes=_STATUS_BYTES))
                yield b"{}"
            case "/v2/pull":
                after = int(parse_qs(parts.query)["after"][0])
                served.note_cursor(centre, booth, after)
                yield from _pages(centre, after)
            case _:
                raise stick.StickRefused("edited")
    except (BadMessage, TooLarge, KeyError, ValueError):
        raise stick.StickRefused("edited") from None
    except intake.NotServed:
        raise stick.StickRefused("unknown-booth") from None
    except (line.StoreFailed, OSError):  # such as served.Behind, quota.TooMuchRefused: no verdict now
        raise stick.StickRefused("busy") from None


def _pages(centre: Centre, after: int) -> Iterator[bytes]:
    sign = server.manifest_signer(centre.keys.signing, kid=KID)
    more = True
    while more:
        page = feed.page(centre, after, stick.PAGE)
        yield stick.encode_pages(after, server.encode_page(page.items, page.cursor, page.more, sign))
        after, more = page.cursor, page.more
