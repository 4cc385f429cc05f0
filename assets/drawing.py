"""A drawing that somebody else has made: an SVG in, one that only draws one still picture out.

It is built anew, from a list of what may stand in it. A drawing from a drawing program carries much that draws
nothing: notes, a title, the program's own marks. That is left out. What could do anything but draw from its own text,
or would be drawn otherwise by another program, is refused, and says why: nobody should wonder where a part of it has
gone. Cleaned where it comes in, and again by whoever shows it (docs/decisions/0053).

Never: a network, a file, a second picture inside.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from typing import Final, Never
from xml.parsers import expat

LARGEST_NUMBER: Final = 20_000.0
# A drawing smaller than this is blown up beyond what a painter of pixels can count.
SMALLEST_BOX: Final = 0.01


@dataclass(frozen=True)
class Limits:
    """`most_bytes`: as UTF-8, before and after; `most_parts`: elements; `deepest`: of them in one another;
    `longest_value`: letters of one attribute, such as all of a path; `longest_side`: how much longer than wide, or
    wider than long."""

    most_bytes: int
    most_parts: int
    deepest: int
    longest_value: int
    longest_side: float


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
# What draws less than it seems, or for ever: left out, the drawing would be another one.
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
# The size in which it was drawn: the viewBox says it, and it is shown as large as its place.
_SIZE: Final = {"width", "height"}

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_WRITTEN = re.compile(r"[A-Za-z0-9\s,.+()%-]*")
_SHADE = re.compile(r"#(?:[0-9A-Fa-f]{3}){1,2}|[A-Za-z-]{1,32}", re.ASCII)
# Four and eight digits: CSS reads how much they cover at the end, Qt at the beginning.
_HASH = re.compile(r"#.*", re.DOTALL)
_ID = re.compile(r"[A-Za-z_][\w.-]{0,63}", re.ASCII)
_OWN = re.compile(rf"(?i:url)\(\s*['\"]?#({_ID.pattern})['\"]?\s*\)", re.ASCII)
# As CSS reads it: in letters of any size, and wherever it stands.
_FETCHES = re.compile(r"\burl", re.IGNORECASE)


class Why(StrEnum):
    """Why a drawing is not taken; whoever has set it is told in words."""

    TOO_LARGE = "too-large"
    TOO_MANY = "too-many"
    TOO_DEEP = "too-deep"
    LONG_VALUE = "long-value"
    NOT_XML = "not-xml"
    NOT_SVG = "not-svg"
    DOCTYPE = "doctype"
    INSTRUCTION = "instruction"
    SCRIPT = "script"
    STYLE_SHEET = "style-sheet"
    OUTSIDE = "outside"
    UNKNOWN_PART = "unknown-part"
    REFERENCE = "reference"
    NUMBERS = "numbers"
    COLOUR = "colour"
    NO_VIEW_BOX = "no-view-box"
    TOO_LONG = "too-long"


class NotDrawn(ValueError):
    """This drawing is not taken. `what`: the part that is at fault, where it has a name."""

    def __init__(self, why: Why, what: str = "") -> None:
        self.why, self.what = why, what
        super().__init__(f"{why.value} {what}".strip())


def clean(drawing: str | bytes, limits: Limits) -> str:
    """`drawing` with what draws and nothing else; cleaning it again changes nothing. Raises `NotDrawn`."""
    text = drawing.encode(errors="replace") if isinstance(drawing, str) else drawing
    if len(text) > limits.most_bytes:
        raise NotDrawn(Why.TOO_LARGE)
    cleaned = _Cleaner(limits).clean(text)
    if len(cleaned.encode()) > limits.most_bytes:  # a style became attributes
        raise NotDrawn(Why.TOO_LARGE)
    return cleaned


class _Cleaner:
    def __init__(self, limits: Limits) -> None:
        self._limits = limits
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
            raise NotDrawn(Why.NOT_XML) from None
        if not (self._used <= self._all and self._lent <= self._own):
            self._refuse(Why.REFERENCE)
        return "".join(self._out)

    @staticmethod
    def _refuse(why: Why, what: str = "") -> Never:
        raise NotDrawn(why, what[:40])

    def _start(self, name: str, given: dict[str, str]) -> None:
        self._count += 1
        self._depth += 1
        if self._count > self._limits.most_parts:
            self._refuse(Why.TOO_MANY)
        if self._depth > self._limits.deepest:
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
            _fits(attributes.get("viewBox", ""), self._limits.longest_side)
            self._out.append(f'<svg xmlns="{SVG}" xmlns:xlink="{_XLINK}"')
        else:
            self._out.append(f"<{own}")
        self._out.extend(f' {key}="{_in_quotes(value)}"' for key, value in sorted(attributes.items()))
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
            if len(value) > self._limits.longest_value:
                self._refuse(Why.LONG_VALUE, own)
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
            if kept["id"] in self._all:  # which of the two is meant, programs decide differently
                self._refuse(Why.REFERENCE)
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
        if _HASH.fullmatch(plain):
            self._refuse(Why.COLOUR, plain)
        return {name: self._geometry(plain)}

    def _style(self, value: str) -> dict[str, str]:
        """CSS of one element as the attributes that mean the same."""
        kept: dict[str, str] = {}
        for line in value.split(";"):
            name, _, said = line.partition(":")
            kept.update(self._look(name.strip(), said.replace("!important", "")))
        return kept


def _fits(box: str, longest_side: float) -> None:
    numbers = [float(found) for found in _NUMBER.findall(box)]
    if len(numbers) != 4 or min(numbers[2:]) < SMALLEST_BOX:
        raise NotDrawn(Why.NO_VIEW_BOX)
    if max(numbers[2:]) > longest_side * min(numbers[2:]):
        raise NotDrawn(Why.TOO_LONG)


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


def _in_quotes(value: str) -> str:
    """As an attribute's value. (xml.sax's own would bring urllib and email into the booth's window.)"""
    return html.escape(value).replace("\n", "&#10;").replace("\r", "&#13;").replace("\t", "&#9;")
