"""A demo authority, a seal, families of any size, and the judges that Debian has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import paper_judges
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from real_printer import real_printer as real_printer_in

from printing import Certificate, Column, Paragraph, Press, Row, Standing, Table, certify_seal, write_pkcs12

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


_GIVEN = ("Γεώργιος", "Αικατερίνη-Ευαγγελία", "Άννα", "Μάιος", "Ιωάννης", "Ελένη", "Νικόλαος", "Μαρία-Λουΐζα")


COLUMNS = (
    Column(("α/α",), 0.045),
    Column(("Σχέση",), 0.13),
    Column(("Επώνυμο", "Όνομα"), 0.26),
    Column(("Όνομα πατέρα", "Όνομα μητέρας"), 0.23),
    Column(("Γέννηση", "Τόπος"), 0.2),
    Column(("Αριθμός", "δημοτολογίου"), 0.135),
)


def _member(place: int, applicant: bool) -> Row:
    woman = place % 2 == 1
    return Row(
        (
            (f"**{place + 1}" if applicant else str(place + 1),),
            (("Αρχηγός μερίδας", "Σύζυγος")[place] if place < 2 else "Τέκνο",),
            (
                "**Κωνσταντινοπούλου-Παπαχαραλάμπους" if woman else "**Παπαδόπουλος",
                _GIVEN[place % len(_GIVEN)],
            ),
            (
                "Αναστάσιος" if place == 0 else "Γεώργιος",
                "Ευφροσύνη" if place == 0 else "Αικατερίνη-Ευαγγελία",
            ),
            (
                date(1968 + place, 1 + place % 12, 3 + place % 25).strftime("%d/%m/%Y"),
                "Άγιοι Ανάργυροι Αττικής" if woman else "Καματερό",
            ),
            (f"{4100 + place}/{place + 1}",),
        ),
        marked=applicant,
    )


def _blocks(members: int, applicant: int) -> tuple[Any, ...]:
    return (
        Paragraph(
            "Με βάση τα στοιχεία του δημοτολογίου, όπως ήταν στις 20 Μαΐου 2026, στην οικογενειακή μερίδα με αριθμό "
            "**4127** είναι γραμμένα τα πρόσωπα του πίνακα που ακολουθεί."
        ),
        Paragraph(f"Εκδίδεται με αίτηση του προσώπου με α/α {applicant + 1}."),
        Table(
            COLUMNS,
            tuple(_member(place, place == applicant) for place in range(members)),
            f"Ο πίνακας κλείνει εδώ με {members} πρόσωπα.",
        ),
    )


Family = Callable[..., Certificate]


@pytest.fixture(scope="session")
def family() -> Family:
    """A certificate with a table of so many members."""

    def make(members: int = 4, applicant: int = 0, **changes: Any) -> Certificate:
        values: dict[str, Any] = {
            "title": "Πιστοποιητικό οικογενειακής κατάστασης",
            "municipality": "Δήμος Αγίων Αναργύρων-Καματερού",
            "unit": "Δημοτική Ενότητα Αγίων Αναργύρων",
            "booth": "Ψηφιακή θυρίδα ΑΑΚ1 · Πλατεία Δημαρχείου",
            "number": "ΑΑΚ1/2026/000123",
            "code": "7KQ4-M2XT-9HVB",
            "verification_url": "https://atm.example.gr/verify/7KQ4M2XT9HVB",
            "issued_at": datetime(2026, 11, 21, 14, 5, tzinfo=ZoneInfo("Europe/Athens")),
            "standing": Standing.INFORMATION,
            "blocks": _blocks(members, applicant),
            "sample": True,
        }
        return Certificate(**{**values, **changes})

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
