"""The card office: who gets a card, what a block does, one person one vote, what booths report. Personalising itself is
in test_cards_making.py."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from types import ModuleType
from typing import Any

import pytest
from card_office import MARIA, acts, codes, crl, has_dossier, held, list_of, send, technicians
from cryptography import x509
from seeded_town import Doing

from card_reader import Slot, block_code_hash, block_code_holds, new_block_code, read_block_code
from central.kernel import intake
from central.kernel.centre import Centre
from central.kernel.outcome import Done, Refused
from central.kernel.proofs import USED_AFTER_BLOCK
from central.kernel.serving import feed
from central.matters.cards.store import drop_cards
from central.office.cards import lifecycle
from central.office.cards.lifecycle import Why
from central.office.roll import registry
from central.store import alarms
from central.store.line import envelopes
from central.store.line import feed as feed_rows
from central.store.office import cards as rows
from municipality.matters.cards.messages import BlockCodes, CardBlockAct, CardItem
from municipality.matters.cards.rules import IN_USE, LIVE, NEXT, State, may_become
from municipality.matters.technicians.messages import TECHNICIANS_ITEM
from municipality.matters.votes.messages import VoteItem
from municipality.messages import ItemKind

ELECTOR, SPOUSE = "AAK-000001", "AAK-000002"
TECHNICIAN = "AAT-000901"


def resident_of(centre: Centre, card: str) -> str:
    return held(centre, card).resident


def blocking(centre: Centre, booth: Any, card: str = ELECTOR, at: datetime | None = None) -> Doing:
    return Doing(CardBlockAct(card=card), booth.id, (at or centre.clock()).replace(microsecond=0))


def finish(centre: Centre, card: str) -> None:
    """A card as personalising leaves it, without a reader: the old certificates of somebody under a new number."""
    with centre.store.writing() as tx:
        rows.change(tx, card, state=State.PERSONALISED, letter="000099")


def as_made(centre: Centre, card: str, like: str) -> None:
    with centre.store.writing() as tx:
        from central.store.office import registry as registry_rows

        model = registry_rows.find_card(tx, like)
        assert model is not None
        names = ("authentication", "card_authentication", "key_management")
        rows.change(tx, card, **{name: getattr(model, name) for name in names})
    finish(centre, card)


class TestRules:
    def test_every_state_is_reached_and_replaced_is_the_end(self) -> None:
        reached = set().union(*NEXT.values()) | {State.ORDERED}
        assert reached == set(State) == set(NEXT)
        assert NEXT[State.REPLACED] == frozenset() and IN_USE < LIVE
        assert not may_become(State.ORDERED, State.HANDED_OVER), "nothing is handed over that was not made"
        assert all(State.BLOCKED in NEXT[one] for one in LIVE), "whatever works can be blocked"

    def test_a_block_code_as_people_type_it(self) -> None:
        for _ in range(50):
            code = new_block_code()
            assert read_block_code(code) == code.replace("-", "") and not set("ILOU") & set(code)
        # Greek capitals and small letters for Latin ones, O for zero, I and L for one, any spacing.
        assert read_block_code(" αβεζ–ηκμν ") == "ABEZHKMN"
        assert read_block_code("οιl0-ΡΤΥΧ") == "0110PTYX"
        for bad in ("", "ABCD-123", "ABCD-12345", "ABCD-123Ω", "U" * 8, "A" * 10_000):
            assert read_block_code(bad) is None

    def test_a_hash_holds_for_its_code_and_no_other_cost_is_worked(self) -> None:
        encoded = block_code_hash("7KQ4-M2XT", b"s" * 16)
        BlockCodes(entries={"AAK-1": encoded})
        assert block_code_holds("7kq4 μ2χτ", encoded)
        assert not block_code_holds("7KQ4-M2XV", encoded)
        for other in (encoded.replace("$14$", "$24$"), encoded[:-1], "", "argon2id$x", encoded.replace("scrypt", "x")):
            assert not block_code_holds("7KQ4-M2XT", other)
        with pytest.raises(ValueError, match="not a block code"):
            block_code_hash("short", b"s" * 16)


class TestOrdering:
    def test_nobody_gets_a_second_card_while_the_first_works(self, centre: Centre) -> None:
        resident = resident_of(centre, ELECTOR)
        assert lifecycle.order(centre, resident, who=MARIA) == Refused(Why.HAS_A_CARD)
        assert lifecycle.order(centre, "R999999", who=MARIA) == Refused(Why.NO_SUCH_RESIDENT)
        first = lifecycle.replace(centre, ELECTOR, lost=True, who=MARIA)
        assert isinstance(first, Done) and first.about not in (ELECTOR, SPOUSE)
        assert lifecycle.replace(centre, ELECTOR, lost=True, who=MARIA) == Refused(Why.HAS_A_CARD)
        assert lifecycle.order(centre, resident, who=MARIA) == Refused(Why.HAS_A_CARD)
        assert lifecycle.ordered_for(centre, resident) == first.about
        assert lifecycle.unblock(centre, ELECTOR, who=MARIA) == Refused(Why.HAS_A_CARD), "found again, too late"
        assert lifecycle.block(centre, first.about, who=MARIA) == Done(first.about, State.BLOCKED), (
            "the order is cancelled"
        )
        assert isinstance(lifecycle.unblock(centre, ELECTOR, who=MARIA), Done)
        assert [what for _, what in acts(centre, ELECTOR)] == ["card.block", "card.unblock"]

    def test_numbers_are_never_used_twice(self, centre: Centre) -> None:
        made = [lifecycle.order_technicians(centre, who=MARIA) for _ in range(3)]
        numbers = [one.about for one in made if isinstance(one, Done)]
        assert len(set(numbers)) == 3 and all(number > "AAK-000030" for number in numbers)
        assert acts(centre, numbers[0]) == [(MARIA, "card.order")]

    def test_an_ordered_card_has_no_dossier_and_stops_nothing(self, centre: Centre) -> None:
        made = lifecycle.replace(centre, ELECTOR, lost=True, who=MARIA)
        assert isinstance(made, Done)
        registry.refresh(centre)
        assert not has_dossier(centre, made.about) and not has_dossier(centre, ELECTOR)
        assert lifecycle.block(centre, made.about, who=MARIA) == Done(made.about, State.BLOCKED)
        registry.refresh(centre)

    def test_cards_that_have_run_out_are_said_to_have(self, centre: Centre) -> None:
        later = replace(centre, clock=lambda: held(centre, ELECTOR).not_after, shifted=True)
        over = lifecycle.expire(later, who=MARIA)
        assert ELECTOR in over and held(centre, ELECTOR).state is State.EXPIRED
        assert lifecycle.expire(later, who=MARIA) == []
        assert lifecycle.block(later, ELECTOR, who=MARIA) == Refused(Why.NOT_NOW)
        assert isinstance(lifecycle.replace(later, ELECTOR, lost=False, who=MARIA), Done)


class TestBlocking:
    def test_a_block_reaches_list_dossier_and_codes_and_is_undone(self, town: Any, centre: Centre) -> None:
        serials = {one.serial_number for one in town.card("elector").certs.values()}
        assert has_dossier(centre, ELECTOR) and ELECTOR in codes(centre) and not serials & crl(centre)
        assert lifecycle.block(centre, ELECTOR, who=MARIA) == Done(ELECTOR, State.BLOCKED)
        assert serials <= crl(centre) and ELECTOR not in codes(centre)
        registry.refresh(centre)
        assert not has_dossier(centre, ELECTOR)
        assert lifecycle.block(centre, ELECTOR, who=MARIA) == Refused(Why.NOT_NOW)
        assert lifecycle.unblock(centre, ELECTOR, who=MARIA) == Done(ELECTOR, State.ACTIVE)
        registry.refresh(centre)
        assert not serials & crl(centre) and has_dossier(centre, ELECTOR) and ELECTOR in codes(centre)
        assert acts(centre, ELECTOR) == [(MARIA, "card.block"), (MARIA, "card.unblock")]

    def test_a_card_blocked_before_the_office_stays_so(self, town: Any, centre: Centre) -> None:
        number = town.card("revoked").number
        assert lifecycle.unblock(centre, number, who=MARIA) == Refused(Why.BLOCKED_FOR_GOOD)
        assert lifecycle.unblock(centre, "AAK-999999", who=MARIA) == Refused(Why.NO_SUCH_CARD)

    def test_its_holder_blocks_it_at_a_booth(self, town: Any, centre: Centre) -> None:
        booth = town.booth()
        serials = {one.serial_number for one in town.card("elector").certs.values()}
        act = blocking(centre, booth)
        assert send(centre, booth, act) == ("accepted", "")
        assert (held(centre, ELECTOR).state, held(centre, ELECTOR).revoked_at) == (State.BLOCKED, act.at)
        assert send(centre, booth, blocking(centre, booth)) == ("accepted", ""), "told twice"
        assert held(centre, ELECTOR).revoked_at == act.at
        registry.refresh(centre)
        assert serials <= crl(centre) and not has_dossier(centre, ELECTOR)
        assert acts(centre, ELECTOR) == [(f"booth:{booth.id}", "card.block_code")]

    def test_a_false_report_is_undone_and_its_code_is_void(self, town: Any, centre: Centre) -> None:
        booth = town.booth()
        send(centre, booth, blocking(centre, booth))
        assert lifecycle.unblock(centre, ELECTOR, who=MARIA) == Done(ELECTOR, State.ACTIVE)
        assert ELECTOR not in codes(centre), "somebody else knows it"
        registry.refresh(centre)
        made = x509.load_der_x509_crl(list_of(centre)).last_update_utc
        undone = held(centre, ELECTOR).unblocked_at
        assert undone is not None and made >= undone.replace(microsecond=0), "booths wait for a list made since"
        late = blocking(centre, booth, at=centre.clock() - timedelta(minutes=5))
        assert send(centre, booth, late) == ("accepted", "")
        assert held(centre, ELECTOR).state is State.ACTIVE, "it was told before the officer decided"

    def test_reports_that_block_nothing(self, town: Any, centre: Centre) -> None:
        booth = town.booth()
        made = lifecycle.replace(centre, SPOUSE, lost=True, who=MARIA)
        assert isinstance(made, Done)
        cases = {
            "unknown-card": blocking(centre, booth, card="AAK-999999"),
            "card-not-in-use": blocking(centre, booth, card=made.about),
            "body-of-another-booth": replace(blocking(centre, booth), booth="kamatero-1"),
        }
        for reason, act in cases.items():
            assert send(centre, booth, act) == ("rejected", reason)
        assert send(centre, booth, blocking(centre, booth), body="x")[0] == "rejected"
        future = blocking(centre, booth, at=centre.clock() + timedelta(days=400))
        assert send(centre, booth, future) == ("accepted", "")
        blocked_at = held(centre, ELECTOR).revoked_at
        assert blocked_at is not None and blocked_at <= centre.clock(), "a wrong clock does not put it off"

    def test_papers_of_the_window_ring(self, town: Any, centre: Centre, hands: ModuleType) -> None:
        """A thief at a booth that has not heard: the paper came before the report, or after it."""
        booth, now, card = town.booth(), centre.clock(), town.card("elector")
        code = "7F3K-92QD-1M8X-0A4{}"
        for place, when in enumerate((now - timedelta(hours=1), now - timedelta(minutes=5))):
            number = f"AA1/2026/00000{place + 1}"
            paper = hands.certificate(booth.id, number, code.format("TV"[place]), card, when)
            assert intake.take(centre, booth.id, booth.act(paper)).outcome == "accepted"
        assert send(centre, booth, blocking(centre, booth, at=now - timedelta(minutes=30))) == ("accepted", "")
        late = booth.act(hands.certificate(booth.id, "AA1/2026/000003", code.format("W"), card, now))
        assert intake.take(centre, booth.id, late).reason == "card-revoked"
        with centre.store.reading() as tx:
            rung = [one.detail for one in alarms.waiting(tx) if one.what == USED_AFTER_BLOCK]
            kept = envelopes.find(tx, late.id)
        assert rung == ["AA1/2026/000002", late.id]
        assert kept is not None and kept.message, "what was issued waits for an officer"

    def test_a_card_is_active_from_its_first_paper(self, town: Any, centre: Centre, hands: ModuleType) -> None:
        card, booth = town.card("new_card"), town.booth()
        number = card.number
        assert held(centre, number).state is State.HANDED_OVER
        paper = hands.certificate(booth.id, "AA1/2026/000009", "7F3K-92QD-1M8X-0A4T", card, centre.clock())
        assert intake.take(centre, booth.id, booth.act(paper)).outcome == "accepted"
        assert held(centre, number).state is State.ACTIVE
        assert acts(centre, number) == [(f"booth:{booth.id}", "card.active")]


class TestOneVote:
    @pytest.fixture
    def ballot(self, town: Any, centre: Centre, hands: ModuleType) -> Callable[..., Any]:
        card, booth = town.card("elector"), town.booth()

        def make(minutes: float, answer: int = 0) -> Any:
            questions = len(hands.notice_of(centre, town.election).questions)
            sealed = hands.mark(centre, town.election, card, *([answer] + [None] * (questions - 1)))
            at = centre.clock() + timedelta(minutes=minutes)
            return booth.ballot(hands.cast(town.election, booth.id, card, sealed, at))

        return make

    @pytest.mark.parametrize("lost", [True, False], ids=["lost", "worn"])
    def test_a_replacement_is_not_a_second_vote(
        self, town: Any, centre: Centre, hands: ModuleType, ballot: Callable[..., Any], lost: bool
    ) -> None:
        booth, new_image = town.booth(), town.card("new_card")
        early = ballot(-30)  # cast with the old card, and still on its way
        made = lifecycle.replace(centre, ELECTOR, lost=lost, who=MARIA)
        assert isinstance(made, Done)
        assert (held(centre, ELECTOR).state is State.ACTIVE) != lost, "a worn card works until the other is there"
        as_made(centre, made.about, ELECTOR)
        assert lifecycle.hand_over(centre, made.about, "000001", who=MARIA) == Refused(Why.OTHER_LETTER)
        assert lifecycle.hand_over(centre, made.about, "000099", who=MARIA) == Done(made.about, State.HANDED_OVER)
        assert held(centre, ELECTOR).state is State.REPLACED
        assert intake.take(centre, booth.id, early).outcome == "accepted", "not unknown-card: it was good then"
        late = ballot(1)
        answer = intake.take(centre, booth.id, late)
        assert (answer.outcome, answer.reason) == ("rejected", "card-revoked")
        with centre.store.reading() as tx:
            assert alarms.waiting(tx) == [], "no line of any table says in which minute a ballot came"
        registry.refresh(centre)
        assert has_dossier(centre, made.about) and not has_dossier(centre, ELECTOR)
        with centre.store.reading() as tx:
            assert feed_rows.find(tx, VoteItem.SLIP, f"{made.about}/{town.election}") is None, "from the next vote on"
        # Even with the old card's credential in hand, a card that is not on the frozen roll does not vote.
        sealed = hands.mark(centre, town.election, town.card("elector"), *([1] + [None] * 9)[: len(
            hands.notice_of(centre, town.election).questions)])  # fmt: skip
        stranger = hands.cast(town.election, booth.id, new_image, sealed, centre.clock())
        answer = intake.take(centre, booth.id, booth.ballot(stranger))
        assert (answer.outcome, answer.reason) == ("rejected", "not-on-the-roll")

    def test_the_next_roll_has_one_card_of_each(self, town: Any, centre: Centre) -> None:
        from central.matters.votes.life import drawing_up
        from municipality.residents import Capacity

        made = lifecycle.replace(centre, ELECTOR, lost=False, who=MARIA)
        assert isinstance(made, Done)
        as_made(centre, made.about, SPOUSE)

        def roll() -> set[str]:
            return {card for card, _ in drawing_up.roll_of(centre, Capacity.ELECTOR, frozenset()).entries}

        before = roll()
        assert ELECTOR in before and made.about not in before, "the one that works now"
        lifecycle.hand_over(centre, made.about, "000099", who=MARIA)
        assert roll() == before - {ELECTOR} | {made.about}
        people = [resident_of(centre, card) for card in roll()]
        assert len(people) == len(set(people))


class TestFeed:
    def test_what_cannot_wait_begins_every_page(self, centre: Centre) -> None:
        lifecycle.block(centre, ELECTOR, who=MARIA)
        urgent = {ItemKind.SETTINGS.value, CardItem.REVOCATIONS.value, TECHNICIANS_ITEM, VoteItem.OFFICIALS.value}
        seen: dict[tuple[str, str], int] = {}
        cursor, pages = 0, 0
        while True:
            page = feed.page(centre, cursor, 10)
            kinds = [item.kind for item in page.items]
            if pages == 0:
                assert set(kinds[:4]) == urgent, "although their numbers are the highest"
            assert all(not (a not in urgent and b in urgent) for a, b in pairwise(kinds)), kinds
            assert len(page.items) <= 10 and page.cursor > cursor
            seen |= {(item.kind, item.key): item.seq for item in page.items}
            cursor, pages = page.cursor, pages + 1
            if not page.more:
                break
        with centre.store.reading() as tx:
            every = {(one.kind, one.key): one.seq for one in feed_rows.after(tx, 0, 10_000)}
        assert seen == every and pages > 3, "nothing is lost on the way"

    @pytest.mark.parametrize("limit", [1, 2, 5])
    def test_small_pages_come_to_an_end(self, centre: Centre, limit: int) -> None:
        with centre.store.reading() as tx:
            last = feed_rows.last(tx)
        cursor = last - 10
        for _ in range(20):
            page = feed.page(centre, cursor, limit)
            assert page.cursor > cursor or not page.more
            cursor = page.cursor
        assert cursor == last


def test_slots_are_told_by_name() -> None:
    from central.office.cards.making import _COLUMNS

    assert set(_COLUMNS) == set(Slot)


def test_a_life_on_either_database(town: Any, either: Centre) -> None:
    booth, resident = town.booth(), resident_of(either, ELECTOR)
    assert send(either, booth, blocking(either, booth)) == ("accepted", "")
    assert isinstance(lifecycle.unblock(either, ELECTOR, who=MARIA), Done)
    assert isinstance(lifecycle.block(either, ELECTOR, who=MARIA), Done)
    # Several officers at once order for the same person: one card.
    with ThreadPoolExecutor(4) as officers:
        outcomes = list(officers.map(lambda _: lifecycle.order(either, resident, who=MARIA), range(4)))
    (made,) = [one for one in outcomes if isinstance(one, Done)]
    assert outcomes.count(Refused(Why.HAS_A_CARD)) == 3
    as_made(either, made.about, SPOUSE)
    assert lifecycle.hand_over(either, made.about, "000099", who=MARIA) == Done(made.about, State.HANDED_OVER)
    assert made.about in [one.card for one in lifecycle.listed(either, state=State.HANDED_OVER)]
    assert lifecycle.expire(either, who=MARIA) == []
    assert technicians(either).cards == (TECHNICIAN,)
    assert [what for _, what in acts(either, ELECTOR)] == ["card.block_code", "card.unblock", "card.block"]


def test_what_the_office_kept_of_a_card_goes_with_it(centre: Centre) -> None:
    with centre.store.writing() as tx:
        assert rows.secrets_of(tx, ELECTOR) is not None
        rows.note_issued(tx, [rows.Issued("ab", ELECTOR, "9A", "000001", centre.clock())])
        assert drop_cards(tx, centre.clock() + timedelta(days=4000)) > 0
        assert (rows.find(tx, ELECTOR), rows.secrets_of(tx, ELECTOR)) == (None, None)
        assert rows.revoke_issued(tx, ELECTOR, centre.clock()) == 0 and rows.technicians_now(tx) == {}
