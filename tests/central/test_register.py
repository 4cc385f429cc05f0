"""The register at work: a matter that the kernel has never heard of is judged, kept, heard, exported and let go of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Literal

import bare_centre
import pytest
from outbox_life import BoothOnly

import central.matters
from central.kernel import intake, retention
from central.kernel.centre import Centre
from central.kernel.matter import Accepted, BackOffice, CardUsed, Event, Kept, Purge, Rejected, Undecided, taking
from central.kernel.register import Register
from central.opening import REGISTER
from central.store import Tx, alarms
from central.store.line import envelopes
from central.store.line.booths import Booth
from municipality.matter import Act, Carried, Matter
from municipality.matters.votes.keeps import VoteThing
from municipality.messages import Message
from sync import Answer, Envelope, seal, sign_envelope, sign_with


class PlotAct(Message):
    """A plot in the town's garden, wished for at a booth."""

    kind: Literal["plot"] = "plot"
    version: Literal[1] = 1
    booth: str
    plot: str


MATTER = Matter("gardens", title="Gardens", acts=(Act("plot", "Plot", PlotAct, Carried("nobody", "nobody")),))


class Gardens:
    """A back office that writes down what it is asked."""

    def __init__(self) -> None:
        self.judged: list[list[str]] = []
        self.kept: list[list[str]] = []
        self.heard: list[Event] = []
        self.back = BackOffice(
            MATTER,
            takes=(taking(PlotAct, str, self._judge, self._keep),),
            hears=self._hear,
            purges=(Purge(VoteThing.BALLOTS, lambda _centre, _now: 3),),
            highest_serial=lambda _tx, _booth, _prefix: 7,
        )

    def _judge(self, _centre: Centre, booth: Booth, acts: Sequence[PlotAct]) -> list[str | Rejected | Undecided]:
        self.judged.append([act.plot for act in acts])
        special = {"sea": Rejected("no-garden"), "fog": Undecided("OSError")}
        return [special.get(act.plot, f"{booth.booth}: {act.plot}") for act in acts]

    def _keep(self, _tx: Tx, accepted: Sequence[Accepted[str]], now: datetime) -> Kept:
        self.kept.append([one.act for one in accepted])
        taken = ["taken" if one.act.endswith("rose") else "" for one in accepted]
        return Kept(taken, [CardUsed("KD-1", one.booth, now, one.act) for one in accepted])

    def _hear(self, tx: Tx, events: Sequence[Event], now: datetime) -> Sequence[Event]:
        self.heard += events
        alarms.ring(tx, "garden", events[0].booth, "", now)
        if any(event.about.endswith("nettle") for event in events):
            raise OSError("the gardener is away")
        return ()


@pytest.fixture
def gardens() -> Gardens:
    return Gardens()


@pytest.fixture
def centre(tmp_path: Path, gardens: Gardens) -> Iterator[Centre]:
    bare_centre.build(tmp_path / "centre", "sqlite:///centre.db")
    with bare_centre.opened(tmp_path / "centre") as opened:
        yield replace(opened, matters=Register([*REGISTER.offices, gardens.back]))


@pytest.fixture
def booth(centre: Centre, tmp_path: Path) -> BoothOnly:
    return bare_centre.add_booth(centre, tmp_path, "kamatero-1", "AA1")


def wish(centre: Centre, booth: BoothOnly, *plots: str, previous: str = "") -> list[Envelope]:
    made: list[Envelope] = []
    for plot in plots:
        text = PlotAct(booth=booth.id, plot=plot).text().encode()
        body = seal(text, booth.centre_sealing, kid="centre", size=1024)
        before = made[-1].digest() if made else previous
        made.append(
            sign_envelope(
                kind="plot", version=1, booth=booth.id, made_at=centre.clock(), body=body, previous=before,
                sign=sign_with(booth.key),
            )
        )  # fmt: skip
    return made


