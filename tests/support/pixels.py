"""What the eye of a judge measures on a rendered screen: contrast, cuts, overlaps, sizes, distances, rings.

Colours are read from the picture alone; where things ought to be comes from the scene. Each fault is one sentence.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from PIL import Image
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage
from PySide6.QtQuick import QQuickItem

Colour = tuple[int, int, int]

TEXT_CONTRAST, EDGE_CONTRAST = 4.5, 3.0
SMALLEST, NEAREST, PADDING = 64, 12, 16
# What stands whole on the first page, and the properties that only it has. (Not its class's name: PySide confuses the
# meta-objects of items that QML has meanwhile taken away.)
_FIRST = {
    "the field": ("fault", "hint"),
    "the dots": ("shortest", "longest"),
    "the keypad": ("flat", "tall"),
    "the keyboard": ("letters", "accent"),
}
_EDGE = 14  # pixels at the edge of a page that are not judged
_IN_LEADING = 0.15  # of a line's height: no ink there
_NEAR_INK = 48  # how far (sum of channels) a painted pixel may be from the ink that was asked for


def luminance(colour: Colour) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: Colour, other: Colour) -> float:
    """1 to 21, WCAG 2.2."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def picture(image: QImage) -> Image.Image:
    image = image.convertToFormat(QImage.Format.Format_RGB32)  # as it is drawn: nothing is converted
    size = (image.width(), image.height())
    return Image.frombuffer("RGB", size, image.constBits(), "raw", "BGRX", image.bytesPerLine(), 1)


def size_of(size: str) -> tuple[int, int]:
    """Width and height of "1366x768"."""
    wide, high = size.split("x")
    return int(wide), int(high)


def tree(item: QQuickItem) -> Iterator[QQuickItem]:
    for child in item.childItems():
        if child.isVisible():
            yield child
            yield from tree(child)


def scene(item: QQuickItem) -> QRectF:
    return item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))


def parents(item: QQuickItem) -> Iterator[QQuickItem]:
    parent = item.parentItem()
    while parent is not None:
        yield parent
        parent = parent.parentItem()


def seen(item: QQuickItem, box: QRectF) -> QRectF:
    """The part of `box` that no clipping parent hides."""
    for parent in parents(item):
        if parent.clip():
            box = box.intersected(scene(parent))
    return box


