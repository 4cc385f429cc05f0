"""«I have lost my card»: blocked at once by number and block code, off line too; guessing is slow and tells nothing."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import leaks
import pytest
import small_town as st
from lobby_house import House, face, of_kind
from technicians import hand

from card_reader import block_code, block_code_hash
from kiosk.counter.presenting.presenters import present
from kiosk.desk.actions import Back, Cancel, EnterText, Idle, Next
from kiosk.desk.blocks import Fact
from kiosk.desk.door.lost_card import Reporting
from kiosk.desk.door.newcomer import Newcomer
from kiosk.desk.pages import Done, Problem
from kiosk.desk.views import Attract, LostCard, PinEntry
from kiosk.identity import lost_card, signing_in
from kiosk.identity.lost_card import Blocked, NotBlocked
from kiosk.identity.signing_in import AskPin, SignInRefused
from kiosk.kernel import public_matter
from kiosk.matters.cards import service as cards
from kiosk.store import StoreFull, blocks, facts, journal
from kiosk.syncing import applying
from kiosk.syncing import rounds as syncing
from municipality.failures import BoothCode, Code
from municipality.matters.cards.failures import LostCardCode
from municipality.matters.cards.messages import BlockCodes, CardBlockAct, CardItem
from municipality.proof import Head
from sync import PROTOCOL, Answer, Hello, Item, LineDown, inbox, outbox

CODE, OTHER = "7F3K-92QD", "0A1B-2C3D"
WRONG = "7F3K-92QE"


def codes(town) -> Item:
    entries = {st.ANNA: block_code_hash(CODE, b"a" * 16), st.TECHNICIAN: block_code_hash(OTHER, b"b" * 16)}
    told = st.sign(town.centre_key, CardItem.BLOCK_CODES, BlockCodes(entries=entries).text())
    return Item("cards.block_codes", "000", 30, told)


@pytest.fixture(scope="module")
def block_codes(town) -> Item:
    return codes(town)


@pytest.fixture
def lost(desk, block_codes):
    with desk.booth.store.writing() as connection:
        inbox.store_item(connection, block_codes)
    return desk


@pytest.fixture
def ahead(lost) -> list[timedelta]:
    """Moves the booth's clock, which stands still otherwise: a pause is over in seconds."""
    moved, began = [timedelta(0)], lost.booth.clock()
    object.__setattr__(lost.booth, "clock", lambda: began + moved[0])
    return moved


def acts(desk) -> list[tuple[Head, CardBlockAct]]:
    with desk.booth.store.reading() as connection:
        waiting = outbox.pending(connection, 100, urgent=("cards.block",))
    told = [st.told(desk.town, one) for one in waiting if one.kind == "cards.block"]
    return [(head, CardBlockAct.read(text)) for head, text in told]


def refused(desk, number: str = st.ANNA) -> Code | None:
    """What the booth says to the card before any PIN; None for «enter your PIN»."""
    desk.reader.insert(desk.cards[number])
    said = signing_in.begin(desk.booth)
    if isinstance(said, AskPin):
        said.connection.close()
    desk.reader.remove()
    return said.code if isinstance(said, SignInRefused) else None


def test_number_and_code_block_the_card_here_at_once(lost) -> None:
    assert refused(lost) is None
    done = lost_card.block(lost.booth, st.ANNA, CODE)
    assert isinstance(done, Blocked) and done.card == st.ANNA and st.ANNA not in repr(done)
    assert refused(lost) is BoothCode.CARD_REPORTED_LOST
    assert refused(lost, st.NIKOS) is None
    ((head, act),) = acts(lost)
    assert (act.card, act.by) == (st.ANNA, "block_code")
    assert head == Head(booth=st.BOOTH, at=done.at.replace(microsecond=0)), "no card has to say so"


def test_it_is_the_first_thing_that_the_town_hall_hears(lost) -> None:
    from kiosk.technician.records import did
    from municipality.matters.technicians.rules import Did

    did(lost.booth, hand(lost), Did.CLEANED)
    lost_card.block(lost.booth, st.ANNA, CODE)
    line = Centre()
    push(lost, line)
    # Alone: nothing that is sent with it can keep it waiting.
    assert line.batches == [["cards.block"], ["technicians.deed"]]


@pytest.mark.parametrize("number", ["KD-000001", "kd000001", " kd 000001 ", "000001", "1", "ΚΔ-000001", "κδ1"])
@pytest.mark.parametrize("code", ["7F3K-92QD", "7f3k92qd", "7F3Κ 92QD"])
def test_it_is_forgiving(lost, number: str, code: str) -> None:
    assert isinstance(lost_card.block(lost.booth, number, code), Blocked)


