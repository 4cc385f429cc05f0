"""What the card office makes: right by our own check and by other people's programs, and made fast."""

from __future__ import annotations

import subprocess
import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from card_reader import (
    Pin,
    Slot,
    card_number,
    certify,
    make_card_authority,
    make_card_image,
    make_crl,
    make_root,
    profile,
)


def test_a_certificate_tells_the_card_number_and_nothing_else(office):
    for certificate in office.image.certs.values():
        assert [(one.oid, one.value) for one in certificate.subject] == [(NameOID.SERIAL_NUMBER, "KD-000417")]
        assert card_number(certificate) == "KD-000417"
        assert {one.oid for one in certificate.extensions} == profile._EXTENSIONS


@pytest.mark.parametrize("slot", Slot)
@pytest.mark.parametrize("kind", ["image", "rsa_image"])
def test_what_is_issued_is_what_is_accepted(office, kind, slot):
    anchors, certs = office.anchors, getattr(office, kind).certs
    issuer = office.authority.certificate
    assert profile.path(certs[slot], slot, anchors.roots, anchors.authorities, office.now) == issuer
    for other in Slot:
        if other is not slot:
            assert profile.path(certs[slot], other, anchors.roots, anchors.authorities, office.now) is None


@pytest.mark.parametrize("number", ["", "KD 1", "ΚΔ-1", "a/b", "KD\n", "x" * 33, "KD_1"])
def test_numbers_that_are_none(office, number):
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    with pytest.raises(ValueError, match="card number"):
        certify(office.authority, number, Slot.AUTHENTICATION, key, office.now, office.now + timedelta(days=1))


@pytest.mark.parametrize(
    ("slot", "make"),
    [
        (Slot.CARD_AUTHENTICATION, lambda: rsa.generate_private_key(65537, 2048)),
        (Slot.AUTHENTICATION, lambda: rsa.generate_private_key(65537, 1024)),
        (Slot.AUTHENTICATION, lambda: ec.generate_private_key(ec.SECP384R1())),
    ],
)
def test_keys_that_are_not_certified(office, slot, make):
    with pytest.raises(ValueError, match="stand in"):
        certify(office.authority, "KD-1", slot, make().public_key(), office.now, office.now + timedelta(days=1))


def test_a_puk_has_eight_digits(office):
    with pytest.raises(ValueError, match="8 digits"):
        make_card_image(office.authority, "KD-1", Pin("271828"), Pin("314159"), office.now, 5)


def test_29_february():
    leap = datetime(2028, 2, 29, 12, tzinfo=UTC)
    root = make_root("Root", leap, years=1)
    assert root.certificate.not_valid_after_utc == datetime(2029, 2, 28, 12, tzinfo=UTC)


def test_an_authority_ends_with_its_root(office):
    root = make_root("Root", office.now, years=3)
    authority = make_card_authority(root, "Cards", office.now, years=10)
    assert authority.certificate.not_valid_after_utc == root.certificate.not_valid_after_utc


def test_a_list_is_whole_numbered_and_signed(office):
    crl = x509.load_der_x509_crl(make_crl(office.authority, [(7, office.now)], 42, office.now, office.now))
    assert crl.is_signature_valid(office.authority.certificate.public_key())
    assert crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number == 42
    assert crl.get_revoked_certificate_by_serial_number(7).revocation_date_utc == office.now


def test_openssl_agrees(office, tmp_path):
    """Another program builds the same path and sees the same revocation."""
    pem = Encoding.PEM
    revoked = office.image.certs[Slot.CARD_AUTHENTICATION]
    crl = x509.load_der_x509_crl(
        make_crl(office.authority, [(revoked.serial_number, office.now)], 1, office.now, office.now + timedelta(days=1))
    )
    files = {
        "root": office.root.certificate.public_bytes(pem),
        "authority": office.authority.certificate.public_bytes(pem),
        "good": office.image.certs[Slot.AUTHENTICATION].public_bytes(pem),
        "revoked": revoked.public_bytes(pem),
        "crl": crl.public_bytes(pem),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)

    def verify(name):
        command = ["openssl", "verify", "-x509_strict", "-CAfile", "root", "-untrusted", "authority"]
        command += ["-CRLfile", "crl", "-crl_check", "-attime", str(int(office.now.timestamp())), name]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    good, bad = verify("good"), verify("revoked")
    assert good.returncode == 0, good.stderr
    assert bad.returncode != 0 and "revoked" in bad.stderr


def test_a_town_of_certificates_takes_seconds(office):
    began = time.monotonic()
    for number in range(500):
        make_card_image(office.authority, f"KD-{number:06}", Pin("271828"), Pin("31415926"), office.now, 5)
    assert time.monotonic() - began < 10
