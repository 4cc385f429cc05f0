"""The one catalogue of words for screen, paper and web: gettext, message ids in plain English.

A new language is one .po file here. Never: a sentence outside the catalogue, or a crash over a missing one.
"""

import gettext
from functools import cache
from io import BytesIO
from pathlib import Path

FOLDER = Path(__file__).parent
LANGUAGES: tuple[str, ...] = ("el", "en")
LANGUAGE_NAMES: dict[str, str] = {"el": "Ελληνικά", "en": "English"}


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The words of `language` ("el", "en"); a message id without a translation stands for itself.

    A compiled file older than its source is passed over, so that an edited text is seen at once.
    Raises `KeyError` for a language that has no catalogue.
    """
    source = FOLDER / f"{language}.po"
    if language not in LANGUAGES or not source.exists():
        raise KeyError(f"no catalogue for language {language!r}; there are {', '.join(LANGUAGES)}")
    compiled = source.with_suffix(".mo")
    if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
        with compiled.open("rb") as file:
            return gettext.GNUTranslations(file)
    return gettext.GNUTranslations(BytesIO(_compiled(source)))


def _compiled(source: Path) -> bytes:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with source.open("rb") as file:
        messages = read_po(file, locale=source.stem)
    out = BytesIO()
    write_mo(out, messages)
    return out.getvalue()
