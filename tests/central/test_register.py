"""The register at work: a matter that the kernel has never heard of is judged, kept, heard, exported and let go of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import bare_centre
import pytest
from outbox_life import BoothOnly
from seeded_town import Booth as SeededBooth
from seeded_town import Doing, paper, person_of

import central.matters
from card_reader import CardImage
from central.kernel import intake, retention
from central.kernel.centre import Centre
from central.kernel.matter import (
    BackOffice,
    Brought,
    CardUsed,
    Event,
    Kept,
    Purge,
    Rejected,
    RejectedAct,
    Undecided,
    taking,
)
from central.kernel.register import Register
from central.opening import REGISTER, open_centre
from central.store import Tx, alarms
from central.store.line import envelopes
from central.store.line.booths import Booth
from municipality.matter import Act, Carried, Matter
from municipality.matters.votes.keeps import VoteThing
from municipality.messages import Message
from municipality.proof import Proof
from sync import Answer, Envelope


class PlotAct(Message):
    """A plot in the town's garden, wished for at a booth."""

    kind: Literal["plot"] = "plot"
    version: Literal[1] = 1
    plot: str


def gardens_of(proof: Proof) -> Matter:
    act = Act("plot", "Plot", PlotAct, Carried("nobody", "nobody"), proof=proof)
    return Matter("gardens", title="Gardens", acts=(act,))


MATTER = gardens_of(Proof.BOOTH)


class Gardens:
    """A back office that writes down what it is asked."""

    def __init__(self, matter: Matter = MATTER) -> None:
        self.judged: list[list[str]] = []
        self.kept: list[list[str]] = []
        self.heard: list[Event] = []
        self.brought: list[Brought[Any]] = []
        self.refused: list[tuple[str, str, str]] = []
        self.back = BackOffice(
            matter,
            takes=(taking(PlotAct, str, self._judge, self._keep, self._hear_refused),),
            hears=self._hear,
            purges=(Purge(VoteThing.BALLOTS, lambda _centre, _now: 3),),
            highest_serial=lambda _tx, _booth, _prefix: 7,
        )

    def _judge(
        self, _centre: Centre, booth: Booth, acts: Sequence[Brought[PlotAct]]
    ) -> list[str | Rejected | Undecided]:
        self.judged.append([one.act.plot for one in acts])
        special = {"sea": Rejected("no-garden"), "fog": Undecided("OSError")}
        return [special.get(one.act.plot, f"{booth.booth}: {one.act.plot}") for one in acts]

    def _keep(self, _tx: Tx, accepted: Sequence[Brought[str]], now: datetime) -> Kept:
        self.kept.append([one.act for one in accepted])
        self.brought += accepted
        taken = ["taken" if one.act.endswith("rose") else "" for one in accepted]
        return Kept(taken, [CardUsed("KD-1", one.booth, now, one.act) for one in accepted])

    def _hear_refused(self, _tx: Tx, refused: Sequence[RejectedAct]) -> None:
        self.refused += [(one.kind, PlotAct.read(one.act.text()).plot, one.reason) for one in refused]

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


def wish(
    centre: Centre, booth: BoothOnly | SeededBooth, *plots: str, previous: str = "", card: CardImage | None = None
) -> list[Envelope]:
    here = booth if isinstance(booth, SeededBooth) else by_hand(booth)
    made: list[Envelope] = []
    for plot in plots:
        before = made[-1].digest() if made else previous
        doing = Doing(PlotAct(plot=plot), here.id, centre.clock().replace(microsecond=0), card)
        made.append(here.act(doing, previous=before))
    return made


def by_hand(booth: BoothOnly) -> SeededBooth:
    return SeededBooth(booth.id, booth.key, booth.centre_sealing, booth.centre_signing)


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


def test_a_matter_hears_which_of_its_acts_were_refused_before_it_kept_any(
    centre: Centre, booth: BoothOnly, gardens: Gardens
) -> None:
    """What it has refused to keep itself, and what cannot be read or is nobody's word, it does not hear of."""
    acts = wish(centre, booth, "fig", "sea", "fog", "rose")
    intake.take_batch(centre, booth.id, acts)
    assert gardens.refused == [("plot", "sea", "no-garden")]
    intake.take_batch(centre, booth.id, acts)
    assert len(gardens.refused) == 1, "once, however often it is sent"


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


@pytest.fixture
def in_town(town: Any, gardens: Gardens) -> Iterator[Centre]:
    """The same matter in a town with residents and cards."""
    opened = open_centre(town.home)
    yield replace(opened, matters=Register([*REGISTER.offices, gardens.back]))
    opened.store.close()


def test_matters_keep_in_their_own_order_whatever_came_first(town: Any, in_town: Centre, gardens: Gardens) -> None:
    """So that no two batches wait for each other's rows; and who listens hears of all that others keep."""
    centre, booth = in_town, town.booth()
    (plot,) = wish(centre, booth, "fig")
    letter = paper(town, centre, previous=plot.digest())
    assert said(intake.take_batch(centre, booth.id, [plot, letter])) == [("accepted", "")] * 2
    assert [event.about for event in gardens.heard] == ["AA1/2026/000001", f"{booth.id}: fig"]
    with pytest.raises(KeyError):
        REGISTER["plot"]
    assert said(intake.take_batch(replace(centre, matters=REGISTER), booth.id, wish(centre, booth, "fig"))) == [
        ("rejected", "unknown-kind")
    ]


def test_a_matter_is_told_whose_card_has_signed_and_whose_word_it_is(
    town: Any, in_town: Centre, gardens: Gardens
) -> None:
    """The kernel has seen it proved: a matter looks into no certificate."""
    booth, card, now = town.booth(), town.card("elector"), in_town.clock().replace(microsecond=0)
    by_card = replace(in_town, matters=Register([Gardens(gardens_of(Proof.CARD)).back]))
    for centre, whose, refused in ((in_town, card, "unreadable-body"), (by_card, None, "no-card-proof")):
        (act,) = wish(centre, booth, "fig", card=whose)
        assert said(intake.take_batch(centre, booth.id, [act])) == [("rejected", refused)]
    assert said(intake.take_batch(in_town, booth.id, wish(in_town, booth, "fig"))) == [("accepted", "")]
    (told,) = gardens.brought
    assert (told.booth, told.card, told.person) == (booth.id, "", "")
    signed = Gardens(gardens_of(Proof.CARD))
    by_card = replace(in_town, matters=Register([signed.back]))
    (act,) = wish(by_card, booth, "fig", card=card)
    assert said(intake.take_batch(by_card, booth.id, [act])) == [("accepted", "")]
    (told,) = signed.brought
    assert (told.envelope, told.booth, told.card, told.person) == (act.id, booth.id, card.number, person_of(card))
    assert timedelta(0) <= told.at - now < timedelta(minutes=1)


@pytest.mark.parametrize("proof", [Proof.OIDC, Proof.CLERK])
@pytest.mark.parametrize("signed", [True, False])
def test_what_is_done_at_the_town_halls_own_pages_comes_from_no_booth(
    town: Any, in_town: Centre, proof: Proof, signed: bool
) -> None:
    booth, inside = town.booth(), Gardens(gardens_of(proof))
    centre = replace(in_town, matters=Register([inside.back]))
    act = wish(centre, booth, "fig", card=town.card("elector") if signed else None)
    assert said(intake.take_batch(centre, booth.id, act)) == [("rejected", "not-from-a-booth")]
    assert inside.judged == []


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
