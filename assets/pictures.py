"""A picture that many people look at before they decide something: a drawing (assets.drawing) or a bitmap, as text in a
record that is signed. Whoever shows one looks at it again with `fault`.

A bitmap is a PNG with nothing in it but its points: no words, no profile, no place where it was taken, no more points
than its head says. Never: a picture that could do anything but be seen.
"""

import binascii
import hashlib
import zlib
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from assets import drawing
from assets.drawing import Limits, NotDrawn

SVG, PNG = "svg", "png"
ENDINGS: Final = {SVG: "svg", PNG: "png"}
MEDIA_TYPES: Final = {SVG: "image/svg+xml", PNG: "image/png"}
MOST_BYTES: Final = 64 * 1024
# Of all pictures of one vote: every booth holds them in its notice, and reads them with it (docs/capacity.md).
MOST_TOGETHER: Final = 256 * 1024
MOST_PARTS: Final = 1_000
DEEPEST: Final = 24
# A curve that crosses itself costs a painter more than twice as much when it is twice as long.
LONGEST_VALUE: Final = 16 * 1024
LONGEST_SIDE: Final = 3.0
# A side of a bitmap in points: as large as a booth shows it at its largest letters.
MOST_POINTS: Final = 480
LIMITS: Final = Limits(MOST_BYTES, MOST_PARTS, DEEPEST, LONGEST_VALUE, LONGEST_SIDE)

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_CHUNKS: Final = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
# Of a bitmap of eight bits: bytes for each point, by its kind of colour (PNG, 11.2.2).
_CHANNELS: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


class NotPlain(ValueError):
    """Not a picture of ours; the text says why, in a few words."""


@dataclass(frozen=True)
class Shown:
    """A picture in its place, and for whoever does not see it what it shows. `place`: a name fit for a file; `data`: an
    SVG's text, or a PNG in Base64; `alt`: {"el": …, "en": …}."""

    place: str
    kind: str
    data: str
    alt: Mapping[str, str]

    @property
    def name(self) -> str:
        return f"{self.place}.{ENDINGS[self.kind]}"

    @property
    def file(self) -> bytes:
        """Raises NotPlain."""
        return file_of(self.kind, self.data)

    @property
    def digest(self) -> str:
        """Hex SHA-256 of the file."""
        return hashlib.sha256(self.file).hexdigest()


def fault_of_all(shown: Sequence[Shown]) -> str:
    """Why nobody may sign or believe these as the pictures of one vote, in a few words; "" if they are sound."""
    if sum(len(one.data.encode(errors="replace")) for one in shown) > MOST_TOGETHER:
        return "the pictures are too heavy together"
    for one in shown:
        if not (one.alt["el"].strip() and one.alt["en"].strip()):
            return f"picture {one.place} is not said in words, in Greek and in English"
        if why := fault(one.kind, one.data):
            return f"picture {one.place}: {why}"
    return ""


def packed(kind: str, data: str) -> str:
    """In letters of an address, for a window that asks for it by name."""
    return f"{kind}/{urlsafe_b64encode(zlib.compress(data.encode())).decode('ascii')}"


def unpacked(name: str) -> tuple[str, str]:
    """Its kind and its data. Raises NotPlain for what packed() has not made, or grows beyond any picture."""
    kind, _, letters = name.partition("/")
    opening = zlib.decompressobj()
    try:
        data = opening.decompress(b64decode(letters, altchars=b"-_", validate=True), 2 * MOST_BYTES)
        text = data.decode()
    except (ValueError, zlib.error):
        raise NotPlain("no picture that was packed here") from None
    if not opening.eof:
        raise NotPlain("a packed picture is too large")
    return kind, text


def clean(svg: bytes) -> str:
    """A drawing as it is kept. Raises assets.drawing.NotDrawn."""
    return drawing.clean(svg, LIMITS)


def file_of(kind: str, data: str) -> bytes:
    """The bytes of its file; `data`: an SVG's text, or a PNG in Base64. Raises NotPlain for what is neither."""
    if kind == SVG:
        return data.encode(errors="replace")
    if kind != PNG or len(data) > MOST_BYTES * 2:
        raise NotPlain("neither a drawing nor a bitmap of ours")
    try:
        return b64decode(data, validate=True)
    except ValueError:
        raise NotPlain("a bitmap is not in Base64") from None


def fault(kind: str, data: str) -> str:
    """Why nobody may show this picture, in a few words; "" if it is plain."""
    return _fault(kind, data)


# A booth reads its notices each time somebody comes.
@lru_cache(maxsize=128)
def _fault(kind: str, data: str) -> str:
    try:
        if kind == SVG:
            return "" if drawing.clean(data, LIMITS) == data else "a drawing holds more than it draws"
        found = file_of(kind, data)
        _plain(found)
        return ""
    except (NotDrawn, NotPlain) as trouble:
        return str(trouble)


def _plain(png: bytes) -> None:
    """Raises NotPlain."""
    if len(png) > MOST_BYTES:
        raise NotPlain("a bitmap is too large")
    chunks = list(_chunks(png))
    kinds = [kind for kind, _ in chunks]
    ends = (kinds[0], kinds[-1]) if kinds else ()
    if kinds != sorted(kinds, key=_CHUNKS.index) or b"IDAT" not in kinds or ends != (b"IHDR", b"IEND"):
        raise NotPlain("a bitmap has not the parts that it must have, in their order")
    if any(kinds.count(one) > 1 for one in (b"IHDR", b"PLTE", b"tRNS", b"IEND")) or chunks[-1][1]:
        raise NotPlain("a bitmap has a part twice")
    wide, high, colour = _head(chunks[0][1])
    if (colour == 3) != (b"PLTE" in kinds):
        raise NotPlain("a bitmap's colours are not where they should be")
    most = high * (1 + wide * _CHANNELS[colour])
    opening = zlib.decompressobj()
    try:
        points = opening.decompress(b"".join(data for kind, data in chunks if kind == b"IDAT"), most + 1)
    except zlib.error:
        raise NotPlain("a bitmap's points cannot be read") from None
    if len(points) != most or not opening.eof or opening.unused_data:
        raise NotPlain("a bitmap has not as many points as it says")


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not png.startswith(_SIGNATURE):
        raise NotPlain("not a bitmap of the kind PNG")
    at = len(_SIGNATURE)
    while at < len(png):
        long, kind = int.from_bytes(png[at : at + 4]), png[at + 4 : at + 8]
        data, check = png[at + 8 : at + 8 + long], png[at + 8 + long : at + 12 + long]
        if kind not in _CHUNKS:
            raise NotPlain("a bitmap carries more than its points")
        if len(data) != long or check != binascii.crc32(kind + data).to_bytes(4):
            raise NotPlain("a bitmap is broken")
        yield kind, data
        at += 12 + long


def _head(data: bytes) -> tuple[int, int, int]:
    """Width, height and kind of colour."""
    if len(data) != 13:
        raise NotPlain("a bitmap's head is broken")
    wide, high, (depth, colour, *rest) = int.from_bytes(data[:4]), int.from_bytes(data[4:8]), data[8:]
    if not (0 < wide <= MOST_POINTS and 0 < high <= MOST_POINTS):
        raise NotPlain("a bitmap has too many points")
    if max(wide, high) > LONGEST_SIDE * min(wide, high):
        raise NotPlain("a bitmap is too long")
    if depth != 8 or colour not in _CHANNELS or any(rest):
        raise NotPlain("a bitmap is not of eight bits, in rows")
    return wide, high, colour
