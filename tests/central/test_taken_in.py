"""What was done with a card that had been blocked: refused, rung for, set aside, and weighed by a registrar."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
from card_office import MARIA
from seeded_town import TECHNICIAN, Doing, at
from staff_desk import Desk, at_desk, employ

from central.kernel import intake, retention
from central.kernel.centre import Centre
from central.kernel.outcome import Done, Outcome, Refused
from central.kernel.proofs import USED_AFTER_BLOCK
from central.matters.certificates import service as certificates
from central.matters.certificates.store import Certificate
from central.matters.votes.store import ballots
from central.office import letters, persons
from central.office.accounts.staff import Officer
from central.office.booths import admission, overview
from central.office.cards import lifecycle
from central.store import alarms, audit
from central.store.line import chains, envelopes
from central.store.office import registry
from municipality.register import days
from municipality.retention import HouseThing
from municipality.staff import Role
from sync import Envelope

CODE, NUMBER = "7F3K-92QD-1M8X-0A4T", "AA1/2026/000001"
REGISTRAR = Officer(MARIA, frozenset({Role.REGISTRAR}), "el", True, "")
TINA = Officer("tina", frozenset({Role.TECHNICIAN}), "el", True, "")
WORDS, BUTTON = "Έγινε με κάρτα που ήταν ήδη κλειδωμένη", "Να γίνει δεκτό παρ’ όλα αυτά"
NO_SUCH, STILL = Refused("no-such-letter"), Refused("still-refused")


@pytest.fixture
def booth(town: Any) -> Any:
    return town.booth()


@pytest.fixture
def blocked(town: Any, centre: Centre) -> datetime:
    """When the elector's card was blocked: this second."""
    assert isinstance(lifecycle.block(centre, town.card("elector").number, who=MARIA), Done)
    held = lifecycle.find(centre, town.card("elector").number)
    assert held is not None and held.revoked_at is not None
    return held.revoked_at


@pytest.fixture
def paper(town: Any, booth: Any, blocked: datetime, hands: ModuleType) -> Doing:
    """A paper of that card's, taken since."""
    made: Doing = hands.certificate(booth.id, NUMBER, CODE, town.card("elector"), blocked + timedelta(seconds=1))
    return made


@pytest.fixture
def late(centre: Centre, booth: Any, paper: Doing) -> Envelope:
    """The same in its envelope, and refused."""
    letter: Envelope = booth.act(paper)
    assert intake.take(centre, booth.id, letter).reason == "card-revoked"
    return letter


def rung(centre: Centre) -> list[tuple[str, str, str]]:
    with centre.store.reading() as tx:
        return [(one.what, one.booth, one.detail) for one in alarms.waiting(tx)]


def record(centre: Centre, letter: Envelope) -> list[tuple[str, str, str]]:
    with centre.store.reading() as tx:
        assert audit.broken_at(tx) is None
        return [(one.who, one.role, one.what) for one in reversed(audit.newest(tx, 200)) if one.about == letter.id]


def reason_of(centre: Centre, letter: Envelope) -> str | None:
    with centre.store.reading() as tx:
        found = envelopes.find(tx, letter.id)
    return None if found is None or found.outcome == "accepted" else found.reason


def paper_of(centre: Centre) -> Certificate | None:
    found = certificates.look_up(centre, CODE)
    return found if isinstance(found, Certificate) else None


def test_it_rings_once_and_lies_with_what_was_set_aside(centre: Centre, booth: Any, late: Envelope) -> None:
    again = intake.take(centre, booth.id, late)
    assert (again.outcome, again.reason) == ("rejected", "card-revoked")
    assert rung(centre) == [(USED_AFTER_BLOCK, booth.id, late.id)]
    assert paper_of(centre) is None
    (letter,) = overview.letters(centre).letters
    assert (letter.arrival.envelope, letter.arrival.reason) == (late.id, "card-revoked")
    with centre.store.reading() as tx:
        assert [(run.acts, run.state) for run in chains.of_booth(tx, booth.id)] == [(1, "start")]


def test_what_was_done_in_the_second_of_the_block_was_done_after_it(
    town: Any, centre: Centre, booth: Any, hands: ModuleType
) -> None:
    card, moment = town.card("elector"), centre.clock().replace(microsecond=0)
    with centre.store.writing() as tx:
        registry.revoke(tx, card.number, moment)
    for number, when, reason in ((1, moment - timedelta(seconds=1), ""), (2, moment, "card-revoked")):
        doing = hands.certificate(booth.id, f"AA1/2026/{number:06d}", f"{CODE[:-1]}{number}", card, when)
        assert intake.take(centre, booth.id, booth.act(doing)).reason == reason


