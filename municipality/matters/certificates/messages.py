"""What travels of a certificate: that it was issued or is void, never what it says."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

from municipality.matters.certificates.kinds import of as kind_of
from municipality.messages import Message, Moment

PAPER_ACT: Final = "certificates.paper"


def _known(document: str) -> str:
    """Raises ValueError for a kind of certificate that there is not."""
    if kind_of(document) is None:
        raise ValueError("no kind of certificate")
    return document


class CertificateFate(StrEnum):
    """How the paper ended. An issued number is never used again; what may not have come out whole is void."""

    ISSUED = "issued"
    VOID = "void"


class CertificateAct(Message):
    """Body of a certificate's envelope: what was sealed under which number, for whom (by card)."""

    kind: Literal["certificates.paper"] = "certificates.paper"
    version: Literal[1] = 1
    number: str
    code: str
    document: Annotated[str, AfterValidator(_known)]
    card: str
    booth: str
    issued_at: Moment
    as_of: date
    digest: str = Field(pattern=r"^[0-9a-f]{64}$")
    fate: CertificateFate = CertificateFate.ISSUED
