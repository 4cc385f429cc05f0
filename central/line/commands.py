"""`kiosk-central booths …`: what a technician does with booths at the command line. The console does the same.

Must never print a token but once, at the invitation, nor write one anywhere but where it was told to.
"""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import assert_never

from central.kernel.centre import Centre, signed_settings
from central.kernel.outcome import Outcome, Refused
from central.office import quarantine
from central.office.booths import admission, enrolment
from central.office.booths.admission import Officer
from central.office.booths.enrolment import Invited, Plate
from municipality.enrolment import BOOTH_ID
from municipality.staff import Role

Opened = Callable[[argparse.Namespace], AbstractContextManager[Centre]]
Answer = dict[str, object]


class BoothRefused(Exception):
    """It is not done; says why."""


def add(parser: argparse.ArgumentParser, add_home: Callable[[argparse.ArgumentParser], None], opened: Opened) -> None:
    """The steps of `booths`. `opened` gives the centre of the arguments."""
    steps = parser.add_subparsers(required=True, metavar="STEP")

    def step(name: str, words: str, run: Callable[[Centre, argparse.Namespace], Answer]) -> argparse.ArgumentParser:
        made = steps.add_parser(name, help=words)
        add_home(made)

        def with_centre(arguments: argparse.Namespace) -> Answer:
            with opened(arguments) as centre:
                return run(centre, arguments)

        made.set_defaults(run=with_centre)
        return made

    step("list", "every booth: state, certificate, last word, alarms", _list)
    _add_invite(step("invite", "a new booth, or --again a known one: prints a one-time code", _invite))
    for name, words, act in (
        ("suspend", "not served until resumed", admission.suspend),
        ("resume", "serve it again", admission.resume),
        ("revoke", "its keys are never believed again", admission.revoke),
        ("stolen", "it is gone: answered, kept apart, not served", admission.stolen),
    ):
        _add_officer(_add_id(step(name, words, _moving(act))))
    accept = _add_id(step("accept-key", "this key is our booth's, the others are not", _accept_key))
    accept.add_argument("--key", required=True, metavar="HEX", help="its fingerprint, 16 digits or more; `list` has it")
    _add_officer(accept)
    kept = _add_id(step("quarantine", "what a stolen booth sent; deciding takes two persons", _quarantine))
    what = kept.add_mutually_exclusive_group()
    what.add_argument("--release", action="store_const", dest="decision", const="released")
    what.add_argument("--discard", action="store_const", dest="decision", const="discarded")
    _add_officer(kept, roles=(Role.TECHNICIAN, Role.REGISTRAR))
    seen = step("alarm-seen", "somebody has seen to an alarm", _alarm_seen)
    seen.add_argument("--alarm", required=True, metavar="NUMBER")
    _add_officer(seen, roles=(Role.TECHNICIAN, Role.REGISTRAR))


