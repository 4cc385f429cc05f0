"""Says sentences: a recorded human voice where there is one for those very words, espeak-ng otherwise.

Never: a personal sentence on the disk, in an argument list, in a log, or into anything but headphones.
"""

import array
import contextlib
import hashlib
import io
import logging
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import wave
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Protocol, cast

from assets.texts import FOLDER as TEXTS
from kiosk.devices.aloud import aloud
from kiosk.devices.sound import Playing, Sound, end_group, seconds_of, with_true_lengths

_LOG = logging.getLogger(__name__)
RECORDINGS = TEXTS.parent / "sounds"
ESPEAK = "espeak-ng"
GREEK = "el"
_GREEK_LETTER = "[\u0370-\u03ff\u1f00-\u1fff]"
_GREEK_WORDS = re.compile(rf"({_GREEK_LETTER}+(?:[\s,.·'’-]+{_GREEK_LETTER}+)*)")
_PATIENCE_SECONDS = 10.0
# A program that failed is left alone for a while: a page of sentences must not wait for each of them in turn.
_REST_SECONDS = 30.0
# Ten minutes of sound: no sentence is longer, and what a program pours out beyond it is no sentence.
_MOST_BYTES = 32 * 1024 * 1024
# Making a sentence, playing it, and this much: then whatever speaks hangs, and nobody is being read to.
_HUNG_SECONDS = 10.0
_LISTEN_SECONDS = 0.02
_KEPT_AT_MOST = 4000
_FULL_VOLUME = 150  # espeak's amplitude: 100 is its own middle, 200 distorts


@dataclass(frozen=True)
class Sentence:
    """`personal`: for headphones only. `kept`: its sound may lie on the disk (never that of a personal one)."""

    text: str = field(repr=False)
    language: str
    personal: bool = False
    kept: bool = True


@dataclass(frozen=True)
class Manner:
    """`rate` in words a minute, `volume` in percent."""

    rate: int = 160
    volume: int = 60


