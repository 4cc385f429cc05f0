"""A booth as docs/wire.md describes it, for the conformance suite: every request can be bent in one place at a time."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from typing import Any

import requests
from cryptography.hazmat.primitives.asymmetric import ec

from municipality.matters.certificates.messages import CertificateAct, CertificateFate
from municipality.matters.certificates.rules import verification_code
from sync import Envelope, canonical, seal, sign_envelope, sign_with
from sync.wire.compression import pack, unpack
from sync.wire.http_signing import Request, Response, check_response, sign_request
from sync.wire.messages import BATCH_TYPE


@dataclass
class Said:
    """An answer: `json` is its body, unpacked."""

    status: int
    json: Any
    headers: dict[str, str]
    raw: bytes

    @property
    def refusal(self) -> tuple[int, str]:
        return self.status, self.json["reason"]


@dataclass
class WireBooth:
    url: str
    id: str
    key: ec.EllipticCurvePrivateKey
    signing: ec.EllipticCurvePublicKey
    sealing: ec.EllipticCurvePublicKey
    prefix: str
    verify: str | bool = True
    certificate: tuple[str, str] | None = None
    last: str = ""
    # Those of an earlier run are taken, and no two of this one may be the same.
    numbers: Iterator[int] = field(default_factory=lambda: count(100_000 + secrets.randbelow(890_000)))
    session: requests.Session = field(default_factory=requests.Session)

    def __enter__(self) -> WireBooth:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.session.close()

    # -- requests --

    def head(self, method: str, path: str, body: bytes | None = None, **bent: Any) -> dict[str, str]:
        """Signed headers. `bent`: signed_method, url, key, booth, at, headers."""
        kind = BATCH_TYPE if path == "/v2/outbox" else "application/json"
        packed = {} if body is None else {"Content-Type": kind, "Content-Encoding": "zstd"}
        request = Request(bent.get("signed_method", method), bent.get("url", self.url + path), packed)
        at = bent.get("at") or datetime.now(UTC) + bent.get("late", timedelta(0))
        key = sign_with(bent.get("key", self.key))
        sign_request(request, body, key, key_id=bent.get("booth", self.id), now=at)
        return dict(request.headers)

    def send(self, method: str, path: str, headers: dict[str, str], body: bytes | None = None) -> Said:
        """As it stands; a 200 must be signed for this very request."""
        self.session.close()  # the server hangs up on a line that lies idle, perhaps while we are about to use it
        wanted = {"User-Agent": "conformance", "Accept-Encoding": "zstd"} | headers
        with self.session.request(
            method,
            self.url + path,
            data=body,
            headers=wanted,
            timeout=60,
            allow_redirects=False,
            verify=self.verify,
            cert=self.certificate,
            stream=True,
        ) as answer:
            raw = answer.raw.read(decode_content=False)
        if answer.status_code == 200:
            self.check(Response(200, dict(answer.headers), Request(method, self.url + path, headers)), raw)
        plain = unpack(raw, max_bytes=2**26) if answer.headers.get("Content-Encoding") == "zstd" else raw
        return Said(answer.status_code, json.loads(plain or b"null"), dict(answer.headers), raw)

    def check(self, response: Response, raw: bytes) -> None:
        """Raises Unauthorised unless the centre signed this answer to this request."""
        keys = {"centre": self.signing}
        check_response(response, raw, keys.get, now=datetime.now(UTC), tolerance=timedelta.max)

    def ask(self, method: str, path: str, body: bytes | None = None, **bent: Any) -> Said:
        return self.send(method, path, self.head(method, path, body, **bent), body)

    def push(self, *members: Any) -> list[tuple[str, str]]:
        """Outcomes and reasons, in the order of `members` (envelopes, lines or JSON)."""
        lines = [_line(one) for one in members]
        # What is no envelope may have an id that not every reader finds: then none is said.
        ids = [
            {one.id} if isinstance(one, Envelope) else {_id_in(line), ""}
            for one, line in zip(members, lines, strict=True)
        ]
        answer = self.ask("POST", "/v2/outbox", pack(b"".join(line + b"\n" for line in lines)))
        assert answer.status == 200, answer
        answers = answer.json["answers"]
        assert len(answers) == len(lines) and all(id in own for (id, _, _), own in zip(answers, ids, strict=True))
        return [(outcome, reason) for _, outcome, reason in answers]

    # -- envelopes --

    def act(self, **changes: Any) -> Envelope:
        """A certificate that was printed void: the smallest act that a centre takes. Chained after the one before."""
        at = datetime.now(UTC).replace(microsecond=0)
        number = f"{self.prefix}/{at.year}/{next(self.numbers)}"
        paper = CertificateAct(
            document="family_status",
            number=number,
            code=verification_code(secrets.token_bytes(10)),
            card="",
            booth=changes.get("inner_booth", self.id),
            issued_at=at,
            as_of=at.date(),
            digest=sha256(number.encode()).hexdigest(),
            fate=CertificateFate.VOID,
        )
        body = seal(paper.text().encode(), self.sealing, kid="centre", size=4096)
        fields: dict[str, Any] = {"kind": "certificates.paper", "version": 1, "booth": self.id, "previous": self.last}
        fields |= {"made_at": at, "body": body, "sign": sign_with(changes.get("key", self.key))}
        fields |= {name: value for name, value in changes.items() if name in fields or name in ("ballot", "id")}
        made = sign_envelope(**fields)
        if made.chained and made.booth == self.id and "key" not in changes:
            self.last = made.digest()
        return made


def _line(member: Any) -> bytes:
    if isinstance(member, Envelope):
        return member.message
    return member if isinstance(member, bytes) else canonical(member)


def _id_in(line: bytes) -> str:
    """What an answer calls a line by: its id, if it has one that can be read."""
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return ""
    id = told.get("id") if isinstance(told, dict) else None
    return id if isinstance(id, str) and len(id) <= 64 else ""
