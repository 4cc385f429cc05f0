"""What can be done to a sealed paper without its seal's key: later versions, other bytes, and a seal dressed up."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pikepdf
from asn1crypto import cms, core
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name as name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

OTHER_NAME = b"BT /F1 20 Tf 60 600 Td (ANOTHER NAME) Tj ET"
BOX = (60, 580, 400, 640)


def held(pdf: bytes) -> tuple[int, int]:
    """Where the hexadecimal text of the seal begins and ends."""
    start = pdf.index(b"/Contents <30") + len(b"/Contents <")
    return start, pdf.index(b">", start)


# --- later versions --------------------------------------------------------------------------------------------------


def later(pdf: bytes, edit: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """The paper with a later version behind it, as every PDF program saves one."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    edit(writer)
    out = io.BytesIO()
    writer.write(out)
    assert out.getvalue().startswith(pdf) and len(out.getvalue()) > len(pdf)
    return out.getvalue()


def _page(writer: IncrementalPdfFileWriter) -> generic.DictionaryObject:
    reference, _ = writer.find_page_for_modification(0)
    writer.mark_update(reference)
    return reference.get_object()


def _face(writer: IncrementalPdfFileWriter, data: bytes = OTHER_NAME) -> generic.IndirectObject:
    form = {
        name("/Type"): name("/XObject"),
        name("/Subtype"): name("/Form"),
        name("/BBox"): generic.ArrayObject(generic.NumberObject(number) for number in (0, 0, 340, 60)),
    }
    return writer.add_object(generic.StreamObject(form, stream_data=data))


def _annotate(writer: IncrementalPdfFileWriter, entry: dict[str, Any]) -> None:
    box = generic.ArrayObject(generic.NumberObject(number) for number in BOX)
    entry = {"/Type": name("/Annot"), "/Rect": writer.add_object(box), "/F": generic.NumberObject(4), **entry}
    made = writer.add_object(generic.DictionaryObject({name(key): value for key, value in entry.items()}))
    page = _page(writer)
    page[name("/Annots")] = generic.ArrayObject([*page.get("/Annots", ()), made])
    if entry["/Subtype"] == "/Widget":
        form = writer.root["/AcroForm"]
        form[name("/Fields")] = generic.ArrayObject([*form["/Fields"], made])
        writer.update_root()
        writer.update_container(form)


def _overlay(writer: IncrementalPdfFileWriter) -> None:
    writer.add_stream_to_page(0, writer.add_object(generic.StreamObject(stream_data=OTHER_NAME)))


def _widget(writer: IncrementalPdfFileWriter) -> None:
    face = generic.DictionaryObject({name("/N"): _face(writer)})
    text = generic.TextStringObject("t1")
    _annotate(writer, {"/Subtype": name("/Widget"), "/FT": name("/Tx"), "/T": text, "/AP": face})


def _face_among_certificates(writer: IncrementalPdfFileWriter) -> None:
    face = _face(writer)
    store = generic.DictionaryObject({name("/Certs"): generic.ArrayObject([face])})
    writer.root[name("/DSS")] = writer.add_object(store)
    writer.update_root()
    entry = {"/Subtype": name("/Widget"), "/FT": name("/Tx"), "/T": generic.TextStringObject("t2")}
    _annotate(writer, {**entry, "/AP": generic.DictionaryObject({name("/N"): face})})


def _certificates(writer: IncrementalPdfFileWriter) -> None:
    stream = writer.add_object(generic.StreamObject(stream_data=b"0"))
    writer.root[name("/DSS")] = writer.add_object(
        generic.DictionaryObject({name("/Certs"): generic.ArrayObject([stream])})
    )
    writer.update_root()


def _information(writer: IncrementalPdfFileWriter) -> None:
    info = writer.trailer["/Info"]
    info[name("/Title")] = generic.TextStringObject("Another title")
    writer.update_container(info)


def _metadata(writer: IncrementalPdfFileWriter) -> None:
    stream = generic.StreamObject({name("/Type"): name("/Metadata")}, stream_data=b"<x:xmpmeta/>")
    writer.root[name("/Metadata")] = writer.add_object(stream)
    writer.update_root()


def _needs_appearances(writer: IncrementalPdfFileWriter) -> None:
    form = writer.root["/AcroForm"]
    form[name("/NeedAppearances")] = generic.BooleanObject(True)
    writer.update_root()
    writer.update_container(form)


def _orphan(writer: IncrementalPdfFileWriter) -> None:
    writer.add_object(generic.StreamObject(stream_data=OTHER_NAME))