def recording_id(text: str) -> str:
    """The name of the recording of exactly these words: an edited sentence has another one, so that no recording says
    what the screen no longer does."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:16]


class Voice(Protocol):
    """Makes sound of words; None when it cannot."""

    def wav(self, sentence: Sentence, manner: Manner) -> bytes | None: ...


class BoothVoice:
    """Recordings, then the cache in `cache` (for sentences at the `usual` manner), then espeak-ng.

    `cache` is made when it is first needed; a full one is emptied at the start. Nothing in it tells when it was used.
    """

    def __init__(
        self,
        cache: Path | None,
        usual: Manner | None = None,
        *,
        recordings: Path = RECORDINGS,
        program: str = ESPEAK,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._cache, self._usual = cache, usual or Manner()
        self._recordings, self._program, self._monotonic = recordings, program, monotonic
        self._mute_until = 0.0
        if cache is not None and cache.is_dir() and len(files := list(cache.glob("*.wav"))) > _KEPT_AT_MOST:
            for file in files:
                file.unlink(missing_ok=True)

    def wav(self, sentence: Sentence, manner: Manner) -> bytes | None:
        if sentence.personal:
            return self._synthesised(sentence, manner)
        recorded = self._recordings / sentence.language / f"{recording_id(sentence.text)}.wav"
        if manner.rate == self._usual.rate and recorded.is_file():
            return louder(recorded.read_bytes(), manner.volume / 100)
        if self._cache is None or not sentence.kept or manner != self._usual:
            return self._synthesised(sentence, manner)
        file = self._cache / f"{self._name(sentence, manner)}.wav"
        if file.is_file():
            return file.read_bytes()
        made = self._synthesised(sentence, manner)
        if made is not None:
            _keep(file, made)
        return made

    @staticmethod
    def _name(sentence: Sentence, manner: Manner) -> str:
        words = aloud(sentence.text, sentence.language)
        said = f"{sentence.language}\0{manner.rate}\0{manner.volume}\0{words}"
        return hashlib.sha256(said.encode()).hexdigest()

    def _synthesised(self, sentence: Sentence, manner: Manner) -> bytes | None:
        if self._monotonic() < self._mute_until:
            return None
        until = self._monotonic() + _PATIENCE_SECONDS
        said = aloud(sentence.text, sentence.language)
        try:
            made = [self._run(words, voice, manner, until) for words, voice in runs(said, sentence.language)]
            whole = joined(made)
        except (OSError, ValueError, wave.Error, EOFError) as error:
            if not self._mute_until:
                _LOG.error("%s does not speak (%s): the booth is mute", self._program, type(error).__name__)
            self._mute_until = self._monotonic() + _REST_SECONDS
            return None
        self._mute_until = 0.0
        return whole

    def _run(self, words: str, voice: str, manner: Manner, until: float) -> bytes:
        loud = round(manner.volume * _FULL_VOLUME / 100)
        command = [self._program, "-v", voice, "-s", str(manner.rate), "-a", str(loud), "--stdin", "--stdout"]
        return with_true_lengths(_answer(command, f"{words}\n".encode(), until - self._monotonic()))


def _answer(command: list[str], told: bytes, seconds: float) -> bytes:
    """What a program says when it is told something. Ended with all that it has started when it takes longer, pours out
    more than any sentence, or takes nothing in. Raises `OSError`, `ValueError`."""
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        into, out = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)

        late = threading.Event()

        def end() -> None:
            late.set()
            with contextlib.suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)  # the pipe may be held by what it has started

        clock = threading.Timer(max(0.0, seconds), end)
        clock.daemon = True
        clock.start()
        try:
            with contextlib.suppress(BrokenPipeError):  # its exit code says why
                into.write(told)
                into.close()
            said = out.read(_MOST_BYTES + 1)
            if len(said) > _MOST_BYTES or process.wait() != 0 or late.is_set():
                raise ValueError("the program did not do what it is for")
            return said
        finally:
            clock.cancel()
            end_group(process)


def runs(text: str, language: str) -> list[tuple[str, str]]:
    """`text` in pieces, each with its voice: Greek words in another language's sentence need the Greek one, for the
    others spell them letter by letter. (The Greek voice reads Latin words by itself.)"""
    words = " ".join(text.split())
    if language == GREEK or not words:
        return [(words, language)]
    pieces = _GREEK_WORDS.split(words)
    return [
        (piece.strip(), GREEK if place % 2 else language)
        for place, piece in enumerate(pieces)
        if any(letter.isalnum() for letter in piece)
    ] or [(words, language)]


def joined(wavs: list[bytes]) -> bytes:
    """Several WAV files of one shape, one after the other. Raises `ValueError` when their shapes differ."""
    if len(wavs) == 1:
        return wavs[0]
    parts = [_opened(wav) for wav in wavs]
    shape = parts[0][0]
    if any(each[:3] != shape[:3] for each, _frames in parts):
        raise ValueError("the voices differ in shape")
    return _written(shape, b"".join(frames for _shape, frames in parts))


def _opened(wav: bytes) -> tuple[Any, bytes]:
    with wave.open(io.BytesIO(wav)) as file:
        return file.getparams(), file.readframes(file.getnframes())


def _written(shape: Any, frames: bytes) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams(shape)
        file.writeframes(frames)
    return out.getvalue()


def _keep(file: Path, wav: bytes) -> None:
    """Whole or not at all. A full disk is no reason to be silent."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent)
        with os.fdopen(handle, "wb") as out:
            out.write(wav)
        os.utime(name, (0, 0))  # when a ballot was first heard is nobody's business
        Path(name).replace(file)
    except OSError as error:
        _LOG.warning("the cache of speech cannot be written (%s)", type(error).__name__)


