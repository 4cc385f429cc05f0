"""Whether number keys are there, for whoever works the booth without seeing it: what the kernel says of its inputs."""

from pathlib import Path

from kiosk.kernel.conditions import Finding, found

_INPUT = Path("/sys/class/input")
# KEY_KP1 (linux/input-event-codes.h): the number block has it, a plain row of digits has not.
_KEYPAD_ONE = 79
_BITS_A_WORD = 64


def check_keypad(*, folder: Path = _INPUT) -> Finding:
    """Whether a key is worn out, fingers must say. `folder`: a stand-in for /sys/class/input."""
    there = any(_has(file, _KEYPAD_ONE) for file in folder.glob("event*/device/capabilities/key"))
    return found("keypad.ok" if there else "keypad.missing")


def _has(file: Path, key: int) -> bool:
    """`file`: hexadecimal words, the last one holds the first keys."""
    try:
        words = [int(word, 16) for word in file.read_text(encoding="ascii").split()]
    except (OSError, ValueError):  # it was unplugged meanwhile
        return False
    place, bit = divmod(key, _BITS_A_WORD)
    return place < len(words) and bool(words[-1 - place] >> bit & 1)