def test_a_registrar_takes_it_in_and_it_counts(town: Any, centre: Centre, booth: Any, late: Envelope) -> None:
    card = town.card("elector").number
    assert letters.take(centre, REGISTRAR, late.id) == Done()
    found = paper_of(centre)
    assert found is not None and (found.number, found.card, found.fate) == (NUMBER, card, "issued")
    assert record(centre, late) == [(MARIA, Role.REGISTRAR, "letter.take")]
    assert overview.letters(centre).letters == () and overview.summary(centre).set_aside == 0
    assert intake.take(centre, booth.id, late).outcome == "duplicate"
    with centre.store.reading() as tx:
        assert [(run.acts, run.state) for run in chains.of_booth(tx, booth.id)] == [(1, "start")]
    told = persons.export(centre, card, who=MARIA, role="registrar")
    assert told is not None
    assert [one["number"] for one in told.content["elsewhere"]["certificates"]] == [NUMBER]  # type: ignore[index]


def test_a_card_is_blocked_still_when_what_it_did_was_taken_in(
    town: Any, centre: Centre, booth: Any, paper: Doing, late: Envelope
) -> None:
    """The officer has weighed this act and no other."""
    assert letters.take(centre, REGISTRAR, late.id) == Done()
    next_one = booth.act(paper.but(number="AA1/2026/000002", code="0000-0000-0000-0000"), previous=late.digest())
    assert intake.take(centre, booth.id, next_one).reason == "card-revoked"


def test_twice_is_once(centre: Centre, late: Envelope) -> None:
    assert letters.take(centre, REGISTRAR, late.id) == Done()
    assert letters.take(centre, REGISTRAR, late.id) == NO_SUCH
    assert record(centre, late) == [(MARIA, Role.REGISTRAR, "letter.take")]


