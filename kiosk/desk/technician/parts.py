"""The technician's pages of devices and services: each has a page of three rows: how it is, its test, its switch.

Never: a part without one of the three; where there is no switch its row says why.
"""

from datetime import datetime
from functools import partial

from kiosk.desk.technician.pages import rows_of
from kiosk.desk.technician.views import Row, TechnicianPage, Told
from kiosk.health import Finding, Light, service_names
from kiosk.kernel import closures
from kiosk.kernel.booth import Booth
from kiosk.kernel.expiry import SIGN_IN, Off, Service, Why, needs_of
from kiosk.technician import Did, Technician, did, switches, trials
from kiosk.technician.devices import BY_NOUN, DEVICES, Device, NoSwitch, Setting, Switch, Trial, trial_of
from kiosk.technician.switches import REASONS, Part, Switched
from municipality.failures import Code
from municipality.greek import ATHENS
from municipality.register import FAILURES


def _(message: str) -> str:
    return message


_BY_CODE: dict[Code, str] = {switches.CODES[reason]: name for reason, name in REASONS.items()}
_SEE, _ON, _OFF, _TRY = Told(_("See")), Told(_("Switch on")), Told(_("Switch off")), Told(_("Try it"))
_STATE, _TEST, _SWITCH = Told(_("How it is now")), Told(_("Test")), Told(_("Switch"))
_State = tuple[Told, Told | None, Light]


def devices(booth: Booth) -> TechnicianPage:
    """One row for each, always in the same order: hands look for it in its place."""
    off = _by_hand(booth)
    rows = tuple(_line(one.name, _of_device(one, booth, off), f"device {one.noun}") for one in DEVICES)
    return TechnicianPage("devices", Told(_("Devices")), None, rows)


def services(booth: Booth) -> TechnicianPage:
    """One row for each that residents come for, and signing in before them."""
    off = closures.off_now(booth, closures.paper_fault(booth))
    rows = tuple(
        _line(name, _of_service(off.get(service)), f"service {service}")
        for service, name in service_names(booth).items()
    )
    return TechnicianPage("services", Told(_("Services on and off")), None, rows)


def device(booth: Booth, noun: str) -> TechnicianPage:
    """Raises KeyError for what is none of them."""
    one, off = BY_NOUN[noun], _by_hand(booth)
    test = one.test if isinstance(one.test, str) else f"try:{noun}"
    rows = (*_state_and_test(_of_device(one, booth, off), one.tells, test), _switch(one.switch, booth, off))
    return TechnicianPage("device", Told(one.name), None, rows)


def service(booth: Booth, noun: str) -> TechnicianPage:
    """Raises KeyError for what is no service here."""
    wanted = Service(noun)
    name = service_names(booth)[wanted]
    state = _of_service(closures.off_now(booth, closures.paper_fault(booth)).get(wanted))
    tells = BY_NOUN["reader"].tells if wanted == SIGN_IN else _("What it needs is tried alone, and nothing is kept.")
    off = _by_hand(booth)
    with_it = next((part for part in Part if part in off and getattr(needs_of(booth, wanted), part)), None)
    if with_it is not None and noun not in off:
        text = Told(_("It is off because this is switched off: {what}."), {"what": BY_NOUN[with_it].name})
        switch = Row(_SWITCH, text, key=f"open:device {with_it}", press=_SEE)
    else:
        takes = _("Residents read that it is closed here, and why.")
        switch = _switch(Switch(noun, takes), booth, off)
    return TechnicianPage("service", Told(name), None, (*_state_and_test(state, tells, f"try:{noun}"), switch))


def page_of(booth: Booth, name: str) -> TechnicianPage:
    """Of a service or a device, by what `switches` calls it. Signing in stands with the services."""
    return service(booth, name) if name in service_names(booth) else device(booth, name)


def why(booth: Booth, name: str) -> TechnicianPage:
    """Which sentence residents shall read."""
    rows = tuple(
        Row(
            Told(words),
            Told(FAILURES[switches.CODES[reason]].title),
            key=f"off:{name} {reason.value}",
            press=_OFF,
        )
        for reason, words in REASONS.items()
    )
    return TechnicianPage(
        "why", _called(booth, name), Told(_("Why is it switched off? Residents read the sentence.")), rows
    )


def tried(booth: Booth, technician: Technician, name: str) -> TechnicianPage:
    """Raises CardGone, StoreFull, KeyError for what is neither a service nor a device that is tried here."""
    trial: Trial = partial(trials.service, wanted=Service(name)) if name in service_names(booth) else trial_of(name)
    did(booth, technician.hand, Did.TRIED, name)
    return came_of_it(booth, name, trial(booth, technician))


def came_of_it(booth: Booth, name: str, found: list[Finding]) -> TechnicianPage:
    """What a trial of one part found."""
    again = (Told(_("Once more")), f"try:{name}")
    kind = "service" if name in service_names(booth) else "device"
    said = Told(_("Nothing of it was stored."))
    return TechnicianPage(f"{kind}-tried", _called(booth, name), said, rows_of(found), again)


def _called(booth: Booth, name: str) -> Told:
    """Of a service or a device, without a look at how it is."""
    return Told(service_names(booth).get(Service(name)) or BY_NOUN[name].name)


def _line(name: str, state: _State, page: str) -> Row:
    text, _todo, light = state
    return Row(Told(name), text, None, light, f"open:{page}", _SEE)


def _state_and_test(state: _State, tells: str, press: str) -> tuple[Row, Row]:
    text, todo, light = state
    return Row(_STATE, text, todo, light), Row(_TEST, Told(tells), key=press, press=_TRY)


def _by_hand(booth: Booth) -> dict[str, Switched]:
    return {one.name: one for one in switches.now_off(booth)}


def _of_device(device: Device, booth: Booth, off: dict[str, Switched]) -> _State:
    if isinstance(device.switch, Switch) and (held := off.get(device.switch.name)) is not None:
        return _held(held.since, REASONS[held.reason], FAILURES[switches.CODES[held.reason]].title)
    found = device.look(booth)
    todo = Told(found.condition.todo, found.values) if found.condition.todo else None
    return Told(found.condition.what, found.values), todo, found.light


def _of_service(off: Off | None) -> _State:
    if off is None:
        return Told(_("On")), None, Light.GREEN
    said = FAILURES[off.code].title
    if off.why is Why.BY_HAND and off.since is not None:
        return _held(off.since, _BY_CODE[off.code], said)
    return Told(said), Told(_("Since {since}."), {"since": _when(off.since)}) if off.since else None, Light.RED


def _held(since: datetime, why: str, residents_read: str) -> _State:
    return Told(_("Off since {since}: {why}"), {"since": _when(since), "why": why}), Told(residents_read), Light.AMBER


def _when(moment: datetime) -> str:
    return f"{moment.astimezone(ATHENS):%d/%m %H:%M}"


def _switch(switch: Switch | Setting | NoSwitch, booth: Booth, off: dict[str, Switched]) -> Row:
    match switch:
        case NoSwitch(why):
            return Row(_SWITCH, Told(why))
        case Switch(name, takes):
            key, press = (f"on:{name}", _ON) if name in off else (f"why:{name}", _OFF)
            return Row(_SWITCH, Told(takes), key=key, press=press)
        case Setting(takes=takes) if booth.config is not None:
            to, press = (switch.on, _ON) if switch.is_off(booth.settings) else (switch.off, _OFF)
            return Row(_SWITCH, Told(takes), key=f"value:{switch.key}={to}", press=press)
        case Setting():
            return Row(_SWITCH, Told(_("This booth was started without a settings file.")))
