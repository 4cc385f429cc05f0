"""espeak-ng speaks Greek and English; a recording goes first; nothing personal on the disk, in arguments, aloud."""

import io
import stat
import threading
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest
from waiting import until

from kiosk.devices.sound import ProgramSound, RecordedSound, seconds_of
from kiosk.devices.speech import BoothVoice, Manner, Sentence, Speaker, louder, recording_id, runs

USUAL = Manner()
NAME = "Ζωγραφοπούλου Μαρκελλίνα"


def wav_of(sample: int = 1000, count: int = 2205) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(22050)
        file.writeframes(sample.to_bytes(2, "little", signed=True) * count)
    return out.getvalue()


# The voice


def test_espeak_speaks_greek_english_and_faster(tmp_path: Path) -> None:
    voice = BoothVoice(tmp_path)
    greek = voice.wav(Sentence("Βάλτε την Κάρτα Δημότη σας για να ξεκινήσετε.", "el"), USUAL)
    english = voice.wav(Sentence("Put in your Citizen Card to begin.", "en"), USUAL)
    fast = voice.wav(Sentence("Put in your Citizen Card to begin.", "en"), Manner(290, 60))
    assert greek and english and fast
    assert seconds_of(greek) > 1 and 1 < seconds_of(english) < 20
    assert seconds_of(fast) < 0.8 * seconds_of(english)


def test_greek_names_in_an_english_sentence_are_words_and_not_letters(tmp_path: Path) -> None:
    assert runs(f"Wife: {NAME}. Born 3 May", "en") == [("Wife:", "en"), (NAME, "el"), (". Born 3 May", "en")]
    assert runs(f"Σύζυγος: {NAME}, PIN", "el") == [(f"Σύζυγος: {NAME}, PIN", "el")]
    assert runs("only this", "sq") == [("only this", "sq")]
    mixed = BoothVoice(tmp_path).wav(Sentence(f"Wife: {NAME}.", "en"), USUAL)
    alone = BoothVoice(tmp_path).wav(Sentence(f"{NAME}.", "el"), USUAL)
    assert mixed and alone and seconds_of(alone) < seconds_of(mixed) < seconds_of(alone) + 3


def test_public_sentences_are_kept_once_and_personal_ones_never(tmp_path: Path) -> None:
    cache = tmp_path / "speech"
    voice = BoothVoice(cache)
    first = voice.wav(Sentence("Καλώς ήρθατε.", "el"), USUAL)
    (kept,) = cache.iterdir()
    assert kept.stat().st_mtime == 0 and "Καλώς" not in kept.name
    kept.write_bytes(wav_of())
    assert voice.wav(Sentence("Καλώς ήρθατε.", "el"), USUAL) == wav_of() != first
    for sentence in (Sentence(NAME, "el", personal=True), Sentence("Άλφα", "el", kept=False)):
        assert voice.wav(sentence, USUAL)
    assert voice.wav(Sentence("Καλώς ήρθατε.", "el"), Manner(200, 60)) != wav_of()
    assert list(cache.iterdir()) == [kept]