@dataclass
class Screen:
    """One rendered screen, or what lies above it: while a sheet is open nothing else counts."""

    name: str
    root: QQuickItem
    image: Image.Image
    window: QRectF
    first: bool = True

    def __post_init__(self) -> None:
        items = list(tree(self.root))
        sheet = next((item for item in items if item.objectName() == "sheet"), None)
        items = items if sheet is None else list(tree(sheet))
        self.texts = [i for i in items if i.property("paintedHeight") is not None and i.property("text")]
        self.pressables = [i for i in items if i.property("pressable") is True]
        self.firsts = [(item, name) for item in items if (name := first_name(item))]

    def faults(self) -> list[str]:
        found = [
            *self._cut(),
            *self._cut_through(),
            *(self._missing() if self.first else ()),
            *self._faint(),
            *self._small_or_near(),
            *self._overlapping(),
            *self._edges(),
        ]
        return [f"{self.name}: {fault}" for fault in found]

    def _cut(self) -> Iterator[str]:
        for text in self.texts:
            said = words(text)
            if text.property("truncated"):
                yield f"{said} is shortened"
            if (
                text.property("paintedWidth") > text.width() + 1.5
                or text.property("paintedHeight") > text.height() + 1.5
            ):
                yield f"{said} is painted beyond its place"
            holder = next((p for p in parents(text) if p.property("pressable") is True), None)
            if holder is not None and not scene(holder).adjusted(-1, -1, 1, 1).contains(ink_box(text)):
                yield f"{said} leaves its button"
            if holder is not None and not _wide_enough(scene(holder), ink_box(text)):
                yield f"{said} touches the edge of {holder.objectName()}"
            box = seen(text, ink_box(text)) if scrolled(text) else ink_box(text)
            if not box.isEmpty() and not self.window.contains(box):
                yield f"{said} leaves the window"

    def _cut_through(self) -> Iterator[str]:
        """A page ends between lines and between buttons, never in the middle of one."""
        for item in self.pressables:
            whole, part = scene(item), self.seen(item)
            if not part.isEmpty() and not part.adjusted(-1, -1, 1, 1).contains(whole):
                yield (f"{item.objectName()} is cut: {part.width():.0f} × {part.height():.0f} "
                       f"of {whole.width():.0f} × {whole.height():.0f} are seen")  # fmt: skip
        for text in self.texts:
            whole = ink_box(text)
            part = seen(text, whole).intersected(self.window)
            line = whole.height() / int(text.property("lineCount") or 1)
            edges = (part.top() - whole.top(), whole.bottom() - part.bottom())
            if not part.isEmpty() and any(abs(edge - round(edge / line) * line) > _IN_LEADING * line for edge in edges):
                yield f"{words(text)} is cut through a line"

    def _missing(self) -> Iterator[str]:
        """The title, what is typed and typed with, and every warning are whole on the first page."""
        titles = [text for text in self.texts if text.property("role") in ("display", "h1")]
        title = min(titles, key=lambda each: scene(each).top(), default=None)
        for item, name in [*([(title, words(title))] if title else []), *self.firsts]:
            part = self.seen(item)
            if not part.adjusted(-1, -1, 1, 1).contains(scene(item)):
                yield f"{name} is not whole on the first page: {part.height():.0f} of {item.height():.0f}"

    def seen(self, item: QQuickItem) -> QRectF:
        """The part of it that a resident sees."""
        return seen(item, scene(item)).intersected(self.window)

    def _faint(self) -> Iterator[str]:
        for text in self.texts:
            whole = ink_box(text)
            box = seen(text, whole).intersected(self.window)
            if box.height() < whole.height() - 1:
                box.adjust(0, _EDGE, 0, -_EDGE)  # a page ends here: half a line, or the header's stripe over it
            if box.width() < 6 or box.height() < min(whole.height() - 1, 24):
                continue
            asked = QColor(text.property("color"))
            measured = self._text_contrast(box, (asked.red(), asked.green(), asked.blue()))
            if measured is None and box.height() > 0.9 * whole.height():
                yield f"{words(text)} is covered: none of its ink is seen"
            elif measured is not None and measured < TEXT_CONTRAST:
                yield f"{words(text)} has a contrast of {measured:.1f}"

    def _text_contrast(self, box: QRectF, asked: Colour) -> float | None:
        """The ink that was really painted against the commonest other colour around it; the worst if two are common."""
        colours, (red, green, blue) = self._colours(box), asked
        area = sum(count for count, _ in colours)
        ink: tuple[int, Colour] = (0, asked)
        grounds: list[Colour] = []
        for count, colour in colours:  # thousands, for every text of every screen
            if abs(colour[0] - red) + abs(colour[1] - green) + abs(colour[2] - blue) < _NEAR_INK:
                ink = max(ink, (count, colour))
            elif count > area * 0.2:
                grounds.append(colour)
        if not ink[0] or not grounds:
            return None
        return min(contrast(ink[1], ground) for ground in grounds)

    def _colours(self, box: QRectF) -> list[tuple[int, Colour]]:
        area = (int(box.left()), int(box.top()), int(box.right()), int(box.bottom()))
        part = self.image.crop(area)
        return part.getcolors(part.width * part.height) or []  # type: ignore[return-value]

    def _small_or_near(self) -> Iterator[str]:
        boxes = [(item.objectName(), self.seen(item)) for item in self.pressables]
        for item, (name, box) in zip(self.pressables, boxes, strict=True):
            if not box.isEmpty() and (box.width() < SMALLEST - 0.5 or box.height() < SMALLEST - 0.5):
                yield f"{name} is {box.width():.0f} × {box.height():.0f}"
            if not scrolled(item) and not self.window.contains(scene(item)):
                yield f"{name} leaves the window"
        half = NEAREST / 2 - 0.5
        shown = [(name, box.adjusted(-half, -half, half, half)) for name, box in boxes if not box.isEmpty()]
        for (one, here), (other, there) in combinations(shown, 2):
            if here.intersects(there):
                yield f"{one} and {other} are nearer than {NEAREST} pixels"

    def _overlapping(self) -> Iterator[str]:
        boxes = [(text, seen(text, ink_box(text))) for text in self.texts]
        boxes = [(text, box) for text, box in boxes if not box.isEmpty()]
        for (one, here), (other, there) in combinations(boxes, 2):
            both = here.intersected(there)
            if both.width() > 2 and both.height() > 0.25 * min(here.height(), there.height()):
                yield f"{words(one)} lies over {words(other)}"
        buttons = [(item, seen(item, scene(item))) for item in self.pressables]
        for text, here in boxes:
            within = here.adjusted(2, 4, -2, -4)
            over = [item for item, box in buttons if within.intersects(box)]
            around = set(parents(text)) if over else set()
            for item in over:
                if item not in around:
                    yield f"{words(text)} lies over {item.objectName()}"

    def _edges(self) -> Iterator[str]:
        for item in self.pressables:
            if not item.isEnabled():
                continue
            measured = self.edge_contrast(item)
            if measured is not None and measured < EDGE_CONTRAST:
                yield f"the edge of {item.objectName()} has a contrast of {measured:.1f}"

    def edge_contrast(self, item: QQuickItem) -> float | None:
        """How well the control stands out from what is around it: its edge at the left, halfway down (for a tile, the
        ring of its arrow, which says that it can be pressed). None when that place is not seen."""
        ring = next((child for child in tree(item) if child.objectName() == "arrow"), item)
        box = scene(ring)
        line = QRectF(box.left() - 10, box.center().y() - 1, 20, 3)
        judged = line.adjusted(0, -_EDGE, 0, _EDGE)
        if seen(item, judged) != judged or not self.window.contains(judged):
            return None
        # Along a dash's length: the edge of what can be pressed and leads to a reason alone is dashed.
        heights = [box.center().y() + y for y in range(-_EDGE, _EDGE + 1, 2)]
        return max(
            contrast(self._at(box.left() - 9, y), self._at(box.left() + x, y)) for y in heights for x in range(-1, 9)
        )

    def ring_contrast(self, item: QQuickItem) -> float | None:
        """The better of the focus ring's two rings against what lies just beyond it. None when it is not seen."""
        box = scene(item)
        line = QRectF(box.left() - 14, box.center().y() - 1, 14, 3)
        if seen(item, line) != line or not self.window.contains(line):
            return None
        outside = self._at(box.left() - 13, box.center().y())
        return max(contrast(outside, self._at(box.left() - x, box.center().y())) for x in range(1, 9))

    def _at(self, x: float, y: float) -> Colour:
        found: Any = self.image.getpixel((round(x), round(y)))
        return found


