"""From the offer of a certificate to the sheet in the tray."""

from dataclasses import dataclass
from typing import ClassVar

from kiosk.flows.actions import Action, Back, Next
from kiosk.flows.matter import Errand, Way, closed_line
from kiosk.flows.technician_views import Told
from kiosk.flows.views import CertificateDone, CertificateOffer, Entry, Problem, View, Working
from kiosk.flows.work import Job, Lane, Progress, shown, telling
from kiosk.matters.certificates import service
from kiosk.matters.certificates.papers import ordered
from kiosk.services.activity import Activity
from kiosk.services.booth import Booth
from kiosk.services.signing_in import PinTooOld, Session
from municipality.certificates import Standing
from municipality.failures import Code
from municipality.messages import Words

_ACTIVITIES = (Activity.MAKING_PAPER, Activity.PRINTING)
_FAMILY_STATUS = Entry(
    "family_status",
    Words(el="Πιστοποιητικό οικογενειακής κατάστασης", en="Certificate of family status"),
    Words(
        el="Για εσάς και την οικογενειακή σας μερίδα. Τυπώνεται εδώ.",
        en="For you and your family record. Printed here.",
    ),
)


@dataclass(frozen=True)
class Finished:
    """How a certificate ended: sealed, and then on paper or void."""

    number: str
    code: str
    check_url: str
    outcome: service.OnPaper | service.Void


@dataclass(frozen=True, repr=False)
class Issuing:
    """One certificate of the resident whose card is in."""

    not_begun: ClassVar[Code] = Code.CERTIFICATE_NOT_MADE
    not_sure: ClassVar[Code] = Code.BOOTH_FAULT

    booth: Booth
    offer: CertificateOffer

    def view(self) -> CertificateOffer:
        return self.offer

    def act(self, action: Action) -> Way:
        match action:
            case Next():
                return Way.ON
            case Back():
                return Way.OUT
        return Way.HERE

    def start(self, session: Session) -> tuple[Working, Job]:
        booth = self.booth
        return shown(_ACTIVITIES, Activity.MAKING_PAPER), (
            Lane.PRINTER,
            lambda progress: issue(booth, session, progress),
        )

    def finished(self, result: object, *, card_out: bool) -> View | None:
        match result:
            case Finished(number, code, check_url, service.OnPaper()):
                return CertificateDone(number, code, check_url, card_out=card_out)
            case Finished(outcome=service.Void(why)) | service.NotIssued(why):
                return Problem(why)
        return None


@dataclass(frozen=True, repr=False)
class Papers:
    """The certificates that this resident can have here."""

    booth: Booth
    session: Session

    def badge(self) -> Told | None:
        return None

    def entries(self, why: Code | None) -> tuple[Entry, ...]:
        return (closed_line(_FAMILY_STATUS, why) if why else _FAMILY_STATUS,)

    def open(self, key: str) -> Errand | Code | None:
        if key != _FAMILY_STATUS.key:
            return None
        # While they read the offer, the press gets ready: that is a second they need not wait for.
        service.expect(self.booth)
        return Issuing(self.booth, offer(self.session))


def prepare(booth: Booth, session: Session) -> Papers:
    return Papers(booth, session)


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


def issue(booth: Booth, session: Session, progress: Progress) -> Finished | service.NotIssued | PinTooOld:
    """The work of «issue»: seal, store, print."""
    tell = telling(_ACTIVITIES, progress)
    sealed = service.issue(booth, session, tell)
    if not isinstance(sealed, service.Sealed):
        return sealed
    return Finished(sealed.number, sealed.code, sealed.check_url, service.print_out(booth, sealed, tell))
