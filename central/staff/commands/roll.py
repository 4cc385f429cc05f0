"""`kiosk-central roll | refresh | purge | person | processing`: the roll, what is sealed from it, and what is let go.

Prints counts and ids; what names a person goes into a file that only its owner can read.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from assets import typed
from central.staff.commands.steps import AddHome, Answer, Open, Work, add_registrar, by_registrar, day, in_centre
from municipality.roll.record import FROM_A_FILE
from municipality.roll.rows import Column, row_numbers
from municipality.staff import Role

if TYPE_CHECKING:
    from central.kernel.centre import Centre
    from central.office.roll.applying import Previewed
    from central.office.roll.merge import NoMerge


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser], add_home: AddHome, opened: Open) -> None:
    """The commands of this room, each with its `run`."""
    _add_roll(commands.add_parser("roll", help="take over what the municipal register exports"), add_home, opened)
    sealing = commands.add_parser("refresh", help="seal the dossiers that changed, renew the revocation list")
    _ready(sealing, add_home, opened, _refresh)
    purging = commands.add_parser("purge", help="let go of what has been kept long enough (docs/retention.md)")
    _ready(purging, add_home, opened, _purge)
    persons = commands.add_parser("person", help="what is held on one person").add_subparsers(
        required=True, metavar="STEP"
    )
    exporting = persons.add_parser("export", help="write it down for them (GDPR art. 15, 20)")
    exporting.add_argument("--card", required=True, type=typed.as_it_stands, metavar="NUMBER")
    exporting.add_argument("--out", type=Path, required=True, metavar="FILE", help="JSON; FILE.txt is for reading")
    _ready(exporting, add_home, opened, _export, by_officer=True)
    commands.add_parser("processing", help="the record of processing (GDPR art. 30), in Markdown").set_defaults(
        run=_processing
    )


def _add_roll(parser: argparse.ArgumentParser, add_home: AddHome, opened: Open) -> None:
    steps = parser.add_subparsers(required=True, metavar="STEP")
    looking = steps.add_parser("preview", help="check a file and show what it would change; changes nothing")
    looking.add_argument("--file", type=Path, required=True, metavar="FILE", help="CSV or JSON (docs/roll.md)")
    looking.add_argument("--as-of", type=day, required=True, metavar="DATE", help="the day that the file speaks of")
    looking.add_argument("--whole", action="store_true", help="it names everybody: who is missing has left")
    looking.add_argument("--encoding", choices=["utf-8", "windows-1253"], default="utf-8")
    looking.add_argument("--number", type=_number, default=1, metavar="N", help="which file of that day it is, from 1")
    looking.add_argument(
        "--latin", type=_rows, default=frozenset(), metavar="ROWS",
        help="rows (12,40-44) whose names are Latin, where they could be Greek as well",
    )  # fmt: skip
    looking.add_argument("--faults", type=Path, metavar="FILE", help="where to write what is wrong, row by row")
    _ready(looking, add_home, opened, _preview, by_officer=True)
    showing = steps.add_parser("show", help="what an import would change, by number and field, a page at a time")
    showing.add_argument("--what", default="", choices=["", *FROM_A_FILE], help="only changes of this kind")
    showing.add_argument("--field", default="", choices=["", *Column], help="only where this field differs")
    showing.add_argument("--renumbered", action="store_true", help="only persons who have, or had, another number")
    showing.add_argument("--after", default="", metavar="PERSON", help="go on after this number")
    showing.add_argument("--most", type=_number, default=200, metavar="N")
    for name, words, work, counted in (
        ("confirm", "type the count of what is more than usual in a file that you brought", _confirm, True),
        ("apply", "do what another officer has previewed", _apply, True),
        ("discard", "forget a preview", _discard, False),
    ):
        step = steps.add_parser(name, help=words)
        step.add_argument("--import", dest="upload", required=True, metavar="ID")
        if counted:
            step.add_argument("--count", default="", metavar="N", help="where the preview asks for it")
        _ready(step, add_home, opened, work, by_officer=True)
    showing.add_argument("--import", dest="upload", required=True, metavar="ID")
    _ready(showing, add_home, opened, _show, by_officer=True)
    merging = steps.add_parser("merge", help="two entries of one person become one, once another officer applies it")
    merging.add_argument("--kept", required=True, metavar="PERSON")
    merging.add_argument("--dropped", required=True, metavar="PERSON")
    _ready(merging, add_home, opened, _merge, by_officer=True)
    parting = steps.add_parser("unmerge", help="undo a merge, once another officer applies it")
    parting.add_argument("--import", dest="upload", required=True, metavar="ID", help="the merge")
    _ready(parting, add_home, opened, _unmerge, by_officer=True)
    _ready(steps.add_parser("list", help="every import and where it stands"), add_home, opened, _list)


def _ready(
    parser: argparse.ArgumentParser, add_home: AddHome, opened: Open, work: Work, *, by_officer: bool = False
) -> None:
    add_home(parser)
    if by_officer:
        add_registrar(parser)
    parser.set_defaults(run=in_centre(by_registrar(work) if by_officer else work, opened))


def _number(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= 100_000:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 on")


def _rows(text: str) -> frozenset[int]:
    try:
        return row_numbers(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} names no rows; expected such as 12,40-44") from None


def _preview(centre: Centre, arguments: argparse.Namespace) -> Answer:
    from central.office.accounts import staff
    from central.office.roll import applying
    from central.office.roll.file import FileRefused

    # A day of room: midnight comes earlier in Athens than in UTC.
    if arguments.as_of > centre.clock().date() + timedelta(days=1):
        raise staff.StaffRefused(f"--as-of {arguments.as_of}: lies in the future")
    try:
        raw = arguments.file.read_bytes()
    except OSError as error:
        raise staff.StaffRefused(f"--file {str(arguments.file)!r}: cannot be read ({error.strerror})") from None
    told = applying.preview(
        centre,
        raw,
        as_of=arguments.as_of,
        whole=arguments.whole,
        encoding=arguments.encoding,
        who=arguments.who,
        role=Role.REGISTRAR,
        number=arguments.number,
        latin=arguments.latin,
    )
    if isinstance(told, FileRefused):
        raise staff.StaffRefused(f"{told.fault.value}: {told.sentences()[1]}")
    # Also of a file that was taken: rows set aside are for the register to mend.
    if arguments.faults is not None and told.faults:
        write_private(arguments.faults, applying.faults_file(told))
    if isinstance(told, applying.BadRows):
        rows = len({one.row for one in told.faults})
        raise staff.StaffRefused(f"{rows} of {told.rows} rows are bad; nothing was stored")
    answer: Answer = {"import": told.upload, "sha256": told.file_digest, "changes": told.counts, "told": told.told}
    return answer | _warned(told.heavy)


def _warned(heavy: Mapping[str, int]) -> Answer:
    """What both persons are asked to confirm, the first of them by typing its count."""
    if not heavy:
        return {}
    gravest, count = next(iter(heavy.items()))
    warning = f"much more than usual: both persons give --count {count} ({gravest}), with roll confirm and roll apply"
    return {"above_the_limits": dict(heavy), "warning": warning}


def _confirm(centre: Centre, arguments: argparse.Namespace) -> Answer:
    from central.office.accounts import staff
    from central.office.roll import applying

    refused = applying.confirm(centre, arguments.upload, arguments.count, who=arguments.who, role=Role.REGISTRAR)
    if refused is not None:
        raise staff.StaffRefused(f"import {arguments.upload}: {refused.why.value}")
    return {"import": arguments.upload, "confirmed": True}


def _show(centre: Centre, arguments: argparse.Namespace) -> Answer:
    import json

    from central.office.accounts import staff
    from central.office.roll import applying
    from central.office.roll import records as roll_records

    one = applying.find(centre, arguments.upload)
    if one is None:
        raise staff.StaffRefused(f"import {arguments.upload}: {applying.Why.UNKNOWN.value}")
    wanted = applying.Wanted(arguments.what, arguments.field, arguments.renumbered)
    page = applying.page(centre, arguments.upload, wanted, arguments.after, arguments.most)
    lines = [
        {"person": line.resident, "what": line.what, "fields": list(line.fields)}
        | ({"other": line.other} if line.other else {})
        for line in page.lines
    ]
    faults = [
        {"row": fault.row, "column": fault.column, "fault": fault.fault.value, "place": fault.detail}
        for fault in roll_records.faults_of(one)
    ]
    answer: Answer = {"changes": json.loads(one.counts), "told": json.loads(one.told), "set_aside": faults}
    answer |= _warned(applying.heavy_of(centre, one))
    return answer | {"of": page.of, "lines": lines, "after": page.after}


def _apply(centre: Centre, arguments: argparse.Namespace) -> Answer:
    from central.office.accounts import staff
    from central.office.roll import applying, registry

    done = applying.apply(centre, arguments.upload, who=arguments.who, role=Role.REGISTRAR, typed=arguments.count)
    if isinstance(done, applying.NotNow):
        raise staff.StaffRefused(f"import {arguments.upload}: {done.why.value}")
    # At once, as from the console: a card of somebody who has left must not work until the night.
    sealed = registry.refresh(centre)
    return {"version": done.version, "changes": done.counts, "blocked": len(done.blocked), "sealed": sealed}


def _merge(centre: Centre, arguments: argparse.Namespace) -> Answer:
    from central.office.roll import merge as roll_merge

    told = roll_merge.propose(centre, arguments.kept, arguments.dropped, who=arguments.who, role=Role.REGISTRAR)
    return _proposed(told)


def _unmerge(centre: Centre, arguments: argparse.Namespace) -> Answer:
    from central.office.roll import merge as roll_merge

    return _proposed(roll_merge.propose_undo(centre, arguments.upload, who=arguments.who, role=Role.REGISTRAR))


def _proposed(told: Previewed | NoMerge) -> Answer:
    from central.office.accounts import staff
    from central.office.roll import merge as roll_merge

    if isinstance(told, roll_merge.NoMerge):
        raise staff.StaffRefused(told.value)
    return {"import": told.upload, "changes": told.counts}


def _discard(centre: Centre, arguments: argparse.Namespace) -> Answer:
    from central.office.accounts import staff
    from central.office.roll import applying

    refused = applying.discard(centre, arguments.upload, who=arguments.who, role=Role.REGISTRAR)
    if refused is not None:
        raise staff.StaffRefused(f"import {arguments.upload}: {refused.why.value}")
    return {"import": arguments.upload, "state": "discarded"}


def _list(centre: Centre, _arguments: argparse.Namespace) -> Answer:
    import json

    from central.office.roll import applying

    return {
        "imports": [
            {
                "import": one.upload,
                "state": one.state,
                "as_of": one.as_of,
                "number": one.number,
                "whole": one.whole,
                "by": one.made_by,
                "at": one.made_at.isoformat(),
                "decided_by": one.decided_by,
                "changes": json.loads(one.counts),
            }
            for one in applying.imports(centre)
        ]
    }


def _refresh(centre: Centre, _arguments: argparse.Namespace) -> Answer:
    from central.office.roll import registry

    return {"items": registry.refresh(centre)}


def _purge(centre: Centre, _arguments: argparse.Namespace) -> Answer:
    from central.kernel import retention

    return {"gone": retention.purge(centre)}


def _export(centre: Centre, arguments: argparse.Namespace) -> Answer:
    import json

    from central.office import persons
    from central.office.accounts import staff

    held = persons.export(centre, arguments.card, who=arguments.who, role=Role.REGISTRAR)
    if held is None:
        raise staff.StaffRefused("--card: no such card")
    reading = arguments.out.with_name(arguments.out.name + ".txt")
    write_private(arguments.out, json.dumps(held.content, ensure_ascii=False, indent=1) + "\n")
    write_private(reading, held.text)
    return {"files": [str(arguments.out), str(reading)]}


def _processing(_arguments: argparse.Namespace) -> None:
    from municipality.town.processing import record

    print(record(), end="")


def write_private(file: Path, text: str) -> None:
    """A new file, readable by its owner only from its first byte on. Raises StaffRefused where there is one."""
    from central.office.accounts import staff

    try:
        # O_EXCL: neither a file that others can read already nor a link that somebody has put there.
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise staff.StaffRefused(f"{str(file)!r}: cannot be written ({error.strerror})") from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(text)
