"""The municipality's crest: an SVG drawing in, one that only draws out. No I/O.

A drawing from a drawing program carries much that draws nothing: notes, a title, the program's own marks. That is left
out. What could do anything but draw one still picture from its own text is refused, and says why: nobody should wonder
where a part of their crest has gone. Cleaned once at the town hall and again by whoever draws it.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from math import isfinite
from typing import Final, Never
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

MOST_BYTES: Final = 64 * 1024
MOST_ELEMENTS: Final = 1_000
DEEPEST: Final = 24
LARGEST_NUMBER: Final = 20_000.0
# How much longer than wide, or wider than long: it stands in a round place.
LONGEST_SIDE: Final = 3.0

SVG: Final = "http://www.w3.org/2000/svg"
_XLINK: Final = "http://www.w3.org/1999/xlink"

_SHAPES: Final = {"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"}
_GRADIENTS: Final = {"linearGradient", "radialGradient"}
_DRAWN: Final = {"svg", "g", "defs", "stop"} | _SHAPES | _GRADIENTS
_SAID: Final = {"title", "desc", "metadata"}
_GEOMETRY: Final = {
    "viewBox", "d", "points", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "fx", "fy",
    "offset", "transform", "gradientTransform", "gradientUnits", "spreadMethod", "pathLength",
}  # fmt: skip
_LOOKS: Final = {
    "fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity", "stroke-linecap",
    "stroke-linejoin", "stroke-miterlimit", "opacity", "color", "stop-color", "stop-opacity", "display", "visibility",
}  # fmt: skip
# What draws less than it seems, or for ever: left out, the crest would be another one.
_CUTTING: Final = {
    "clip-path",
    "mask",
    "filter",
    "marker",
    "marker-start",
    "marker-mid",
    "marker-end",
    "stroke-dasharray",
}
# The size in which it was drawn: the viewBox says it, and the booth draws it as large as its place.
_SIZE: Final = {"width", "height"}

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_WRITTEN = re.compile(r"[A-Za-z0-9\s,.+()%-]*")
_SHADE = re.compile(r"#[0-9A-Fa-f]{3,8}|[A-Za-z-]{1,32}")
_ID = re.compile(r"[A-Za-z_][\w.-]{0,63}", re.ASCII)
_OWN = re.compile(rf"(?i:url)\(\s*['\"]?#({_ID.pattern})['\"]?\s*\)", re.ASCII)
# As CSS reads it: in letters of any size, and wherever it stands.
_FETCHES = re.compile(r"\burl", re.IGNORECASE)


class Why(StrEnum):
    """Why a drawing is not taken, for whoever has set it."""

    TOO_LARGE = "The crest is larger than 64 KB. Save it as a plain, simplified SVG."
    TOO_MANY = "The crest has more than 1,000 parts. Save it as a plain, simplified SVG."
    TOO_DEEP = "The parts of the crest lie too deep in one another. Dissolve its groups and save it again."
    NOT_XML = "The crest is not a whole SVG file in UTF-8."
    NOT_SVG = "The file is not an SVG drawing."
    DOCTYPE = "The crest declares a DOCTYPE or entities. Save it as a plain SVG, without them."
    INSTRUCTION = "The crest carries an instruction to programs (<?…?>). Save it as a plain SVG."
    SCRIPT = "The crest carries a script or reacts to events. A crest only draws."
    STYLE_SHEET = "The crest carries a style sheet. Save it with “presentation attributes” instead of CSS."
    OUTSIDE = "The crest fetches something from elsewhere. Everything that it shows must be drawn in it."
    UNKNOWN_PART = "The crest has something that is no plain outline ({what}). Turn it into outlines and save again."
    REFERENCE = "A reference in the crest leads nowhere, or to another reference."
    NUMBERS = "A number in the crest is no number, or far too large."
    NO_VIEW_BOX = "The crest does not say how large it was drawn: its viewBox is missing or empty."
    TOO_LONG = "The crest is more than three times as long as it is wide, or the other way round."


class CrestRefused(ValueError):
    """This drawing is not taken; its text says why."""

    def __init__(self, why: Why, what: str = "") -> None:
        self.why = why
        super().__init__(why.value.format(what=what))


def clean(drawing: str | bytes) -> str:
    """`drawing` with what draws and nothing else; cleaning it again changes nothing. Raises `CrestRefused`."""
    text = drawing.encode(errors="replace") if isinstance(drawing, str) else drawing
    if len(text) > MOST_BYTES:
        raise CrestRefused(Why.TOO_LARGE)
    cleaned = _Cleaner().clean(text)
    if len(cleaned.encode()) > MOST_BYTES:  # a style became attributes
        raise CrestRefused(Why.TOO_LARGE)
    return cleaned


class _Cleaner:
    def __init__(self) -> None:
        self._out: list[str] = []
        self._depth = self._count = self._left_out = 0
        # Gradients by their id, those with colours of their own, those that another takes its colours from, those used.
        self._all: set[str] = set()
        self._own: set[str] = set()
        self._lent: set[str] = set()
        self._used: set[str] = set()

    def clean(self, text: bytes) -> str:
        parser = expat.ParserCreate("UTF-8", namespace_separator=" ")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = lambda *_: self._refuse(Why.DOCTYPE)
        parser.EntityDeclHandler = lambda *_: self._refuse(Why.DOCTYPE)
        parser.ProcessingInstructionHandler = lambda *_: self._refuse(Why.INSTRUCTION)
        try:
            parser.Parse(text, True)
        except (expat.ExpatError, UnicodeError):
            raise CrestRefused(Why.NOT_XML) from None
        if not (self._used <= self._all and self._lent <= self._own):
            self._refuse(Why.REFERENCE)
        return "".join(self._out)

    @staticmethod
    def _refuse(why: Why, what: str = "") -> Never:
        raise CrestRefused(why, what[:40])

    def _start(self, name: str, given: dict[str, str]) -> None:
        self._count += 1
        self._depth += 1
        if self._count > MOST_ELEMENTS:
            self._refuse(Why.TOO_MANY)
        if self._depth > DEEPEST:
            self._refuse(Why.TOO_DEEP)
        space, _, own = name.rpartition(" ")
        if self._depth == 1 and (space, own) != (SVG, "svg"):
            self._refuse(Why.NOT_SVG)
        if self._left_out or space != SVG or own in _SAID:
            self._look_at_what_is_left_out(own)
            self._left_out += 1
            return
        if own not in _DRAWN or (own == "svg" and self._depth > 1):
            self._refuse(_WORSE.get(own, Why.UNKNOWN_PART), f"<{own}>")
        attributes = self._attributes(own, given)
        if self._depth == 1:
            _fits(attributes.get("viewBox", ""))
            self._out.append(f'<svg xmlns="{SVG}" xmlns:xlink="{_XLINK}"')
        else:
            self._out.append(f"<{own}")
        self._out.extend(f" {key}={quoteattr(value)}" for key, value in sorted(attributes.items()))
        self._out.append(">")

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self._left_out:
            self._left_out -= 1
        else:
            self._out.append(f"</{name.rpartition(' ')[2]}>")

    def _look_at_what_is_left_out(self, own: str) -> None:
        """It goes anyhow; but a script among the notes was put there by somebody, who should be told."""
        if (worse := _WORSE.get(own)) is not None:
            self._refuse(worse)

    def _attributes(self, element: str, given: Mapping[str, str]) -> dict[str, str]:
        kept: dict[str, str] = {}
        for name, value in given.items():
            space, _, own = name.rpartition(" ")
            if own.lower().startswith("on"):
                self._refuse(Why.SCRIPT)
            if own == "href" and space in ("", _XLINK):
                kept["xlink:href"] = self._gradient(element, value)
            elif space:
                continue  # the drawing program's own
            elif own == "style":
                kept.update(self._style(value))
            elif own == "id" and element in _GRADIENTS:
                kept["id"] = value if _ID.fullmatch(value) else self._refuse(Why.REFERENCE)
            elif own in _GEOMETRY or (own in _SIZE and element == "rect"):
                kept[own] = self._geometry(value)
            else:
                kept.update(self._look(own, value))
        if "id" in kept:
            self._all.add(kept["id"])
            if "xlink:href" not in kept:
                self._own.add(kept["id"])
        return kept

    def _gradient(self, element: str, value: str) -> str:
        if not value.startswith("#"):
            self._refuse(Why.OUTSIDE)
        if element not in _GRADIENTS or not _ID.fullmatch(value[1:]):
            self._refuse(Why.REFERENCE)
        self._lent.add(value[1:])
        return value

    def _geometry(self, value: str) -> str:
        numbers = [float(found) for found in _NUMBER.findall(value)]
        if not _WRITTEN.fullmatch(value) or not all(isfinite(n) and abs(n) <= LARGEST_NUMBER for n in numbers):
            self._refuse(Why.NUMBERS)
        return " ".join(value.split())

    def _look(self, name: str, value: str) -> dict[str, str]:
        plain = value.strip()
        if name in _CUTTING and plain not in ("", "none"):
            self._refuse(Why.UNKNOWN_PART, name)
        if name not in _LOOKS:
            return {}
        if _FETCHES.search(plain):
            found = _OWN.fullmatch(plain)
            if found is None:
                self._refuse(Why.OUTSIDE)
            self._used.add(found[1])
            return {name: f"url(#{found[1]})"}
        if _SHADE.fullmatch(plain):
            return {name: plain}
        return {name: self._geometry(plain)}

    def _style(self, value: str) -> dict[str, str]:
        """CSS of one element as the attributes that mean the same."""
        kept: dict[str, str] = {}
        for line in value.split(";"):
            name, _, said = line.partition(":")
            kept.update(self._look(name.strip(), said.replace("!important", "")))
        return kept


def _fits(box: str) -> None:
    numbers = [float(found) for found in _NUMBER.findall(box)]
    if len(numbers) != 4 or min(numbers[2:]) <= 0:
        raise CrestRefused(Why.NO_VIEW_BOX)
    if max(numbers[2:]) > LONGEST_SIDE * min(numbers[2:]):
        raise CrestRefused(Why.TOO_LONG)


# What is worse than a part that we do not know.
_WORSE: Final[Mapping[str, Why]] = {
    "script": Why.SCRIPT,
    "handler": Why.SCRIPT,
    "set": Why.SCRIPT,
    "style": Why.STYLE_SHEET,
    "image": Why.OUTSIDE,
    "foreignObject": Why.OUTSIDE,
    "iframe": Why.OUTSIDE,
}
