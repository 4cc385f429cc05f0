"""scripts/package-officials: the officials' tool as one file, the same bytes whenever and wherever it is made."""

from __future__ import annotations

import hashlib
import io
import re
import sys
import zipfile
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ENTRY = Path(__file__).with_name("entry.py")
_SHEBANG = b"#!/usr/bin/env python3\n"
_VENDORED = "joserfc"


def own() -> Iterator[tuple[str, bytes]]:
    """ballot_box whole, and of assets the modules that it reads codes and looks at pictures with."""
    yield "__main__.py", ENTRY.read_bytes()
    beside = [ROOT / f"assets/{name}.py" for name in ("__init__", "drawing", "pictures", "typed")]
    for path in [*sorted((ROOT / "ballot_box").rglob("*.py")), *beside]:
        yield path.relative_to(ROOT).as_posix(), path.read_bytes()


def vendored() -> Iterator[tuple[str, bytes]]:
    """joserfc as it is installed here, which set-up did by hash. SystemExit if it is not the locked version."""
    found = distribution(_VENDORED)
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = re.search(rf"^{_VENDORED}==(\S+)", lock, re.MULTILINE)
    if locked is None or locked[1] != found.version:
        sys.exit(f"package-officials: {_VENDORED} {found.version} is not the one of requirements.lock: scripts/setup")
    for file in sorted(found.files or (), key=str):
        if file.suffix == ".py" or file.name.startswith("LICENSE"):
            yield file.as_posix(), file.read_binary()


def package() -> bytes:
    """The zipapp."""
    whole = io.BytesIO()
    whole.write(_SHEBANG)
    # Stored as it is: another machine's zlib may press the same text into other bytes.
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as file:
        for name, content in (*own(), *vendored()):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            file.writestr(entry, content)
    return whole.getvalue()


def main() -> None:
    out = Path(sys.argv[1])
    out.parent.mkdir(parents=True, exist_ok=True)
    made = package()
    out.write_bytes(made)
    out.chmod(0o755)
    print(f"{hashlib.sha256(made).hexdigest()}  {out}")


if __name__ == "__main__":
    main()
