"""`kiosk-central`: seed, serve, elections. Prints one line of JSON for each command; never a name or a credential.

Exit codes: 0 done, 2 wrong usage, 70 a tool, the database or another's process failed, 77 refused, 78 settings, tables
or a clock that cannot be used.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from central.clock import BadInstant, ClockInDoubt, read_at
from central.matters.votes.life import commands as votes
from central.settings import BadSettings

if TYPE_CHECKING:
    from central.kernel.centre import Centre
    from central.matters.votes.service import Plan

_FAILED, _REFUSED, _SETTINGS = 70, 77, 78
Run = Callable[[argparse.Namespace], dict[str, object] | None]


def main(argv: Sequence[str] | None = None) -> int:
    """The command line. Returns the exit code."""
    arguments = _parser().parse_args(argv)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    # Imported here: asking for --help should not load a web server.
    from ballot_box import BadArchive, ToolFailed
    from central.demo.seed import SeedRefused
    from central.kernel.backup import BackupRefused, CopyFailed
    from central.kernel.centre import ClockRefused
    from central.kernel.judging import NoVerdict
    from central.kernel.outcome import StepRefused
    from central.kernel.serving.served import Behind
    from central.line.commands import BoothRefused
    from central.matters.votes.life.rehearsal import OfficialFailed
    from central.office.accounts.staff import StaffRefused
    from central.office.town import TownRefused
    from central.staff.commands.cards import CardsRefused
    from central.store import StoreFailed, is_damage
    from sync import stick

    refused = (BackupRefused, BoothRefused, ClockRefused, SeedRefused, StaffRefused, StepRefused)
    refusals = (*refused, CardsRefused, TownRefused, stick.StickRefused)
    run: Run = arguments.run
    try:
        answer = run(arguments)
    except (BadSettings, Behind, ClockInDoubt) as trouble:
        return _complain(trouble, _SETTINGS)
    except refusals as trouble:
        return _complain(trouble, _REFUSED)
    except (BadArchive, CopyFailed, NoVerdict, OfficialFailed, ToolFailed) as trouble:
        return _complain(trouble, _FAILED)
    except StoreFailed as trouble:
        words, code = (_DAMAGED, _SETTINGS) if is_damage(trouble) else (_NO_STORE, _FAILED)
        return _complain(words.format(kind=type(trouble).__name__), code)  # its own text tells the statement
    if answer is not None:
        _say(answer)
    return 0


def _say(answer: dict[str, object]) -> None:
    print(json.dumps(answer, ensure_ascii=False), flush=True)


_DAMAGED = (
    "the database is damaged ({kind}); what was under way is undone as a whole. Put the newest copy back and run "
    "`kiosk-central restored` (docs/operation.md)"
)
_NO_STORE = (
    "the database failed ({kind}); what was under way is undone as a whole. See that it runs, is reached and has room, "
    "and run this again"
)


def _complain(trouble: Exception | str, code: int) -> int:
    print(f"kiosk-central: {trouble}", file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    from central.line import commands as commands_of_booths
    from central.staff.commands import accounts, cards, clock, roll, town

    parser = argparse.ArgumentParser(prog="kiosk-central", description="The town hall's end of the municipal ATM.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    seed = commands.add_parser("seed", help="make the demo municipality in a new folder")
    seed.add_argument("--out", type=Path, required=True, metavar="DIR")
    seed.add_argument("--residents", type=int, default=500, metavar="N")
    _add_at(seed, "make it as if it were this moment")
    seed.set_defaults(run=_seed)
    serve = commands.add_parser("serve", help="serve the booths and the public site")
    _add_home(serve)
    serve.add_argument("--host", metavar="ADDRESS", help="where to listen; central.toml says, loopback in the demo")
    serve.add_argument("--port", type=_port, metavar="N", help="0 takes a free one; central.toml says")
    serve.set_defaults(run=_serve)
    elections = commands.add_parser("elections", help="the life of an advisory vote")
    votes.add_elections(elections, _opened, _add_home, _plan)
    votes.add_officials(commands.add_parser("officials", help="who answers for votes"), _opened, _add_home)
    commands_of_booths.add(commands.add_parser("booths", help="who speaks on the line"), _add_home, _opened)
    accounts.add(commands.add_parser("staff", help="who may use the console"), _add_home, _opened)
    roll.add(commands, _add_home, _opened)
    cards.add(commands.add_parser("cards", help="the card office"), _add_home, _opened)
    town.add(commands.add_parser("town", help="what booths say of the town hall"), _add_home, _opened)
    clock.add(commands.add_parser("clock", help="is this machine's clock believed"), _add_home, _opened)
    _add_backup(commands)
    by_stick = commands.add_parser("stick", help="take booths' letters from a USB stick and answer them on it")
    _add_home(by_stick)
    by_stick.add_argument("folder", type=Path, metavar="DIR")
    by_stick.set_defaults(run=_stick)
    return parser


def _add_backup(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    copying = commands.add_parser("backup", help="copy the store; booths may then forget what lies in the copy")
    _add_home(copying)
    where = copying.add_mutually_exclusive_group(required=True)
    where.add_argument("--out", type=Path, metavar="FILE", help="a new file: SQLite, or pg_dump -Fc")
    where.add_argument("--into", type=Path, metavar="DIR", help="a name of its own there; older copies are removed")
    copying.add_argument("--keep-days", type=int, choices=range(1, 31), default=28, metavar="N", help="with --into")
    copying.set_defaults(run=_backup)
    returned = commands.add_parser("restored", help="after a copy was put back, before serving: booths offer all again")
    _add_home(returned)
    returned.set_defaults(run=_restored)
    auditing = commands.add_parser("audit-envelopes", help='verify and judge what came under [intake] verify = "batch"')
    _add_home(auditing)
    auditing.set_defaults(run=_audit_envelopes)


def _plan(opens: datetime, days: int) -> Plan:
    """What the demo's officer fixed."""
    from central.demo import vote

    return vote.plan(opens, days)


