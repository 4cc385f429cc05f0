"""Makes cards: whole ones in memory, real ones from blank cards.

It must never keep a key itself, nor call a card made that is not whole: the CHUID is written last, and a card without
one is blank to every booth.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from card_reader import keys as key_rules
from card_reader import profile, tlv
from card_reader.apdu import CardFault
from card_reader.authority import Authority, certify, years_after
from card_reader.contexts import CARD_CHECK_CONTEXT
from card_reader.image import FACTORY_PUK, CardImage, PrivateKey
from card_reader.keys import BadKey
from card_reader.look import Seen, look_at
from card_reader.management import (
    FACTORY_KEY,
    CardManagement,
    FalseCard,
    Managed,
    ManagementAlgorithm,
    ManagementKey,
    WrongManagementKey,
)
from card_reader.pin import TRANSPORT, Pin
from card_reader.piv import (
    CHUID_OBJECT,
    Algorithm,
    CardKey,
    PinBlocked,
    PinChanged,
    PivCard,
    Slot,
    Verified,
    WrongPin,
    certificate_object,
)
from card_reader.states import CardGone, Connection
from card_reader.trust import signature_holds


def make_card_image(
    authority: Authority,
    number: str,
    pin: Pin,
    puk: Pin,
    now: datetime,
    years: int,
    *,
    rsa_keys: bool = False,
    roles: tuple[str, ...] = (),
) -> CardImage:
    """A whole new card; `rsa_keys` gives RSA-2048 in 9A and 9D, as older tokens have; `roles` as in `certify`.
    Valid from an hour ago, because clocks differ. Raises ValueError unless the PUK has 8 digits.
    """
    if len(puk) != TRANSPORT:
        raise ValueError("a PUK has 8 digits")
    not_before = now - timedelta(hours=1)
    not_after = min(years_after(now, years), authority.certificate.not_valid_after_utc)  # none outlives its issuer
    keys: dict[Slot, PrivateKey] = {
        slot: rsa.generate_private_key(65537, 2048)
        if rsa_keys and slot is not Slot.CARD_AUTHENTICATION
        else ec.generate_private_key(ec.SECP256R1())
        for slot in Slot
    }
    certs = {
        slot: certify(
            authority,
            number,
            slot,
            key.public_key(),
            not_before,
            not_after,
            roles if slot is Slot.AUTHENTICATION else (),
        )
        for slot, key in keys.items()
    }
    return CardImage(keys=keys, certs=certs, chuid=_chuid(not_after), pin=pin, puk=puk)


@dataclass(frozen=True, slots=True)
class CardOrder:
    """What a card shall become. `issue(public key, slot)` gives the certificate for a key that the card has just made.
    It is asked when all keys are made, none of them is weak, no two are one, and `admit` had nothing against them: that
    compares with what was issued before, and says which other cards have a key of these.

    `pin` and `puk` have 8 digits (the transport PIN of the letter). `management` and `factory_puk` are what a blank
    card has now. `new_management` replaces the management key where the card has a command for it. For one card, the
    repeated order must bring the same `puk` and `new_management`; `pin` may be another. `tries`: of PIN and PUK, where
    the card has a command for it. `again`: a whole card, or one of unknown content, may be made anew.
    Raises ValueError for a PIN or PUK of another length.
    """

    issue: Callable[[CardKey, Slot], x509.Certificate]
    pin: Pin
    puk: Pin
    management: ManagementKey = FACTORY_KEY
    new_management: ManagementKey | None = None
    rsa_keys: bool = False
    tries: tuple[int, int] | None = None
    again: bool = False
    factory_puk: str = FACTORY_PUK
    admit: Callable[[Mapping[Slot, CardKey]], BadKey | None] = lambda _keys: None

    def __post_init__(self) -> None:
        if (len(self.pin), len(self.puk)) != (TRANSPORT, TRANSPORT):
            raise ValueError("a transport PIN and a PUK have 8 digits")

    def __repr__(self) -> str:
        return f"CardOrder(rsa_keys={self.rsa_keys}, again={self.again})"


@dataclass(frozen=True, slots=True)
class CardMade:
    """Whole, tried and to be handed over. False flags say what the card had no command for: its management key is then
    still the factory's, its tries the factory's number."""

    certificates: Mapping[Slot, x509.Certificate]
    management_changed: bool
    tries_set: bool


@dataclass(frozen=True, slots=True)
class NotPiv:
    """No PIV card; nothing was done."""


@dataclass(frozen=True, slots=True)
class NotBlank:
    """A whole card (its number, if it is one of a municipality's) or somebody's certificates; nothing was done."""

    number: str | None


@dataclass(frozen=True, slots=True)
class WrongPuk:
    """The card's PUK is neither the factory's nor the order's; `left` tries remain. Only `wipe` helps. Not handed out:
    the card has no CHUID."""

    left: int


@dataclass(frozen=True, slots=True)
class CardRefused:
    """The card refused a step, or did not do it right; `status` is its word, if it gave one. Not handed out."""

    step: str
    status: int | None


Personalised: TypeAlias = (
    CardMade | NotPiv | NotBlank | WrongManagementKey | FalseCard | WrongPuk | BadKey | CardRefused
)


def personalise_card(connection: Connection, order: CardOrder) -> Personalised:
    """Make a card of a blank one, or of one whose making was interrupted at any point. Raises CardGone only.

    A card pulled in the middle has no CHUID: no booth takes it, and the same order begins anew on it. Certificates that
    were issued for the keys of the first attempt then speak of keys that no longer exist.
    """
    try:
        return _Making(connection, order).run()
    except CardFault as fault:
        return CardRefused(fault.doing, fault.status)


def wipe(connection: Connection, seen: Seen | None = None) -> bool:
    """Make a card blank whose PUK nobody knows: its PIN and PUK are blocked on purpose, then it takes RESET.

    `seen`: the card that is meant; another one is left alone. False, with nothing done, from a card that has no RESET:
    blocking it would spoil it. Raises CardGone and CardFault.
    """
    card, management = PivCard(connection), CardManagement(connection)
    if not card.select() or management.version() is None:
        return False
    if seen is not None and look_at(card) != seen:
        raise CardGone("another card")

    def anything() -> Pin:
        return Pin(f"{secrets.randbelow(10**TRANSPORT):0{TRANSPORT}}")

    for attempt in (lambda: card.verify(anything()), lambda: card.unblock(anything(), anything())):
        for _ in range(40):  # at most 15 tries; more only if chance hit the right one
            if isinstance(attempt(), PinBlocked):
                break
    return management.reset()


class _Making:
    """One card being made, step by step; each step leaves a card that can be begun anew."""

    def __init__(self, connection: Connection, order: CardOrder) -> None:
        self._card, self._office, self._order = PivCard(connection), CardManagement(connection), order

    def run(self) -> Personalised:
        order = self._order
        if not self._card.select():
            return NotPiv()
        if not order.again and (found := self._not_blank()) is not None:
            return found
        let_in = self._let_in()
        if not isinstance(let_in, Managed):
            return let_in
        keys = self._new_keys()
        if (bad := key_rules.refuse(keys) or order.admit(keys)) is not None:
            return bad
        certificates = self._certified(keys)
        tries_set = False
        if (wrong := self._secrets()) is not None:
            return wrong
        if order.tries is not None and self._more_tries(order.tries):
            tries_set = True
            if (wrong := self._secrets()) is not None:
                return wrong
        self._try_out(certificates)
        changed = self._management_key(let_in.algorithm)
        chuid = _chuid(min(one.not_valid_after_utc for one in certificates.values()))
        self._office.put(CHUID_OBJECT, chuid)
        if self._card.chuid() != chuid:
            raise CardFault("CHUID was not kept")
        return CardMade(certificates, changed, tries_set)

    def _not_blank(self) -> NotBlank | None:
        found = [one for one in (self._card.certificate(slot) for slot in Slot) if one is not None]
        numbers = {profile.card_number(one) for one in found}
        whole = self._card.chuid() is not None
        if not found or (not whole and None not in numbers):
            return None  # blank, or of ours and never finished
        return NotBlank(numbers.pop() if len(numbers) == 1 else None)

    def _let_in(self) -> Managed | WrongManagementKey | FalseCard:
        """By the factory's key, or by the new one if an earlier attempt came so far."""
        outcome = self._office.authenticate(self._order.management)
        if isinstance(outcome, WrongManagementKey) and self._order.new_management is not None:
            return self._office.authenticate(self._order.new_management)
        return outcome

    def _new_keys(self) -> dict[Slot, CardKey]:
        """From here on the card is blank to every booth, until its CHUID comes."""
        for tag in (CHUID_OBJECT, *(slot.certificate_object for slot in Slot)):
            self._office.put(tag, b"")

        def kind(slot: Slot) -> Algorithm:
            rsa_here = self._order.rsa_keys and slot is not Slot.CARD_AUTHENTICATION
            return Algorithm.RSA_2048 if rsa_here else Algorithm.P_256

        return {slot: self._office.generate(slot, kind(slot)) for slot in Slot}

    def _certified(self, keys: Mapping[Slot, CardKey]) -> dict[Slot, x509.Certificate]:
        made = {}
        for slot, key in keys.items():
            made[slot] = self._order.issue(key, slot)
            if made[slot].public_key() != key:
                raise ValueError("the certificate issued is for another key")
            self._office.put(slot.certificate_object, certificate_object(made[slot].public_bytes(Encoding.DER)))
        return made

    def _secrets(self) -> WrongPuk | None:
        """PUK by the factory's (or itself, after an earlier attempt), then the PIN by the PUK: no PIN try is spent."""
        order = self._order
        outcome = self._card.change_puk(Pin(order.factory_puk), order.puk)
        if isinstance(outcome, WrongPin):
            outcome = self._card.change_puk(order.puk, order.puk)
        match outcome:
            case WrongPin(left):
                return WrongPuk(left)
            case PinBlocked():
                return WrongPuk(0)
            case PinChanged():
                pass
            case _:
                raise CardFault("the card does not take this PUK")
        if not isinstance(self._card.unblock(order.puk, order.pin), PinChanged):
            raise CardFault("the card does not take this PIN")
        return None

    def _more_tries(self, tries: tuple[int, int]) -> bool:
        if not isinstance(self._card.verify(self._order.pin), Verified):
            raise CardFault("the PIN just set is refused")
        return self._office.set_tries(*tries)

    def _try_out(self, certificates: Mapping[Slot, x509.Certificate]) -> None:
        """Every certificate is there, and every key does its work. Raises CardFault."""
        card = self._card
        if not isinstance(card.verify(self._order.pin), Verified):
            raise CardFault("the PIN just set is refused")
        for slot, issued in certificates.items():
            if card.certificate(slot) != issued:
                raise CardFault(f"certificate of {slot.name} was not kept")
            if not _works(card, slot, issued.public_key()):
                raise CardFault(f"key of {slot.name} does not work")
        card.log_out()

    def _management_key(self, algorithm: ManagementAlgorithm) -> bool:
        new = self._order.new_management
        if new is None:
            return False
        return self._office.set_key(new, algorithm if algorithm in new.algorithms else new.algorithms[0])


def _works(card: PivCard, slot: Slot, key: object) -> bool:
    nonce = secrets.token_bytes(32)
    if slot is not Slot.KEY_MANAGEMENT:
        return signature_holds(key, card.sign(slot, CARD_CHECK_CONTEXT, nonce), CARD_CHECK_CONTEXT, nonce)
    if isinstance(key, rsa.RSAPublicKey):
        return card.unwrap_rsa(key.encrypt(nonce, padding.PKCS1v15())).endswith(b"\x00" + nonce)
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return False
    other = ec.generate_private_key(ec.SECP256R1())
    return card.agree(other.public_key()) == other.exchange(ec.ECDH(), key)


def _chuid(not_after: datetime) -> bytes:
    """SP 800-73-4 part 1, 3.1.2: no agency (FASC-N all nines), a random GUID, the expiry date, no signature."""
    agency = bytes.fromhex("D4E739DA739CED39CE739DA1685A1082108CE73984119257FC")
    expires = not_after.astimezone(UTC).strftime("%Y%m%d").encode("ascii")
    parts = ((0x30, agency), (0x34, secrets.token_bytes(16)), (0x35, expires), (0x3E, b""), (0xFE, b""))
    return b"".join(tlv.encode(tag, value) for tag, value in parts)
