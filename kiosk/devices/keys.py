"""The booth's signing key where it cannot be copied: a PKCS#11 token (a chip card, an HSM, a TPM behind its module).

It must never take the private half out, nor let a PIN into an exception, a log or a repr.
"""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import unquote

import pkcs11
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, KeySerializationEncryption, PrivateFormat

# secp256r1 as DER: what CKA_EC_PARAMS holds.
_P256 = bytes.fromhex("06082a8648ce3d030107")
_SIGNS = pkcs11.MechanismFlag.SIGN | pkcs11.MechanismFlag.VERIFY


class KeyRefused(Exception):
    """The token, its PIN or its key cannot be used. Says which, never the PIN."""


@dataclass(frozen=True)
class Place:
    """A `pkcs11:` URI (RFC 7512) as far as it is used here: module, token's label or serial number, key's label."""

    module: str
    token: str
    serial: str
    key: str

    @classmethod
    def read(cls, uri: str) -> Place:
        """Raises KeyRefused. A PIN in the URI is refused: it would stand in kiosk.toml."""
        path, _, query = uri.removeprefix("pkcs11:").partition("?")
        parts = dict(part.partition("=")[::2] for part in re.split("[;&]", f"{path};{query}") if part)
        if not uri.startswith("pkcs11:") or {"pin-value", "pin-source"} & set(parts):
            raise KeyRefused("expected pkcs11:token=…;object=…?module-path=…, and the PIN in a file of its own")
        known = {name: unquote(value) for name, value in parts.items()}
        if not (known.get("token") or known.get("serial")) or not known.get("object") or "module-path" not in known:
            raise KeyRefused("expected pkcs11:token=…;object=…?module-path=… (token, object and module-path)")
        return cls(known["module-path"], known.get("token", ""), known.get("serial", ""), known["object"])


def read_pin(file: Path | None) -> str:
    """The token's PIN from its file, a systemd credential on a real booth. Raises KeyRefused."""
    if file is None:
        raise KeyRefused("keys.pin_file is missing; expected a file with the token's PIN")
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise KeyRefused(f"keys.pin_file: {file} cannot be read") from None


def token_key(uri: str, pin: str) -> TokenKey:
    """The key that is there. Raises KeyRefused."""
    place = Place.read(uri)
    with _told(place):
        return TokenKey(place, _Token(place, pin))


def make_token_key(uri: str, pin: str) -> TokenKey:
    """The key that is there, or a new one that never leaves the token. Raises KeyRefused."""
    place = Place.read(uri)
    with _told(place):
        token = _Token(place, pin)
        if not token.has_key():
            token.make_key()
        return TokenKey(place, token)


class TokenKey(ec.EllipticCurvePrivateKey):
    """A private key whose operations the token does: for whoever signs, like any other. Threads may share it."""

    def __init__(self, place: Place, token: _Token) -> None:
        self._place = place
        self._token = token
        self._public = token.public_key()

    def __repr__(self) -> str:
        return f"TokenKey({self._place.key!r})"

    def sign(self, data: Any, signature_algorithm: ec.EllipticCurveSignatureAlgorithm) -> bytes:
        """DER. Raises KeyRefused if the token is gone."""
        algorithm = signature_algorithm.algorithm
        if isinstance(algorithm, Prehashed) or not isinstance(algorithm, hashes.SHA256):
            raise UnsupportedAlgorithm("booths sign with SHA-256")
        hashed = hashes.Hash(hashes.SHA256())
        hashed.update(data)
        with _told(self._place):
            raw = self._token.sign(hashed.finalize())
        return encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self._public

    @property
    def curve(self) -> ec.EllipticCurve:
        return self._public.curve

    @property
    def key_size(self) -> int:
        return self._public.key_size

    def exchange(self, algorithm: ec.ECDH, peer_public_key: ec.EllipticCurvePublicKey) -> NoReturn:
        raise UnsupportedAlgorithm("a booth's key signs and does nothing else")

    def private_numbers(self) -> NoReturn:
        raise UnsupportedAlgorithm("the key stays in its token")

    def private_bytes(
        self, encoding: Encoding, format: PrivateFormat, encryption_algorithm: KeySerializationEncryption
    ) -> NoReturn:
        raise UnsupportedAlgorithm("the key stays in its token")

    def __copy__(self) -> TokenKey:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> TokenKey:
        return self


