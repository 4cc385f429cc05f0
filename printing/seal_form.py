"""Where a sealed file's one seal stands, and whether it stands there in the only form that our seals have.

It looks at bytes and reads nothing of the PDF that a stranger may have made: no stream is unpacked, no reference
followed. What is covered by the seal is proved by the seal; here it is seen that the rest is nothing.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asn1crypto import cms, x509

LARGEST_SEAL = 131_072  # hexadecimal characters; ours keep 16,384
MOST_CERTIFICATES = 8
_RANGE = re.compile(rb"/ByteRange\s*\[\s*0\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")
_TRACE = re.compile(rb"/ByteRange|/SubFilter|/DocMDP|/SigRef|/Adobe\.PPKLite|/ETSI\.CAdES|/FT\s*/Sig\b|/Type\s*/Sig\b")
_MOMENT = re.compile(rb"/M\s*(\([^()]{1,200}\))")
_OBJECT = re.compile(rb"(?<!\d)(\d{1,10})\s+\d{1,5}\s+obj\b")
_WRITTEN = re.compile(rb"D(?::|\\072)(\d{14})")
# A file may be made to hold millions of these: so many are looked at, and so many numbers kept.
_MOST_SEALS, _MOST_STARTS, _MOST_OBJECTS, _KEPT = 100, 8, 10_000, 12


@dataclass(frozen=True)
class Place:
    """One seal and what it covers: from `start` to `end` of the file, but for the hexadecimal text `held`."""

    start: int
    end: int
    covered: tuple[bytes, bytes]
    held: bytes


@dataclass(frozen=True)
class Added:
    """What stands in a file beside what was sealed. Numbers and times only: the words may be anybody's data.

    `before`, `behind`: bytes. `revisions`: later versions of the paper. `objects`: the lowest numbers, twelve at most.
    `written`: times that stand there, as `YYYYMMDDHHMMSS`. `seals`: how many more.
    """

    before: int = 0
    behind: int = 0
    revisions: int = 0
    objects: tuple[int, ...] = ()
    written: tuple[str, ...] = ()
    seals: int = 0


NOTHING = Added()


def find(pdf: bytes) -> Place | None:
    """The first seal that covers a whole paper from its first byte on. None: there is none."""
    # What was put before a paper moves all that it covers.
    papers = [found.start() for found in islice(re.finditer(rb"%PDF-", pdf), _MOST_STARTS)]
    for found in islice(_RANGE.finditer(pdf), _MOST_SEALS):
        before, gap, behind = (int(number) for number in found.groups())
        for start in dict.fromkeys((0, *papers)):
            place = _place(pdf, start, before, gap, behind)
            # The text that says what is covered must be covered.
            if place is not None and place.start <= found.start() and found.end() <= place.end:
                return place
    return None


def _place(pdf: bytes, start: int, before: int, gap: int, behind: int) -> Place | None:
    opens, closes, end = start + before, start + gap, start + gap + behind
    if not (opens + 2 <= closes <= end <= len(pdf)) or closes - opens > LARGEST_SEAL + 2:
        return None
    if pdf[opens : opens + 1] != b"<" or pdf[closes - 1 : closes] != b">":
        return None
    return Place(start, end, (pdf[start:opens], pdf[closes:end]), pdf[opens + 1 : closes - 1])


def is_traced(pdf: bytes) -> bool:
    """Whether anything in the file says that it was sealed once."""
    return _TRACE.search(pdf) is not None


def added(pdf: bytes, place: Place) -> Added:
    """What the file has beside what `place` covers; equal to `NOTHING` for a file that is nothing but the paper."""
    behind = pdf[place.end :]
    return Added(
        before=place.start,
        behind=len(behind),
        revisions=behind.count(b"startxref"),
        objects=tuple(sorted({int(found[1]) for found in islice(_OBJECT.finditer(behind), _MOST_OBJECTS)})[:_KEPT]),
        written=tuple(sorted({found[1].decode() for found in islice(_WRITTEN.finditer(behind), _KEPT)})),
        seals=pdf.count(b"/ByteRange") - 1,
    )


def signed_data(held: bytes) -> tuple[cms.SignedData, bytes]:
    """What is in the seal's place, read as mildly as any program would, and its bytes. Raises ValueError."""
    from asn1crypto import cms, parser

    digits = re.sub(rb"\s", b"", held).decode("ascii")
    raw = bytes.fromhex(digits + "0" * (len(digits) % 2))  # ISO 32000-1, 7.3.4.3
    der = raw[: parser.peek(raw)]
    info = cms.ContentInfo.load(der)
    if info["content_type"].native != "signed_data":
        raise ValueError("not a signature")
    return info["content"], der


def is_ours(held: bytes, data: cms.SignedData, der: bytes, own: x509.Certificate) -> bool:
    """Whether the place holds the seal and zeros behind it, written in the one way that we write it, and nothing in it
    that the seal does not protect. `own`: the signer's certificate. Of the certificates only the order is judged."""
    filled = der.hex().upper().encode().ljust(len(held), b"0")
    return held == filled and _is_der(der) and der == written(data, own)


def written(data: cms.SignedData, own: x509.Certificate) -> bytes:
    """The signature as seals have it, DER: one signer, each certificate once, no list of revocations, no attribute that
    is not signed. Every seal is written so, and one that is written otherwise was changed."""
    from asn1crypto import algos, cms

    signer = data["signer_infos"][0]
    # To a library names are the same that differ in capitals or in a final sigma.
    whose = cms.IssuerAndSerialNumber({"issuer": own.issuer, "serial_number": own.serial_number})
    certificates = dict.fromkeys(one.dump() for one in data["certificates"])
    digest = {"algorithm": signer["digest_algorithm"]["algorithm"].native}
    kind = signer["signature_algorithm"]
    fresh = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier("issuer_and_serial_number", whose),
            "digest_algorithm": algos.DigestAlgorithm(digest),
            # Only this one has more to say than its name.
            "signature_algorithm": kind.copy()
            if kind["algorithm"].native == "rsassa_pss"
            else algos.SignedDigestAlgorithm({"algorithm": kind["algorithm"].native}),
            "signed_attrs": signer["signed_attrs"].copy(),
            "signature": signer["signature"].native,
        }
    )
    content = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [algos.DigestAlgorithm(digest)],
            "encap_content_info": {"content_type": "data"},
            "certificates": [cms.CertificateChoices.load(one) for one in certificates],
            "signer_infos": [fresh],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": content}).dump())


def _is_der(data: bytes) -> bool:
    """Whether every length is definite and as short as it can be, all the way down (X.690, 10.1)."""
    from asn1crypto import parser

    while data:
        kind, method, tag, head, content, tail = parser.parse(data[: parser.peek(data)])
        if parser.emit(kind, method, tag, content) != head + content + tail or (method and not _is_der(content)):
            return False
        data = data[len(head) + len(content) + len(tail) :]
    return True


def sealed_at(place: Place) -> datetime | None:
    """When it was sealed, as the seal's own dictionary says (/M); None if it does not say so in a way that is one."""
    from pyhanko.pdf_utils.generic import parse_pdf_date, read_string_from_stream

    around = place.covered[0][place.covered[0].rfind(b" obj") :], place.covered[1].partition(b"endobj")[0]
    for part in around:
        if found := _MOMENT.search(part):
            try:
                moment = parse_pdf_date(str(read_string_from_stream(io.BytesIO(found[1]))))
            except Exception:  # a foreign reader of a foreign text
                return None
            return moment if moment.tzinfo is not None else None
    return None