def test_of_two_at_once_one_takes_it_in(centre: Centre, late: Envelope) -> None:
    outcomes: list[Outcome] = []
    start = threading.Barrier(2)

    def take() -> None:
        start.wait(60)
        outcomes.append(letters.take(centre, REGISTRAR, late.id))

    threads = [threading.Thread(target=take) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert outcomes.count(Done()) == 1 and outcomes.count(NO_SUCH) == 1
    assert record(centre, late) == [(MARIA, Role.REGISTRAR, "letter.take")]


Spoilt = Callable[[Doing, Any], tuple[Doing, dict[str, Any]]]
OTHERWISE: dict[str, Spoilt] = {
    "number-of-another-range": lambda one, _town: (one.but(number="ZZ9/2026/000001"), {}),
    "bad-card-signature": lambda one, _town: (replace(one, said={"booth": "kamatero-1"}), {}),
    "no-card-proof": lambda one, _town: (replace(one, card=None), {}),
    "card-not-valid-then": lambda one, _town: (replace(one, at=one.at + timedelta(days=4000)), {}),
    "unknown-kind": lambda one, _town: (one, {"kind": "poem"}),
    "bad-signature": lambda one, town: (one, {"key": town.booth(1).key}),
}


@pytest.mark.parametrize("reason", OTHERWISE)
def test_what_was_refused_for_anything_else_is_not_taken_in(
    town: Any, centre: Centre, booth: Any, paper: Doing, reason: str
) -> None:
    # The card behind it is blocked as well, wherever it comes to that.
    doing, changes = OTHERWISE[reason](paper, town)
    if reason == "number-of-another-range":
        assert isinstance(lifecycle.unblock(centre, town.card("elector").number, who=MARIA), Done)
    letter = booth.act(doing, **changes)
    assert intake.take(centre, booth.id, letter).reason == reason
    assert letters.take(centre, REGISTRAR, letter.id) == NO_SUCH
    assert reason_of(centre, letter) == reason and record(centre, letter) == []


def test_nor_what_is_not_there_or_was_never_refused(
    town: Any, centre: Centre, booth: Any, paper: Doing, hands: ModuleType
) -> None:
    good = booth.act(hands.void(booth.id, NUMBER, centre.clock()))
    assert intake.take(centre, booth.id, good).outcome == "accepted"
    assert letters.take(centre, REGISTRAR, good.id) == NO_SUCH
    assert letters.take(centre, REGISTRAR, booth.act(paper).id) == NO_SUCH
    assert letters.take(centre, REGISTRAR, "nothing") == NO_SUCH
    assert record(centre, good) == []


def test_a_ballot_is_nobodys_to_decide_about(
    town: Any, centre: Centre, booth: Any, blocked: datetime, hands: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does not ring either: no line of any table says in which minute a ballot came."""
    employ(centre, monkeypatch)
    card = town.card("elector")
    marked = hands.mark(centre, town.election, card, 0, None)
    vote = booth.ballot(hands.cast(town.election, booth.id, card, marked, blocked + timedelta(seconds=1)))
    assert intake.take(centre, booth.id, vote).reason == "card-revoked"
    assert rung(centre) == []
    assert letters.take(centre, REGISTRAR, vote.id) == NO_SUCH
    assert letters.retry(centre, TINA, vote.id) == STILL
    page = at_desk(centre, MARIA).get(f"/letters?envelope={vote.id}").text
    assert vote.id in page and WORDS not in page and BUTTON not in page
    with centre.store.reading() as tx:
        assert ballots.all_of(tx, town.election) == []
    assert reason_of(centre, vote) == "card-revoked"
    assert record(centre, vote) == [("tina", Role.TECHNICIAN, "letter.retry")]


def test_to_judge_it_again_forgives_nothing_until_the_block_is_undone(
    town: Any, centre: Centre, late: Envelope
) -> None:
    assert letters.retry(centre, TINA, late.id) == STILL
    assert reason_of(centre, late) == "card-revoked"
    assert isinstance(lifecycle.unblock(centre, town.card("elector").number, who=MARIA), Done)
    assert letters.retry(centre, TINA, late.id) == Done()
    assert paper_of(centre) is not None
    assert record(centre, late) == [("tina", Role.TECHNICIAN, "letter.retry")] * 2


def test_taken_in_it_may_be_refused_for_what_is_wrong_today(
    town: Any, centre: Centre, booth: Any, late: Envelope, hands: ModuleType
) -> None:
    """Its number was given to another paper meanwhile: it carries that word from now on, and no officer can take it."""
    other = hands.certificate(booth.id, NUMBER, "0000-0000-0000-0000", town.card("staff"), centre.clock())
    assert intake.take(centre, booth.id, booth.act(other)).outcome == "accepted"
    assert letters.take(centre, REGISTRAR, late.id) == STILL
    assert reason_of(centre, late) == "number-taken" and paper_of(centre) is None
    assert record(centre, late) == [(MARIA, Role.REGISTRAR, "letter.take")]
    assert letters.take(centre, REGISTRAR, late.id) == NO_SUCH


@pytest.mark.parametrize("void_first", [True, False])
def test_a_paper_that_is_void_stays_so_when_it_is_taken_in(
    centre: Centre, booth: Any, late: Envelope, hands: ModuleType, void_first: bool
) -> None:
    void = booth.act(hands.void(booth.id, NUMBER, centre.clock()), previous=late.digest())

    def make_void() -> None:
        assert intake.take(centre, booth.id, void).outcome == "accepted"

    def take_in() -> None:
        assert letters.take(centre, REGISTRAR, late.id) == Done()

    for step in (make_void, take_in) if void_first else (take_in, make_void):
        step()
    found = paper_of(centre)
    assert found is not None and found.fate == "void"


def test_while_its_booth_is_not_in_service_it_stays_as_it_is(centre: Centre, booth: Any, late: Envelope) -> None:
    admission.suspend(centre, booth.id, TECHNICIAN)
    assert letters.take(centre, REGISTRAR, late.id) == STILL
    assert reason_of(centre, late) == "card-revoked" and paper_of(centre) is None
    admission.resume(centre, booth.id, TECHNICIAN)
    assert letters.take(centre, REGISTRAR, late.id) == Done()
    with centre.store.reading() as tx:
        assert [(run.acts, run.state) for run in chains.of_booth(tx, booth.id)] == [(1, "start")]


@pytest.mark.parametrize("withdraw", [admission.revoke, admission.stolen])
def test_nothing_of_a_booth_that_was_withdrawn_or_stolen_is_taken_in(
    centre: Centre, booth: Any, late: Envelope, withdraw: Callable[..., Outcome]
) -> None:
    assert isinstance(withdraw(centre, booth.id, TECHNICIAN), Done)
    for _ in range(2):
        assert letters.take(centre, REGISTRAR, late.id) == STILL
    assert reason_of(centre, late) == "card-revoked" and paper_of(centre) is None
    assert record(centre, late) == [(MARIA, Role.REGISTRAR, "letter.take")] * 2


def test_a_letter_whose_body_was_let_go_of_is_none_any_more(centre: Centre, late: Envelope) -> None:
    later = at(centre, centre.clock() + timedelta(days=days(HouseThing.REFUSED), hours=1))
    assert retention.purge(later)[HouseThing.REFUSED] == 1
    assert letters.take(centre, REGISTRAR, late.id) == NO_SUCH


# --- on the console --------------------------------------------------------------------------------------------------


@pytest.fixture
def house(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> Centre:
    employ(centre, monkeypatch)
    return centre


def forms(desk: Desk, letter: Envelope) -> set[str]:
    """What this person can do about this letter, as the page says."""
    page = desk.get("/letters").text
    assert letter.id in page
    asked = re.findall(rf'action="/staff/letters/{letter.id}/(\w+)"', page)
    assert (WORDS in page, BUTTON in page) == ("take" in asked,) * 2
    return set(asked)


def test_only_a_registrar_is_shown_how_and_only_a_registrar_can(house: Centre, late: Envelope) -> None:
    desks = {account: at_desk(house, account) for account in ("maria", "tina", "anna")}
    assert {account: forms(desk, late) for account, desk in desks.items()} == {
        "maria": {"take"},
        "tina": {"retry", "remark"},
        "anna": set(),
    }
    assert at_desk(house, "kostas").get("/letters").status_code == 403
    for account in ("tina", "anna", "kostas"):
        answer = at_desk(house, account).post(f"/letters/{late.id}/take")
        assert answer.status_code == 403, account
    assert reason_of(house, late) == "card-revoked" and record(house, late) == []
    taken = desks["maria"].post(f"/letters/{late.id}/take")
    assert (taken.status_code, taken.headers["location"]) == (303, "/staff/letters?done=taken-in")
    assert late.id not in desks["maria"].get("/letters").text
    assert desks["maria"].post(f"/letters/{late.id}/take").status_code == 409, "once"
    assert record(house, late) == [("maria", Role.REGISTRAR, "letter.take")]
    page = desks["anna"].get("/record").text
    assert "Έγινε δεκτή πράξη με κλειδωμένη κάρτα" in page and late.id in page


def test_who_decides_is_told_which_card_it_was_and_nobody_else(house: Centre, late: Envelope, paper: Doing) -> None:
    """Its holder is asked; and what is sealed in the letter else stays there."""
    assert paper.card is not None and letters.card_of(house, late.id) == paper.card.number
    number, page = f"<code>{paper.card.number}</code>", f"/letters?envelope={late.id}"
    shown = {one: number in at_desk(house, one).get(page).text for one in ("maria", "tina", "anna")}
    assert shown == {"maria": True, "tina": False, "anna": False}
    assert letters.card_of(house, "nothing") == ""


def test_who_is_both_sees_both(house: Centre, late: Envelope) -> None:
    from central.office.accounts import staff

    staff.set_roles(house, "tina", frozenset({Role.TECHNICIAN, Role.REGISTRAR}), who="test")
    desk = at_desk(house, "tina")
    assert forms(desk, late) == {"take", "retry", "remark"}
    assert desk.post(f"/letters/{late.id}/take").status_code == 303
    assert record(house, late) == [("tina", Role.REGISTRAR, "letter.take")]


def test_the_button_stands_beside_no_other_letter(
    town: Any, house: Centre, booth: Any, late: Envelope, hands: ModuleType
) -> None:
    other = booth.act(hands.void(booth.id, "ZZ9/2026/000001", house.clock()), previous=late.digest())
    twin = booth.act(hands.void(booth.id, "ZZ9/2026/000002", house.clock()), id=late.id)
    reasons = [one.reason for one in intake.take_batch(house, booth.id, [other, twin])]
    assert reasons == ["number-of-another-range", "conflict"]
    desk = at_desk(house, "maria")
    page = desk.get("/letters").text
    assert page.count(late.id + "/take") == 1 == page.count(BUTTON)
    assert other.id in page and page.count("<article") == 3
    assert desk.post(f"/letters/{other.id}/take").status_code == 409


def test_the_alarm_says_in_words_what_happened(house: Centre, booth: Any, late: Envelope) -> None:
    page = at_desk(house, "tina").get(f"/booths/{booth.id}").text
    assert "Κάρτα χρησιμοποιήθηκε εκεί αφού είχε κλειδωθεί" in page and late.id[:16] in page
