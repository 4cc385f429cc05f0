"""A town hall with keys and an empty store, on SQLite or PostgreSQL: for tests of the line, without residents."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from outbox_life import BoothOnly

from card_reader import make_card_authority, make_root
from central.kernel.centre import Centre
from central.opening import open_centre

MUNICIPALITY = "test-town"
ROOT = Path(__file__).resolve().parents[2]

_TOML = """\
[municipality]
id = "{municipality}"
[store]
url = "{url}"
[keys]
signing = "signing.pem"
sealing = "sealing.pem"
dossiers = "dossiers.key"
card_authority = "card-authority.pem"
{more_keys}
[folders]
anchors = "anchors"
elections = "elections"
[listen]
host = "127.0.0.1"
port = 0
{more}
"""


def build(home: Path, url: str, more: str = "") -> None:
    """`more`: further tables of central.toml."""
    now = datetime.now(UTC)
    (home / "anchors").mkdir(parents=True)
    authority = make_card_authority(make_root("Δοκιμή", now), "Κάρτες", now)
    (home / "anchors" / "card-authority.pem").write_bytes(authority.certificate.public_bytes(Encoding.PEM))
    keys = {name: ec.generate_private_key(ec.SECP256R1()) for name in ("signing", "sealing", "booth-authority")}
    for name, key in {**keys, "card-authority": authority.key}.items():
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (home / f"{name}.pem").write_bytes(pem)
    (home / "dossiers.key").write_text(secrets.token_hex(32))
    text = _TOML.format(
        municipality=MUNICIPALITY, url=url, more=more, more_keys='booth_authority = "booth-authority.pem"'
    )
    (home / "central.toml").write_text(text, encoding="utf-8")


@contextmanager
def opened(home: Path) -> Iterator[Centre]:
    centre = open_centre(home)
    try:
        yield centre
    finally:
        centre.store.close()


def add_booth(centre: Centre, folder: Path, name: str, prefix: str) -> BoothOnly:
    """A booth with an outbox in `folder`, known at `centre`."""
    keys = centre.keys
    booth = BoothOnly(name, prefix, folder / f"{name}.db", keys.sealing.public_key(), keys.signing.public_key())
    with centre.store.writing() as tx:
        booth.enrol(tx)
    return booth


def start(home: Path, port: int = 0) -> tuple[subprocess.Popen[str], str]:
    """`kiosk-central serve` as a process of its own, and its address."""
    command = [sys.executable, "-m", "central", "serve", "--home", str(home), "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, start_new_session=True)
    assert process.stdout is not None
    line = process.stdout.readline()  # the timeout of the test bounds this
    return process, str(json.loads(line)["url"])


def kill(process: subprocess.Popen[str]) -> None:
    """kill -9, as a power cut would."""
    with_pipe = process.stdout
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    if with_pipe is not None:
        with_pipe.close()


@contextmanager
def serving(home: Path) -> Iterator[str]:
    process, url = start(home)
    try:
        yield url
    finally:
        process.terminate()
        assert process.wait(60) == 0
        assert process.stdout is not None
        process.stdout.close()
