"""A marker PIN is typed, used and gone: it is in no log, no traceback, no core dump, and not in the process's memory.

While somebody is typing, the PIN is in memory, once, in a buffer of ours: the tests find it there, so that finding
nothing afterwards means something. In memory after the visit nothing may be left, whatever the outcome was.
"""

from __future__ import annotations

import io
import logging
import secrets
import subprocess
import sys
import traceback
from pathlib import Path

import pytest
from cards import PUK
from cryptography.hazmat.primitives.serialization import Encoding
from rich.console import Console
from rich.traceback import Traceback
from waiting import until

import card_reader
from card_reader import CardFault, CardGone, Pin, PivCard, VirtualCard, VirtualReader, examine, make_card_image

ROOM = Path(card_reader.__file__).parent

# The visitor: a process of its own with the real reader, because the virtual card, too, knows its PIN.
VISITOR = r"""
import ctypes, sys
from datetime import datetime
from pathlib import Path
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from card_reader import *
ctypes.CDLL(None).prctl(0x59616D61, -1, 0, 0, 0)  # PR_SET_PTRACER: the test may look into this process
name, folder, now, pins = sys.argv[1], Path(sys.argv[2]), datetime.fromisoformat(sys.argv[3]), int(sys.argv[4])
root, authority = (x509.load_pem_x509_certificate((folder / one).read_bytes()) for one in ("root", "authority"))
connection = PcscReader(name).connect()
card = PivCard(connection)
found = examine(card, Anchors((root,), (authority,), (folder / "crl").read_bytes()), now)
outcomes = []
typed = bytearray(8)
def typing():
    sys.stdin.buffer.raw.readinto(typed)
def says(word):
    print(word, flush=True)
    sys.stdin.buffer.raw.read(1)
typing()
says("typed")
pin = Pin.taken_from(typed)
outcomes.append(type(card.verify(pin)).__name__)
prove_presence(card, found)
if pins == 2:
    typed = bytearray(8)
    typing()
    new = Pin.taken_from(typed)
    outcomes.append(type(card.change_pin(pin, new)).__name__)
    new.wipe()
if outcomes[0] == "Verified":
    card.agree(ec.generate_private_key(ec.SECP256R1()).public_key())
pin.wipe()
connection.close()
says(" ".join(["out", *outcomes]))
"""


def marker():
    """Eight digits that stand nowhere else."""
    return "".join(secrets.choice("0123456789") for _ in range(8))


def spellings(pin):
    digits = pin.encode()
    return [
        digits,
        pin.encode("utf-16-le"),
        digits.hex().encode(),
        digits.hex().upper().encode(),
        digits.hex(" ").encode(),
    ]


def memory(pid):
    """Everything that a process can read of its own."""
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        extent, rights, *_ = line.split()
        if rights.startswith("r") and not line.endswith(("[vvar]", "[vsyscall]", "[vvar_vclock]")):
            begin, end = (int(part, 16) for part in extent.split("-"))
            with open(f"/proc/{pid}/mem", "rb", buffering=0) as whole:
                whole.seek(begin)
                try:
                    yield whole.read(end - begin)
                except OSError:
                    continue


def found_in_memory(pid, pin):
    return sum(part.count(one) for part in memory(pid) for one in spellings(pin))


