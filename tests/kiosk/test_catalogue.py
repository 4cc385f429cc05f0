"""The four tiles of the menu say what is true: what waits, what can be done, why not, and in that order."""

from dataclasses import dataclass
from itertools import pairwise, product

import pytest

from kiosk.desk import catalogue
from kiosk.desk.blocks import Row, Told
from kiosk.desk.catalogue import CLOSED_NOW, NOT_HERE_YET, NOTHING_NOW, NOTHING_TO_DO, open_categories, tiles
from kiosk.desk.matter import Offered, Script
from kiosk.desk.views import Menu, Tile, TileState
from kiosk.kernel.expiry import SIGN_IN, Service
from municipality.failures import BoothCode, Code
from municipality.matter import Category, Matter
from municipality.matters import MATTERS
from municipality.messages import Words
from municipality.register import FAILURES

ONE = Words(el="Ένα", en="One")
OTHER = Words(el="Άλλο", en="Other")
BADGE = Told("1 open vote")
PRINTER, FULL = BoothCode.PRINTER_NOT_READY, BoothCode.STORE_FULL


@dataclass(frozen=True)
class Bench:
    """A matter's desk that says what it is told to."""

    lines: tuple[Row, ...] = ()
    word: Told | None = None

    def badge(self) -> Told | None:
        return self.word

    def entries(self, why: Code | None) -> tuple[Row, ...]:
        return self.lines

    def open(self, key: str) -> Script | Code | None:
        return None


def offer(category: Category, *lines: Row, noun: str = "", word: Told | None = None) -> Offered:
    return Offered(Matter(noun or category.value, "A matter", category=category), Bench(lines, word))


def line(note: Words = ONE, *, available: bool = True) -> Row:
    return Row(ONE, note, key="key", closed=not available)


def tile(category: Category, offered: tuple[Offered, ...], **closed: Code) -> Tile:
    found = tiles(offered, {Service(noun): code for noun, code in closed.items()})
    return next(each for each in found if each.category is category)


def shut(*codes: Code) -> tuple[Told, ...]:
    return tuple(Told(CLOSED_NOW, {"why": FAILURES[code].title}) for code in codes)


def test_all_four_are_there_when_nothing_is_offered() -> None:
    assert tiles((), {}) == tuple(
        Tile(category, TileState.EMPTY, reason=Told(NOT_HERE_YET), elsewhere=True) for category in Category
    )


def test_what_waits_comes_first_then_what_can_be_done_then_the_rest() -> None:
    offered = (
        offer(Category.FINANCIAL, line(), noun="closed"),
        offer(Category.DOCUMENTS, line()),
        offer(Category.PARTICIPATION, line(), word=BADGE),
    )
    found = tiles(offered, {Service("closed"): FULL})
    assert [(each.category, each.state) for each in found] == [
        (Category.PARTICIPATION, TileState.WAITING),
        (Category.DOCUMENTS, TileState.READY),
        (Category.FINANCIAL, TileState.CLOSED),
        (Category.SOCIAL, TileState.EMPTY),
    ]


@pytest.mark.parametrize("states", list(product(range(4), repeat=4)))
def test_no_tile_without_anything_to_do_stands_before_one_with(states: tuple[int, ...]) -> None:
    """Among equals the categories keep their own order."""
    offered, closed = [], {}
    for category, state in zip(Category, states, strict=True):
        if state < 3:
            offered.append(offer(category, line(), word=BADGE if state == 0 else None))
        if state == 2:
            closed[Service(category.value)] = FULL
    found = tiles(offered, closed)
    ranks = [list(TileState).index(each.state) for each in found]
    assert ranks == sorted(states)
    order = [list(Category).index(each.category) for each in found]
    assert all(a < b for (a, b), (x, y) in zip(pairwise(order), pairwise(ranks), strict=True) if x == y)


def test_a_badge_is_shown_only_where_something_can_be_done() -> None:
    papers = Category.DOCUMENTS
    assert tile(papers, (offer(papers, line(), word=BADGE),)) == Tile(papers, TileState.WAITING, BADGE)
    closed = tile(papers, (offer(papers, line(), word=BADGE),), documents=PRINTER)
    assert (closed.state, closed.badge) == (TileState.CLOSED, None)
    none = tile(papers, (offer(papers, line(available=False), word=BADGE),))
    assert (none.state, none.badge) == (TileState.CLOSED, None)


def test_a_closed_category_says_why_and_where_to_go() -> None:
    papers = Category.DOCUMENTS
    assert tile(papers, (offer(papers, line()),), documents=PRINTER) == Tile(
        papers, TileState.CLOSED, reason=shut(PRINTER)[0], elsewhere=True
    )


def test_one_open_service_keeps_its_category_open() -> None:
    papers = Category.DOCUMENTS
    both = (offer(papers, line(), noun="one"), offer(papers, line(), noun="two", word=BADGE))
    assert tile(papers, both, one=PRINTER).state is TileState.WAITING
    assert tile(papers, both, two=PRINTER) == Tile(papers)
    assert tile(papers, both, one=PRINTER, two=PRINTER).reason == shut(PRINTER)[0], "said once"
    assert tile(papers, both, one=PRINTER, two=FULL).reason == Told(NOTHING_TO_DO)


def test_what_is_closed_to_this_resident_alone_says_so_in_its_own_words() -> None:
    votes = Category.PARTICIPATION
    other = line(OTHER, available=False)
    assert tile(votes, (offer(votes, other, other),)) == Tile(votes, TileState.CLOSED, reason=OTHER, own=True)
    two = tile(votes, (offer(votes, other, line(available=False)),))
    assert (two.reason, two.elsewhere, two.own) == (Told(NOTHING_TO_DO), False, False)
    assert tile(votes, (offer(votes, other, line()),)) == Tile(votes), "one of them can be done"


def test_a_service_that_has_nothing_today_is_no_missing_service() -> None:
    votes = Category.PARTICIPATION
    assert tile(votes, (offer(votes),)) == Tile(votes, TileState.EMPTY, reason=Told(NOTHING_NOW))
    assert tile(votes, (offer(votes),), participation=FULL).reason == shut(FULL)[0]


def test_what_is_open_to_whoever_comes() -> None:
    assert catalogue._SIGN_IN == SIGN_IN
    nouns = {matter.noun for matter in MATTERS if matter.serves}
    assert open_categories(()) == (Category.DOCUMENTS, Category.PARTICIPATION)
    assert open_categories({"certificates"}) == (Category.PARTICIPATION,)
    assert open_categories(nouns) == () == open_categories({SIGN_IN})


def test_a_menu_has_every_category_once() -> None:
    assert [each.category for each in Menu().tiles] == list(Category)
