"""`python -m card_reader`: JSON, exit codes, and the PIN by standard input only."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import cards
import pytest
from cards import PIN, PUK, Office
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from card_reader import (
    Anchors,
    CardImage,
    OtherCard,
    Pin,
    VirtualCard,
    make_card_authority,
    make_card_image,
    make_crl,
    make_root,
)

COMMAND = [sys.executable, "-m", "card_reader"]


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """Authorities of today, because the command has a clock of its own; and their files."""
    now = datetime.now(UTC)
    root = make_root("Root of today", now)
    authority = make_card_authority(root, "Cards of today", now)
    crl = make_crl(authority, [], 1, now, now + timedelta(days=7))
    image = make_card_image(authority, "KD-000417", Pin(PIN), Pin(PUK), now, 5)
    folder = tmp_path_factory.mktemp("trust")
    for name, one in (("root", root), ("card-authority", authority)):
        (folder / f"{name}.pem").write_bytes(one.certificate.public_bytes(Encoding.PEM))
    (folder / "list.crl").write_bytes(crl)
    (folder / "list.crl.txt").write_bytes(x509.load_der_x509_crl(crl).public_bytes(Encoding.PEM))
    revoked = [(image.certs[slot].serial_number, now) for slot in image.certs]
    (folder / "revoking.crl").write_bytes(make_crl(authority, revoked, 2, now, now + timedelta(days=7)))
    anchors = Anchors((root.certificate,), (authority.certificate,), crl)
    return folder, Office(now, root, authority, anchors, image, image)


def call(*arguments, typed=""):
    done = subprocess.run([*COMMAND, *arguments], input=typed, capture_output=True, text=True, timeout=100)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_readers_and_cards_without_a_pin(pcscd_booth, office):
    name = pcscd_booth.reader.name
    code, [listed], _ = call("list")
    assert code == 0 and name in listed["readers"] and listed["pinpads"][name] is False
    code, [empty], _ = call("describe", "--reader", name, "--seconds", "3")
    assert code == 69 and empty["state"] == "Empty"
    code, [missing], _ = call("describe", "--reader", "no such reader", "--seconds", "3")
    assert code == 69 and missing["state"] == "NoReader"
    card = office.card()
    pcscd_booth.insert(card)
    code, [described], _ = call("describe", "--reader", name)
    assert code == 0 and described["number"] == "KD-000417" and described["tries_left"] == 3
    assert set(described["certificates"]) == {"9A", "9E", "9D"}
    assert described["certificates"]["9A"]["key"] == "secp256r1"
    code, watched, _ = call("watch", "--reader", name, "--seconds", "3")
    assert code == 0 and watched[-1]["state"] == "Present" and watched[-1]["atr"] == card.atr.hex().upper()
    assert card.image().tries == 3 and PIN not in json.dumps([described, watched])


def test_cards_of_others_are_described_too(pcscd_booth, office):
    name = pcscd_booth.reader.name
    pcscd_booth.insert(OtherCard())
    code, [described], _ = call("describe", "--reader", name)
    assert code == 0 and described["piv"] is False
    code, watched, _ = call("watch", "--reader", name, "--seconds", "3")
    assert code == 0 and watched[-1]["state"] == "Foreign"
    pcscd_booth.insert(VirtualCard(CardImage.blank()))
    code, [described], _ = call("describe", "--reader", name)
    assert code == 0 and described["certificates"] == {} and described["number"] is None
    piece = VirtualCard(office.rsa_image)
    piece.objects[0x5FC10B] = b"\x70\x02no"
    pcscd_booth.insert(piece)
    code, [described], _ = call("describe", "--reader", name)
    assert code == 0 and described["certificates"]["9A"]["key"] == "rsa2048"
    assert described["certificates"]["9D"] == {"error": "certificate object is damaged"}


class TestSignIn:
    def arguments(self, booth, folder, crl="list.crl"):
        return "sign-in", "--reader", booth.reader.name, "--trust", str(folder), "--crl", str(folder / crl)

    def test_right_wrong_and_no_pin(self, pcscd_booth, town):
        folder, office = town
        piece = office.card()
        pcscd_booth.insert(piece)
        for crl in ("list.crl", "list.crl.txt"):
            code, [line], told = call(*self.arguments(pcscd_booth, folder, crl), typed=f"{PIN}\n")
            assert (code, line["outcome"], line["number"], line["transport"]) == (0, "SignedIn", "KD-000417", False)
            assert "tries left: 3" in told and PIN not in told + json.dumps(line)
        for typed, why in (("", "empty"), ("1234\n", "short"), ("abcdef\n", "not_digits")):
            code, [line], _ = call(*self.arguments(pcscd_booth, folder), typed=typed)
            assert (code, line["outcome"], line["why"]) == (77, "UnfitPin", why)
        assert piece.image().tries == 3
        code, [line], _ = call(*self.arguments(pcscd_booth, folder), typed="999999\n")
        assert (code, line["outcome"], line["left"]) == (77, "WrongPin", 2)

    def test_cards_that_are_refused_are_not_asked_for_a_pin(self, pcscd_booth, town, office):
        folder, today = town
        pcscd_booth.insert(office.card())
        code, [line], told = call(*self.arguments(pcscd_booth, folder), typed=f"{PIN}\n")
        assert (code, line["outcome"], line["why"]) == (65, "NotOurs", "issuer") and "tries" not in told
        piece = today.card()
        pcscd_booth.insert(piece)
        code, [line], told = call(*self.arguments(pcscd_booth, folder, "revoking.crl"), typed=f"{PIN}\n")
        assert (code, line["outcome"]) == (65, "CardRevoked") and "tries" not in told
        code, [line], _ = call("sign-in", "--reader", pcscd_booth.reader.name, "--trust", str(folder), typed="1\n")
        assert (code, line["outcome"], line["why"]) == (78, "RevocationListMissing", "none")
        pcscd_booth.insert(VirtualCard(replace(today.image, tries=0)))
        code, [line], _ = call(*self.arguments(pcscd_booth, folder), typed=f"{PIN}\n")
        assert (code, line["outcome"]) == (77, "CardBlocked")
        pcscd_booth.insert(OtherCard())
        code, [line], _ = call(*self.arguments(pcscd_booth, folder), typed=f"{PIN}\n")
        assert (code, line["outcome"]) == (65, "NotACitizenCard")

    def test_the_letters_pin_by_a_prompt(self, pcscd_booth, town):
        """On a terminal it is asked for without an echo."""
        folder, office = town
        piece = VirtualCard(replace(office.image, pin=Pin(cards.TRANSPORT_PIN)))
        pcscd_booth.insert(piece)
        inner, outer = pty.openpty()
        child = subprocess.Popen(
            [*COMMAND, *self.arguments(pcscd_booth, folder)],
            stdin=outer,
            stdout=subprocess.PIPE,
            stderr=outer,
            start_new_session=True,
        )
        os.close(outer)
        shown = b""
        while b"PIN" not in shown:
            shown += os.read(inner, 1000)
        os.write(inner, f"{cards.TRANSPORT_PIN}\n".encode())
        out, _ = child.communicate(timeout=100)
        os.set_blocking(inner, False)
        with open(inner, "rb", buffering=0) as terminal, contextlib.suppress(OSError):
            shown += terminal.read(1000) or b""
        assert child.returncode == 0 and json.loads(out)["transport"] is True
        assert cards.TRANSPORT_PIN.encode() not in shown + out

    @pytest.mark.parametrize("spoil", ["nothing", "nonsense", "no root", "bad list"])
    def test_a_folder_that_is_none(self, tmp_path, town, spoil):
        folder, _ = town
        if spoil == "nonsense":
            (tmp_path / "a.pem").write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
        elif spoil == "no root":
            (tmp_path / "a.pem").write_bytes((folder / "card-authority.pem").read_bytes())
        elif spoil == "bad list":
            for name in ("root.pem", "card-authority.pem"):
                (tmp_path / name).write_bytes((folder / name).read_bytes())
        code, [line], _ = call("sign-in", "--trust", str(tmp_path), "--crl", str(tmp_path / "none.crl"))
        assert (code, line["outcome"]) == (78, "BadAnchors")

    def test_a_pin_is_no_argument(self):
        code, lines, told = call("sign-in", "--trust", ".", "--pin", "271828")
        assert code == 2 and lines == [] and "unrecognized" in told


def test_without_a_service(monkeypatch, capsys):
    from card_reader import pcsc
    from card_reader.__main__ import main

    monkeypatch.setattr(pcsc, "SCardEstablishContext", lambda scope: (-2146435043, None))
    assert main(["list"]) == 69
    assert json.loads(capsys.readouterr().out) == {"service": False, "readers": []}
    assert main(["describe", "--seconds", "0.05"]) == 69
    assert json.loads(capsys.readouterr().out)["state"] == "NoService"
