"""Certificates: papers of the town hall under the booth's own numbers, sealed and printed here."""

from municipality.matter import Act, Category, Matter, Needs
from municipality.matters.certificates.refusals import REFUSALS
from municipality.messages import ActKind, CertificateAct
from municipality.retention import Thing


def _(message: str) -> str:
    return message


MATTER = Matter(
    "certificates",
    title=_("Certificates"),
    closed=_("No certificates can be printed here now."),
    category=Category.DOCUMENTS,
    needs=Needs(printer=True),
    acts=(Act(ActKind.CERTIFICATE, CertificateAct, title=_("Certificate")),),
    refusals=REFUSALS,
    keeps=(Thing.CERTIFICATES, Thing.PAPERS),
)
