"""Which server the conformance suite speaks to: one that is named on the command line, or our own, seeded and started.

    pytest tests/conformance --server URL --booth ID --key FILE --centre-keys FILE --prefix TEXT [--ca FILE]
                             [--client-certificate FILE --client-key FILE]

`--key`: the booth's P-256 key, PEM. `--centre-keys`: JSON `{"signing": PEM, "sealing": PEM}`, both of kid `centre`.
`--prefix`: of the certificate numbers that this booth may give. The server must know the booth as active.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from wire_booth import WireBooth

OPTIONS = {
    "server": "address of the server, such as https://atm.example.gr",
    "booth": "the booth's id",
    "key": "the booth's private key, PEM",
    "centre-keys": 'JSON: {"signing": PEM, "sealing": PEM}',
    "prefix": "what the booth's certificate numbers begin with",
    "ca": "who signed the server's certificate, PEM",
    "client-certificate": "the booth's certificate, PEM",
    "client-key": "its key, PEM",
}
NEEDED = ("booth", "key", "centre-keys", "prefix")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("conformance")
    for name, words in OPTIONS.items():
        group.addoption(f"--{name}", dest=f"conformance_{name}", default=None, help=words)


def _option(config: pytest.Config, name: str) -> str | None:
    found = config.getoption(f"conformance_{name}", None)
    return found if isinstance(found, str) else None


@pytest.fixture(scope="session")
def booth(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WireBooth]:
    """A booth that speaks to the server under test."""
    server = _option(request.config, "server")
    if server is None:
        with _our_own(tmp_path_factory.mktemp("conformance") / "demo") as made:
            yield made
        return
    given = {name: _option(request.config, name) for name in OPTIONS}
    missing = [f"--{name}" for name in NEEDED if given[name] is None]
    if missing:
        raise pytest.UsageError(f"with --server also {', '.join(missing)}")
    keys = json.loads(Path(str(given["centre-keys"])).read_text("utf-8"))
    pair = (given["client-certificate"], given["client-key"])
    with WireBooth(
        url=server.rstrip("/"),
        id=str(given["booth"]),
        key=private(Path(str(given["key"])).read_bytes()),
        signing=public(keys["signing"].encode()),
        sealing=public(keys["sealing"].encode()),
        prefix=str(given["prefix"]),
        verify=given["ca"] or True,
        certificate=(str(pair[0]), str(pair[1])) if all(pair) else None,
    ) as made:
        yield made


def private(pem: bytes) -> ec.EllipticCurvePrivateKey:
    key = load_pem_private_key(pem, None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


def public(pem: bytes) -> ec.EllipticCurvePublicKey:
    key = load_pem_public_key(pem)
    assert isinstance(key, ec.EllipticCurvePublicKey)
    return key


class _our_own:
    """Our own centre as a process, with a small town in it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> WireBooth:
        from central.demo.seed import seed

        summary: dict[str, Any] = seed(self._folder, residents=30)
        command = [sys.executable, "-m", "central", "serve", "--home", str(self._folder / "centre"), "--port", "0"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        url = json.loads(self._process.stdout.readline())["url"]
        home = self._folder / "booths" / summary["booths"][0]["id"]
        toml = (home / "kiosk.toml").read_text("utf-8")
        prefix = next(line.split('"')[1] for line in toml.splitlines() if line.startswith("number_prefix"))
        self._booth = WireBooth(
            url=url,
            id=home.name,
            key=private((home / "keys" / "signing.pem").read_bytes()),
            signing=public((home / "anchors" / "centre-signing.pem").read_bytes()),
            sealing=public((home / "anchors" / "centre-sealing.pem").read_bytes()),
            prefix=prefix,
        )
        return self._booth

    def __exit__(self, *_: object) -> None:
        self._booth.close()
        self._process.terminate()
        assert self._process.wait(60) == 0
        assert self._process.stdout is not None
        self._process.stdout.close()
