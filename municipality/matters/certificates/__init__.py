"""Certificates: papers of the town hall under the booth's own numbers, sealed and printed here."""

from municipality.matter import CENTRE_ONLY, Act, Carried, Category, Matter, Needs
from municipality.matters.certificates.failures import CLOSED, FAILURES
from municipality.matters.certificates.keeps import KEEPS, CertificateThing
from municipality.matters.certificates.messages import PAPER_ACT, CertificateAct
from municipality.matters.certificates.refusals import REFUSALS
from municipality.retention import HouseThing


def _(message: str) -> str:
    return message


MATTER = Matter(
    "certificates",
    title=_("Certificates"),
    closed=CLOSED,
    category=Category.DOCUMENTS,
    needs=Needs(printer=True),
    acts=(
        Act(
            PAPER_ACT,
            _("Certificate"),
            CertificateAct,
            Carried(
                "residents: card number, which certificate, when and where",
                CENTRE_ONLY,
                (HouseThing.OUTBOX, HouseThing.ENVELOPES, CertificateThing.CERTIFICATES),
            ),
        ),
    ),
    failures=FAILURES,
    refusals=REFUSALS,
    keeps=KEEPS,
)