def test_digits_that_two_cards_share_are_told_apart_by_the_code(lost) -> None:
    done = lost_card.block(lost.booth, "1", OTHER)
    assert isinstance(done, Blocked) and done.card == st.TECHNICIAN
    assert refused(lost, st.TECHNICIAN) is BoothCode.CARD_REPORTED_LOST
    assert refused(lost) is None


NONSENSE = [
    ("KD-000009", CODE),
    ("KT-000001", CODE),
    (st.ANNA, WRONG),
    ("", CODE),
    ("000", CODE),
    (st.NIKOS, CODE),
    ("9" * 14, WRONG),
]


@pytest.mark.parametrize(("number", "code"), NONSENSE)
@pytest.mark.usefixtures("ahead")
def test_a_wrong_number_and_a_wrong_code_are_one_answer_at_one_cost(lost, monkeypatch, number: str, code: str) -> None:
    worked = []
    real = block_code._derive
    monkeypatch.setattr(block_code, "_derive", lambda *given: worked.append(1) or real(*given))
    assert lost_card.block(lost.booth, number, code) == NotBlocked(LostCardCode.LOST_CARD_WRONG, timedelta(seconds=5))
    assert len(worked) == 2
    assert acts(lost) == [] and refused(lost) is None


def test_the_pause_doubles_and_nothing_is_judged_in_it(lost, ahead) -> None:
    waits = []
    for _ in range(10):
        wrong = lost_card.block(lost.booth, st.ANNA, WRONG)
        assert isinstance(wrong, NotBlocked) and wrong.code is LostCardCode.LOST_CARD_WRONG
        held = lost_card.block(lost.booth, st.ANNA, CODE)  # right, and too early
        assert isinstance(held, NotBlocked) and held.code is LostCardCode.LOST_CARD_WAIT
        waits.append(held.wait.total_seconds())
        ahead[0] += held.wait
    assert waits[:5] == [5, 10, 20, 40, 80]
    assert max(waits) <= 900
    assert isinstance(lost_card.block(lost.booth, st.ANNA, CODE), Blocked)


def test_a_right_code_between_wrong_ones_wins_nobody_more_tries(lost, ahead) -> None:
    for _ in range(4):
        ahead[0] += lost_card.pause_left(lost.booth)
        lost_card.block(lost.booth, st.ANNA, WRONG)
    ahead[0] += lost_card.pause_left(lost.booth)
    assert isinstance(lost_card.block(lost.booth, "1", OTHER), Blocked)
    wrong = lost_card.block(lost.booth, st.ANNA, WRONG)
    assert isinstance(wrong, NotBlocked) and wrong.wait > timedelta(seconds=60)


def test_a_restart_does_not_shorten_it_and_a_day_does(open_desk, block_codes) -> None:
    with open_desk() as desk:
        desk.fill()
        with desk.booth.store.writing() as connection:
            inbox.store_item(connection, block_codes)
        now = desk.booth.clock()
        object.__setattr__(desk.booth, "clock", lambda: now)
        for _ in range(2):
            lost_card.block(desk.booth, st.ANNA, WRONG)
    with open_desk() as desk:
        object.__setattr__(desk.booth, "clock", lambda: now)  # the restart itself may take longer than the pause
        held = lost_card.block(desk.booth, st.ANNA, CODE)
        assert isinstance(held, NotBlocked) and held.code is LostCardCode.LOST_CARD_WAIT
    with open_desk(ahead=timedelta(days=-3)) as desk:
        assert lost_card.pause_left(desk.booth) <= timedelta(seconds=5), "a clock set back makes it no longer"
    with open_desk(ahead=timedelta(days=1, minutes=1)) as desk:
        assert lost_card.pause_left(desk.booth) == timedelta(0)
        assert isinstance(lost_card.block(desk.booth, st.ANNA, CODE), Blocked)


