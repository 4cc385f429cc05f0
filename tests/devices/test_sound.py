"""Ways out for sound under one contract; tones that tell nothing; a player that fails must not stop anything."""

import io
import stat
import time
import wave
from pathlib import Path

import pytest
from waiting import until

from kiosk.devices.sound import Playing, ProgramSound, RecordedSound, Silence, Sound, seconds_of, with_true_lengths
from kiosk.devices.tones import Chimes, Tone, tone


def program(folder: Path, body: str) -> tuple[str, ...]:
    file = folder / "player"
    file.write_text(f"#!/bin/sh\n{body}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return (str(file),)


@pytest.fixture(params=["silence", "recorded", "program", "failing", "missing"])
def sound(request: pytest.FixtureRequest, tmp_path: Path) -> Sound:
    match request.param:
        case "silence":
            return Silence()
        case "recorded":
            return RecordedSound(at_once=False)
        case "program":
            return ProgramSound(program(tmp_path, "exec sleep 30"))
        case "failing":
            return ProgramSound(("false",))
        case _:
            return ProgramSound((str(tmp_path / "nobody"),))


def test_starting_returns_at_once_and_stopping_ends(sound: Sound) -> None:
    long = wav_of(30.0)
    began = time.monotonic()
    playing: Playing = sound.start(long)
    assert not playing.wait(0.05)
    playing.stop()
    playing.stop()
    assert playing.wait(10.0)
    assert time.monotonic() - began < 20


def test_no_wav_is_refused(tmp_path: Path) -> None:
    for sound in (Silence(), RecordedSound()):
        with pytest.raises(ValueError, match="WAV"):
            sound.start(b"RIFF and then nothing of the sort")


def test_the_player_gets_the_sound_from_memory(tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    playing = ProgramSound(program(tmp_path, f'cat "$1" > {heard}')).start(tone(Tone.KEY))
    until(lambda: playing.wait(0.1))
    assert heard.read_bytes() == tone(Tone.KEY)
    assert {file.name for file in tmp_path.iterdir()} == {"heard", "player"}


def test_a_failing_player_rests_and_then_is_tried_again(tmp_path: Path) -> None:
    now = [100.0]
    sound = ProgramSound(("false",), monotonic=lambda: now[0])
    until(lambda: sound.start(tone(Tone.KEY)).wait(0.5) or sound.failures > 0)
    assert sound.failures == 1
    sound.start(tone(Tone.KEY))
    assert sound.failures == 1
    now[0] += 31
    until(lambda: sound.start(tone(Tone.KEY)).wait(0.5) or sound.failures > 1)
    assert sound.failures == 2


HANGING = ("exec sleep 300", "trap '' TERM INT HUP; while :; do sleep 1; done", "sleep 300 & wait", "kill -STOP $$")


@pytest.mark.parametrize("body", HANGING)
def test_a_player_that_hangs_is_ended_and_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    monkeypatch.setattr("kiosk.devices.sound._LATE_SECONDS", 0.2)
    sound = ProgramSound(program(tmp_path, body))
    playing = sound.start(wav_of(0.1))
    assert not playing.wait(0.05), "it may still play"
    until(lambda: playing.wait(0.02))
    assert sound.failures == 1 and playing._process.poll() is not None
    silent = sound.start(wav_of(0.1))
    assert not silent.wait(0), "what nobody hears takes its time"
    until(lambda: silent.wait(0.05))
    assert sound.failures == 1


def test_a_slow_player_is_not_one_that_hangs(tmp_path: Path) -> None:
    sound = ProgramSound(program(tmp_path, "sleep 0.3"))
    playing = sound.start(wav_of(0.01))
    until(lambda: playing.wait(0.02))
    assert sound.failures == 0


def test_lengths_that_a_pipe_could_not_know() -> None:
    whole = wav_of(0.5)
    broken = whole[:4] + b"\xff\xff\xff\x7f" + whole[8:40] + b"\xff\xff\xff\x7f" + whole[44:]
    assert seconds_of(broken) > 1000
    assert with_true_lengths(broken) == whole and seconds_of(whole) == 0.5
    with pytest.raises(ValueError, match="WAV"):
        with_true_lengths(b"no")


def test_every_key_has_the_same_short_tone_and_the_others_differ() -> None:
    assert seconds_of(tone(Tone.KEY)) < 0.1
    assert len({tone(kind) for kind in Tone}) == len(Tone)
    assert peak(tone(Tone.KEY, 20)) * 2 < peak(tone(Tone.KEY, 100)) <= 32767


def test_chimes_sound_from_their_own_thread_and_end() -> None:
    sound = RecordedSound()
    chimes = Chimes(sound)
    for _ in range(3):
        chimes.sound(Tone.KEY)
    chimes.sound(Tone.CARD)
    until(lambda: bool(sound.started) and sound.started[-1] == tone(Tone.CARD))
    assert chimes.close()


def wav_of(seconds: float, loud: int = 1000) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(22050)
        file.writeframes(loud.to_bytes(2, "little") * round(seconds * 22050))
    return out.getvalue()


def peak(wav: bytes) -> int:
    body = wav[44:]
    return max(abs(int.from_bytes(body[i : i + 2], "little", signed=True)) for i in range(0, len(body), 2))
