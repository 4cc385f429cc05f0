"""What stands on a page, in one language: sentences of the house, words of the town hall, days. Pure, no Qt."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from assets.texts import catalogue
from kiosk.counter.presenting.words import Gettext
from kiosk.desk.blocks import House, Text, Told
from kiosk.health import Value, filled
from municipality.greek import moment, short_date
from municipality.messages import Words


@dataclass(frozen=True)
class Tongue:
    """One of the booth's languages."""

    language: str

    @cached_property
    def gettext(self) -> Gettext:
        return catalogue(self.language).gettext

    def say(self, text: Text | None) -> str:
        """`text` in this language; "" for None."""
        match text:
            case None | "":
                return ""
            case Told():
                return self._told(text)
            case House(words):
                # Greek as the office has it, and in any other language by the catalogue.
                return words.el if self.language == "el" else self.gettext(words.en)
            case Words():
                return text.in_language(self.language)
            case date():
                return self._dated(text)
            case str():
                return text

    def _told(self, told: Told) -> str:
        if not told.id:
            return ""
        values = {name: self._value(value) for name, value in told.values.items()}
        return self.gettext(told.id).format(**values) if values else self.gettext(told.id)

    def _value(self, value: Value | date) -> str | int:
        return self._dated(value) if isinstance(value, date) else filled(self.gettext, value)

    def _dated(self, day: date) -> str:
        return moment(day, self.language) if isinstance(day, datetime) else short_date(day)
