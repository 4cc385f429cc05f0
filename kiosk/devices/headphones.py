"""Whether headphones are in the jack: the kernel's own switch where there is one, honestly «no» where there is none.

Never: a guess. What is said into headphones that are not there is said to the whole street.
"""

import contextlib
import fcntl
import logging
import os
import select
import struct
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

_LOG = logging.getLogger(__name__)
_INPUT = Path("/dev/input")
# linux/input.h and input-event-codes.h
_EV_SW, _SW_HEADPHONE_INSERT = 0x05, 0x02
_EVENT = struct.Struct("llHHi")  # time in two longs, type, code, value
_SWITCH_BYTES = 8


def _ask(number: int, size: int) -> int:
    """An ioctl of evdev that reads `size` bytes: _IOC(_IOC_READ, 'E', number, size)."""
    return (2 << 30) | (size << 16) | (ord("E") << 8) | number


_CAPABLE = _ask(0x20 + _EV_SW, _SWITCH_BYTES)  # EVIOCGBIT(EV_SW)
_STATE = _ask(0x1B, _SWITCH_BYTES)  # EVIOCGSW

Listener = Callable[[bool], None]


class Watch(Protocol):
    def stop(self) -> None: ...


class Headphones(Protocol):
    """The port. `watch` calls the listener with the new state on each change, on a thread of the device."""

    @property
    def plugged(self) -> bool: ...
    def watch(self, listener: Listener) -> Watch: ...


class _Listeners:
    def __init__(self) -> None:
        self._all: list[Listener] = []
        self._lock = threading.Lock()

    def add(self, listener: Listener) -> Watch:
        with self._lock:
            self._all.append(listener)
        return _Stop(lambda: self._remove(listener))

    def _remove(self, listener: Listener) -> None:
        with self._lock, contextlib.suppress(ValueError):
            self._all.remove(listener)

    def tell(self, plugged: bool) -> None:
        with self._lock:
            told = tuple(self._all)
        for listener in told:
            listener(plugged)


class _Stop:
    def __init__(self, stop: Callable[[], None]) -> None:
        self.stop = stop


class SimulatedHeadphones:
    """A jack of the bench: `plug()` and `unplug()`, from any thread."""

    def __init__(self, *, plugged: bool = False) -> None:
        self._plugged = plugged
        self._listeners = _Listeners()

    @property
    def plugged(self) -> bool:
        return self._plugged

    def watch(self, listener: Listener) -> Watch:
        return self._listeners.add(listener)

    def plug(self) -> None:
        self._set(True)

    def unplug(self) -> None:
        self._set(False)

    def _set(self, plugged: bool) -> None:
        if plugged != self._plugged:
            self._plugged = plugged
            self._listeners.tell(plugged)


class NoJack:
    """A machine that cannot tell: nothing is ever plugged in, so nothing personal is ever spoken."""

    plugged = False

    def watch(self, listener: Listener) -> Watch:
        return _Stop(lambda: None)


class Handset:
    """A booth with a telephone's handset instead of a jack: speech always goes there, and it has no loudspeaker."""

    plugged = True

    def watch(self, listener: Listener) -> Watch:
        return _Stop(lambda: None)


class JackHeadphones:
    """The headphone switches that the kernel shows (evdev EV_SW, SW_HEADPHONE_INSERT). Close it with `close()`.

    `devices`: readable descriptors, taken over; `state` asks one of them whether its switch is closed now.
    """

    def __init__(self, devices: Iterable[int], state: Callable[[int], bool] = lambda fd: _switch(fd, _STATE)) -> None:
        self._devices = list(devices)
        self._states = {device: state(device) for device in self._devices}
        self._listeners = _Listeners()
        self._end_read, self._end_write = os.pipe()
        self._thread = threading.Thread(target=self._work, name="headphones", daemon=True)
        self._thread.start()

    @property
    def plugged(self) -> bool:
        return any(self._states.values())

    def watch(self, listener: Listener) -> Watch:
        return self._listeners.add(listener)

    def close(self) -> None:
        os.write(self._end_write, b".")
        self._thread.join(2.0)
        for descriptor in (*self._devices, self._end_read, self._end_write):
            os.close(descriptor)

    def _work(self) -> None:
        watched = list(self._devices)
        while True:
            ready, _, _ = select.select([self._end_read, *watched], [], [])
            if self._end_read in ready:
                return
            for device in ready:
                if not self._read(device):
                    watched.remove(device)

    def _read(self, device: int) -> bool:
        """False when the device has gone, as a pulled USB sound card does; then its switch is open."""
        before = self.plugged
        try:
            data = os.read(device, _EVENT.size * 64)
        except OSError:
            data = b""
        if not data:
            self._states[device] = False
        for place in range(0, len(data) - len(data) % _EVENT.size, _EVENT.size):
            _seconds, _micros, kind, code, value = _EVENT.unpack_from(data, place)
            if (kind, code) == (_EV_SW, _SW_HEADPHONE_INSERT):
                self._states[device] = value == 1
        if self.plugged != before:
            self._listeners.tell(self.plugged)
        return bool(data)


def _switch(device: int, question: int) -> bool:
    answer = bytearray(_SWITCH_BYTES)
    fcntl.ioctl(device, question, answer)
    return bool(int.from_bytes(answer, "little") >> _SW_HEADPHONE_INSERT & 1)


def machine_headphones(folder: Path = _INPUT) -> JackHeadphones | NoJack:
    """The machine's jack, or `NoJack` where the kernel shows no headphone switch or does not let us read it."""
    found: list[int] = []
    for path in sorted(folder.glob("event*")) if folder.is_dir() else ():
        try:
            device = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            continue
        try:
            has_switch = _switch(device, _CAPABLE)
        except OSError:
            has_switch = False
        if has_switch:
            found.append(device)
        else:
            os.close(device)
    if not found:
        _LOG.info("this machine shows no headphone switch: personal data will not be spoken")
        return NoJack()
    return JackHeadphones(found)
