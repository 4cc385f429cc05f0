"""A screen of its own (Xvfb) seen and touched from outside: the same eye and the same finger for every program.

Pixels are read with XGetImage, touches are XTEST events; no program under test is asked when it believes it painted.
"""

from __future__ import annotations

import ctypes
import os
import random
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

WIDTH, HEIGHT = 1920, 1080
LOOK_SECONDS = 0.0005


class _XImage(ctypes.Structure):
    _fields_ = [
        ("width", ctypes.c_int),
        ("height", ctypes.c_int),
        ("xoffset", ctypes.c_int),
        ("format", ctypes.c_int),
        ("data", ctypes.c_void_p),
        ("byte_order", ctypes.c_int),
        ("bitmap_unit", ctypes.c_int),
        ("bitmap_bit_order", ctypes.c_int),
        ("bitmap_pad", ctypes.c_int),
        ("depth", ctypes.c_int),
        ("bytes_per_line", ctypes.c_int),
    ]


@dataclass(frozen=True)
class Probe:
    """Some pixels and what they must be."""

    points: tuple[tuple[int, int, bytes], ...]


class Display:
    """One X screen. Give `environment` to the programs that are to draw on it."""

    def __init__(self, name: str) -> None:
        self.environment = {**os.environ, "DISPLAY": name}
        self._x = ctypes.CDLL("libX11.so.6")
        self._test = ctypes.CDLL("libXtst.so.6")
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._x.XGetImage.restype = ctypes.POINTER(_XImage)
        self._x.XGetImage.argtypes = [ctypes.c_void_p, ctypes.c_ulong, *[ctypes.c_int] * 2, *[ctypes.c_uint] * 2,
                                      ctypes.c_ulong, ctypes.c_int]  # fmt: skip
        self._x.XDefaultRootWindow.argtypes = [ctypes.c_void_p]
        self._x.XDefaultRootWindow.restype = ctypes.c_ulong
        self._x.XDestroyImage.argtypes = [ctypes.POINTER(_XImage)]
        self._x.XSync.argtypes = [ctypes.c_void_p, ctypes.c_int]
        self._test.XTestFakeMotionEvent.argtypes = [ctypes.c_void_p, *[ctypes.c_int] * 3, ctypes.c_ulong]
        self._test.XTestFakeButtonEvent.argtypes = [ctypes.c_void_p, ctypes.c_uint, ctypes.c_int, ctypes.c_ulong]
        self._display = self._x.XOpenDisplay(name.encode())
        if not self._display:
            raise RuntimeError(f"the screen {name} cannot be opened")
        self._root = self._x.XDefaultRootWindow(self._display)

    def look(self, x: int = 0, y: int = 0, width: int = WIDTH, height: int = HEIGHT) -> bytes:
        """Pixels as they stand now, four bytes each (blue, green, red, padding)."""
        image = self._x.XGetImage(self._display, self._root, x, y, width, height, 0xFFFFFF, 2)
        try:
            return ctypes.string_at(image.contents.data, image.contents.bytes_per_line * height)
        finally:
            self._x.XDestroyImage(image)

    def move(self, x: int, y: int) -> None:
        self._test.XTestFakeMotionEvent(self._display, -1, x, y, 0)
        self._x.XSync(self._display, 0)

    def press(self) -> float:
        """The moment of it."""
        now = time.monotonic()
        self._test.XTestFakeButtonEvent(self._display, 1, 1, 0)
        self._x.XSync(self._display, 0)
        return now

    def release(self) -> float:
        now = time.monotonic()
        self._test.XTestFakeButtonEvent(self._display, 1, 0, 0)
        self._x.XSync(self._display, 0)
        return now

    def shows(self, probe: Probe) -> bool:
        return all(self.look(x, y, 1, 1)[:3] == wanted for x, y, wanted in probe.points)

    def wait(self, probe: Probe, seconds: float, *, every: float = LOOK_SECONDS) -> float:
        """The moment at which every pixel of `probe` was right, seen by looking every so often. Raises TimeoutError.

        Each look is a request to the same X server that the program draws on: no oftener than is needed.
        """
        deadline = time.monotonic() + seconds
        while not self.shows(probe):
            if time.monotonic() > deadline:
                wrong = [(x, y) for x, y, wanted in probe.points if self.look(x, y, 1, 1)[:3] != wanted]
                raise TimeoutError(f"the picture that was waited for did not come; it differs at {wrong}")
            time.sleep(every)
        return time.monotonic()


def probe(
    before: bytes, *after: bytes, box: tuple[int, int, int, int] = (0, 0, WIDTH, HEIGHT), count: int = 24
) -> Probe:
    """Pixels inside `box` that tell `after` from `before`, and that stand still in every picture of `after`.

    Half of them lie on edges, so that letters and lines have to be there and not only the grounds.
    """
    first, chance = after[0], random.Random(len(before))
    flat: list[tuple[int, int, bytes]] = []
    edges: list[tuple[int, int, bytes]] = []
    for _ in range(400_000):
        x, y = chance.randrange(box[0], box[2] - 1), chance.randrange(box[1], box[3])
        at = 4 * (y * WIDTH + x)
        here, beside = first[at : at + 3], first[at + 4 : at + 7]
        if here == before[at : at + 3] or any(picture[at : at + 3] != here for picture in after[1:]):
            continue
        differs = sum(abs(a - b) for a, b in zip(here, beside, strict=True))
        (edges if differs > 150 else flat).append((x, y, here))
        if len(edges) >= count // 2 and len(flat) >= count // 2:
            break
    points = (*edges[: count // 2], *flat[: count - min(len(edges), count // 2)])
    if not points:
        raise RuntimeError("the two pictures do not differ")
    return Probe(points)


@contextmanager
def screen() -> Iterator[Display]:
    """An Xvfb of 1920 × 1080, gone at the end."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten", "tcp", "-noreset"]
    with subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL) as server:
        os.close(write)
        try:
            number = os.read(read, 16).decode().strip()
            if not number:
                raise RuntimeError("Xvfb did not start")
            yield Display(f":{number}")
        finally:
            os.close(read)
            server.terminate()
