"""One JSON object a line on stderr, for journald: time, level, event, and fields from a short list.

Must never hold an address, a query, a body, a tracker, a code or a name: a field that is not on the list is our mistake
and raises, and what libraries say is reduced to its wording without the values.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Final, TextIO

_FIELDS: Final = frozenset(
    {
        "route", "status", "milliseconds", "request", "booth", "reason", "trouble", "bytes_in", "bytes_out",
        "accepted", "duplicate", "rejected", "items", "count", "seconds", "state", "check", "what",
    }
)  # fmt: skip
_ATTRIBUTE: Final = "atm_fields"
_OURS: Final = ("central", "sync", "ballot_box", "printing", "municipality", "uvicorn", "asyncio")


def event(log: logging.Logger, level: int, name: str, **fields: str | int | float) -> None:
    """Say `name` with `fields`; empty ones are left out. Raises ValueError for a field that is not on the list."""
    strangers = fields.keys() - _FIELDS
    if strangers:
        raise ValueError(f"no such fields in the log: {sorted(strangers)}")
    if log.isEnabledFor(level):
        log.log(level, name, extra={_ATTRIBUTE: {key: value for key, value in fields.items() if value not in ("", 0)}})


class Lines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
        }
        fields = getattr(record, _ATTRIBUTE, None)
        if isinstance(fields, dict):
            said |= {"event": record.msg, **fields}
        else:
            # A library's wording, never its values: an address or a statement may be among them.
            known = record.name.partition(".")[0] in _OURS and isinstance(record.msg, str)
            said |= {"event": "said", "wording": record.msg.split("\n")[0][:200] if known else ""}
        if record.exc_info and record.exc_info[0] is not None:
            kind, _, trace = record.exc_info
            said |= {"exception": kind.__name__, "where": _where(trace)}
        return json.dumps(said, ensure_ascii=False)


def _where(trace: TracebackType | None) -> list[str]:
    """Files, lines and functions, without the exception's own words."""
    return [f"{step.name} {step.filename.rpartition('/')[2]}:{step.lineno}" for step in traceback.extract_tb(trace)][
        -12:
    ]


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
