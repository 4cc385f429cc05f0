"""The demo's cards: ten on which every way of signing in can be seen. All others exist as certificates only.

Their keys and PINs lie in files, which no real card's may.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from card_reader import (
    Authority,
    CardImage,
    Pin,
    Slot,
    block_code_hash,
    certify,
    make_card_authority,
    make_card_image,
    make_root,
)
from central.demo.names import UNITS
from central.demo.population import Citizen
from central.store.office.cards import Secrets
from central.store.office.registry import Card
from municipality.matters.cards.rules import Bearer, State
from municipality.residents import Capacity, Relation
from municipality.staff import TECHNICIAN_ROLE

Kind = Literal[
    "elector",
    "resident",
    "staff",
    "administration",
    "revoked",
    "expired",
    "blocked",
    "foreign",
    "new_card",
    "technician",
]
ISSUED_BEFORE = timedelta(days=200)
YEARS = 5
_RESIDENT, _ELECTOR = Capacity.RESIDENT, Capacity.ELECTOR


@dataclass(frozen=True)
class Role:
    """One demo card: whose it is, and what is the matter with it."""

    kind: Kind
    pin: str
    label_el: str
    label_en: str
    capacities: tuple[Capacity, ...] = (_RESIDENT, _ELECTOR)


ROLES = (
    Role("elector", "246810", "Εκλογέας, με οικογένεια", "Elector, with a family"),
    Role("elector", "135791", "Εκλογέας, σύζυγος στην ίδια μερίδα", "Elector, spouse in the same family record"),
    Role("elector", "314159", "Εκλογέας στο Καματερό", "Elector in Kamatero"),
    Role("resident", "271828", "Κάτοικος, όχι εκλογέας", "Resident, not an elector", (_RESIDENT,)),
    Role("staff", "161803", "Υπάλληλος του Δήμου", "Municipal staff", (_RESIDENT, _ELECTOR, Capacity.STAFF)),
    Role(
        "administration",
        "141421",
        "Διαχείριση του Δήμου",
        "Municipal administration",
        (_RESIDENT, _ELECTOR, Capacity.STAFF, Capacity.ADMINISTRATION),
    ),
    Role("revoked", "173205", "Κάρτα που έχει ακυρωθεί", "Card that was cancelled"),
    Role("expired", "223606", "Κάρτα που έχει λήξει", "Card that has expired"),
    Role("blocked", "264575", "Κλειδωμένη κάρτα", "Locked card"),
    Role("new_card", "331662", "Νέα κάρτα, μετά τον εκλογικό κατάλογο", "New card, after the roll was fixed"),
    Role("foreign", "360555", "Κάρτα άλλου δήμου", "Card of another municipality"),
)
# Beside the residents' cards: it has no dossier and no place on the roll, and opens the booths' pages for repair.
TECHNICIAN = Role("technician", "424242", "Τεχνικός θυρίδων", "Booth technician", ())
TECHNICIANS_NUMBER = "AAT-000901"
IN_HANDS: frozenset[Kind] = frozenset(
    {"elector", "resident", "staff", "administration", "blocked", "new_card", "technician"}
)
# The PUKs need not be told apart: nobody types them in the demo.
_PUK = "86420975"


@dataclass(frozen=True, repr=False)
class DemoCard:
    role: Role
    image: CardImage

    @property
    def number(self) -> str:
        assert self.image.number is not None
        return self.image.number

    @property
    def block_code(self) -> str:
        """Of a card in somebody's hands: DEM0 and the end of its number; a real one is random. "" for the others."""
        used = self.role.kind in IN_HANDS
        return f"DEM0-{self.number[-4:]}" if used else ""

    def to_json(self) -> str:
        """As `cards/NN.json` holds it."""
        image = json.loads(self.image.to_json())
        fields = {"label_el": self.role.label_el, "label_en": self.role.label_en, "pin": self.role.pin, "image": image}
        return json.dumps(fields, ensure_ascii=False, indent=1)


