"""A matter that nobody has heard of lives at a booth: the kernel asks it what it asks the others, and names none."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Literal

import pytest
import small_town as st
from lobby_house import SERVICES, House, face
from technicians import hand

from card_reader import Pin
from kiosk import health
from kiosk.counter import Crashed
from kiosk.counter.presenting.presenters import present
from kiosk.desk.actions import Back, Cancel, Choose, EnterPin, Mark, Next, OpenCategory
from kiosk.desk.blocks import Paragraph, Row, Told
from kiosk.desk.conversation import Acting, Conversation, ask, commit, look
from kiosk.desk.guest import Show
from kiosk.desk.matter import BoothMatter, Doing, Here, Offered, Script
from kiosk.desk.pages import Choice, Done, List, Option, Picked, Problem, Read, Review
from kiosk.desk.technician.parts import services as services_page
from kiosk.desk.views import Menu, PinEntry, TakeCard, Tile, TileState, View
from kiosk.desk.visit import Visit
from kiosk.desk.work import Lane, Turn
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
class Sat:
    """Down, on a bench that is dry or not."""

    dry: bool


def sit(_doing: Doing, results: list[object]) -> object:
    """Whatever stands in `results`."""
    result = results.pop(0)
    if isinstance(result, Exception):
        raise result
    return result


def free(_here: Here, results: list[object]) -> str:
    """Which bench: counted each time that somebody looks."""
    results.append("looked")
    return f"bench {results.count('looked')}"


SIT = Acting(
    sit,
    Lane.STORE,
    (Activity.STORING,),
    outcomes=(Sat,),
    not_begun=CertificateCode.CERTIFICATE_NOT_MADE,
    not_sure=BoothCode.BOOTH_FAULT,
)
SAT, WET = Done("sat", TITLE), Problem(VoteCode.VOTE_NOT_YET)


def sitting(results: list[object], looked: list[object]) -> Conversation:
    """Which bench, for how long; then they sit, and say whether it is dry."""
    bench = yield from look(free, looked)
    picked = yield from ask(Choice(bench, TITLE, (Option("a minute"), Option("an hour"))))
    yield from ask(Review("check", f"{bench} {sorted(picked.options)}"))
    match (yield from commit(SIT, results)):
        case Sat(True):
            return SAT
        case Sat():
            yield from ask(Read("wet", TITLE, (Paragraph(TITLE),), way_on=TITLE))
            return WET
    return None


@dataclass(frozen=True)
class Desk:
    results: list[object]
    looked: list[object] = field(default_factory=list)

    def badge(self) -> Told:
        return Told("1 open vote")

    def entries(self, why: Code | None) -> tuple[Row, ...]:
        return (Row(TITLE, TITLE, key="bench", closed=why is not None), Row(TITLE, TITLE, key="no bench"))

    def open(self, key: str) -> Script | Code | None:
        behind = {"bench": partial(sitting, self.results, self.looked), "no bench": VoteCode.VOTE_CLOSED}
        return behind.get(key)


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
        facts=lambda *_: {Fact.CARDS_CAN_BE_BLOCKED},
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
    assert applying.opaque_kinds(booth) == {"dossier", "sections", "votes.slip", "bench_key"}
    assert applying.urgent_kinds(booth) == ("votes.closing", "cards.block", "bench")


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
    monkeypatch.setattr(rehearsal, "card", lambda _technician: health.found("card.ok"))
    booth.press.warm_up()
    names = [one.name for one in rehearsal.rehearse(booth, None, lambda *_: None, clock=lambda: 4.0)]
    assert names == ["card.ok", "ballot.ok", "storing.ok", "storing.ok", "press.ok"]


def test_what_it_needs_closes_it(desk, booth) -> None:
    assert expiry.services(booth) == ("sign_in", *SERVICES, "benches")
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


def to_check(house: House) -> View:
    """As far as the page from which they sit down."""
    house.act(OpenCategory(Category.SOCIAL))
    house.act(Choose("bench"))
    house.act(Mark(1))
    return house.act(Next())


def test_a_resident_finds_it_and_their_conversation_is_told_to_its_end(house: House, results: list[object]) -> None:
    tile = Tile(Category.SOCIAL, TileState.WAITING, Told("1 open vote"))
    assert isinstance(house.view, Menu) and tile in house.view.tiles
    page = house.act(OpenCategory(Category.SOCIAL))
    assert face(page) == "List social" and [row.key for row in page.rows][-2:] == ["bench", "no bench"]
    assert house.act(Choose("no bench")) == Problem(VoteCode.VOTE_CLOSED)
    house.act(Next())
    assert house.act(OpenCategory(Category.SOCIAL)) == page
    assert house.act(Choose("nothing of this")) == page
    assert face(house.act(Choose("bench"))) == "Choice bench 1"
    assert house.act(Back()) == page, "and out again"
    for outcome, view in ((Sat(dry=True), SAT), ("fell off", Problem(BoothCode.BOOTH_FAULT))):
        house.pull()
        house.sign_in()
        assert to_check(house).title == "bench 1 [1]"
        results.append(outcome)
        assert house.act(Next()) == view


def test_the_pin_is_asked_once_more_and_then_the_act_goes_on(house: House, results: list[object]) -> None:
    check = to_check(house)
    results += [PinTooOld(), PinTooOld(), Sat(dry=True)]
    assert house.act(Next()) == PinEntry(3, again=True)
    assert house.act(Back()) == check, "they did not want to: nothing was done"
    assert face(house.act(Back())) == "Choice bench 2", "one page, and not the same once more"
    house.act(Mark(1))
    house.act(Next())
    assert house.act(Next()) == PinEntry(3, again=True)
    assert house.act(EnterPin(Pin(st.PIN))) == SAT and results == []
    assert house.act(Next()) == TakeCard()


def test_who_goes_back_sees_the_world_as_it_is_by_then(house: House) -> None:
    assert to_check(house).title == "bench 1 [1]"
    back = house.act(Back())
    assert (face(back), back.picked) == ("Choice bench 2", Picked()), "what was said of the other bench is none of it"
    house.act(Mark(0))
    assert house.act(Next()).title == "bench 2 [0]"


def test_past_an_act_there_is_no_way_back(house: House, results: list[object]) -> None:
    to_check(house)
    results.append(Sat(dry=False))
    assert face(house.act(Next())) == "Read wet"
    assert face(house.act(Back())) == "List social" and results == []
    to_check(house)
    results.append(Sat(dry=False))
    house.act(Next())
    assert house.act(Next()) == WET
    assert isinstance(house.act(Next()), Menu)
    to_check(house)
    results.append(Sat(dry=False))
    house.act(Next())
    assert house.act(Cancel()) == TakeCard(), "nothing is lost any more"


def test_what_stood_stands_while_something_is_read_and_what_breaks_there_ends_the_visit(house: House) -> None:
    page = house.act(OpenCategory(Category.SOCIAL))
    reading = house.lobby.act(Choose("bench"))
    assert reading.view == page and reading.run is not None and reading.run.lane is Lane.STORE
    assert house.lobby.act(Cancel()) == Turn(page), "the booth is at work"
    assert house.take(house.lobby.finished(reading.run, Crashed("OSError"))) == Problem(BoothCode.BOOTH_FAULT)
    assert house.act(Next()) == TakeCard()


def test_a_card_pulled_while_something_is_read_ends_the_visit(house: House) -> None:
    house.act(OpenCategory(Category.SOCIAL))
    reading = house.lobby.act(Choose("bench"))
    result = reading.run.job(house.progress.append)
    assert house.pull() == Problem(BoothCode.CARD_GONE)
    house.take(house.lobby.finished(reading.run, result))
    assert house.view == Problem(BoothCode.CARD_GONE)


def test_without_its_printer_its_tile_says_so(booth, results: list[object]) -> None:
    closed = {expiry.Service("benches"): BoothCode.PRINTER_NOT_READY}
    visit = Visit(booth, None, (Offered(BENCHES, Desk(results)),), closed)
    menu = visit.menu()
    first, *rest = present(menu, "en")["tiles"]
    assert (first["category"], first["status"]) == ("social", "Closed now. The printer is not ready")
    assert [tile["status"] for tile in rest] == ["Not here yet"] * 3
    answer = visit.act(menu, OpenCategory(Category.SOCIAL))
    assert isinstance(answer, Show) and isinstance(page := answer.view, List)
    assert [row.closed for row in page.rows] == [True, False]