def _wide_enough(button: QRectF, ink: QRectF) -> bool:
    """Words, not the one letter of a key, keep away from the sides of their button."""
    return ink.width() < SMALLEST or min(ink.left() - button.left(), button.right() - ink.right()) > PADDING - 1.5


def first_name(item: QQuickItem) -> str:
    """What it is, if it has to stand whole on the first page; otherwise nothing."""
    if item.property("kind") == "warning":
        return f"the warning {words(item)}"
    named = (name for name, known in _FIRST.items() if all(item.property(each) is not None for each in known))
    return next(named, "")


def words(text: QQuickItem) -> str:
    """What it says, as far as a report needs it."""
    said = str(text.property("text"))
    return repr(said if len(said) < 60 else said[:57] + "…")


def ink_box(text: QQuickItem) -> QRectF:
    """Where the letters are, alignment and paddings considered; a little generous at the top and the bottom."""
    wide, high = float(text.property("paintedWidth")), float(text.property("paintedHeight"))
    box = QRectF(0, float(text.property("topPadding") or 0), min(wide, text.width()), min(high, text.height()))
    alignment = int(text.property("stands") or 1)
    if alignment & 2:
        box.moveLeft(text.width() - box.width())
    elif alignment & 4:
        box.moveLeft((text.width() - box.width()) / 2)
    if text.property("middle") is True:
        box.moveTop((text.height() - box.height()) / 2)
    return text.mapRectToScene(box)


def scrolled(item: QQuickItem) -> bool:
    """It lies in content that pages: parts of it may be out of sight until then."""
    return any(parent.property("needed") is True for parent in parents(item))