def _packed_orphan(writer: IncrementalPdfFileWriter) -> None:
    writer.add_object(generic.StreamObject(stream_data=OTHER_NAME * 9))
    writer.stream_xrefs = True


def _stamp(writer: IncrementalPdfFileWriter) -> None:
    _annotate(writer, {"/Subtype": name("/Stamp"), "/AP": generic.DictionaryObject({name("/N"): _face(writer)})})


def _note(writer: IncrementalPdfFileWriter) -> None:
    at = generic.pdf_date(datetime.fromisoformat("2026-12-24T10:11:12+02:00"))
    _annotate(writer, {"/Subtype": name("/FreeText"), "/Contents": generic.TextStringObject("Another name"), "/M": at})


def _link(writer: IncrementalPdfFileWriter) -> None:
    action = generic.DictionaryObject({name("/S"): name("/URI"), name("/URI"): generic.TextStringObject("https://x.y")})
    _annotate(writer, {"/Subtype": name("/Link"), "/A": action})


def _script(writer: IncrementalPdfFileWriter) -> None:
    action = {name("/S"): name("/JavaScript"), name("/JS"): generic.TextStringObject("1")}
    writer.root[name("/OpenAction")] = writer.add_object(generic.DictionaryObject(action))
    writer.update_root()


def _hidden_layer(writer: IncrementalPdfFileWriter) -> None:
    writer.root[name("/OCProperties")] = writer.add_object(generic.DictionaryObject())
    writer.update_root()


def _other_pages(writer: IncrementalPdfFileWriter) -> None:
    """«Hide and replace»: the tree of pages leads elsewhere."""
    pages = {
        name("/Type"): name("/Pages"),
        name("/Kids"): generic.ArrayObject([]),
        name("/Count"): generic.NumberObject(0),
    }
    writer.root[name("/Pages")] = writer.add_object(generic.DictionaryObject(pages))
    writer.update_root()


def _other_field(writer: IncrementalPdfFileWriter) -> None:
    writer.root[name("/AcroForm")] = writer.add_object(
        generic.DictionaryObject({name("/Fields"): generic.ArrayObject([])})
    )
    writer.update_root()


def _other_reference(writer: IncrementalPdfFileWriter) -> None:
    """The signature's own object gets a later version that covers nothing."""
    value = writer.root["/AcroForm"]["/Fields"][0]["/V"]
    value[name("/ByteRange")] = generic.ArrayObject(generic.NumberObject(0) for _ in range(4))
    writer.update_container(value)


LATER: dict[str, Callable[[IncrementalPdfFileWriter], None]] = {
    one.__name__.strip("_"): one
    for one in (
        _overlay, _widget, _face_among_certificates, _certificates, _information, _metadata, _needs_appearances,
        _orphan, _packed_orphan, _stamp, _note, _link, _script, _hidden_layer, _other_pages, _other_field,
        _other_reference,
    )
}  # fmt: skip


# --- other bytes -----------------------------------------------------------------------------------------------------


def around(pdf: bytes) -> Iterator[tuple[str, bytes]]:
    """More bytes behind the paper or before it."""
    for words in (b"\n", b"\0", b" ", b"%", b"\n%%EOF\n", b"\n% more", pdf[-200:], pdf):
        yield f"behind: {words[:8]!r}", pdf + words
    for words in (b"\n", b"%PDF-1.4\n", b"GIF89a", b"<html>", b"%PDF-1.7\n1 0 obj <<>> endobj\n%%EOF\n"):
        yield f"before: {words[:8]!r}", words + pdf
    yield "before and behind", b"\n" + pdf + b"\n"


