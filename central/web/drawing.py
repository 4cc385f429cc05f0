"""Draws pages from values, in Greek or English. Never asks the store, and never writes unescaped text."""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from assets import icons
from assets.texts import catalogue
from central.web.writing import forms

LANGUAGES = {"el": "Ελληνικά", "en": "English"}
# Whatever the shell: what somebody typed can load nothing, run nothing and lie in no frame of another house.
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
# Of a picture of somebody else's: however it is opened, it runs nothing and fetches nothing.
PICTURE_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_CENTRAL = Path(__file__).parent.parent
_DRAWING = re.compile(r"<svg\b[^>]*>(.*)</svg>", re.DOTALL)

Gettext = Callable[[str], str]


class Pages:
    """The pages of one shell (`staff`, `public`): its own folder, and of each matter what lies in `html/` for it.

    `headers`: its policy besides HEADERS. `own`: what its templates know besides the words and forms of every page.
    """

    def __init__(
        self,
        shell: str,
        nouns: Iterable[str],
        headers: Mapping[str, str],
        own: Callable[[Gettext, str], Mapping[str, object]] = lambda _gettext, _language: {},
    ) -> None:
        self._environment = _environment(shell, tuple(nouns))
        self._headers = {**HEADERS, **headers}
        self._own = own

    def draw(self, template: str, language: str, status: int = 200, **values: object) -> HTMLResponse:
        """The page `template` in `language`."""
        return HTMLResponse(self.part(template, language, **values), status, self._headers)

    def part(self, template: str, language: str, **values: object) -> Markup:
        """A piece of a page, escaped as a page is, to be put into one."""
        said = _words(language).gettext
        known = {"_": said, "lang": language, "languages": LANGUAGES, "icon": icon, **forms(language)}
        drawn = self._environment.get_template(template).render({**known, **self._own(said, language), **values})
        return Markup(drawn)  # noqa: S704  the environment has escaped whatever came from outside


@cache
def _environment(shell: str, nouns: tuple[str, ...]) -> Environment:
    """Kept: a template is compiled once, however many centres one process opens."""
    own = FileSystemLoader([_CENTRAL / shell / "html", Path(__file__).parent / "html"])
    # Under its noun, so that no matter can put its page in the place of another's or of the shell's.
    matters = {noun: FileSystemLoader(_CENTRAL / "matters" / noun / "html" / shell) for noun in nouns}
    return Environment(
        loader=ChoiceLoader([own, PrefixLoader(matters)]),
        autoescape=True,
        undefined=StrictUndefined,  # a value that is missing fails here, and is no blank on a page of the town hall
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _words(language: str) -> gettext.NullTranslations:
    """Without a catalogue a page is in English: it must be drawn when all else fails, too."""
    try:
        return catalogue(language)
    except KeyError:
        return gettext.NullTranslations()


@cache
def icon(name: str) -> Markup:
    """A drawing inside the page, in the colour of its text; silent for screen readers, because a word stands by it."""
    drawing = _DRAWING.search(icons.path(name).read_text(encoding="utf-8"))
    assert drawing is not None
    return Markup('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>').format(
        Markup(drawing.group(1).strip())  # noqa: S704  our own file, and none of its text comes from outside
    )