@pytest.mark.usefixtures("ahead")
def test_the_plug_pulled_before_the_answer_counts_as_wrong(lost, monkeypatch) -> None:
    def cut(*_given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(lost_card, "_card_of", cut)
        with pytest.raises(KeyboardInterrupt):
            lost_card.block(lost.booth, st.ANNA, CODE)
    assert lost_card.pause_left(lost.booth) > timedelta(seconds=2)


def test_a_full_disk_says_so_and_blocks_nothing(lost, monkeypatch) -> None:
    def full() -> None:
        raise StoreFull

    monkeypatch.setattr(lost.booth.store, "writing", full)
    assert lost_card.block(lost.booth, st.ANNA, CODE) == NotBlocked(BoothCode.STORE_FULL)


def test_block_and_report_are_one_transaction(lost, monkeypatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(journal, "note", lambda *_: (_ for _ in ()).throw(StoreFull()))
        assert lost_card.block(lost.booth, st.ANNA, CODE) == NotBlocked(BoothCode.STORE_FULL)
    assert acts(lost) == [] and refused(lost) is None


# -- until the town hall's word


def list_of(desk, minutes: float) -> None:
    """A revocation list made so many minutes from now has been pulled."""
    with desk.booth.store.writing() as connection:
        facts.put_moment(connection, facts.REVOCATIONS_AS_OF, desk.booth.clock() + timedelta(minutes=minutes))
        cards.drop_settled(connection)


class Centre:
    """A line that has one answer for every envelope, and breaks after the push."""

    trusted = True
    clock_offset = timedelta(0)
    bytes_sent = bytes_received = 0

    def __init__(self, outcome: str = "accepted") -> None:
        self.outcome = outcome
        self.batches: list[list[str]] = []

    def hello(self):
        return Hello(PROTOCOL, datetime.now(UTC), st.MUNICIPALITY, None, "1")

    def push(self, envelopes):
        self.batches.append([one.kind for one in envelopes])
        return [Answer(one.id, self.outcome) for one in envelopes]

    def pull(self, cursor, limit=500):
        raise LineDown("after the push")

    def tell_status(self, status):
        raise LineDown("after the push")


def push(desk, line: Centre | None = None) -> None:
    syncing.sync_once(desk.booth, line or Centre(), lambda *_: None)


def test_it_holds_until_a_list_made_after_the_town_hall_had_it(lost) -> None:
    lost_card.block(lost.booth, st.ANNA, CODE)
    list_of(lost, 30)
    assert refused(lost) is BoothCode.CARD_REPORTED_LOST, "the town hall has not heard of it"
    list_of(lost, -5)
    push(lost)
    assert refused(lost) is BoothCode.CARD_REPORTED_LOST, "the list is older than the report"
    list_of(lost, 5)
    assert refused(lost) is None, "the list decides now, and it does not name the card"


def test_that_the_town_hall_has_it_is_written_with_its_answer_or_not_at_all(lost, monkeypatch) -> None:
    """On a disk that is full, say: a report that is marked as taken and still waits would be dropped too early."""
    lost_card.block(lost.booth, st.ANNA, CODE)

    def full(*_arguments: object) -> None:
        raise StoreFull

    with monkeypatch.context() as broken:
        broken.setattr(outbox, "acknowledge", full)
        with pytest.raises(StoreFull):
            push(lost)
    with lost.booth.store.reading() as connection:
        assert blocks.waiting(connection, st.ANNA) and len(outbox.pending(connection, 10)) == 1
    threads: list[threading.Thread] = []
    taken = applying.taken

    def watched(*arguments) -> None:
        threads.append(threading.current_thread())
        taken(*arguments)

    monkeypatch.setattr(applying, "taken", watched)
    push(lost)
    assert threads == [threading.current_thread()], "the line's own thread writes nothing"
    with lost.booth.store.reading() as connection:
        assert not blocks.waiting(connection, st.ANNA) and outbox.pending(connection, 10) == []


def test_a_report_that_was_not_taken_holds(lost) -> None:
    lost_card.block(lost.booth, st.ANNA, CODE)
    push(lost, Centre("rejected"))
    list_of(lost, 30)
    assert refused(lost) is BoothCode.CARD_REPORTED_LOST


def test_reported_twice_it_is_one_letter_until_the_town_hall_has_it(lost) -> None:
    for _ in range(2):
        assert isinstance(lost_card.block(lost.booth, st.ANNA, CODE), Blocked)
    assert len(acts(lost)) == 1
    push(lost)
    assert acts(lost) == []
    assert isinstance(lost_card.block(lost.booth, st.ANNA, CODE), Blocked)
    assert len(acts(lost)) == 1, "found, released, and lost again before this booth heard of it"
    list_of(lost, 5)
    assert refused(lost) is BoothCode.CARD_REPORTED_LOST


def test_off_a_stick_as_well(lost) -> None:
    lost_card.block(lost.booth, st.ANNA, CODE)
    with lost.booth.store.writing() as connection:
        (waiting,) = outbox.pending(connection, 10)
        outbox.acknowledge(connection, [Answer(waiting.id, "accepted")])
        cards.taken_by_stick(connection, lost.booth.clock())
    list_of(lost, 5)
    assert refused(lost) is None


def test_the_booth_believes_codes_only_from_the_town_hall(desk, block_codes) -> None:
    from cryptography.hazmat.primitives.asymmetric import ec

    forged = st.sign(ec.generate_private_key(ec.SECP256R1()), CardItem.BLOCK_CODES, BlockCodes(entries={}).text())
    now = desk.booth.clock()
    with desk.booth.store.writing() as connection:
        assert applying.apply(desk.booth, connection, block_codes, now) is None
        assert applying.apply(desk.booth, connection, replace(block_codes, body=forged), now) is not None
        assert applying.apply(desk.booth, connection, replace(block_codes, body=""), now) is None
        inbox.store_item(connection, replace(block_codes, body=forged))
        assert public_matter.block_codes(desk.booth, connection) == {}


def test_the_number_stands_in_the_block_list_alone(lost, caplog) -> None:
    number = "KD-777555"
    entries = {number: block_code_hash(CODE, b"c" * 16)}
    with lost.booth.store.writing() as connection:
        inbox.store_item(
            connection,
            Item(
                "cards.block_codes",
                "001",
                31,
                st.sign(lost.town.centre_key, CardItem.BLOCK_CODES, BlockCodes(entries=entries).text()),
            ),
        )
    lost_card.block(lost.booth, number, CODE)
    with lost.booth.store.writing() as connection:
        assert blocks.holds(connection, number)
        connection.exec_driver_sql("DELETE FROM inbox_items WHERE kind = 'cards.block_codes'")
    found = leaks.found(leaks.columns(lost.home / "booth.db", "5a" * 32), [number, CODE, CODE.replace("-", "")])
    assert found == ["word 0 in blocked_cards.card"]
    assert number not in caplog.text and CODE not in caplog.text


# -- the flow


@pytest.fixture
def house(lost) -> Iterator[House]:
    made = House(lost)
    yield made
    made.watch.stop()


def test_from_the_first_screen_to_the_receipt(house) -> None:
    assert isinstance(house.view, Attract)
    first = house.act(Back())
    assert isinstance(first, LostCard) and first.step.number == 1
    second = house.act(EnterText("000001"))
    assert isinstance(second, LostCard) and second.step.number == 2
    assert house.act(Back()).step.number == 1
    house.act(EnterText("000001"))
    done = house.act(EnterText(CODE.replace("-", "")))
    assert face(done) == "Done lost-card"
    number, since = of_kind(done.blocks, Fact)
    assert number.value == st.ANNA and isinstance(since.value, datetime)
    assert timedelta(0) <= house.desk.booth.clock() - since.value < timedelta(minutes=1)
    assert st.SURNAME not in str(present(done, "el")), "its number and no name"
    assert isinstance(house.act(Next()), Attract)
    assert house.insert(st.ANNA) == Problem(BoothCode.CARD_REPORTED_LOST)


@pytest.mark.usefixtures("ahead")
def test_a_wrong_answer_goes_back_to_the_number_with_nothing_of_it(house) -> None:
    house.act(Back())
    house.act(EnterText("000001"))
    wrong = house.act(EnterText(WRONG))
    assert isinstance(wrong, LostCard) and (wrong.step.number, wrong.fault) == (1, LostCardCode.LOST_CARD_WRONG)
    assert 0 < wrong.wait_seconds <= 5
    assert isinstance(house.lobby._guest, Reporting) and house.lobby._guest.number == ""
    house.act(EnterText("000001"))
    held = house.act(EnterText(CODE))
    assert held.fault is LostCardCode.LOST_CARD_WAIT and held != wrong


@pytest.mark.parametrize("way_out", [Idle(), Cancel(), Back()])
def test_who_goes_away_leaves_nothing(house, way_out: object) -> None:
    house.act(Back())
    house.act(EnterText("000001"))
    for _ in range(2 if isinstance(way_out, Back) else 1):
        house.act(way_out)
    assert isinstance(house.view, Attract) and house.lobby._guest is None


def test_a_card_that_goes_in_is_served(house) -> None:
    house.act(Back())
    house.act(EnterText("000001"))
    assert house.insert(st.NIKOS) == PinEntry(3)
    assert isinstance(house.lobby._guest, Newcomer)


@pytest.mark.parametrize(("code", "view"), [(CODE, Done), (WRONG, PinEntry)])
def test_a_card_that_goes_in_while_the_code_is_judged_waits_for_the_answer(house, code: str, view: type) -> None:
    house.act(Back())
    house.act(EnterText("000001"))
    turn = house.lobby.act(EnterText(code))
    result = turn.run.job(house.progress.append)
    house.insert(st.NIKOS)
    assert isinstance(house.take(house.lobby.finished(turn.run, result)), view)
    if view is Done:
        assert house.act(Next()) == PinEntry(3)


def test_a_reader_that_goes_away_does_not_matter(house) -> None:
    from card_reader import NoReader

    house.act(Back())
    form = house.act(EnterText("000001"))
    assert house.take(house.lobby.reader(NoReader())) == form
    assert face(house.act(EnterText(CODE))) == "Done lost-card"


def test_a_booth_without_codes_says_where_to_go(desk) -> None:
    house = House(desk)
    assert house.act(Back()) == Problem(LostCardCode.LOST_CARD_NO_CODES, card=False)
    assert isinstance(house.act(Next()), Attract)
    house.watch.stop()
