"""A card comes in: examined, unlocked by its PIN, and its holder's sealed dossier opened. Outcomes are values.

The order is that of NIST SP 800-73-4 cards as the design fixes it: is it ours, is it genuine, how many tries are left,
and only then the PIN, once. Never a second VERIFY by itself.
"""

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from card_reader import (
    Anchors,
    CardBlocked,
    CardExpired,
    CardFault,
    CardGone,
    CardInUse,
    CardNotYetValid,
    CardRevoked,
    Connection,
    Counterfeit,
    Examination,
    Genuine,
    NotACitizenCard,
    NotOurs,
    Pin,
    PinBlocked,
    PivCard,
    ReadError,
    RevocationListMissing,
    RevocationListTooOld,
    Slot,
    Verified,
    WrongPin,
    demand_presence,
    examine,
)
from kiosk.identity import lost_card
from kiosk.identity.news import News, read_news
from kiosk.kernel import by_hand, public_matter, timekeeping
from kiosk.kernel.booth import CENTRE, Booth
from kiosk.kernel.expiry import SIGN_IN
from kiosk.kernel.hand import Hand, opener_of
from kiosk.store import facts
from municipality.failures import BoothCode, Code
from municipality.matter import F, Section
from municipality.messages import DOSSIER_TYPE, Dossier, ItemKind, MessageRefused, Settings
from municipality.staff import TECHNICIAN_ROLE
from sync import NotSigned, SealBroken, inbox, open_sealed, verify_matter

# What is found of a card by the time of day, and by nothing else.
_BY_DATE = CardExpired | CardNotYetValid | RevocationListMissing | RevocationListTooOld


@dataclass(frozen=True)
class SignInRefused:
    """The visit cannot go on; the code says why. The connection is already closed."""

    code: Code


@dataclass(frozen=True)
class AskPin:
    """The card is ours and genuine; the PIN is to be asked."""

    connection: Connection
    card: PivCard = field(repr=False)
    genuine: Genuine
    tries_left: int
    settings: Settings


@dataclass(frozen=True)
class WrongPinGiven:
    """The PIN was wrong; the same card may try again."""

    tries_left: int


@dataclass(frozen=True, repr=False)
class Session:
    """A resident at the booth: an unlocked card, held exclusively, and what its dossier says. `news`: what the matters
    tell them besides; None while that has not come to this booth."""

    connection: Connection
    card: PivCard
    genuine: Genuine
    dossier: Dossier
    settings: Settings
    pin_at: datetime
    news: News | None = None

    def section(self, which: Section[F]) -> F | None:
        """What a matter tells them; None while it has not come to this booth."""
        return None if self.news is None else self.news.read(which)

    @property
    def hand(self) -> Hand:
        """Proves what they do."""
        return Hand(self.card, self.genuine, self.dossier.resident, self.pin_at)


@dataclass(frozen=True)
class PinTooOld:
    """Before this act the PIN must be asked again; nothing was done."""


def begin(booth: Booth) -> AskPin | SignInRefused:
    """Connects to the card in the reader and examines it. No PIN is spent here, whatever happens."""
    with booth.store.reading() as connection:
        town = public_matter.settings(booth, connection)
        crl = public_matter.revocations(booth, connection)
        out = facts.moment(connection, facts.OUT_OF_SERVICE) or by_hand.held_off(connection, SIGN_IN)
        believed = timekeeping.believed(booth, connection)
    if town is None or crl is None:
        return SignInRefused(BoothCode.BOOTH_EMPTY)
    try:
        line = booth.reader.connect()
    except CardInUse:
        return SignInRefused(BoothCode.CARD_IN_USE)
    except CardGone:
        return SignInRefused(BoothCode.CARD_GONE)
    card = PivCard(line)
    try:
        found = _judged(booth, card, town, crl, believed)
    except CardGone:
        found = BoothCode.CARD_GONE
    except CardFault:
        found = BoothCode.CARD_READ_ERROR
    except BaseException:
        line.close()  # held exclusively: whoever comes next could not be served
        raise
    if isinstance(found, Genuine) and out and not is_technicians(found):
        found = BoothCode.OUT_OF_SERVICE
    if isinstance(found, Code):
        line.close()
        return SignInRefused(found)
    return AskPin(line, card, found, found.tries_left, town)


def _judged(booth: Booth, card: PivCard, town: Settings, crl: bytes, believed: datetime | None) -> Genuine | Code:
    """`believed`: while the clock is in doubt, what it should say. Raises CardGone, CardFault."""
    grace = timedelta(hours=town.crl_grace_hours)
    anchors = Anchors(booth.anchors.roots, booth.anchors.authorities, crl, grace=grace)
    found = _examined(card, anchors, booth.clock())
    if believed is not None and not isinstance(found, Genuine):
        # By a clock that nobody believes no card is too old or too new. Whoever puts it right must come in.
        found = _examined(card, anchors, believed)
        if isinstance(found, _BY_DATE) or (isinstance(found, Genuine) and not is_technicians(found)):
            return BoothCode.CLOCK_IN_DOUBT
    if isinstance(found, Genuine):
        return BoothCode.CARD_REPORTED_LOST if lost_card.is_blocked(booth, found.number) else found
    code = _refusal(found)
    return BoothCode.CARD_SUSPENDED if code is BoothCode.CARD_REVOKED and _on_hold(card, crl) else code


