"""The booth's command line. Exit codes: 0 done, 1 a fault (one that doctor found, or that ended the program); of
sysexits.h 75 try again later, 77 refused, 78 settings.

Each command loads what it needs and no more: the first picture waits for every import.
"""

import argparse
import gc
import json
import sys
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.commands import DONE, REFUSED, SETTINGS, TRY_AGAIN, enrol, officials
from kiosk.devices import logs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kiosk.kernel.booth import Booth
    from kiosk.settings import BoothSettings
    from sync import Asked, Report


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
    if options.command is _run:
        return int(_run(options))  # the window's process: it loads nothing of what follows
    from kiosk import settings, wiring
    from kiosk.kernel.upkeep.turns import Busy
    from kiosk.settings import SettingsRefused
    from kiosk.store import StoreDamaged, StoreFull, StoreRefused

    try:
        if options.command in (enrol.obey, officials.obey, _doctor):
            return int(options.command(options))
        if options.last_good:
            _go_back(options.config)
        booth_settings = settings.load(options.config, centre_url=options.centre)
        return int(options.command(booth_settings, options))
    except (SettingsRefused, StoreRefused, StoreFull, StoreDamaged, wiring.ClockRefused) as refusal:
        print(refusal, file=sys.stderr)
        if options.command is _counter:
            _refused_to_open(options, refusal)
        return TRY_AGAIN if _may_pass(refusal, unattended=options.command is _sync) else SETTINGS
    except Busy:
        print("another kiosk process is already doing this for the same booth", file=sys.stderr)
        return TRY_AGAIN


def _may_pass(refusal: Exception, *, unattended: bool) -> bool:
    """Whether the same command may go well in ten minutes with nobody at the machine: the night's round is begun again
    after a disk that did not answer once, or that is mounted late."""
    from kiosk.store import StoreRefused
    from kiosk.store.faults import Fault, fault_in

    if unattended:
        return bool(fault_in(refusal)) or (isinstance(refusal, StoreRefused) and refusal.condition == "gone")
    return fault_in(refusal) in (Fault.FULL, Fault.BUSY)


def _refused_to_open(options: argparse.Namespace, refusal: Exception) -> None:
    from kiosk.commands import start
    from kiosk.counter import first_picture
    from kiosk.kernel.upkeep import settings_file
    from kiosk.settings import SettingsRefused

    first_picture.forget(first_picture.place(options.config))
    if isinstance(refusal, SettingsRefused) and settings_file.last_good(options.config).exists():
        print("The settings of the last good start are kept: kiosk run --last-good puts them back.", file=sys.stderr)
    sys.stderr.flush()
    start.stay_closed(options, refusal)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kiosk", description="The booth of the municipal ATM.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="open the booth's screen")
    run.set_defaults(command=_run)
    counter = commands.add_parser("counter")  # what `run` starts behind its window; nobody types it
    counter.set_defaults(command=_counter)
    counter.add_argument("--line", type=int, required=True, metavar="FD", help="the socket that leads to the window")
    sync = commands.add_parser("sync", help="rounds with the centre: send what waits, take what is new")
    _add_sync_options(sync)
    sync.set_defaults(command=_sync)
    enrolling = commands.add_parser("enrol", help="make this machine a booth, with the invitation of a town hall")
    enrol.add_options(enrolling)
    enrolling.set_defaults(command=enrol.obey)
    knowing = commands.add_parser("officials", help="whose votes this booth takes: the fingerprint on signed paper")
    officials.add_options(knowing)
    knowing.set_defaults(command=officials.obey)
    restore = commands.add_parser("restore", help="put the last good copy in the place of a damaged database")
    restore.add_argument(
        "--empty", action="store_true", help="where no copy is whole: begin anew with nothing; the town hall is told"
    )
    restore.set_defaults(command=_restore)
    doctor = commands.add_parser("doctor", help="look at every part of the booth: what is wrong, what to do")
    _add_doctor_options(doctor)
    doctor.set_defaults(command=_doctor)
    parser.set_defaults(last_good=False)
    for command in (run, counter):
        command.add_argument(
            "--last-good", action="store_true", help="put the settings of the last good start in place first"
        )
    for command in (run, counter, sync, restore, doctor):
        command.add_argument("--config", type=Path, default=Path("kiosk.toml"), help="the booth's settings file")
        command.add_argument("--centre", metavar="URL", help="instead of [centre] url")
        command.add_argument("--at", type=_instant, help="a demo's clock starts here (ISO 8601 with an offset)")
    return parser


