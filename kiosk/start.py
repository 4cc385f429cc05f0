"""How the booth starts: the window, and behind it the counter, which opens only over a booth that is in order.

Loads what each of the two needs and no more: the first picture waits for every import.
"""

import argparse
import logging
import socket
import sys
from typing import TYPE_CHECKING

from kiosk.counter import first_picture
from municipality.log_lines import event

if TYPE_CHECKING:
    from kiosk.services.booth import Booth
    from kiosk.settings import BoothSettings

_LOG = logging.getLogger(__name__)


def window(options: argparse.Namespace) -> int:
    """Until the counter or a signal ends it; the counter's exit code."""
    from kiosk.ui.apart import run_apart

    # -P: what lies in the folder where somebody types this is not loaded beside the keys.
    command = [sys.executable, "-P", "-m", "kiosk", "counter", "--config", str(options.config)]
    command += ["--centre", options.centre] if options.centre else []
    command += ["--at", options.at.isoformat()] if options.at else []
    command += ["--last-good"] if options.last_good else []
    return run_apart(command, first_picture.place(options.config))


def counter(booth_settings: "BoothSettings", options: argparse.Namespace) -> None:
    """Until its window is gone. Raises SettingsRefused, StoreRefused, ClockRefused."""
    from kiosk import wiring
    from kiosk.counter.process import serve

    line = socket.socket(fileno=options.line)
    line.set_inheritable(False)  # no program that the counter starts may keep the window waiting for its end
    with line, wiring.open_booth(booth_settings, at=options.at, config=options.config) as booth:
        _refuse_danger(booth)
        wiring.settle_after_start(booth)
        event(_LOG, logging.INFO, "started", booth=booth.id)
        try:
            serve(booth, line, first_picture.place(options.config))
        finally:
            event(_LOG, logging.INFO, "stopped", booth=booth.id)


def refuse_damage(booth_settings: "BoothSettings") -> None:
    """Every page is looked at before anything is written, while the libraries load. Raises StoreRefused,
    SettingsRefused."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as aside:
        looked = aside.submit(_damage, booth_settings)
        from kiosk import wiring  # noqa: F401
        from kiosk.counter import process  # noqa: F401

        looked.result()


def _damage(booth_settings: "BoothSettings") -> None:
    from kiosk.services import keeping

    if (wrong := keeping.look(booth_settings)) is not None:
        raise wrong


def _refuse_danger(booth: "Booth") -> None:
    """Raises SettingsRefused with the sentences that doctor has for it."""
    from assets.texts import catalogue
    from kiosk.services import health
    from kiosk.settings import SettingsRefused

    words = catalogue("el").gettext
    if dangers := [" ".join(health.said(words, one)) for one in health.dangers(booth)]:
        raise SettingsRefused("\n".join(dangers))
