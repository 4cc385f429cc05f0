"""The signature itself, by pyHanko: an incremental update that leaves the archive's metadata alone.

Heavy to import; only the worker and the tests load it.
"""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, Margins, SimpleBoxLayoutRule
from pyhanko.sign import fields
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.stamp import StaticStampStyle

from printing import seal_form
from printing.archive import FACE
from printing.documents.seal_place import Box


class _ArchiveWriter(IncrementalPdfFileWriter):
    """pyHanko would add itself to Producer and rewrite the XMP, which breaks PDF/A-1b (6.7.3)."""

    def _update_meta(self) -> None:
        return


class _Face(PdfContent):
    """The form that `archive` keeps with the last page, used as the seal's appearance: no second copy of its fonts."""

    def __init__(self, form: Any, box: Box) -> None:
        super().__init__(box=BoxConstraints(width=box.width, height=box.height))
        self._form = form

    def render(self) -> bytes:
        self.resources.xobject["/Face"] = self._form
        return b"/Face Do"


def _form(writer: IncrementalPdfFileWriter) -> Any:
    """Raises KeyError for a file that keeps no face."""
    reference, _ = writer.find_page_for_modification(-1)  # type: ignore[no-untyped-call]
    return reference.get_object()["/Resources"]["/XObject"].raw_get(FACE)


def _style(face: Any, box: Box) -> StaticStampStyle:
    middle = AxisAlignment.ALIGN_MID
    flush = SimpleBoxLayoutRule(x_align=middle, y_align=middle, margins=Margins(0, 0, 0, 0))
    return StaticStampStyle(
        border_width=0, background=_Face(face, box), background_opacity=1.0, background_layout=flush
    )


async def sign(pdf: io.BytesIO, signer: Signer, box: Box, now: datetime, *, field: str, room: int) -> bytes:
    """The bytes of `pdf` with a PAdES B-B certification signature that allows no later change of content.

    `room` is the number of hexadecimal characters kept for the CMS object. ETSI EN 319 142-1.
    Raises KeyError for a file that keeps no face for its seal (`archive`).
    """
    writer = _ArchiveWriter(pdf)
    place = fields.SigFieldSpec(field, on_page=-1, box=(box.x, box.y, box.x + box.width, box.y + box.height))
    metadata = PdfSignatureMetadata(
        field_name=field,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    pdf_signer = PdfSigner(metadata, signer, stamp_style=_style(_form(writer), box), new_field_spec=place)
    session = pdf_signer.init_signing_session(writer)
    session.system_time = now
    prepared = session.prepare_tbs_document(validation_info=None, bytes_reserved=room)
    out = io.BytesIO()
    digest, _ = prepared.digest_tbs_document(output=out)
    attributes = PdfCMSSignedAttributes(signing_time=now)
    signed = await signer.async_sign(digest.document_digest, "sha256", use_pades=True, signed_attr_settings=attributes)
    digest.fill_with_cms(out, seal_form.written(signed["content"], signer.signing_cert))
    return out.getvalue()
