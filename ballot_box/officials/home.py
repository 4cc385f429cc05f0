"""An official's own folder: the identity key and, of a trustee, the part of the key for ballots, both under one
passphrase; the officials that they belong to; and what this official has signed and opened before.

The keys leave it through a pipe to belenios-tool and in no other way.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import PrivateFormat
from cryptography.hazmat.primitives.serialization.pkcs12 import PBES, load_pkcs12, serialize_key_and_certificates
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from ballot_box.hidden import Hidden
from ballot_box.officials import signing
from ballot_box.officials.body import Officials, read_officials
from ballot_box.officials.signing import KeySigner, canonical

IDENTITY, OFFICIALS, MEMORY, CARD = "identity.p12", "officials.json", "memory.jsonl", "card.json"
_PART, _OPENED_BY = "ballots.jwe", "ballots.dkey"
_ALG, _ENC = "ECDH-ES+A256KW", "A256GCM"
LEAST_PASSPHRASE = 12
_ROUNDS = 600_000  # of PBKDF2: half a second for whoever has the words, and for each guess of a thief


class HomeRefused(ValueError):
    """The folder, the passphrase or what is remembered there cannot be used; says which. Never a key."""


class Passphrase(Hidden):
    """Opens an official's keys."""

    __slots__ = ()

    @classmethod
    def new(cls, text: str) -> Passphrase:
        """Raises HomeRefused for one that is too short to be one."""
        if len(text) < LEAST_PASSPHRASE:
            raise HomeRefused(f"a passphrase has at least {LEAST_PASSPHRASE} characters; four words do well")
        return cls(text)


@dataclass(frozen=True)
class Home:
    """The folder at `path`, unlocked."""

    path: Path
    passphrase: Passphrase
    signer: KeySigner

    @classmethod
    def make(cls, path: Path, passphrase: Passphrase, *, rounds: int | None = None) -> Home:
        """A new identity key on P-256. HomeRefused if there is one already: an identity is never written over."""
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = ec.generate_private_key(ec.SECP256R1())
        lock = (
            PrivateFormat.PKCS12.encryption_builder()
            .kdf_rounds(rounds or _ROUNDS)
            .key_cert_algorithm(PBES.PBESv2SHA256AndAES256CBC)
            .hmac_hash(SHA256())
            .build(passphrase.reveal().encode())
        )
        sealed = serialize_key_and_certificates(b"official", key, None, None, lock)
        try:
            _write(path / IDENTITY, sealed, new=True)
        except FileExistsError:
            raise HomeRefused(f"{path}: somebody's keys are here already") from None
        return cls(path, passphrase, KeySigner(key))

    @classmethod
    def open(cls, path: Path, passphrase: Passphrase) -> Home:
        """Raises HomeRefused."""
        try:
            sealed = (path / IDENTITY).read_bytes()
        except OSError:
            raise HomeRefused(f"{path}: no keys of an official are here") from None
        try:
            key = load_pkcs12(sealed, passphrase.reveal().encode()).key
        except ValueError:
            raise HomeRefused("this is not the passphrase") from None
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise HomeRefused(f"{path}: the key is not on P-256")
        return cls(path, passphrase, KeySigner(key))

    @property
    def id(self) -> str:
        return signing.key_id(self.signer.public)

    def keep_part(self, private: Hidden) -> None:
        """The private key of step 1, sealed to the identity key."""
        self._seal(_PART, private.reveal())

    def keep_sealed(self, name: str, text: str) -> None:
        """What nobody else is to read before its time, sealed to the identity key."""
        self._seal(f"{name}.jwe", text)

    def sealed(self, name: str) -> str:
        """It again. Raises HomeRefused."""
        try:
            return self._unsealed(f"{name}.jwe")
        except OSError:
            raise HomeRefused(f"{self.path}: nothing was deposited here for this vote") from None
        except (JoseError, ValueError):
            raise HomeRefused("what was deposited here does not open") from None

    def _seal(self, name: str, text: str) -> None:
        public = ECKey(self.signer.public, self.signer.public)
        sealed = jwe.encrypt_compact({"alg": _ALG, "enc": _ENC}, text, public, algorithms=[_ALG, _ENC])
        _write(self.path / name, sealed.encode("ascii"))

    def _unsealed(self, name: str) -> str:
        sealed = (self.path / name).read_text(encoding="ascii")
        return (jwe.decrypt_compact(sealed, self.signer.jwk, algorithms=[_ALG, _ENC]).plaintext or b"").decode()

    def part(self) -> Hidden:
        """The private key of step 1 again. Raises HomeRefused."""
        try:
            return Hidden(self._unsealed(_PART))
        except OSError:
            raise HomeRefused(f"{self.path}: no part of a key for ballots is here") from None
        except (JoseError, ValueError):
            raise HomeRefused("the part of the key for ballots does not open") from None

    @property
    def opened_by(self) -> Path:
        """What step 6 made for this trustee; only the private key opens it."""
        return self.path / _OPENED_BY

    def keep_opened_by(self, text: str) -> None:
        _write(self.opened_by, text.encode("ascii"))

    @property
    def has_part(self) -> bool:
        return (self.path / _PART).exists()

    def keep_card(self, text: str) -> None:
        """What the others are told of this official: public, and the last that `init` writes."""
        _write(self.path / CARD, text.encode())

    def officials(self) -> Officials:
        """Those that this official has signed for as the last. Raises HomeRefused, BadRecord."""
        try:
            return read_officials((self.path / OFFICIALS).read_text(encoding="utf-8"))
        except OSError:
            raise HomeRefused(f"{self.path}: it is not known yet to which officials this one belongs") from None

    def keep_officials(self, officials: Officials) -> None:
        _write(self.path / OFFICIALS, officials.file().encode())

    def remember(self, what: str, **said: object) -> None:
        """One more line, on the disk when this returns."""
        handle = os.open(self.path / MEMORY, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "a", encoding="utf-8") as file:
            file.write(canonical({"what": what, **said}) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def remembered(self, what: str) -> Iterator[Mapping[str, Any]]:
        """The lines of one kind, oldest first. Raises HomeRefused if one cannot be read: what was forgotten could be
        what forbids the next step."""
        try:
            text = (self.path / MEMORY).read_text(encoding="utf-8")
        except FileNotFoundError:
            return
        *lines, last = text.split("\n")  # not splitlines: a card's number may hold what that takes for an end
        for number, line in enumerate([*lines, last] if last else lines, start=1):
            try:
                value = json.loads(line)
                if value["what"] == what:
                    yield value
            except (ValueError, TypeError, KeyError):
                raise HomeRefused(f"{self.path / MEMORY}: line {number} cannot be read") from None


def _write(path: Path, content: bytes, *, new: bool = False) -> None:
    aside = path.with_name(f".{path.name}.writing")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        if new:
            os.link(aside, path)
            aside.unlink()
        else:
            aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
