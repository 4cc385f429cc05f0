"""A panel for a compositor: what it draws on, and the glass, the mouse and the keyboard that it hears.

weston's own wayland backend takes it for its screen (`weston --backend=wayland-backend.so --fullscreen`), so that what
a test does with a finger or a key goes the whole way: through weston, its shell and its bindings, to whom weston gives
it. Speaks the Wayland protocol by hand (https://wayland.app/protocols/, core and xdg-shell), as much of it as weston
asks for: no version of weston and no header has to be there.

    with Panel(folder, (1080, 1920)) as panel:      # WAYLAND_DISPLAY=panel, XDG_RUNTIME_DIR=folder
        panel.touch(540, 1200)
        panel.keys(LEFT_ALT, F4)
        panel.picture()                             # a PIL image of what lies on the panel
"""

import array
import mmap
import os
import select
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from waiting import until

# linux/input-event-codes.h
ESCAPE, BACKSPACE, TAB, ENTER, LEFT_CTRL, LEFT_ALT, DELETE, SUPER = 1, 14, 15, 28, 29, 56, 111, 125
LEFT_SHIFT, SPACE, PRINT, MENU, POWER = 42, 57, 99, 127, 116
F = (None, 59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 87, 88)  # F[4] is the key F4
LETTERS = dict(zip("qwertyuiop", range(16, 26), strict=True)) | dict(zip("asdfghjkl", range(30, 39), strict=True))
LETTERS |= dict(zip("zxcvbnm", range(44, 51), strict=True))
LEFT_BUTTON, RIGHT_BUTTON, MIDDLE_BUTTON = 0x110, 0x111, 0x112

# What is offered: interface and version.
_GLOBALS = (("wl_compositor", 4), ("wl_shm", 1), ("wl_output", 1), ("wl_seat", 4), ("xdg_wm_base", 1))
_POINTER, _KEYBOARD, _TOUCH = 1, 2, 4
_FULLSCREEN, _ACTIVATED = 2, 4
_NO_KEYMAP = 0  # weston then takes the layout of its own settings
_XRGB = 1
_PRESS_SECONDS = 0.05


@dataclass
class _Buffer:
    """A picture in the compositor's memory. `pool` is shared by all that lie in it."""

    pool: mmap.mmap
    offset: int
    width: int
    height: int
    stride: int


