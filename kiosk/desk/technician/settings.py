"""The technician's settings pages: what stands in kiosk.toml, values to choose or to type, the difference, undo."""

from pathlib import Path
from typing import assert_never

from kiosk.desk.pages import Form
from kiosk.desk.technician.pages import rows_of
from kiosk.desk.technician.views import Row, TechnicianPage, Told, setting
from kiosk.desk.technician.words import machines
from kiosk.health import Light, found
from kiosk.kernel.booth import Booth
from kiosk.kernel.hand import Hand
from kiosk.kernel.upkeep import settings_file
from kiosk.kernel.upkeep.settings_file import ChangedMeanwhile, NotAllowed, Value
from kiosk.settings import SettingsRefused
from kiosk.technician import settings as change


def _(message: str) -> str:
    return message


_NAMES = {
    "screen.idle_seconds": _("Seconds without a touch until a visit closes"),
    "screen.warning_seconds": _("Seconds of warning before that"),
    "screen.fullscreen": _("Full screen"),
    "screen.languages": _("Languages, the booth's own first"),
    "sound.player": _("Sound"),
    "sound.headphones": _("Headphones"),
    "sound.rate": _("Words a minute"),
    "sound.volume": _("Loudness, percent"),
    "sound.tones": _("Tones of keys and warnings"),
    "printer.uri": _("Printer's address"),
    "printer.fingerprint": _("SHA-256 fingerprint of the printer's certificate"),
    "card.name": _("Card reader's name, or a part of it"),
    "scanner.kind": _("Barcode scanner"),
    "scanner.device": _("Barcode scanner's name or path; empty: the first"),
    "scanner.baud": _("Baud rate of the barcode scanner's line"),
    "centre.url": _("Address of the town hall's server"),
    "centre.timeout_seconds": _("Seconds to wait for the town hall"),
}
_VALUES: dict[str, tuple[Value, ...]] = {
    "screen.idle_seconds": (60, 90, 120, 180, 300),
    "screen.warning_seconds": (20, 30, 45, 60),
    "screen.fullscreen": (True, False),
    "screen.languages": (("el", "en"), ("el", "en", "sq"), ("el",)),
    "sound.player": ("auto", "none"),
    "sound.headphones": ("auto", "handset", "none"),
    "sound.rate": (90, 120, 160, 200, 240),
    "sound.volume": (20, 40, 60, 80, 100),
    "sound.tones": (True, False),
    "scanner.kind": ("none", "wedge", "serial"),
    "scanner.baud": (9600, 19200, 38400, 57600, 115200),
    "centre.timeout_seconds": (5, 10, 20, 60),
}
_WORDS = {
    True: _("Yes"),
    False: _("No"),
    "auto": _("As the machine has it"),
    "none": _("None"),
    "handset": _("A telephone's handset"),
    "wedge": _("It types like a keyboard"),
    "serial": _("It has a serial line"),
    "": _("Not set"),
}
_ANY_READER = _("Any reader: the first that is there")
# What is expected of settings that are not numbers.
_EXPECTED = {
    "screen.fullscreen": _("Choose yes or no."),
    "screen.languages": _("Choose languages that the booth has, each once."),
    "sound.player": _("Choose one of those on the list."),
    "sound.headphones": _("Choose one of those on the list."),
    "sound.tones": _("Choose yes or no."),
    "printer.uri": _(
        "Type an address that begins with ipps:// and names a printer, without a password. "
        "ipp:// is only for this machine itself and for a line that the settings file names as trusted."
    ),
    "printer.fingerprint": _("Type 64 digits and letters from a to f, as the printer shows them; or nothing."),
    "card.name": _("No card reader of this name is here. Choose one of those on the list."),
    "scanner.kind": _("Choose one of those on the list."),
    "scanner.device": _("Type a part of the scanner's name, or a path that begins with /dev/; or nothing."),
    "scanner.baud": _("Choose one of those on the list."),
    "centre.url": _(
        "Type an address that begins with https:// and names a server, without a password. "
        "http:// is only for a server on this machine itself."
    ),
}


def _told(key: str, value: Value) -> Told:
    return Told(_shown(key, value))


def _shown(key: str, value: Value | None) -> str:
    """A value in words, as a message id where it has some."""
    if isinstance(value, tuple):
        return ", ".join(value)
    if key == "card.name" and not value:
        return _ANY_READER
    if isinstance(value, bool | str) and value in _WORDS:
        return _WORDS[value]
    return str(value)


def overview(booth: Booth) -> TechnicianPage:
    title = Told(_("Settings"))
    if booth.config is None:
        return TechnicianPage("settings", title, Told(_("This booth was started without a settings file.")))
    try:
        now = settings_file.current(booth.config)
    except (SettingsRefused, OSError) as refusal:
        return _unreadable(booth.config, refusal)
    rows = tuple(
        Row(Told(_NAMES[key]), _told(key, value), key=f"set:{key}", press=Told(_("Change")))
        for key, value in now.items()
    )
    undo = (Told(_("Undo")), "undo:") if settings_file.can_undo(booth.config) else None
    return TechnicianPage("settings", title, Told(_("A change counts from the next start of the program.")), rows, undo)


def choose(booth: Booth, key: str) -> TechnicianPage | Form:
    """Values to choose from, or a line to type. A key that the screen does not offer leads to those that it does."""
    if booth.config is None or key not in _NAMES:
        return overview(booth)
    try:
        now = settings_file.current(booth.config)[key]
        offered = _offered(booth.config, key)
    except (SettingsRefused, OSError) as refusal:
        return _unreadable(booth.config, refusal)
    if not offered:
        return setting(key, Told(_NAMES[key]), str(now))
    return _choices(key, now, offered)


