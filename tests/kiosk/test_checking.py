"""«Check my vote»: by anybody, without a card and off line, by touch, keys or scanner; what is not known is said so."""

import base64
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import small_town as st
from lobby_house import House, of_kind
from playing import play

from kiosk.desk.actions import Action, Back, Cancel, Choose, EnterText, Idle, Mark, Next, Scanned
from kiosk.desk.blocks import Fact, Notice, Row, Told
from kiosk.desk.conversation import Acting, Conversation, ask, commit
from kiosk.desk.door.cardless import without_card_page
from kiosk.desk.matter import Anybody, Cardless, DoingForAnybody
from kiosk.desk.pages import Choice, Done, Form, Given, List, Option, Problem, Scan, Sure
from kiosk.desk.views import WITHOUT_CARD, Attract
from kiosk.desk.work import Lane
from kiosk.devices.scanner import NoScanner, SimulatedScanner
from kiosk.kernel.activity import Activity
from kiosk.matters import MATTERS
from kiosk.matters.votes.afterwards import receipts
from kiosk.matters.votes.afterwards.checking import answer_page, check_vote, scan_page, several_page, type_page
from kiosk.matters.votes.afterwards.receipts import Checked, NoList
from kiosk.matters.votes.desk import CHECK
from kiosk.syncing import applying
from municipality.failures import BoothCode
from municipality.matters.votes.failures import VoteCode
from municipality.matters.votes.messages import Trackers, VoteItem
from municipality.matters.votes.receipts import Listing, Receipt, pack
from municipality.matters.votes.saying import NO_TRACKER, SAID
from municipality.messages import MessageRefused, Words
from sync import Item, Reject, inbox

AS_OF = datetime(2026, 11, 30, 1, 15, tzinfo=UTC)
LISTED = {f"{place:x}" * 64: state for place, state in enumerate(Receipt, 1) if place <= 6}
ON_BOARD = "1f8a0c64e2b97d53" + "0" * 48
TWINS = ("abcdefabcdef0000" + "0" * 48, "abcdefabcdef1111" + "0" * 48)
EVERY = LISTED | {ON_BOARD: Receipt.ON_BOARD} | dict.fromkeys(TWINS, Receipt.SUPERSEDED)
ELSEWHERE = "c" * 64


def listed(desk, *, states: dict[str, Receipt] | None = None, over: bool = False, **changes: object) -> Item:
    told = Trackers(
        election=desk.town.election.election, as_of=AS_OF, over=over, ballots=pack(EVERY if states is None else states)
    )
    told = told.model_copy(update=changes)
    body = st.sign(desk.town.centre_key, VoteItem.TRACKERS, told.text())
    return Item(VoteItem.TRACKERS, told.election, 50, body)


def unsound(packed: str) -> str:
    """A message with what is no list in it."""
    return Trackers(election="E", as_of=AS_OF, over=False, ballots="").model_copy(update={"ballots": packed}).text()


def store(desk, *items: Item) -> None:
    with desk.booth.store.writing() as connection:
        for item in items:
            inbox.store_item(connection, item)


@pytest.fixture
def here(desk) -> Anybody:
    store(desk, listed(desk))
    return Anybody(desk.booth)


@pytest.fixture
def scanner(desk) -> SimulatedScanner:
    made = SimulatedScanner()
    object.__setattr__(desk.booth, "scanner", made)
    return made


def typed(text: str) -> dict[str, str]:
    return {"tracker": text}


# What it says


@pytest.mark.parametrize(("tracker", "state"), LISTED.items(), ids=lambda one: str(one)[:12])
def test_one_page_says_where_the_ballot_stands_and_as_of_when(here, desk, tracker: str, state: Receipt) -> None:
    played = play(check_vote, typed(tracker), here=here)
    title = desk.town.election.title
    assert played.pages == [type_page()]
    assert played.end == answer_page(tracker, Checked(state, AS_OF, title))
    end, said = played.end, SAID[state]
    assert isinstance(end, Done) and (end.about, end.title) == (title, Told(said.title))
    assert [fact.value for fact in of_kind(end.blocks, Fact)] == [" ".join([tracker[:4].upper()] * 4), AS_OF]
    assert [one.text for one in of_kind(end.blocks, Notice)] == [Told(said.todo)]
    assert (end.icon == "check") is (state is Receipt.ON_BOARD), "a tick is for what counts"


