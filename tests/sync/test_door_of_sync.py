"""The door is light: a booth that only wants a type does not load a driver."""

from __future__ import annotations

import subprocess
import sys

import pytest

import sync

HEAVY = ("requests", "sqlalchemy", "joserfc", "http_message_signatures", "zstandard", "cryptography")


@pytest.mark.parametrize(
    ("use", "allowed"),
    [
        ("", ()),
        ("sync.canonical({})", ()),
        ("sync.LineDown", ()),
        ("sync.Envelope", ("cryptography",)),
        ("sync.Hello", ("cryptography",)),
        ("sync.open_sealed", ("cryptography",)),
        ("sync.server", ("cryptography", "joserfc", "http_message_signatures", "zstandard")),
        ("sync.outbox", ("cryptography", "sqlalchemy")),
    ],
)
def test_what_asking_for_a_name_loads(use, allowed):
    code = f"import sync, sys\n{use}\nprint(*(name for name in {HEAVY} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) <= set(allowed)


def test_every_name_behind_the_door_is_there():
    assert all(getattr(sync, name) is not None for name in sync.__all__)
    assert dir(sync) == sorted(sync.__all__)
    with pytest.raises(AttributeError):
        sync.nothing  # noqa: B018
