"""Pictures in a draft: which answer each belongs to and what it shows, in words; and how an officer's file becomes one.

A drawing is built anew and a bitmap is encoded anew: what else lay in the file goes. Never: a picture without words, or
one that does more than be seen. No I/O.
"""

from __future__ import annotations

import json
import struct
import zlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps

from assets.drawing import NotDrawn
from assets.pictures import LONGEST_SIDE, MOST_BYTES, MOST_POINTS, MOST_TOGETHER, PNG, SVG, clean
from municipality.matters.votes.messages import Picture
from municipality.messages import Words

LARGEST_FILE: Final = 4 * 1024 * 1024
LONGEST_ALT: Final = 250
# Of an officer's bitmap, before a point of it is read: a camera's is under it, what fills the memory is not.
_MOST_READ: Final = 24_000_000
_FORMATS: Final = ("PNG", "JPEG")
_FIELD: Final = "pictures"
# What Pillow raises of files that are broken, or were made to do harm.
_UNREADABLE: Final = (
    OSError, ValueError, SyntaxError, EOFError, TypeError, KeyError, IndexError, OverflowError, struct.error,
    zlib.error,
)  # fmt: skip
_BOMBS: Final = (Image.DecompressionBombError, Image.DecompressionBombWarning)


@dataclass(frozen=True)
class Kept:
    """`of`: the answer in Greek, or "" for the question itself: a line that moves takes its picture with it, and one
    that says something else has none."""

    of: str
    kind: str
    data: str
    el: str
    en: str

    @property
    def picture(self) -> Picture:
        return Picture.model_validate({"kind": self.kind, "data": self.data, "alt": {"el": self.el, "en": self.en}})


@dataclass(frozen=True)
class Unfit:
    """Why a file is no picture of ours: a word of the console, and the part that is at fault."""

    code: str
    what: str = ""


def of(fields: Mapping[str, str]) -> tuple[Kept, ...]:
    return tuple(Kept(**one) for one in json.loads(fields.get(_FIELD) or "[]"))


def kept_beside(before: Mapping[str, str], said: Mapping[str, str]) -> dict[str, str]:
    """`said` of a question's form, with the pictures that it had: they come by a form of their own."""
    return {**said, _FIELD: before[_FIELD]} if before.get(_FIELD) else dict(said)


def put(fields: Mapping[str, str], new: Kept) -> dict[str, str]:
    """With this one, in the place of what was there."""
    return _with(fields, [*(one for one in of(fields) if one.of != new.of), new])


def without(fields: Mapping[str, str], gone: str) -> dict[str, str]:
    return _with(fields, [one for one in of(fields) if one.of != gone])


def _with(fields: Mapping[str, str], kept: Sequence[Kept]) -> dict[str, str]:
    others = {name: value for name, value in fields.items() if name != _FIELD}
    if not kept:
        return others
    return {**others, _FIELD: json.dumps([vars(one) for one in kept], ensure_ascii=False, sort_keys=True)}


def letters(questions: Sequence[Mapping[str, str]]) -> int:
    """How many letters of a draft are pictures."""
    return sum(len(json.dumps(one.get(_FIELD, ""), ensure_ascii=False)) for one in questions)


def too_heavy(questions: Sequence[Mapping[str, str]]) -> bool:
    """Whether the pictures of all these are more than every booth can hold."""
    return sum(len(one.data.encode()) for fields in questions for one in of(fields)) > MOST_TOGETHER


def by_answer(fields: Mapping[str, str]) -> dict[str, Picture]:
    return {one.of: one.picture for one in of(fields)}


def words_fault(el: str, en: str) -> str:
    """Why these do not say what a picture shows; "" if they may."""
    if not (el and en):
        return "picture-without-words"
    if max(len(el), len(en)) > LONGEST_ALT:
        return "picture-words-too-long"
    return "" if Words.both(el, en).el.isprintable() and en.isprintable() else "picture-words-hidden"


def read(file: bytes) -> tuple[str, str] | Unfit:
    """Its kind and its data, as a record has them."""
    if file.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
        return _bitmap(file)
    try:
        return SVG, clean(file)
    except NotDrawn as refused:
        return Unfit(f"picture-{refused.why}", refused.what)


def _bitmap(file: bytes) -> tuple[str, str] | Unfit:
    try:
        with Image.open(BytesIO(file), formats=_FORMATS) as opened:
            if opened.width * opened.height > _MOST_READ:
                return Unfit("picture-too-many-points")
            upright = ImageOps.exif_transpose(opened)
            if max(upright.size) > LONGEST_SIDE * min(upright.size):
                return Unfit("picture-too-long")
            upright.thumbnail((MOST_POINTS, MOST_POINTS))
            clear = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
            points = upright.convert("RGBA" if clear else "RGB")
    except _BOMBS:
        return Unfit("picture-too-many-points")
    except _UNREADABLE:
        return Unfit("picture-broken")
    # Points alone: what the file said besides (where it was taken, with what, a smaller picture) is not copied.
    bare = Image.frombytes(points.mode, points.size, points.tobytes())
    for one in (bare, bare.quantize(256, Image.Quantize.FASTOCTREE)):
        if len(encoded := _encoded(one)) <= MOST_BYTES:
            return PNG, b64encode(encoded).decode("ascii")
    return Unfit("picture-too-heavy")


def _encoded(points: Image.Image) -> bytes:
    out = BytesIO()
    points.save(out, "PNG", optimize=True, bits=8)
    return out.getvalue()
