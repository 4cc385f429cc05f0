"""How a booth sounds to whoever comes next, the steps of loudness and speed, and the keys that belong to speech.

Never: anything of one resident.
"""

from dataclasses import dataclass, field

from PySide6.QtCore import Qt

from kiosk.devices.speech import Manner

LAST_SECONDS = 10  # of the time-out's warning: said once more
CARD_CALLS_EVERY = 8  # seconds
# Whoever listens is not away; but for so long without a key the warning is said, and any key goes on.
LISTENS_AT_MOST = 600  # seconds
ANSWER_MS = 60
RATES = (90, 120, 160, 200, 240, 290)
VOLUMES = (20, 40, 60, 80, 100)
REPEAT = {Qt.Key.Key_Asterisk, Qt.Key.Key_F5}
LOUDER = {Qt.Key.Key_Plus, Qt.Key.Key_VolumeUp}
SOFTER = {Qt.Key.Key_Minus, Qt.Key.Key_VolumeDown}
SPEED = {Qt.Key.Key_Slash, Qt.Key.Key_F6}
DARK = {Qt.Key.Key_Period, Qt.Key.Key_Comma, Qt.Key.Key_F9}
ENTER_KEYS = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Select}
ESCAPE = {Qt.Key.Key_Escape, Qt.Key.Key_Back}


@dataclass(frozen=True)
class VoiceSettings:
    """How this booth sounds to whoever comes next. `tones`: keys, warnings and a card left behind are heard."""

    manner: Manner = field(default_factory=Manner)
    tones: bool = True


def step(steps: tuple[int, ...], now: int, by: int) -> int:
    """The step `by` places on from `now`, which may lie between two; the first or last at the ends."""
    beyond = [step for step in steps if (step > now if by > 0 else step < now)]
    return (beyond[0] if by > 0 else beyond[-1]) if beyond else now
