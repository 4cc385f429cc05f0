"""What node_exporter's textfile collector reads after a round: counts and times, never an id.

Must never leave half a file: it is written beside and moved into place.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from sync.rounds.report import Report
from sync.store.outbox import Counts
from sync.store.stages import NAMES, Kept


def text(report: Report, counts: Counts, set_aside: int, kept: Mapping[str, Kept]) -> str:
    """The gauges, in Prometheus' text form. `kept`: what the store remembers of each stage, by name."""
    lines: list[str] = []

    def gauge(name: str, words: str, *values: tuple[str, float]) -> None:
        lines.extend((f"# HELP kiosk_sync_{name} {words}", f"# TYPE kiosk_sync_{name} gauge"))
        lines.extend(f"kiosk_sync_{name}{labels} {value:.15g}" for labels, value in values)

    waiting = (('{class="acts"}', counts.waiting_acts), ('{class="ballots"}', counts.waiting_ballots))
    finished = [(f'{{stage="{name}"}}', stage.finished) for name in NAMES if (stage := kept.get(name))]
    ok = {stage.name: stage.ok for stage in report.stages}
    gauge("last_round_timestamp_seconds", "When the last round began.", ("", report.started.timestamp()))
    gauge(
        "last_success_timestamp_seconds",
        "When the last round began that finished this stage.",
        *((labels, moment.timestamp()) for labels, moment in finished if moment is not None),
    )
    gauge("stage_ok", "1 if the last round finished this stage.", *((f'{{stage="{n}"}}', ok[n]) for n in ok))
    gauge("queue", "Envelopes that wait to be sent.", *waiting)
    gauge("held", "Answered envelopes whose body waits for the centre's backup.", ("", counts.held))
    gauge("refused", "Envelopes that the centre would not take.", ("", counts.refused))
    gauge("set_aside", "Items from the centre that could not be applied.", ("", set_aside))
    gauge("clock_offset_seconds", "Centre's clock minus ours.", ("", report.clock_offset.total_seconds()))
    gauge("round_seconds", "How long the last round took.", ("", report.seconds))
    gauge("sent_bytes", "Bytes sent in the last round, without TLS.", ("", report.bytes_sent))
    gauge("received_bytes", "Bytes received in the last round, without TLS.", ("", report.bytes_received))
    return "\n".join(lines) + "\n"


def write(file: Path, content: str) -> None:
    """Puts `content` in the place of `file` at once, readable by all. Raises OSError."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as beside:
            beside.write(content)
            beside.flush()
            # mkstemp's file is its owner's alone, and node_exporter is somebody else.
            os.fchmod(beside.fileno(), 0o644)
            os.fsync(beside.fileno())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
