"""Where sound goes: a player program of the machine, silence that takes its time, or a record for tests.

Never: a sound on the disk on its way to the player (it may say a name): it goes through memory alone.
"""

import contextlib
import io
import logging
import os
import shutil
import signal
import struct
import subprocess
import threading
import time
import wave
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

_LOG = logging.getLogger(__name__)
# The first of these that is there; each takes a file's path as its last word.
PLAYERS: tuple[tuple[str, ...], ...] = (("pw-play",), ("paplay",), ("aplay", "-q"))
# After a failure (no sound card, a server that is not up yet) the player is left alone for a while.
_REST_SECONDS = 30.0
# A player may take so much longer than its sound (a sound card that wakes up); then it hangs, and is ended.
_LATE_SECONDS = 5.0
# A killed program is gone at once, unless the kernel itself waits for its device: nobody waits for that one.
_DYING_SECONDS = 0.5


class Playing(Protocol):
    """A sound on its way out."""

    def wait(self, seconds: float) -> bool:
        """True when it has ended, by itself or by `stop`; waits at most `seconds`."""

    def stop(self) -> None:
        """Silence, at once. More than once is no harm."""


class Sound(Protocol):
    """One way out. `start` returns at once; several sounds may play beside each other."""

    def start(self, wav: bytes) -> Playing: ...


def seconds_of(wav: bytes) -> float:
    """How long a WAV file plays. Raises `ValueError` when it is none."""
    try:
        with wave.open(io.BytesIO(wav)) as file:
            return float(file.getnframes() / file.getframerate())
    except (wave.Error, EOFError, ZeroDivisionError) as error:
        raise ValueError("not a WAV file") from error


def with_true_lengths(wav: bytes) -> bytes:
    """The same file with the lengths that its header should say: a program that writes into a pipe cannot know them."""
    place = wav.find(b"data", 12)
    if wav[:4] != b"RIFF" or wav[8:12] != b"WAVE" or place < 0:
        raise ValueError("not a WAV file")
    body = wav[place + 8 :]
    return wav[:4] + struct.pack("<I", len(wav) - 8) + wav[8 : place + 4] + struct.pack("<I", len(body)) + body


def end_group(process: "subprocess.Popen[bytes]") -> None:
    """Ends a program that leads a session of its own, with all that it has started."""
    if process.poll() is None:
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)


class Silence:
    """No way out: each sound takes its time and nobody hears it."""

    def start(self, wav: bytes) -> Playing:
        return _Timed(seconds_of(wav))


class _Timed:
    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds
        self._stopped = threading.Event()

    def wait(self, seconds: float) -> bool:
        left = self._until - time.monotonic()
        return self._stopped.wait(max(0.0, min(left, seconds))) or time.monotonic() >= self._until

    def stop(self) -> None:
        self._stopped.set()


class ProgramSound:
    """A player program; silent but timed while the program fails. `failures` counts how often it did."""

    def __init__(self, command: tuple[str, ...], monotonic: Callable[[], float] = time.monotonic) -> None:
        self._command, self._monotonic = command, monotonic
        self._resting_until = 0.0
        self.failures = 0

    def start(self, wav: bytes) -> Playing:
        if self._monotonic() < self._resting_until:
            return Silence().start(wav)
        try:
            return _Process(self._run(wav), seconds_of(wav), self._failed)
        except OSError:
            self._failed()
            return Silence().start(wav)

    def _run(self, wav: bytes) -> "subprocess.Popen[bytes]":
        memory = os.memfd_create("sound")
        try:
            with open(memory, "wb", closefd=False) as file:
                file.write(wav)
            return subprocess.Popen(
                [*self._command, f"/dev/fd/{memory}"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(memory,),
                start_new_session=True,
            )
        finally:
            os.close(memory)

    def _failed(self) -> None:
        self.failures += 1
        self._resting_until = self._monotonic() + _REST_SECONDS
        _LOG.warning("the sound player %s does not play; silence for a while", self._command[0])


class _Process:
    def __init__(self, process: "subprocess.Popen[bytes]", seconds: float, failed: Callable[[], None]) -> None:
        self._process, self._failed = process, failed
        self._silence, self._hangs = _Timed(seconds), _Timed(seconds + _LATE_SECONDS)
        self._stopped = self._broken = False

    def wait(self, seconds: float) -> bool:
        if self._stopped:
            return True
        if self._broken:
            return self._silence.wait(seconds)
        try:
            code = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            if self._hangs.wait(0):
                self._failed()
                self.stop()
            return self._stopped
        if code != 0:
            self._broken = True
            self._failed()
            return self._silence.wait(0)
        return True

    def stop(self) -> None:
        self._stopped = True
        self._silence.stop()
        end_group(self._process)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_DYING_SECONDS)


@dataclass
class RecordedSound:
    """A stand-in under the same contract: keeps what was started; each sound ends at once, or when it is told to."""

    at_once: bool = True
    started: list[bytes] = field(default_factory=list, repr=False)
    playing: list["_Held"] = field(default_factory=list, repr=False)

    def start(self, wav: bytes) -> Playing:
        seconds_of(wav)
        held = _Held(ended=self.at_once)
        self.started.append(wav)
        self.playing.append(held)
        return held


class _Held:
    def __init__(self, *, ended: bool) -> None:
        self._ended = threading.Event()
        self.stopped = False
        if ended:
            self._ended.set()

    def wait(self, seconds: float) -> bool:
        return self._ended.wait(seconds)

    def stop(self) -> None:
        self.stopped = not self._ended.is_set() or self.stopped
        self._ended.set()

    def end(self) -> None:
        """It has played to its end."""
        self._ended.set()


def machine_sound() -> Sound:
    """The machine's own player, the first that is installed; silence where there is none."""
    for command in PLAYERS:
        if shutil.which(command[0]):
            return ProgramSound(command)
    return Silence()
