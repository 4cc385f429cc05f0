"""What the municipality itself writes: in Greek and English, the two languages that it decides in."""

from typing import Self

from municipality.residents import Value


class Words(Value):
    """One sentence of the municipality's own, in Greek and English."""

    el: str
    en: str

    @classmethod
    def both(cls, el: str, en: str) -> Self:
        return cls(el=el, en=en)

    def in_language(self, language: str) -> str:
        """English for English, Greek for every other language: the Greek words are the ones that were decided, and
        nobody's translation may stand between a resident and the question of a vote."""
        return self.en if language == "en" else self.el