def _add_home(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--home", type=Path, required=True, metavar="DIR", help="the folder of central.toml")
    _add_at(parser, "demo only: shift the clock to this moment")


def _add_at(parser: argparse.ArgumentParser, words: str) -> None:
    parser.add_argument("--at", type=_instant, metavar="ISO", help=f"{words}, such as 2026-11-21T09:00:00Z")


def _instant(text: str) -> datetime:
    try:
        return read_at(text)
    except BadInstant as trouble:
        raise argparse.ArgumentTypeError(str(trouble).removeprefix("--at: ")) from None


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; expected 0 to 65535")
    return int(text)


def _seed(arguments: argparse.Namespace) -> dict[str, object]:
    from central.demo.seed import seed

    summary = seed(arguments.out, residents=arguments.residents, at=arguments.at)
    return {"out": str(arguments.out), "residents": summary["residents"], "election": summary["election"]}


@contextmanager
def _opened(arguments: argparse.Namespace) -> Iterator[Centre]:
    from central.opening import open_centre

    centre = open_centre(arguments.home, arguments.at)
    try:
        yield centre
    finally:
        centre.store.close()


def _serve(arguments: argparse.Namespace) -> None:
    from central.app import serve
    from central.kernel.serving import timekeeping

    with _opened(arguments) as centre:
        if in_doubt := timekeeping.doubt(centre):
            _complain(in_doubt, _SETTINGS)  # and goes on: the clock may come right meanwhile
        host = centre.settings.host if arguments.host is None else arguments.host
        port = centre.settings.port if arguments.port is None else arguments.port
        serve(centre, host, port, ready=lambda url: _say({"url": url}))


def _backup(arguments: argparse.Namespace) -> dict[str, object]:
    from central.kernel import backup

    removed: list[Path] = []
    with _opened(arguments) as centre:
        if arguments.into is not None:
            copied, removed = backup.back_up_into(centre, arguments.into.absolute(), arguments.keep_days)
        else:
            copied = backup.back_up(centre, arguments.out.absolute())
    answer: dict[str, object] = {"bytes": copied.bytes, "kept_through": copied.kept_through.isoformat()}
    return {"file": str(arguments.out or copied.file), **answer, "removed": len(removed)}


def _restored(arguments: argparse.Namespace) -> dict[str, object]:
    from central.kernel import backup

    with _opened(arguments) as centre:
        done = backup.restored(centre)
    return {"epoch": done.epoch, "items": done.items, "above": done.above}


def _audit_envelopes(arguments: argparse.Namespace) -> dict[str, object]:
    from central.kernel import auditing

    with _opened(arguments) as centre:
        found = auditing.audit(centre)
    return {"judged": found.judged, "accepted": found.accepted, "rejected": found.rejected}


def _stick(arguments: argparse.Namespace) -> dict[str, object]:
    from central.kernel.serving import served
    from central.kernel.serving import stick as letters
    from sync import stick

    with _opened(arguments) as centre:
        served.check(centre)
        done = letters.answer_all(centre, arguments.folder)
    refused = [one for one in done if isinstance(one, stick.StickRefused)]
    for refusal in refused:
        print(f"kiosk-central: {refusal}", file=sys.stderr)
    taken = [one for one in done if not isinstance(one, stick.StickRefused)]
    if not taken:
        raise refused[0]
    return {"answered": [{"booth": one.booth, "file": one.file, **one.outcomes} for one in taken]}


if __name__ == "__main__":
    sys.exit(main())