def louder(wav: bytes, by: float) -> bytes:
    """A 16-bit WAV file with its samples times `by` (at most 1.0); any other kind of file as it is."""
    shape, frames = _opened(wav)
    if shape.sampwidth != 2 or by >= 1:
        return wav
    samples = array.array("h", frames)
    if sys.byteorder == "big":
        samples.byteswap()
    samples = array.array("h", (round(sample * by) for sample in samples))
    if sys.byteorder == "big":
        samples.byteswap()
    return _written(shape, samples.tobytes())


class Speaker:
    """Says one row of sentences after the other on a thread of its own; every call returns at once.

    `private` tells whether personal sentences may be heard now (headphones are in). It is asked before each of them
    and all the while it plays: whoever pulls the headphones out hears no more.

    A voice or a sound that does not come back is given up: it counts as silence, and the next words get a thread anew.
    """

    def __init__(
        self,
        voice: Voice,
        sound: Sound,
        private: Callable[[], bool],
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._voice, self._sound, self._private, self._monotonic = voice, sound, private, monotonic
        self._waiting: deque[tuple[Sentence, Manner]] = deque()
        self._changed = threading.Condition()
        self._turn = 0
        self._busy = self._closed = False
        self._late_at = 0.0  # the present sentence must be over by then
        self._begin()

    @property
    def speaking(self) -> bool:
        return (self._busy or bool(self._waiting)) and not self._hangs

    @property
    def _hangs(self) -> bool:
        return self._busy and self._monotonic() >= self._late_at

    def _begin(self) -> None:
        self._busy = False
        self._thread = threading.Thread(target=self._work, name="speech", daemon=True)
        self._thread.start()

    def say(self, sentences: Iterable[Sentence], manner: Manner) -> None:
        """These now, instead of what was being said."""
        with self._changed:
            self._turn += 1
            self._waiting.clear()
            self._waiting.extend((sentence, manner) for sentence in sentences)
            if self._hangs and not self._closed:
                _LOG.error("speech hangs; it begins anew")
                self._begin()
            self._changed.notify_all()

    def add(self, sentences: Iterable[Sentence], manner: Manner) -> None:
        """These after what is being said."""
        with self._changed:
            self._waiting.extend((sentence, manner) for sentence in sentences)
            self._changed.notify_all()

    def hush(self) -> None:
        """Silence at once, and nothing is kept of what was still to be said."""
        self.say((), Manner())

    def close(self, patience_seconds: float = 2.0) -> bool:
        """Ends the thread. True when it has ended."""
        with self._changed:
            self._closed = True
            self._turn += 1
            self._waiting.clear()
            self._changed.notify_all()
        self._thread.join(patience_seconds)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while (given := self._next()) is not None:
            turn, sentence, manner = given
            try:
                self._one(turn, sentence, manner)
            except Exception as error:  # the outermost loop: one sentence is lost, the next is said
                _LOG.error("a sentence was not said: %s", type(error).__name__)
            # The thread now waits, maybe for hours: it must not keep the last resident's words meanwhile.
            del given, sentence

    def _next(self) -> tuple[int, Sentence, Manner] | None:
        mine = threading.current_thread()
        with self._changed:
            if self._thread is not mine:
                return None  # it was given up, and has come back
            self._busy = False
            self._changed.wait_for(lambda: self._closed or self._waiting)
            if self._closed:
                return None
            self._busy, self._late_at = True, self._monotonic() + _PATIENCE_SECONDS + _HUNG_SECONDS
            return (self._turn, *self._waiting.popleft())

    def _one(self, turn: int, sentence: Sentence, manner: Manner) -> None:
        if not self._allowed(turn, sentence):
            return
        wav = self._voice.wav(sentence, manner)
        if wav is None or not self._allowed(turn, sentence):
            return
        self._late_at = self._monotonic() + seconds_of(wav) + _HUNG_SECONDS
        playing: Playing = self._sound.start(wav)
        while not playing.wait(_LISTEN_SECONDS):
            if not self._allowed(turn, sentence):
                playing.stop()

    def _allowed(self, turn: int, sentence: Sentence) -> bool:
        return turn == self._turn and (not sentence.personal or self._private())
