"""The centre's figures for Prometheus: what passed through this process, and how the store stands.

Must never carry a label that a stranger chose, nor anything of one booth-person, card or election.
"""

from __future__ import annotations

import threading
import time
from collections import Counter as Tally
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from central.kernel.centre import Centre
from central.kernel.serving import timekeeping
from central.kernel.serving.line import kept_through
from central.store import StoreFailed
from central.store.line import figures as rows
from sync import Answer

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_STANDING_SECONDS: Final = 15.0  # a scrape must not count a large table each time
_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Figures:
    """A registry of its own for each application: two centres in one process do not mix."""

    def __init__(self, centre: Centre) -> None:
        self._registry = registry = CollectorRegistry()
        self._seconds = Histogram(
            "atm_request_seconds", "Time of calls", ["route", "status"], registry=registry, buckets=_SECONDS
        )
        self._envelopes = Counter("atm_envelopes", "Envelopes answered", ["outcome", "reason"], registry=registry)
        self._batches = Counter("atm_batches", "Batches answered", registry=registry)
        self._refusals = Counter("atm_refusals", "Calls of the line refused", ["reason"], registry=registry)
        self._bytes = Counter("atm_line_bytes", "Bytes of bodies, packed", ["direction"], registry=registry)
        registry.register(_StoreFigures(centre))

    def called(self, route: str, status: int, seconds: float, reason: str, bytes_in: int, bytes_out: int) -> None:
        """One call. `route` is a pattern, `reason` one of our own refusals."""
        self._seconds.labels(route, str(status)).observe(seconds)
        self._bytes.labels("in").inc(bytes_in)
        self._bytes.labels("out").inc(bytes_out)
        if reason:
            self._refusals.labels(reason).inc()

    def answered(self, answers: Sequence[Answer]) -> None:
        """One batch."""
        self._batches.inc()
        for said, count in Tally((answer.outcome, answer.reason) for answer in answers).items():
            self._envelopes.labels(*said).inc(count)

    def text(self) -> bytes:
        """The exposition format, version 0.0.4."""
        return generate_latest(self._registry)


class _StoreFigures(Collector):
    """What the store says when it is asked; where it does not answer, `atm_store_up` is 0 and the rest is missing."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._lock = threading.Lock()
        self._read_at = -_STANDING_SECONDS
        self._counts: rows.Counts | None = None

    def describe(self) -> Iterable[Metric]:
        return ()

    def collect(self) -> Iterator[Metric]:
        try:
            counts = self._read()
        except (StoreFailed, OSError):
            yield GaugeMetricFamily("atm_store_up", "Whether the store answers", 0)
            return
        yield GaugeMetricFamily("atm_store_up", "Whether the store answers", 1)
        booths = GaugeMetricFamily("atm_booths", "Booths by state", labels=["state"])
        for state, number in counts.booths.items():
            booths.add_metric([state], number)
        yield booths
        counted = (
            ("booths_unheard", "Active booths that were never heard", counts.unheard),
            ("dead_letters", "Envelopes that were rejected and are kept", counts.rejected),
            ("conflicts", "Other bytes that came under a known id", counts.conflicts),
            ("gaps", "Places where an act of a chain is missing", counts.gaps),
            ("alarms", "Alarms that nobody has looked at", counts.alarms),
            ("feed_items", "Items that booths pull", counts.items),
            ("feed_last", "Highest number given to an item", counts.last_item),
        )
        for name, words, count in counted:
            yield GaugeMetricFamily(f"atm_{name}", words, count)
        now = timekeeping.known(self._centre)
        yield GaugeMetricFamily("atm_clock_in_doubt", "Whether this machine's clock is not believed", int(now is None))
        if now is not None:
            yield from self._ages(counts.oldest_seen, now)

    def _ages(self, oldest: datetime | None, now: datetime) -> Iterator[Metric]:
        for name, words, at in (
            ("atm_oldest_booth_seconds", "Since the active booth that is silent longest was last heard", oldest),
            ("atm_kept_through_seconds", "Since the last backup began", kept_through(self._centre)),
        ):
            if at is not None:
                yield GaugeMetricFamily(name, words, max(0.0, (now - at).total_seconds()))

    def _read(self) -> rows.Counts:
        with self._lock:
            if self._counts is None or time.monotonic() - self._read_at >= _STANDING_SECONDS:
                with self._centre.store.reading() as tx:
                    self._counts = rows.counts(tx)
                self._read_at = time.monotonic()
            return self._counts
