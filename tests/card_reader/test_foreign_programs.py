"""Other people's programs read and use the virtual card behind the real pcscd: for them it is a card like any other."""

from __future__ import annotations

import os
import subprocess

import pytest
from cards import PIN
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from card_reader import Slot, VirtualCard

SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
DIGEST = bytes(range(32))


def run(*command, code=0):
    """The program's words. A test PIN goes by the environment: pkcs11-tool takes none from standard input."""
    environment = {**os.environ, "CARD_PIN": PIN, "LC_ALL": "C"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, env=environment)
    assert done.returncode == code, (command, done.stdout, done.stderr)
    return done.stdout + done.stderr


@pytest.fixture(params=["image", "rsa_image"], ids=["P-256", "RSA-2048"])
def inserted(request, pcscd_booth, office):
    piece = VirtualCard(getattr(office, request.param))
    pcscd_booth.insert(piece)
    yield pcscd_booth.reader.name, piece
    assert piece.image().tries == 3


def test_yubico_piv_tool_reads_it(inserted):
    name, piece = inserted
    told = run("yubico-piv-tool", "-r", name.split(" 00 ")[0], "-a", "status")
    assert "PIN tries left:\t3" in told
    assert told.count(f"serialNumber={piece.image().number}") == 3
    assert "RSA2048" in told if "418" in piece.image().number else "ECCP256" in told
    assert piece.image().chuid.hex() in told


def test_yubico_piv_tool_takes_the_pin(inserted, tmp_path):
    """Its PIN by standard input, its selftest of the key: what the slot signs holds by the slot's certificate."""
    name, piece = inserted
    part = name.split(" 00 ")[0]
    certificate = tmp_path / "9a.pem"
    run("yubico-piv-tool", "-r", part, "-a", "read-certificate", "-s", "9a", "-o", str(certificate))
    assert x509.load_pem_x509_certificate(certificate.read_bytes()) == piece.image().certs[Slot.AUTHENTICATION]
    command = ["yubico-piv-tool", "-r", part, "-a", "verify-pin", "-a", "test-signature", "-s", "9a"]
    command += ["--stdin-input", "-i", str(certificate)]
    done = subprocess.run(command, input=f"{PIN}\n", capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    assert "Successful" in done.stdout + done.stderr


def test_opensc_takes_it_for_a_piv_card(inserted):
    name, piece = inserted
    assert "Personal Identity Verification" in run("opensc-tool", "-r", name, "-n")
    assert piece.atr.hex(":") in run("opensc-tool", "-r", name, "-a")
    answer = run("opensc-tool", "-r", name, "-s", "00A4040009A0000003080000100000")
    assert "SW1=0x90, SW2=0x00" in answer


def test_pkcs15_tool_lists_its_objects(inserted):
    name, _ = inserted
    told = run("pkcs15-tool", "--reader", name, "-D")
    for wanted in ("PIV AUTH key", "KEY MAN key", "CARD AUTH key", "Certificate for PIV Authentication"):
        assert wanted in told
    assert "Card Holder Unique Identifier" in told


def test_pkcs11_logs_in_and_signs_with_9a(inserted, tmp_path):
    _, piece = inserted
    key = piece.image().certs[Slot.AUTHENTICATION].public_key()
    elliptic = isinstance(key, ec.EllipticCurvePublicKey)
    content, out = tmp_path / "content", tmp_path / "signature"
    content.write_bytes(DIGEST if elliptic else SHA256_INFO + DIGEST)
    command = ["pkcs11-tool", "--slot-index", "0", "--login", "--pin", "env:CARD_PIN", "--sign", "--id", "01"]
    run(*command, "-m", "ECDSA" if elliptic else "RSA-PKCS", "-i", str(content), "-o", str(out))
    signature = out.read_bytes()
    if elliptic:
        r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
        key.verify(encode_dss_signature(r, s), DIGEST, ec.ECDSA(Prehashed(SHA256())))
    else:
        key.verify(signature, DIGEST, padding.PKCS1v15(), Prehashed(SHA256()))


def test_pkcs11_tests_itself(inserted):
    assert "No errors" in run("pkcs11-tool", "--slot-index", "0", "--login", "--pin", "env:CARD_PIN", "--test")


def test_pkcs11_derives_with_9d(pcscd_booth, office, tmp_path):
    """ECDH by the key management key, as it opens a dossier."""
    pcscd_booth.insert(office.card())
    other = ec.generate_private_key(ec.SECP256R1())
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    (tmp_path / "point").write_bytes(other.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    command = ["pkcs11-tool", "--slot-index", "0", "--login", "--pin", "env:CARD_PIN", "--derive", "--id", "03"]
    command += ["-m", "ECDH1-COFACTOR-DERIVE", "-i", str(tmp_path / "point"), "-o", str(tmp_path / "secret")]
    run(*command)
    expected = other.exchange(ec.ECDH(), office.image.certs[Slot.KEY_MANAGEMENT].public_key())
    assert (tmp_path / "secret").read_bytes() == expected


def test_what_they_change_holds(pcscd_booth, office):
    """A PIN changed by another program, a wrong one counted by it: the booth sees both."""
    from card_reader import Pin, PivCard, Verified, WrongPin

    piece = office.card()
    pcscd_booth.insert(piece)
    part = pcscd_booth.reader.name.split(" 00 ")[0]
    command = ["yubico-piv-tool", "-r", part, "-a", "change-pin", "--stdin-input"]
    done = subprocess.run(command, input=f"{PIN}\n924681\n", capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    line = pcscd_booth.reader.connect()
    card = PivCard(line)
    card.select()
    assert card.verify(Pin(PIN)) == WrongPin(2)
    assert card.verify(Pin("924681")) == Verified()
    line.close()


def test_they_read_a_card_that_the_office_has_just_made(pcscd_booth, office):
    import cards

    pcscd_booth.insert(VirtualCard(cards.blank()))
    line = pcscd_booth.reader.connect()
    cards.make_card(line, office)
    line.close()
    told = run("yubico-piv-tool", "-r", pcscd_booth.reader.name.split(" 00 ")[0], "-a", "status")
    assert told.count("serialNumber=KD-000900") == 3 and "CN=Test card authority" in told
