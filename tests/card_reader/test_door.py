"""The door is lazy and complete."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import card_reader

ROOM = Path(card_reader.__file__).parent


def run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_naming_a_state_loads_no_driver_and_no_cryptography():
    code = "import sys, card_reader; card_reader.Present, card_reader.CardGone, card_reader.Pin; print(*sys.modules)"
    loaded = run(code).split()
    assert "card_reader.states" in loaded
    assert not {"smartcard", "cryptography", "card_reader.pcsc"} & set(loaded)


def test_a_whole_virtual_card_loads_no_driver():
    code = "import sys, card_reader\nfor name in card_reader.__all__:\n if card_reader._MODULE_OF[name] != 'pcsc':"
    assert "smartcard" not in run(code + " getattr(card_reader, name)\nprint(*sys.modules)").split()


def test_the_door_opens_to_everything_it_names():
    for name in card_reader.__all__:
        assert getattr(card_reader, name) is not None
    assert dir(card_reader) == card_reader.__all__
    with pytest.raises(AttributeError, match="nothing_such"):
        _ = card_reader.nothing_such


def test_types_and_names_agree():
    """What type checkers see at the door is what there is."""
    tree = ast.parse((ROOM / "__init__.py").read_text())
    seen = {
        alias.asname: node.module.removeprefix("card_reader.")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("card_reader.")
        for alias in node.names
    }
    assert seen == card_reader._MODULE_OF


def test_only_pcsc_imports_pyscard():
    for path in ROOM.glob("*.py"):
        found = [
            node
            for node in ast.walk(ast.parse(path.read_text()))
            if (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("smartcard"))
            or (isinstance(node, ast.Import) and any(alias.name.startswith("smartcard") for alias in node.names))
        ]
        assert bool(found) == (path.name == "pcsc.py"), path
