"""Reads what stands in the window: the focused item, an open sheet, a screen that has no page of its own.

Never: a press, or a digit of the keypad.
"""

from collections.abc import Iterator
from dataclasses import replace

from PySide6.QtQuick import QQuickItem

from assets.texts import catalogue
from kiosk.counter.presenting.book import press
from kiosk.devices.speech import Sentence
from kiosk.ui.input.keys import Walker
from kiosk.ui.speech.speaking import read_out, script
from kiosk.ui.speech.spoken import Choice, Kind, Part, Script, item_words, readable
from kiosk.ui.stage.languages import unread_note
from kiosk.ui.stage.stage import WindowStage


def pin_key(item: QQuickItem, stage: WindowStage) -> bool:
    """Whether `item` is a digit of the PIN's keypad."""
    name = item.objectName()
    return stage.screen == "PinEntry" and name.startswith("key_") and name[4:].isdigit()


def script_now(stage: WindowStage, walker: Walker | None, offered: tuple[str, ...]) -> Script:
    """What is to be said of what stands there now; `offered`: the booth's languages."""
    if stage.sheet and walker:
        return read_sheet(stage.sheet, walker, stage.language)
    others = tuple(code for code in offered if code != stage.language)
    try:
        return script(stage.view, stage.language, others)
    except KeyError:  # what says nothing of its own is read off the screen itself
        if walker is None:
            raise
        return read_sheet("", walker, stage.language)


def ways(told: Script) -> list[Part]:
    """Where one can go on from here."""
    return [part for part in told.parts if part.kind in (Kind.CHOICE, Kind.HINT)]


def unchanged(told: Script, asked: Choice | None) -> list[Part]:
    """The answer to a press that has changed nothing: how what was asked for stands, why, and what to do instead."""
    state = []
    if asked is not None and asked.chosen is not None:
        _ = catalogue(told.language).gettext
        words = _("{name}: chosen.") if asked.chosen else _("{name}: not chosen.")
        state.append(Part(Kind.STATE, words.format(name=asked.name), personal=True))
    why = [part for part in told.parts if part.kind is Kind.ERROR]
    hints = [part for part in told.parts if part.kind is Kind.HINT]
    return [*state, *why, *(hints if hints or state else ways(told))]


def sentence_of(part: Part, language: str) -> Sentence:
    """`part` for the voice, on a screen in `language`."""
    return Sentence(part.text, part.language or language, part.personal, part.kept and not part.personal)


def typed_words(stage: WindowStage, before: int) -> tuple[Part, ...]:
    """What is said of a key: of a PIN only how many digits are left after one was taken back, of a line each letter."""
    count = stage.pinCount
    if stage.typing == "line" and count > before:
        return (Part(Kind.STATE, stage.typed[-1], personal=True, kept=False),)
    if count < before and not stage.pinReady and count:
        _ = catalogue(stage.language).gettext
        return (Part(Kind.STATE, _("{count} digits typed.").format(count=count), personal=True),)
    return ()


def why_shut(stage: WindowStage) -> tuple[Part, ...]:
    """Why the way on is still shut, and how much was typed so far."""
    why = Part(Kind.ERROR, readable(str(stage.view["footer"]["note"]), stage.language))
    if not stage.typing:
        return (why,)
    typed = catalogue(stage.language).gettext("{count} digits typed.").format(count=stage.pinCount)
    text = readable(str(stage.view["text"]), stage.language)
    return (why, Part(Kind.ERROR, typed), Part(Kind.CONTENT, text))


def read_focus(item: QQuickItem, stage: WindowStage) -> tuple[Part, ...]:
    """Name, role and state of a thing that can be pressed; of the PIN's keys one and the same."""
    if pin_key(item, stage):
        _ = catalogue(stage.language).gettext
        return (Part(Kind.HINT, _("A key of the keypad on the screen. Please type on the number keys.")),)
    words = stage.language_words if item.objectName() == "language" else []
    name = "" if words else str(item.property("name") or "")
    spoken = item_words(
        name,
        str(item.property("note") or ""),
        stage.language,
        checkable=bool(item.property("checkable")),
        exclusive=bool(item.property("exclusive")),
        checked=bool(item.property("checked")),
        enabled=item.isEnabled(),
    )
    return (*(Part(Kind.CHOICE, readable(said, code), kept=False, language=code) for code, said in words), *spoken)


def read_sheet(name: str, walker: Walker, language: str) -> Script:
    """The open sheet `name`, or with "" the screen: its texts in the order of reading, then what can be pressed."""
    top = walker.find("sheet" if name else "screen")
    texts = list(_texts(top)) if top is not None else []
    items = [
        (
            item.objectName(),
            str(item.property("name") or ""),
            str(item.property("note") or ""),
            bool(item.property("checked")) if item.property("checkable") else None,
        )
        for item in walker.pressables()
        if item.objectName() not in ("page_up", "page_down")  # for the eye: everything is read anyhow
    ]
    title = str(top.property("title") or "") if top is not None else ""
    told = read_out(f"sheet {name}" if name else f"screen {title}", title, texts, items, language)
    return _each_in_its_own(told) if name == "language" else told


def _each_in_its_own(told: Script) -> Script:
    """The rows of the language sheet, each in the language that it offers."""
    rows, parts = iter(told.choices), list[Part]()
    for part in told.parts:
        row = next(rows) if part.kind is Kind.CHOICE else None
        if row is None or not row.target.startswith("language_"):
            parts.append(part)
            continue
        code = row.target.removeprefix("language_")
        parts.append(replace(part, text=press(row.name, row.key, catalogue(code).gettext), language=code))
        if note := unread_note(code):
            parts.append(Part(Kind.CONTENT, readable(note, code), language=code))
    return replace(told, parts=tuple(parts))


def _texts(item: QQuickItem) -> Iterator[str]:
    """What is written in `item`, without the words of buttons."""
    for child in item.childItems():
        if not child.isVisible() or child.property("pressable") is True:
            continue
        text = child.property("text")
        if isinstance(text, str) and text and child.property("font") is not None:
            yield text
        yield from _texts(child)
