"""Says sentences and sounds tones, into headphones or from the loudspeaker.

Never: a personal word outside headphones; a sentence while speech is off.
"""

from collections.abc import Iterable

from kiosk.devices.headphones import Headphones
from kiosk.devices.speech import Speaker
from kiosk.devices.tones import Chimes, Tone
from kiosk.ui.speech import reading
from kiosk.ui.speech.speaking import withheld
from kiosk.ui.speech.spoken import Part
from kiosk.ui.speech.voice_settings import VoiceSettings


class Mouth:
    """`on` and `manner` are this resident's. `said`, when it is a list, takes every sentence: for tests alone. `times`
    counts how often something was said."""

    def __init__(self, speaker: Speaker, chimes: Chimes, headphones: Headphones, settings: VoiceSettings) -> None:
        self._speaker, self._chimes, self._headphones = speaker, chimes, headphones
        self.settings, self.manner = settings, settings.manner
        self.on = False
        self.said: list[str] | None = None
        self.times = 0

    @property
    def private(self) -> bool:
        """Only one ear hears it."""
        return self._headphones.plugged

    def say(self, parts: Iterable[Part], language: str) -> None:
        if not self.on:
            return
        self.times += 1
        told = [part for part in parts if part.text]
        # Asked each time: the plug may have been pulled since the last.
        heard = [part for part in told if self.private or not part.personal]
        if len(heard) < len(told):
            heard.append(withheld(language))
        sentences = [reading.sentence_of(part, language) for part in heard]
        if self.said is not None:
            self.said += [sentence.text for sentence in sentences]
        self._speaker.say(sentences, self.manner)

    def tone(self, kind: Tone) -> None:
        # As loud as the booth is for everybody: who has turned speech down must still hear that a card was left.
        if self.settings.tones:
            self._chimes.sound(kind, self.settings.manner.volume)

    def hush(self) -> None:
        self._speaker.hush()

    @property
    def speaking(self) -> bool:
        return self._speaker.speaking

    def close(self) -> bool:
        """Nothing is said any more. True when its threads have ended."""
        chimes_ended, speech_ended = self._chimes.close(), self._speaker.close()
        return chimes_ended and speech_ended
