"""The seal: whose it is, and the file that its key lies in. What breaks it is in test_verify.py."""

from __future__ import annotations

import io
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12

from printing import (
    Intact,
    Pkcs12Seal,
    Press,
    SealUnusable,
    certify_seal,
    examine,
    write_pkcs12,
)

SEAL_NAME = "Δήμος Αγίων Αναργύρων-Καματερού, θυρίδα ΑΑΚ1"


@pytest.fixture(scope="module")
def sealed(press: Press, family: Any) -> bytes:
    return press.make(family())


@pytest.fixture(scope="module")
def now(family: Any) -> Any:
    return family(1).issued_at + timedelta(days=1)


def test_it_says_by_whom_and_when(sealed: bytes, authority: Any, family: Any, now: Any) -> None:
    assert examine(sealed, authority.pem, now=now) == Intact(SEAL_NAME, family(1).issued_at)


def test_trust_must_hold_a_certificate(sealed: bytes, tmp_path: Path, now: Any) -> None:
    (tmp_path / "empty.pem").write_text("nothing")
    with pytest.raises(ValueError):
        examine(sealed, tmp_path / "empty.pem", now=now)


def test_pyhanko_agrees(sealed: bytes, authority: Any, now: Any) -> None:
    from pyhanko.keys.internal import translate_pyca_cryptography_cert_to_asn1
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    root = translate_pyca_cryptography_cert_to_asn1(authority.certificate)
    context = ValidationContext(trust_roots=[root], moment=now)
    status = validate_pdf_signature(PdfFileReader(io.BytesIO(sealed)).embedded_signatures[0], context)
    assert status.bottom_line
    assert status.coverage.name == "ENTIRE_FILE"
    assert status.pkcs7_signature_mechanism.endswith("ecdsa")


def _command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "printing", "verify", *arguments], capture_output=True, text=True, timeout=100
    )


def test_the_command_line_says_the_same(sealed: bytes, authority: Any, tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(sealed)
    done = _command(str(path), "--trust", str(authority.pem), "--at", "2026-11-22T10:00+02:00")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"intact: sealed by {SEAL_NAME}")


def test_the_seal_file_is_its_owners_alone(seal_file: Path) -> None:
    assert stat.S_IMODE(seal_file.stat().st_mode) == 0o600


def test_a_seal_file_that_cannot_be_used(seal_file: Path, tmp_path: Path) -> None:
    with pytest.raises(SealUnusable, match="passphrase"):
        Pkcs12Seal(seal_file, b"another")
    with pytest.raises(SealUnusable, match="read"):
        Pkcs12Seal(tmp_path / "absent.p12", None)
    (tmp_path / "bad.p12").write_bytes(seal_file.read_bytes()[:50])
    with pytest.raises(SealUnusable, match="damaged"):
        Pkcs12Seal(tmp_path / "bad.p12", b"demo only")
    key = rsa.generate_private_key(65537, 2048)
    raw = pkcs12.serialize_key_and_certificates(None, key, None, None, NoEncryption())
    (tmp_path / "rsa.p12").write_bytes(raw)
    with pytest.raises(SealUnusable, match="elliptic"):
        Pkcs12Seal(tmp_path / "rsa.p12", None)


def test_a_seal_without_passphrase_and_a_second_writing(authority: Any, tmp_path: Path, now: Any) -> None:
    path = tmp_path / "seal.p12"
    path.write_text("older")
    path.chmod(0o644)
    certificate, key = certify_seal(authority.certificate, authority.key, "Θυρίδα ΑΑΚ2", now, 1)
    write_pkcs12(path, certificate, key, chain=(authority.certificate,))
    assert Pkcs12Seal(path, None).name == "Θυρίδα ΑΑΚ2"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_seal_never_outlives_its_authority(authority: Any, now: Any) -> None:
    certificate, _ = certify_seal(authority.certificate, authority.key, "Θυρίδα", now, 50)
    assert certificate.not_valid_after_utc == authority.certificate.not_valid_after_utc
    with pytest.raises(ValueError, match="64"):
        certify_seal(authority.certificate, authority.key, "Θ" * 65, now, 1)
