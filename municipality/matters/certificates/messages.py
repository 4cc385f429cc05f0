"""What travels of a certificate: that it was issued or is void, never what it says."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, SerializerFunctionWrapHandler, model_serializer

from municipality.matters.certificates.kinds import of as kind_of
from municipality.messages import Digest, Message

PAPER_ACT: Final = "certificates.paper"
VOID_ACT: Final = "certificates.void"


def _known(document: str) -> str:
    """Raises ValueError for a kind of certificate that there is not."""
    if kind_of(document) is None:
        raise ValueError("no kind of certificate")
    return document


class CertificateFate(StrEnum):
    """How the paper ended. An issued number is never used again; what may not have come out whole is void."""

    ISSUED = "issued"
    VOID = "void"


Document = Annotated[str, AfterValidator(_known)]


class CertificateAct(Message):
    """A certificate was sealed for whose card proves it: under which number and code, from data of which day.

    `digest`: SHA-256 of the sealed file. The act's own instant is the paper's. `about`: entry in their share of whom it
    speaks, where that is somebody else (version 2); a paper of one's own is version 1, as ever.
    """

    kind: Literal["certificates.paper"] = "certificates.paper"
    version: Literal[1, 2] = 1
    number: str
    code: str
    document: Document
    as_of: date
    digest: Digest
    about: int | None = Field(default=None, ge=1)

    @model_serializer(mode="wrap")
    def _as_its_version(self, whole: SerializerFunctionWrapHandler) -> dict[str, object]:
        plain: dict[str, object] = whole(self)
        if self.version == 1:
            del plain["about"]
        return plain

    def model_post_init(self, _context: object) -> None:
        if (self.version == 2) != (self.about is not None):
            raise ValueError("version: who else it speaks of is version 2's")


class VoidAct(Message):
    """The paper of this number does not count: it may not have come out whole. All that a booth keeps of one."""

    kind: Literal["certificates.void"] = "certificates.void"
    version: Literal[1] = 1
    number: str
    document: Document
    digest: Digest
