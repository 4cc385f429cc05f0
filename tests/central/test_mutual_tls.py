"""packaging/nginx as it stands, in front of a real centre: who comes in, as whom, and how fast."""

from __future__ import annotations

import json
import re
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from ports import free_port

from card_reader.profile import key_usage
from sync import Client, RequestRefused
from sync.wire.envelope import sign_with
from sync.wire.http_signing import Request, sign_request

CONFIGURATION = Path(__file__).parents[2] / "packaging" / "nginx" / "municipal-atm.conf"
HEADER = "X-Booth-Certificate"


@dataclass(frozen=True)
class Authority:
    name: x509.Name
    key: ec.EllipticCurvePrivateKey

    @classmethod
    def called(cls, name: str) -> Authority:
        return cls(_name(name), ec.generate_private_key(ec.SECP256R1()))

    def issue(self, subject: x509.Name, file: Path, *, ca: bool = False, days: int = 2) -> tuple[str, str]:
        """A certificate and its key, as PEM files; the authority's own if it is about itself."""
        key = self.key if ca else ec.generate_private_key(ec.SECP256R1())
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=3))
            .not_valid_after(now + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(key_usage(digital_signature=True, signs_certificates=ca), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        certificate, secret = file.with_suffix(".pem"), file.with_suffix(".key")
        certificate.write_bytes(made.public_bytes(Encoding.PEM))
        secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return str(certificate), str(secret)


def _name(*common: str) -> x509.Name:
    organisation = x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Δήμος, a")
    return x509.Name([organisation, *(x509.NameAttribute(NameOID.COMMON_NAME, one) for one in common)])


@dataclass(frozen=True)
class Front:
    """nginx as it runs: its address, the site's authority, and certificates by what they are."""

    url: str
    site: str
    booths: tuple[str, str]
    certificates: dict[str, tuple[str, str]]
    folder: Path

    def get(self, path: str, **more: Any) -> requests.Response:
        with requests.Session() as session:
            session.trust_env = False
            return session.get(self.url + path, verify=self.site, timeout=60, **more)


def _configured(folder: Path, port: int, plain: int, centre: str, files: dict[str, str]) -> Path:
    """The packaged configuration with its blanks filled in, and nothing else changed but ports and one time-out."""
    text = CONFIGURATION.read_text("utf-8")
    text = text.replace("server 127.0.0.1:8080;", f"server {centre};")
    text = text.replace("listen 443 ssl http2;", f"listen 127.0.0.1:{port} ssl http2;")
    text = text.replace("client_header_timeout 10s;", "client_header_timeout 2s;")
    text = text.replace("listen 80;", f"listen 127.0.0.1:{plain};")
    text = re.sub(r"^\s*listen \[::\].*\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"<([^>]+)>", lambda blank: files[blank[1]], text)
    frame = folder / "nginx.conf"
    temporary = "\n".join(f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi"))
    temporary += f"\nuwsgi_temp_path {folder}/uwsgi;\nscgi_temp_path {folder}/scgi;"
    frame.write_text(
        f"daemon off;\nmaster_process off;\npid {folder}/nginx.pid;\nerror_log stderr crit;\n"
        f"events {{ worker_connections 256; }}\nhttp {{\n{temporary}\n{text}\n}}\n",
        encoding="utf-8",
    )
    return frame


@pytest.fixture
def front(town: Any, tmp_path: Path, serve: Any) -> Iterator[Front]:
    toml, port = town.home / "central.toml", free_port(2)
    behind = f'\n[serve]\nclient_certificate_header = "{HEADER}"\nnames = ["127.0.0.1:{port}"]\n'
    toml.write_text(toml.read_text("utf-8") + behind, encoding="utf-8")
    centre = serve(town.home).removeprefix("http://")
    site, booths, others = (Authority.called(name) for name in ("site", "booths", "others"))
    folder = tmp_path / "nginx"
    folder.mkdir()
    (_, _), (root, _) = site.issue(_name("x"), folder / "unused"), site.issue(site.name, folder / "site-ca", ca=True)
    authority, _ = booths.issue(booths.name, folder / "booth-ca", ca=True)
    mine, other = town.booth(0).id, town.booth(1).id
    certificates = {
        "mine": booths.issue(_name(mine), folder / "mine"),
        "other": booths.issue(_name(other), folder / "other"),
        "both": booths.issue(_name(mine, other), folder / "both"),
        "old": booths.issue(_name(mine), folder / "old", days=-1),
        "strange": others.issue(_name(mine), folder / "strange"),
    }
    own, secret = site.issue(_name("127.0.0.1"), folder / "own")
    plain = port + 1
    files = {
        "atm.example.gr": "127.0.0.1",
        "/etc/ssl/municipal-atm/site.pem": own,
        "/etc/ssl/municipal-atm/site.key": secret,
        "/etc/municipal-atm/booth-authority.pem": authority,
        "/var/log/nginx/municipal-atm.log": f"{folder}/access.log",
        "/var/log/nginx/municipal-atm.error.log": f"{folder}/error.log",
    }
    frame = _configured(folder, port, plain, centre, files)
    with subprocess.Popen(
        ["/usr/sbin/nginx", "-p", str(folder), "-c", str(frame)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        try:
            _wait(port, process)
            _held_by_the_strict(port, root)
            yield Front(f"https://127.0.0.1:{port}", root, (mine, other), certificates, folder)
        finally:
            process.terminate()
            process.wait(60)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 40
    while time.monotonic() < until:
        assert process.poll() is None, process.stdout and process.stdout.read()
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("nginx does not listen")


def _held_by_the_strict(port: int, root: str) -> None:
    """Python 3.13 asks it of every server; here too, so that an older Python does not hide a fault of the test."""
    strict = ssl.create_default_context(cafile=root)
    strict.verify_flags |= ssl.VERIFY_X509_STRICT
    with socket.create_connection(("127.0.0.1", port), 10) as line:
        strict.wrap_socket(line, server_hostname="127.0.0.1").close()


def _client(front: Front, town: Any, which: str | None, place: int = 0) -> Client:
    booth = town.booth(place)
    certificate = front.certificates[which] if which else None
    keys = {"centre": booth.centre_signing}
    return Client(front.url, booth.id, booth.key, centre_keys=keys, verify=front.site, cert=certificate)


def _refusal(client: Client) -> tuple[int, str]:
    try:
        with pytest.raises(RequestRefused) as caught:
            client.hello()
    finally:
        client.close()
    return caught.value.status, caught.value.reason


def test_the_line_behind_nginx(front: Front, town: Any) -> None:
    """Every claim of the configuration, on one nginx: it takes a second to start."""
    mine = _client(front, town, "mine")
    assert mine.hello().municipality
    assert mine.pull(0).items
    assert mine.push([]) == []
    mine.close()
    _only_with_its_own_certificate(front, town)
    _strangers_are_slowed_down(front)
    _a_header_from_outside_is_not_believed(front, town)
    _the_public_site_asks_for_no_certificate(front)
    _nothing_of_the_figures(front)
    _too_much_is_refused_at_once(front)
    _nothing_typed_is_in_nginx_logs(front)


def _only_with_its_own_certificate(front: Front, town: Any) -> None:
    assert _refusal(_client(front, town, None))[0] == 403
    assert _refusal(_client(front, town, "other")) == (401, "other-certificate")
    assert _refusal(_client(front, town, "mine", place=1)) == (401, "other-certificate")
    assert _refusal(_client(front, town, "both")) == (401, "other-certificate")
    for which in ("old", "strange"):
        assert _refusal(_client(front, town, which))[0] == 400


def _strangers_are_slowed_down(front: Front) -> None:
    """Six calls a minute for those who come for a certificate; booths are not among them."""
    answers = [front.get("/v2/centre").status_code for _ in range(12)]
    assert answers[0] == 200
    assert answers[-1] == 429
    assert set(answers) == {200, 429}


def _a_header_from_outside_is_not_believed(front: Front, town: Any) -> None:
    booth = town.booth(0)
    for name in (HEADER, HEADER.lower(), HEADER.replace("-", "_")):
        for certificate in (None, "other"):
            headers = {name: f"CN={booth.id}"}
            request = Request("GET", f"{front.url}/v2/hello", headers)
            sign_request(request, None, sign_with(booth.key), key_id=booth.id, now=datetime.now(UTC))
            cert = front.certificates[certificate] if certificate else None
            answer = front.get("/v2/hello", headers=headers, cert=cert)
            assert answer.status_code == (401 if certificate else 403), (name, certificate)


def _the_public_site_asks_for_no_certificate(front: Front) -> None:
    page = front.get("/")
    assert page.status_code == 200
    assert page.headers["strict-transport-security"].startswith("max-age=31536000")
    assert front.get("/healthz").json() == {"state": "ok"}
    context = ssl.create_default_context(cafile=front.site)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    address = front.url.removeprefix("https://").split(":")
    with (
        socket.create_connection((address[0], int(address[1])), 60) as plain,
        context.wrap_socket(plain, server_hostname=address[0]) as wrapped,
    ):
        assert wrapped.version() == "TLSv1.2"


def _nothing_of_the_figures(front: Front) -> None:
    for path in ("/metrics", "/readyz", "//metrics", "/x/../metrics", "/%6detrics"):
        assert front.get(path, cert=front.certificates["mine"]).status_code == 404, path
    # A library tidies addresses before it asks; these go out as they stand.
    for path in ("//metrics", "/x/../metrics", "/./readyz", "/%6d%65trics", "/metrics/", "/metrics%2f", "/metrics#x",
                 "/v2/../metrics", "/v2/centre/../../metrics", "/METRICS", "/metrics;a", "/metrics%3fa", "/%2fmetrics",
                 "/..%2fmetrics", "/metrics%00", "/metrics?x", "/staff/..%2f..%2fmetrics"):  # fmt: skip
        assert _raw(front, path) in (400, 404), path
    for path in ("//v2/hello", "/%76%32/hello", "/v2%2fhello", "/v2/centre/../hello", "/x/../v2/hello", "/v2/./hello",
                 "/v2/centre#/../hello", "/v2/enrol/..%2fhello", "/V2/hello", "/v2;/hello", "/v2/centre%2f..%2fhello",
                 "/v2/hello/", "/v2/outbox/../hello", "/.//v2/hello", "/v2/hello%20", "/%2fv2/hello"):  # fmt: skip
        assert _raw(front, path) in (400, 403, 404, 429), path  # a 401 would be the centre's: asked without certificate


def _raw(front: Front, path: str) -> int:
    """The status of a GET of this very path, without a certificate."""
    context = ssl.create_default_context(cafile=front.site)
    host, port = front.url.removeprefix("https://").split(":")
    with (
        socket.create_connection((host, int(port)), 60) as plain,
        context.wrap_socket(plain, server_hostname=host) as wrapped,
    ):
        wrapped.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode())
        return int(wrapped.recv(200).split(b" ")[1])


def _too_much_is_refused_at_once(front: Front) -> None:
    """nginx says 413 from the length alone; the body never comes."""
    context = ssl.create_default_context(cafile=front.site)
    context.load_cert_chain(*front.certificates["mine"])
    host, port = front.url.removeprefix("https://").split(":")
    with (
        socket.create_connection((host, int(port)), 60) as plain,
        context.wrap_socket(plain, server_hostname=host) as wrapped,
    ):
        wrapped.sendall(f"POST /v2/outbox HTTP/1.1\r\nHost: {host}\r\nContent-Length: 100000000\r\n\r\n".encode())
        assert b" 413 " in wrapped.recv(200)


def _nothing_typed_is_in_nginx_logs(front: Front) -> None:
    front.get("/v/7F3K-92QD-1M8X-0A4T?lang=en", headers={"Referer": "https://marker.example/"})
    front.get("/votes/none/trackers?tracker=MARKER")
    logs = "".join(file.read_text() for file in (front.folder / "access.log", front.folder / "error.log"))
    assert logs.count('"status":') > 10
    assert json.loads(logs.splitlines()[0])["method"] == "GET"
    assert not [marker for marker in ("7F3K", "MARKER", "marker.example", "127.0.0.1") if marker in logs]


@pytest.mark.timeout(300)
def test_the_conformance_suite_through_nginx(front: Front, town: Any, tmp_path: Path) -> None:
    """As docs/wire.md tells others to run it: a server somewhere, with TLS and the booth's certificate."""
    home = town.folder / "booths" / front.booths[0]
    anchors = {name: (home / "anchors" / f"centre-{name}.pem").read_text("ascii") for name in ("signing", "sealing")}
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps(anchors), encoding="utf-8")
    certificate, secret = front.certificates["mine"]
    options = {"server": front.url, "booth": front.booths[0], "key": str(home / "keys" / "signing.pem")}
    options |= {"centre-keys": str(keys), "prefix": "AA1", "ca": front.site}
    options |= {"client-certificate": certificate, "client-key": secret}
    told = [f"--{name}={value}" for name, value in options.items()]
    suite = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-n0",
        "tests/conformance/test_wire.py",
        "-k",
        "Hello or Status or once",
    ]
    done = subprocess.run([*suite, *told], cwd=CONFIGURATION.parents[2], capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stdout[-3000:]
    assert "passed" in done.stdout


def test_who_sends_slowly_is_dropped(front: Front) -> None:
    """Headers drop by drop: after a while nginx hangs up, and the centre never heard of it."""
    context = ssl.create_default_context(cafile=front.site)
    host, port = front.url.removeprefix("https://").split(":")
    began = time.monotonic()
    with (
        socket.create_connection((host, int(port)), 60) as plain,
        context.wrap_socket(plain, server_hostname=host) as wrapped,
    ):
        wrapped.settimeout(1)
        wrapped.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        dropped = False
        while not dropped and time.monotonic() - began < 40:
            try:
                wrapped.sendall(b"X-A: 1\r\n")
                dropped = wrapped.recv(200) == b"" or dropped
            except TimeoutError:
                continue
            except OSError:
                dropped = True
        assert dropped
        assert time.monotonic() - began > 1
