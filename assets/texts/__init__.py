"""The one catalogue of words for screen, paper and web: gettext, message ids in plain English.

A new language is one .po file here; its header says its name and whether a speaker has read it (docs/style.md).
Never: a sentence outside the catalogue, or a crash over a missing one.
"""

import gettext
import re
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

FOLDER = Path(__file__).parent
_FIRST = ("el", "en")
_HEADER_LINE = re.compile(r'^"([A-Za-z-]+): (.*)\\n"$', re.MULTILINE)


@dataclass(frozen=True)
class Language:
    """What the header of a .po file says: its code (`Language`), the name that its speakers give it (`X-Name`), and
    whether one of them has read it (`X-Reviewed`; only "yes" means yes)."""

    code: str
    name: str
    reviewed: bool


def languages(folder: Path | None = None) -> dict[str, Language]:
    """Every language that has a .po file in `folder`, by its code: Greek, English, then the rest by their letters."""
    found = {path.stem: _described(path) for path in sorted((folder or FOLDER).glob("*.po"))}
    order = [code for code in _FIRST if code in found] + [code for code in found if code not in _FIRST]
    return {code: found[code] for code in order}


def _described(path: Path) -> Language:
    # The header ends at the first empty line that stands outside its comment.
    head = path.read_text(encoding="utf-8").split("\n\n", 1)[0]
    said = dict(_HEADER_LINE.findall(head))
    return Language(path.stem, said.get("X-Name", path.stem), said.get("X-Reviewed", "").strip().lower() == "yes")


LANGUAGES: tuple[str, ...] = tuple(languages())
LANGUAGE_NAMES: dict[str, str] = {code: language.name for code, language in languages().items()}


def catalogue(language: str) -> gettext.NullTranslations:
    """The words of `language` ("el", "en", …); a message id without a translation stands for itself.

    A compiled file older than its source is passed over, so that an edited text is seen at once.
    Raises `KeyError` for a language that has no catalogue.
    """
    return _catalogue(FOLDER, language)


@cache
def _catalogue(folder: Path, language: str) -> gettext.NullTranslations:
    there = languages(folder)
    if language not in there:
        raise KeyError(f"no catalogue for language {language!r}; there are {', '.join(there)}")
    source = folder / f"{language}.po"
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
