"""How the booth starts: the window, and behind it the counter, which opens only over a booth that is in order.

Loads what each of the two needs and no more: the first picture waits for every import.
"""

import argparse
import logging
import socket
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from kiosk.counter import first_picture
from municipality.failures import BoothCode
from municipality.log_lines import event

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiosk.kernel.booth import Booth
    from kiosk.settings import BoothSettings
    from municipality.failures import Code

_LOG = logging.getLogger(__name__)


def window(options: argparse.Namespace) -> int:
    """Until the counter or a signal ends it; the counter's exit code."""
    from kiosk.ui.window.two_processes import run_in_two_processes

    # -P: what lies in the folder where somebody types this is not loaded beside the keys.
    command = [sys.executable, "-P", "-m", "kiosk", "counter", "--config", str(options.config)]
    command += ["--centre", options.centre] if options.centre else []
    command += ["--at", options.at.isoformat()] if options.at else []
    command += ["--last-good"] if options.last_good else []
    return run_in_two_processes(command, first_picture.place(options.config))


def counter(booth_settings: "BoothSettings", options: argparse.Namespace) -> None:
    """Until its window is gone. Raises SettingsRefused, StoreRefused, ClockRefused."""
    from kiosk import wiring
    from kiosk.counter.process import serve

    line = socket.socket(fileno=options.line)
    line.set_inheritable(False)  # no program that the counter starts may keep the window waiting for its end
    with (
        _kept_for_a_word(line),
        wiring.open_booth(booth_settings, at=options.at, config=options.config) as booth,
    ):
        _refuse_danger(booth)
        wiring.settle_after_start(booth)
        event(_LOG, logging.INFO, "started", booth=booth.id)
        try:
            serve(booth, line, first_picture.place(options.config))
        finally:
            event(_LOG, logging.INFO, "stopped", booth=booth.id)


@contextmanager
def _kept_for_a_word(line: socket.socket) -> "Iterator[None]":
    """Closed at the end, unless the booth was refused: then there is something to show first. Otherwise with the
    process."""
    with line:
        try:
            yield
        except Exception:
            line.detach()
            raise


def stay_closed(options: argparse.Namespace, refusal: Exception) -> None:
    """The window says that the booth is closed, and a code, for a while. Where the settings themselves are what is
    wrong, there is no window to be made of them."""
    from kiosk import settings
    from kiosk.counter.closed import stand

    with suppress(settings.SettingsRefused):
        booth_settings = settings.load(options.config, centre_url=options.centre)
        with socket.socket(fileno=options.line) as line:
            stand(booth_settings, _code_of(refusal), line)


def _code_of(refusal: Exception) -> "Code":
    from kiosk.settings import KeyFileRefused
    from kiosk.store import StoreDamaged, StoreFull, StoreRefused

    match refusal:
        case KeyFileRefused():
            return BoothCode.STORE_DAMAGED  # of what the booth keeps, nothing can be read without it
        case StoreRefused(condition="gone"):
            return BoothCode.STORE_GONE
        case StoreRefused(condition="newer" | "not_brought_up" | "still_waiting"):
            return BoothCode.STORE_NEWER
        case StoreRefused(condition="out_of_reach" | "mark_out_of_reach") | StoreFull():
            return BoothCode.STORE_OUT_OF_REACH
        case StoreRefused() | StoreDamaged():
            return BoothCode.STORE_DAMAGED
    return BoothCode.OUT_OF_SERVICE


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
    from kiosk.kernel.upkeep import keeping

    if (wrong := keeping.look(booth_settings)) is not None:
        raise wrong


def _refuse_danger(booth: "Booth") -> None:
    """Raises SettingsRefused with the sentences that doctor has for it."""
    from assets.texts import catalogue
    from kiosk import health
    from kiosk.settings import SettingsRefused

    words = catalogue("el").gettext
    if dangers := [" ".join(health.said(words, one)) for one in health.dangers(booth)]:
        raise SettingsRefused("\n".join(dangers))
