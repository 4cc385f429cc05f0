"""The technician's settings pages: what stands in kiosk.toml, values to choose or to type, the difference, undo."""

from pathlib import Path

from kiosk.flows.technician_pages import rows_of
from kiosk.flows.technician_views import Row, TechnicianPage, TechnicianText, Told
from kiosk.flows.views import View
from kiosk.services import settings_file
from kiosk.services.booth import Booth
from kiosk.services.health import Light, found
from kiosk.services.settings_file import NotAllowed, Proposal, Saved, Value
from kiosk.services.technician import Did, record
from kiosk.settings import SettingsRefused


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
    "card.name": _("Card reader's name, or a part of it"),
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
    "centre.timeout_seconds": (5, 10, 20, 60),
}
_WORDS = {
    True: _("Yes"),
    False: _("No"),
    "auto": _("As the machine has it"),
    "none": _("None"),
    "handset": _("A telephone's handset"),
    "": _("Not set"),
}


def _told(value: Value) -> Told:
    if isinstance(value, tuple):
        return Told(", ".join(value))
    if isinstance(value, bool | str) and value in _WORDS:
        return Told(_WORDS[value])
    return Told(str(value))


def overview(booth: Booth) -> TechnicianPage:
    title = Told(_("Settings"))
    if booth.config is None:
        return TechnicianPage("settings", title, Told(_("This booth was started without a settings file.")))
    try:
        now = settings_file.current(booth.config)
    except (SettingsRefused, OSError) as refusal:
        return _unreadable(booth.config, refusal)
    rows = tuple(
        Row(Told(_NAMES[key]), _told(value), key=f"set:{key}", press=Told(_("Change"))) for key, value in now.items()
    )
    undo = (Told(_("Undo")), "undo:") if settings_file.can_undo(booth.config) else None
    return TechnicianPage("settings", title, Told(_("A change counts from the next start of the program.")), rows, undo)


def choose(booth: Booth, key: str) -> View:
    """Values to choose from, or a line to type. A key that the screen does not offer leads to those that it does."""
    if booth.config is None or key not in _NAMES:
        return overview(booth)
    try:
        now = settings_file.current(booth.config)[key]
    except (SettingsRefused, OSError) as refusal:
        return _unreadable(booth.config, refusal)
    if key not in _VALUES:
        return TechnicianText(key, Told(_NAMES[key]), str(now))
    values = _VALUES[key] if now in _VALUES[key] else (now, *_VALUES[key])
    rows = tuple(Row(_told(value), key=f"value:{key}={_text(value)}", chosen=value == now) for value in values)
    return TechnicianPage("value", Told(_NAMES[key]), None, rows)


def changed(booth: Booth, key: str, text: str) -> View:
    """The difference before it is saved; what is wrong is said and not saved."""
    if booth.config is None or key not in _NAMES:
        return overview(booth)
    outcome = settings_file.propose(booth.config, {key: _value(key, text)})
    if isinstance(outcome, NotAllowed):
        return TechnicianText(key, Told(_NAMES[key]), text, " ".join(outcome.lines))
    if not outcome.changes:
        return overview(booth)
    rows = tuple(
        Row(
            Told(_NAMES[one.key]),
            Told(_("before: {before}, after: {after}"), {"before": _shown(one.before), "after": _shown(one.after)}),
            light=Light.AMBER,
        )
        for one in outcome.changes
    )
    way_on = (Told(_("Save")), f"save:{key}={text}")
    return TechnicianPage("change", Told(_("Check the change")), Told(_("Nothing is saved yet.")), rows, way_on)


def saved(booth: Booth, card: str, key: str, text: str) -> View:
    if booth.config is None or key not in _NAMES:
        return overview(booth)
    outcome = settings_file.propose(booth.config, {key: _value(key, text)})
    if not isinstance(outcome, Proposal):
        return TechnicianText(key, Told(_NAMES[key]), text, " ".join(outcome.lines))
    try:
        # Told and done together: with a full disk neither, and the page that says so is true.
        with booth.store.writing() as connection:
            record(booth, connection, card, Did.SETTINGS_SAVED, key)
            if not isinstance(settings_file.save(booth.config, outcome), Saved):
                raise _Nothing
    except _Nothing:
        return _page(Told(_("Somebody else has changed the file meanwhile. Look at it again.")))
    except OSError as error:
        return _not_written(error)
    return _restart(Told(_("The change is saved")))


def undone(booth: Booth, card: str) -> View:
    if booth.config is None:
        return overview(booth)
    try:
        with booth.store.writing() as connection:
            record(booth, connection, card, Did.SETTINGS_UNDONE)
            if not settings_file.undo(booth.config):
                raise _Nothing
    except _Nothing:
        return overview(booth)
    except OSError as error:
        return _not_written(error)
    return _restart(Told(_("The file before stands again")))


class _Nothing(Exception):
    """Takes back the line of what was not done."""


def _unreadable(config: Path, refusal: SettingsRefused | OSError) -> TechnicianPage:
    """Somebody has spoilt the file with an editor meanwhile: the next start would refuse it."""
    finding = found("settings.refused", fault=str(refusal).splitlines()[0].replace(f"{config}: ", ""))
    text = Told(_("The program goes on with what it read at its start."))
    undo = (Told(_("Undo")), "undo:") if settings_file.can_undo(config) else None
    return TechnicianPage("settings", Told(_("Settings")), text, rows_of([finding]), undo)


def _not_written(error: OSError) -> TechnicianPage:
    return _page(Told(_("The file could not be written: {why}."), {"why": error.strerror or "?"}))


def _restart(title: Told) -> TechnicianPage:
    text = Told(_("It counts from the next start of the program."))
    return TechnicianPage("saved", title, text, (), (Told(_("Restart the program")), "restart:"))


def _page(text: Told) -> TechnicianPage:
    return TechnicianPage("settings", Told(_("Settings")), text, (), (Told(_("Settings")), "open:settings"))


def _shown(value: Value | None) -> str:
    if isinstance(value, bool | str) and value in _WORDS:
        return _WORDS[value]
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _text(value: Value) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _value(key: str, text: str) -> Value:
    """What was chosen or typed as the setting's own kind; typed words stay words, and the check says so."""
    for value in _VALUES.get(key, ()):
        if _text(value) == text:
            return value
    return int(text) if key in _VALUES and text.isascii() and text.isdigit() else text
