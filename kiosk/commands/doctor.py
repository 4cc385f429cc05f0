"""`kiosk doctor`: the technician's checks on a command line. Looks at what there is even where the booth cannot open.

Never: a change of the booth, a word of what is in a letter, a card or a file.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.table import Table

from assets.texts import catalogue
from kiosk import health, settings, wiring
from kiosk.devices.clock import machine_clock
from kiosk.health import CONDITIONS, LIGHTS, NAMES, Finding, Light, said
from kiosk.kernel.booth import Booth
from kiosk.kernel.upkeep.turns import is_taken
from kiosk.settings import BoothSettings, SettingsRefused
from kiosk.store import StoreDamaged, StoreFull, StoreRefused
from municipality.greek import ATHENS
from printing import Mark, Press, PressFailed, SheetRow, StaffSheet

Words = Callable[[str], str]
_MARKS = {Light.GREEN: Mark.GOOD, Light.AMBER: Mark.CARE, Light.RED: Mark.FAULT}
_STYLES = {Light.GREEN: "green", Light.AMBER: "yellow", Light.RED: "bold red"}
_SHAPES = {Light.GREEN: "✓", Light.AMBER: "▲", Light.RED: "✗"}


_DONE, _FAULT, _SETTINGS = 0, 1, 78


def obey(options: argparse.Namespace, write_metrics: Callable[[Callable[[], str]], None]) -> int:
    """`kiosk doctor` with its options. Returns the exit code: 0, 1 (something is red), 78 (settings)."""
    if options.table:
        print(table(), end="")
        return _DONE
    wanted, findings = examine(options.config, centre_url=options.centre)
    words = catalogue(options.language).gettext
    if options.json:
        print(to_json(findings, words))
    else:
        show(findings, words)
    write_metrics(lambda: metrics_text(findings))
    if wanted is None:
        return _SETTINGS
    if options.acceptance:
        try:
            acceptance(wanted, findings, options.acceptance)
        except (PressFailed, OSError) as fault:
            print(f"{options.acceptance}: no sheet was made ({fault})", file=sys.stderr)
            return _FAULT
    return _FAULT if is_red(findings) else _DONE


def examine(config: Path, *, centre_url: str | None = None) -> tuple[BoothSettings | None, list[Finding]]:
    """Every check that can be made, in the technician's order. A booth that does not open is looked at in parts."""
    try:
        wanted = settings.load(config, centre_url=centre_url)
    except SettingsRefused as refusal:
        fault = str(refusal).splitlines()[0].replace(str(config), config.name)
        return None, [health.found("settings.refused", fault=fault), health.check_programs()]
    found = [health.found("settings.ok"), *_looked_at(wanted)]
    order = list(health.Check)
    return wanted, sorted(found, key=lambda finding: order.index(finding.check))


def _looked_at(wanted: BoothSettings) -> Iterator[Finding]:
    now = machine_clock()
    yield health.check_disk(wanted.store.file.parent, full_mb=wanted.sync.reserve_mb)
    yield health.check_keys(wanted.keys, wanted.store, now)
    yield health.check_anchors(wanted.anchors, now)
    yield health.check_sound(wanted.sound)
    yield health.check_keypad()
    yield health.check_programs()
    try:
        with wiring.open_booth(wanted) as booth:
            yield from (_beside(wanted, one) for one in health.examine_devices(booth))
            yield from health.examine_stored(booth)
            yield health.check_screen(booth)
            yield health.check_press(booth.press, now.astimezone(ATHENS))
            yield health.check_centre_of(booth)
    except (StoreRefused, StoreDamaged, StoreFull) as refusal:
        database = health.check_database(wanted)
        if database.light is Light.GREEN and isinstance(refusal, StoreRefused):
            database = health.of_refusal(refusal)
        yield database
        yield from _devices_alone(wanted)
    except SettingsRefused:
        # A key or an anchor that cannot be used: its own check has said so.
        if (spoilt := health.check_officials_file(wanted.anchors)) is not None:
            yield spoilt
        yield from _devices_alone(wanted)


def _beside(wanted: BoothSettings, finding: Finding) -> Finding:
    """The booth that serves holds a resident's card, and the scanner: that is no fault."""
    own = {"reader.in_use": "reader.serving", "scanner.in_use": "scanner.ready"}.get(finding.name)
    return health.found(own) if own is not None and is_taken(wanted.store.file, "run") else finding


