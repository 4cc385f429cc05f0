"""What becomes of a PIN that was typed: a resident's visit, a technician's, or first a PIN of one's own.

Never: a PIN that outlives its use, but for the letter's, which the card wants once more.
"""

from dataclasses import dataclass, field, replace

from card_reader import Connection, Pin, PivCard, is_transport
from kiosk.desk.guest import Guest
from kiosk.desk.matter import BoothMatter, Offered, offered
from kiosk.desk.visit import Visit
from kiosk.identity import signing_in
from kiosk.identity.signing_in import AskPin, Session, SignInRefused, WrongPinGiven
from kiosk.kernel.booth import Booth
from kiosk.technician import Technician, power
from kiosk.technician import admission as technicians


@dataclass(frozen=True)
class Welcomed:
    """The PIN was right: the session, and what each matter has for its holder."""

    session: Session
    offered: tuple[Offered, ...]


Arrived = Welcomed | Technician


@dataclass(frozen=True)
class ByLetter:
    """Signed in by the PIN of the letter: its holder chooses their own before anything else."""

    arrived: Arrived
    letter: Pin = field(repr=False)

    @property
    def connection(self) -> Connection:
        return _holder(self.arrived).connection

    @property
    def card(self) -> PivCard:
        return _holder(self.arrived).card


def welcome(
    booth: Booth, matters: tuple[BoothMatter, ...], asked: AskPin, pin: Pin
) -> Arrived | ByLetter | WrongPinGiven | SignInRefused:
    """One PIN, used once: wiped on every way out but the letter's. What is raised leaves no card held."""
    try:
        arrived = _arrived(booth, matters, asked, pin)
    except BaseException:
        pin.wipe()
        asked.connection.close()
        raise
    if isinstance(arrived, Welcomed | Technician) and is_transport(pin):
        return ByLetter(arrived, pin)
    pin.wipe()
    return arrived


def visit_of(booth: Booth, arrived: Arrived) -> Guest:
    """The visit of somebody whose PIN was right."""
    if isinstance(arrived, Welcomed):
        return Visit(booth, arrived.session, arrived.offered)
    from kiosk.desk.technician.visit import TechnicianVisit  # `welcome` has loaded it, off the counter's thread

    return TechnicianVisit(booth, arrived)


def with_own_pin(booth: Booth, arrived: Arrived) -> Arrived:
    """The same, its PIN given just now."""
    if isinstance(arrived, Welcomed):
        return Welcomed(replace(arrived.session, pin_at=booth.clock()), arrived.offered)
    return arrived


def close(result: object) -> None:
    """Closes the line to the card of a result that nobody waits for any more."""
    match result:
        case ByLetter():
            result.connection.close()
            result.letter.wipe()
        case AskPin(connection=connection) | Technician(connection=connection):
            connection.close()
        case Welcomed(session=Session(connection=connection)):
            connection.close()
        case _:
            pass


def _arrived(
    booth: Booth, matters: tuple[BoothMatter, ...], asked: AskPin, pin: Pin
) -> Arrived | WrongPinGiven | SignInRefused:
    if signing_in.is_technicians(asked.genuine):
        import kiosk.desk.technician.visit  # noqa: F401  # a tenth of a second that the window must not wait for

        return technicians.admit(booth, asked, pin)
    result = signing_in.unlock(booth, asked, pin)
    if not isinstance(result, Session):
        return result
    power.count_visit(booth)
    return Welcomed(result, offered(matters, booth, result))


def _holder(arrived: Arrived) -> Session | Technician:
    return arrived.session if isinstance(arrived, Welcomed) else arrived