def _add_id(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("--id", required=True, metavar="BOOTH")
    return parser


def _add_officer(parser: argparse.ArgumentParser, roles: tuple[Role, ...] = (Role.TECHNICIAN,)) -> None:
    parser.add_argument("--who", metavar="ACCOUNT", help="who does it, for the record; the system's user")
    parser.add_argument("--role", choices=[role.value for role in roles], default=Role.TECHNICIAN.value)


def _officer(arguments: argparse.Namespace) -> Officer:
    return Officer(arguments.who or f"os:{getpass.getuser()}", Role(arguments.role))


def _add_invite(parser: argparse.ArgumentParser) -> None:
    _add_id(parser)
    parser.add_argument("--name-el", default="", metavar="TEXT")
    parser.add_argument("--name-en", default="", metavar="TEXT")
    parser.add_argument("--prefix", default="", metavar="TEXT", help="opens its certificates' numbers")
    parser.add_argument("--again", action="store_true", help="the booth is known: only a new code")
    parser.add_argument("--centre", metavar="URL", help="where booths find this centre; the public address")
    parser.add_argument("--qr", type=Path, metavar="FILE", help="write the QR there: .svg or .png")
    _add_officer(parser)


def _invite(centre: Centre, arguments: argparse.Namespace) -> Answer:
    settings = signed_settings(centre)
    url = arguments.centre or (settings.public_url if settings else "")
    plate = Plate(arguments.id, arguments.name_el, arguments.name_en, arguments.prefix)
    fault = _fault(plate, url, arguments)
    if fault:
        raise BoothRefused(fault)
    by = _officer(arguments)
    if arguments.again:
        made = enrolment.invite_again(centre, plate.booth, url, by)
    else:
        made = enrolment.invite(centre, plate, url, by)
    match made:
        case Refused(reason):
            raise BoothRefused(f"{plate.booth}: {reason}")
        case Invited(invitation, expires_at):
            _draw(invitation.text(), arguments.qr)
            code = invitation.code
            return {
                "booth": invitation.booth,
                "centre": invitation.centre_url,
                "code": code.text(),
                "qr": invitation.text(),
                "expires": expires_at.isoformat(),
            }
    assert_never(made)


_PREFIX = r"[A-ZΑ-Ω0-9]{1,12}"


def _fault(plate: Plate, url: str, arguments: argparse.Namespace) -> str:
    import re

    if not re.fullmatch(BOOTH_ID, plate.booth):
        return f"--id {plate.booth!r}: expected small letters, digits and dashes, 2 to 31"
    if not re.match(r"https?://[^\s/]+", url):
        return f"--centre {url!r}: expected the address that booths find this centre at"
    if not arguments.again and not (plate.name_el and plate.name_en and re.fullmatch(_PREFIX, plate.number_prefix)):
        return "--name-el, --name-en and --prefix (1 to 12 capitals and digits) are expected for a new booth"
    if arguments.qr is not None and arguments.qr.suffix not in (".svg", ".png"):
        return f"--qr {arguments.qr}: expected a name that ends in .svg or .png"
    return ""


def _draw(text: str, file: Path | None) -> None:
    """On the terminal, and into a file that only its owner may read."""
    import segno

    code = segno.make(text, error="m", micro=False)
    if sys.stderr.isatty():
        code.terminal(sys.stderr, compact=True)
    if file is not None:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            code.save(out, kind=file.suffix.removeprefix("."), scale=6, border=4)


def _list(centre: Centre, _: argparse.Namespace) -> Answer:
    return {"booths": [_shown(one) for one in admission.all_standings(centre)]}


def _shown(one: admission.BoothStanding) -> Answer:
    status = json.loads(one.seen.status) if one.seen.status else None
    waiting = ("waiting_acts", "waiting_ballots", "refused", "held")
    return {
        "id": one.seen.booth,
        "state": one.seen.state,
        "name_el": one.seen.name_el,
        "last_seen": _iso(one.seen.last_seen),
        # What a stolen or silent booth still holds, as far as it ever said.
        "unsynced": status and {name: status[name] for name in waiting} | {"at": status["at"]},
        "keys": [_shown_key(key) for key in one.keys],
        "alarms": [{"alarm": a.alarm, "what": a.what, "at": _iso(a.at), "detail": a.detail} for a in one.alarms],
        "quarantined": one.quarantined,
    }


def _shown_key(key: admission.Key) -> Answer:
    return {
        "key": key.key,
        "until": _iso(key.not_after),
        "used": _iso(key.first_used),
        "replaced": _iso(key.replaced_at),
        "barred": _iso(key.barred_at),
    }


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")


def _moving(
    act: Callable[[Centre, str, Officer], Outcome],
) -> Callable[[Centre, argparse.Namespace], Answer]:
    return lambda centre, arguments: _done(arguments.id, act(centre, arguments.id, _officer(arguments)))


def _accept_key(centre: Centre, arguments: argparse.Namespace) -> Answer:
    return _done(arguments.id, admission.accept_key(centre, arguments.id, arguments.key, _officer(arguments)))


def _done(booth: str, outcome: Outcome) -> Answer:
    if isinstance(outcome, Refused):
        raise BoothRefused(f"{booth}: {outcome.reason}")
    return {"booth": outcome.about, "state": outcome.state}


def _quarantine(centre: Centre, arguments: argparse.Namespace) -> Answer:
    if arguments.decision is None:
        kept = quarantine.kept(centre, arguments.id)
        shown = [{"id": one.envelope, "kind": one.kind, "at": _iso(one.received_at)} for one in kept]
        return {"booth": arguments.id, "kept": shown}
    outcome = quarantine.decide(centre, arguments.id, arguments.decision, _officer(arguments))
    match outcome:
        case Refused(reason):
            raise BoothRefused(f"{arguments.id}: {reason}")
        case quarantine.Proposed(envelopes):
            return {"booth": arguments.id, "proposed": arguments.decision, "envelopes": envelopes}
        case quarantine.Decided(outcomes):
            return {"booth": arguments.id, "decided": arguments.decision, "outcomes": outcomes}
    assert_never(outcome)


def _alarm_seen(centre: Centre, arguments: argparse.Namespace) -> Answer:
    if not admission.see_alarm(centre, arguments.alarm, _officer(arguments)):
        raise BoothRefused(f"alarm {arguments.alarm}: none of this number is waiting")
    return {"alarm": arguments.alarm}
