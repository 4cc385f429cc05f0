"""Times and room as people say them: each limit just before and just after, in every language."""

from datetime import timedelta

import pytest

from assets.texts import catalogue
from kiosk.kernel.amounts import Span, filled, room

SECOND, MINUTE, HOUR, DAY = (timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(0), "λιγότερο από δύο λεπτά"),
        (2 * MINUTE - SECOND, "λιγότερο από δύο λεπτά"),
        (2 * MINUTE, "2 λεπτά"),
        (2 * HOUR - SECOND, "119 λεπτά"),
        (2 * HOUR, "2 ώρες"),
        (2 * DAY - SECOND, "47 ώρες"),
        (2 * DAY, "2 ημέρες"),
        (366 * DAY - SECOND, "365 ημέρες"),
        (366 * DAY, "περισσότερο από έναν χρόνο"),
        (70_000 * DAY, "περισσότερο από έναν χρόνο"),
    ],
)
def test_a_span_in_greek(length: timedelta, said: str) -> None:
    assert filled(catalogue("el").gettext, Span(length)) == said


@pytest.mark.parametrize("language", ["el", "en", "sq"])
def test_no_span_has_more_than_three_digits(language: str) -> None:
    for minutes in range(0, 60 * 24 * 800, 37):
        words = str(filled(catalogue(language).gettext, Span(timedelta(minutes=minutes))))
        assert sum(letter.isdigit() for letter in words) <= 3, words


@pytest.mark.parametrize(("free", "said"), [(0, "0 MB"), (10_239, "10239 MB"), (10_240, "10 GB"), (953_674, "931 GB")])
def test_room(free: int, said: str) -> None:
    assert room(free) == said
