"""Turnout of a vote by municipal unit (δημοτική ενότητα), told without telling of anybody whether they voted.

Must never show a cell of fewer than LEAST persons, nor one that follows from the others, from the totals, or from
knowing this very rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pydantic import Field

from municipality.matters.votes.messages import LEAST_FLOOR
from municipality.residents import Value

LEAST: Final = LEAST_FLOOR


class UnitTurnout(Value):
    """`electors`: cards on the roll, `voters`: those of them whose ballot counts; None where it is not shown. `unit`:
    as the family records name it, "" for holders who are in none by now."""

    unit: str
    electors: int | None = Field(ge=0)
    voters: int | None = Field(ge=0)


class Turnout(Value):
    """`electors` and `voters` of the whole vote. `units` by name, empty where nothing may be said of any."""

    electors: int = Field(ge=0)
    voters: int = Field(ge=0)
    units: tuple[UnitTurnout, ...] = ()


def turnout(counted: Mapping[str, tuple[int, int]], least: int = LEAST) -> Turnout:
    """`counted`: electors and voters of each unit. A unit without electors is none.

    Hidden are the smallest units, by electors, up to the largest one in which fewer than `least` have voted or fewer
    have not, and further until those hidden together have `least` of both. Their order being public, it does not tell
    which of them the rule was about.
    """
    found = {unit: pair for unit, pair in counted.items() if pair[0]}
    for electors, voters in found.values():
        if not 0 <= voters <= electors:
            raise ValueError("no unit has more voters than electors")
    totals = (sum(pair[0] for pair in found.values()), sum(pair[1] for pair in found.values()))
    hidden = _hidden(found, least)
    if len(found) < 2 or hidden is None:
        return Turnout(electors=totals[0], voters=totals[1])
    # So few electors are themselves a cell, and one of them alone would follow from the roll's size.
    without_size = any(found[unit][0] < least for unit in hidden)
    units = [
        UnitTurnout(
            unit=unit,
            electors=None if unit in hidden and without_size else electors,
            voters=None if unit in hidden else voters,
        )
        for unit, (electors, voters) in sorted(found.items())
    ]
    return Turnout(electors=totals[0], voters=totals[1], units=tuple(units))


def _hidden(found: Mapping[str, tuple[int, int]], least: int) -> frozenset[str] | None:
    """The units to hide; None where even all of them together would tell too much."""
    order = sorted(found, key=lambda unit: (found[unit][0], unit))
    small = [place for place, unit in enumerate(order, start=1) if _few(*found[unit], least)]
    if not small:
        return frozenset()
    for size in range(max(small[-1], 2), len(order) + 1):
        together = [found[unit] for unit in order[:size]]
        # To the reader they are one unit, by subtraction from the totals.
        if not _few(sum(pair[0] for pair in together), sum(pair[1] for pair in together), least):
            return frozenset(order[:size])
    return None


def _few(electors: int, voters: int, least: int) -> bool:
    return voters < least or electors - voters < least