def card_number(place: int) -> str:
    """The number of the card of resident `place` (0 upwards)."""
    return f"AAK-{place + 1:06d}"


def cast(citizens: list[Citizen]) -> dict[int, Role]:
    """Which resident (by place) plays which role, first fit first. The foreign card's holder lives elsewhere."""
    grown = [
        place
        for place, citizen in enumerate(citizens)
        if citizen.member.relation is not Relation.CHILD and citizen.family != citizens[0].family
    ]
    elsewhere = [place for place in grown if citizens[place].family.unit == UNITS[1]]
    here = [place for place in grown if place not in elsewhere[:1]]
    local = [role for role in ROLES if role.kind != "foreign"]
    if not elsewhere or len(here) < len(local) - 3:
        raise ValueError("too few residents for the demo's cards")
    places = [0, 1, elsewhere[0], *here]
    return dict(zip(places, local, strict=False))


def make_demo_card(authority: Authority, number: str, role: Role, now: datetime) -> DemoCard:
    """The card of a role; `authority` is another municipality's for the foreign one."""
    issued = now - ISSUED_BEFORE
    if role.kind == "expired":
        issued = now - timedelta(days=366 * (YEARS + 1))
    elif role.kind == "new_card":
        issued = now - timedelta(hours=3)
    roles = (TECHNICIAN_ROLE,) if role is TECHNICIAN else ()
    image = make_card_image(authority, number, Pin(role.pin), Pin(_PUK), issued, YEARS, roles=roles)
    return DemoCard(role, replace(image, tries=0) if role.kind == "blocked" else image)


def foreign_card(now: datetime) -> DemoCard:
    """A good card of a municipality that is not ours."""
    root = make_root("Demo root of another municipality", now - timedelta(days=400))
    authority = make_card_authority(root, "Demo card authority of another municipality", now - timedelta(days=400))
    role = next(role for role in ROLES if role.kind == "foreign")
    return make_demo_card(authority, "XYZ-000001", role, now)


_STATES = {"revoked": State.BLOCKED, "expired": State.EXPIRED, "new_card": State.HANDED_OVER}


def registered(demo: DemoCard, resident: str, now: datetime) -> Card:
    """The row of a demo card in the register; a technician's has no `resident`."""
    pem = {slot: certificate.public_bytes(Encoding.PEM).decode() for slot, certificate in demo.image.certs.items()}
    return Card(
        card=demo.number,
        resident=resident,
        authentication=pem[Slot.AUTHENTICATION],
        card_authentication=pem[Slot.CARD_AUTHENTICATION],
        key_management=pem[Slot.KEY_MANAGEMENT],
        not_after=demo.image.certs[Slot.AUTHENTICATION].not_valid_after_utc,
        revoked_at=now - timedelta(days=20) if demo.role.kind == "revoked" else None,
        state=_STATES.get(demo.role.kind, State.ACTIVE),
        bearer=Bearer.TECHNICIAN if demo.role is TECHNICIAN else Bearer.RESIDENT,
    )


def kept_secrets(demo: DemoCard) -> Secrets:
    """What the office keeps of a demo card."""
    hashed = block_code_hash(demo.block_code, secrets.token_bytes(16)) if demo.block_code else ""
    return Secrets(secrets.token_hex(16), hashed)


def certificates_only(authority: Authority, number: str, resident: str, now: datetime) -> Card:
    """The row of a card that nobody holds: its private keys are gone as soon as they are made."""
    begins, ends = now - ISSUED_BEFORE, now - ISSUED_BEFORE + timedelta(days=365 * YEARS)

    def pem(slot: Slot) -> str:
        key = ec.generate_private_key(ec.SECP256R1()).public_key()
        return certify(authority, number, slot, key, begins, ends).public_bytes(Encoding.PEM).decode()

    return Card(
        card=number,
        resident=resident,
        authentication=pem(Slot.AUTHENTICATION),
        card_authentication=pem(Slot.CARD_AUTHENTICATION),
        key_management=pem(Slot.KEY_MANAGEMENT),
        not_after=ends,
    )
