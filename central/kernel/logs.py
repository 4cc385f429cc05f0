"""The centre's log on stderr, for journald, in the form of municipality.log_lines.

Must never hold an address, a query, a body, a tracker, a code or a name.
"""

from __future__ import annotations

import logging
import sys
from typing import TextIO

from municipality.log_lines import Lines, event

__all__ = ["event", "set_up"]


def set_up(level: str, stream: TextIO | None = None) -> None:
    """Everything that this process logs, as such lines, from `level` upwards."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(Lines())
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level.upper())
    logging.captureWarnings(True)
