"""Short tones: one for every key alike, so that a PIN cannot be heard; one to warn, one for an error, one that calls.

Never: a tone that tells which digit it was.
"""

import io
import math
import struct
import threading
import wave
from enum import Enum
from functools import cache
from queue import SimpleQueue

from kiosk.devices.sound import Sound

RATE = 22_050
_LOUDEST = 0.5 * 32_767
_EDGE_SECONDS = 0.008  # a sine that starts at once clicks


class Tone(Enum):
    """Each is a row of (hertz, seconds); 0 hertz is a pause."""

    KEY = ((880.0, 0.06),)
    ERROR = ((330.0, 0.12), (0.0, 0.04), (262.0, 0.2))
    WARNING = ((660.0, 0.15), (0.0, 0.1), (660.0, 0.15))
    CARD = ((784.0, 0.14), (0.0, 0.05), (988.0, 0.14), (0.0, 0.05), (784.0, 0.14))


@cache
def tone(kind: Tone, volume: int = 60) -> bytes:
    """A mono 16-bit WAV file of `kind`; `volume` in percent."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        for hertz, seconds in kind.value:
            file.writeframes(_sine(hertz, seconds, volume / 100))
    return out.getvalue()


def _sine(hertz: float, seconds: float, loud: float) -> bytes:
    count = round(seconds * RATE)
    edge = round(_EDGE_SECONDS * RATE)

    def sample(place: int) -> int:
        swell = min(1.0, place / edge, (count - place) / edge)
        return round(_LOUDEST * loud * swell * math.sin(2 * math.pi * hertz * place / RATE))

    return struct.pack(f"<{count}h", *map(sample, range(count)))


class Chimes:
    """Sounds tones from a thread of its own: starting a player must not hold up the screen. The newest wins."""

    def __init__(self, sound: Sound) -> None:
        self._sound = sound
        self._queue: SimpleQueue[tuple[Tone, int] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="chimes", daemon=True)
        self._thread.start()

    def sound(self, kind: Tone, volume: int = 60) -> None:
        self._queue.put((kind, volume))

    def close(self, patience_seconds: float = 2.0) -> bool:
        """Ends the thread. True when it has ended."""
        self._queue.put(None)
        self._thread.join(patience_seconds)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while (wanted := self._queue.get()) is not None:
            playing = self._sound.start(tone(*wanted))
            while not playing.wait(0.02) and self._queue.empty():
                pass
            playing.stop()
