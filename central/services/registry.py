"""The roll as booths get it: settings, revocations, and one sealed dossier for each card.

Must never put a dossier anywhere but sealed to its card's 9D key, nor a name or number in a log or exception.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from card_reader import Authority, make_crl
from central.services.centre import Centre, read_key, signed_settings
from central.store import feed as feed_rows
from central.store import registry as rows
from municipality.messages import Dossier, ItemKind, Revocations, Settings
from municipality.residents import Capacity, FamilyShare, Person
from sync import NotSigned, canonical, seal

DOSSIER_SIZE = 4096  # every dossier is padded to a multiple: its length must not tell how large a family is
CRL_DAYS = 30


def publish_settings(centre: Centre, settings: Settings) -> None:
    """Sign and put the municipality's settings in the feed."""
    signed = centre.sign(ItemKind.SETTINGS, settings.text())
    with centre.store.writing() as tx:
        feed_rows.put(tx, ItemKind.SETTINGS, {ItemKind.SETTINGS: signed})


def refresh(centre: Centre) -> int:
    """Renew what changed or grows old: revocations and dossiers. Returns how many items are new.

    Never under a shifted clock: what it signs would be of a future that booths with a right clock refuse.
    """
    if centre.shifted:
        return 0
    return publish_revocations(centre) + publish_dossiers(centre)


def publish_revocations(centre: Centre) -> int:
    """A new list if a card was revoked since the last, or a third of the last one's life is left."""
    now = centre.clock()
    with centre.store.reading() as tx:
        cards = rows.all_cards(tx)
        item = feed_rows.find(tx, ItemKind.REVOCATIONS, ItemKind.REVOCATIONS)
    revoked = [
        (x509.load_pem_x509_certificate(pem.encode()).serial_number, card.revoked_at)
        for card in cards
        if card.revoked_at is not None
        for pem in (card.authentication, card.card_authentication, card.key_management)
    ]
    if item is not None and _still_good(centre, item.body, {serial for serial, _ in revoked}, now):
        return 0
    authority = Authority(centre.card_authorities[0], read_key("keys.card_authority", centre.settings.card_authority))
    crl = make_crl(authority, revoked, int(now.timestamp()), now, now + timedelta(days=CRL_DAYS))
    signed = centre.sign(ItemKind.REVOCATIONS, Revocations(crl=base64.b64encode(crl).decode()).text())
    with centre.store.writing() as tx:
        return feed_rows.put(tx, ItemKind.REVOCATIONS, {ItemKind.REVOCATIONS: signed})


def _still_good(centre: Centre, body: str, serials: set[int], now: datetime) -> bool:
    try:
        message = Revocations.read(centre.read_signed(ItemKind.REVOCATIONS, body))
    except (NotSigned, ValueError):
        return False
    crl = x509.load_der_x509_crl(base64.b64decode(message.crl))
    until = crl.next_update_utc
    return {entry.serial_number for entry in crl} == serials and until is not None and _fresh(until, now, CRL_DAYS)


def _fresh(until: datetime, now: datetime, days: int) -> bool:
    return until - now > timedelta(days=days) / 3


def publish_dossiers(centre: Centre) -> int:
    """Seal what changed since it was last sealed, or will soon be stale; withdraw those of dead cards."""
    settings = signed_settings(centre)
    if settings is None:
        raise RuntimeError("the settings have not been published")
    while True:
        now = centre.clock()
        with centre.store.reading() as tx:
            holders, before = rows.holders(tx), rows.sealed(tx)
        bodies: dict[str, str] = {}
        notes: list[rows.Sealed] = []
        for holder in holders:
            made = _dossier(centre, settings, holder, before.get(holder.card.card), now)
            if made is not None:
                notes.append(made[0])
                bodies[holder.card.card] = made[1]
        # Sealing takes long and holds no lock; whoever sealed meanwhile counts, and we look again.
        with centre.store.writing() as tx:
            feed_rows.last(tx, lock=True)
            if rows.sealed(tx) == before:
                rows.put_sealed(tx, notes)
                return feed_rows.put(tx, ItemKind.DOSSIER, bodies)


def _dossier(
    centre: Centre, settings: Settings, holder: rows.Holder, before: rows.Sealed | None, now: datetime
) -> tuple[rows.Sealed, str] | None:
    """What to note and what to put in the feed for one card; None if what is there still holds."""
    card = holder.card
    mac = _mac(centre, holder)
    if card.revoked_at is not None or card.not_after <= now:
        withdrawn = before is None or before.mac == ""
        return None if withdrawn or before is None else (rows.Sealed(card.card, "", before.sequence, now), "")
    if before is not None and before.mac == mac and _fresh(before.expires_at, now, settings.dossier_days):
        return None
    sequence = 1 if before is None else before.sequence + 1
    made_at = now.replace(microsecond=0)
    expires_at = made_at + timedelta(days=settings.dossier_days)
    try:
        dossier = Dossier(
            municipality=centre.settings.municipality,
            card=card.card,
            sequence=sequence,
            made_at=made_at,
            expires_at=expires_at,
            person=Person.model_validate_json(holder.person),
            family=FamilyShare.model_validate_json(holder.share),
            capacities=tuple(Capacity(name) for name in json.loads(holder.capacities)),
        )
    except ValueError:
        # What the library would say of it holds the resident's data.
        raise RuntimeError(f"the register's rows behind card {card.card} cannot be read") from None
    signed = centre.sign(ItemKind.DOSSIER, dossier.text())
    body = seal(signed.encode(), key_management_key(card), kid=card.card, size=DOSSIER_SIZE)
    return rows.Sealed(card.card, mac, sequence, expires_at), body


def key_management_key(card: rows.Card) -> ec.EllipticCurvePublicKey:
    """The key that opens what is sealed to this card."""
    key = x509.load_pem_x509_certificate(card.key_management.encode()).public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise TypeError("dossiers are sealed to P-256 keys")
    return key


def _mac(centre: Centre, holder: rows.Holder) -> str:
    contents: Mapping[str, str] = {
        "capacities": holder.capacities,
        "key": holder.card.key_management,
        "person": holder.person,
        "share": holder.share,
    }
    return hmac.new(centre.keys.dossiers, canonical(dict(contents)), hashlib.sha256).hexdigest()