class _Token:
    """One session, opened when it is needed and once more if the token was away in between."""

    def __init__(self, place: Place, pin: str) -> None:
        self._place = place
        self._pin = pin
        self._lock = threading.RLock()
        self._session: Any = None
        self._key: Any = None

    def has_key(self) -> bool:
        with self._lock:
            return self._find(pkcs11.ObjectClass.PRIVATE_KEY) is not None

    def make_key(self) -> None:
        with self._lock:
            template = self._opened().create_domain_parameters(
                pkcs11.KeyType.EC, {pkcs11.Attribute.EC_PARAMS: _P256}, local=True
            )
            try:
                # A TPM's module (tpm2-pkcs11 1.9) makes no key that is only said to sign; it loses a slot in refusing.
                self._generate(template, _SIGNS | pkcs11.MechanismFlag.ENCRYPT | pkcs11.MechanismFlag.DECRYPT)
            except pkcs11.PKCS11Error:
                self._generate(template, _SIGNS)

    def _generate(self, template: Any, uses: pkcs11.MechanismFlag) -> None:
        template.generate_keypair(
            store=True,
            label=self._place.key,
            id=b"\x01",
            capabilities=uses,
            private_template={pkcs11.Attribute.SENSITIVE: True, pkcs11.Attribute.EXTRACTABLE: False},
        )

    def public_key(self) -> ec.EllipticCurvePublicKey:
        with self._lock:
            found = self._find(pkcs11.ObjectClass.PUBLIC_KEY)
            if found is None or not self.has_key():
                raise KeyRefused(f"there is no key {self._place.key!r} on the token")
            point = bytes(found[pkcs11.Attribute.EC_POINT])
        # CKA_EC_POINT is a DER octet string around the point (PKCS#11 2.40, 2.3.3); some modules leave it bare.
        if point[:2] == b"\x04\x41" and len(point) == 67:
            point = point[2:]
        try:
            return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        except ValueError:
            raise KeyRefused(f"the key {self._place.key!r} is not one of P-256") from None

    def sign(self, digest: bytes) -> bytes:
        """r||s, 64 bytes."""
        with self._lock:
            try:
                return self._sign(digest)
            except pkcs11.PKCS11Error:
                self._close()  # taken out and put back, or its service was started again
                return self._sign(digest)

    def _sign(self, digest: bytes) -> bytes:
        if self._key is None:
            self._key = self._find(pkcs11.ObjectClass.PRIVATE_KEY)
        if self._key is None:
            raise KeyRefused(f"there is no key {self._place.key!r} on the token")
        return bytes(self._key.sign(digest, mechanism=pkcs11.Mechanism.ECDSA))

    def _find(self, kind: pkcs11.ObjectClass) -> Any:
        wanted = {
            pkcs11.Attribute.CLASS: kind,
            pkcs11.Attribute.KEY_TYPE: pkcs11.KeyType.EC,
            pkcs11.Attribute.LABEL: self._place.key,
        }
        found = list(self._opened().get_objects(wanted))
        if len(found) > 1:
            raise KeyRefused(f"there are several keys {self._place.key!r} on the token")
        return found[0] if found else None

    def _opened(self) -> Any:
        if self._session is None:
            wanted = {"token_label": self._place.token} if self._place.token else {}
            if self._place.serial:
                wanted["token_serial"] = self._place.serial
            try:
                module = pkcs11.lib(self._place.module)
            except (pkcs11.PKCS11Error, OSError, RuntimeError):
                raise KeyRefused(f"the module {self._place.module} cannot be loaded") from None
            token = module.get_token(**wanted)
            try:
                self._session = token.open(rw=True, user_pin=self._pin)
            except pkcs11.UserAlreadyLoggedIn:  # a token is open to a whole process
                self._session = token.open(rw=True)
        return self._session

    def _close(self) -> None:
        self._key = None
        if self._session is not None:
            with contextlib.suppress(pkcs11.PKCS11Error):
                self._session.close()
            self._session = None


@contextlib.contextmanager
def _told(place: Place) -> Iterator[None]:
    """The library's troubles in our words."""
    try:
        yield
    except (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange):
        why = "the PIN is wrong"
    except pkcs11.PinLocked:
        why = "the PIN is locked"
    except (pkcs11.NoSuchToken, pkcs11.TokenNotPresent):
        why = "it is not there"
    except pkcs11.PKCS11Error as trouble:
        why = type(trouble).__name__
    else:
        return
    raise KeyRefused(f"token {place.token or place.serial!r}: {why}")
