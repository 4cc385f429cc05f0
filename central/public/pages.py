"""Draws the public pages from values, in Greek or English. Never asks the store, and never writes unescaped text."""

from __future__ import annotations

import gettext
from pathlib import Path

from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from assets.texts import catalogue
from ballot_box import tracker
from municipality import greek

LANGUAGES = {"el": "Ελληνικά", "en": "English"}
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",  # a tracker or a code in an address is nobody else's business
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def _(message: str) -> str:
    return message


STATES = {
    "draft": _("Being prepared"),
    "open": _("Open"),
    "closed": _("Closed, not counted yet"),
    "tallied": _("Counted, not published yet"),
    "published": _("Result published"),
}

LEFT_OUT = {
    "key-twice": _("one of its keys is in a second place, too: on another card, or twice on this one"),
    "no-key": _("nothing can be sealed to its key"),
    "card-twice": _("it stood on the roll with two keys"),
}

_environment = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def words(language: str) -> gettext.NullTranslations:
    try:
        return catalogue(language)
    except KeyError:
        return gettext.NullTranslations()


def draw(name: str, language: str, status: int = 200, **values: object) -> HTMLResponse:
    """The page `name` in `language`, with the words and forms that every page uses."""
    text = _environment.get_template(name).render(
        _=words(language).gettext,
        lang=language,
        languages=LANGUAGES,
        states=STATES,
        left_out=LEFT_OUT,
        moment=lambda at: greek.moment(at, language),
        number=lambda value: format_decimal(value, locale=_locale(language)),
        percent=lambda part, whole: _percent(part, whole, language),
        width=lambda part, whole: f"{100 * part / whole:.1f}%" if whole else "0%",
        shown=tracker.shown,
        **values,
    )
    return HTMLResponse(text, status, _HEADERS)


def draw_away(language: str) -> HTMLResponse:
    """The page for when the centre itself fails: it needs no store, and says nothing of what was asked."""
    name = {"el": "Δήμος", "en": "Municipality"}[language]
    return draw("away.html", language, 503, municipality=name, demo=False, path="/")


def _percent(part: int, whole: int, language: str) -> str:
    share = 100 * part / whole if whole else 0.0
    return format_decimal(share, format="0.0", locale=_locale(language)) + "\u00a0%"


def _locale(language: str) -> str:
    return {"el": "el_GR", "en": "en_GB"}[language]
