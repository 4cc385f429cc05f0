"""The PIN while it is typed: bytes that are wiped in place. Never: a digit in a repr, a property or a signal."""

from kiosk.counter.line import wipe


class PinTray:
    """Up to a few digits; only their number is ever shown."""

    def __init__(self) -> None:
        self._digits = bytearray()

    def __len__(self) -> int:
        return len(self._digits)

    def __repr__(self) -> str:
        return f"PinTray({len(self)} typed)"

    def add(self, digit: int) -> None:
        # A number, never a string: strings cannot be wiped.
        self._digits.append(ord("0") + digit)

    def erase(self) -> None:
        """Takes the last digit back."""
        if self._digits:
            # Overwritten first: what lies behind the end of an array stays in memory.
            self._digits[-1] = 0
            del self._digits[-1]

    def wipe(self) -> None:
        wipe(self._digits)
        self._digits.clear()

    def take(self) -> bytearray:
        """The typed PIN, once, to be wiped by whoever takes it; the tray is empty afterwards."""
        digits, self._digits = self._digits, bytearray()
        return digits
