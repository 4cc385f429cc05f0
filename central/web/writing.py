"""How pages write numbers, shares and moments. Moments are told in Athens, whatever the machine's own zone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from babel.dates import format_timedelta
from babel.numbers import format_decimal

from municipality import greek


def forms(language: str) -> Mapping[str, Callable[..., str]]:
    """By the names that templates know them by."""
    locale = greek.locale_of(language)
    return {
        "moment": lambda at: greek.moment(at, language),
        "short": _short,
        "hour": _hour,
        "ago": lambda at, now: _ago(at, now, locale),
        "number": lambda value: format_decimal(value, locale=locale),
        "percent": lambda part, whole: format_decimal(_share(part, whole), format="0.0", locale=locale) + "\u00a0%",
        # Of a bar, in SVG and not in a style: the pages' own policy refuses styles inside them.
        "width": lambda part, whole: f"{_share(part, whole):.1f}%" if whole else "0%",
    }


def _short(at: datetime) -> str:
    """21/11/2026, 09:05, in Athens."""
    here = at.astimezone(greek.ATHENS)
    return f"{greek.short_date(here.date())}, {here:%H:%M}"


def _hour(at: datetime) -> str:
    """The hour and no more: a ballot's minute is nobody's business."""
    here = at.astimezone(greek.ATHENS)
    return f"{greek.short_date(here.date())}, {here:%H}:00"


def _ago(at: datetime, now: datetime, locale: str) -> str:
    """«πριν από 5 λεπτά»; never in the future, however two clocks differ."""
    return format_timedelta(min(at - now, timedelta(0)), add_direction=True, locale=locale)


def _share(part: int, whole: int) -> float:
    """In hundredths. Nothing of nothing is nothing: a vote may have an empty roll."""
    return 100 * part / whole if whole else 0.0
