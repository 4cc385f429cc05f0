"""The shapes of a page at every size, text size and reach: no block is cut, nothing that decides is passed unseen.

Geometry of the scene; the colours are judged in test_pixels.py.
"""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any
from zlib import crc32

import pytest
from pixels import NEAREST, SMALLEST, parents, scene, seen, size_of, tree
from PySide6.QtCore import QRectF
from PySide6.QtQuick import QQuickItem
from random_tests import LONG

from kiosk.demo.samples import samples
from kiosk.desk.actions import Next
from kiosk.desk.pages import Choice, Form, Page, Review
from kiosk.desk.technician.touch import TouchMark
from kiosk.ui.gallery.screens import SIZES
from kiosk.ui.stage.appearance import TEXT_SIZES

# Forms are typed on keys that stand whole, and a mark of the touch test stands alone: test_technician_pages.py, which
# looks at all of the technician's pages too.
TECHNICIANS = ("technician", "technician-health", "technician-value")
SAMPLES = {
    name: view
    for name, view in samples().items()
    if isinstance(view, Page) and not isinstance(view, Form | TouchMark)
    if name in TECHNICIANS or not name.startswith("technician")
}
# Where something is chosen already, or is to be confirmed.
DECIDES = [
    name for name, view in SAMPLES.items() if isinstance(view, Review) or (isinstance(view, Choice) and view.complete)
]
LOOKS = [(text, low) for text in range(TEXT_SIZES) for low in (False, True)]


def window_of(booth: Any) -> QRectF:
    return QRectF(0, 0, booth.window.window.width(), booth.window.window.height())


def paged(booth: Any) -> QQuickItem:
    (item,) = (item for item in tree(booth.item("screen")) if item.property("seenPage") is not None)
    return item


def blocks(booth: Any) -> list[QQuickItem]:
    """Of the part that pages, in their order."""
    top = paged(booth)
    return [item for item in tree(top) if item.property("shrink") is not None]


def shown(booth: Any, item: QQuickItem) -> QRectF:
    return seen(item, scene(item)).intersected(window_of(booth))


def turns(booth: Any) -> Iterator[int]:
    """Each page in its turn."""
    for page in range(40):
        yield page
        down = booth.window.find("page_down")
        if down is None or not down.isEnabled():
            return
        booth.tap("page_down")
    raise AssertionError("it never ends")


def dressed(booth: Any, name: str, text: int, *, low: bool) -> None:
    booth.stage.setMotion(False)
    booth.stage.setTextSize(text)
    booth.stage.setLowReach(low)
    booth.show(samples()["working"])  # or the page of the last sample would be the first of this one
    booth.show(SAMPLES[name])
    booth.settle()
    booth.settle()


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("text", "low"), LOOKS)
def test_every_page_of_every_shape(make_booth: Callable[..., Any], size: str, text: int, *, low: bool) -> None:
    """No block is cut and each is seen; the way on opens with the last of them; targets are large, apart, in reach."""
    booth, faults = make_booth(samples()["menu"], size_of(size)), []
    for name in SAMPLES:
        # What decides is looked at in every look; of the rest each look meets one size, and all with --long.
        if (
            not LONG
            and name not in DECIDES
            and (crc32(name.encode()) + LOOKS.index((text, low))) % 4 != SIZES.index(size)
        ):
            continue
        dressed(booth, name, text, low=low)
        met: set[int] = set()
        for page in turns(booth):
            now = {number: item for number, item in enumerate(blocks(booth)) if not shown(booth, item).isEmpty()}
            met |= set(now)
            found = [*cut(booth, now), *targets(booth, size_of(size)[1] / 2 if low else 0)]
            if name in DECIDES:
                found += way_on(booth, whole=len(met) == len(blocks(booth)))
            faults += [f"{name}, page {page}: {fault}" for fault in found]
        if met != set(range(len(blocks(booth)))):
            faults.append(f"{name}: never seen: {set(range(len(blocks(booth)))) - met}")
    assert faults == []


def cut(booth: Any, now: dict[int, QQuickItem]) -> Iterator[str]:
    for number, item in now.items():
        if not shown(booth, item).adjusted(-1.5, -1.5, 1.5, 1.5).contains(scene(item)):
            yield f"block {number} is cut"
    for (one, a), (other, b) in pairwise(now.items()):
        if scene(a).adjusted(1, 1, -1, -1).intersects(scene(b).adjusted(1, 1, -1, -1)):
            yield f"block {one} lies over {other}"


def way_on(booth: Any, *, whole: bool) -> Iterator[str]:
    """`whole`: all of it has been on the screen. What is counted in words is what is there."""
    primary = booth.item("primary")
    if primary.isEnabled() != whole:
        yield f"the way on is {'shut' if whole else 'open'}"
    if (down := booth.window.find("page_down")) is not None and down.isEnabled():
        counted = [block for block in booth.stage.view["blocks"] if not block.get("heading")]
        number, of = map(int, re.findall(r"\d+", booth.item("page_up").property("note")))
        more = [int(each) for each in re.findall(r"\d+", down.property("note"))]
        if of != len(counted) or more != ([of - number] if number < of else []):
            yield f"{number} of {of}, {more} more: there are {len(counted)}"


