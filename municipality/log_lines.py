"""What a line of a log may hold, at the town hall and in a booth, and its form: one JSON object, for journald.

Must never hold an address, a query, a body, a tracker, a code or a name: a field that is not on the list is our mistake
and raises, and what libraries say is reduced to its wording without the values.
"""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Final

_FIELDS: Final = frozenset(
    {
        "route", "status", "milliseconds", "request", "booth", "reason", "trouble", "items", "seconds", "state",
        "check", "what", "lane", "instruction", "answer", "failure",
    }
)  # fmt: skip
_ATTRIBUTE: Final = "atm_fields"
_OURS: Final = (
    "central", "kiosk", "card_reader", "sync", "ballot_box", "printing", "municipality", "uvicorn", "asyncio",
)  # fmt: skip


def event(
    log: logging.Logger, level: int, name: str, fault: BaseException | None = None, /, **fields: str | int | float
) -> None:
    """Say `name` with `fields`; empty ones are left out. Of `fault` its type and its places are said, never its text.
    Raises ValueError for a field that is not on the list."""
    strangers = fields.keys() - _FIELDS
    if strangers:
        raise ValueError(f"no such fields in the log: {sorted(strangers)}")
    if log.isEnabledFor(level):
        said = {key: value for key, value in fields.items() if value not in ("", 0)}
        log.log(level, name, exc_info=fault, extra={_ATTRIBUTE: said})


def fields_of(record: logging.LogRecord) -> Mapping[str, str | int | float] | None:
    """What `event` said beside the name; None for a record that did not come from there."""
    fields = getattr(record, _ATTRIBUTE, None)
    return fields if isinstance(fields, dict) else None


class Lines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        fields = fields_of(record)
        if fields is not None:
            said |= {"event": record.msg, **fields}
        else:
            # A library's wording, never its values: an address or a statement may be among them.
            known = record.name.partition(".")[0] in _OURS and isinstance(record.msg, str)
            said |= {"event": "said", "wording": record.msg.split("\n")[0][:200] if known else ""}
        if record.exc_info and record.exc_info[0] is not None:
            kind, _, trace = record.exc_info
            said |= {"exception": kind.__name__, "where": places(trace)}
        return json.dumps(said, ensure_ascii=False)


def places(trace: TracebackType | None) -> list[str]:
    """Files, lines and functions, the innermost twelve, without the exception's own words."""
    return [f"{step.name} {step.filename.rpartition('/')[2]}:{step.lineno}" for step in traceback.extract_tb(trace)][
        -12:
    ]