def _choices(key: str, now: Value, offered: tuple[Value, ...], fault: Told | None = None) -> TechnicianPage:
    values = offered if now in offered else (now, *offered)
    rows = tuple(Row(_told(key, value), key=f"value:{key}={_text(value)}", chosen=value == now) for value in values)
    return TechnicianPage("value", Told(_NAMES[key]), fault, rows)


def _offered(config: Path, key: str) -> tuple[Value, ...]:
    """What may be chosen; nothing where it is typed. A reader's name is chosen: with a slip of the pen in it no card
    would be read any more, a technician's neither. Raises SettingsRefused."""
    if key == "card.name" and (there := settings_file.readers(config)) is not None:
        return ("", *there)
    return _VALUES.get(key, ())


def changed(booth: Booth, key: str, text: str) -> TechnicianPage | Form:
    """The difference before it is saved; what is wrong is said and not saved."""
    if booth.config is None or key not in _NAMES:
        return overview(booth)
    outcome = settings_file.propose(booth.config, {key: _value(key, text)})
    if isinstance(outcome, NotAllowed):
        return _refused(booth, booth.config, key, text, outcome)
    if not outcome.changes:
        return overview(booth)
    rows = tuple(
        Row(
            Told(_NAMES[one.key]),
            Told(
                _("before: {before}, after: {after}"),
                {"before": _shown(one.key, one.before), "after": _shown(one.key, one.after)},
            ),
            light=Light.AMBER,
        )
        for one in outcome.changes
    )
    way_on = (Told(_("Save")), f"save:{key}={text}")
    return TechnicianPage("change", Told(_("Check the change")), Told(_("Nothing is saved yet.")), rows, way_on)


def saved(booth: Booth, by: Hand, key: str, text: str) -> TechnicianPage | Form:
    if booth.config is None or key not in _NAMES:
        return overview(booth)
    try:
        outcome = change.save(booth, by, booth.config, key, _value(key, text))
    except OSError as error:
        return not_written(error)
    match outcome:
        case NotAllowed():
            return _refused(booth, booth.config, key, text, outcome)
        case ChangedMeanwhile():
            return _page(Told(_("Somebody else has changed the file meanwhile. Look at it again.")))
        case change.Nothing():
            return overview(booth)
        case change.Done():
            return restart(Told(_("The change is saved")))
    assert_never(outcome)


def undone(booth: Booth, by: Hand) -> TechnicianPage | Form:
    if booth.config is None:
        return overview(booth)
    try:
        outcome = change.undo(booth, by, booth.config)
    except OSError as error:
        return not_written(error)
    match outcome:
        case NotAllowed(keys=keys):
            name = _NAMES.get(keys[0], keys[0]) if keys else "kiosk.toml"
            return _page(
                Told(_("The file before would be refused now, at “{name}”. Nothing was done."), {"name": name})
            )
        case change.Nothing():
            return overview(booth)
        case change.Done():
            return restart(Told(_("The file before stands again")))
    assert_never(outcome)


def _refused(booth: Booth, config: Path, key: str, text: str, refusal: NotAllowed) -> TechnicianPage | Form:
    """The same page again, with a sentence. Where something else in the file is wrong, the page that says so."""
    if key not in refusal.keys:
        return overview(booth)
    fault = _fault(key, text)
    if offered := _offered(config, key):
        return _choices(key, settings_file.current(config)[key], offered, fault)
    return setting(key, Told(_NAMES[key]), text, fault)


def _fault(key: str, text: str) -> Told:
    """What was expected, as a sentence for whoever stands there."""
    if len(text) > settings_file.LONGEST:
        return Told(_("This is too long: {most} letters at most."), {"most": settings_file.LONGEST})
    limits = settings_file.bounds(key)
    if limits:
        return Told(_("Choose a number from {least} to {most}."), {"least": limits[0], "most": limits[1]})
    return Told(_EXPECTED[key])


def _unreadable(config: Path, refusal: SettingsRefused | OSError) -> TechnicianPage:
    """Somebody has spoilt the file with an editor meanwhile: the next start would refuse it."""
    finding = found("settings.refused", fault=_where(config, refusal))
    text = Told(_("The program goes on with what it read at its start."))
    undo = (Told(_("Undo")), "undo:") if settings_file.can_undo(config) else None
    return TechnicianPage("settings", Told(_("Settings")), text, rows_of([finding]), undo)


def _where(config: Path, refusal: SettingsRefused | OSError) -> str:
    """Key and value as they stand in the file; what was expected is said in English alone, by `kiosk doctor`."""
    if isinstance(refusal, SettingsRefused) and refusal.keys:
        return str(refusal).splitlines()[0].replace(f"{config}: ", "").partition(": expected")[0]
    return _("it cannot be read, or is not written as such files are")


def not_written(error: OSError) -> TechnicianPage:
    return _page(Told(_("The file could not be written: {why}."), {"why": machines(error.strerror or "?")}))


def restart(title: Told) -> TechnicianPage:
    text = Told(_("It counts from the next start of the program."))
    return TechnicianPage("saved", title, text, (), (Told(_("Restart")), "restart:"))


def _page(text: Told) -> TechnicianPage:
    return TechnicianPage("settings", Told(_("Settings")), text, (), (Told(_("Settings")), "open:settings"))


def _text(value: Value) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _value(key: str, text: str) -> Value:
    """What was chosen or typed as the setting's own kind; typed words stay words, and the check says so."""
    for value in _VALUES.get(key, ()):
        if _text(value) == text:
            return value
    if key == "screen.languages":
        return tuple(text.split(","))
    return int(text) if key in _VALUES and text.isascii() and text.isdigit() else text
