"""What a screen says aloud, written beside what it shows: title, content, choices with their keys, hints, errors with
the cure. Plain values, which go to the window with the rest. Pure, no Qt.

Never: a digit of a PIN; a personal sentence that is not marked as one.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from assets.texts import catalogue
from kiosk.counter.presenting.words import Gettext, Shown

ENTER, BACK = "Enter", "0"
# Of what else the bar offers: whatever comes and goes beside it, no number of another choice may change under a finger.
OTHER = "9"
_MOST_DIGITS = 9


class Kind(StrEnum):
    TITLE = "title"
    CONTENT = "content"
    ERROR = "error"
    CHOICE = "choice"
    STATE = "state"
    HINT = "hint"


class Book:
    """A script while it is written. `pages`: {"parts": […], "choices": […]}, as the window reads it."""

    def __init__(self, language: str) -> None:
        self.language, self.say = language, catalogue(language).gettext
        self._parts: list[dict[str, Any]] = []
        self._choices: list[dict[str, Any]] = []
        self._digits = 0

    @property
    def pages(self) -> Shown:
        return {"parts": self._parts, "choices": self._choices}

    def add(self, kind: Kind, *texts: object, personal: bool = False, accompanies: bool = False) -> None:
        for text in texts:
            if text:
                self._parts.append(part(kind, str(text), personal=personal, accompanies=accompanies))

    def words(self, shown: Shown, kind: Kind, *names: str) -> None:
        """Some of the screen's own words, those that are there."""
        for name in names:
            self.add(kind, shown.get(name), accompanies=name in shown.get("accompanying", ()))

    def digit(self) -> str:
        """The next number key; past the ninth only the arrows lead on."""
        self._digits += 1
        return str(self._digits) if self._digits <= _MOST_DIGITS else ""

    def choice(
        self,
        key: str,
        name: str,
        target: str = "",
        *,
        note: str = "",
        chosen: bool | None = None,
        more: Iterable[dict[str, Any]] = (),
        personal: bool = False,
    ) -> None:
        self._choices.append({"key": key, "name": name, "target": target, "chosen": chosen, "more": list(more)})
        full = f"{name}. {note}".rstrip(". ") if note else name.rstrip(".")
        self.add(Kind.CHOICE, press(full, key, self.say), personal=personal)
        if chosen:
            self.add(Kind.STATE, self.say("{name}: chosen.").format(name=name), personal=True)

    def footer(self, footer: Shown, *, primary: str = ENTER, back: str = BACK) -> None:
        """The way on and the way back."""
        if footer["primary"] and footer["enabled"]:
            self.choice(primary, footer["primary"], "primary")
        elif footer["primary"]:
            self.add(Kind.HINT, footer["note"])
        if footer["other"]:
            self.choice(OTHER, footer["other"], "other")
        if footer["back"]:
            self.choice(back, footer["backWords"] or self.say("Back"), "back")


def part(kind: Kind, text: str, *, personal: bool = False, accompanies: bool = False) -> dict[str, Any]:
    return {"kind": kind.value, "text": text, "personal": personal, "accompanies": accompanies}


def press(name: str, key: str, _: Gettext) -> str:
    """The name first: only who hears what they want need remember the key."""
    if not key:
        return _("{name}: find it with the arrow keys.").format(name=name)
    return _("{name}: press {key}.").format(name=name, key=key)


def spelled(groups: Iterable[str], _: Gettext) -> list[dict[str, Any]]:
    """A code, character by character, one group a sentence, each with its place."""
    groups = list(groups)
    return [
        part(
            Kind.CONTENT,
            _("Part {number} of {of}: {characters}.").format(number=place, of=len(groups), characters=", ".join(group)),
            personal=True,
        )
        for place, group in enumerate(groups, 1)
    ]
