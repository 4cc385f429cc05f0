"""Turnout by municipal unit: small cells are hidden, and nothing that is shown gives one of them away."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations_with_replacement, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_tests import examples

from municipality.matters.votes.turnout import LEAST, Turnout, UnitTurnout, turnout


def row(unit: str, electors: int | None, voters: int | None) -> UnitTurnout:
    return UnitTurnout(unit=unit, electors=electors, voters=voters)


def test_units_of_five_voters_and_five_others_are_shown() -> None:
    assert LEAST == 5
    assert turnout({"Β": (1_000, 5), "Α": (10, 5), "Γ": (0, 0)}) == Turnout(
        electors=1_010, voters=10, units=(row("Α", 10, 5), row("Β", 1_000, 5))
    )


@pytest.mark.parametrize("voters", [4, 16])
def test_four_voters_or_four_others_hide_their_unit_and_the_smallest_beside_it(voters: int) -> None:
    assert turnout({"Α": (20, voters), "Β": (40, 20), "Γ": (60, 30)}) == Turnout(
        electors=120, voters=voters + 50, units=(row("Α", 20, None), row("Β", 40, None), row("Γ", 60, 30))
    )


def test_all_units_that_are_smaller_than_one_to_hide_are_hidden_with_it() -> None:
    found = turnout({"Α": (20, 10), "Β": (40, 4), "Γ": (60, 30)})
    assert found.units == (row("Α", 20, None), row("Β", 40, None), row("Γ", 60, 30))


def test_units_that_together_are_still_too_few_take_a_third_with_them() -> None:
    found = turnout({"Α": (20, 2), "Β": (40, 2), "Γ": (60, 30), "Δ": (90, 45)})
    assert [one.voters for one in found.units] == [None, None, None, 45]
    found = turnout({"Α": (20, 2), "Β": (40, 3), "Γ": (60, 30), "Δ": (90, 45)})
    assert [one.voters for one in found.units] == [None, None, 30, 45]


def test_a_unit_of_four_electors_does_not_show_its_size_either() -> None:
    assert turnout({"Α": (4, 0), "Β": (40, 20), "Γ": (60, 30)}).units == (
        row("Α", None, None), row("Β", None, None), row("Γ", 60, 30)
    )  # fmt: skip
    assert turnout({"Α": (5, 0), "Β": (40, 20), "Γ": (60, 30)}).units[0] == row("Α", 5, None)


@pytest.mark.parametrize("counted", [{"Α": (100, 50)}, {"Α": (10, 10), "Β": (10, 6)}, {"Α": (10, 2), "Β": (10, 2)}, {}])
def test_where_even_all_units_together_tell_too_much_none_is_told(counted: dict[str, tuple[int, int]]) -> None:
    assert turnout(counted).units == ()


@pytest.mark.parametrize("pair", [(5, 6), (5, -1)])
def test_more_voters_than_electors_are_no_turnout(pair: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="more voters than electors"):
        turnout({"Α": pair})


SIZES = [sizes for units in (2, 3) for sizes in combinations_with_replacement(range(1, 8), units)]


@pytest.mark.parametrize("least", [2, 3])
def test_on_small_tables_even_somebody_who_knows_the_rule_derives_no_hidden_cell(least: int) -> None:
    """Every table there can be: for each hidden cell there are two with the same page and another number in it."""
    for sizes in SIZES:
        pages: dict[tuple[Turnout, tuple[int, ...]], list[tuple[int, ...]]] = defaultdict(list)
        for voters in product(*(range(size + 1) for size in sizes)):
            page = turnout({str(n): pair for n, pair in enumerate(zip(sizes, voters, strict=True))}, least)
            pages[page, sizes].append(voters)
        for (page, _), tables in pages.items():
            for place, one in enumerate(page.units):
                hidden = {table[place] for table in tables}
                assert (len(hidden) == 1) == (one.voters is not None), (sizes, page)


COUNTED = st.dictionaries(
    st.text("αβγδε", min_size=1, max_size=3),
    st.integers(0, 60).flatmap(lambda electors: st.tuples(st.just(electors), st.integers(0, electors))),
    max_size=7,
)


@settings(max_examples=examples(300))
@given(COUNTED)
def test_no_small_cell_is_shown_nor_follows_from_the_totals(counted: dict[str, tuple[int, int]]) -> None:
    found = turnout(counted)
    assert (found.electors, found.voters) == tuple(sum(pair[part] for pair in counted.values()) for part in (0, 1))
    for one in found.units:
        electors, voters = counted[one.unit]
        assert one.electors in (None, electors)
        assert one.voters is None or (one.voters == voters >= LEAST and electors - voters >= LEAST)
        assert one.electors is None or one.electors >= LEAST
    hidden = [counted[one.unit] for one in found.units if one.voters is None]
    voters, electors = sum(pair[1] for pair in hidden), sum(pair[0] for pair in hidden)
    assert (len(hidden) >= 2 and voters >= LEAST and electors - voters >= LEAST) if hidden else True
    # Were all sizes known: each hidden number lies between two others that fit the totals as well.
    for size, _ in hidden:
        assert max(0, voters - (electors - size)) < min(size, voters)
    assert len([one for one in found.units if one.electors is None]) != 1
