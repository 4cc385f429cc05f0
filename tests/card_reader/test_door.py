"""The door is lazy, complete, and the command speaks JSON."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import card_reader
from card_reader import Pin, VirtualCard, Vpicc

ROOM = Path(card_reader.__file__).parent


def run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_naming_a_state_loads_no_driver_and_no_cryptography():
    code = "import sys, card_reader; card_reader.Present, card_reader.CardGone, card_reader.Pin; print(*sys.modules)"
    loaded = run(code).split()
    assert "card_reader.states" in loaded
    assert not {"smartcard", "cryptography", "card_reader.pcsc"} & set(loaded)


def test_a_whole_virtual_card_loads_no_driver():
    code = "import sys, card_reader\nfor name in card_reader.__all__:\n if name not in ('PcscReader', 'list_readers'):"
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


def test_everything_in_the_command_line_is_json(pcscd, office):
    def call(*arguments):
        done = subprocess.run([sys.executable, "-m", "card_reader", *arguments], capture_output=True, text=True)
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]

    code, [listed] = call("list")
    assert code == 0 and pcscd.reader in listed["readers"]
    code, [empty] = call("describe", "--reader", pcscd.reader, "--seconds", "0.2")
    assert code == 69 and empty["state"] == "Empty"
    code, [missing] = call("describe", "--reader", "no such reader", "--seconds", "0.2")
    assert code == 69 and missing["state"] == "NoReader"
    card = VirtualCard(office.image)
    vpicc = Vpicc(card, port=pcscd.port)
    vpicc.insert()
    try:
        code, [described] = call("describe", "--reader", pcscd.reader)
        assert code == 0
        assert described["number"] == "KD-000417"
        assert set(described["certificates"]) == {"9A", "9E", "9D"}
        assert described["tries_left"] == 3 and card.image().tries == 3
        code, watched = call("watch", "--reader", pcscd.reader, "--seconds", "0.3")
        assert code == 0 and watched[-1]["state"] == "Present"
    finally:
        vpicc.remove()
    assert Pin("271828").digits() not in json.dumps([described, watched])


def test_without_a_service(monkeypatch, capsys):
    from card_reader import pcsc
    from card_reader.__main__ import main

    monkeypatch.setattr(pcsc, "SCardEstablishContext", lambda scope: (-2146435043, None))
    assert main(["list"]) == 69
    assert json.loads(capsys.readouterr().out) == {"service": False, "readers": []}
    assert main(["describe", "--seconds", "0.05"]) == 69
    assert json.loads(capsys.readouterr().out)["state"] == "NoService"