class Visit:
    """One visitor process at the one pcscd."""

    def __init__(self, booth, office, folder, piece, pins=1):
        for name, one in (("root", office.root), ("authority", office.authority)):
            (folder / name).write_bytes(one.certificate.public_bytes(Encoding.PEM))
        (folder / "crl").write_bytes(office.anchors.crl)
        booth.insert(piece)
        self.process = subprocess.Popen(
            [sys.executable, "-c", VISITOR, booth.reader.name, str(folder), office.now.isoformat(), str(pins)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
        )

    def type(self, pin):
        self.process.stdin.write(pin.encode())

    def hears(self):
        line = b""
        while not line.endswith(b"\n"):
            part = self.process.stdout.read(1)
            assert part, self.process.stderr.read().decode()
            line += part
        return line.decode().strip()

    def goes_on(self):
        self.process.stdin.write(b".")

    def end(self):
        self.goes_on()
        told = self.process.communicate(timeout=100)
        assert self.process.returncode == 0, told
        return b"".join(told)


@pytest.fixture
def visit(pcscd_booth, office, tmp_path):
    started = []

    def begin(piece, pins=1):
        started.append(Visit(pcscd_booth, office, tmp_path, piece, pins))
        return started[-1]

    yield begin
    for one in started:
        one.process.kill()
        one.process.communicate()


@pytest.mark.parametrize("right", [True, False], ids=["right", "wrong"])
def test_after_the_visit_the_pin_is_not_in_the_process(visit, office, right, tmp_path):
    pin = marker()
    piece = VirtualCard(
        make_card_image(office.authority, "KD-1", Pin(pin if right else "000000"), Pin(PUK), office.now, 1)
    )
    begun = visit(piece)
    begun.type(pin)
    assert begun.hears() == "typed"
    assert found_in_memory(begun.process.pid, pin) == 1, "while it is typed it stands in one buffer, and only there"
    begun.goes_on()
    assert begun.hears() == f"out {'Verified' if right else 'WrongPin'}"
    assert found_in_memory(begun.process.pid, pin) == 0
    core = tmp_path / "core"
    subprocess.run(["gcore", "-o", str(core), str(begun.process.pid)], capture_output=True, check=True, timeout=100)
    (dump,) = tmp_path.glob("core.*")
    content = dump.read_bytes()
    assert len(content) > 1_000_000 and b"PIV" in content
    assert not any(one in content for one in spellings(pin))
    last_words = begun.end()
    assert not any(one in last_words for one in spellings(pin))


def test_a_changed_pin_leaves_neither(visit, office):
    old, new = marker(), marker()
    begun = visit(VirtualCard(make_card_image(office.authority, "KD-1", Pin(old), Pin(PUK), office.now, 1)), pins=2)
    begun.type(old)
    assert begun.hears() == "typed"
    begun.goes_on()
    begun.type(new)
    assert begun.hears() == "out Verified PinChanged"
    assert (found_in_memory(begun.process.pid, old), found_in_memory(begun.process.pid, new)) == (0, 0)
    begun.end()


def test_pcscd_says_nothing_of_it(pcscd, office, tmp_path):
    """Its log at the level that the tests run it with, one more than it has by itself."""
    from card_reader import PcscReader, Present, Vpicc

    pin = marker()
    vpicc = Vpicc(
        VirtualCard(make_card_image(office.authority, "KD-1", Pin(pin), Pin(PUK), office.now, 1)), port=pcscd.port
    )
    vpicc.insert()
    reader, seen = PcscReader(pcscd.reader), []
    watch = reader.watch(seen.append)
    until(lambda: any(isinstance(state, Present) for state in seen))
    watch.stop()
    line = reader.connect()
    card = PivCard(line)
    card.select()
    card.verify(Pin(pin))
    card.change_pin(Pin(pin), Pin(marker()))
    line.close()
    vpicc.remove()
    assert "VPCD" in pcscd.log.upper() or "PCD" in pcscd.log
    assert not any(one in pcscd.log.encode() for one in spellings(pin))


class Mad:
    """Answers nonsense to everything that carries a PIN."""

    def __init__(self, answer):
        self.answer = answer

    def transmit(self, apdu):
        if self.answer is None:
            raise CardGone("pulled")
        return self.answer

    def close(self):
        pass


@pytest.mark.parametrize("answer", [None, b"", b"\x6f\x00", b"\x61\x08", b"\x6c\x08"])
def test_no_traceback_shows_it_even_with_all_its_variables(answer, caplog):
    """As the standard library prints them with locals, and as rich does: programs around this one use both."""
    pin = marker()
    card, secret = PivCard(Mad(answer)), Pin(pin)
    for act, given in (
        (card.verify, (secret,)),
        (card.change_pin, (secret, secret)),
        (card.unblock, (secret, secret)),
        (card.change_puk, (secret, secret)),
    ):
        with pytest.raises((CardGone, CardFault)) as caught, caplog.at_level(logging.DEBUG):
            act(*given)
        error, frames = caught.value, caught.tb
        while frames is not None and ROOM not in Path(frames.tb_frame.f_code.co_filename).parents:
            frames = frames.tb_next  # the test's own variables hold the marker
        assert frames is not None
        plain = "".join(traceback.TracebackException(type(error), error, frames, capture_locals=True).format())
        shown = io.StringIO()
        rich = Traceback.from_exception(type(error), error, frames, show_locals=True, locals_max_string=None)
        Console(file=shown, width=300).print(rich)
        assert "Pin(******)" in plain and "Pin(******)" in shown.getvalue(), "the variables were looked at"
        everything = (plain + shown.getvalue() + repr(error) + caplog.text).encode()
        assert not any(one in everything for one in spellings(pin))


def test_examining_needs_none(office):
    """No VERIFY with data is ever sent by the examination."""
    reader = VirtualReader()
    reader.insert(office.card())
    line, sent = reader.connect(), []

    class Tap:
        def transmit(self, apdu):
            sent.append(bytes(apdu))
            return line.transmit(apdu)

    examine(PivCard(Tap()), office.anchors, office.now)
    assert [apdu for apdu in sent if apdu[1] in (0x20, 0x24, 0x2C)] == [bytes.fromhex("00200080")]
