"""One device or one service tried on its own: what a resident's visit asks of it, done by nobody and not kept.

Each trial is given the booth and the technician whose card is in, and says what it found; none of them changes a thing.
"""

import time
from collections.abc import Callable
from functools import partial

from kiosk import health
from kiosk.devices.sound import ProgramSound, Sound, machine_sound
from kiosk.devices.tones import Tone, tone
from kiosk.health import Finding, Light, found
from kiosk.kernel.booth import Booth
from kiosk.kernel.expiry import SIGN_IN, Service, needs_of, services
from kiosk.technician import rehearsal
from kiosk.technician.admission import Technician
from municipality.greek import ATHENS

Clock = Callable[[], float]
_TONE_SECONDS = 6.0


def service(booth: Booth, technician: Technician, wanted: Service, *, clock: Clock = time.monotonic) -> list[Finding]:
    """Signing in: the card. A matter: its own trials, the parts that it needs, and storing, without which there is no
    act. Raises CardGone, ValueError for what is no service here."""
    if wanted not in services(booth):
        raise ValueError("no such service at this booth")
    if wanted == SIGN_IN:
        return reader(booth, technician)
    own = [partial(trial, clock) for one in booth.matters if one.matter.noun == wanted for trial in one.trials]
    paper = [press, printer] if needs_of(booth, wanted).printer else []
    return [*(trial() for trial in own), *(look(booth) for look in paper), rehearsal.storing(booth, clock)]


def reader(booth: Booth, technician: Technician) -> list[Finding]:
    """The technician's own card, which is in it. Raises CardGone."""
    return [health.check_reader(booth.reader), rehearsal.card(technician)]


def sound(booth: Booth, _technician: Technician, *, way_out: Callable[[], Sound] = machine_sound) -> list[Finding]:
    """A tone, as loud as speech is."""
    looked = health.check_sound(booth.settings.sound)
    if looked.light is not Light.GREEN:
        return [looked]
    out = way_out()
    playing = out.start(tone(Tone.CARD, booth.settings.sound.volume))
    ended = playing.wait(_TONE_SECONDS)
    playing.stop()
    fell = isinstance(out, ProgramSound) and out.failures
    return [found("sound.played" if ended and not fell else "sound.failed")]


def keypad(_booth: Booth, _technician: Technician) -> list[Finding]:
    return [health.check_keypad()]


def line(booth: Booth, _technician: Technician) -> list[Finding]:
    """Says hello; nothing goes and nothing comes."""
    return [health.check_centre_of(booth)]


def disk(booth: Booth, _technician: Technician) -> list[Finding]:
    return [health.disk_of(booth), health.check_database(booth.settings), rehearsal.storing(booth)]


def clock(booth: Booth, _technician: Technician) -> list[Finding]:
    return [health.clock_of(booth)]


def keys(booth: Booth, _technician: Technician) -> list[Finding]:
    """The seal makes a page of nobody."""
    settings = booth.settings
    return [health.check_keys(settings.keys, settings.store, booth.raw_clock()), press(booth)]


def press(booth: Booth) -> Finding:
    return health.check_press(booth.press, booth.clock().astimezone(ATHENS))


def printer(booth: Booth) -> Finding:
    return health.check_printer(booth.printer)
