"""`kiosk enrol`: makes this machine a booth, with the invitation of a town hall. Says what it did, or what to do.

Never: the invitation's code in what it prints.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.commands import DONE, REFUSED, SETTINGS, TRY_AGAIN

if TYPE_CHECKING:
    from municipality.enrolment import Invitation


def add_options(enrol: argparse.ArgumentParser) -> None:
    how = enrol.add_mutually_exclusive_group(required=True)
    how.add_argument("--qr", metavar="FILE", help="what a scanner read from the invitation; - reads it here")
    how.add_argument("--token", metavar="CODE", help="the code, typed by hand; - asks for it; wants --booth, --centre")
    enrol.add_argument("--booth", metavar="ID", help="with --token: the booth's id, as on the invitation")
    enrol.add_argument("--centre", metavar="URL", help="with --token: the centre's address; else instead of the QR's")
    enrol.add_argument("--folder", type=Path, default=Path(), metavar="DIR", help="the booth's folder; this one")
    enrol.add_argument("--pkcs11", metavar="URI", help="make the key in a token: pkcs11:token=…;object=…?module-path=…")
    enrol.add_argument("--pin-file", type=Path, metavar="FILE", help="with --pkcs11: the file with the token's PIN")
    enrol.add_argument(
        "--officials", metavar="CODE", help="the votes' officials, from their signed paper; - asks for it"
    )
    enrol.add_argument("--again", action="store_true", help="the folder is a booth already: new key, new anchors")


def obey(options: argparse.Namespace) -> int:
    """The exit code; what was done or why not is said."""
    from kiosk import wiring
    from kiosk.commands import officials
    from kiosk.devices.keys import KeyRefused
    from kiosk.kernel.upkeep import enrolment
    from municipality.enrolment import CodeRefused

    try:
        invitation = _invitation(options)
        fingerprint = officials.asked(options.officials) if options.officials else ""
        key = wiring.key_in_token(options.pkcs11, options.pin_file) if options.pkcs11 else None
    except (CodeRefused, KeyRefused, officials.NoFingerprint) as refusal:
        print(refusal, file=sys.stderr)
        return SETTINGS
    dial = wiring.dial_centre(invitation.centre_url)
    folder = options.folder.absolute()
    match enrolment.enrol(folder, invitation, dial, key=key, again=options.again, officials=fingerprint):
        case enrolment.Enrolled(booth, until, offset):
            seconds = round(offset.total_seconds())
            said = {"booth": booth, "folder": str(folder), "until": until.isoformat(), "clock_offset_seconds": seconds}
            said["officials"] = officials.known_in(folder)
            print(json.dumps(said))
            if not said["officials"]:
                print("no officials: this booth takes no votes before kiosk officials CODE", file=sys.stderr)
            return DONE
        case enrolment.NoLine(why):
            print(f"no answer from the centre ({why}); the same command again goes on from here", file=sys.stderr)
            return TRY_AGAIN
        case enrolment.Impostor():
            print("whoever answers at this address is not the centre that wrote the invitation", file=sys.stderr)
        case enrolment.NotLetIn(reason):
            print(f"the centre does not let this booth in: {reason}", file=sys.stderr)
        case enrolment.BadAnswer(what):
            print(f"the centre's answer cannot be used: {what}", file=sys.stderr)
        case enrolment.AlreadyThere():
            print(f"{folder}: is a booth already; --again gives it a new key", file=sys.stderr)
            return SETTINGS
    return REFUSED


def _invitation(options: argparse.Namespace) -> "Invitation":
    """Raises CodeRefused."""
    from municipality.enrolment import Code, CodeRefused, Invitation

    if options.qr:
        read = Invitation.read(_words(options.qr))
        return read if options.centre is None else Invitation(read.booth, options.centre, read.code)
    if options.booth is None or options.centre is None:
        raise CodeRefused("--token wants --booth and --centre as well; --qr knows them")
    typed: str = options.token
    # On the command line others of this machine may read it: "-" asks.
    return Invitation(options.booth, options.centre, Code.read(_words(typed) if len(typed) == 1 else typed))


def _words(name: str) -> str:
    from municipality.enrolment import CodeRefused

    try:
        return sys.stdin.readline() if name == "-" else Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise CodeRefused(f"{name}: cannot be read; expected the text of a QR") from None
