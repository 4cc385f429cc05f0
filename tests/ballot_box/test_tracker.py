"""Trackers as people meet them."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballot_box import tracker

ONE = "1fdf3ff83e0d7d9e8ab114821f4897c5df78876f5480641c1b872ff382d3c8e5"


def test_it_is_the_number_that_belenios_shows(small):
    ballot = small.ballots[0]
    smart = subprocess.run(["belenios-tool", "sha256-b64"], input=ballot.text.encode(), capture_output=True, check=True)
    assert tracker.smart(ballot.tracker) == smart.stdout.decode().strip()
    assert tracker.typed(smart.stdout.decode()) == ballot.tracker


def test_it_is_shown_in_groups_of_four():
    assert tracker.shown(ONE).split("\n")[0] == "1fdf 3ff8 3e0d 7d9e"
    assert [len(line.split()) for line in tracker.shown(ONE).split("\n")] == [4, 4, 4, 4]


TYPED = [
    ONE,
    ONE.upper(),
    tracker.shown(ONE),
    tracker.shown(ONE).replace(" ", "-").replace("\n", " "),
    f"  {ONE}\n",
    ONE.replace("0", "O").replace("1", "l"),
    ONE.replace("0", "Ο").replace("1", "Ι"),
    ONE.upper().replace("A", "Α").replace("B", "Β").replace("E", "Ε"),
    tracker.smart(ONE),
    tracker.smart(ONE) + "=",
]


@pytest.mark.parametrize("text", TYPED)
def test_what_people_type_comes_to_the_same(text):
    assert tracker.typed(text) == ONE


@pytest.mark.parametrize(
    "text", ["", "Ναι", ONE[:-1], ONE + "0", "g" * 64, tracker.smart(ONE)[:-1], ONE * 100, "=" * 44, "٣" * 64]
)
def test_what_is_no_tracker_is_none(text):
    assert tracker.typed(text) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (ONE[:16], ONE[:16]),
        ("1FDF-3FF8-3E0D-7D9E", ONE[:16]),
        (" ".join(tracker.shown(ONE).split()[:4]).replace("1", "I"), ONE[:16]),
        (ONE[:-1], ONE[:-1]),
        (ONE, ONE),
        (tracker.smart(ONE), ONE),
        (ONE[:15], None),
        (ONE + "0", None),
        ("g" * 16, None),
        (ONE * 100, None),
        ("Ναι", None),
        ("", None),
    ],
)
def test_its_first_four_groups_are_enough(text, found):
    assert tracker.begun(text) == found


@given(st.binary(min_size=32, max_size=32))
def test_every_form_leads_back(digest):
    one = digest.hex()
    assert tracker.is_tracker(one)
    assert tracker.typed(tracker.shown(one)) == tracker.typed(tracker.smart(one)) == one


@given(st.text())
def test_any_typing_is_an_answer(text):
    found = tracker.typed(text)
    assert found is None or tracker.is_tracker(found)
