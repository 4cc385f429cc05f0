"""Personalising: a blank card in the office's reader becomes somebody's, with a PIN letter to go with it.

Must never keep a PIN, a PUK or a block code, nor leave a certificate valid that stands on no finished card.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding

from card_reader import (
    FACTORY_KEY,
    Authority,
    BadKey,
    CardFault,
    CardGone,
    CardKey,
    CardMade,
    CardOrder,
    Connection,
    ManagementKey,
    NotBlank,
    Personalised,
    Pin,
    PinBlocked,
    PinChanged,
    PinRefused,
    PivCard,
    Slot,
    WrongPin,
    WrongPuk,
    block_code_hash,
    card_number,
    certify,
    new_block_code,
    personalise_card,
)
from central.kernel.centre import Centre, read_key, read_secret, signed_settings
from central.kernel.outcome import Refused
from central.office.cards import keys as card_keys
from central.office.cards import wiping as card_wiping
from central.office.cards.letters import LetterBox, LetterFailed, letter_press, send
from central.office.cards.lifecycle import SALT_BYTES, Why
from central.office.cards.wiping import Spared
from central.office.roll import registry
from central.settings import BadSettings
from central.store import Tx, alarms, audit
from central.store.office import cards as rows
from central.store.office import registry as registry_rows
from municipality.matters.cards.rules import Bearer, State
from municipality.residents import FamilyShare, Person
from municipality.staff import TECHNICIAN_ROLE, Role
from printing import PinLetter

_DIGITS: Final = 8
_COLUMNS: Final = {
    Slot.AUTHENTICATION: "authentication",
    Slot.CARD_AUTHENTICATION: "card_authentication",
    Slot.KEY_MANAGEMENT: "key_management",
}


@dataclass(frozen=True)
class Made:
    """`letter`: the serial of its PIN letter. False flags: what this kind of card had no command for."""

    card: str
    letter: str
    management_changed: bool


@dataclass(frozen=True)
class Failed:
    """Nothing to hand over; the order stands, its certificates are revoked. `outcome`: what card or letter said."""

    outcome: Personalised | CardGone | CardFault | LetterFailed | Spared


@dataclass(frozen=True)
class Overtaken:
    """Somebody else has begun to make this card meanwhile; what was made here is void."""


@dataclass(frozen=True)
class Blank:
    """How a blank card comes: its management key, and whether it is emptied first (`wipe`: card_wiping.py), for one
    that an earlier attempt left under another number."""

    management: ManagementKey = FACTORY_KEY
    rsa_keys: bool = False
    wipe: bool = False


Making: TypeAlias = Made | Failed | Overtaken | Refused


@dataclass(frozen=True)
class _Keys:
    """What can be made again for one card, and is kept nowhere."""

    puk: Pin = field(repr=False)
    management: bytes = field(repr=False)


def personalise(
    centre: Centre, connection: Connection, card: str, box: LetterBox, *, who: str, blank: Blank | None = None
) -> Making:
    """Make the ordered `card` of the blank one behind `connection`; the letter goes into `box`.

    Pulled or refused at any point: the order stands as it was, and the same call with the same card finishes it.
    Raises LetterFailed (before anything was done), BadSettings.
    """
    blank = blank or Blank()
    authority = Authority(centre.card_authorities[0], read_key("keys.card_authority", centre.settings.card_authority))
    office = _office_key(centre)
    # Once for all of it: a clock that is in doubt half-way must not keep its end from being written down.
    now = centre.clock()
    begun = centre.store.once(lambda tx: _begin(tx, card, who, now))
    if isinstance(begun, Refused):
        return begun
    held, salt = begun
    keys = _derived(office, salt, card)
    box.make_ready()
    outcome: Making = Overtaken()
    try:
        outcome = _make(centre, connection, held, box, keys, authority, blank, who, now)
    finally:
        if not isinstance(outcome, Made):
            box.give_up()
            centre.store.once(lambda tx: _ended(tx, held, outcome, who, now))
            if not centre.shifted:
                registry.publish_soon(centre)
    return outcome


def _ended(tx: Tx, held: rows.Held, outcome: Making, who: str, now: datetime) -> None:
    """An attempt without a card: what was issued in it is void, and keys that nobody may have are told of."""
    rows.revoke_issued(tx, held.card, now, letter=held.letter)
    if isinstance(outcome, Failed) and isinstance(outcome.outcome, BadKey):
        audit.note(tx, who, Role.REGISTRAR, "card.bad_key", held.card, now)
        for other in set(outcome.outcome.cards) - {held.card}:
            alarms.ring(tx, card_keys.DOUBLED, "", other, now)


def _begin(tx: Tx, card: str, who: str, now: datetime) -> tuple[rows.Held, bytes] | Refused:
    """A new attempt: what earlier ones were issued is revoked, and only this one may finish."""
    held, kept = rows.find(tx, card, lock=True), rows.secrets_of(tx, card)
    if held is None or kept is None:
        return Refused(Why.NO_SUCH_CARD)
    if held.state is not State.ORDERED:
        return Refused(Why.NOT_NOW)
    letter = rows.take_letter(tx)
    rows.revoke_issued(tx, card, now)
    rows.change(tx, card, letter=letter)
    audit.note(tx, who, Role.REGISTRAR, "card.begin", card, now)
    return replace(held, letter=letter), bytes.fromhex(kept.secret_salt)


def _make(
    centre: Centre,
    connection: Connection,
    held: rows.Held,
    box: LetterBox,
    keys: _Keys,
    authority: Authority,
    blank: Blank,
    who: str,
    now: datetime,
) -> Making:
    pin, code = _random_pin(), new_block_code()
    try:
        order = CardOrder(
            issue=_issuer(centre, authority, held, now),
            pin=pin,
            puk=keys.puk,
            management=blank.management,
            new_management=ManagementKey(keys.management[: len(blank.management.key)]),
            rsa_keys=blank.rsa_keys,
            admit=lambda made: card_keys.certify_once(centre, held.card, made, now),
        )
        outcome = _on_card(centre, connection, order, held.card, who=who, empty=blank.wipe, now=now)
        if not isinstance(outcome, CardMade):
            return outcome if isinstance(outcome, Overtaken) else Failed(outcome)
        with letter_press() as press:
            send(press, _letter(centre, held, pin, code, now), box)
    except _Overtaken:
        return Overtaken()
    except LetterFailed as failed:
        return Failed(failed)
    finally:
        pin.wipe()
        keys.puk.wipe()
    hashed = block_code_hash(code, secrets.token_bytes(SALT_BYTES))
    return centre.store.once(lambda tx: _finish(tx, held, outcome, hashed, who, now))


class _Overtaken(Exception):
    """Out of the issuing: another attempt has begun."""


def _issuer(
    centre: Centre, authority: Authority, held: rows.Held, now: datetime
) -> Callable[[CardKey, Slot], x509.Certificate]:
    """Each certificate is written down before the card gets it, so that none can be out that is not known."""
    begins = now - timedelta(hours=1)
    ends = min(held.not_after, authority.certificate.not_valid_after_utc)
    roles = (TECHNICIAN_ROLE,) if held.bearer is Bearer.TECHNICIAN else ()

    def issue(key: CardKey, slot: Slot) -> x509.Certificate:
        made = certify(authority, held.card, slot, key, begins, ends, roles if slot is Slot.AUTHENTICATION else ())

        def note(tx: Tx) -> bool:
            mine = _is_mine(tx, held)
            if mine:
                serial = f"{made.serial_number:x}"
                rows.note_issued(tx, [rows.Issued(serial, held.card, f"{slot.value:02X}", held.letter, now)])
            return mine

        if not centre.store.once(note):
            raise _Overtaken
        return made

    return issue


def _is_mine(tx: Tx, held: rows.Held) -> bool:
    still = rows.find(tx, held.card, lock=True)
    return still is not None and still.state is State.ORDERED and still.letter == held.letter


def _on_card(
    centre: Centre, connection: Connection, order: CardOrder, card: str, *, who: str, empty: bool, now: datetime
) -> Personalised | CardGone | CardFault | Spared:
    try:
        if empty and (left_alone := card_wiping.empty(centre, connection, card, who=who, now=now)) is not None:
            return left_alone
        outcome = personalise_card(connection, order)
        if isinstance(outcome, NotBlank) and outcome.number == card:
            # Finished on the card, but not in our books: the power went between the two. It is made anew.
            outcome = personalise_card(connection, replace(order, again=True))
    except (CardGone, CardFault) as trouble:
        return trouble
    return outcome


def _finish(tx: Tx, held: rows.Held, made: CardMade, hashed: str, who: str, now: datetime) -> Making:
    if not _is_mine(tx, held):
        return Overtaken()
    pems = {_COLUMNS[slot]: one.public_bytes(Encoding.PEM).decode("ascii") for slot, one in made.certificates.items()}
    not_after = min(one.not_valid_after_utc for one in made.certificates.values())
    rows.change(tx, held.card, state=State.PERSONALISED, not_after=not_after, **pems)
    rows.set_block_code(tx, held.card, hashed)
    audit.note(tx, who, Role.REGISTRAR, "card.personalise", held.card, now)
    return Made(held.card, held.letter, made.management_changed)


def new_letter(centre: Centre, connection: Connection, card: str, box: LetterBox, *, who: str) -> Making:
    """A new transport PIN and block code for a finished card, by its PUK: its PIN is locked or forgotten, or the letter
    was lost. Raises LetterFailed (before anything was done), BadSettings."""
    office = _office_key(centre)

    def begin(tx: Tx) -> tuple[rows.Held, bytes] | Refused:
        held, kept = rows.find(tx, card, lock=True), rows.secrets_of(tx, card)
        if held is None or kept is None:
            return Refused(Why.NO_SUCH_CARD)
        if held.state not in (State.PERSONALISED, State.HANDED_OVER, State.ACTIVE):
            return Refused(Why.NOT_NOW)
        return replace(held, letter=rows.take_letter(tx)), bytes.fromhex(kept.secret_salt)

    now = centre.clock()  # once: the card has its new PIN before it is written down
    begun = centre.store.once(begin)
    if isinstance(begun, Refused):
        return begun
    held, salt = begun
    box.make_ready()
    outcome: Making = Overtaken()
    try:
        outcome = _new_secrets(centre, connection, held, box, _derived(office, salt, card), who, now)
    finally:
        if not isinstance(outcome, Made):
            box.give_up()
    return outcome


def _new_secrets(
    centre: Centre, connection: Connection, held: rows.Held, box: LetterBox, keys: _Keys, who: str, now: datetime
) -> Making:
    pin, code = _random_pin(), new_block_code()
    try:
        found = _reset_pin(centre, connection, held.card, keys.puk, pin)
        if found is not None:
            return found
        with letter_press() as press:
            send(press, _letter(centre, held, pin, code, now), box)
    except (CardGone, CardFault, LetterFailed) as trouble:
        return Failed(trouble)
    finally:
        pin.wipe()
        keys.puk.wipe()
    hashed = block_code_hash(code, secrets.token_bytes(SALT_BYTES))

    def finish(tx: Tx) -> Making:
        rows.change(tx, held.card, letter=held.letter)
        rows.set_block_code(tx, held.card, hashed)
        audit.note(tx, who, Role.REGISTRAR, "card.new_letter", held.card, now)
        return Made(held.card, held.letter, management_changed=True)

    return centre.store.once(finish)


def _reset_pin(centre: Centre, connection: Connection, card: str, puk: Pin, pin: Pin) -> Failed | None:
    piv = PivCard(connection)
    certificate = piv.certificate(Slot.AUTHENTICATION) if piv.select() else None
    with centre.store.reading() as tx:
        row = registry_rows.find_card(tx, card)
    pem = "" if certificate is None else certificate.public_bytes(Encoding.PEM).decode("ascii")
    if certificate is None or row is None or pem != row.authentication:
        # Another card's PUK would spend a try of this one's; and one that an attempt left behind is nobody's card.
        number = None if certificate is None else card_number(certificate)
        return Failed(NotBlank(None if number == card else number))
    match piv.unblock(puk, pin):
        case PinChanged():
            return None
        case WrongPin(left):
            return Failed(WrongPuk(left))
        case PinBlocked():
            return Failed(WrongPuk(0))
        case PinRefused():
            return Failed(CardFault("the card does not take this PIN"))


def _letter(centre: Centre, held: rows.Held, pin: Pin, code: str, now: datetime) -> PinLetter:
    """The name comes from the roll into the press and nowhere else."""
    settings = signed_settings(centre)
    if settings is None:
        raise BadSettings("the settings have not been published: `kiosk-central seed` or the set-up does it")
    name, address = _whose(centre, held)
    return PinLetter(
        municipality=settings.name.el,
        name=name,
        address=address,
        office=centre.settings.cards.office,
        card=held.card,
        serial=held.letter,
        pin=pin.digits(),
        block_code=code,
        made_at=now,
        technician=held.bearer is Bearer.TECHNICIAN,
        sample=settings.demo,
    )


def _whose(centre: Centre, held: rows.Held) -> tuple[str, tuple[str, ...]]:
    with centre.store.reading() as tx:
        found = registry_rows.holders_of(tx, [held.card])
    if not found or found[0].person is None or found[0].share is None:
        return "", ()
    with suppress(ValueError):
        person = Person.model_validate_json(found[0].person)
        share = FamilyShare.model_validate_json(found[0].share)
        member = next(one for one in share.members if one.entry == person.entry)
        return f"{member.given} {member.surname}", (person.street, f"{person.postcode} {share.unit}")
    return "", ()  # the address is written by hand; the error would quote the row


def _derived(office: bytes, salt: bytes, card: str) -> _Keys:
    """PUK and management key of one card (SP 800-73 wants them different on each): HKDF (RFC 5869) of the office's key
    file and a salt from the database. Neither half alone is worth anything, and neither secret is written down."""

    def derive(what: str, length: int) -> bytes:
        info = f"municipal-atm card office v1 {what} {card}".encode()
        return HKDF(hashes.SHA256(), length, salt, info).derive(office)

    puk = int.from_bytes(derive("puk", 16)) % 10**_DIGITS
    return _Keys(Pin(f"{puk:0{_DIGITS}}"), derive("management", 32))


def _random_pin() -> Pin:
    return Pin(f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}")


def _office_key(centre: Centre) -> bytes:
    if centre.settings.card_office is None:
        raise BadSettings("keys.card_office is missing; expected a file of 32 random bytes in hex")
    return read_secret("keys.card_office", centre.settings.card_office)
