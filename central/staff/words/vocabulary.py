"""What the codes of the staff's pages are called: message ids of the one catalogue, with an icon and a tone for each.

The office and each matter name their own, and the pages are given all of them as one. Never two words for one code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, TypeVar

from municipality.matter import Matter

V = TypeVar("V")


class Chip(NamedTuple):
    """`tone`: good, watch, bad or calm; the icon and the word say the same, so that colour is never alone."""

    tone: str
    icon: str


@dataclass(frozen=True)
class Words:
    """`said`: by what sort of code it is, the code's message id; `chips`: how a state looks."""

    said: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    chips: Mapping[str, Chip] = field(default_factory=dict)

    def of(self, sort: str, code: str) -> str:
        """The message id of `code`; the code itself where it has none."""
        return self.said[sort].get(code, code)


class Spoken(Protocol):
    """What the words ask of a matter: its acts' titles, and what else it calls things."""

    @property
    def matter(self) -> Matter: ...

    @property
    def words(self) -> Words: ...


def vocabulary(office: Words, matters: Iterable[Spoken]) -> Words:
    """The `office`'s own words and those of all `matters`. Raises ValueError if two call one code differently."""
    said = {sort: dict(table) for sort, table in office.said.items()}
    chips = dict(office.chips)
    for one in matters:
        kinds = {act.kind: act.title for act in one.matter.acts}
        for sort, table in [("kind", kinds), *one.words.said.items()]:
            _add(said.setdefault(sort, {}), table, f"{one.matter.noun}: {sort}")
        _add(chips, one.words.chips, f"{one.matter.noun}: chip")
    return Words(said, chips)


def _add(known: dict[str, V], more: Mapping[str, V], where: str) -> None:
    # The last one to speak would win, and a page of somebody else's would say the wrong thing from then on.
    if twice := sorted(code for code, words in more.items() if known.get(code, words) != words):
        raise ValueError(f"{where}: {', '.join(twice)}: called otherwise elsewhere")
    known.update(more)