def test_a_cache_that_cannot_be_written_is_no_reason_to_be_silent(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert BoothVoice(tmp_path / "file" / "speech").wav(Sentence("Ναι.", "el"), USUAL)


def test_the_words_never_stand_in_an_argument_list(tmp_path: Path) -> None:
    spy = tmp_path / "spy"
    spy.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/arguments\ncat > {tmp_path}/words\ncat {tmp_path}/wav\n')
    spy.chmod(spy.stat().st_mode | stat.S_IXUSR)
    (tmp_path / "wav").write_bytes(wav_of())
    voice = BoothVoice(tmp_path / "cache", program=str(spy))
    assert voice.wav(Sentence(f"{NAME}\n--help", "el", personal=True), USUAL) == wav_of()
    assert (tmp_path / "words").read_text() == f"{NAME} --help\n"
    assert NAME not in (tmp_path / "arguments").read_text()
    assert not (tmp_path / "cache").exists()


def test_a_recorded_voice_goes_first_and_keeps_to_the_volume(tmp_path: Path) -> None:
    folder = tmp_path / "sounds" / "el"
    folder.mkdir(parents=True)
    (folder / f"{recording_id('Καλώς  ήρθατε.')}.wav").write_bytes(wav_of(1000))
    voice = BoothVoice(None, recordings=tmp_path / "sounds")
    assert voice.wav(Sentence("Καλώς ήρθατε.", "el"), USUAL) == wav_of(600)
    assert voice.wav(Sentence("Καλώς ήρθατε.", "el"), Manner(160, 100)) == wav_of(1000)
    for other in (Sentence("Καλώς ήρθατε!", "el"), Sentence("Καλώς ήρθατε.", "el", personal=True)):
        assert voice.wav(other, Manner(160, 100)) != wav_of(1000)
    assert voice.wav(Sentence("Καλώς ήρθατε.", "el"), Manner(240, 100)) != wav_of(1000)


def test_without_espeak_the_booth_is_mute_and_says_so_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    voice = BoothVoice(None, program=str(tmp_path / "none"))
    assert voice.wav(Sentence(NAME, "el"), USUAL) is None and voice.wav(Sentence(NAME, "el"), USUAL) is None
    assert len(caplog.records) == 1 and NAME not in caplog.text


BROKEN = {
    "hangs": "exec sleep 300",
    "takes nothing in": "exec sleep 300 < /dev/null",
    "never closes": "cat WAV; exec sleep 300",
    "leaves a child": "cat WAV; sleep 300 &",
    "floods": "exec cat /dev/zero",
    "dies": "cat WAV; kill -9 $$",
    "says nothing": "exit 0",
    "stands still": "kill -STOP $$",
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_program_that_does_not_speak_is_given_up_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr("kiosk.devices.speech._PATIENCE_SECONDS", 0.3)
    monkeypatch.setattr("kiosk.devices.speech._MOST_BYTES", 1_000_000)
    now, wav, tries = [100.0], tmp_path / "wav", tmp_path / "tries"
    wav.write_bytes(wav_of())

    def becomes(body: str) -> None:
        spy = tmp_path / "spy"
        spy.write_text(f"#!/bin/sh\necho . >> {tries}\n{body.replace('WAV', str(wav))}\n")
        spy.chmod(spy.stat().st_mode | stat.S_IXUSR)

    becomes(BROKEN[kind])
    voice = BoothVoice(None, program=str(tmp_path / "spy"), monotonic=lambda: now[0])
    words = Sentence("ναι " * 20_000, "el")  # more than a pipe holds
    assert voice.wav(words, USUAL) is None
    assert voice.wav(words, USUAL) is None and tries.read_text() == ".\n", "a page does not wait for each sentence"
    now[0] += 29.9
    assert voice.wav(words, USUAL) is None and tries.read_text() == ".\n"
    becomes("cat > /dev/null; cat WAV")
    now[0] += 0.2
    assert voice.wav(words, USUAL) == wav_of()


def test_louder_leaves_other_kinds_alone() -> None:
    assert louder(wav_of(-1000), 0.5) == wav_of(-500)
    assert louder(wav_of(), 1.0) == wav_of()


def test_neither_a_sentence_nor_an_error_shows_its_words() -> None:
    assert NAME not in repr(Sentence(NAME, "el"))


# The speaker


class Told:
    """A voice that makes one short sound of any sentence and remembers which."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def wav(self, sentence: Sentence, manner: Manner) -> bytes | None:
        self.asked.append(sentence.text)
        if sentence.text == "broken":
            raise RuntimeError(sentence.text)
        return None if sentence.text == "mute" else wav_of()


class Lines:
    """A speaker with everything around it."""

    def __init__(self, *, at_once: bool = True) -> None:
        self.voice, self.sound, self.private = Told(), RecordedSound(at_once=at_once), threading.Event()
        self.speaker = Speaker(self.voice, self.sound, self.private.is_set)

    def say(self, *texts: str, personal: bool = False) -> None:
        self.speaker.say([Sentence(text, "el", personal) for text in texts], USUAL)


@pytest.fixture
def lines() -> Iterator[Lines]:
    made = Lines(at_once=False)
    yield made
    assert made.speaker.close()


def test_one_after_the_other_and_a_newer_word_interrupts(lines: Lines) -> None:
    lines.say("one", "two", "three")
    until(lambda: len(lines.sound.playing) == 1)
    assert lines.speaker.speaking and lines.voice.asked == ["one"]
    lines.sound.playing[0].end()
    until(lambda: len(lines.sound.playing) == 2)
    lines.say("other")
    until(lambda: len(lines.sound.playing) == 3)
    assert lines.sound.playing[1].stopped and lines.voice.asked == ["one", "two", "other"]
    lines.speaker.add([Sentence("last", "el")], USUAL)
    lines.sound.playing[2].end()
    until(lambda: len(lines.sound.playing) == 4)
    lines.speaker.hush()
    until(lambda: not lines.speaker.speaking)
    assert lines.sound.playing[3].stopped and not lines.sound.playing[2].stopped


def test_pulling_the_headphones_cuts_a_personal_sentence_and_lets_the_others_pass(lines: Lines) -> None:
    lines.private.set()
    lines.say(NAME, personal=True)
    until(lambda: len(lines.sound.playing) == 1)
    lines.private.clear()
    until(lambda: not lines.speaker.speaking)
    assert lines.sound.playing[0].stopped
    lines.speaker.say([Sentence(NAME, "el", personal=True), Sentence("public", "el")], USUAL)
    until(lambda: len(lines.sound.playing) == 2)
    assert lines.voice.asked == [NAME, "public"]
    lines.sound.playing[1].end()


def test_a_sentence_that_fails_does_not_silence_the_next(caplog: pytest.LogCaptureFixture) -> None:
    lines = Lines()
    lines.say("mute", "broken", "well")
    until(lambda: not lines.speaker.speaking)
    assert lines.voice.asked == ["mute", "broken", "well"] and len(lines.sound.started) == 1
    assert "broken" not in caplog.text.replace("a sentence was not said", "")
    assert lines.speaker.close()


# A speaker whose voice or sound does not come back


class Stuck:
    """A voice that does not come back from one sentence until it is let."""

    def __init__(self) -> None:
        self.let_go, self.asked = threading.Event(), []

    def wav(self, sentence: Sentence, manner: Manner) -> bytes | None:
        self.asked.append(sentence.text)
        if sentence.text == "stuck":
            self.let_go.wait(60)
        return wav_of()


def test_speech_that_hangs_counts_as_silence_and_begins_anew() -> None:
    now, voice, sound = [0.0], Stuck(), RecordedSound()
    speaker = Speaker(voice, sound, lambda: True, monotonic=lambda: now[0])
    speaker.say([Sentence("stuck", "el"), Sentence("never", "el")], USUAL)
    until(lambda: voice.asked == ["stuck"])
    now[0] = 19.9
    assert speaker.speaking
    now[0] = 20.0
    assert not speaker.speaking
    speaker.say([Sentence("well", "el")], USUAL)
    until(lambda: voice.asked == ["stuck", "well"] and not speaker.speaking)
    assert len(sound.started) == 1
    voice.let_go.set()
    speaker.say([Sentence("after", "el")], USUAL)
    until(lambda: len(sound.started) == 2)
    assert voice.asked == ["stuck", "well", "after"] and speaker.close()
    until(lambda: not [each for each in threading.enumerate() if each.name == "speech"])


def test_a_player_that_hangs_does_not_speak_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real one: the sentence ends, and nobody is being read to any more."""
    monkeypatch.setattr("kiosk.devices.sound._LATE_SECONDS", 0.1)
    sound = ProgramSound(("sh", "-c", "exec sleep 300"))
    speaker = Speaker(Told(), sound, lambda: True)
    speaker.say([Sentence("one", "el"), Sentence("two", "el")], USUAL)
    until(lambda: not speaker.speaking)
    assert sound.failures == 1 and speaker.close()
