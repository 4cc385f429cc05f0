"""APDUs for logs. It must never show PIN data, nor anything that a card was sent or said beyond names of things."""

from __future__ import annotations

_NAMES = {
    0x20: "VERIFY",
    0x24: "CHANGE REFERENCE DATA",
    0x2C: "RESET RETRY COUNTER",
    0x47: "GENERATE KEY PAIR",
    0x87: "GENERAL AUTHENTICATE",
    0xA4: "SELECT",
    0xC0: "GET RESPONSE",
    0xCB: "GET DATA",
    0xDB: "PUT DATA",
}
_SHOWN = {0xA4, 0xCB}  # an application's name and an object's tag: public, and what one looks for in a log


def redact(apdu: bytes) -> str:
    """A command APDU as one line: header, name, and the data's length; the data only where it names a public thing."""
    if len(apdu) < 4:
        return f"APDU of {len(apdu)} bytes"
    ins = apdu[1]
    line = f"{apdu[:4].hex().upper()} {_NAMES.get(ins, 'INS')}"
    if len(apdu) <= 5:
        return line
    shown = ins in _SHOWN and apdu[0] & 0x0F == 0 and len(apdu) in (5 + apdu[4], 6 + apdu[4]) and apdu[4] <= 16
    return f"{line} {apdu[5 : 5 + apdu[4]].hex().upper() if shown else f'[{len(apdu) - 5} bytes]'}"


def redact_answer(answer: bytes) -> str:
    """An answer as its status word and the data's length."""
    if len(answer) < 2:
        return f"answer of {len(answer)} bytes"
    return f"{answer[-2:].hex().upper()} [{len(answer) - 2} bytes]"
