"""One IPP question and its answer over HTTP: requests carries it, pyipp's encoder and parser read it.

No retry, no proxy, a new connection each time; what was not sent for certain is told apart from what may have been.
"""

from __future__ import annotations

import itertools
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests

VERSION = (2, 0)
USER = "municipal-booth"


class Operation(IntEnum):
    """RFC 8011, 4.4.15."""

    CREATE_JOB = 0x0005
    SEND_DOCUMENT = 0x0006
    CANCEL_JOB = 0x0008
    GET_JOB_ATTRIBUTES = 0x0009
    GET_JOBS = 0x000A
    GET_PRINTER_ATTRIBUTES = 0x000B


class Silent(Exception):
    """No usable answer. `sent`: whether the printer may have got the question."""

    def __init__(self, *, sent: bool) -> None:
        super().__init__("the printer gave no usable answer")
        self.sent = sent


@dataclass(frozen=True)
class Answer:
    status: int
    printer: Mapping[str, Any]
    jobs: tuple[Mapping[str, Any], ...]

    @property
    def ok(self) -> bool:
        return 0 <= self.status < 0x0100

    @property
    def not_found(self) -> bool:
        return self.status in (0x0406, 0x0407)

    @property
    def busy(self) -> bool:
        return self.status in (0x0507, 0x050B)


class Wire:
    """Asks one printer. `uri` is ipp:// or ipps://; `trust` a PEM file for ipps, else the system's."""

    def __init__(self, uri: str, *, trust: Path | None = None, answer_seconds: float = 10.0) -> None:
        parts = urlsplit(uri)
        if parts.scheme not in ("ipp", "ipps") or not parts.hostname:
            raise ValueError(f"{uri!r} is not ipp://host[:port]/path")
        self.uri = uri
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        scheme = "https" if parts.scheme == "ipps" else "http"
        self._url = urlunsplit((scheme, f"{host}:{parts.port or 631}", parts.path or "/ipp/print", "", ""))
        self._numbers = itertools.count(1)
        self._seconds = (3.0, answer_seconds)
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = str(trust) if trust is not None else True

    def close(self) -> None:
        self._session.close()

    def ask(
        self,
        operation: Operation,
        about: Mapping[str, Any] | None = None,
        job: Mapping[str, Any] | None = None,
        document: bytes = b"",
    ) -> Answer:
        """Raises Silent. A refusal is an answer: see `Answer.ok`."""
        body = _encoded(operation, next(self._numbers), self.uri, about or {}, job or {}) + document
        headers = {"Content-Type": "application/ipp", "Connection": "close"}
        try:
            reply = self._session.post(
                self._url, data=body, headers=headers, timeout=self._seconds, allow_redirects=False
            )
        except (requests.ConnectTimeout, requests.exceptions.SSLError):
            raise Silent(sent=False) from None
        except requests.ConnectionError as failure:
            raise Silent(sent=not _never_connected(failure)) from None
        except requests.RequestException:
            raise Silent(sent=True) from None
        if reply.status_code != 200:
            raise Silent(sent=reply.status_code >= 500)
        return _parsed(reply.content)


def _never_connected(failure: requests.ConnectionError) -> bool:
    from urllib3.exceptions import MaxRetryError, NewConnectionError

    cause = failure.args[0] if failure.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)


def _tags() -> dict[str, Any]:
    from pyipp.enums import IppTag

    return {
        "charset": IppTag.CHARSET,
        "language": IppTag.LANGUAGE,
        "uri": IppTag.URI,
        "name": IppTag.NAME,
        "keyword": IppTag.KEYWORD,
        "integer": IppTag.INTEGER,
        "boolean": IppTag.BOOLEAN,
        "mime": IppTag.MIME_TYPE,
    }


_KINDS = {
    "attributes-charset": "charset",
    "attributes-natural-language": "language",
    "printer-uri": "uri",
    "requesting-user-name": "name",
    "job-id": "integer",
    "job-name": "name",
    "document-format": "mime",
    "last-document": "boolean",
    "ipp-attribute-fidelity": "boolean",
    "requested-attributes": "keyword",
    "which-jobs": "keyword",
    "media": "keyword",
    "sides": "keyword",
    "copies": "integer",
}


def _encoded(operation: Operation, number: int, uri: str, about: Mapping[str, Any], job: Mapping[str, Any]) -> bytes:
    """RFC 8010: version, operation, request id, the two groups of attributes, the end."""
    from pyipp.serializer import construct_attribute

    tags = _tags()
    first = {
        "attributes-charset": "utf-8",
        "attributes-natural-language": "en",
        "printer-uri": uri,
    }
    if "job-id" in about:  # RFC 8011, 4.1.5: the target stands right behind printer-uri
        first["job-id"] = about["job-id"]
    operations = {**first, "requesting-user-name": USER, **about}
    out = struct.pack(">bbhi", *VERSION, operation, number) + b"\x01"
    for name, value in operations.items():
        out += construct_attribute(name, value, tags[_KINDS[name]])
    if job:
        out += b"\x02"
        for name, value in job.items():
            out += construct_attribute(name, value, tags[_KINDS[name]])
    return out + b"\x03"


def _parsed(raw: bytes) -> Answer:
    from pyipp.exceptions import IPPParseError
    from pyipp.parser import parse

    try:
        found = parse(raw)
    except (IPPParseError, ValueError, KeyError, IndexError, struct.error):
        raise Silent(sent=True) from None
    printers = found["printers"]
    return Answer(found["status-code"], printers[0] if printers else {}, tuple(found["jobs"]))


def many(value: Any) -> tuple[Any, ...]:
    """pyipp gives a lone value bare and several as a list."""
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list) else (value,)
