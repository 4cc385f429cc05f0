"""A whole card as data: what the demo keeps in a file, and what the virtual card is made from.

It holds private keys and PINs, as a real card does, so it must never be made for a real resident.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from card_reader.management import FACTORY_KEY, ManagementAlgorithm, ManagementKey
from card_reader.pin import Pin
from card_reader.piv import Slot
from card_reader.profile import card_number

PrivateKey: TypeAlias = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
FULL_TRIES = 3
FACTORY_PIN, FACTORY_PUK = "123456", "12345678"  # what blank cards come with


@dataclass(frozen=True)
class CardImage:
    """Keys and certificates by slot, the CHUID's content, PIN and PUK, and the tries left of both."""

    keys: Mapping[Slot, PrivateKey]
    certs: Mapping[Slot, x509.Certificate]
    chuid: bytes
    pin: Pin
    puk: Pin
    tries: int = FULL_TRIES
    puk_tries: int = FULL_TRIES
    management: ManagementKey = FACTORY_KEY

    __hash__ = None  # type: ignore[assignment]

    @classmethod
    def blank(cls, management: ManagementKey = FACTORY_KEY) -> CardImage:
        """A card as it leaves the factory: no keys, no objects, the secrets that everybody knows."""
        pin, puk = Pin(FACTORY_PIN), Pin(FACTORY_PUK)
        return cls(keys={}, certs={}, chuid=b"", pin=pin, puk=puk, management=management)

    @property
    def number(self) -> str | None:
        """The card number, by its 9A certificate."""
        certificate = self.certs.get(Slot.AUTHENTICATION)
        return None if certificate is None else card_number(certificate)

    def __repr__(self) -> str:
        return f"CardImage({self.number})"

    def to_json(self) -> str:
        """Everything, keys and PINs included: write it only where the demo's own files are."""
        return json.dumps(
            {
                "keys": {f"{slot.value:02X}": _key_pem(key) for slot, key in self.keys.items()},
                "certs": {f"{slot.value:02X}": _certificate_pem(cert) for slot, cert in self.certs.items()},
                "chuid": base64.b64encode(self.chuid).decode("ascii"),
                "pin": self.pin.digits(),
                "puk": self.puk.digits(),
                "tries": self.tries,
                "puk_tries": self.puk_tries,
                "management": [self.management.algorithms[0].name, self.management.key.hex()],
            },
            indent=1,
        )

    @classmethod
    def from_json(cls, text: str) -> CardImage:
        """The image that `to_json` wrote. Raises ValueError, without the content, for anything else."""
        try:
            found = json.loads(text)
            algorithm, management = found.get("management", ["TRIPLE_DES", FACTORY_KEY.key.hex()])
            return cls(
                keys={Slot(int(slot, 16)): _read_key(pem) for slot, pem in found["keys"].items()},
                certs={
                    Slot(int(slot, 16)): x509.load_pem_x509_certificate(pem.encode("ascii"))
                    for slot, pem in found["certs"].items()
                },
                chuid=base64.b64decode(found["chuid"], validate=True),
                pin=Pin(found["pin"]),
                puk=Pin(found["puk"]),
                tries=int(found["tries"]),
                puk_tries=int(found["puk_tries"]),
                management=ManagementKey(bytes.fromhex(management), ManagementAlgorithm[algorithm]),
            )
        except (ValueError, TypeError, KeyError, AttributeError):
            raise ValueError("not a card image") from None


def _key_pem(key: PrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")


def _certificate_pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode("ascii")


def _read_key(pem: str) -> PrivateKey:
    key = load_pem_private_key(pem.encode("ascii"), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise ValueError("a key of a kind that our cards never hold")
    return key
