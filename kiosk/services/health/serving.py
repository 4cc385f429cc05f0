"""What residents can and cannot do here now, and where the touch screen answers. The first thing a technician reads."""

from datetime import datetime

from kiosk.services import by_hand, closures
from kiosk.services.booth import Booth
from kiosk.services.expiry import Service
from kiosk.services.health.conditions import Finding, found
from kiosk.store import facts
from municipality.failures import ALL, Code
from municipality.greek import ATHENS


def _(message: str) -> str:
    return message


SERVICE_NAMES = {
    Service.SIGN_IN: _("Signing in with the card"),
    Service.VOTE: _("Votes"),
    Service.CERTIFICATE: _("Certificates"),
}
_BY_HAND = set(by_hand.CODES.values())
_ACTS = {Service.VOTE, Service.CERTIFICATE}


def check_services(booth: Booth) -> Finding:
    """The worst of what is closed: what a fault has closed stands before what a technician has."""
    with booth.store.reading() as connection:
        out = facts.moment(connection, facts.OUT_OF_SERVICE)
    if out is not None:
        return found("services.out", since=f"{out.astimezone(ATHENS):%d/%m %H:%M}")
    closed = closures.closed_now(booth, closures.paper_fault(booth))
    faults = {service: code for service, code in closed.items() if code not in _BY_HAND}
    if faults:
        return _of_faults(faults)
    by_a_technician = next(iter(closed), None)
    return (
        found("services.ok")
        if by_a_technician is None
        else found("services.by_hand", what=SERVICE_NAMES[by_a_technician])
    )


def _of_faults(faults: dict[Service, Code]) -> Finding:
    first = next(service for service in Service if service in faults)
    why = ALL[faults[first]].title
    if first is Service.SIGN_IN:
        return found("services.sign_in", why=why)
    if set(faults) == _ACTS and len(set(faults.values())) == 1:
        return found("services.acts", why=why)
    return found(f"services.{first.value}", why=why)


def check_screen(booth: Booth) -> Finding:
    """What the last touch test said."""
    with booth.store.reading() as connection:
        told = (facts.get(connection, facts.TOUCHED) or "").split()
    if not told:
        return found("screen.untried")
    when = f"{datetime.fromisoformat(told[0]).astimezone(ATHENS):%d/%m/%Y}"
    return found("screen.dead", when=when, count=len(told) - 1) if told[1:] else found("screen.ok", when=when)
