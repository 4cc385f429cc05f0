"""What the language button says and what its sheet offers. Pure functions, no Qt.

Never: a language offered as if a speaker had read it when none has.
"""

from assets.texts import catalogue, languages
from kiosk.counter.presenting.words import Shown

# With more than two there is something to choose, and the button opens a sheet.
_SWITCHES = 2
_WORD = "Language"


def chosen_from_a_sheet(offered: tuple[str, ...]) -> bool:
    return len(offered) > _SWITCHES


def after(language: str, offered: tuple[str, ...]) -> str:
    """The language that one press of a switching button leads to."""
    return offered[(offered.index(language) + 1) % len(offered)]


def button_words(language: str, offered: tuple[str, ...]) -> str:
    """The other language's own name; or, where a sheet opens, the word for «language» in another tongue than the
    screen's own reader needs: English on the booth's first screen, Greek letters never for who cannot read them."""
    if not chosen_from_a_sheet(offered):
        return languages()[after(language, offered)].name
    return _WORD if language == offered[0] else catalogue(language).gettext(_WORD)


def spoken_words(language: str, offered: tuple[str, ...]) -> list[tuple[str, str]]:
    """The button for an ear, as (code, words): the word for «language» in each language of the booth, so that nobody
    needs another one to find their own; and what the button shows, where that is none of these."""
    words = [(code, catalogue(code).gettext(_WORD)) for code in offered]
    if not chosen_from_a_sheet(offered):
        words.append((after(language, offered), button_words(language, offered)))
    return words


def unread_note(language: str) -> str:
    """Nothing once a speaker has read it; until then a note that says so, in that language."""
    return "" if languages()[language].reviewed else _unread_note(language)


def choices(language: str, offered: tuple[str, ...]) -> list[Shown]:
    """One row of the sheet for each language: its own name, whether it is the one now, and, until a speaker has read
    it, a note that says so in that language and in the booth's own."""
    described = languages()
    return [
        {
            "code": code,
            "name": described[code].name,
            "note": "" if described[code].reviewed else " · ".join(_unread_note(each) for each in (code, offered[0])),
            "chosen": code == language,
        }
        for code in offered
    ]


def _unread_note(language: str) -> str:
    _ = catalogue(language).gettext
    return _("not yet checked by a speaker")
