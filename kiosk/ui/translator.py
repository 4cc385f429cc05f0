"""Answers Qt's `qsTr` from the one catalogue, so that screen, paper and web share their words."""

from PySide6.QtCore import QTranslator

from assets.texts import catalogue


class CatalogueTranslator(QTranslator):
    """Set `spoken` (Qt has a `language()` of its own), then `engine.retranslate()`."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.spoken = language

    def isEmpty(self) -> bool:  # Qt would not install an empty one
        return False

    def translate(self, context: str, sourceText: str, disambiguation: str | None = None, n: int = -1) -> str:
        # gettext answers the empty id with the catalogue's own header.
        return catalogue(self.spoken).gettext(sourceText) if sourceText else sourceText