class Panel:
    """One screen of `size`, with everything that a hand can do to it. The compositor is its only client."""

    name = "panel"

    def __init__(self, folder: Path, size: tuple[int, int]) -> None:
        self.size = size
        self._path = folder / self.name
        self._server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._client: socket.socket | None = None
        self._kinds: dict[int, str] = {1: "wl_display"}
        self._buffers: dict[int, _Buffer] = {}
        self._pools: dict[int, mmap.mmap] = {}
        self._fds: list[int] = []
        # By id of the surface: what hangs there until the next commit; by id of an xdg object: its surface.
        self._attached: dict[int, int] = {}
        self._frames: dict[int, list[int]] = {}
        self._surface_of: dict[int, int] = {}
        self._screen = 0  # the surface that is full screen here
        self._held = 0  # the buffer that is on the panel; it is not given back before the next one is
        self._toplevel = self._xdg = 0
        self._seat: dict[str, int] = {}
        self._serial = 0
        self._lock = threading.RLock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self.fault: BaseException | None = None
        self.commits = 0

    def __enter__(self) -> "Panel":
        self._server.bind(str(self._path))
        self._server.listen(1)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(10)
        for each in (self._client, self._server):
            if each is not None:
                each.close()
        for fd in self._fds:
            os.close(fd)
        self._path.unlink(missing_ok=True)
        assert self.fault is None, self.fault

    # What a person does and sees

    @property
    def lit(self) -> bool:
        """The compositor shows something, and listens to hands."""
        return bool(self._held) and len(self._seat) == 3

    def picture(self) -> Image.Image:
        """What lies on the panel now."""
        with self._lock:
            held = self._buffers[self._held]
            rows = held.pool[held.offset : held.offset + held.stride * held.height]
        return Image.frombytes("RGB", (held.width, held.height), rows, "raw", "BGRX", held.stride)

    def touch(self, x: float, y: float, *, seconds: float = _PRESS_SECONDS) -> None:
        self.fingers([(x, y)], seconds=seconds)

    def fingers(
        self,
        places: Iterable[tuple[float, float]],
        *,
        by: tuple[float, float] = (0, 0),
        seconds: float = _PRESS_SECONDS,
    ) -> None:
        """So many fingers at once; all of them are drawn `by` so much before they are lifted."""
        touch, down = self._seat["wl_touch"], list(enumerate(places))
        with self._lock:
            for finger, (x, y) in down:
                self._say(touch, 0, "uuuiff", self._next(), _now(), self._screen, finger, x, y)
            self._say(touch, 3, "")
        steps = 8 if any(by) else 1
        for step in range(1, steps + 1):
            time.sleep(seconds / steps)
            if any(by):
                with self._lock:
                    for finger, (x, y) in down:
                        moved = x + by[0] * step / steps, y + by[1] * step / steps
                        self._say(touch, 2, "uiff", _now(), finger, *moved)
                    self._say(touch, 3, "")
        with self._lock:
            for finger, _place in down:
                self._say(touch, 1, "uui", self._next(), _now(), finger)
            self._say(touch, 3, "")

    def keys(self, *codes: int | None) -> None:
        """Presses them one after the other, holds them all, and lets go."""
        keyboard = self._seat["wl_keyboard"]
        held = [code for code in codes if code is not None]
        for state, order in ((1, held), (0, held[::-1])):
            for code in order:
                with self._lock:
                    self._say(keyboard, 3, "uuuu", self._next(), _now(), code, state)
                time.sleep(0.01)

    def click(self, x: float, y: float, button: int = LEFT_BUTTON) -> None:
        """A mouse that somebody has plugged in."""
        pointer = self._seat["wl_pointer"]
        with self._lock:
            self._say(pointer, 0, "uuff", self._next(), self._screen, x, y)
            self._say(pointer, 2, "uff", _now(), x, y)
            self._say(pointer, 3, "uuuu", self._next(), _now(), button, 1)
        time.sleep(_PRESS_SECONDS)
        with self._lock:
            self._say(pointer, 3, "uuuu", self._next(), _now(), button, 0)

    def unplug_mouse(self) -> None:
        with self._lock:
            self._say(self._seat["wl_pointer"], 1, "uu", self._next(), self._screen)

    # The wire: words of 32 bits; object, then length and number of the request; strings and arrays with their length

    def _serve(self) -> None:
        try:
            self._server.settimeout(60)
            self._client, _address = self._server.accept()
            held = b""
            while not self._over.is_set():
                if not select.select([self._client], [], [], 0.1)[0]:
                    continue
                data, fds, _flags, _from = socket.recv_fds(self._client, 65536, 28)
                if not data:
                    return
                with self._lock:
                    self._fds += fds
                    held = self._obey_all(held + data)
        except ConnectionError:
            return
        except BaseException as fault:
            self.fault = fault

    def _obey_all(self, data: bytes) -> bytes:
        """Every whole request; gives what is left."""
        while len(data) >= 8:
            thing, head = struct.unpack_from("=II", data)
            length = head >> 16
            if len(data) < length:
                break
            obey: Callable[[int, int, bytes], None] | None = getattr(self, f"_{self._kinds.get(thing)}", None)
            if obey is not None:  # what is not obeyed (regions, damage, titles) changes nothing that we look at
                obey(thing, head & 0xFFFF, data[8:length])
            data = data[length:]
        return data

    def _say(self, thing: int, event: int, form: str, *values: Any) -> None:
        """`form`: u unsigned, i signed, f fixed point, s string, a array of unsigned."""
        body = b""
        for kind, value in zip(form, values, strict=True):
            if kind == "s":
                text = value.encode() + b"\0"
                body += struct.pack("=I", len(text)) + text + bytes(-len(text) % 4)
            elif kind == "a":
                body += struct.pack("=I", 4 * len(value)) + array.array("I", value).tobytes()
            elif kind == "f":
                body += struct.pack("=i", round(256 * value))
            else:
                body += struct.pack("=I" if kind == "u" else "=i", value)
        self._send(struct.pack("=II", thing, (8 + len(body)) << 16 | event) + body)

    def _send(self, data: bytes, fds: Iterable[int] = ()) -> None:
        if self._client is not None:
            with suppress(ConnectionError):  # whoever looks at the compositor sees that it is gone
                socket.send_fds(self._client, [data], list(fds))

    def _next(self) -> int:
        self._serial += 1
        return self._serial

    # What the compositor asks for, by the kind of the thing that it asks

    def _wl_display(self, _thing: int, request: int, body: bytes) -> None:
        (new,) = struct.unpack_from("=I", body)
        if request == 0:
            self._done(new)
        elif request == 1:
            self._kinds[new] = "wl_registry"
            for name, (interface, version) in enumerate(_GLOBALS, start=1):
                self._say(new, 0, "usu", name, interface, version)

    def _done(self, callback: int) -> None:
        self._say(callback, 0, "u", _now())
        self._forget(callback)

    def _forget(self, thing: int) -> None:
        self._kinds.pop(thing, None)
        self._say(1, 1, "u", thing)

    def _wl_registry(self, _thing: int, _request: int, body: bytes) -> None:
        name, _length = struct.unpack_from("=II", body)
        (new,) = struct.unpack_from("=I", body, len(body) - 4)
        kind = _GLOBALS[name - 1][0]
        self._kinds[new] = kind
        if kind == "wl_shm":
            for form in (0, _XRGB):
                self._say(new, 0, "u", form)
        elif kind == "wl_seat":
            self._say(new, 0, "u", _POINTER | _KEYBOARD | _TOUCH)
            self._say(new, 1, "s", "seat0")
        elif kind == "wl_output":
            wide, high = self.size
            self._say(new, 0, "iiiiissi", 0, 0, wide * 254 // 960, high * 254 // 960, 0, "Test", "Panel", 0)
            self._say(new, 1, "uiii", 3, wide, high, 60_000)

    def _wl_compositor(self, _thing: int, request: int, body: bytes) -> None:
        (new,) = struct.unpack("=I", body)
        self._kinds[new] = "wl_surface" if request == 0 else "wl_region"

    def _wl_region(self, thing: int, request: int, _body: bytes) -> None:
        if request == 0:
            self._forget(thing)

    def _wl_surface(self, thing: int, request: int, body: bytes) -> None:
        if request == 0:
            self._forget(thing)
        elif request == 1:
            self._attached[thing] = struct.unpack_from("=I", body)[0]
        elif request == 3:
            self._frames.setdefault(thing, []).append(struct.unpack("=I", body)[0])
        elif request == 6:
            self._commit(thing)

    def _commit(self, surface: int) -> None:
        buffer = self._attached.pop(surface, 0)
        if surface == self._screen:
            if buffer:
                before, self._held = self._held, buffer
                if before and before != buffer:
                    self._say(before, 0, "")
                self.commits += 1
            elif not self._held:
                self._configure()
        elif buffer:
            self._say(buffer, 0, "")
        for callback in self._frames.pop(surface, []):
            self._done(callback)

    def _configure(self) -> None:
        self._say(self._toplevel, 0, "iia", *self.size, [_FULLSCREEN, _ACTIVATED])
        self._say(self._xdg, 0, "u", self._next())

    def _wl_shm(self, _thing: int, _request: int, body: bytes) -> None:
        new, size = struct.unpack("=Ii", body)
        fd = self._fds.pop(0)
        self._kinds[new] = "wl_shm_pool"
        self._pools[new] = mmap.mmap(fd, size, mmap.MAP_SHARED, mmap.PROT_READ)
        os.close(fd)

    def _wl_shm_pool(self, thing: int, request: int, body: bytes) -> None:
        if request == 0:
            new, offset, wide, high, stride, _form = struct.unpack("=IiiiiI", body)
            self._kinds[new] = "wl_buffer"
            self._buffers[new] = _Buffer(self._pools[thing], offset, wide, high, stride)
        elif request == 1:
            del self._pools[thing]
            self._forget(thing)

    def _wl_buffer(self, thing: int, _request: int, _body: bytes) -> None:
        if thing != self._held:
            del self._buffers[thing]
        self._forget(thing)

    def _wl_seat(self, _thing: int, request: int, body: bytes) -> None:
        if request > 2:
            return
        (new,) = struct.unpack("=I", body)
        kind = ("wl_pointer", "wl_keyboard", "wl_touch")[request]
        self._kinds[new], self._seat[kind] = kind, new
        if kind == "wl_keyboard":
            nothing = os.open(os.devnull, os.O_RDONLY)
            self._send(struct.pack("=IIII", new, 16 << 16, _NO_KEYMAP, 0), [nothing])
            os.close(nothing)
            self._say(new, 5, "ii", 25, 600)
            self._look_here()

    def _look_here(self) -> None:
        """The keyboard belongs to the screen, as soon as both are there."""
        if self._screen and "wl_keyboard" in self._seat:
            self._say(self._seat["wl_keyboard"], 1, "uua", self._next(), self._screen, [])

    def _xdg_wm_base(self, _thing: int, request: int, body: bytes) -> None:
        if request == 2:
            new, surface = struct.unpack("=II", body)
            self._kinds[new], self._surface_of[new] = "xdg_surface", surface

    def _xdg_surface(self, thing: int, request: int, body: bytes) -> None:
        if request == 1:
            (self._toplevel,) = struct.unpack("=I", body)
            self._kinds[self._toplevel] = "xdg_toplevel"
            self._xdg, self._screen = thing, self._surface_of[thing]
            self._look_here()

    def _xdg_toplevel(self, _thing: int, request: int, _body: bytes) -> None:
        if request == 11:
            self._configure()


def light(panel: Panel, seconds: float = 30) -> None:
    """Waits until the compositor shows something."""
    until(lambda: panel.lit, seconds)


def _now() -> int:
    return time.monotonic_ns() // 1_000_000 & 0xFFFFFFFF
