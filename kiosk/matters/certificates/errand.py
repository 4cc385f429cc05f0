"""From the offer of a certificate to the sheet in the tray."""

from dataclasses import dataclass, replace
from typing import ClassVar

from kiosk.desk.actions import Action, Back, Next
from kiosk.desk.guest import Outcome
from kiosk.desk.matter import Errand, Way, closed_line
from kiosk.desk.technician.views import Told
from kiosk.desk.views import CertificateDone, CertificateOffer, Entry, Problem, Working
from kiosk.desk.work import Job, Lane, Progress, shown, telling
from kiosk.identity.signing_in import PinTooOld, Session
from kiosk.kernel.activity import Activity
from kiosk.kernel.booth import Booth
from kiosk.matters.certificates import service
from municipality.failures import BoothCode, Code
from municipality.matters.certificates.failures import CertificateCode
from municipality.matters.certificates.kinds import KINDS, Kind, ordered
from municipality.matters.certificates.kinds import of as kind_of
from municipality.matters.certificates.rules import PaperStanding, Refusal, may_issue

_KEY = "certificates:"
_ACTIVITIES = (Activity.MAKING_PAPER, Activity.PRINTING)


@dataclass(frozen=True, repr=False)
class Finished:
    """How a certificate ended: sealed, and then on paper or void."""

    number: str
    code: str
    check_url: str
    outcome: service.OnPaper | service.Void


@dataclass(frozen=True, repr=False)
class Issuing:
    """One certificate of the resident whose card is in."""

    not_begun: ClassVar[Code] = CertificateCode.CERTIFICATE_NOT_MADE
    not_sure: ClassVar[Code] = BoothCode.BOOTH_FAULT

    booth: Booth
    kind: Kind
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
        booth, kind = self.booth, self.kind
        return shown(_ACTIVITIES, Activity.MAKING_PAPER), (
            Lane.PRINTER,
            lambda progress: issue(booth, session, kind, progress),
        )

    def finished(self, result: object) -> Outcome | None:
        match result:
            case Finished(number, code, check_url, service.OnPaper()):
                done = CertificateDone(number, code, check_url)
                # The sheet is in the tray, whether or not the card is still in.
                return Outcome(done, cardless=replace(done, card_out=True))
            case Finished(outcome=service.Void(why)) | service.NotIssued(why):
                return Outcome(Problem(why))
        return None


@dataclass(frozen=True, repr=False)
class Papers:
    """The certificates that this resident can have here."""

    booth: Booth
    session: Session

    def badge(self) -> Told | None:
        return None

    def entries(self, why: Code | None) -> tuple[Entry, ...]:
        return tuple(self._entry(kind, why) for kind in KINDS)

    def open(self, key: str) -> Errand | Code | None:
        kind = kind_of(key.removeprefix(_KEY)) if key.startswith(_KEY) else None
        if kind is None:
            return None
        if why := self._why_not(kind):
            return why
        # While they read the offer, the press gets ready: that is a second they need not wait for.
        service.expect(self.booth)
        return Issuing(self.booth, kind, offer(self.session, kind))

    def _entry(self, kind: Kind, why: Code | None) -> Entry:
        line, why = Entry(_KEY + kind.document, kind.title, kind.note), why or self._why_not(kind)
        return closed_line(line, why) if why else line

    def _why_not(self, kind: Kind) -> Code | None:
        """In what capacity they came; whether their data are fresh enough is looked at when it is issued."""
        refusal = may_issue(kind, self.session.dossier, self.booth.clock())
        return CertificateCode.CERTIFICATE_NOT_FOR_YOU if refusal is Refusal.NOT_FOR_YOU else None


def prepare(booth: Booth, session: Session) -> Papers:
    return Papers(booth, session)


def offer(session: Session, kind: Kind) -> CertificateOffer:
    """What the paper will say, shown before a number is spent."""
    family = session.dossier.family
    return CertificateOffer(
        title=kind.title,
        share=family.number,
        unit=family.unit,
        as_of=family.as_of,
        facts=kind.rows(session.dossier),
        members=ordered(family) if kind.family else (),
        standing=PaperStanding.MUNICIPAL,
        sample=session.settings.demo,
    )


def issue(booth: Booth, session: Session, kind: Kind, progress: Progress) -> Finished | service.NotIssued | PinTooOld:
    """The work of «issue»: seal, store, print."""
    tell = telling(_ACTIVITIES, progress)
    sealed = service.issue(booth, session, kind, tell)
    if not isinstance(sealed, service.Sealed):
        return sealed
    return Finished(sealed.number, sealed.code, sealed.check_url, service.print_out(booth, sealed, tell))