def targets(booth: Any, least: float) -> Iterator[str]:
    there = [item for item in tree(booth.window.window.contentItem()) if item.property("pressable") is True]
    boxes = [(item.objectName(), shown(booth, item)) for item in there if not shown(booth, item).isEmpty()]
    near = NEAREST / 2 - 0.5
    for place, (one, a) in enumerate(boxes):
        if min(a.width(), a.height()) < SMALLEST - 0.5:
            yield f"{one} is {a.width():.0f} × {a.height():.0f}"
        if a.top() < least - 1:
            yield f"{one} stands at {a.top():.0f}"
        for other, b in boxes[place + 1 :]:
            if a.adjusted(-near, -near, near, near).intersects(b.adjusted(-near, -near, near, near)):
                yield f"{one} and {other} are too near"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("text", "low"), LOOKS)
def test_a_ballot_shows_an_answer_at_once(make_booth: Callable[..., Any], size: str, text: int, *, low: bool) -> None:
    booth = make_booth(samples()["menu"], size_of(size))
    for name in ("ballot", "ballot-long", "ballot-over"):
        dressed(booth, name, text, low=low)
        assert shown(booth, booth.item("answer_0")).height() >= SMALLEST, name


def test_a_pager_is_there_for_more_than_a_line(make_booth: Callable[..., Any]) -> None:
    """No page turned by the pager is nearly empty: none has less than a third of what the fullest has."""
    for size in SIZES:
        booth = make_booth(samples()["menu"], size_of(size))
        for name in ("ballot-long", "certificate-large", "technician"):
            dressed(booth, name, 0, low=False)
            heights = []
            for _page in turns(booth):
                there = [shown(booth, item) for item in blocks(booth) if not shown(booth, item).isEmpty()]
                heights.append(max(box.bottom() for box in there) - min(box.top() for box in there))
            assert min(heights) >= max(heights) / 3, (size, name, heights)


def test_a_touched_answer_does_not_move_the_page(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(samples()["menu"], (1366, 768))
    dressed(booth, "ballot-long", 3, low=False)
    booth.tap("page_down")
    place = paged(booth).property("page")
    before = [scene(item) for item in blocks(booth)]
    booth.show(samples()["ballot-over"])
    dressed(booth, "ballot-long", 3, low=False)
    booth.tap("page_down")
    assert paged(booth).property("page") == place and [scene(item) for item in blocks(booth)] == before


def test_a_number_shows_the_page_of_its_answer(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(samples()["menu"], (1366, 768))
    dressed(booth, "ballot-long", 3, low=False)
    assert shown(booth, booth.item("answer_5")).isEmpty()
    booth.window._walker.press("answer_5")
    booth.settle()
    assert shown(booth, booth.item("answer_5")).height() >= SMALLEST


def test_what_a_number_or_the_keys_leap_over_was_not_on_the_screen(make_booth: Callable[..., Any]) -> None:
    """Whoever comes to the last page past others is led to those before the way on opens."""
    booth = make_booth(samples()["menu"], (1366, 768))
    dressed(booth, "ballot-long", 3, low=False)
    page = paged(booth)
    booth.window._walker.press("blank")
    booth.settle()
    last = page.property("page")
    assert last > 1 and page.property("seenAll") is False
    met = [page.property("page") for _turn in turns(booth)]
    assert met == [last, *range(1, int(page.property("pages")))] and page.property("seenAll") is True


def test_a_finger_on_what_is_shut_confirms_nothing(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(samples()["menu"], (1366, 768))
    dressed(booth, "ballot-long", 3, low=False)
    booth.asked()
    booth.watch.seconds += 2
    booth.tap("primary")
    assert not any(isinstance(asked, Next) for asked in booth.asked())
    assert all(parent.isVisible() for parent in parents(booth.item("primary")))


@pytest.mark.parametrize(("first", "then"), [(3, 2), (3, 0), (2, 3), (0, 3)])
def test_other_letters_open_no_way_on_past_what_was_not_seen(
    make_booth: Callable[..., Any], first: int, then: int
) -> None:
    booth = make_booth(samples()["menu"], (1366, 768))
    dressed(booth, "ballot-long", first, low=False)
    for text in (first, then):
        met: set[int] = set()
        booth.stage.setTextSize(text)
        for _ in range(3):
            booth.settle()
        for page in turns(booth):
            met |= {number for number, item in enumerate(blocks(booth)) if not shown(booth, item).isEmpty()}
            assert booth.item("primary").isEnabled() == (len(met) == len(blocks(booth))), (text, page, met)
            if text == first and page == 1:
                break
