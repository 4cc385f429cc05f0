"""What runs when officials.pyz is started: says in plain words what the machine lacks, then the ballot box."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from shutil import which


def lacking() -> str:
    if find_spec("cryptography") is None:
        return "apt install python3-cryptography"
    return "" if which("belenios-tool") else "apt install belenios-tool"


if __name__ == "__main__":
    if what := lacking():
        sys.exit(f"Λείπει κάτι από αυτόν τον υπολογιστή. Ζητήστε από τον τεχνικό: {what}")
    from ballot_box.__main__ import main

    sys.exit(main())
