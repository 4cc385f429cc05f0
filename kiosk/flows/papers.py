"""From the offer of a certificate to the sheet in the tray."""

from dataclasses import dataclass

from kiosk.flows.views import Activity, CertificateDone, CertificateOffer, Step, Working
from kiosk.flows.work import Progress
from kiosk.services import certificates
from kiosk.services.booth import Booth
from kiosk.services.papers import ordered
from kiosk.services.signing_in import PinTooOld, Session
from municipality.certificates import Standing


@dataclass(frozen=True)
class Finished:
    """How a certificate ended: sealed, and then on paper or void."""

    number: str
    code: str
    check_url: str
    outcome: certificates.OnPaper | certificates.Void

    def view(self) -> CertificateDone:
        return CertificateDone(self.number, self.code, self.check_url)


def offer(session: Session) -> CertificateOffer:
    """What the paper will say, shown before a number is spent."""
    family = session.dossier.family
    return CertificateOffer(
        share=family.number,
        unit=family.unit,
        as_of=family.as_of,
        members=ordered(family),
        standing=Standing.MUNICIPAL,
        sample=session.settings.demo,
    )


def issue(booth: Booth, session: Session, progress: Progress) -> Finished | certificates.NotIssued | PinTooOld:
    """The work of «issue»: seal, store, print."""
    progress(Working(Activity.MAKING_PAPER, Step(1, 2)))
    sealed = certificates.issue(booth, session, lambda _stage: None)
    if not isinstance(sealed, certificates.Sealed):
        return sealed
    progress(Working(Activity.PRINTING, Step(2, 2)))
    outcome = certificates.print_out(booth, sealed, lambda _stage: None)
    return Finished(sealed.number, sealed.code, sealed.check_url, outcome)
