"""Every certificate that the product makes holds under the strict rules that Python 3.13 asks of both ends of a line
(VERIFY_X509_STRICT: RFC 5280, with key identifiers on each certificate). OpenSSL is the judge, as a program."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

from card_reader import Slot, make_root
from central.office.booths import certificates as booth_certificates


def strictly(certificate: bytes, roots: list[Path], folder: Path) -> str:
    """What OpenSSL says of it, "" if it is content. Any of `roots` may vouch, or stand between."""
    own, all_of_them = folder / "own.pem", folder / "roots.pem"
    own.write_bytes(certificate)
    all_of_them.write_bytes(b"".join(root.read_bytes() for root in roots))
    command = ["openssl", "verify", "-x509_strict", "-check_ss_sig", "-CAfile", str(all_of_them)]
    done = subprocess.run([*command, str(own)], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stderr


def authorities(town: Any) -> list[Path]:
    return [file for file in sorted(town.folder.rglob("anchors/*.pem")) if b"BEGIN CERTIFICATE" in file.read_bytes()]


def made(town: Any) -> Iterator[tuple[str, bytes]]:
    for file in authorities(town):
        yield file.name, file.read_bytes()
    for booth in town.summary["booths"]:
        for file in sorted((town.folder / "booths" / booth["id"] / "keys").glob("*.p12")):
            _, certificate, _ = pkcs12.load_key_and_certificates(file.read_bytes(), None)
            assert certificate is not None
            yield file.name, certificate.public_bytes(Encoding.PEM)
    for slot in Slot:
        yield f"card {slot.name}", town.card("resident").certs[slot].public_bytes(Encoding.PEM)


def test_every_certificate_of_a_town_is_strictly_right(town: Any, centre: Any, tmp_path: Path) -> None:
    found = dict(made(town))
    authority = booth_certificates._authority(centre)
    issued = booth_certificates.certify(
        authority, "b", "m", town.booth().key.public_key(), centre.clock(), booth_certificates.LIFE
    )
    found["booth"] = issued.public_bytes(Encoding.PEM)
    slots = {f"card {slot.name}" for slot in Slot}
    assert found.keys() >= {"seal.p12", "booth-authority.pem", "card-authority.pem", "booth", *slots}
    assert {name: said for name, pem in found.items() if (said := strictly(pem, authorities(town), tmp_path))} == {}


def test_the_judge_sees_a_missing_identifier(centre: Any, tmp_path: Path) -> None:
    now = centre.clock()
    root = make_root("r", now)
    bare = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "x")]))
        .issuer_name(root.certificate.subject)
        .public_key(root.certificate.public_key())
        .serial_number(7)
        .not_valid_before(now)
        .not_valid_after(root.certificate.not_valid_after_utc)
        .sign(root.key, hashes.SHA256())
    )
    pem = tmp_path / "r.pem"
    pem.write_bytes(root.certificate.public_bytes(Encoding.PEM))
    assert "authority key identifier" in strictly(bare.public_bytes(Encoding.PEM), [pem], tmp_path).lower()
