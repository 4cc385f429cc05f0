"""The part of the stage that says things in the language which somebody chose, in the town's own words.

Never: a language that outlives the visit (the stage puts the first one back).
"""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal, Slot

from kiosk.counter import StageSettings
from kiosk.ui.stage import languages
from kiosk.ui.stage.presence_part import PresencePart
from kiosk.ui.stage.qt_property import Property
from kiosk.ui.stage.translator import CatalogueTranslator


class LanguagePart(PresencePart):
    """`_translated` is called after each change, and tells QML."""

    languageChanged = Signal()

    def __init__(self, settings: StageSettings, monotonic: Callable[[], float]) -> None:
        super().__init__(monotonic)
        self._settings = settings
        self.translator = CatalogueTranslator(settings.languages[0])
        self._language = settings.languages[0]

    @Property(str, notify=languageChanged)
    def language(self) -> str:
        return self._language

    @Property(str, notify=languageChanged)
    def nextLanguage(self) -> str:
        """What the language button says."""
        return languages.button_words(self._language, self._settings.languages)

    @property
    def language_words(self) -> list[tuple[str, str]]:
        """The language button for an ear: words, each with its language."""
        return languages.spoken_words(self._language, self._settings.languages)

    @Property(str, notify=languageChanged)
    def languageName(self) -> str:
        """The language button for assistive technology: «Γλώσσα, Language, Gjuha»."""
        return ", ".join(words for _code, words in self.language_words)

    @Property("QVariantList", notify=languageChanged)
    def languages(self) -> list[dict[str, Any]]:
        """Rows of the language sheet: code, name, note, chosen."""
        return languages.choices(self._language, self._settings.languages)

    @Property(str, notify=languageChanged)
    def municipality(self) -> str:
        return self._settings.municipality[self._language]

    @Property(str, notify=languageChanged)
    def unitName(self) -> str:
        return self._settings.unit_name[self._language]

    @Property("QVariantList", notify=languageChanged)
    def contact(self) -> list[dict[str, str]]:
        """Where the municipality is found: rows of icon and text; none where the town hall has said nothing."""
        return [dict(line) for line in self._settings.contact.get(self._language, ())]

    @Property(bool, constant=True)
    def crest(self) -> bool:
        """Whether the municipality has one; image://crest draws it."""
        return self.crestDrawing != ""

    @property
    def crestDrawing(self) -> str:
        return self._settings.crest

    @Slot()
    def switchLanguage(self) -> None:
        """The next language; with more than two to choose from, the sheet with all of them."""
        if languages.chosen_from_a_sheet(self._settings.languages):
            self._set_sheet("language")
        else:
            self._set_language(languages.after(self._language, self._settings.languages))

    @Slot(str)
    def setLanguage(self, language: str) -> None:
        self._set_sheet("")
        if language in self._settings.languages:
            self._set_language(language)

    def _set_language(self, language: str) -> None:
        if language != self._language:
            # Qt asks the translator as soon as it hears of the change.
            self._language = self.translator.spoken = language
            self._translated()

    def _translated(self) -> None:
        """All that is said is to be said in `_language` now."""
        self.languageChanged.emit()
