"""Draws the staff's pages from values, in Greek or English. Never asks the store, and never writes unescaped text."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from babel.dates import format_timedelta
from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from assets import icons
from assets.texts import catalogue
from central.staff import record_words, words
from municipality import greek

LANGUAGES = {"el": "Ελληνικά", "en": "English"}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}
_DRAWING = re.compile(r"<svg\b[^>]*>(.*)</svg>", re.DOTALL)

_environment = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def draw(template: str, language: str, now: datetime, status: int = 200, **values: object) -> HTMLResponse:
    """The page `template` in `language`, with the words and forms that every page uses."""
    gettext = catalogue(language).gettext
    text = _environment.get_template(template).render(
        _=gettext,
        lang=language,
        languages=LANGUAGES,
        words=words,
        icon=icon,
        said=lambda kind, code: gettext(words.of(kind, code)),
        who=lambda doer: record_words.who(doer, gettext),
        about=lambda what, thing: record_words.about(what, thing, language),
        when=lambda at: _when(at, language),
        hour=_hour,
        short=_short,
        ago=lambda at: _ago(at, now, language),
        number=lambda value: format_decimal(value, locale=greek.locale_of(language)),
        **values,
    )
    return HTMLResponse(text, status, HEADERS)


@cache
def icon(name: str) -> Markup:
    """A drawing inside the page, in the colour of its text; silent for screen readers, because a word stands by it."""
    drawing = _DRAWING.search(icons.path(name).read_text(encoding="utf-8"))
    assert drawing is not None
    return Markup('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>').format(
        Markup(drawing.group(1).strip())  # noqa: S704  our own file, and none of its text comes from outside
    )


def _short(at: datetime) -> str:
    """21/11/2026, 09:05, in Athens."""
    here = at.astimezone(greek.ATHENS)
    return f"{greek.short_date(here.date())}, {here:%H:%M}"


def _hour(at: datetime) -> str:
    """The hour and no more: a ballot's minute is nobody's business."""
    here = at.astimezone(greek.ATHENS)
    return f"{greek.short_date(here.date())}, {here:%H}:00"


def _when(at: datetime, language: str) -> str:
    return greek.moment(at, language)


def _ago(at: datetime, now: datetime, language: str) -> str:
    """«πριν από 5 λεπτά»."""
    passed = min(at - now, timedelta(0))
    return format_timedelta(passed, add_direction=True, locale=greek.locale_of(language))
