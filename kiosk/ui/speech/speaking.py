"""What a screen says, as the counter wrote it beside what it shows, made fit for the ear; and what is read off a
sheet, or a screen that nobody wrote for. Pure, no Qt.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from assets.texts import catalogue, languages
from kiosk.counter.presenting.book import OTHER, Book, Kind, press
from kiosk.counter.presenting.words import Shown
from kiosk.ui.speech.spoken import BACK, Choice, Part, Script, readable


def script(shown: Shown, language: str, others: Sequence[str] = ()) -> Script:
    """What the screen of `shown` (a dictionary of presenters.present) says in `language`.

    `others`: further languages that the booth offers; the first screen tells how to change to them.
    Raises `KeyError` for a screen that says nothing of its own.
    """
    told = _script(str(shown["key"]), language, shown["spoken"], others if shown.get("languages") else ())
    return _with_contact(told, shown.get("contact", ()))


def _with_contact(told: Script, lines: Sequence[Mapping[str, str]]) -> Script:
    """Where the municipality is found, after what sends one there and before the ways on."""
    parts = list(told.parts)
    at = next((n for n, part in enumerate(parts) if part.kind in (Kind.CHOICE, Kind.HINT)), len(parts))
    parts[at:at] = [Part(Kind.CONTENT, readable(line["text"], told.language)) for line in lines]
    return replace(told, parts=tuple(parts))


def _script(face: str, language: str, spoken: Mapping[str, Any], others: Sequence[str] = ()) -> Script:
    parts = [_part(one, language) for one in spoken["parts"]]
    choices = [_choice(one, language) for one in spoken["choices"]]
    # What else there is and the way back have numbers of their own, and are told last, here as everywhere.
    last = sum(choice.key in (OTHER, BACK) for choice in choices)
    numbers = sum(choice.key.isdigit() for choice in choices) - last
    for number, code in enumerate(others, numbers + 1):
        name, own = languages()[code].name, catalogue(code).gettext
        choices.insert(len(choices) - last, Choice(str(number), name, f"language:{code}"))
        parts.insert(len(parts) - last, Part(Kind.CHOICE, press(name, str(number), own), language=code))
    return Script(face, language, tuple(part for part in parts if part.text), tuple(choices))


def _part(told: Mapping[str, Any], language: str) -> Part:
    return Part(Kind(told["kind"]), readable(told["text"], language), personal=told["personal"])


def _choice(told: Mapping[str, Any], language: str) -> Choice:
    more = tuple(_part(one, language) for one in told["more"])
    return Choice(told["key"], told["name"], told["target"], told["chosen"], more)


def how_to(language: str) -> tuple[Part, ...]:
    """Said once when the headphones go in."""
    _ = catalogue(language).gettext
    return (
        Part(Kind.TITLE, _("Speech is on.")),
        Part(Kind.HINT, _("The number keys choose; with the arrow keys you reach everything on the screen.")),
        Part(Kind.HINT, _("Star repeats. Plus is louder, minus is softer, the slash key changes the speed.")),
        Part(Kind.HINT, _("The point key darkens the screen or lights it again.")),
    )


def time_warning(seconds: int, language: str) -> tuple[Part, ...]:
    _ = catalogue(language).gettext
    return (
        Part(Kind.TITLE, _("Are you still here?")),
        Part(
            Kind.HINT,
            _("Your visit closes in {seconds} seconds. Press any key to stay.").format(seconds=seconds),
            kept=False,
        ),
    )


def withheld(language: str) -> Part:
    """In the place of what only headphones may say."""
    return Part(Kind.HINT, catalogue(language).gettext("What is personal is spoken only into headphones."))


def read_out(
    face: str, title: str, texts: Iterable[str], items: Iterable[tuple[str, str, str, bool | None]], language: str
) -> Script:
    """A script of what stands on a sheet, or on a screen that nobody wrote a page for. Sheets tell nothing of the
    resident; of such a screen everything counts as personal.

    `items`: (objectName, name, note, chosen) of what can be pressed, in the order of Tab.
    """
    book = Book(language)
    sheet = face.startswith("sheet ")
    book.add(Kind.TITLE, title, personal=not sheet)
    book.add(Kind.CONTENT, *(text for text in texts if text != title), personal=not sheet)
    for target, name, note, chosen in items:
        book.choice(book.digit(), name, target, note=note, chosen=chosen)
    if sheet:
        book.add(Kind.HINT, press(book.say("Close"), BACK, book.say))
    return _script(face, language, book.pages)
