"""Booths: who they are, in which state, and every key that each ever signed with. Never anything secret of theirs."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import sqlalchemy as sa

from central.store.engine import Tx
from central.store.tables import booth_keys, booths


@dataclass(frozen=True)
class Booth:
    """`signing_key`: public, PEM, the newest; "" before it is enrolled."""

    booth: str
    name_el: str
    name_en: str
    signing_key: str
    number_prefix: str
    state: str = "active"


@dataclass(frozen=True)
class Seen(Booth):
    """A booth and what it last said of itself (JSON of municipality.messages.BoothStatus)."""

    last_seen: datetime | None = None
    status: str | None = None


@dataclass(frozen=True)
class Key:
    """One key of a booth. `key`: hex SHA-256 of its SubjectPublicKeyInfo; `certificate` PEM, or "".

    `first_used`: its first signed request; `replaced_at`: a newer one has been used since; `barred_at`: no signature
    of it is believed any more.
    """

    booth: str
    key: str
    public: str
    certificate: str
    not_before: datetime
    not_after: datetime
    first_used: datetime | None = None
    replaced_at: datetime | None = None
    barred_at: datetime | None = None

    @property
    def current(self) -> bool:
        return self.replaced_at is None and self.barred_at is None


def add(tx: Tx, booth: Booth) -> None:
    """A new booth. A key that comes with it, and not by enrolment, has no certificate and no end."""
    tx.connection.execute(sa.insert(booths).values(municipality_id=tx.municipality, **vars(booth)))
    info = _key_info(booth.signing_key)
    if info:
        key = hashlib.sha256(info).hexdigest()
        put_key(tx, Key(booth.booth, key, booth.signing_key, "", _EVER[0], _EVER[1], first_used=_EVER[0]))


_EVER: Final = (datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC))


def _key_info(pem: str) -> bytes:
    """The SubjectPublicKeyInfo in a PEM text; b"" if it is none."""
    lines = pem.strip().splitlines()
    if len(lines) < 3 or lines[0] != "-----BEGIN PUBLIC KEY-----":
        return b""
    return base64.b64decode("".join(lines[1:-1]))


def find(tx: Tx, booth: str, *, lock: bool = False) -> Booth | None:
    """`lock`: nobody else changes this booth until the transaction ends."""
    rows = sa.select(booths).where(booths.c.municipality_id == tx.municipality, booths.c.booth == booth)
    row = tx.connection.execute(rows.with_for_update() if lock else rows).mappings().first()
    return None if row is None else Booth(**{key: row[key] for key in Booth.__dataclass_fields__})


def all_seen(tx: Tx) -> list[Seen]:
    """Every booth by its id, with what it last said."""
    rows = sa.select(booths).where(booths.c.municipality_id == tx.municipality).order_by(booths.c.booth)
    found = tx.connection.execute(rows).mappings()
    return [Seen(**{key: row[key] for key in Seen.__dataclass_fields__}) for row in found]


def set_state(tx: Tx, booth: str, state: str) -> None:
    _update(tx, booth, state=state)


def set_key(tx: Tx, booth: str, signing_key: str) -> None:
    _update(tx, booth, signing_key=signing_key)


def _update(tx: Tx, booth: str, **values: str) -> None:
    here = (booths.c.municipality_id == tx.municipality, booths.c.booth == booth)
    tx.connection.execute(sa.update(booths).where(*here).values(values))


def keys(tx: Tx, booth: str | None = None) -> list[Key]:
    """Every key of a booth (or of all): those in use first, the newest of them before others."""
    mine = sa.select(booth_keys).where(booth_keys.c.municipality_id == tx.municipality)
    if booth is not None:
        mine = mine.where(booth_keys.c.booth == booth)
    found = tx.connection.execute(mine.order_by(booth_keys.c.not_before.desc(), booth_keys.c.key)).mappings()
    return sorted((_key(row) for row in found), key=lambda one: not one.current)


def owner(tx: Tx, key: str) -> str | None:
    """The booth that has, or had, this key."""
    here = sa.select(booth_keys.c.booth).where(booth_keys.c.municipality_id == tx.municipality, booth_keys.c.key == key)
    return tx.connection.execute(here).scalars().first()


def put_key(tx: Tx, key: Key) -> None:
    """Add a key, or give one that is there its new certificate and life."""
    values = {"certificate": key.certificate, "not_before": key.not_before, "not_after": key.not_after}
    if not tx.connection.execute(sa.update(booth_keys).where(*_here(tx, key)).values(values)).rowcount:
        tx.connection.execute(sa.insert(booth_keys).values(municipality_id=tx.municipality, **vars(key)))


def mark_key(
    tx: Tx,
    key: Key,
    *,
    first_used: datetime | None = None,
    replaced_at: datetime | None = None,
    barred_at: datetime | None = None,
) -> None:
    """Write down what happened to a key; what is None stays as it is."""
    marks = {"first_used": first_used, "replaced_at": replaced_at, "barred_at": barred_at}
    values = {name: at for name, at in marks.items() if at is not None}
    tx.connection.execute(sa.update(booth_keys).where(*_here(tx, key)).values(values))


def readmit_key(tx: Tx, key: Key) -> None:
    """It is in use again: the staff found that this one is the booth's own."""
    values = {"replaced_at": None, "barred_at": None}
    tx.connection.execute(sa.update(booth_keys).where(*_here(tx, key)).values(values))


def _here(tx: Tx, key: Key) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        booth_keys.c.municipality_id == tx.municipality,
        booth_keys.c.booth == key.booth,
        booth_keys.c.key == key.key,
    )


def _key(row: sa.RowMapping) -> Key:
    return Key(**{name: row[name] for name in Key.__dataclass_fields__})
