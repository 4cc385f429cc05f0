"""The registrar, on a machine of their own: one credential per card on the frozen roll, sealed at once to that card.

Private credentials live in this process's memory only and are in no file, argument or message. What links a card to a
public credential is written nowhere; of auditors' cards and credentials there are two lists. The order of the public
list is that of the numbers themselves.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from ballot_box import belenios
from ballot_box.credential import Credential, public_part_in
from ballot_box.officials.signing import holds_bare, sign_bare

if TYPE_CHECKING:
    from joserfc.jwk import ECKey, RSAKey

_ENC = "A256GCM"
_PLAINTEXT_BYTES = 256  # every slip is sealed at this length, whatever it holds: a token's tells its card's kind only
_VERSION = 2
_SLIPS, _CREDENTIALS, _DIGEST = "slips.json", "public_credentials.json", "roll_digest.json"
LEFT_OUT = "left_out.json"  # written where there are any
AUDITORS = "auditors.json"  # the same: for the town hall's intake alone, until the end
# Why a card gets no slip. Another card could open it; nothing can be sealed to it; which of its keys is right?
KEY_TWICE, NO_KEY, CARD_TWICE = "key-twice", "no-key", "card-twice"


class BadRoll(ValueError):
    """The roll is not one, or nobody on it can be given a slip. Names the position of the entry at fault."""


class SlipRefused(ValueError):
    """What came out of a voting slip is not a slip of this card and election."""


@dataclass(frozen=True)
class RollEntry:
    """A card's number and the PEM text of the public key in its slot 9D (P-256 or RSA-2048)."""

    card: str
    key: str


@dataclass(frozen=True)
class Roll(Sequence[RollEntry]):
    """Who is given a slip, by card; and `left_out`: (card, why) of those who are not, by card."""

    entries: tuple[RollEntry, ...]
    left_out: tuple[tuple[str, str], ...] = ()

    def __len__(self) -> int:
        return len(self.entries)

    @overload
    def __getitem__(self, place: int) -> RollEntry: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[RollEntry]: ...
    def __getitem__(self, place: int | slice) -> RollEntry | Sequence[RollEntry]:
        return self.entries[place]


@dataclass(frozen=True)
class Registered:
    """All that the registrar hands over. `slips`: (card, JWE) by card number; `left_out`: (card, why) of those without
    one. Nothing here is secret, but for which cards are auditors': `auditors` (ballot_box.officials.records.auditors'
    list of them, "" where there are none) is for the town hall's intake, and `audited` (the public credential of each
    such card) for the registrar's tool alone."""

    election: str
    slips: tuple[tuple[str, str], ...]
    credentials: tuple[str, ...]
    roll_size: int
    roll_sha256: str
    left_out: tuple[tuple[str, str], ...] = ()
    auditors: str = field(default="", repr=False)
    audited: Mapping[str, str] = field(default_factory=dict, repr=False)


def canonical(value: object) -> bytes:
    """Sorted keys, no spaces, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def read_roll(text: str) -> Roll:
    """`[{"card": …, "key": …}…]`, sorted by card. A card whose key another card has too, that no slip can be sealed to,
    or that stands there with two keys, is left out and named; the others vote.

    BadRoll if an entry is malformed, or if no card is left.
    """
    try:
        listed = json.loads(text)
    except (ValueError, RecursionError):
        raise BadRoll("the roll is not JSON") from None
    if not isinstance(listed, list) or not listed:
        raise BadRoll("the roll is not a list of entries")
    entries = []
    for position, one in enumerate(listed):
        if not isinstance(one, dict) or set(one) != {"card", "key"}:
            raise BadRoll(f"entry {position + 1} is not a card and a key")
        if not all(isinstance(part, str) and part for part in one.values()):
            raise BadRoll(f"entry {position + 1} is not a card and a key")
        entries.append(RollEntry(card=one["card"], key=one["key"]))
    return _sorted_out(entries)


def _sorted_out(entries: Sequence[RollEntry]) -> Roll:
    # What stands twice word for word, or with one key in two spellings, is said twice and is one card.
    listed = {(entry.card, _secret_of(entry.key)): entry for entry in entries}
    cards, keys = Counter(card for card, _ in listed), Counter(key for _, key in listed)
    left_out: dict[str, str] = {}
    for card, key in listed:
        if key is None:
            left_out[card] = NO_KEY
        elif keys[key] > 1:
            left_out[card] = KEY_TWICE
        elif cards[card] > 1:
            left_out.setdefault(card, CARD_TWICE)
    kept = [entry for entry in listed.values() if entry.card not in left_out]
    if not kept:
        raise BadRoll(f"no card is left on this roll: {_reasons(left_out)}")
    return Roll(tuple(sorted(kept, key=lambda entry: entry.card)), tuple(sorted(left_out.items())))


def _reasons(left_out: Mapping[str, str]) -> str:
    return ", ".join(f"{why} {count}" for why, count in sorted(Counter(left_out.values()).items()))


def _secret_of(pem: str) -> tuple[str, int] | None:
    """What two spellings of one key have in common, whatever is written around it: of a point its x alone, because the
    point below it belongs to the negated secret, which opens the same. None: no slip can be sealed to it."""
    try:
        match load_pem_public_key(pem.encode()):
            case ec.EllipticCurvePublicKey(curve=ec.SECP256R1()) as point:
                return "P-256", point.public_numbers().x
            case rsa.RSAPublicKey(key_size=2048) as key:
                return "RSA-2048", key.public_numbers().n
            case _:
                return None
    except (ValueError, UnsupportedAlgorithm):
        return None


def roll_digest(roll: Sequence[RollEntry]) -> str:
    """SHA-256 of the canonical roll, hexadecimal: what is published before the vote opens."""
    ordered = sorted(roll, key=lambda entry: entry.card)
    return hashlib.sha256(canonical([{"card": one.card, "key": one.key} for one in ordered])).hexdigest()


def register(
    roll: Sequence[RollEntry],
    election: str,
    signing: ec.EllipticCurvePrivateKey,
    auditors: Collection[str] = (),
) -> Registered:
    """Make the credentials, sign each slip with the registrar's own key, seal it. `auditors`: cards whose public
    credentials are told apart; their slips are as all others. BadRoll if a key is no public key of P-256 or
    RSA-2048."""
    _agree_with_the_tool(election)
    slips: list[tuple[str, str]] = []
    credentials: list[str] = []
    audited: dict[str, str] = {}
    for position, entry in enumerate(roll):
        credential = Credential.generate()
        credentials.append(public_part_in(election, credential))
        if entry.card in auditors:
            audited[entry.card] = credentials[-1]
        slips.append((entry.card, _seal(position, entry, slip_plaintext(entry.card, credential, election, signing))))
    return Registered(
        election=election,
        slips=tuple(sorted(slips)),
        credentials=tuple(sorted(credentials, key=int)),
        roll_size=len(roll),
        roll_sha256=roll_digest(roll),
        left_out=roll.left_out if isinstance(roll, Roll) else (),
        audited=audited,
    )


def _agree_with_the_tool(election: str) -> None:
    """Our derivation against the installed tool's, on a credential that nobody will ever hold."""
    throwaway = Credential.generate()
    if belenios.derive_public(election, throwaway.reveal()) != public_part_in(election, throwaway):
        raise belenios.ToolUnavailable("this belenios-tool derives credentials in another way than this registrar")


