"""A demo authority, a seal, families of any size, and the judges that Debian has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import paper_judges
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from real_printer import real_printer as real_printer_in

from printing import Certificate, Press, Said, Standing, certify_seal, samples, write_pkcs12

NOW = datetime(2026, 11, 21, 12, 5, tzinfo=UTC)
SEAL_NAME = "Δήμος Αγίων Αναργύρων-Καματερού, θυρίδα ΑΑΚ1"
PASSPHRASE = b"demo only"


@dataclass(frozen=True)
class Authority:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    pem: Path


def make_authority(folder: Path, name: str = "Δείγμα: αρχή σφραγίδων") -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Δήμος Αγίων Αναργύρων-Καματερού"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=30))
        .not_valid_after(NOW + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = folder / f"root-{certificate.serial_number:x}.pem"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return Authority(certificate, key, pem)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("stranger"), "Άλλη αρχή")


@pytest.fixture(scope="session")
def seal_file(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Path:
    certificate, key = certify_seal(authority.certificate, authority.key, SEAL_NAME, NOW - timedelta(days=1), 1)
    path = tmp_path_factory.mktemp("seal") / "seal.p12"
    write_pkcs12(path, certificate, key, passphrase=PASSPHRASE)
    return path


@pytest.fixture(scope="session")
def press(seal_file: Path) -> Iterator[Press]:
    with Press(seal_file, passphrase=PASSPHRASE) as one:
        yield one


Family = Callable[..., Certificate]


@pytest.fixture(scope="session")
def family() -> Family:
    """A certificate with a table of so many members."""

    def make(members: int = 4, **changes: Any) -> Certificate:
        values: dict[str, Any] = {
            "municipality": "Δήμος Αγίων Αναργύρων-Καματερού",
            "booth": "Ψηφιακή θυρίδα ΑΑΚ1 · Πλατεία Δημαρχείου",
            "number": "ΑΑΚ1/2026/000123",
            "code": "7KQ4-M2XT-9HVB",
            "verification_url": "https://atm.example.gr/verify/7KQ4M2XT9HVB",
            "standing": Standing.INFORMATION,
        }
        blocks = changes.get("blocks") or samples.family(members)
        title = Said("Πιστοποιητικό οικογενειακής κατάστασης", "Certificate of family status")
        return replace(samples.certificate(blocks, title), **{**values, **changes})

    return make


@pytest.fixture
def real_printer(tmp_path: Path) -> Iterator[Any]:
    """A RealPrinter (see tests/support) with A4 in its trays."""
    folder = tmp_path / "printer"
    folder.mkdir()
    running: AbstractContextManager[Any] = real_printer_in(folder)
    with running as printer:
        yield printer


@pytest.fixture(scope="session")
def judges() -> Any:
    """The functions of paper_judges.py."""
    return paper_judges
