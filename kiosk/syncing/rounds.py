"""A round with the centre: what waits goes up, what is new comes down, each item checked before it is believed."""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from kiosk.kernel import timekeeping
from kiosk.kernel.booth import CENTRE, Booth
from kiosk.store import Connection, StoreFull, facts, journal
from kiosk.syncing import applying
from kiosk.syncing.status import booth_status
from municipality.log_lines import event
from sync import (
    Apply,
    Line,
    Policy,
    Report,
    Round,
    Stage,
    Tally,
    inbox,
    metrics,
    outbox,
    report_of,
    sign_with,
    stages,
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
    _begin(booth, started)
    report = Round(client, booth.store.writing, _by_line(booth, client), _policy(booth)).run(
        started, status=lambda: _status(booth, client), progress=progress, stop=stop
    )
    with booth.store.writing() as connection:
        if any(stage.name == "pull" and stage.ok for stage in report.stages):
            _note_pulled(booth, connection, client)
        applying.round_over(booth, connection)
        journal.note(connection, journal.What.ROUND, started, "complete" if report.ok else "cut")
    _tell(report)
    booth.store.fold()
    return report


def _begin(booth: Booth, now: datetime) -> None:
    """What is due goes up with the rest. A full disk holds back no round: what waits already must go."""
    with suppress(StoreFull), booth.store.writing() as connection:
        applying.round_begins(booth, connection, now)


def _by_line(booth: Booth, client: Line) -> Apply:
    """What comes by the line is judged by the centre's time, which the line tells."""

    def centre_time() -> datetime:
        return booth.raw_clock() + client.clock_offset

    return Apply(
        lambda connection, item: applying.apply(booth, connection, item, centre_time()),
        taken=lambda connection, acts: applying.taken(booth, connection, acts, centre_time()),
        opaque=applying.opaque_kinds(booth),
        # Learned at once: what is judged next is judged by it, however the round ends.
        heard=lambda _hello: learn_time(booth, client.clock_offset),
    )


def _policy(booth: Booth) -> Policy:
    """On the line and on a stick the same."""
    keys = {CENTRE: booth.anchors.centre_signing}
    return Policy(keys, booth.settings.municipality.id, ballots=_BALLOTS, urgent=applying.urgent_kinds(booth))


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
    _begin(booth, started)
    policy, opaque = _policy(booth), applying.opaque_kinds(booth)
    # No time comes with a stick, only one that has certainly passed.
    apply = Apply(lambda connection, item: applying.apply(booth, connection, item, booth.clock()), opaque=opaque)
    tally = Tally()
    refused: stick.StickRefused | None = None
    ended = []
    try:
        answered = stick.take_answer(booth.store.writing, apply, policy, folder, booth=booth.id, now=started)
        ended.append(Stage("answer", "" if answered else "none"))
        if answered:
            tally = answered.tally
            _learn_from_stick(booth, answered)
    except stick.StickRefused as refusal:
        if refusal.reason != "old":
            raise
        refused = refusal
    _write_letter(booth, policy, folder)
    ended.append(Stage("letter"))
    with booth.store.writing() as connection:
        journal.note(connection, journal.What.ROUND, started, "stick")
    booth.store.fold()
    if refused is not None:
        raise refused
    return report_of(tally, started, timedelta(0), ended)


def _write_letter(booth: Booth, policy: Policy, folder: Path) -> None:
    stick.write_letter(
        booth.store.writing,
        policy,
        folder,
        booth=booth.id,
        sign=sign_with(booth.key),
        centre=booth.anchors.centre_sealing,
        kid=CENTRE,
        now=booth.clock(),
        status=booth_status(booth, timedelta(0)).text().encode(),
    )


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
