"""A matter that nobody has heard of lives at a booth: the kernel asks it what it asks the others, and names none."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import pytest
import small_town as st
from lobby_house import House
from technicians import hand

from card_reader import Pin
from kiosk import health
from kiosk.counter.presenters import present
from kiosk.desk.actions import Action, Back, Choose, EnterPin, Next, OpenCategory
from kiosk.desk.guest import Outcome, Show
from kiosk.desk.matter import BoothMatter, Offered, Way
from kiosk.desk.technician.pages import services as services_page
from kiosk.desk.technician.views import Told
from kiosk.desk.views import CategoryPage, Entry, Menu, PinEntry, Problem, TakeCard, Tile, TileState, Working
from kiosk.desk.visit import Visit
from kiosk.desk.work import Lane, shown
from kiosk.identity.signing_in import PinTooOld
from kiosk.kernel import acts, closures, expiry, matter
from kiosk.kernel.activity import Activity
from kiosk.kernel.matter import BackOffice, Fact
from kiosk.kernel.public_matter import shop_window
from kiosk.matters import MATTERS
from kiosk.store import facts
from kiosk.syncing import applying
from kiosk.technician import rehearsal, switches
from kiosk.technician.switches import Reason
from municipality.failures import BoothCode, Code
from municipality.matter import Act, Carried, Category, Item, Matter, Needs
from municipality.matters.certificates.failures import CertificateCode
from municipality.matters.votes.failures import VoteCode
from municipality.messages import Message, Words
from municipality.proof import Proof
from sync import Item as Came
from sync import Reject, outbox, sign_matter

TITLE = Words(el="Ένα παγκάκι", en="A bench")


class Bench(Message):
    version: Literal[1] = 1
    place: str


BENCHES = Matter(
    "benches",
    title="Benches",
    closed="No benches here now.",
    category=Category.SOCIAL,
    needs=Needs(news_days=10, printer=True),
    acts=(Act("bench", "Bench", Bench, Carried("nobody", "nobody"), proof=Proof.BOOTH, urgent=True),),
    items=(
        Item("bench", Bench, Carried("nobody", "nobody"), may_be_withdrawn=True),
        Item("bench_key", Bench, Carried("nobody", "nobody"), sealed=True),
    ),
)


@dataclass(frozen=True)
class Sitting:
    """An errand that answers its job with whatever stands in `results`."""

    results: list[object]
    not_begun: Code = CertificateCode.CERTIFICATE_NOT_MADE
    not_sure: Code = BoothCode.BOOTH_FAULT

    def view(self) -> Problem:
        return Problem(VoteCode.VOTE_NOT_YET)

    def act(self, action: Action) -> Way:
        return {Next(): Way.ON, Back(): Way.OUT}.get(action, Way.HERE)

    def start(self, _session: object) -> tuple[Working, object]:
        return shown((Activity.STORING,), Activity.STORING), (Lane.STORE, lambda _progress: self.results.pop(0))

    def finished(self, result: object) -> Outcome | None:
        return Outcome(TakeCard()) if result == "sat down" else None


@dataclass(frozen=True)
class Desk:
    results: list[object]

    def badge(self) -> Told:
        return Told("1 open vote")

    def entries(self, why: Code | None) -> tuple[Entry, ...]:
        return (Entry("bench", TITLE, TITLE, available=why is None), Entry("no bench", TITLE, TITLE))

    def open(self, key: str) -> Sitting | Code | None:
        return {"bench": Sitting(self.results), "no bench": VoteCode.VOTE_CLOSED}.get(key)


def pulled(booth, ago: timedelta) -> None:
    with booth.store.writing() as connection:
        facts.put_moment(connection, facts.PULLED, booth.clock() - ago)


@pytest.fixture
def heard() -> list[object]:
    return []


@pytest.fixture
def booth(desk, heard: list[object]):
    def judge(_booth: object, _connection: object, item: matter.Pulled) -> Reject | None:
        return Reject("sat-on") if item.message == Bench(place="wet") else heard.append((item.key, item.message))

    back = BackOffice(
        BENCHES,
        judge=judge,
        taken=lambda _connection, ids, at: heard.append(("taken", ids, at)),
        answered=lambda _connection, at: heard.append(("answered", at)),
        round_over=lambda _connection: heard.append("round over"),
        restarted=lambda _booth: heard.append("restarted"),
        visit_over=lambda _booth: heard.append("visit over"),
        notices=lambda *_: (TITLE,),
        facts=lambda _connection: {Fact.CARDS_CAN_BE_BLOCKED},
        trials=(lambda clock: health.found("storing.ok", milliseconds=round(clock())),),
    )
    object.__setattr__(desk.booth, "matters", (*desk.booth.matters, back))
    return desk.booth


@pytest.fixture
def results() -> list[object]:
    return []


@pytest.fixture
def house(desk, booth, results: list[object]) -> Iterator[House]:
    benches = BoothMatter(booth.matters[-1], prepare=lambda *_: Desk(results))
    made = House(desk, (*MATTERS, benches))
    made.sign_in()
    yield made
    made.watch.stop()


def test_its_items_are_judged_by_itself(desk, booth, heard: list[object]) -> None:
    def said(place: str, kind: str = "bench", typ: str = "bench") -> Reject | None:
        body = place and sign_matter(Bench(place=place).text().encode(), desk.town.centre_key, kid="centre", typ=typ)
        with booth.store.writing() as connection:
            return applying.apply(booth, connection, Came(kind, "by the sea", 1, body), booth.clock())

    assert said("dry") is None and heard == [("by the sea", Bench(place="dry"))]
    assert said("wet") == Reject("sat-on")
    assert said("dry", typ="votes.notice") == Reject("not-signed")
    assert said("dry", kind="chair") == Reject("unknown-kind")
    assert said("") is None, "it may be withdrawn"
    assert said("", kind="cards.revocations") == Reject("cannot-be-withdrawn")
    assert applying.opaque_kinds(booth) == {"dossier", "votes.slip", "bench_key"}
    assert applying.urgent_kinds(booth) == ("cards.block", "bench")


def test_its_act_goes_up_by_the_one_door(booth) -> None:
    with booth.store.writing() as connection:
        id = acts.queue(booth, connection, Bench(place="dry"))
        assert [(one.id, one.kind) for one in outbox.pending(connection, 9)] == [(id, "bench")]


def test_it_hears_of_rounds_starts_and_visits(booth, heard: list[object]) -> None:
    now = booth.clock()
    with booth.store.writing() as connection:
        applying.taken(booth, connection, ["an act"], now)
        applying.answered(booth, connection, now)
        applying.round_over(booth, connection)
    matter.restarted(booth)
    matter.visit_over(booth)
    assert heard == [("taken", ["an act"], now), ("answered", now), "round over", "restarted", "visit over"]


def test_it_speaks_while_nobody_is_there_and_tries_itself(booth, monkeypatch: pytest.MonkeyPatch) -> None:
    window = shop_window(booth)
    assert window.notices[-1] == TITLE and len(window.notices) == 2 and window.block_codes
    monkeypatch.setattr(rehearsal, "_card", lambda _technician: health.found("card.ok"))
    booth.press.warm_up()
    names = [one.name for one in rehearsal.rehearse(booth, None, lambda *_: None, clock=lambda: 4.0)]
    assert names == ["card.ok", "ballot.ok", "storing.ok", "storing.ok", "press.ok"]


def test_what_it_needs_closes_it(desk, booth) -> None:
    assert expiry.services(booth) == ("sign_in", "votes", "certificates", "benches")
    pulled(booth, timedelta(days=10) - timedelta(seconds=5))
    assert expiry.why_off(booth, expiry.Service("benches")) is None
    pulled(booth, timedelta(days=10, seconds=5))
    assert [(one.service, one.code) for one in expiry.services_off(booth)] == [("benches", BoothCode.DOSSIER_TOO_OLD)]
    closed = closures.closed_now(booth, BoothCode.PRINTER_NOT_READY)
    assert closed == {"benches": BoothCode.DOSSIER_TOO_OLD, "certificates": BoothCode.PRINTER_NOT_READY}
    finding = health.check_services(booth)
    assert (finding.name, finding.values["what"]) == ("services.closed", ("Benches",))
    switches.switch_off(booth, hand(desk), expiry.Service("benches"), Reason.REPAIR)
    assert expiry.no_new_act(booth, expiry.Service("benches")) is BoothCode.OFF_FOR_REPAIR
    assert health.check_services(booth).values == {"what": ("Benches",)}
    assert services_page(booth).rows[-1].name == Told("Benches")


def test_a_resident_finds_it_and_their_errand_is_told_to_its_end(house: House, results: list[object]) -> None:
    assert (
        isinstance(house.view, Menu)
        and Tile(Category.SOCIAL, TileState.WAITING, Told("1 open vote")) in house.view.tiles
    )
    page = house.act(OpenCategory(Category.SOCIAL))
    assert isinstance(page, CategoryPage) and [entry.key for entry in page.entries] == ["bench", "no bench"]
    assert house.act(Choose("no bench")) == Problem(VoteCode.VOTE_CLOSED)
    house.act(Next())
    assert house.act(OpenCategory(Category.SOCIAL)) == page
    house.act(Choose("bench"))
    assert house.act(Back()) == page, "and out again"
    for outcome, view in (("sat down", TakeCard()), ("fell off", Problem(BoothCode.BOOTH_FAULT))):
        house.pull()
        house.sign_in()
        house.act(OpenCategory(Category.SOCIAL))
        house.act(Choose("bench"))
        results.append(outcome)
        assert house.act(Next()) == view


def test_the_pin_is_asked_once_more_and_then_the_errand_goes_on(house: House, results: list[object]) -> None:
    house.act(OpenCategory(Category.SOCIAL))
    house.act(Choose("bench"))
    results += [PinTooOld(), "sat down"]
    assert house.act(Next()) == PinEntry(3, again=True)
    assert house.act(EnterPin(Pin(st.PIN))) == TakeCard() and results == []


def test_without_its_printer_its_tile_says_so(booth, results: list[object]) -> None:
    closed = {expiry.Service("benches"): BoothCode.PRINTER_NOT_READY}
    visit = Visit(booth, None, (Offered(BENCHES, Desk(results)),), closed)
    menu = visit.menu()
    first, *rest = present(menu, "en")["tiles"]
    assert (first["category"], first["status"]) == ("social", "Closed now. The printer is not ready")
    assert [tile["status"] for tile in rest] == ["Not here yet"] * 3
    answer = visit.act(menu, OpenCategory(Category.SOCIAL))
    assert isinstance(answer, Show) and isinstance(page := answer.view, CategoryPage)
    assert [entry.available for entry in page.entries] == [False, True]
