"""What residents can and cannot do here now, and where the touch screen answers. The first thing a technician reads."""

from datetime import datetime

from kiosk.kernel import by_hand, closures
from kiosk.kernel.booth import Booth
from kiosk.kernel.conditions import Finding, found
from kiosk.kernel.expiry import SIGN_IN, Service
from kiosk.kernel.matter import serving
from kiosk.store import facts
from municipality.failures import Code
from municipality.greek import ATHENS
from municipality.register import FAILURES


def _(message: str) -> str:
    return message


_BY_HAND = set(by_hand.CODES.values())


def service_names(booth: Booth) -> dict[Service, str]:
    """What each service is called before a technician (message ids)."""
    titles = {Service(matter.noun): matter.title for matter in serving(booth)}
    return {SIGN_IN: _("Signing in with the card"), **titles}


def check_services(booth: Booth) -> Finding:
    """The worst of what is closed: what a fault has closed stands before what a technician has."""
    with booth.store.reading() as connection:
        out = facts.moment(connection, facts.OUT_OF_SERVICE)
    if out is not None:
        return found("services.out", since=f"{out.astimezone(ATHENS):%d/%m %H:%M}")
    closed = closures.closed_now(booth, closures.paper_fault(booth))
    faults = {service: code for service, code in closed.items() if code not in _BY_HAND}
    names = service_names(booth)
    if SIGN_IN in faults:
        return found("services.sign_in", why=FAILURES[faults[SIGN_IN]].title)
    if faults:
        # One finding for all of them: metrics have one line for each condition.
        what = tuple(name for service, name in names.items() if service in faults)
        return found("services.closed", what=what, why=_reasons(faults))
    by_a_technician = tuple(name for service, name in names.items() if service in closed)
    return found("services.by_hand", what=by_a_technician) if by_a_technician else found("services.ok")


def _reasons(faults: dict[Service, Code]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(FAILURES[code].title for code in faults.values()))


def check_screen(booth: Booth) -> Finding:
    """What the last touch test said."""
    with booth.store.reading() as connection:
        told = (facts.get(connection, facts.TOUCHED) or "").split()
    if not told:
        return found("screen.untried")
    when = f"{datetime.fromisoformat(told[0]).astimezone(ATHENS):%d/%m/%Y}"
    return found("screen.dead", when=when, count=len(told) - 1) if told[1:] else found("screen.ok", when=when)
