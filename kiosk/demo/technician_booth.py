"""A small booth made for pictures of the technician's pages: real store, keys and anchors, in a folder of its own.

Never: a resident, a real municipality, a line to anywhere.
"""

import base64
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from card_reader import (
    Authority,
    Genuine,
    Pin,
    PivCard,
    Slot,
    VirtualCard,
    VirtualReader,
    make_card_authority,
    make_card_image,
    make_crl,
    make_root,
)
from kiosk import settings, wiring
from kiosk.kernel.booth import CENTRE, Booth
from kiosk.kernel.hand import Hand
from kiosk.store import facts, journal
from municipality.matters.cards.messages import CardItem, Revocations
from municipality.messages import ItemKind, Message, Settings, Words
from municipality.staff import TECHNICIAN_ROLE
from printing import NotPrinted, NotReady, Outcome, Readiness, certify_seal, write_pkcs12
from sync import Answer, Item, inbox, outbox, sign_matter

_TECHNICIAN = "KT-000001"
_PIN, _PUK = "246813", "87654321"
TOWN = Words(el="Δήμος Αγίων Αναργύρων-Καματερού", en="Municipality of Agioi Anargyroi-Kamatero")
# Nothing listens there: the booth has no town hall, and says so.
_NOWHERE = "http://127.0.0.1:9"
_VISITS = 163
_TOML = """
[booth]
id = "kamatero-1"
name_el = "Σημείο εξυπηρέτησης Καματερού"
name_en = "Kamatero service point"
number_prefix = "ΚΑΜ1"
[municipality]
id = "agioi-anargyroi-kamatero"
[centre]
url = "https://centre.example.gr"
timeout_seconds = 10
[store]
file = "booth.db"
key_file = "store.key"
[keys]
signing = "signing.pem"
seal = "seal.p12"
[anchors]
folder = "."
[card]
reader = "virtual"
[printer]
kind = "folder"
folder = "papers"
uri = "ipp://192.0.2.7/ipp/print"
"""


@dataclass(frozen=True)
class Jammed:
    """A printer that says that paper is jammed in it."""

    def ready(self) -> Readiness:
        return NotReady("jam")

    def look(self) -> Readiness:
        return NotReady("jam")

    def print(self, pdf: bytes, job_id: object, *, wait_seconds: float) -> Outcome:
        return NotPrinted("jam")


@contextmanager
def small_booth(home: Path, now: datetime) -> Iterator[Booth]:
    """A booth in `home`, at `now` for ever; its town hall's data have come, and technicians have been there."""
    centre = ec.generate_private_key(ec.SECP256R1())
    long_ago = now - timedelta(days=300)
    root = make_root("Δήμος", long_ago)
    authority = make_card_authority(root, "Κάρτες", long_ago)
    _write_files(home, centre, root, authority, now)
    file = home / "kiosk.toml"
    bench = wiring.Bench(reader=VirtualReader())
    with wiring.open_booth(settings.load(file, centre_url=_NOWHERE), bench=bench, config=file) as opened:
        booth = at(opened, now)
        _fill(booth, centre, authority, now)
        yield booth


def technicians_hand(now: datetime) -> Hand:
    """A technician's card, unlocked at `now`, in a reader of its own."""
    authority = make_card_authority(make_root("Δήμος", now), "Κάρτες", now)
    image = make_card_image(authority, _TECHNICIAN, Pin(_PIN), Pin(_PUK), now, 2, roles=(TECHNICIAN_ROLE,))
    reader = VirtualReader()
    reader.insert(VirtualCard(image))
    card = PivCard(reader.connect())
    card.select()
    card.verify(Pin(_PIN))
    certificate = image.certs[Slot.AUTHENTICATION]
    key = image.keys[Slot.AUTHENTICATION].public_key()
    return Hand(card, Genuine(_TECHNICIAN, key, key, certificate, 3), person="", pin_at=now)


def at(booth: Booth, now: datetime) -> Booth:
    """The same booth at another time."""
    return replace(booth, clock=lambda: now, raw_clock=lambda: now)


def refuse_all(booth: Booth) -> None:
    """The town hall has not taken what waits."""
    with booth.store.writing() as connection:
        waiting = outbox.pending(connection, 10)
        outbox.acknowledge(connection, [Answer(one.id, "rejected", "unknown-kind") for one in waiting])


def doubt_clock(booth: Booth) -> Booth:
    """The booth with its clock put back by two days."""
    with booth.store.writing() as connection:
        facts.put_moment(connection, facts.HEARD, booth.clock())
    return at(booth, booth.clock() - timedelta(days=2))


def _write_files(
    home: Path, centre: ec.EllipticCurvePrivateKey, root: Authority, authority: Authority, now: datetime
) -> None:
    (home / "papers").mkdir(parents=True)
    (home / "kiosk.toml").write_text(_TOML, encoding="utf-8")
    _put_secret(home / "store.key", secrets.token_hex(32).encode())
    key = ec.generate_private_key(ec.SECP256R1())
    _put_secret(home / "signing.pem", key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    certificate, seal_key = certify_seal(root.certificate, root.key, "Σημείο Καματερού", now, 2)
    write_pkcs12(home / "seal.p12", certificate, seal_key, chain=(root.certificate,))
    (home / "seal.p12").chmod(0o600)
    for name, made in (("root", root), ("card-authority", authority)):
        (home / f"{name}.pem").write_bytes(made.certificate.public_bytes(Encoding.PEM))
    public = centre.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for name in ("centre-signing", "centre-sealing"):
        (home / f"{name}.pem").write_bytes(public)


def _put_secret(file: Path, content: bytes) -> None:
    file.touch(mode=0o600)
    file.write_bytes(content)


def _fill(booth: Booth, centre: ec.EllipticCurvePrivateKey, authority: Authority, now: datetime) -> None:
    """What a round brings, and what an ordinary week leaves behind."""
    town = Settings(
        municipality=booth.settings.municipality.id,
        name=TOWN,
        demo=True,
        public_url="https://kiosk.example.gr",
        dossier_days=30,
        crl_grace_hours=72,
    )
    crl = make_crl(authority, [], 1, now - timedelta(hours=1), now + timedelta(days=7))
    with booth.store.writing() as connection:
        inbox.store_item(connection, _signed(centre, ItemKind.SETTINGS, town, 1))
        inbox.store_item(
            connection,
            _signed(centre, CardItem.REVOCATIONS, Revocations(crl=base64.b64encode(crl).decode()), 2),
        )
        facts.put(connection, facts.VISITS, str(_VISITS))
        for days, how in ((2, "cut"), (1, "complete"), (0, "complete")):
            journal.note(connection, journal.What.ROUND, now - timedelta(days=days, hours=8), how)


def _signed(key: ec.EllipticCurvePrivateKey, kind: str, matter: Message, sequence: int) -> Item:
    body = sign_matter(matter.text().encode(), key, kid=CENTRE, typ=kind)
    return Item(kind, kind, sequence, body)
