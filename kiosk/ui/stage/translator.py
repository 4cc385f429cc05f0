"""Answers Qt's `qsTr` from the one catalogue, so that screen, paper and web share their words.

Never: Python while Qt asks. Qt also translates on QML's loader thread and holds a lock meanwhile; were the answer
Python's, that thread would wait for the interpreter while the GUI thread holds it and waits for the lock, for ever.
So each language becomes what Qt reads by itself: the form of a .qm file, in memory.
"""

import struct
from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, QTranslator

from assets.texts import catalogue

# The form is read by QTranslatorPrivate::do_load and getMessage (qtbase, src/corelib/kernel/qtranslator.cpp).
_MAGIC = bytes.fromhex("3cb86418caef9c95cd211cbf60a1bddd")
_HASHES, _MESSAGES = 0x42, 0x69
_END, _TRANSLATION, _SOURCE = b"\x01", b"\x03", b"\x06"
# Qt does not install an empty translator, and English may have nothing to translate.
_NOTHING = {"\x01": "\x01"}


class CatalogueTranslator(QTranslator):
    """Set `spoken` (Qt has a `language()` of its own), then `engine.retranslate()`."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.spoken = language

    @property
    def spoken(self) -> str:
        return self._spoken

    @spoken.setter
    def spoken(self, language: str) -> None:
        self._spoken = language
        # Out of use while its words change: another thread may be reading them.
        installed = QCoreApplication.instance() is not None and QCoreApplication.removeTranslator(self)
        self._words = _qm(language)  # Qt reads these very bytes
        self.load(self._words)
        if installed:
            QCoreApplication.installTranslator(self)


def _qm(language: str) -> bytes:
    # gettext has no public way to list a catalogue; its empty id is the header.
    known: Mapping[object, str] = vars(catalogue(language)).get("_catalog", {})
    return qm({key: text for key, text in known.items() if isinstance(key, str) and key and text} or _NOTHING)


def qm(words: Mapping[str, str]) -> bytes:
    """`words` (source text to translation, for every context) as the content of a .qm file."""
    messages, hashes = bytearray(), []
    for source, text in words.items():
        raw, said = source.encode(), text.encode("utf-16-be")
        hashes.append((_hash(raw), len(messages)))
        messages += _TRANSLATION + struct.pack(">I", len(said)) + said
        messages += _SOURCE + struct.pack(">I", len(raw)) + raw + _END
    index = b"".join(struct.pack(">II", *pair) for pair in sorted(hashes))
    return _MAGIC + _section(_HASHES, index) + _section(_MESSAGES, bytes(messages))


def _section(tag: int, content: bytes) -> bytes:
    return struct.pack(">BI", tag, len(content)) + content


def _hash(source: bytes) -> int:
    """The hash of ELF symbol tables, by which Qt finds a message."""
    value = 0
    for byte in source:
        value = (value << 4) + byte
        high = value & 0xF0000000
        value = (value ^ (high >> 24)) & ~high
    return value or 1
