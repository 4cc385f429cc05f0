"""Certificates: a number of the booth's own range, a sealed page, one transaction, and a print job that never lies.

A number is given once. What may not have come out whole is void, here and at the centre, and never printed again.
"""

import hashlib
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from card_reader import CardFault, CardGone
from kiosk.identity.signing_in import PinTooOld, Session
from kiosk.kernel import acts, expiry, printer
from kiosk.kernel.activity import Activity
from kiosk.kernel.booth import Booth
from kiosk.matters.certificates.papers import certificate
from kiosk.store import Connection, StoreFull, certificates, journal
from municipality.failures import BoothCode, Code
from municipality.greek import ATHENS
from municipality.log_lines import event
from municipality.matters.certificates import MATTER
from municipality.matters.certificates.failures import CertificateCode
from municipality.matters.certificates.kinds import Kind
from municipality.matters.certificates.messages import CertificateAct, VoidAct
from municipality.matters.certificates.rules import (
    CODE_LENGTH,
    OWN,
    NumberRange,
    Refusal,
    may_issue,
    subject,
    verification_code,
)
from municipality.residents import FamilyMember
from printing import NotPrinted, NotReady, PressFailed, Printed, Unknown

_LOG = logging.getLogger(__name__)
# How long a printer may take with the resident waiting (paper out, cover open) before the number is void.
PRINT_WAIT_SECONDS = 45
SERVICE = expiry.Service(MATTER.noun)
_REFUSALS: Mapping[Refusal, Code] = {
    Refusal.NOT_FOR_YOU: CertificateCode.CERTIFICATE_NOT_FOR_YOU,
    Refusal.NOT_OF_THEM: CertificateCode.CERTIFICATE_NOT_FOR_YOU,
    Refusal.FACT_MISSING: CertificateCode.CERTIFICATE_FACT_MISSING,
    Refusal.DOSSIER_TOO_OLD: BoothCode.DOSSIER_TOO_OLD,
    Refusal.CLOCK_IN_DOUBT: BoothCode.CLOCK_IN_DOUBT,
}


@dataclass(frozen=True)
class Sealed:
    """Issued under its number and stored; not yet on paper. `code` and `pdf` are kept nowhere but here."""

    issued: certificates.Issued
    code: str = field(repr=False)
    check_url: str = field(repr=False)
    pdf: bytes = field(repr=False)

    @property
    def number(self) -> str:
        return self.issued.number


@dataclass(frozen=True)
class OnPaper:
    """The paper came out whole."""


@dataclass(frozen=True)
class NotIssued:
    """Nothing was stored and no number was spent."""

    code: Code


@dataclass(frozen=True)
class Void:
    """The paper may not have come out whole: its number does not count, here and at the centre."""

    code: Code


def expect(booth: Booth) -> None:
    """Somebody reads what a certificate would say: the press gets ready meanwhile. Waits for nothing."""
    booth.press.warm_up()


def clear_away(booth: Booth) -> None:
    """A visit is over: what the press has drawn leaves the memory with its process. Waits for nothing."""
    booth.press.rest()


def issue(
    booth: Booth, session: Session, kind: Kind, progress: Callable[[Activity], None], *, about: int | None = OWN
) -> Sealed | NotIssued | PinTooOld:
    """Seals a certificate of this kind for the resident whose card is in. `about`: of whom, by their entry in the
    share. The printer is asked first."""
    now = booth.clock()
    if acts.pin_too_old(booth, CertificateAct, session.hand, now):
        return PinTooOld()
    if refusal := may_issue(kind, session.dossier, now, about):
        return NotIssued(_REFUSALS[refusal])
    if problem := expiry.no_new_act(booth, SERVICE):
        return NotIssued(problem)
    # Before a number is spent: a paper that cannot come out should not be void, but not begun.
    if isinstance(printer.ready(booth.printer), NotReady):
        return NotIssued(BoothCode.PRINTER_NOT_READY)
    try:
        progress(Activity.MAKING_PAPER)
        booth.press.warm_up()
        # The page is made inside the transaction that takes its number: a cut in between gives the number back.
        with booth.store.writing() as connection:
            member = subject(kind, session.dossier, now, about)
            assert member is not None  # the rules said so
            sealed = _sealed(booth, session, kind, member, connection, now)
            progress(Activity.STORING)
        progress(Activity.STORED)
        return sealed
    except PressFailed as failure:
        return NotIssued(_not_made(failure))
    except (CardGone, CardFault):  # without the card's word there is no paper
        return NotIssued(CertificateCode.CERTIFICATE_NOT_MADE)
    except StoreFull:
        return NotIssued(BoothCode.STORE_FULL)


