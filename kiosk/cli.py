"""The booth's command line. Exit codes: 0 done, 75 try again later, 77 refused, 78 settings (sysexits.h).

Each command loads what it needs and no more: the first picture waits for every import.
"""

import argparse
import fcntl
import gc
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk import logs

if TYPE_CHECKING:
    from kiosk.settings import BoothSettings
    from sync import Report

DONE, TRY_AGAIN, REFUSED, SETTINGS = 0, 75, 77, 78


class _Busy(Exception):
    """Another process has the lock."""


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    logs.start()
    # A thousand modules load now, none of them is ever garbage, and looking for some would be a third of the start.
    gc.disable()
    try:
        return _obey(options)
    finally:
        gc.enable()


def _obey(options: argparse.Namespace) -> int:
    from kiosk import settings, wiring
    from kiosk.settings import SettingsRefused
    from kiosk.store import StoreRefused

    try:
        booth_settings = settings.load(options.config, centre_url=options.centre)
        return int(options.command(booth_settings, options))
    except (SettingsRefused, StoreRefused, wiring.ClockRefused) as refusal:
        print(refusal, file=sys.stderr)
        return SETTINGS
    except _Busy:
        print("another kiosk process is already doing this for the same booth", file=sys.stderr)
        return TRY_AGAIN


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kiosk", description="The booth of the municipal ATM.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="open the booth's screen")
    run.set_defaults(command=_run)
    sync = commands.add_parser("sync", help="one round with the centre: send what waits, take what is new")
    sync.add_argument("--json", action="store_true", help="print the report as one JSON line")
    sync.set_defaults(command=_sync)
    for command in (run, sync):
        command.add_argument("--config", type=Path, default=Path("kiosk.toml"), help="the booth's settings file")
        command.add_argument("--centre", metavar="URL", help="instead of [centre] url")
        command.add_argument("--at", type=_instant, help="a demo's clock starts here (ISO 8601 with an offset)")
    return parser


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not an ISO 8601 instant") from None
    if instant.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} has no offset; write for example 2026-11-26T21:00:00+02:00")
    return instant


def _run(booth_settings: "BoothSettings", options: argparse.Namespace) -> int:
    from kiosk import wiring
    from kiosk.ui.run import run_booth

    with _lock(booth_settings, "run"), wiring.open_booth(booth_settings, at=options.at) as booth:
        wiring.settle_after_start(booth)
        return int(run_booth(booth))


def _sync(booth_settings: "BoothSettings", options: argparse.Namespace) -> int:
    from kiosk import wiring
    from kiosk.services import syncing

    gc.enable()
    with _lock(booth_settings, "sync"), wiring.open_booth(booth_settings, at=options.at) as booth:
        client = wiring.make_client(booth)
        try:
            report = syncing.sync_once(booth, client, _progress)
        finally:
            client.close()
    _tell(report, as_json=options.json)
    if report.ok:
        return DONE
    refused = any(stage.problem.startswith("refused") for stage in report.stages)
    return REFUSED if refused else TRY_AGAIN


@contextmanager
def _lock(booth_settings: "BoothSettings", what: str) -> Iterator[None]:
    """One window and one round at a time for a booth; the two may run beside each other. Raises _Busy."""
    from kiosk.settings import SettingsRefused

    file = booth_settings.store.file
    if not file.parent.is_dir():
        raise SettingsRefused(f"store.file: the folder {file.parent} is not there")
    with file.with_suffix(f".{what}.lock").open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise _Busy from None
        yield


def _progress(stage: str, done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{stage}: {done}{f' of {total}' if total else ''}   ", end="", file=sys.stderr)


def _tell(report: "Report", *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(report.to_json()))
        return
    for stage in report.stages:
        print(f"{stage.name}: {stage.problem or 'done'}")
    print(
        f"sent {report.sent} (accepted {report.accepted}, duplicate {report.duplicate}, rejected {report.rejected}); "
        f"received {report.pulled} (set aside {report.set_aside})"
    )