def said(answers: list[Answer]) -> list[tuple[str, str]]:
    return [(answer.outcome, answer.reason) for answer in answers]


def test_a_matter_of_yesterday_takes_its_acts_in_one_look(centre: Centre, booth: BoothOnly, gardens: Gardens) -> None:
    """Each judged in one batch, the sound ones kept in one transaction; none without a verdict has an answer."""
    acts = wish(centre, booth, "fig", "sea", "fog", "rose")
    answers = intake.take_batch(centre, booth.id, acts)
    assert said(answers) == [("accepted", ""), ("rejected", "no-garden"), ("rejected", "taken")]
    assert [answer.id for answer in answers] == [acts[0].id, acts[1].id, acts[3].id]
    assert [sorted(batch) for batch in gardens.judged] == [["fig", "fog", "rose", "sea"]]
    assert gardens.kept == [["kamatero-1: fig", "kamatero-1: rose"]]
    with centre.store.reading() as tx:
        assert envelopes.find(tx, acts[2].id) is None


def test_what_is_heard_of_it_stands_or_falls_with_it(centre: Centre, booth: BoothOnly, gardens: Gardens) -> None:
    first = wish(centre, booth, "fig")
    assert said(intake.take_batch(centre, booth.id, first)) == [("accepted", "")]
    assert [event.about for event in gardens.heard] == ["kamatero-1: fig"]
    (bad,) = wish(centre, booth, "nettle", previous=first[0].digest())
    with centre.store.writing() as tx:
        alarms.see(tx, alarms.waiting(tx, booth.id)[0].alarm, "tina", centre.clock())
    with pytest.raises(OSError, match="gardener"):
        intake.take_batch(centre, booth.id, [bad])
    with centre.store.reading() as tx:
        assert envelopes.find(tx, bad.id) is None and alarms.waiting(tx, booth.id) == []


def test_matters_keep_in_their_own_order_whatever_came_first(
    centre: Centre, booth: BoothOnly, gardens: Gardens
) -> None:
    """So that no two batches wait for each other's rows; and who listens hears of all that others keep."""
    (plot,) = wish(centre, booth, "fig")
    (paper,) = booth.acts(1, centre.clock(), plot.digest())
    assert said(intake.take_batch(centre, booth.id, [plot, paper])) == [("accepted", "")] * 2
    assert [event.about for event in gardens.heard] == ["AA1/2026/000001", "kamatero-1: fig"]
    with pytest.raises(KeyError):
        REGISTER["plot"]
    assert said(intake.take_batch(replace(centre, matters=REGISTER), booth.id, wish(centre, booth, "fig"))) == [
        ("rejected", "unknown-kind")
    ]


def test_what_it_lets_go_of_is_told_with_the_rest(centre: Centre, booth: BoothOnly) -> None:
    assert retention.purge(centre)[VoteThing.BALLOTS] == 3
    with centre.store.reading() as tx:
        assert centre.matters.highest_serial(tx, booth.id, booth.prefix) == 7
        assert REGISTER.highest_serial(tx, booth.id, booth.prefix) == 0


def test_a_matter_that_leaves_one_of_its_acts_lying_is_not_opened() -> None:
    with pytest.raises(ValueError, match="gardens"):
        Register([BackOffice(MATTER)])


def test_no_two_let_go_of_one_thing(gardens: Gardens) -> None:
    """One of the two counts would be lost."""
    again = Matter("orchards", title="Orchards")
    with pytest.raises(ValueError, match="orchards: ballots"):
        Register([gardens.back, BackOffice(again, purges=gardens.back.purges)])


def test_every_matter_lets_go_of_what_it_says_it_keeps() -> None:
    for one in central.matters.MATTERS:
        timed = [rule.thing for rule in one.matter.keeps if rule.days is not None and not rule.at_the_booth]
        assert [purge.thing for purge in one.back.purges] == timed, one.matter.noun
