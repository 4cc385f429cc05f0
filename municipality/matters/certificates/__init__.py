"""Certificates: papers of the town hall under the booth's own numbers, sealed and printed here."""

from municipality.matter import CENTRE_ONLY, Act, Carried, Category, Matter, Needs
from municipality.matters.certificates.failures import CLOSED, FAILURES
from municipality.matters.certificates.keeps import KEEPS, CertificateThing
from municipality.matters.certificates.messages import PAPER_ACT, VOID_ACT, CertificateAct, VoidAct
from municipality.matters.certificates.refusals import REFUSALS
from municipality.proof import PinAge, Proof
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
                "residents: card number, which certificate, of whom in the family, when and where",
                CENTRE_ONLY,
                (HouseThing.OUTBOX, HouseThing.ENVELOPES, CertificateThing.CERTIFICATES),
            ),
            proof=Proof.CARD,
            pin=PinAge.FRESH,
        ),
        Act(
            VOID_ACT,
            _("Certificate that does not count"),
            VoidAct,
            Carried(
                "nobody: the number of a certificate, which one, its digest",
                CENTRE_ONLY,
                (HouseThing.OUTBOX, HouseThing.ENVELOPES, CertificateThing.CERTIFICATES),
            ),
            # A sheet that got stuck, a cut: the resident may have gone, and nothing here says any more whose it was.
            proof=Proof.BOOTH,
        ),
    ),
    failures=FAILURES,
    refusals=REFUSALS,
    keeps=KEEPS,
)
