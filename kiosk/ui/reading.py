"""Reads what stands in the window: the focused item, an open sheet, a screen that has no page of its own.

Never: a press, or a digit of the keypad.
"""

from collections.abc import Iterator

from PySide6.QtQuick import QQuickItem

from assets.texts import catalogue
from kiosk.ui.keys import Walker
from kiosk.ui.speaking import read_out
from kiosk.ui.spoken import Kind, Part, Script, item_words, readable
from kiosk.ui.stage import Stage


def pin_key(item: QQuickItem) -> bool:
    """Whether `item` is a digit of the PIN's keypad."""
    name = item.objectName()
    return name.startswith("key_") and name[4:].isdigit()


def typed_words(stage: Stage, before: int) -> tuple[Part, ...]:
    """What is said of a key: of a PIN only how many digits are left after one was taken back, of a line each letter."""
    count = stage.pinCount
    if stage.typing == "line" and count > before:
        return (Part(Kind.STATE, stage.typed[-1], personal=True, kept=False),)
    if count < before and not stage.pinReady and count:
        _ = catalogue(stage.language).gettext
        return (Part(Kind.STATE, _("{count} digits typed.").format(count=count), personal=True),)
    return ()


def why_shut(stage: Stage) -> tuple[Part, ...]:
    """Why the way on is still shut, and how much was typed so far."""
    why = Part(Kind.ERROR, readable(str(stage.view["footer"]["note"]), stage.language))
    if not stage.typing:
        return (why,)
    typed = catalogue(stage.language).gettext("{count} digits typed.").format(count=stage.pinCount)
    text = readable(str(stage.view["text"]), stage.language)
    return (why, Part(Kind.ERROR, typed), Part(Kind.CONTENT, text))


def read_focus(item: QQuickItem, language: str) -> tuple[Part, ...]:
    """Name, role and state of a thing that can be pressed."""
    return item_words(
        str(item.property("name") or ""),
        str(item.property("note") or ""),
        language,
        checkable=bool(item.property("checkable")),
        exclusive=bool(item.property("exclusive")),
        checked=bool(item.property("checked")),
        enabled=item.isEnabled(),
    )


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
    return read_out(f"sheet {name}" if name else f"screen {title}", title, texts, items, language)


def _texts(item: QQuickItem) -> Iterator[str]:
    """What is written in `item`, without the words of buttons."""
    for child in item.childItems():
        if not child.isVisible() or child.property("pressable") is True:
            continue
        text = child.property("text")
        if isinstance(text, str) and text and child.property("font") is not None:
            yield text
        yield from _texts(child)