def _add_sync_options(sync: argparse.ArgumentParser) -> None:
    how = sync.add_mutually_exclusive_group()
    how.add_argument("--once", action="store_true", help="one round; without it one after the other until SIGTERM")
    how.add_argument("--stick", type=Path, metavar="DIR", help="one round by hand, with letters in this folder")
    how.add_argument("--problems", action="store_true", help="list what the centre would not take, and do nothing")
    how.add_argument("--retry", metavar="ID", help="let one of these wait again for the next round")
    sync.add_argument("--json", action="store_true", help="print each report as one JSON line")
    sync.add_argument("--metrics", type=Path, metavar="FILE", help="write node_exporter's text file after each round")


def _add_doctor_options(doctor: argparse.ArgumentParser) -> None:
    doctor.add_argument("--json", action="store_true", help="one JSON object instead of the table")
    doctor.add_argument("--table", action="store_true", help="only print all conditions, as docs/doctor.md has them")
    doctor.add_argument("--acceptance", type=Path, metavar="OUT.pdf", help="also a hand-over sheet to sign, sealed")
    doctor.add_argument("--metrics", type=Path, metavar="FILE", help="also node_exporter's text file, a line a check")
    doctor.add_argument("--language", choices=("el", "en"), default="el", help="of the table and the JSON's sentences")


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not an ISO 8601 instant") from None
    if instant.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} has no offset; write for example 2026-11-26T21:00:00+02:00")
    return instant


def _run(options: argparse.Namespace) -> int:
    from kiosk.commands import start

    return int(start.window(options))


def _counter(booth_settings: "BoothSettings", options: argparse.Namespace) -> int:
    from kiosk.commands import start

    start.refuse_damage(booth_settings)
    with _turn(booth_settings, "run"):
        start.counter(booth_settings, options)
    return DONE


def _go_back(config: Path) -> None:
    """Raises SettingsRefused where no good start has been."""
    from kiosk.kernel.upkeep import settings_file
    from kiosk.settings import SettingsRefused

    if not settings_file.restore_good(config):
        raise SettingsRefused(f"{config}: no settings of a good start are kept beside it")


def _doctor(options: argparse.Namespace) -> int:
    from kiosk.commands import doctor

    gc.enable()
    return int(doctor.obey(options, lambda text: _write_metrics(options.metrics, text)))


def _sync(booth_settings: "BoothSettings", options: argparse.Namespace) -> int:
    from kiosk import wiring
    from kiosk.kernel.upkeep import keeping
    from kiosk.store import StoreDamaged
    from sync import asked_by_signals

    gc.enable()
    with (
        _turn(booth_settings, "sync"),
        asked_by_signals() as asked,
        wiring.open_booth(booth_settings, at=options.at) as booth,
    ):
        try:
            if options.problems or options.retry:
                return _dead_letters(booth, options)
            if options.stick:
                return _by_stick(booth, options)
            return _rounds(booth, options, asked)
        except StoreDamaged as damage:
            raise keeping.look(booth_settings) or damage from None  # which page, if it can be found


