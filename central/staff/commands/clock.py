"""`kiosk-central clock …`: whether this machine's clock is believed, and somebody's word that it is right."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from central.staff.commands.steps import AddHome, Answer, Open, day, in_centre, who

if TYPE_CHECKING:
    from central.kernel.centre import Centre


def add(parser: argparse.ArgumentParser, add_home: AddHome, opened: Open) -> None:
    """The steps below `clock`, each with its `run`."""
    steps = parser.add_subparsers(required=True, metavar="STEP")
    show = steps.add_parser("show", help="whether it is believed, and why not")
    confirm = steps.add_parser("confirm", help="it is right, whatever the last known time was; stands in the record")
    for step, work in ((show, _show), (confirm, _confirm)):
        add_home(step)
        step.set_defaults(run=in_centre(work, opened))
    confirm.add_argument("--today", type=day, required=True, metavar="YYYY-MM-DD", help="your own calendar's date")
    confirm.add_argument("--who", metavar="ACCOUNT", help="who says so, for the record; the system's user")


def _show(centre: Centre, _arguments: argparse.Namespace) -> Answer:
    from central.kernel.serving import timekeeping

    in_doubt = timekeeping.doubt(centre)
    now = centre.clock() if in_doubt is None else in_doubt.now
    return {"now": now.isoformat(timespec="seconds"), "in_doubt": in_doubt is not None, "why": str(in_doubt or "")}


def _confirm(centre: Centre, arguments: argparse.Namespace) -> Answer:
    from central.kernel.serving import timekeeping

    done = timekeeping.confirm(centre, arguments.today, who=who(arguments))
    known = None if done.known is None else done.known.isoformat(timespec="seconds")
    return {"now": done.now.isoformat(timespec="seconds"), "last_known": known}
