"""A trustee's own machine: making the key pair, and decrypting the tally with it.

The private key never leaves the trustee's folder except through a pipe to belenios-tool.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ballot_box import belenios, group
from ballot_box.hidden import Hidden

PRIVATE = "private_key.json"
PUBLIC = "public_key.json"


@dataclass(frozen=True)
class TrusteeKey:
    """Where the two halves lie; `public` is the JSON text for the election's set-up."""

    private_path: Path
    public_path: Path
    public: str


class PrivateKey(Hidden):
    """A trustee's private key in memory, as belenios-tool wrote it."""

    __slots__ = ()

    def __init__(self, text: str) -> None:
        super().__init__(text.strip())

    def public_part(self) -> str:
        """ValueError, without the key in it, if this is not a private key."""
        try:
            return str(pow(group.G, int(self._text.strip('"')), group.P))
        except ValueError:
            raise ValueError("not a trustee's private key") from None


def make_key(folder: Path | str) -> TrusteeKey:
    """A new key pair: private_key.json (0600) and public_key.json. FileExistsError if there is one already."""
    home = Path(folder)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    private, public = home / PRIVATE, home / PUBLIC
    # The tool writes files only; this folder is inside the trustee's own, where the key is going to live anyway.
    with tempfile.TemporaryDirectory(prefix=".key-", dir=home) as scratch:
        made_private, made_public = belenios.generate_trustee_key(Path(scratch))
        made_private.chmod(0o600)
        os.link(made_private, private)
        shutil.copyfile(made_public, public)
    return TrusteeKey(private_path=private, public_path=public, public=public.read_text(encoding="utf-8").strip())
