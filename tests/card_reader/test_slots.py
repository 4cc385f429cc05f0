"""A reader with several slots is one reader."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from waiting import until

from card_reader import Vpicc, slots_of, with_cards


@pytest.mark.parametrize(
    ("names", "readers"),
    [
        ([], {}),
        (["Reader"], {"Reader": ["Reader"]}),
        (["A 00 01", "A 00 00"], {"A 00 00": ["A 00 00", "A 00 01"]}),
        (["A 00 00", "A 01 00"], {"A 00 00": ["A 00 00"], "A 01 00": ["A 01 00"]}),  # two of one make
        (["A 0A 00", "A 0A 0F", "B 0A 00"], {"A 0A 00": ["A 0A 00", "A 0A 0F"], "B 0A 00": ["B 0A 00"]}),
        (
            ["ACS ACR1281 [ICC] (7) 00 00", "ACS ACR1281 [ICC] (7) 00 01", "ACS ACR1281 [ICC] (7) 00 02"],
            {"ACS ACR1281 [ICC] (7) 00 00": [f"ACS ACR1281 [ICC] (7) 00 0{slot}" for slot in range(3)]},
        ),
        (["Key 12", "Key 13"], {"Key 12": ["Key 12"], "Key 13": ["Key 13"]}),  # no slot in these names
    ],
)
def test_slots_of_one_reader_stand_together(names, readers):
    assert slots_of(names) == readers


def test_behind_pcscd(pcscd, office):
    """vpcd is such a reader: one, with two slots."""
    command = [sys.executable, "-m", "card_reader", "list"]
    listed = json.loads(subprocess.run(command, capture_output=True, text=True, timeout=100, check=True).stdout)
    both = [pcscd.reader, pcscd.second_reader]
    assert pcscd.reader in listed["readers"] and pcscd.second_reader not in listed["readers"]
    assert listed["slots"][pcscd.reader] == both and list(listed["pinpads"]) == listed["readers"]
    assert with_cards(both) == []
    piece = Vpicc(office.card(), port=pcscd.port + 1)
    piece.insert()
    try:
        until(lambda: with_cards(both) == [pcscd.second_reader])
    finally:
        piece.remove()
