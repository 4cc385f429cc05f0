"""A booth that asks to be let in, by hand: it can also do what ours never would. For tests only."""

from __future__ import annotations

import hashlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_public_key
from cryptography.x509.oid import NameOID

from central.app import server_config
from central.kernel.centre import Centre
from central.office.booths import enrolment
from central.office.booths.admission import Officer
from central.office.booths.enrolment import Invited, Plate
from municipality.enrolment import Code, Enrolment, EnrolmentClaim, EnrolmentRequest, Renewal, RenewalRequest
from municipality.staff import Role
from sync import Client, seal

TECHNICIAN = Officer("t.papadaki", Role.TECHNICIAN)
REGISTRAR = Officer("r.nikolaou", Role.REGISTRAR)
PLATE = Plate("athina-03", "Αθηνών 3", "Athinon 3", "AT3")


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def invite(centre: Centre, url: str, *, again: bool = False) -> Invited:
    made = (
        enrolment.invite_again(centre, PLATE.booth, url, TECHNICIAN)
        if again
        else enrolment.invite(centre, PLATE, url, TECHNICIAN)
    )
    assert isinstance(made, Invited), made
    return made


@contextmanager
def serving(centre: Centre) -> Iterator[str]:
    """`centre` over real HTTP, by a thread; gives its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(server_config(centre))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(60)
        listening.close()


def csr(key: ec.EllipticCurvePrivateKey, name: str) -> x509.CertificateSigningRequest:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    return x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())


@dataclass
class Newcomer:
    url: str
    code: Code
    centre_sealing: ec.EllipticCurvePublicKey
    booth: str = PLATE.booth
    key: ec.EllipticCurvePrivateKey = field(default_factory=new_key)
    ahead: timedelta = timedelta(0)

    def enrol(self, **changes: Any) -> Enrolment:
        """Raises sync.RequestRefused. `changes`: name (in the certificate request), claimed (booth of the claim),
        signer."""
        line = self.line(changes.pop("signer", self.key))
        try:
            return Enrolment.read(line.ask("POST", "/v2/enrol", self.words(**changes)))
        finally:
            line.close()

    def words(self, **changes: Any) -> bytes:
        """What it says when it asks to be let in."""
        request = csr(self.key, changes.pop("name", self.booth))
        digest = hashlib.sha256(request.public_bytes(Encoding.DER)).hexdigest()
        claim = EnrolmentClaim(
            booth=changes.pop("claimed", self.booth), token=self.code.token.hex(), request=changes.pop("digest", digest)
        )
        asked = EnrolmentRequest(
            booth=self.booth,
            request=request.public_bytes(Encoding.PEM).decode(),
            claim=seal(claim.text().encode(), self.centre_sealing, kid="centre", size=1024),
        )
        return asked.text().encode()

    def renew(self, following: ec.EllipticCurvePrivateKey) -> Renewal:
        """Raises sync.RequestRefused."""
        asked = RenewalRequest(request=csr(following, self.booth).public_bytes(Encoding.PEM).decode())
        line = self.line(self.key)
        try:
            return Renewal.read(line.ask("POST", "/v2/renew", asked.text().encode()))
        finally:
            line.close()

    def hello(self, key: ec.EllipticCurvePrivateKey | None = None) -> None:
        """Raises sync.RequestRefused."""
        line = self.line(key or self.key)
        try:
            line.hello()
        finally:
            line.close()

    def line(self, key: ec.EllipticCurvePrivateKey) -> Client:
        return Client(self.url, self.booth, key, clock=lambda: datetime.now(UTC) + self.ahead)


def newcomer(centre: Centre, url: str, invited: Invited, **more: Any) -> Newcomer:
    return Newcomer(url, invited.invitation.code, centre.keys.sealing.public_key(), **more)


def key_of(pem: str) -> ec.EllipticCurvePublicKey:
    key = load_pem_public_key(pem.encode())
    assert isinstance(key, ec.EllipticCurvePublicKey)
    return key