def _devices_alone(wanted: BoothSettings) -> Iterator[Finding]:
    yield health.check_reader(wiring.reader_of(wanted))
    yield health.check_printer(wiring.printer_of(wanted))
    yield health.check_scanner(wiring.scanner_of(wanted))


def to_json(findings: list[Finding], words: Words) -> str:
    """One object: the worst light, and each check with its light, its condition's name and its sentences."""
    rows = [
        {"check": one.check, "light": one.light, "condition": one.name, "found": told, "todo": todo}
        for one in findings
        for told, todo in [said(words, one)]
    ]
    return json.dumps({"light": health.worst(findings), "checks": rows}, ensure_ascii=False)


def metrics_text(findings: list[Finding]) -> str:
    """node_exporter's text format: 0 green, 1 amber, 2 red."""
    order = (Light.GREEN, Light.AMBER, Light.RED)
    lines = [
        f'kiosk_check_light{{check="{one.check}",condition="{one.name}"}} {order.index(one.light)}' for one in findings
    ]
    head = "# HELP kiosk_check_light What a check of the booth found: 0 in order, 1 wants a hand soon, 2 fault."
    return "\n".join([head, "# TYPE kiosk_check_light gauge", *lines, ""])


def show(findings: list[Finding], words: Words) -> None:
    """The table for a terminal."""
    table = Table(show_header=False, box=None, pad_edge=False)
    for one in findings:
        told, todo = said(words, one)
        light = f"[{_STYLES[one.light]}]{_SHAPES[one.light]} {words(LIGHTS[one.light])}[/]"
        table.add_row(light, words(NAMES[one.check]), told + (f"\n[bold]» {todo}[/]" if todo else ""))
    Console(highlight=False).print(table)


def table() -> str:
    """The part of docs/doctor.md that the code knows: every condition of every check, in Markdown."""
    lines: list[str] = []
    for check, name in NAMES.items():
        lines += ["", f"## {name}", "", "| condition | light | what it says | what to do |", "|---|---|---|---|"]
        mine = ((key, one) for key, one in CONDITIONS.items() if key.partition(".")[0] == check)
        lines += [f"| `{key}` | {one.light} | {one.what} | {one.todo} |" for key, one in mine]
    return "\n".join(lines[1:]) + "\n"


def is_red(findings: list[Finding]) -> bool:
    """Whether something that residents need does not work."""
    return health.worst(findings) is Light.RED


def acceptance(wanted: BoothSettings, findings: list[Finding], out: Path) -> None:
    """The hand-over sheet in Greek, sealed by this booth, as a PDF. Raises PressFailed, OSError."""
    _ = catalogue("el").gettext
    count = {light: sum(one.light is light for one in findings) for light in Light}
    result = _("{faults} faults, {cares} to care for, {good} in order").format(
        faults=count[Light.RED], cares=count[Light.AMBER], good=count[Light.GREEN]
    )
    sheet = StaffSheet(
        municipality=_town(wanted),
        booth=f"{wanted.booth.name_el} · {wanted.booth.id}",
        title=_("Hand-over of the booth"),
        made_at=machine_clock().astimezone(ATHENS),
        introduction=_("The booth itself made these checks. The seal shows that the sheet has not been changed since."),
        facts=((_("Software"), version("municipal-atm")), (_("Result"), result)),
        rows=tuple(_row(_, one) for one in findings),
        signatures=(_("Technician: name and signature"), _("For the municipality: name and signature")),
        marks=tuple((_MARKS[light], _(LIGHTS[light])) for light in Light),
    )
    with Press(wanted.keys.seal) as press:
        out.write_bytes(press.make(sheet))


def _row(words: Words, finding: Finding) -> SheetRow:
    told, todo = said(words, finding)
    return SheetRow(_MARKS[finding.light], words(NAMES[finding.check]), told, todo)


def _town(wanted: BoothSettings) -> str:
    with suppress(SettingsRefused, StoreRefused, StoreDamaged, StoreFull), wiring.open_booth(wanted) as booth:
        return _town_of(booth) or wanted.municipality.id
    return wanted.municipality.id


def _town_of(booth: Booth) -> str | None:
    town = health.town_of(booth)
    return town.name.el if town else None


__all__ = ["acceptance", "examine", "is_red", "metrics_text", "obey", "show", "table", "to_json"]