@pytest.mark.parametrize(
    "text",
    ["1F8A 0C64 E2B9 7D53", "1f8a-0c64-e2b9", "1F8Α OC64 Ε2Β9 7D53", ON_BOARD, "1f8a0c64e2b9"],
)  # fmt: skip
def test_it_is_forgiving(here, text: str) -> None:
    page = type_page().taken(EnterText(text))
    assert isinstance(page, Given)
    end = play(check_vote, page.answer, here=here).end
    assert isinstance(end, Done) and end.name == "on_board"


@pytest.mark.parametrize("text", ["", "1f8a0c64e2b", "hello there, this is no code", "g" * 64, "1" * 401])
def test_what_is_no_tracker_is_said_before_it_is_looked_for(text: str) -> None:
    page = type_page().taken(EnterText(text))
    assert isinstance(page, Form) and page.fault == Told(NO_TRACKER) and page.fields[0].value == text
    assert receipts.typed(text) == "" and receipts.typed("1f8a0c64e2b9") == "1f8a0c64e2b9"


def test_a_beginning_that_two_share_is_said_to_and_goes_on_where_it_was(here) -> None:
    played = play(check_vote, typed("ABCD EFAB CDEF"), typed("ABCD EFAB CDEF 1111"), here=here)
    assert played.pages == [type_page(), several_page("abcdefabcdef")]
    again = played.pages[1]
    assert again.fields[0].value == "ABCD EFAB CDEF" and again.fault == Told(SAID[Receipt.SEVERAL].text)
    assert isinstance(played.end, Done) and played.end.name == "superseded"
    assert played.read == [
        (receipts.can_scan,), (receipts.find, "abcdefabcdef", ""), (receipts.find, "abcdefabcdef1111"),
    ]  # fmt: skip


def test_two_votes_are_looked_through_and_a_ballot_is_told_with_its_own(desk, monkeypatch: pytest.MonkeyPatch) -> None:
    first = desk.town.election
    other = first.model_copy(update={"election": "other", "title": Words(el="Άλλη", en="Other")})
    monkeypatch.setattr(receipts.notices, "elections", lambda *_: [first, other])
    later = AS_OF + timedelta(hours=1)
    store(desk, listed(desk), listed(desk, states={ELSEWHERE: Receipt.LATE}, election="other", as_of=later))
    assert receipts.find(Anybody(desk.booth), ELSEWHERE[:12]) == Checked(Receipt.LATE, later, other.title)
    assert receipts.find(Anybody(desk.booth), "d" * 12) == Checked(Receipt.NOT_ARRIVED, AS_OF), "the older of the two"


@pytest.mark.parametrize(("over", "state"), [(False, Receipt.NOT_ARRIVED), (True, Receipt.NOT_COUNTED)])
def test_what_no_list_has_may_come_until_the_board_is_sealed(desk, over: bool, state: Receipt) -> None:
    store(desk, listed(desk, over=over))
    end = play(check_vote, typed(ELSEWHERE), here=Anybody(desk.booth)).end
    assert end == answer_page(ELSEWHERE, Checked(state, AS_OF, None))


