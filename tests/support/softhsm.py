"""A real PKCS#11 token, in software (SoftHSM), in a folder of its own."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import pkcs11

MODULE = "/usr/lib/softhsm/libsofthsm2.so"


@dataclass(frozen=True)
class Token:
    """`pin_file` as kiosk.toml names it."""

    label: str
    pin: str
    pin_file: Path

    def uri(self, key: str = "signing") -> str:
        return f"pkcs11:token={self.label};object={key}?module-path={MODULE}"


@contextmanager
def token(home: Path, label: str = "booth", pin: str = "864209") -> Iterator[Token]:
    (home / "tokens").mkdir()
    (home / "conf").write_text(f"directories.tokendir = {home / 'tokens'}\nlog.level = ERROR\n")
    (home / "pin").write_text(f"{pin}\n")
    with mock.patch.dict(os.environ, {"SOFTHSM2_CONF": str(home / "conf")}):
        words = f"--init-token --free --label {label} --pin {pin} --so-pin 12345678".split()
        subprocess.run(["softhsm2-util", *words], check=True, capture_output=True)
        pkcs11.lib(MODULE).reinitialize()  # another test of this process may have had another folder
        yield Token(label, pin, home / "pin")
        pkcs11.lib(MODULE).finalize()
