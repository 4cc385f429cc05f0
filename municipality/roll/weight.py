"""How heavily a file weighs on the roll: what it takes away, renumbers or changes, and above what two confirm it.

Knows a person under another number by ΑΦΜ, ΑΜΚΑ, or name and birth. Gives counts and register numbers, never a value.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from municipality.greek import search_key
from municipality.roll.record import Change, Record, What


class Weight(StrEnum):
    """What is counted in persons (of CARDS, in cards). EMPTIED and CHANGED are counted by field: `emptied.afm`."""

    CARDS = "cards"  # that would be blocked
    GONE = "gone"
    RENUMBERED = "renumbered"
    REPLACED = "replaced"  # the number is another person's now
    EMPTIED = "emptied"  # a number, or a capacity, taken away
    CHANGED = "changed"
    NEW = "new"


@dataclass(frozen=True)
class Limit:
    """Whichever is larger: so many, or so many of a hundred of the whole."""

    most: int
    percent: float

    def of(self, whole: int) -> int:
        """The most that is let pass."""
        return max(self.most, int(whole * self.percent / 100))


@dataclass(frozen=True)
class Limits:
    """`taken`: persons, cards, numbers, and what seldom changes. `changed`: all other fields, and newcomers."""

    taken: Limit
    changed: Limit


_NUMBERS = ("afm", "amka")
_CAPACITIES = ("lives_here", "elector")
# Who the parents are decides who may have a child's papers.
_SELDOM = frozenset({*_NUMBERS, "born", "sex", "parents"})


def weigh(changes: Iterable[Change], others: Mapping[str, str]) -> Counter[str]:
    """How many of each Weight; cards are the store's to count. `others`: from `renumbered`."""
    found: Counter[str] = Counter()
    for change in changes:
        before, after = change.before, change.after
        if after is None:
            found[Weight.GONE] += 1
        elif before is None:
            found[Weight.NEW] += 1
        else:
            found.update(_weigh_fields(change.fields, before, after))
            found[Weight.REPLACED] += not _one_person(before, after)
        found[Weight.RENUMBERED] += after is not None and change.person in others
    return +found


def _weigh_fields(fields: Iterable[str], before: Record, after: Record) -> Iterable[str]:
    for name in fields:
        old, new = getattr(before, name), getattr(after, name)
        if name in (*_NUMBERS, *_CAPACITIES) and not new:
            yield f"{Weight.EMPTIED}.{name}"
        elif old or name not in _NUMBERS:  # a first ΑΦΜ is what becomes of every child
            yield f"{Weight.CHANGED}.{name}"


def heavy(weights: Mapping[str, int], roll: int, limits: Limits) -> dict[str, int]:
    """Those above the limit, the gravest first. `roll`: how many persons it had."""
    over = {kind: count for kind, count in weights.items() if kind in _ORDER and count > _limit(kind, limits).of(roll)}
    return dict(sorted(over.items(), key=lambda one: (_ORDER[one[0]], one[0])))


def _limit(kind: str, limits: Limits) -> Limit:
    what, _, field = kind.partition(".")
    freely = what == Weight.NEW or (what == Weight.CHANGED and field not in _SELDOM)
    return limits.changed if freely else limits.taken


def _kinds() -> Iterable[str]:
    names = sorted(Record.__dataclass_fields__)
    for what in Weight:
        if what in (Weight.EMPTIED, Weight.CHANGED):
            yield from (f"{what}.{name}" for name in names)
        else:
            yield what.value


_ORDER = {kind: place for place, kind in enumerate(_kinds())}


def _keys(one: Record) -> list[tuple[str, ...]]:
    """What tells a person, whatever their number: the surest first."""
    numbers = [(name, getattr(one, name)) for name in _NUMBERS if getattr(one, name)]
    return [*numbers, ("name", search_key(one.surname), search_key(one.given), one.born)]


def _one_person(before: Record, after: Record) -> bool:
    """Unless nothing at all speaks for it: neither number, nor surname, given name or birth."""
    same = any(getattr(before, name) and getattr(before, name) == getattr(after, name) for name in _NUMBERS)
    names = ((search_key(one.surname), search_key(one.given)) for one in (before, after))
    surname, given = (old == new for old, new in zip(*names, strict=True))
    return same or surname or given or before.born == after.born


def renumbered(changes: Iterable[Change], roll: Mapping[str, Record]) -> dict[str, str]:
    """Persons who stand on the roll under another number than in the file: each number, and the other. Both who comes
    under a new one and who goes under an old one, and those whose numbers were exchanged."""
    listed = {change.person: change for change in changes if change.what is not What.DECEASED}
    holders: dict[tuple[str, ...], list[str]] = {}
    for number, change in listed.items():
        if change.before is not None:
            for key in _keys(change.before):
                holders.setdefault(key, []).append(number)
    found: dict[str, str] = {}
    for number, change in listed.items():
        if change.after is None:
            continue
        had = set() if number not in roll else set(_keys(roll[number]))
        for key in _keys(change.after):
            other = next((one for one in holders.get(key, ()) if _lost(listed[one], key, number)), None)
            if other is not None and key not in had:
                found[number] = other
                found.setdefault(other, number)
                break
    return found


def _lost(change: Change, key: tuple[str, ...], number: str) -> bool:
    """Whether what told this person is no longer under their number."""
    return change.person != number and (change.after is None or key not in _keys(change.after))