def test_a_vote_without_its_list_keeps_hope_only_while_it_is_open(open_desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for ahead, state in ((timedelta(0), Receipt.NOT_ARRIVED), (timedelta(days=400), Receipt.NOT_COUNTED)):
        with open_desk(ahead) as desk:
            desk.fill()
            first = desk.town.election
            ended = first.model_copy(update={"election": "ended"})
            monkeypatch.setattr(receipts.notices, "elections", lambda *_, both=(first, ended): list(both))
            store(desk, listed(desk, over=True, election="ended"))
            assert receipts.find(Anybody(desk.booth), ELSEWHERE) == Checked(state, AS_OF)


def test_no_list_and_none_that_can_be_believed_are_said_with_a_code(desk) -> None:
    here = Anybody(desk.booth)
    assert play(check_vote, typed(ON_BOARD), here=here).end == Problem(VoteCode.VOTE_NO_LIST)
    good = listed(desk)
    store(desk, replace(good, body=good.body[:-4] + "AAAA"), listed(desk, election="unknown"))
    assert receipts.find(here, ON_BOARD) == NoList()
    store(desk, replace(good, body="", seq=60))
    assert receipts.find(here, ON_BOARD) == NoList(), "it was withdrawn"


# Scanned


@pytest.mark.parametrize(
    "code",
    [
        f"https://kiosk.example.gr/t?tracker={ON_BOARD}",
        f"https://kiosk.example.gr/votes/ELECTION/trackers?tracker={ON_BOARD}",
        f"https://kiosk.example.gr/t?lang=el&tracker={ON_BOARD}&more=1",
        ON_BOARD.upper(),
    ],
)
def test_the_square_of_a_vote_is_scanned_in_any_of_its_forms(here, desk, scanner, code: str) -> None:
    code = code.replace("ELECTION", desk.town.election.election)
    assert scan_page().taken(Scanned(code)) == Given(code)
    played = play(check_vote, code, here=here)
    assert played.pages == [scan_page()] and isinstance(played.end, Done) and played.end.name == "on_board"


def test_a_square_that_names_a_vote_which_nobody_knows_here_is_said_to(here, scanner) -> None:
    code = f"https://elsewhere.example.gr/votes/b7Kz2Q/trackers?tracker={ON_BOARD}"
    assert play(check_vote, code, here=here).end == Problem(VoteCode.VOTE_UNKNOWN)


@pytest.mark.parametrize(
    "code", ["https://kiosk.example.gr/v/7F3K-92QD-1M8X-0A4T", ON_BOARD[:63], ON_BOARD + "0", f"x?tracker={ON_BOARD}"]
)
def test_another_square_is_said_to_be_another(code: str) -> None:
    page = scan_page().taken(Scanned(code))
    assert isinstance(page, Scan) and page.tried == 1 and re.fullmatch(page.pattern, code) is None


def test_who_has_no_square_types_and_where_no_scanner_is_nobody_is_asked_for_one(here, scanner, desk) -> None:
    assert scan_page().taken(Next()) == Given("")
    assert play(check_vote, "", here=here).pages == [scan_page(), type_page()]
    object.__setattr__(desk.booth, "scanner", NoScanner())
    assert play(check_vote, here=here).pages == [type_page()]


# What comes of the town hall


def test_a_list_is_judged_before_it_is_kept(desk) -> None:
    good = listed(desk)
    with desk.booth.store.writing() as connection:

        def judged(item: Item) -> Reject | None:
            return applying.apply(desk.booth, connection, item, AS_OF)

        assert judged(good) is None and judged(replace(good, body="")) is None
        assert judged(replace(good, key="other")) == Reject("another-election")
        torn = st.sign(desk.town.centre_key, VoteItem.TRACKERS, unsound("AAAA"))
        assert judged(replace(good, body=torn)) == Reject("not-of-its-kind")
        before = [office for office in desk.booth.matters if office.matter.noun != "votes"]
        object.__setattr__(desk.booth, "matters", tuple(before))
        assert judged(good) == Reject("unknown-kind"), "as a program of before takes it: set aside, and nothing breaks"


@pytest.mark.parametrize("packed", ["AAAA", "!", pack({"1" * 64: Receipt.ON_BOARD})[:-4] + "//8=", "é"])
def test_what_is_no_list_is_refused(packed: str) -> None:
    with pytest.raises(ValueError, match="not a list"):
        Listing(packed)
    with pytest.raises(MessageRefused):
        Trackers.read(unsound(packed))


def test_a_list_out_of_order_or_with_one_twice_is_refused() -> None:
    one, two = (base64.b64decode(pack({each * 64: Receipt.LATE})) for each in "12")
    assert [begun.hex() for begun, _state in Listing(base64.b64encode(one + two).decode())] == ["1" * 16, "2" * 16]
    for rows in (two + one, one + one):
        with pytest.raises(ValueError, match="not a list"):
            Listing(base64.b64encode(rows).decode())


# At the first screen


@pytest.fixture
def house(here, desk) -> House:
    made = House(desk)
    yield made
    made.watch.stop()


def test_from_the_first_screen_and_back_to_it(house) -> None:
    assert isinstance(house.view, Attract) and house.view.cardless == (CHECK.row,)
    assert house.act(Choose(CHECK.row.key)) == type_page()
    end = house.act(EnterText(ON_BOARD))
    assert isinstance(end, Done) and end.name == "on_board"
    assert isinstance(house.act(Next()), Attract)


@pytest.mark.parametrize("way", [Back(), Cancel(), Idle()])
def test_who_has_typed_nothing_goes_at_once(house, way: Action) -> None:
    house.act(Choose(CHECK.row.key))
    assert isinstance(house.act(way), Attract)


def test_cancel_with_something_typed_is_asked_once(house) -> None:
    house.act(Choose(CHECK.row.key))
    page = house.act(EnterText("1f8a"))
    assert isinstance(page, Form) and house.act(Cancel()) == Sure()
    assert house.act(Back()) == page
    house.act(Cancel())
    assert isinstance(house.act(Next()), Attract)


def test_a_card_that_comes_in_ends_it(house) -> None:
    house.act(Choose(CHECK.row.key))
    house.act(EnterText("1f8a"))
    assert type(house.insert(st.ANNA)).__name__ == "PinEntry"
    assert isinstance(house.pull(), Problem)


def test_without_a_list_its_problem_has_no_card_to_take(desk) -> None:
    house = House(desk)
    house.act(Choose(CHECK.row.key))
    assert house.act(EnterText(ON_BOARD)) == Problem(VoteCode.VOTE_NO_LIST, card=False)
    assert isinstance(house.act(Next()), Attract)
    house.watch.stop()


def test_where_no_vote_is_known_there_is_nothing_to_touch(open_desk) -> None:
    with open_desk() as desk:
        desk.fill(without=(VoteItem.NOTICE,))
        house = House(desk)
        assert isinstance(house.view, Attract) and house.view.cardless == ()
        assert isinstance(house.act(Choose(CHECK.row.key)), Attract), "a window that is behind"
        house.watch.stop()


def test_nothing_of_what_was_asked_for_prints(house, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    house.act(Choose(CHECK.row.key))
    house.act(EnterText(ON_BOARD))
    assert ON_BOARD[:8] not in caplog.text + repr(house.lobby._guest) + repr(house.view)
    assert "1F8A" not in repr(house.lobby._guest) + repr(house.view)


def test_a_list_that_cannot_be_read_just_now_is_a_fault_without_a_card_to_take(house) -> None:
    lobby = house.lobby
    house.act(Choose(CHECK.row.key))
    run = lobby.act(EnterText(ON_BOARD)).run
    assert run is not None
    assert house.take(lobby.finished(run, OSError("the disk"))) == Problem(BoothCode.BOOTH_FAULT, card=False)
    assert isinstance(house.act(Next()), Attract)


# Any matter's door


def paid(_doing: DoingForAnybody, results: list[object]) -> object:
    return results.pop(0)


PAY = Acting(
    paid, Lane.STORE, (Activity.STORING,), (str,), not_begun=BoothCode.CARD_GONE, not_sure=BoothCode.BOOTH_FAULT
)
PAID = Done("paid", "Paid", another=False)


def pay(results: list[object]) -> Conversation:
    yield from ask(Choice("bill", "Bill", (Option("this"), Option("that"))))
    return PAID if (yield from commit(PAY, results)) == "paid" else Problem(BoothCode.STORE_FULL)


@pytest.fixture
def results() -> list[object]:
    return []


@pytest.fixture
def two_doors(here, desk, results) -> House:
    bills = Cardless(Row("Pay a bill", key="bills"), partial(pay, results))
    made = House(
        desk, tuple(replace(one, cardless=(*one.cardless, bills) * (one.matter.noun == "votes")) for one in MATTERS)
    )
    yield made
    made.watch.stop()


def test_several_stand_in_a_list_and_each_leads_back_to_it(two_doors) -> None:
    rows = two_doors.view.cardless
    assert [row.key for row in rows] == [CHECK.row.key, "bills"]
    assert two_doors.act(Choose(WITHOUT_CARD)) == without_card_page(rows)
    assert two_doors.act(Choose("nothing of ours")) == without_card_page(rows)
    assert two_doors.act(Choose("bills")).name == "bill"
    assert two_doors.act(Back()) == without_card_page(rows)
    assert two_doors.act(Choose(CHECK.row.key)) == type_page()
    assert two_doors.act(Back()) == without_card_page(rows) and isinstance(two_doors.view, List)
    assert isinstance(two_doors.act(Back()), Attract)


@pytest.mark.parametrize(
    ("result", "view"),
    [
        ("paid", PAID),
        ("full", Problem(BoothCode.STORE_FULL, card=False)),
        (OSError("it broke"), Problem(BoothCode.BOOTH_FAULT, card=False)),
    ],
)
def test_what_is_done_without_a_card_has_its_outcome(two_doors, results, result: object, view: object) -> None:
    results.append(result)
    two_doors.act(Choose("bills"))
    two_doors.act(Mark(0))
    assert two_doors.act(Next()) == view and results == []
    assert isinstance(two_doors.act(Next()), Attract)
