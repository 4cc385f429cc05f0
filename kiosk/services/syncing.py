"""A round with the centre: what waits goes up, what is new comes down, each item checked before it is believed."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from kiosk.services import applying, timekeeping
from kiosk.services.booth import CENTRE, Booth
from kiosk.services.status import booth_status
from kiosk.store import Connection, facts, journal
from municipality.log_lines import event
from sync import (
    PROTOCOL,
    Answer,
    Envelope,
    Hello,
    Line,
    Page,
    Report,
    Stage,
    inbox,
    metrics,
    outbox,
    report_of,
    run_round,
    sign_with,
    stages,
    steps,
    stick,
)

_LOG = logging.getLogger(__name__)

# A ballot's check at the centre is 50 to 150 ms: a batch with one must be answered well inside the line's time-out.
_BALLOTS = 40


@dataclass(frozen=True)
class DeadLetter:
    """An envelope that waits for a person: its id, kind and digest, and why the centre would not take it."""

    id: str
    kind: str
    digest: str
    reason: str


def sync_once(
    booth: Booth,
    client: Line,
    progress: Callable[[str, int, int], None],
    *,
    stop: Callable[[], bool] = lambda: False,
) -> Report:
    """One whole round. Trouble on the line is in the report's stages; the booth goes on serving in any case.

    `stop` is asked between transactions.
    """
    started = booth.clock()
    line = _Taught(booth, client)

    def centre_time() -> datetime:
        return booth.raw_clock() + client.clock_offset

    report = run_round(
        line,
        booth.store.writing,
        lambda connection, item: applying.apply(booth, connection, item, centre_time()),
        keys={CENTRE: booth.anchors.centre_signing},
        now=started,
        municipality=booth.settings.municipality.id,
        progress=progress,
        ballots=_BALLOTS,
        urgent=applying.urgent_kinds(booth),
        opaque=applying.opaque_kinds(booth),
        taken=lambda connection, acts: applying.taken(booth, connection, acts, centre_time()),
        status=lambda: _status(booth, client),
        stop=stop,
    )
    with booth.store.writing() as connection:
        if any(stage.name == "pull" and stage.ok for stage in report.stages):
            _note_pulled(booth, connection, client)
        applying.round_over(booth, connection)
        journal.note(connection, journal.What.ROUND, started, "complete" if report.ok else "cut")
    _tell(report)
    booth.store.fold()
    return report


def _tell(report: Report) -> None:
    """How a round ended. No counts: after an evening with one visit they would say whether it was a voter's."""
    cut = next((stage for stage in report.stages if not stage.ok), None)
    trouble = f"{cut.name}: {cut.problem.partition(':')[0]}" if cut else ""
    event(_LOG, logging.INFO, "round", state="whole" if report.ok else "cut", trouble=trouble)


def _status(booth: Booth, client: Line) -> bytes:
    with booth.store.writing() as connection:
        _note_pulled(booth, connection, client)
    return booth_status(booth, client.clock_offset).text().encode()


def _note_pulled(booth: Booth, connection: Connection, client: Line) -> None:
    """A pull that came to its end says how fresh everything is; a cut one says nothing."""
    if stages.kept(connection, "pull").problem == "":
        facts.put_moment(connection, facts.PULLED, booth.raw_clock() + client.clock_offset)


class _Taught:
    """The line, from which the booth learns the time and how fresh its matter is as soon as the centre has said so."""

    def __init__(self, booth: Booth, line: Line) -> None:
        self._booth, self._line = booth, line
        self.trusted = line.trusted

    @property
    def clock_offset(self) -> timedelta:
        return self._line.clock_offset

    @property
    def bytes_sent(self) -> int:
        return self._line.bytes_sent

    @property
    def bytes_received(self) -> int:
        return self._line.bytes_received

    def hello(self) -> Hello:
        hello = self._line.hello()
        if hello.protocol == PROTOCOL and hello.municipality == self._booth.settings.municipality.id:
            learn_time(self._booth, self._line.clock_offset)
        return hello

    def push(self, envelopes: Sequence[Envelope]) -> list[Answer]:
        return self._line.push(envelopes)

    def pull(self, cursor: int, limit: int = 500) -> Page:
        return self._line.pull(cursor, limit)

    def tell_status(self, status: bytes) -> None:
        self._line.tell_status(status)


def learn_time(booth: Booth, offset: timedelta) -> None:
    """The centre's clock, believed from now on: centre minus machine."""
    with booth.store.writing() as connection:
        facts.put(connection, facts.CLOCK_OFFSET, str(offset.total_seconds()))
        timekeeping.heard(booth, connection, booth.raw_clock() + offset)
    booth.learn_offset(offset)


def by_stick(booth: Booth, folder: Path) -> Report:
    """The same round by hand: takes the town hall's answer to the last letter, if it is there, and writes the next.

    Raises sync.stick.StickRefused; for an answer to an earlier letter only after the new one has been written.
    """
    started = booth.clock()
    keys = {CENTRE: booth.anchors.centre_signing}
    work = steps.Work(
        booth.store.writing,
        # No time comes with a stick, only one that has certainly passed.
        lambda connection, item: applying.apply(booth, connection, item, booth.clock()),
        keys,
        urgent=applying.urgent_kinds(booth),
        opaque=applying.opaque_kinds(booth),
    )
    refused: stick.StickRefused | None = None
    ended = []
    try:
        answered = stick.take_answer(
            work, folder, booth=booth.id, municipality=booth.settings.municipality.id, now=started
        )
        ended.append(Stage("answer", "" if answered else "none"))
        if answered:
            _learn_from_stick(booth, answered)
    except stick.StickRefused as refusal:
        if refusal.reason != "old":
            raise
        refused = refusal
    status = booth_status(booth, timedelta(0)).text().encode()
    stick.write_letter(
        work,
        folder,
        booth=booth.id,
        sign=sign_with(booth.key),
        centre=booth.anchors.centre_sealing,
        kid=CENTRE,
        now=booth.clock(),
        status=status,
    )
    ended.append(Stage("letter"))
    with booth.store.writing() as connection:
        journal.note(connection, journal.What.ROUND, started, "stick")
    booth.store.fold()
    if refused is not None:
        raise refused
    return report_of(work.tally, started, timedelta(0), ended)


def _learn_from_stick(booth: Booth, answered: stick.Answered) -> None:
    with booth.store.writing() as connection:
        timekeeping.has_passed(booth, connection, answered.hello.now)
        known = facts.moment(connection, facts.PULLED)
        if answered.whole and (known is None or answered.hello.now > known):
            facts.put_moment(connection, facts.PULLED, answered.hello.now)
        applying.answered(booth, connection, answered.hello.now)
        applying.round_over(booth, connection)


def dead_letters(booth: Booth) -> list[DeadLetter]:
    """What the centre would not take, for a technician."""
    with booth.store.reading() as connection:
        return [DeadLetter(one.id, one.kind, one.digest, one.reason) for one in outbox.problems(connection)]


def retry(booth: Booth, id: str) -> bool:
    """Lets a refused envelope wait again; the next round offers it. False if none of that id was refused."""
    with booth.store.writing() as connection:
        return outbox.retry(connection, id)


def metrics_text(booth: Booth, report: Report) -> str:
    """The round in node_exporter's form."""
    with booth.store.reading() as connection:
        kept = {name: stages.kept(connection, name) for name in stages.NAMES}
        return metrics.text(report, outbox.counts(connection), len(inbox.problems(connection)), kept)
