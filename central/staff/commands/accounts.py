"""`kiosk-central staff …`: accounts of the console, by whoever looks after the machine. A password comes by the
terminal or standard input: never as an argument, which others on the machine can read."""

from __future__ import annotations

import argparse
import getpass
import sys
from typing import TYPE_CHECKING

from central.staff.commands.steps import AddHome, Answer, Open, in_centre
from municipality.staff import Role

if TYPE_CHECKING:
    from central.kernel.centre import Centre
    from central.office.accounts import staff

WHO = "kiosk-central"  # in the record of acts: not an officer, but whoever holds the machine


def add(parser: argparse.ArgumentParser, add_home: AddHome, opened: Open) -> None:
    """The steps below `staff`, each with its `run`."""
    steps = parser.add_subparsers(required=True, metavar="STEP")
    for name, words, work in _STEPS:
        step = steps.add_parser(name, help=words)
        add_home(step)
        if name != "list":
            step.add_argument("--account", required=True, metavar="NAME")
        if name in ("add", "roles"):
            names = ",".join(Role)
            step.add_argument("--roles", required=True, type=_roles, metavar="A,B", help=f"of {names}")
        step.set_defaults(run=in_centre(work, opened))


def _roles(text: str) -> frozenset[Role]:
    try:
        return frozenset(Role(name.strip()) for name in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r}; expected some of {', '.join(Role)}, with commas") from None


def _password() -> str:
    from central.office.accounts import staff

    if sys.stdin.isatty():
        # Twice at a terminal, where nobody sees what they type; what comes by a pipe was not typed.
        first = getpass.getpass("Password: ")
        if first != getpass.getpass("Once more: "):
            raise staff.StaffRefused("the two passwords differ")
        return first
    return sys.stdin.readline().rstrip("\n")


def _add(centre: Centre, arguments: argparse.Namespace) -> Answer:
    from central.office.accounts import staff

    staff.add_account(centre, arguments.account, arguments.roles, _password(), who=WHO)
    return _shown(centre, arguments.account)


def _list(centre: Centre, _arguments: argparse.Namespace) -> Answer:
    from central.office.accounts import staff

    return {"accounts": [_line(one) for one in staff.all_accounts(centre)]}


def _disable(centre: Centre, arguments: argparse.Namespace) -> Answer:
    from central.office.accounts import staff

    staff.set_state(centre, arguments.account, "disabled", who=WHO)
    return _shown(centre, arguments.account)


def _enable(centre: Centre, arguments: argparse.Namespace) -> Answer:
    from central.office.accounts import staff

    staff.set_state(centre, arguments.account, "active", who=WHO)
    return _shown(centre, arguments.account)


def _change_password(centre: Centre, arguments: argparse.Namespace) -> Answer:
    from central.office.accounts import staff

    staff.set_password(centre, arguments.account, _password(), who=WHO)
    return _shown(centre, arguments.account)


def _change_roles(centre: Centre, arguments: argparse.Namespace) -> Answer:
    from central.office.accounts import staff

    staff.set_roles(centre, arguments.account, arguments.roles, who=WHO)
    return _shown(centre, arguments.account)


def _shown(centre: Centre, account: str) -> Answer:
    from central.office.accounts import staff

    return next(_line(one) for one in staff.all_accounts(centre) if one.account == account)


def _line(account: staff.Account) -> Answer:
    from central.office.accounts import staff

    signs_in = "password" if account.password is not None else "provider"
    roles = sorted(staff.roles_of(account))
    return {"account": account.account, "roles": roles, "state": account.state, "signs_in_with": signs_in}


_STEPS = (
    ("add", "make a local account; asks for its password", _add),
    ("list", "every account", _list),
    ("disable", "end an account's sessions and let it in no more", _disable),
    ("enable", "let a disabled account in again", _enable),
    ("password", "give a local account a new password; asks for it", _change_password),
    ("roles", "give a local account other roles", _change_roles),
)
