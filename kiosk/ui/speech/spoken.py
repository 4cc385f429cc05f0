"""What is spoken, as values: parts of a script, choices and the keys that choose them; how dates and codes are read.

Never: Qt, a screen, a digit of a PIN.
"""

import re
from dataclasses import dataclass, field

from assets.texts import catalogue
from kiosk.counter.presenting.book import BACK as BACK
from kiosk.counter.presenting.book import ENTER as ENTER
from kiosk.counter.presenting.book import Kind as Kind
from kiosk.devices.aloud import WEB, with_dates


@dataclass(frozen=True)
class Part:
    """One sentence. `personal`: for headphones only, and never on the disk. `kept`: its sound may be on the disk.
    `language`: its own, where that is not the script's."""

    kind: Kind
    text: str = field(repr=False)
    personal: bool = False
    kept: bool = True
    language: str = ""


@dataclass(frozen=True)
class Choice:
    """`key`: "1" to "9", `ENTER`, `BACK`, or "" where only the arrows lead. `target`: the name of the item that a
    finger would press; where there is none, `more` is said instead. `chosen`: None where nothing is to be chosen."""

    key: str
    name: str = field(repr=False)
    target: str = ""
    chosen: bool | None = field(default=None, repr=False)
    more: tuple[Part, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Script:
    """Everything that a screen says, in order. `face` changes when the resident faces something new."""

    face: str
    language: str
    parts: tuple[Part, ...]
    choices: tuple[Choice, ...] = ()

    @property
    def titles(self) -> list[Part]:
        return [part for part in self.parts if part.kind is Kind.TITLE]

    def chosen_by(self, key: str) -> Choice | None:
        return next((choice for choice in self.choices if choice.key == key), None)


_STROKE = re.compile(rf"({WEB.pattern})|/")


def readable(text: str, language: str) -> str:
    """`text` as an ear takes it: dates in words, no strokes, arrows or line breaks in the middle, a stop at the end."""
    said = _STROKE.sub(lambda found: found[1] or ", ", with_dates(text, language))
    said = " ".join(said.replace(" · ", ", ").replace(" -> ", ", ").split())
    return said if not said or said[-1] in ".;!?:…" else f"{said}."


def news(before: Script, after: Script) -> tuple[Part, ...]:
    """What `after` says that `before` did not, when both are the same face: what was chosen first, then what is new."""
    _ = catalogue(after.language).gettext
    was = {choice.target: choice.chosen for choice in before.choices}
    turned = [
        choice for choice in after.choices if choice.chosen is not None and choice.chosen != was.get(choice.target)
    ]
    on = [_("{name}: chosen.").format(name=choice.name) for choice in turned if choice.chosen]
    off = [_("{name}: no longer chosen.").format(name=choice.name) for choice in turned if not choice.chosen]
    said = {part.text for part in before.parts}
    return (
        *(Part(Kind.STATE, text, personal=True) for text in on or off),
        *(part for part in after.parts if part.kind is not Kind.STATE and part.text not in said),
    )


def item_words(
    name: str, note: str, language: str, *, checkable: bool, exclusive: bool, checked: bool, enabled: bool
) -> tuple[Part, ...]:
    """What an item says when the focus comes to it: name, role, and its state, which is the resident's own affair."""
    _ = catalogue(language).gettext
    if not checkable:
        role = _("Button")
    elif exclusive:
        role = _("One of several answers")
    else:
        role = _("One of several answers; more than one may be chosen")
    words = [readable(name, language), readable(note, language), readable(role, language)]
    if not enabled:
        words.append(_("Not available now."))
    parts = [Part(Kind.CHOICE, text, kept=False) for text in words if text]
    if checkable:
        parts.append(Part(Kind.STATE, _("It is chosen.") if checked else _("It is not chosen."), personal=True))
    return tuple(parts)
