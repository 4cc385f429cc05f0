"""Looks at the booth part by part and says what it finds, what it means and what to do. Never: a change of anything.

The technician's pages and `kiosk doctor` ask here, so that both say the same.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.health.devices import check_press, check_printer, check_reader, check_scanner, check_sound
    from kiosk.health.keypad import check_keypad
    from kiosk.health.keys import check_anchors, check_keys, check_officials_file
    from kiosk.health.line import check_centre
    from kiosk.health.machine import check_clock, check_disk, check_programs
    from kiosk.health.serving import check_screen, check_services, service_names
    from kiosk.health.stored import check_copies, check_database, check_matter, check_queue, of_refusal
    from kiosk.health.whole import (
        check_centre_of,
        clock_of,
        dangers,
        disk_of,
        examine,
        examine_devices,
        examine_matters,
        examine_stored,
        town_of,
    )
    from kiosk.kernel.amounts import Value, filled
    from kiosk.kernel.conditions import (
        CONDITIONS,
        NAMES,
        Check,
        Finding,
        found,
        said,
        worst,
    )
    from kiosk.kernel.lights import LIGHTS, Condition, Light

_ROOMS = {
    "kiosk.kernel.amounts": ("Value", "filled"),
    "kiosk.kernel.conditions": (
        "CONDITIONS",
        "NAMES",
        "Check",
        "Finding",
        "found",
        "said",
        "worst",
    ),
    "kiosk.kernel.lights": (
        "LIGHTS",
        "Condition",
        "Light",
    ),
    "kiosk.health.devices": (
        "check_press",
        "check_printer",
        "check_reader",
        "check_scanner",
        "check_sound",
    ),
    "kiosk.health.keypad": ("check_keypad",),
    "kiosk.health.keys": (
        "check_anchors",
        "check_keys",
        "check_officials_file",
    ),
    "kiosk.health.line": ("check_centre",),
    "kiosk.health.machine": (
        "check_clock",
        "check_disk",
        "check_programs",
    ),
    "kiosk.health.serving": (
        "check_screen",
        "check_services",
        "service_names",
    ),
    "kiosk.health.stored": (
        "check_copies",
        "check_database",
        "check_matter",
        "check_queue",
        "of_refusal",
    ),
    "kiosk.health.whole": (
        "check_centre_of",
        "clock_of",
        "dangers",
        "disk_of",
        "examine",
        "examine_devices",
        "examine_matters",
        "examine_stored",
        "town_of",
    ),
}
_HOMES = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = [
    "CONDITIONS",
    "LIGHTS",
    "NAMES",
    "Check",
    "Condition",
    "Finding",
    "Light",
    "Value",
    "check_anchors",
    "check_centre",
    "check_centre_of",
    "check_clock",
    "check_copies",
    "check_database",
    "check_disk",
    "check_keypad",
    "check_keys",
    "check_matter",
    "check_officials_file",
    "check_press",
    "check_printer",
    "check_programs",
    "check_queue",
    "check_reader",
    "check_scanner",
    "check_screen",
    "check_services",
    "check_sound",
    "clock_of",
    "dangers",
    "disk_of",
    "examine",
    "examine_devices",
    "examine_matters",
    "examine_stored",
    "filled",
    "found",
    "of_refusal",
    "said",
    "service_names",
    "town_of",
    "worst",
]


def __getattr__(name: str) -> object:
    """Checks are loaded when one is made: a booth that only shows its first screen needs none."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value
