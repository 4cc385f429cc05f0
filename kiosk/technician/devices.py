"""The booth's devices, each with how it is looked at, tried and switched off: one table, which the pages walk.

A device without a switch says why it has none. Another device is another line; if services stand on it, another `Part`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from kiosk import health
from kiosk.health import NAMES, Check, Finding
from kiosk.kernel.booth import Booth
from kiosk.kernel.expiry import SIGN_IN
from kiosk.settings import BoothSettings
from kiosk.technician import trials
from kiosk.technician.admission import Technician
from kiosk.technician.switches import Part


def _(message: str) -> str:
    return message


Trial = Callable[[Booth, Technician], list[Finding]]


@dataclass(frozen=True)
class Switch:
    """By hand, with a sentence for residents (kiosk.technician.switches). `takes`: what is closed with it."""

    name: str
    takes: str


@dataclass(frozen=True)
class Setting:
    """By a line of kiosk.toml, from the next start on."""

    key: str
    on: str
    off: str
    takes: str

    def is_off(self, settings: BoothSettings) -> bool:
        table, name = self.key.split(".")
        return bool(getattr(getattr(settings, table), name) == self.off)


@dataclass(frozen=True)
class NoSwitch:
    """What the booth cannot be without, and what to do instead."""

    why: str


@dataclass(frozen=True)
class Device:
    """`check`: the part that it is in `kiosk doctor`. `tells`: a message id, what its test does. `test`: a trial, or
    the press of a technician's page that is a test already."""

    check: Check
    look: Callable[[Booth], Finding]
    tells: str
    test: Trial | str
    switch: Switch | Setting | NoSwitch

    @property
    def noun(self) -> str:
        return self.check.value

    @property
    def name(self) -> str:
        return NAMES[self.check]


DEVICES: tuple[Device, ...] = (
    Device(
        Check.READER,
        lambda booth: health.check_reader(booth.reader),
        _("Your card signs, and opens what was sealed to it."),
        trials.reader,
        Switch(SIGN_IN, _("Residents cannot sign in. Your card still opens these pages.")),
    ),
    Device(
        Check.PRINTER,
        trials.printer,
        _("Prints a page with nobody's data."),
        "test-page:",
        Switch(Part.PRINTER, _("Every service that needs paper is closed with it.")),
    ),
    Device(
        Check.SCREEN,
        health.check_screen,
        _("Five marks come one after the other. What does not answer a finger is skipped with a key."),
        "touch:",
        NoSwitch(_("It cannot be switched off: you would not see these pages. Take the booth out of service instead.")),
    ),
    Device(
        Check.SOUND,
        lambda booth: health.check_sound(booth.settings.sound),
        _("Plays a tone. Listen for it in the headphones and from the loudspeaker."),
        trials.sound,
        Setting("sound.player", "auto", "none", _("Nothing is read aloud: blind residents cannot use this booth.")),
    ),
    Device(
        Check.SCANNER,
        lambda booth: health.check_scanner(booth.scanner),
        _("Waits for any code, and says how many characters came."),
        "scan:",
        NoSwitch(_("It is switched by its kind in the settings: “none” is off.")),
    ),
    Device(
        Check.KEYPAD,
        lambda _booth: health.check_keypad(),
        _("Press the number of this row on the keys, not on the glass. If a page comes, the keys answer."),
        trials.keypad,
        NoSwitch(_("They cannot be switched off: blind residents need them. Pull their cable if a key is stuck.")),
    ),
    Device(
        Check.CENTRE,
        health.check_matter,
        _("Greets the town hall's server. Nothing is sent and nothing is taken."),
        trials.line,
        NoSwitch(_("It cannot be switched off: without it no lost card would be cancelled here.")),
    ),
    Device(
        Check.DISK,
        health.disk_of,
        _("Reads every page of the database, then stores a row and takes it back."),
        trials.disk,
        NoSwitch(
            _("It cannot be switched off: what residents do is stored there. Take the booth out of service instead.")
        ),
    ),
    Device(
        Check.CLOCK,
        health.clock_of,
        _("Compares the clock with what the town hall last said. Compare it with your watch, too."),
        trials.clock,
        NoSwitch(_("It cannot be switched off: every act bears its time.")),
    ),
    Device(
        Check.KEYS,
        lambda booth: health.check_keys(booth.settings.keys, booth.settings.store, booth.raw_clock()),
        _("Seals a page of nobody; it is not kept."),
        trials.keys,
        NoSwitch(_("They cannot be switched off: every act and paper is sealed with them.")),
    ),
)
BY_NOUN = {device.noun: device for device in DEVICES}


def trial_of(noun: str) -> Trial:
    """Raises KeyError for what is no device, or one that is tried by a page of its own."""
    test = BY_NOUN[noun].test
    if isinstance(test, str):
        raise KeyError(noun)
    return test
