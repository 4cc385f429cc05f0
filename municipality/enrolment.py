"""How a new booth and the town hall come to know each other: the code on the invitation, and what the two say.

A code must never be logged: whoever holds an unused one can become that booth.
"""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints

from assets import typed
from municipality.messages import Message, Moment

BOOTH_ID = r"^[a-z0-9][a-z0-9-]{1,30}$"
CARD_TYP = "atm-centre+jws"
TOKEN_BYTES = FINGERPRINT_BYTES = 20  # 160 bits each
_CHECK_BYTES = 5
_OPENING = ("municipal-atm-invitation", "1")

BoothName = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Pem = Annotated[str, StringConstraints(max_length=20_000)]


class CodeRefused(ValueError):
    """This is no invitation. Says what is wrong with its form, never what it holds."""


@dataclass(frozen=True)
class Code:
    """`token`: 20 random bytes, good once. `centre`: the first 20 bytes of the fingerprint of the centre's key."""

    token: bytes = field(repr=False)
    centre: bytes

    def text(self) -> str:
        """Base32 (RFC 4648) in 18 groups of 4; the last 8 characters catch slips of the pen."""
        plain = self.token + self.centre
        letters = base64.b32encode(plain + _check(plain)).decode()
        return "-".join(letters[place : place + 4] for place in range(0, len(letters), 4))

    @classmethod
    def read(cls, text: str) -> Self:
        """As hands type it: small or Greek letters, any spaces, 0, 1, 8 for O, I, B. Raises CodeRefused."""
        letters = typed.read(text, typed.BASE32)
        try:
            data = base64.b32decode(letters or "")
        except ValueError:
            raise CodeRefused("a code has 18 groups of 4 letters and digits") from None
        plain, check = data[:-_CHECK_BYTES], data[-_CHECK_BYTES:]
        if len(plain) != TOKEN_BYTES + FINGERPRINT_BYTES:
            raise CodeRefused("a code has 18 groups of 4 letters and digits")
        if check != _check(plain):
            raise CodeRefused("a letter of the code is wrong: read it again")
        return cls(plain[:TOKEN_BYTES], plain[TOKEN_BYTES:])

    def token_hash(self) -> str:
        return token_hash(self.token)

    def is_of(self, public_key_info: bytes) -> bool:
        """Whether the centre's key, as DER SubjectPublicKeyInfo, is the one that this invitation speaks of."""
        return hashlib.sha256(public_key_info).digest()[:FINGERPRINT_BYTES] == self.centre


def token_hash(token: bytes) -> str:
    """What the centre keeps of a token. 160 random bits need no slow hash: nobody can try them all."""
    return hashlib.sha256(b"municipal-atm enrolment token\n" + token).hexdigest()


def _check(plain: bytes) -> bytes:
    return hashlib.sha256(b"municipal-atm enrolment code\n" + plain).digest()[:_CHECK_BYTES]


@dataclass(frozen=True)
class Invitation:
    """What is printed for the technician: which booth, where the centre is, and the code."""

    booth: str
    centre_url: str
    code: Code

    def text(self) -> str:
        """What the QR holds: five words."""
        return " ".join((*_OPENING, self.booth, self.centre_url, self.code.text()))

    @classmethod
    def read(cls, text: str) -> Self:
        """Raises CodeRefused."""
        words = text.split()
        if len(words) != 5 or tuple(words[:2]) != _OPENING:
            raise CodeRefused(f"not an invitation: expected {' '.join(_OPENING)} and booth, address, code")
        return cls(words[2], words[3], Code.read(words[4]))


class CentreCard(Message):
    """The centre shows its two public keys, PEM, signed with the first (JWS, typ `atm-centre+jws`)."""

    kind: Literal["centre_card"] = "centre_card"
    version: Literal[1] = 1
    municipality: str
    signing: Pem
    sealing: Pem


class EnrolmentClaim(Message):
    """Sealed to the centre: the token, bound to one booth and to one certificate request (hex SHA-256 of its DER)."""

    kind: Literal["enrolment_claim"] = "enrolment_claim"
    version: Literal[1] = 1
    booth: str = Field(pattern=BOOTH_ID)
    token: str = Field(pattern=r"^[0-9a-f]{40}$", repr=False)
    request: str = Field(pattern=r"^[0-9a-f]{64}$")


class EnrolmentRequest(Message):
    """`request`: PKCS#10 in PEM; `claim`: the sealed EnrolmentClaim, JWE compact."""

    kind: Literal["enrolment_request"] = "enrolment_request"
    version: Literal[1] = 1
    booth: str = Field(pattern=BOOTH_ID)
    request: Pem
    claim: Annotated[str, StringConstraints(max_length=20_000)]


class Anchors(Message):
    """What the booth shall trust: certificates (one or several after each other) and public keys, PEM."""

    root: Pem
    card_authority: Pem
    seal_root: Pem
    booth_authority: Pem
    centre_signing: Pem
    centre_sealing: Pem


class Enrolment(Message):
    """The answer: the certificate and everything that the booth's settings need. `serials_given`: of a booth that has
    been one before, the highest serial of a certificate that reached the town hall, of any year; None for a new one."""

    kind: Literal["enrolment"] = "enrolment"
    version: Literal[1] = 1
    booth: str = Field(pattern=BOOTH_ID)
    name_el: BoothName
    name_en: BoothName
    number_prefix: Annotated[str, StringConstraints(min_length=1, max_length=12)]
    municipality: str
    certificate: Pem
    anchors: Anchors
    at: Moment
    serials_given: int | None = Field(default=None, ge=0)

    def text(self) -> str:
        """A new booth's answer is what it was before the last field came: an older program reads it."""
        dropped = {"serials_given"} if self.serials_given is None else set[str]()
        told = self.model_dump(mode="json", exclude=dropped)
        return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class RenewalRequest(Message):
    """Signed, as a request, with the key in use; `request` is for the key that follows it (or the same), PKCS#10."""

    kind: Literal["renewal_request"] = "renewal_request"
    version: Literal[1] = 1
    request: Pem


class Renewal(Message):
    kind: Literal["renewal"] = "renewal"
    version: Literal[1] = 1
    certificate: Pem
