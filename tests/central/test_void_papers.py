"""Papers that do not count: a void names nobody, and may come before its paper, whose place it keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from card_office import MARIA, acts, held
from seeded_town import Doing, at
from staff_desk import Web

from central.kernel import intake, retention
from central.kernel.centre import Centre
from central.kernel.proofs import USED_AFTER_BLOCK
from central.matters.certificates import service, store
from central.office import persons
from central.store import alarms
from municipality.matters.cards.messages import CardBlockAct
from municipality.matters.cards.rules import State
from municipality.matters.certificates.keeps import CertificateThing
from municipality.register import days

NUMBER, SECOND, THIRD = (f"AA1/2026/{serial:06d}" for serial in (1, 2, 3))
CODE, OTHER = "7F3K-92QD-1M8X-0A4T", "0000-0000-0000-0000"


@pytest.fixture
def booth(town: Any) -> Any:
    return town.booth()


@pytest.fixture
def paper(town: Any, either: Centre, booth: Any, hands: ModuleType) -> Doing:
    made: Doing = hands.certificate(booth.id, NUMBER, CODE, town.card("elector"), either.clock())
    return made


@pytest.fixture
def void(either: Centre, booth: Any, hands: ModuleType) -> Doing:
    """The same paper, void: told an hour before it was taken, so that the two instants differ."""
    made: Doing = hands.void(booth.id, NUMBER, either.clock() - timedelta(hours=1))
    return made


def told(centre: Centre, booth: Any, *doings: Doing) -> list[str]:
    """The reasons, in one batch."""
    return [one.reason for one in intake.take_batch(centre, booth.id, [booth.act(doing) for doing in doings])]


def row(centre: Centre, number: str = NUMBER) -> store.Certificate | None:
    with centre.store.reading() as tx:
        return store.by_number(tx, number)


def verdict(centre: Centre, code: str = CODE) -> str:
    """What the public page says to whoever has the paper in hand."""
    text = Web(centre, "http://testserver").request("GET", f"/v/{code}").text
    return str(text.partition('class="verdict ')[2].partition('"')[0])


def test_a_void_before_its_paper_keeps_its_place_and_names_nobody(either: Centre, booth: Any, void: Doing) -> None:
    assert told(either, booth, void) == [""]
    kept = row(either)
    assert kept == store.Certificate(
        number=NUMBER, code=None, card="", booth=booth.id, document="family_status", issued_at=void.at, as_of="",
        digest=void.act.digest, fate="void",  # type: ignore[attr-defined]
    )  # fmt: skip
    assert service.look_up(either, CODE) == service.Unknown()
    assert verdict(either) == "unknown", "nobody has said yet whose code it is"


def test_then_its_paper_comes_and_is_void_for_whoever_asks_with_its_code(
    town: Any, either: Centre, booth: Any, paper: Doing, void: Doing
) -> None:
    card = town.card("elector").number
    assert told(either, booth, void) == [""] == told(either, booth, paper)
    kept = row(either)
    assert kept == store.Certificate(
        number=NUMBER, code=CODE, card=card, booth=booth.id, document="family_status", issued_at=paper.at,
        as_of=paper.at.date().isoformat(), digest=void.act.digest, fate="void",  # type: ignore[attr-defined]
    )  # fmt: skip
    assert service.look_up(either, CODE) == kept and verdict(either) == "void"
    held_of = persons.export(either, card, who=MARIA, role="registrar")
    assert held_of is not None
    assert [one["number"] for one in held_of.content["elsewhere"]["certificates"]] == [NUMBER]  # type: ignore[index]


@pytest.mark.parametrize("void_first", [True, False])
@pytest.mark.parametrize("in_one", [True, False], ids=["one batch", "two"])
def test_in_any_order_and_however_often_it_is_void(
    either: Centre, booth: Any, paper: Doing, void: Doing, void_first: bool, in_one: bool
) -> None:
    order = [void, paper, void] if void_first else [paper, void, void]
    batches: Sequence[Sequence[Doing]] = [order] if in_one else [[one] for one in order]
    assert [told(either, booth, *batch) for batch in batches] == [[""] * len(batch) for batch in batches]
    # Each once more in another envelope, as a booth that was put back to an old copy would send it.
    assert told(either, booth, paper, void) == ["", ""]
    kept = row(either)
    assert kept is not None and (kept.fate, kept.code) == ("void", CODE)
    assert verdict(either) == "void"


def test_many_numbers_may_be_void_before_their_papers(
    town: Any, either: Centre, booth: Any, hands: ModuleType, paper: Doing
) -> None:
    """None of them has a code; each gets its own."""
    numbers = {NUMBER: CODE, SECOND: OTHER, THIRD: "1M8X-0A4T-7F3K-92QD"}
    assert told(either, booth, *(hands.void(booth.id, number, either.clock()) for number in numbers)) == [""] * 3
    card = town.card("elector")
    papers = [hands.certificate(booth.id, number, code, card, either.clock()) for number, code in numbers.items()]
    assert told(either, booth, *reversed(papers)) == [""] * 3
    found = {number: row(either, number) for number in numbers}
    assert {number: one.code for number, one in found.items() if one is not None} == numbers
    assert {one.fate for one in found.values() if one is not None} == {"void"}


@pytest.mark.parametrize(
    "other", [{"document": "permanent_residence"}, {"digest": "0" * 64}], ids=["document", "digest"]
)
def test_a_void_number_is_kept_for_its_paper_and_no_other(
    either: Centre, booth: Any, paper: Doing, void: Doing, other: dict[str, str]
) -> None:
    assert told(either, booth, void) == [""]
    assert told(either, booth, paper.but(**other), void.but(**other)) == ["number-taken"] * 2
    assert verdict(either) == "unknown"
    assert told(either, booth, paper) == [""]
    assert verdict(either) == "void"


def test_of_two_papers_for_one_void_number_the_first_has_it(
    town: Any, either: Centre, booth: Any, paper: Doing, void: Doing
) -> None:
    assert told(either, booth, void) == [""]
    others = [paper.but(code=OTHER), replace(paper, card=town.card("elector", 1))]
    assert told(either, booth, paper, *others) == ["", "number-taken", "number-taken"]
    assert told(either, booth, *others) == ["number-taken"] * 2
    kept = row(either)
    assert kept is not None and (kept.code, kept.card) == (CODE, town.card("elector").number)


@pytest.mark.parametrize("in_one", [True, False], ids=["one batch", "two"])
def test_a_code_that_another_paper_has_names_no_void_number(
    either: Centre, booth: Any, hands: ModuleType, paper: Doing, in_one: bool
) -> None:
    digest = hands.void(booth.id, SECOND, either.clock()).act.digest
    twin = paper.but(number=SECOND, digest=digest)
    assert told(either, booth, hands.void(booth.id, SECOND, either.clock())) == [""]
    batches: Sequence[Sequence[Doing]] = [[paper, twin]] if in_one else [[paper], [twin]]
    assert [reason for batch in batches for reason in told(either, booth, *batch)] == ["", "code-taken"]
    kept = row(either, SECOND)
    assert kept is not None and (kept.code, kept.card, kept.fate) == (None, "", "void")
    assert verdict(either) == "valid"
    assert told(either, booth, twin.but(code=OTHER)) == [""]
    assert verdict(either, OTHER) == "void"


def test_a_booth_makes_no_other_booths_paper_void(
    town: Any, either: Centre, booth: Any, hands: ModuleType, paper: Doing
) -> None:
    assert told(either, booth, paper) == [""]
    other = town.booth(1)
    assert told(either, other, hands.void(other.id, NUMBER, either.clock())) == ["number-of-another-range"]
    for stray in ("KA1/2026/000001", f"{NUMBER}/1", "AA1/2026/1", ""):
        assert told(either, booth, hands.void(booth.id, stray, either.clock())) == ["number-of-another-range"]
    assert verdict(either) == "valid"


def test_what_names_no_kind_of_paper_or_has_no_digest_cannot_be_read(either: Centre, booth: Any, void: Doing) -> None:
    bad = [void.but(document="poem"), void.but(digest="x"), void.but(version=2)]
    assert told(either, booth, *bad) == ["unreadable-body"] * 3
    assert row(either) is None


def test_a_void_number_is_never_given_again(town: Any, either: Centre, booth: Any, hands: ModuleType) -> None:
    """Its booth learns from the town hall how far it had come, when all that it knew is lost."""
    with either.store.reading() as tx:
        assert either.matters.highest_serial(tx, booth.id, "AA1") == 0
    assert told(either, booth, hands.void(booth.id, "AA1/2026/000041", either.clock())) == [""]
    with either.store.reading() as tx:
        assert either.matters.highest_serial(tx, booth.id, "AA1") == 41


def test_a_paper_that_is_void_was_still_asked_for_with_its_card(
    town: Any, either: Centre, booth: Any, hands: ModuleType
) -> None:
    """It comes into use with it; and it rings where the card is reported lost from before."""
    card, now = town.card("new_card"), either.clock()
    assert held(either, card.number).state is State.HANDED_OVER
    doing = hands.certificate(booth.id, NUMBER, CODE, card, now - timedelta(minutes=5))
    assert told(either, booth, hands.void(booth.id, NUMBER, now)) == [""]
    assert held(either, card.number).state is State.HANDED_OVER
    assert told(either, booth, doing) == [""]
    assert held(either, card.number).state is State.ACTIVE
    assert acts(either, card.number) == [(f"booth:{booth.id}", "card.active")]
    lost = Doing(CardBlockAct(card=card.number), booth.id, doing.at - timedelta(minutes=5))
    assert told(either, booth, lost) == [""]
    with either.store.reading() as tx:
        assert (USED_AFTER_BLOCK, NUMBER) in {(one.what, one.detail) for one in alarms.waiting(tx)}


def test_the_card_of_a_void_paper_is_forgotten_in_its_time(
    either: Centre, booth: Any, paper: Doing, void: Doing
) -> None:
    assert told(either, booth, void, paper) == ["", ""]
    later = at(either, either.clock() + timedelta(days=days(CertificateThing.CERTIFICATES), hours=1))
    assert retention.purge(later)[CertificateThing.CERTIFICATES] == 1
    kept = row(either)
    assert kept is not None and (kept.card, kept.code, kept.fate) == ("", CODE, "void")
    assert told(later, booth, paper, void) == ["", ""], "and who sends it again has sent the same one"
