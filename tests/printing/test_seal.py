"""The seal: whose it is, what breaks it, and what its file shows."""

from __future__ import annotations

import io
import re
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from hypothesis import given
from hypothesis import strategies as st

from printing import (
    Altered,
    Intact,
    Pkcs12Seal,
    Press,
    SealUnusable,
    Unreadable,
    Unsealed,
    Untrusted,
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


def test_another_root_does_not_trust_it(sealed: bytes, stranger: Any, now: Any) -> None:
    assert isinstance(examine(sealed, stranger.pem, now=now), Untrusted)


def test_an_expired_certificate_is_not_trusted(sealed: bytes, authority: Any, now: Any) -> None:
    assert isinstance(examine(sealed, authority.pem, now=now + timedelta(days=400)), Untrusted)


def _signed_ranges(pdf: bytes) -> tuple[int, int]:
    """Where the hexadecimal signature lies; all the rest is signed."""
    start = pdf.index(b"/Contents <")
    while pdf[start + 11 : start + 13] != b"30":
        start = pdf.index(b"/Contents <", start + 1)
    return start + 10, pdf.index(b">", start) + 1


@given(data=st.data())
def test_any_altered_byte_is_detected(data: st.DataObject, sealed: bytes, authority: Any, now: Any) -> None:
    start, end = _signed_ranges(sealed)
    place = data.draw(st.one_of(st.integers(0, start - 1), st.integers(end, len(sealed) - 1)))
    bit = data.draw(st.integers(0, 7))
    bent = bytearray(sealed)
    bent[place] ^= 1 << bit
    assert not isinstance(examine(bytes(bent), authority.pem, now=now), Intact | Untrusted | Unsealed)


def test_a_name_that_is_none_any_more_is_an_alteration_and_no_crash(sealed: bytes, authority: Any, now: Any) -> None:
    """One bit makes "." of "/": what a parser took for a name becomes a number that is none."""
    start, end = _signed_ranges(sealed)
    names = {found[0]: found.start() for found in re.finditer(rb"/[A-Za-z]+", sealed)}
    places = [place for place in names.values() if place < start or place >= end]
    assert len(places) > 30
    for place in places:
        bent = sealed[:place] + b"." + sealed[place + 1 :]
        assert not isinstance(examine(bent, authority.pem, now=now), Intact | Untrusted | Unsealed), bent[place:][:20]


def test_a_cut_or_lengthened_file_is_altered(sealed: bytes, authority: Any, now: Any) -> None:
    assert examine(sealed[:-200], authority.pem, now=now) != Intact(SEAL_NAME, None)
    assert not isinstance(examine(sealed[: len(sealed) // 2], authority.pem, now=now), Intact)
    assert isinstance(examine(sealed + b"\n% more", authority.pem, now=now), Altered)


def test_a_later_update_of_the_page_is_detected(sealed: bytes, authority: Any, now: Any) -> None:
    from pyhanko.pdf_utils.generic import StreamObject
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(sealed))
    writer.add_stream_to_page(0, writer.add_object(StreamObject(stream_data=b"0 0 300 300 re f")))
    out = io.BytesIO()
    writer.write(out)
    assert out.getvalue().startswith(sealed)
    assert examine(out.getvalue(), authority.pem, now=now) == Altered(SEAL_NAME)


def test_what_is_not_sealed_or_not_a_paper(family: Any, authority: Any, now: Any) -> None:
    from printing.documents.family_status import render

    assert examine(render(family()), authority.pem, now=now) == Unsealed()
    assert examine(b"hello", authority.pem, now=now) == Unreadable()
    assert examine(b"", authority.pem, now=now) == Unreadable()


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


def test_the_command_line_says_the_same(sealed: bytes, authority: Any, stranger: Any, tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    at = "2026-11-22T10:00+02:00"
    path.write_bytes(sealed)
    done = _command(str(path), "--trust", str(authority.pem), "--at", at)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"intact: sealed by {SEAL_NAME}")
    assert _command(str(path), "--trust", str(stranger.pem), "--at", at).returncode == 2
    path.write_bytes(sealed.replace(b"/MediaBox", b"/Mediabox", 1))
    bent = _command(str(path), "--trust", str(authority.pem), "--at", at)
    assert bent.returncode == 1
    assert "ALTERED" in bent.stdout
    wrong = _command(str(tmp_path / "absent.pdf"), "--trust", str(authority.pem))
    assert wrong.returncode == 2
    assert "Traceback" not in wrong.stderr


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