def other_bytes(pdf: bytes) -> Iterator[tuple[str, bytes]]:
    """Bytes changed, cut, moved, saved anew: what was sealed is not all there any more."""
    start, end = held(pdf)
    yield "cut", pdf[:-200]
    yield "one byte less", pdf[:-1]
    yield "cut in the seal", pdf[: (start + end) // 2]
    yield "nothing in the seal", pdf[:start] + b"0" * (end - start) + pdf[end:]
    yield "no number in the seal", pdf[:start] + b">" + b" " * (end - start - 1) + pdf[end:]
    for words in (b"/ByteRange [0 0 0 0]", b"/ByteRange []", b"/ByteRange null", b"/ByteRangf [0 1 2 3]"):
        found = pdf.index(b"/ByteRange [")
        length = pdf.index(b"]", found) + 1 - found
        yield f"another range: {words!r}", pdf.replace(pdf[found : found + length], words.ljust(length))
    yield "a wider gap (wrapping)", _wrapped(pdf)
    yield "saved anew", _saved_anew(pdf)
    yield "lines of another system", pdf.replace(b"\nendobj", b"\rendobj", 1)
    page = pdf.index(b"/MediaBox")
    yield "another page", pdf[:page] + b"/Mediabox" + pdf[page + 9 :]


def _wrapped(pdf: bytes) -> bytes:
    """What the seal covers is pushed to the end, and something else stands in the widened gap."""
    _, end = held(pdf)
    found = pdf.index(b"/ByteRange [")
    stop = pdf.index(b"]", found)
    _, before, gap, behind = (int(number) for number in pdf[found + len(b"/ByteRange [") : stop].split())
    more = b"\n99 0 obj\n<<>>\nendobj\n" * 20
    told = f"0 {before} {gap + len(more)} {behind}".encode()
    moved = pdf[:found] + b"/ByteRange [" + told + b"]" + pdf[stop + 1 + len(told) - (stop - found - 12) :]
    return moved[: end + 1] + more + moved[end + 1 :]


def _saved_anew(pdf: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(out)
    return out.getvalue()


# --- the seal's own place --------------------------------------------------------------------------------------------


def in_the_seal(pdf: bytes, other: bytes) -> Iterator[tuple[str, bytes]]:
    """The seal still seals; in the place that it cannot cover stands more, or the same in another way. `other`: a
    certificate, DER."""
    start, end = held(pdf)
    text = pdf[start:end]
    used = len(text.rstrip(b"0")) + 2
    for words in (b"1", b"DEADBEEF", b"FF" * 500):
        yield f"filler behind: {words[:8]!r}", pdf[: end - len(words)] + words + pdf[end:]
        yield f"filler after: {words[:8]!r}", pdf[: start + used] + words + pdf[start + used + len(words) :]
    yield "spaces", pdf[:start] + (b" " + text)[: end - start] + pdf[end:]
    yield "a line inside", pdf[: start + 20] + b"\n\n" + pdf[start + 20 : end - 2] + pdf[end:]
    yield "small letters", pdf[:start] + text.lower() + pdf[end:]
    letter = next(place for place in range(start, end) if pdf[place : place + 1] in b"ABCDEF")
    yield "one small letter", pdf[:letter] + pdf[letter : letter + 1].lower() + pdf[letter + 1 :]
    for label, der in _dressed(bytes.fromhex(text.decode()), other):
        yield label, pdf[:start] + der.hex().upper().encode().ljust(end - start, b"0") + pdf[end:]


def _dressed(raw: bytes, other: bytes) -> Iterator[tuple[str, bytes]]:
    raw = raw[: 4 + int.from_bytes(raw[2:4])]
    filler = cms.CMSAttribute({"type": "1.2.3.4", "values": [core.Any(core.OctetString(b"another name"))]})

    def changed(edit: Callable[[cms.SignedData], None]) -> bytes:
        info = cms.ContentInfo.load(raw)
        edit(info["content"])
        return bytes(info.dump())

    def unsigned(data: cms.SignedData) -> None:
        data["signer_infos"][0]["unsigned_attrs"] = [filler]

    def countersigned(data: cms.SignedData) -> None:
        signer = data["signer_infos"][0].copy()
        data["signer_infos"][0]["unsigned_attrs"] = [{"type": "counter_signature", "values": [signer]}]

    def certificate(data: cms.SignedData) -> None:
        data["certificates"] = [*data["certificates"], cms.CertificateChoices.load(other)]

    def twice(data: cms.SignedData) -> None:
        data["certificates"] = [*data["certificates"], data["certificates"][0].copy()]

    def algorithms(data: cms.SignedData) -> None:
        data["digest_algorithms"] = [*data["digest_algorithms"], {"algorithm": "sha512"}]

    def version(data: cms.SignedData) -> None:
        data["version"] = "v3"

    def revocations(data: cms.SignedData) -> None:
        data["crls"] = [
            cms.RevocationInfoChoice("other", {"other_rev_info_format": "1.2.3.4", "other_rev_info": core.Null()})
        ]

    for edit in (unsigned, countersigned, certificate, twice, algorithms, version, revocations):
        yield f"CMS: {edit.__name__}", changed(edit)
    whose = cms.ContentInfo.load(raw)["content"]["signer_infos"][0]["sid"].dump()
    assert "ς".encode() in whose
    yield "CMS: another sigma in the name", raw.replace(whose, whose.replace("ς".encode(), "σ".encode()))
    yield "CMS: no end told (BER)", b"\x30\x80" + raw[4:] + b"\0\0"
    yield "CMS: a longer length (BER)", b"\x30\x83\0" + raw[2:]
