"""What may stand on a paper: one rule for every word of every document, applied before anything is drawn.

A word is set as it was given or the paper is refused, and the field is named; what it said is never repeated.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar

from printing.documents.blocks import Said, Table

# They draw nothing and mean nothing in our scripts: soft hyphen, zero-width space, word joiner, byte order mark.
_NOTHING = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
# A crest is a drawing, an address in a code is not read by eye.
_NO_WORDS = {"crest", "verification_url"}

T = TypeVar("T")


class Unprintable(ValueError):
    """`field` has a character that the paper cannot show, or that would change how its neighbours read."""

    def __init__(self, field: str) -> None:
        super().__init__(f"a character that cannot be printed in: {field}")
        self.field = field


def tidied(document: T, has: Callable[[str], bool]) -> T:
    """The same document with each of its words in NFC, and one space for any white space. `has`: whether the paper's
    type has a letter. Raises Unprintable: for control and direction characters, letters of scripts that the type lacks,
    and marks that belong to no letter."""

    def word(text: str, field: str) -> str:
        text = " ".join(unicodedata.normalize("NFC", text.translate(_NOTHING)).split())
        for letter in set(text) - {" "}:
            if unicodedata.category(letter)[0] in "CM" or not has(letter):
                raise Unprintable(field)
        return text

    def walk(value: Any, field: str) -> Any:
        match value:
            case Enum():
                return value
            case str():
                return word(value, field)
            case (Said() as label, str(said)):
                return walk(label, field), word(said, label.el)
            case tuple():
                return tuple(walk(one, field) for one in value)
            case Table():
                names = [" / ".join(part.el for part in column.heading) for column in value.columns]
                rows = tuple(
                    replace(row, cells=tuple(walk(cell, name) for cell, name in zip(row.cells, names, strict=True)))
                    for row in value.rows
                )
                return Table(walk(value.columns, field), rows, walk(value.closing, field))
            case _ if is_dataclass(value) and not isinstance(value, type):
                parts = {one.name: getattr(value, one.name) for one in fields(value) if one.name not in _NO_WORDS}
                return replace(value, **{name: walk(part, name) for name, part in parts.items()})
        return value

    tidy: T = walk(document, type(document).__name__)
    return tidy
