"""What the steps of every command share: the opened centre, whose word it is, a day.

Never: an import that only one command needs; the command line is to answer at once.
"""

from __future__ import annotations

import argparse
import getpass
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import TYPE_CHECKING

from municipality.staff import Role

if TYPE_CHECKING:
    from central.kernel.centre import Centre

Answer = dict[str, object]
Open = Callable[[argparse.Namespace], "AbstractContextManager[Centre]"]
AddHome = Callable[[argparse.ArgumentParser], None]
Work = Callable[["Centre", argparse.Namespace], Answer]


def in_centre(work: Work, opened: Open) -> Callable[[argparse.Namespace], Answer]:
    """The `run` of a step whose work wants the centre."""

    def run(arguments: argparse.Namespace) -> Answer:
        with opened(arguments) as centre:
            return work(centre, arguments)

    return run


def by_registrar(work: Work) -> Work:
    """`work` once it is known that --who is a registrar: it stands in the record. Raises StaffRefused."""

    def checked(centre: Centre, arguments: argparse.Namespace) -> Answer:
        from central.office.accounts import staff

        for one in staff.all_accounts(centre):
            if one.account == arguments.who and one.state == "active" and Role.REGISTRAR in staff.roles_of(one):
                return work(centre, arguments)
        raise staff.StaffRefused(f"--who {arguments.who!r}: no active account of a registrar")

    return checked


def add_registrar(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--who", required=True, metavar="ACCOUNT", help="the registrar who does it")


def who(arguments: argparse.Namespace) -> str:
    """Whose word it is, for the record: --who, or the system's user."""
    return arguments.who or f"os:{getpass.getuser()}"


def day(text: str) -> date:
    """An argument's type."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date; expected one such as 2026-11-21") from None