def _not_made(failure: PressFailed) -> Code:
    """Which field of the paper it was, and never what it says, is told to whoever looks after the booth."""
    if failure.why != "letters":
        return CertificateCode.CERTIFICATE_NOT_MADE
    event(_LOG, logging.WARNING, "paper", state="not-made", reason="letters", what=failure.detail)
    return CertificateCode.LETTER_NOT_PRINTABLE


def _sealed(
    booth: Booth, session: Session, kind: Kind, member: FamilyMember, connection: Connection, now: datetime
) -> Sealed:
    year = now.astimezone(ATHENS).year
    serial = certificates.next_serial(connection, year)
    number = NumberRange(booth.settings.booth.number_prefix).number(year, serial)
    code = verification_code(secrets.token_bytes(CODE_LENGTH * 5 // 8))
    check_url = f"{session.settings.public_url}/v/{code}"
    pdf = booth.press.make(certificate(booth, session, kind, member, number, code, check_url, now))
    digest = hashlib.sha256(pdf).hexdigest()
    issued = certificates.Issued(number, year, serial, kind.document, digest, now.replace(microsecond=0))
    certificates.insert_sealed(connection, issued)
    journal.note(connection, journal.What.CERTIFICATE_ISSUED, now, number)
    # From here on what leads to a person lies in the sealed act alone: the booth cannot read it back.
    own = member.entry == session.dossier.person.entry
    act = CertificateAct(
        version=1 if own else 2,
        number=number,
        code=code,
        document=kind.document,
        as_of=session.dossier.family.as_of,
        digest=digest,
        about=None if own else member.entry,
    )
    acts.queue(booth, connection, act, by=session.hand, at=now)
    return Sealed(issued, code, check_url, pdf)


def print_out(booth: Booth, sealed: Sealed, progress: Callable[[Activity], None]) -> OnPaper | Void:
    """Prints a sealed certificate once, with the resident waiting. Never tries a second time."""
    progress(Activity.PRINTING)
    outcome = printer.put_out(booth.printer, sealed.pdf, wait_seconds=PRINT_WAIT_SECONDS)
    now = booth.clock()
    try:
        with booth.store.writing() as connection:
            match outcome:
                case Printed():
                    certificates.set_fate(connection, sealed.number, certificates.Fate.PRINTED)
                    journal.note(connection, journal.What.CERTIFICATE_PRINTED, now, sealed.number)
                case NotPrinted(why) | Unknown(why):
                    _void(booth, connection, sealed.issued, now, why)
    except StoreFull:
        return Void(CertificateCode.PAPER_NOT_SURE)  # its fate is still open, and the next start makes that void
    match outcome:
        case Printed():
            return OnPaper()
        case NotPrinted():
            return Void(CertificateCode.PAPER_NOT_PRINTED)
        case Unknown():
            return Void(CertificateCode.PAPER_NOT_SURE)


def resolve_after_restart(booth: Booth) -> list[str]:
    """Certificates that a power cut left between seal and paper: nobody can say what came out, so they are void."""
    now = booth.clock()
    with booth.store.writing() as connection:
        left = certificates.with_fate(connection, certificates.Fate.SEALED)
        for issued in left:
            _void(booth, connection, issued, now, "restarted")
    return [issued.number for issued in left]


def _void(booth: Booth, connection: Connection, issued: certificates.Issued, now: datetime, why: str) -> None:
    certificates.set_fate(connection, issued.number, certificates.Fate.VOID)
    journal.note(connection, journal.What.CERTIFICATE_VOID, now, f"{issued.number} {why}")
    void = VoidAct(number=issued.number, document=issued.document, digest=issued.digest)
    acts.queue(booth, connection, void, at=now)
