"""The technician's door: their own card and PIN at the same screen. A resident's card never opens it, nor a gesture.

Two things must both say "technician": the card's certificate, and the list that the town hall signed. Works off line.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509

from card_reader import (
    CardFault,
    CardGone,
    Connection,
    Genuine,
    Pin,
    PinBlocked,
    PivCard,
    Verified,
    WrongPin,
    demand_presence,
)
from kiosk.identity.signing_in import AskPin, SignInRefused, WrongPinGiven, is_technicians
from kiosk.kernel import public_matter, timekeeping
from kiosk.kernel.booth import Booth
from kiosk.kernel.hand import Hand
from kiosk.technician.settings import keep_good_once
from municipality.failures import BoothCode, Code
from municipality.matters.technicians.failures import TechnicianCode


@dataclass(frozen=True, repr=False)
class Technician:
    """A technician at the booth: an unlocked card, held exclusively until they go."""

    connection: Connection
    card: PivCard
    genuine: Genuine
    since: datetime

    @property
    def number(self) -> str:
        return self.genuine.number

    @property
    def hand(self) -> Hand:
        """Proves what they do, on the one PIN of their visit."""
        return Hand(self.card, self.genuine, person="", pin_at=self.since)


def admit(booth: Booth, asked: AskPin, pin: Pin) -> Technician | WrongPinGiven | SignInRefused:
    """VERIFY once, prove the card's presence, and look whether the town hall's list knows it here."""
    try:
        match asked.card.verify(pin):
            case WrongPin(left=left) if left > 0:
                return WrongPinGiven(left)
            case WrongPin() | PinBlocked():
                return _refused(asked, BoothCode.CARD_BLOCKED)
            case Verified():
                pass
        if not demand_presence(asked.card, asked.genuine, booth=booth.id, session=secrets.token_hex(16)):
            return _refused(asked, BoothCode.CARD_COUNTERFEIT)
    except CardGone:
        return _refused(asked, BoothCode.CARD_GONE)
    except CardFault:
        return _refused(asked, BoothCode.CARD_READ_ERROR)
    with booth.store.reading() as connection:
        listed = public_matter.technicians(booth, connection)
    if not is_technicians(asked.genuine):
        return _refused(asked, TechnicianCode.NOT_A_TECHNICIAN)
    if listed is None:
        return _refused(
            asked, BoothCode.BOOTH_EMPTY
        )  # no list has come, or it cannot be read: nobody is found not to be on it
    if not listed.admits(asked.genuine.number, booth.id):
        return _refused(asked, TechnicianCode.NOT_A_TECHNICIAN)
    keep_good_once(booth)
    return Technician(asked.connection, asked.card, asked.genuine, booth.clock())


def no_longer(booth: Booth, technician: Technician) -> Code | None:
    """Why pages that are open must close: the town hall has struck the card off meanwhile, or its time has run out.

    A revocation list that is merely old closes nothing: this technician may be bringing the next.
    """
    certificate = technician.genuine.certificate
    with booth.store.reading() as connection:
        listed = public_matter.technicians(booth, connection)
        der = public_matter.revocations(booth, connection)
        now = timekeeping.believed(booth, connection) or booth.clock()
    # They came in by a list. One that can be read no more strikes nobody off.
    if listed is not None and not listed.admits(technician.number, booth.id):
        return TechnicianCode.NOT_A_TECHNICIAN
    if der and x509.load_der_x509_crl(der).get_revoked_certificate_by_serial_number(certificate.serial_number):
        return BoothCode.CARD_REVOKED
    return BoothCode.CARD_EXPIRED if now > certificate.not_valid_after_utc else None


def _refused(asked: AskPin, code: Code) -> SignInRefused:
    asked.connection.close()
    return SignInRefused(code)