def _examined(card: PivCard, anchors: Anchors, at: datetime) -> Examination:
    found = examine(card, anchors, at)
    if isinstance(found, RevocationListTooOld):
        # A technician brings the next list: theirs is judged by the last one, however old it is.
        by_the_last = examine(card, replace(anchors, grace=timedelta(days=3650)), at)
        found = by_the_last if isinstance(by_the_last, Genuine) and is_technicians(by_the_last) else found
    return found


def is_technicians(genuine: Genuine) -> bool:
    """Whether the card's certificate names the technician's role; a visit of theirs has no dossier."""
    return TECHNICIAN_ROLE in genuine.roles


def _refusal(found: Examination) -> Code:
    match found:
        case NotACitizenCard():
            return BoothCode.CARD_FOREIGN
        case CardExpired():
            return BoothCode.CARD_EXPIRED
        case CardNotYetValid():
            return BoothCode.CARD_NOT_YET_VALID
        case CardRevoked():
            return BoothCode.CARD_REVOKED
        case RevocationListMissing() | RevocationListTooOld():
            return BoothCode.REVOCATIONS_TOO_OLD
        case Counterfeit():
            return BoothCode.CARD_COUNTERFEIT
        case CardBlocked():
            return BoothCode.CARD_BLOCKED
        case NotOurs():
            return BoothCode.CARD_NOT_OURS
        case ReadError():
            return BoothCode.CARD_READ_ERROR
        case Genuine():
            raise AssertionError("a genuine card is not refused")


def _on_hold(card: PivCard, crl: bytes) -> bool:
    """Whether the list says of a revoked card that it may come back: RFC 5280, 5.3.1, certificateHold."""
    certificate = card.certificate(Slot.AUTHENTICATION)
    listed = certificate and x509.load_der_x509_crl(crl).get_revoked_certificate_by_serial_number(
        certificate.serial_number
    )
    if not listed:
        return False
    try:
        reason = listed.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except (x509.ExtensionNotFound, ValueError):
        return False
    return reason is x509.ReasonFlags.certificate_hold


def unlock(booth: Booth, asked: AskPin, pin: Pin) -> Session | WrongPinGiven | SignInRefused:
    """VERIFY once, prove the card's presence with a fresh challenge, open its dossier."""
    try:
        match asked.card.verify(pin):
            case WrongPin(left=left) if left > 0:
                return WrongPinGiven(left)
            case WrongPin() | PinBlocked():
                asked.connection.close()
                return SignInRefused(BoothCode.CARD_BLOCKED)
            case Verified():
                pass
        if not demand_presence(asked.card, asked.genuine, booth=booth.id, session=secrets.token_hex(16)):
            asked.connection.close()
            return SignInRefused(BoothCode.CARD_COUNTERFEIT)
        opened = _open_dossier(booth, asked)
    except CardGone:
        asked.connection.close()
        return SignInRefused(BoothCode.CARD_GONE)
    except CardFault:
        asked.connection.close()
        return SignInRefused(BoothCode.CARD_READ_ERROR)
    if isinstance(opened, Code):
        asked.connection.close()
        return SignInRefused(opened)
    dossier, news = opened
    return Session(asked.connection, asked.card, asked.genuine, dossier, asked.settings, booth.clock(), news)


def confirm_pin(booth: Booth, session: Session, pin: Pin) -> Session | WrongPinGiven | SignInRefused:
    """The PIN once more, before an act, because the first is more than a minute old."""
    try:
        match session.card.verify(pin):
            case WrongPin(left=left) if left > 0:
                return WrongPinGiven(left)
            case Verified():
                return replace(session, pin_at=booth.clock())
            case _:
                session.connection.close()
                return SignInRefused(BoothCode.CARD_BLOCKED)
    except CardGone:
        return SignInRefused(BoothCode.CARD_GONE)
    except CardFault:
        session.connection.close()
        return SignInRefused(BoothCode.CARD_READ_ERROR)


def _read_dossier(token: str, keys: dict[str, ec.EllipticCurvePublicKey]) -> Dossier:
    """In today's form or in the one of before. Raises NotSigned, MessageRefused."""
    try:
        return Dossier.unpack(verify_matter(token, keys, typ=DOSSIER_TYPE))
    except NotSigned:
        return Dossier.read(verify_matter(token, keys, typ=ItemKind.DOSSIER.value))


def _open_dossier(booth: Booth, asked: AskPin) -> tuple[Dossier, News | None] | Code:
    number = asked.genuine.number
    with booth.store.reading() as connection:
        item = inbox.get(connection, ItemKind.DOSSIER, number)
        sections = inbox.get(connection, ItemKind.SECTIONS, number)
    if item is None:
        return BoothCode.DOSSIER_MISSING
    try:
        token = open_sealed(item.body, opener_of(asked.card, asked.genuine), kid=number).decode("ascii").rstrip(" ")
        dossier = _read_dossier(token, {CENTRE: booth.anchors.centre_signing})
    except (SealBroken, NotSigned, MessageRefused, UnicodeDecodeError):
        return BoothCode.DOSSIER_BROKEN
    if dossier.card != number or dossier.municipality != booth.settings.municipality.id:
        return BoothCode.DOSSIER_BROKEN
    if booth.clock() >= dossier.expires_at:
        return BoothCode.DOSSIER_TOO_OLD
    return dossier, read_news(booth, dossier, sections)