def _rounds(booth: "Booth", options: argparse.Namespace, asked: "Asked") -> int:
    from dataclasses import replace
    from datetime import timedelta

    from kiosk import wiring
    from kiosk.kernel.upkeep import keeping, renewal
    from kiosk.syncing import rounds as syncing
    from sync import keep_going, shown_on

    codes: list[int] = []

    def one_round() -> "Report":
        # As they are on the disk: a technician may have typed other officials since this process began.
        now = replace(booth, anchors=wiring.anchors_in(booth.settings.anchors.folder))
        client = wiring.make_client(now)
        try:
            with shown_on(sys.stderr) as progress:
                report = syncing.sync_once(now, client, progress, stop=asked)
            renewed = renewal.renew_if_due(now, client)
        finally:
            client.close()
        if isinstance(renewed, renewal.NotRenewed):
            print(f"the booth's certificate was not renewed: {renewed.why}", file=sys.stderr)
        if hindrance := keeping.copy_after_round(booth):
            print(hindrance, file=sys.stderr)
        _tell(report, as_json=options.json)
        _write_metrics(options.metrics, lambda: syncing.metrics_text(booth, report))
        codes.append(DONE if report.ok else REFUSED if report.refused else TRY_AGAIN)
        return report

    if options.once:
        one_round()
        return codes[-1]
    keep_going(one_round, asked.wait, every=timedelta(minutes=booth.settings.sync.every_minutes))
    return DONE


def _restore(booth_settings: "BoothSettings", options: argparse.Namespace) -> int:
    from kiosk.commands import restore

    with _turn(booth_settings, "run"), _turn(booth_settings, "sync"):
        done, said = restore.obey(booth_settings, options.at, empty=options.empty)
    print(said, file=sys.stdout if done else sys.stderr)
    return DONE if done else REFUSED


def _write_metrics(file: Path | None, text: "Callable[[], str]") -> None:
    from sync import metrics

    if file is None:
        return
    try:
        metrics.write(file, text())
    except OSError as problem:  # the round itself is over and in the store
        print(f"{file}: cannot be written ({problem.strerror})", file=sys.stderr)


def _by_stick(booth: "Booth", options: argparse.Namespace) -> int:
    from kiosk.syncing import rounds as syncing
    from sync import stick

    try:
        report = syncing.by_stick(booth, options.stick)
    except stick.StickRefused as refusal:
        print(refusal, file=sys.stderr)
        return REFUSED
    _tell(report, as_json=options.json)
    return DONE


def _dead_letters(booth: "Booth", options: argparse.Namespace) -> int:
    from kiosk.syncing import rounds as syncing

    if options.retry:
        if not syncing.retry(booth, options.retry):
            print(f"{options.retry}: nothing of this id was refused", file=sys.stderr)
            return REFUSED
        return DONE
    for letter in syncing.dead_letters(booth):
        print(json.dumps({"id": letter.id, "kind": letter.kind, "digest": letter.digest, "reason": letter.reason}))
    return DONE


def _turn(booth_settings: "BoothSettings", what: str) -> AbstractContextManager[None]:
    """One window and one round at a time for a booth; the two may run beside each other. Entering raises Busy."""
    from kiosk.kernel.upkeep.turns import turn
    from kiosk.store.faults import Fault, out_of_reach

    file = booth_settings.store.file
    if not file.parent.is_dir():
        raise out_of_reach(file, Fault.NOT_THERE)
    return _reached(turn(file, what), file)


@contextmanager
def _reached(taking: AbstractContextManager[None], file: Path) -> "Iterator[None]":
    """A lock that cannot be written says of the disk what the database would say."""
    from kiosk.store.faults import fault_of, out_of_reach

    with ExitStack() as held:
        try:
            held.enter_context(taking)
        except OSError as error:
            raise out_of_reach(file, fault_of(error)) from None
        yield


def _tell(report: "Report", *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(report.to_json()), flush=True)
        return
    for stage in report.stages:
        print(f"{stage.name}: {stage.problem or 'done'}")
    print(
        f"sent {report.sent} (accepted {report.accepted}, duplicate {report.duplicate}, rejected {report.rejected}); "
        f"received {report.pulled} (set aside {report.set_aside})"
    )
