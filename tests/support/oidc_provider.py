"""Starts oidc_provider.mjs, a real OpenID provider of npm's, as a process of its own on loopback."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import requests

ROOT = Path(__file__).resolve().parent.parent.parent
SECRET = "a secret of this test only"


@dataclass(frozen=True)
class Provider:
    issuer: str

    def lets_in(self, sub: str, *groups: str, refuse: bool = False) -> None:
        """Who signs in next, whoever asks."""
        said = {"sub": sub, "groups": list(groups), "refuse": refuse}
        requests.post(f"{self.issuer}/next", json=said, timeout=60).raise_for_status()

    def ask(self, url: str) -> str:
        """What a browser does at the provider: follow it until it sends us home. That address, with code and state."""
        with requests.Session() as browser:
            for _ in range(8):
                answer = browser.get(url, timeout=60, allow_redirects=False)
                assert answer.is_redirect, f"{answer.status_code}: {answer.text[:400]}"
                url = urljoin(url, answer.headers["location"])
                if not url.startswith(self.issuer):
                    return url
        raise AssertionError("the provider sends its guest in circles")


@contextmanager
def provider(redirect: str, folder: Path) -> Iterator[Provider]:
    """Node looks for packages beside the script: so the script is copied to where they are linked."""
    node = shutil.which("node")
    if node is None:
        raise RuntimeError("node is not installed: scripts/system-packages names it")
    (folder / "node_modules").symlink_to(ROOT / ".tools" / "npm" / "node_modules")
    script = folder / "oidc_provider.mjs"
    shutil.copyfile(Path(__file__).with_name("oidc_provider.mjs"), script)
    command = [node, "--no-warnings", "--preserve-symlinks", str(script), redirect, SECRET]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            # oidc-provider prints warnings of its own before our line.
            line = next(line for line in process.stdout if line.startswith("{"))
            yield Provider(json.loads(line)["issuer"])
        finally:
            process.kill()
