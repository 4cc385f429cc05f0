"""`kiosk officials`: the fingerprint of the officials of votes, typed from their signed paper at a booth that is one
already. Says what was there before and what is there now.
"""

import argparse
import sys
from pathlib import Path

from kiosk.commands import DONE, SETTINGS


class NoFingerprint(ValueError):
    """What was typed is none. Says what is wrong with it."""


def add_options(officials: argparse.ArgumentParser) -> None:
    officials.add_argument("code", metavar="CODE", help="10 groups of 4, as on the paper; - asks for it")
    officials.add_argument("--again", action="store_true", help="in the place of the one that the booth has")
    officials.add_argument("--config", type=Path, default=Path("kiosk.toml"), help="the booth's settings file")


def obey(options: argparse.Namespace) -> int:
    """The exit code; what was done or why not is said. Raises SettingsRefused."""
    from kiosk import settings
    from kiosk.kernel.upkeep import officials_file

    folder = settings.load(options.config).anchors.folder
    try:
        outcome = officials_file.keep(folder, asked(options.code), again=options.again)
    except NoFingerprint as refusal:
        print(refusal, file=sys.stderr)
        return SETTINGS
    except OSError as error:
        print(f"{folder}: cannot be written ({error.strerror})", file=sys.stderr)
        return SETTINGS
    match outcome:
        case officials_file.Another(before):
            print(f"the booth knows officials already: {before}; --again puts others in their place", file=sys.stderr)
            return SETTINGS
        case officials_file.Kept(before, now):
            print(f"before: {before or 'none'}\nnow:    {now}\nIt counts from the next start of the program.")
    return DONE


def asked(code: str) -> str:
    """`code`, or what is typed here where it is "-", as the booth keeps it. Raises NoFingerprint."""
    from ballot_box.officials import CodeRefused
    from kiosk.kernel.upkeep import officials_file

    try:
        return officials_file.fingerprint(sys.stdin.readline() if code == "-" else code)
    except CodeRefused as refused:
        raise NoFingerprint(f"the fingerprint of the officials: {refused}") from None


def known_in(folder: Path) -> str:
    """What the booth in `folder` has by now; "" for none."""
    from kiosk.kernel.upkeep import officials_file

    return officials_file.read_or_none(folder / "anchors")
