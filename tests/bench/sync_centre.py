"""A whole centre for the benches: a PostgreSQL that writes for good, processes of the centre, nginx with mutual TLS.

The real doors only: seed makes the town, `python -m central serve` serves it. Never on another address than loopback.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import IPv4Address
from pathlib import Path

import sqlalchemy as sa
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key, load_pem_public_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]

import postgres as pg  # noqa: E402

from card_reader import Authority, Slot, certify  # noqa: E402
from central.demo import seed as demo_seed  # noqa: E402
from central.kernel.centre import read_key  # noqa: E402
from central.store import Tx, open_store  # noqa: E402
from central.store.line import booths as booth_rows  # noqa: E402
from central.store.office import registry  # noqa: E402
from central.store.tables import metadata  # noqa: E402

TEMPLATE = "town"
# Residents' cards that speak for acts: a booth of a real town sees each some times a year.
HOLDERS = 200


@dataclass(frozen=True)
class Cluster:
    """A running PostgreSQL. `url` has `{name}` for the database; `pid` is the postmaster's."""

    url: str
    pid: int

    def copy(self, name: str, *, of: str = TEMPLATE) -> str:
        """A fresh database like `of`; its URL."""
        self._say(f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name} TEMPLATE {of}")
        return self.url.format(name=name)

    def create(self, name: str) -> str:
        self._say(f"CREATE DATABASE {name}")
        return self.url.format(name=name)

    def ask(self, name: str, question: str) -> int:
        """One number from a database."""
        engine = sa.create_engine(self.url.format(name=name))
        with engine.connect() as connection:
            answer = int(connection.execute(sa.text(question)).scalar_one())
        engine.dispose()
        return answer

    def size(self, name: str) -> int:
        return self.ask(name, "SELECT pg_database_size(current_database())")

    def _say(self, *statements: str) -> None:
        engine = sa.create_engine(self.url.format(name="postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(sa.text(statement))
        engine.dispose()


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL as Debian installs it, fsync on: the tests' own one does without, which would flatter a bench."""
    home = Path(tempfile.mkdtemp(prefix="bench-pg-", dir="/tmp"))
    home.chmod(0o755)
    data, sockets = home / "data", home / "s"
    sockets.mkdir()
    data.mkdir(mode=0o700)
    if os.geteuid() == 0:
        shutil.chown(data, "postgres")
        shutil.chown(sockets, "postgres")
    programs = pg._bin()
    control = str(programs / "pg_ctl")
    try:
        initdb = [str(programs / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
        pg._as_its_user(*initdb, "--locale=C", cwd=home)
        options = f"-c listen_addresses='' -c unix_socket_directories={sockets}"
        pg._as_its_user(control, "-D", str(data), "-w", "-l", str(data / "log"), "-o", options, "start", cwd=home)
        try:
            pid = int((data / "postmaster.pid").read_text().split()[0])
            yield Cluster(f"postgresql+psycopg://postgres@/{{name}}?host={sockets}", pid)
        finally:
            pg._as_its_user(control, "-D", str(data), "-m", "immediate", "-w", "stop", cwd=home)
    finally:
        shutil.rmtree(home, ignore_errors=True)


@dataclass(frozen=True)
class Booth:
    """What one booth needs to speak: paths only, so that a process can be given it. `folder` holds its files."""

    id: str
    prefix: str
    folder: Path

    @property
    def key(self) -> ec.EllipticCurvePrivateKey:
        key = load_pem_private_key((self.folder / "signing.pem").read_bytes(), None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return key

    @property
    def certificate(self) -> tuple[str, str]:
        """Its own for TLS: certificate and key."""
        return str(self.folder / "tls.crt"), str(self.folder / "tls.key")


@dataclass(frozen=True)
class Holder:
    """A resident of the bench with a card: what stands behind an act that needs the card's word."""

    card: str
    person: str
    pem: bytes  # of the 9A key: processes hand holders to each other
    serial: str

    @property
    def key(self) -> ec.EllipticCurvePrivateKey:
        return _key_in(self.pem)


@cache
def _key_in(pem: bytes) -> ec.EllipticCurvePrivateKey:
    key = load_pem_private_key(pem, None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


@dataclass(frozen=True)
class Town:
    """A seeded municipality whose rows lie in a template database."""

    folder: Path
    booths: tuple[Booth, ...]
    holders: tuple[Holder, ...]

    @property
    def home(self) -> Path:
        return self.folder / "centre"

    @property
    def municipality(self) -> str:
        return demo_seed.MUNICIPALITY

    @property
    def tls(self) -> Path:
        return self.folder / "tls"

    def public_key(self, name: str) -> ec.EllipticCurvePublicKey:
        """`signing` or `sealing` of the centre."""
        key = load_pem_public_key((self.home / "anchors" / f"centre-{name}.pem").read_bytes())
        assert isinstance(key, ec.EllipticCurvePublicKey)
        return key

    def move_to(self, url: str, *, intake: str = "") -> None:
        """Let the centre's settings name another database, and how envelopes are verified ("" leaves that out). What
        the centre remembers beside a database is that database's: the next one is not an old copy of it."""
        (self.home / "served.json").unlink(missing_ok=True)
        file = self.home / "central.toml"
        lines = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("url = ")]
        text = "\n".join(lines).split("\n[intake]")[0].rstrip() + "\n"
        text = text.replace("[store]\n", f'[store]\nurl = "{url}"\n')
        file.write_text(text + (f'\n[intake]\nverify = "{intake}"\n' if intake else ""), encoding="utf-8")


def make_town(scratch: Path, store_url: str, count: int, *, residents: int = 30, tls: bool = True) -> Town:
    """Seed a town, move its rows to the database at `store_url`, and add `count` booths, with certificates for TLS."""
    folder = scratch / "demo"
    demo_seed.seed(folder, residents=residents)
    _move_rows(f"sqlite:///{folder / 'centre' / 'centre.db'}", store_url)
    (folder / "tls").mkdir()
    authority = _certificate_authority(folder / "tls")
    _certify(authority, folder / "tls" / "server", "127.0.0.1", server=True)
    booths = []
    store = open_store(store_url, demo_seed.MUNICIPALITY)
    with store.writing() as tx:
        for place in range(1, count + 1):
            booth = Booth(f"bench-{place:04d}", f"BE{place:04d}", folder / "bench" / f"{place:04d}")
            booth.folder.mkdir(parents=True)
            key = ec.generate_private_key(ec.SECP256R1())
            demo_seed.write_private(booth.folder / "signing.pem", demo_seed.private_pem(key))
            public = demo_seed.public_pem(key.public_key())
            booth_rows.add(tx, booth_rows.Booth(booth.id, booth.id, booth.id, public, booth.prefix))
            if tls:
                _certify(authority, booth.folder / "tls", booth.id, server=False)
            booths.append(booth)
        holders = _add_holders(tx, folder)
    store.close()
    town = Town(folder, tuple(booths), holders)
    town.move_to(store_url)
    return town


def _add_holders(tx: Tx, folder: Path) -> tuple[Holder, ...]:
    """Residents' cards whose keys the bench has: so many that a round meets each some times, as a town's booth does."""
    anchor, secret = (folder / "centre" / name for name in ("anchors/card-authority.pem", "keys/card-authority.pem"))
    authority = Authority(x509.load_pem_x509_certificate(anchor.read_bytes()), read_key("keys.card_authority", secret))
    now = datetime.now(UTC).replace(microsecond=0)
    begins, ends = now - timedelta(days=30), now + timedelta(days=365)
    holders, rows = [], []
    for place in range(1, HOLDERS + 1):
        number, person = f"BK-{place:06d}", f"B{place:06d}"
        keys = [ec.generate_private_key(ec.SECP256R1()) for _ in Slot]
        made = [
            certify(authority, number, slot, key.public_key(), begins, ends)
            for slot, key in zip(Slot, keys, strict=True)
        ]
        pems = {slot: one.public_bytes(Encoding.PEM).decode() for slot, one in zip(Slot, made, strict=True)}
        place_of = list(Slot).index(Slot.AUTHENTICATION)
        own = demo_seed.private_pem(keys[place_of]).encode()
        holders.append(Holder(number, person, own, f"{made[place_of].serial_number:x}"))
        slots = (Slot.AUTHENTICATION, Slot.CARD_AUTHENTICATION, Slot.KEY_MANAGEMENT)
        rows.append(registry.Card(number, person, *(pems[slot] for slot in slots), ends))
    registry.add_cards(tx, rows)
    return tuple(holders)


def _move_rows(source_url: str, target_url: str) -> None:
    old, new = open_store(source_url, demo_seed.MUNICIPALITY), open_store(target_url, demo_seed.MUNICIPALITY)
    new.migrate()
    with old.reading() as source, new.writing() as target:
        for table in metadata.sorted_tables:
            target.connection.execute(sa.delete(table))  # a migration may have put rows of its own
            rows = [dict(row) for row in source.connection.execute(sa.select(table)).mappings()]
            if rows:
                target.connection.execute(sa.insert(table), rows)
    old.close()
    new.close()


@dataclass(frozen=True)
class Served:
    """Where booths knock, who serves them, and their log of timers (empty without `timers`)."""

    url: str
    centre: tuple[int, ...]
    nginx: int
    timers: Path


@contextmanager
def serving(town: Town, *, processes: int = 1, timers: bool = False, proxy: bool = True) -> Iterator[Served]:
    """The centre in so many processes behind one nginx with mutual TLS; without `proxy`, one process over HTTP."""
    with ExitStack() as stack, tempfile.TemporaryDirectory(prefix="bench-nginx-", dir="/tmp") as scratch:
        log = Path(scratch) / "timers"
        log.mkdir()
        started = [stack.enter_context(_centre(town, log if timers else None)) for _ in range(processes)]
        if not proxy:
            yield Served(f"http://127.0.0.1:{started[0][1]}", (started[0][0].pid,), 0, log)
            return
        with _nginx(town, Path(scratch), [port for _, port in started]) as (pid, url):
            yield Served(url, tuple(process.pid for process, _ in started), pid, log)


@contextmanager
def _centre(town: Town, timers: Path | None) -> Iterator[tuple[subprocess.Popen[str], int]]:
    command = [sys.executable, "-m", "central"]
    if timers is not None:
        command = [sys.executable, str(HERE / "sync_timers.py"), str(timers)]
    process = subprocess.Popen(
        [*command, "serve", "--home", str(town.home), "--port", "0"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        if not line:
            raise RuntimeError("the centre did not start")
        yield process, int(json.loads(line)["url"].rpartition(":")[2])
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()


_NGINX = """\
{user}
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  client_max_body_size 17m;
  client_body_buffer_size 2m;
  proxy_buffers 16 64k;
  proxy_buffer_size 64k;
  proxy_read_timeout 120s;
  upstream centre {{
    least_conn;
    {upstream}
    keepalive 16;
  }}
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {tls}/server.crt;
    ssl_certificate_key {tls}/server.key;
    ssl_protocols TLSv1.3;
    ssl_client_certificate {tls}/ca.crt;
    ssl_verify_client on;
    keepalive_requests 100000;
    location / {{
      proxy_pass http://centre;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      # The signature covers the authority that the booth wrote.
      proxy_set_header Host $http_host;
    }}
  }}
}}
"""


@contextmanager
def _nginx(town: Town, folder: Path, ports: list[int]) -> Iterator[tuple[int, str]]:
    folder.chmod(0o755)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = folder / "nginx.conf"
    config.write_text(
        _NGINX.format(
            user="user root;" if os.geteuid() == 0 else "",
            folder=folder,
            port=port,
            tls=town.tls,
            upstream="\n    ".join(f"server 127.0.0.1:{each};" for each in ports),
        )
    )
    binary = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if binary is None:
        raise RuntimeError("nginx is not installed: scripts/test-packages names it")
    process = subprocess.Popen([binary, "-e", str(folder / "error.log"), "-p", str(folder), "-c", str(config)])
    try:
        wait_for_port(port)
        yield process.pid, f"https://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def wait_for_port(port: int, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def end_in_order() -> None:
    """Being told to stop runs every `finally`: no server of ours is left behind."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


_TlsAuthority = tuple[x509.Certificate, ec.EllipticCurvePrivateKey]


def _certificate_authority(folder: Path) -> _TlsAuthority:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Bench")])
    builder = _builder(name, name, key).add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    certificate = builder.sign(key, hashes.SHA256())
    _write(folder / "ca", certificate, key)
    return certificate, key


def _certify(authority: _TlsAuthority, file: Path, name: str, *, server: bool) -> None:
    certificate, key = authority
    own = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = ExtendedKeyUsageOID.SERVER_AUTH if server else ExtendedKeyUsageOID.CLIENT_AUTH
    builder = _builder(subject, certificate.subject, own).add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
    if server:
        alternative = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address(name))])
        builder = builder.add_extension(alternative, critical=False)
    _write(file, builder.sign(key, hashes.SHA256()), own)


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=2))
    )


def _write(file: Path, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
    file.with_suffix(".crt").write_bytes(certificate.public_bytes(Encoding.PEM))
    demo_seed.write_private(file.with_suffix(".key"), demo_seed.private_pem(key))
