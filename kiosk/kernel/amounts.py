"""What fills the places of a sentence, in its language: names, lists, how long something lasts, how much room there is.

Never: more digits than help, such as a count of days where a year would do.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta


def _(message: str) -> str:
    return message


_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# Up to where each is counted, and in what. Two of each at least: a language need not know a form for one.
_STEPS = (
    (2 * _HOUR, _MINUTE, _("{count} minutes")),
    (2 * _DAY, _HOUR, _("{count} hours")),
    (366 * _DAY, _DAY, _("{count} days")),
)
_SHORT, _LONG = _("less than two minutes"), _("more than a year")
_GIGABYTES_FROM_MB = 10_240


@dataclass(frozen=True)
class Span:
    """A length of time, never negative; fills a sentence's place, as in "made {age} ago"."""

    length: timedelta

    def said(self, words: Callable[[str], str]) -> str:
        """`words`: a language's gettext."""
        if self.length < 2 * _MINUTE:
            return words(_SHORT)
        for end, unit, message in _STEPS:
            if self.length < end:
                return words(message).format(count=self.length // unit)
        return words(_LONG)


def room(megabytes: int) -> str:
    """Free room on a disk, such as "812 MB" or "94 GB"."""
    return f"{megabytes} MB" if megabytes < _GIGABYTES_FROM_MB else f"{megabytes // 1024} GB"


# What fills a sentence's place; texts that are message ids are translated, several are listed, times put in words.
Value = str | int | tuple[str, ...] | Span


def filled(words: Callable[[str], str], value: Value) -> str | int:
    """A value in the language of `words`, a gettext."""
    if isinstance(value, Span):
        return value.said(words)
    if isinstance(value, tuple):
        return ", ".join(words(one) for one in value)
    return words(value) if isinstance(value, str) and value else value