def _seal(position: int, entry: RollEntry, slip: bytes) -> str:
    from joserfc import jwe  # here, because only the registrar needs it

    try:
        alg, key = _to(entry.key)
    except (ValueError, UnsupportedAlgorithm):
        raise BadRoll(f"the key of entry {position + 1} is no public key of P-256 or RSA-2048") from None
    header = {"alg": alg, "enc": _ENC, "kid": entry.card}
    return jwe.encrypt_compact(header, slip, key, algorithms=[alg, _ENC])


def _to(pem: str) -> tuple[str, ECKey | RSAKey]:
    """How the content key is wrapped for a card's key, and that key as joserfc has it. Raises ValueError."""
    from joserfc.jwk import ECKey, RSAKey

    match load_pem_public_key(pem.encode()):
        case ec.EllipticCurvePublicKey(curve=ec.SECP256R1()) as point:
            return "ECDH-ES+A256KW", ECKey(point, point)
        case rsa.RSAPublicKey(key_size=2048) as modulus:
            return "RSA-OAEP-256", RSAKey(modulus, modulus)
        case _:
            raise ValueError("neither P-256 nor RSA-2048")


def slip_plaintext(card: str, credential: Credential, election: str, signing: ec.EllipticCurvePrivateKey) -> bytes:
    """What is sealed: canonical JSON, spaces up to one fixed size. BadRoll if the card's number is too long."""
    signature = sign_bare(signing, _said(card, credential.reveal(), election))
    value = {"card": card, "credential": credential.reveal(), "election": election, "signature": signature}
    plain = canonical({**value, "version": _VERSION})
    if len(plain) > _PLAINTEXT_BYTES:
        raise BadRoll("a card's number is too long for a slip")
    return plain.ljust(_PLAINTEXT_BYTES, b" ")


def read_slip(plaintext: bytes, *, card: str, election: str, registrar: ec.EllipticCurvePublicKey) -> Credential:
    """The credential in an opened slip. SlipRefused if it was made for another card, election or version, or by
    another than this registrar: whoever made it has seen the credential in it."""
    try:
        value: Mapping[str, Any] = json.loads(plaintext)
        said, signature = value["credential"], value["signature"]
        expected = {"card": card, "election": election, "version": _VERSION, "credential": said, "signature": signature}
        if value != expected or not holds_bare(signature, _said(card, said, election), registrar):
            raise ValueError
        return Credential(said)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise SlipRefused("not a voting slip of this card and this election") from None


def _said(card: str, credential: str, election: str) -> str:
    """What the registrar signs of a slip."""
    return "municipal-atm voting slip\n" + canonical([card, credential, election]).decode()


def write_out(folder: Path | str, made: Registered) -> None:
    """slips.json, public_credentials.json, roll_digest.json; left_out.json where a card was, and auditors.json where
    there are such cards. FileExistsError rather than a second set of slips."""
    home = Path(folder)
    home.mkdir(parents=True, exist_ok=True)
    refuse_second(home)
    slips = [{"card": card, "slip": slip} for card, slip in made.slips]
    digest = {"election": made.election, "sha256": made.roll_sha256, "size": made.roll_size}
    _write(home / _CREDENTIALS, json.dumps(list(made.credentials), separators=(",", ":")).encode("ascii"))
    _write(home / _DIGEST, canonical(digest))
    if made.left_out:
        _write(home / LEFT_OUT, canonical([{"card": card, "why": why} for card, why in made.left_out]))
    if made.auditors:
        _write(home / AUDITORS, made.auditors.encode(), mode=0o600)
    _write(home / _SLIPS, canonical({"election": made.election, "slips": slips}))  # last: it means "done"


def refuse_second(folder: Path) -> None:
    """FileExistsError where slips lie already."""
    if (folder / _SLIPS).exists():
        raise FileExistsError(f"{_SLIPS} is there already: one election has one set of slips")


def _write(path: Path, content: bytes, mode: int = 0o644) -> None:
    handle, name = tempfile.mkstemp(prefix=".writing-", dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fchmod(file.fileno(), mode)
        os.fsync(file.fileno())
    Path(name).replace(path)
