"""The certificates that one resident can have here: their lines in the menu."""

from dataclasses import dataclass
from functools import partial

from kiosk.desk.blocks import House, Row, Told
from kiosk.desk.matter import Script, closed_line
from kiosk.identity.signing_in import Session
from kiosk.kernel.booth import Booth
from kiosk.matters.certificates import service
from kiosk.matters.certificates.conversation import certificate
from municipality.failures import Code
from municipality.matters.certificates.failures import CertificateCode
from municipality.matters.certificates.kinds import AT_THE_OFFICE, KINDS, Kind
from municipality.matters.certificates.kinds import of as kind_of
from municipality.matters.certificates.rules import Refusal, may_issue, subjects

_KEY = "certificates:"
_OFFICE = "certificates:office:"


@dataclass(frozen=True, repr=False)
class Papers:
    booth: Booth
    session: Session

    def badge(self) -> Told | None:
        return None

    def entries(self, why: Code | None) -> tuple[Row, ...]:
        here = tuple(self._entry(kind, why) for kind in KINDS)
        return here + tuple(Row(House(one.title), House(one.note), key=_OFFICE + one.name) for one in AT_THE_OFFICE)

    def open(self, key: str) -> Script | Code | None:
        if any(key == _OFFICE + one.name for one in AT_THE_OFFICE):
            return CertificateCode.CERTIFICATE_AT_THE_OFFICE
        kind = kind_of(key.removeprefix(_KEY)) if key.startswith(_KEY) else None
        if kind is None:
            return None
        if why := self._why_not(kind):
            return why
        # While they read the offer, the press gets ready: that is a second they need not wait for.
        service.expect(self.booth)
        of = subjects(kind, self.session.dossier, self.booth.clock())
        return partial(certificate, kind, self.session.dossier, of, self.session.settings.demo)

    def _entry(self, kind: Kind, why: Code | None) -> Row:
        line = Row(House(kind.title), House(kind.note), key=_KEY + kind.document)
        why = why or self._why_not(kind)
        return closed_line(line, why) if why else line

    def _why_not(self, kind: Kind) -> Code | None:
        """In what capacity they came; whether their data are fresh enough is looked at when it is issued."""
        refusal = may_issue(kind, self.session.dossier, self.booth.clock())
        return CertificateCode.CERTIFICATE_NOT_FOR_YOU if refusal is Refusal.NOT_FOR_YOU else None


def prepare(booth: Booth, session: Session) -> Papers:
    return Papers(booth, session)
