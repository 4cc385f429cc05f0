"""`kiosk-central seed`: the whole demo municipality in one folder, built aside and put in place at once.

A demo's keys lie in files readable by their owner; real ones do not.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from ballot_box.officials import Officials, rehearse
from card_reader import Authority, make_card_authority, make_root
from central.clock import LastKnown, machine_count, real_clock, shifted_clock
from central.demo import booths, cards, vote
from central.demo.cards import DemoCard
from central.demo.facts import resident_number
from central.demo.population import Citizen, make_residents
from central.kernel.centre import Centre, Keys
from central.matters.votes import service as elections
from central.matters.votes.life.elections import adopt
from central.office.cards import keys as card_keys
from central.office.roll import registry
from central.opening import REGISTER
from central.settings import FILE, read_settings
from central.store import Store, last_time, open_store
from central.store.office import cards as card_office
from central.store.office import registry as rows
from municipality.messages import Settings, Words
from municipality.town.contact import Contact, Hours, Said
from printing import certify_seal, write_pkcs12

MUNICIPALITY = "agioi-anargyroi-kamatero"
NAME = Words(el="Δήμος Αγίων Αναργύρων-Καματερού", en="Municipality of Agioi Anargyroi-Kamatero")
URL = "http://127.0.0.1:8810"
# Invented: no telephone in Greece begins with these digits after the area's.
CONTACT = Contact(
    telephone="2100000100",
    address=Said(el="Οδός Παραδείγματος 1, ισόγειο", en="1 Paradeigmatos Street, ground floor"),
    hours=(
        Hours(first=1, last=5, opens="08:00", closes="14:30"),
        Hours(first=3, last=3, opens="16:00", closes="19:00"),
    ),
    holidays=Said(el="Κλειστά στις αργίες", en="Closed on public holidays"),
)
DOSSIER_DAYS = 30
FEWEST, MOST = 30, 5_000


class SeedRefused(Exception):
    """The demo cannot be made there or like that; says why."""


@dataclass(frozen=True)
class Authorities:
    """Who vouches for cards, booths and seals. The roots' keys are gone when seeding ends: nothing needs them again."""

    root: x509.Certificate
    cards: Authority
    booths: Authority
    seal: Authority


def seed(out: Path, *, residents: int = 500, at: datetime | None = None) -> dict[str, object]:
    """Make the demo in `out`, which must not be there yet (or be empty). Returns what seed.json says.

    Raises SeedRefused.
    """
    if not FEWEST <= residents <= MOST:
        raise SeedRefused(f"--residents {residents}: expected {FEWEST} to {MOST}")
    out = out.absolute()
    if out.is_file() or (out.is_dir() and any(out.iterdir())):
        raise SeedRefused(f"--out {out}: there is something already; expected a new folder")
    out.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        summary = _fill(aside, residents, (at or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0))
        aside.replace(out)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    return summary


def _fill(folder: Path, count: int, now: datetime) -> dict[str, object]:
    authorities = _authorities(now)
    officials = rehearse(folder / "officials", MUNICIPALITY, str(now.year))
    centre = _centre(folder / "centre", authorities, now)
    try:
        adopt(centre, officials.file())
        _open_booths(folder, centre, authorities, officials, now)
        demo_cards = _enrol(centre.store, authorities.cards, make_residents(count, now.date()), now)
        demo_cards.append(cards.foreign_card(now))
        demo_cards.append(_employ_technician(centre, authorities.cards, now))
        _publish(centre)
        election = _open_vote(centre, demo_cards, now)
        # Whatever moment it was made as if at: what is known of this machine's own clock is this one.
        last_time.File(centre.settings.state).replace(LastKnown(real_clock(), machine_count()))
    finally:
        centre.store.close()
    (folder / "cards").mkdir(mode=0o700)
    for place, card in enumerate(demo_cards, start=1):
        write_private(folder / _file(place, card), card.to_json())
    summary = _summary(election, demo_cards, count, now)
    write_private(folder / "seed.json", json.dumps(summary, ensure_ascii=False, indent=1))
    return summary


def _authorities(now: datetime) -> Authorities:
    # Long before today: the expired demo card was issued, and ended, under this very authority.
    founded = now - timedelta(days=366 * 8)
    root = make_root("Demo root, Agioi Anargyroi-Kamatero", founded, 30)
    return Authorities(
        root=root.certificate,
        cards=make_card_authority(root, "Demo card authority, Agioi Anargyroi-Kamatero", founded, 25),
        booths=make_card_authority(root, "Demo booth authority, Agioi Anargyroi-Kamatero", founded, 25),
        seal=make_root("Demo seal root, Agioi Anargyroi-Kamatero", founded, 30),
    )


def _centre(home: Path, authorities: Authorities, now: datetime) -> Centre:
    for folder in ("keys", "anchors", "elections"):
        (home / folder).mkdir(mode=0o700, parents=True)
    keys = Keys(new_key(), new_key(), secrets.token_bytes(32))
    write_private(home / "keys" / "signing.pem", private_pem(keys.signing))
    write_private(home / "keys" / "sealing.pem", private_pem(keys.sealing))
    write_private(home / "keys" / "dossiers.key", keys.dossiers.hex())
    write_private(home / "keys" / "card-office.key", secrets.token_hex(32))
    write_private(home / "keys" / "card-authority.pem", private_pem(authorities.cards.key))
    write_private(home / "keys" / "booth-authority.pem", private_pem(authorities.booths.key))
    write_anchors(home / "anchors", authorities, keys)
    (home / FILE).write_text(_CENTRAL_TOML.format(municipality=MUNICIPALITY), encoding="utf-8")
    settings = read_settings(home)
    store = open_store(settings.store_url, settings.municipality)
    store.migrate()
    return Centre(settings, store, keys, REGISTER, shifted_clock(now))


def _open_booths(folder: Path, centre: Centre, authorities: Authorities, officials: Officials, now: datetime) -> None:
    with centre.store.writing() as tx:
        for booth in booths.BOOTHS:
            home = folder / "booths" / booth.id
            for part in ("keys", "anchors", "store", "papers"):
                (home / part).mkdir(mode=0o700, parents=True)
            signing = new_key()
            write_private(home / "keys" / "signing.pem", private_pem(signing))
            write_private(home / "keys" / "store.key", secrets.token_hex(32))
            certificate, key = certify_seal(authorities.seal.certificate, authorities.seal.key, booth.seal_name, now, 2)
            write_pkcs12(home / "keys" / "seal.p12", certificate, key)
            write_anchors(home / "anchors", authorities, centre.keys)
            # As a technician would have typed it from the officials' paper.
            (home / "anchors" / "officials.txt").write_text(officials.fingerprint + "\n", encoding="ascii")
            (home / "kiosk.toml").write_text(booths.kiosk_toml(booth, URL, MUNICIPALITY), encoding="utf-8")
            certificate_of_key = booths.register(tx, centre, booth, signing.public_key())
            write_private(home / "keys" / "booth.pem", certificate_of_key)


def _enrol(store: Store, authority: Authority, citizens: list[Citizen], now: datetime) -> list[DemoCard]:
    """Residents, families and cards into the register; returns the demo cards in the order of their roles."""
    roles = cards.cast(citizens)
    demo: list[DemoCard] = []
    card_rows: list[rows.Card] = []
    people: list[rows.Resident] = []
    for place, citizen in enumerate(citizens):
        resident, number = resident_number(place), cards.card_number(place)
        role = roles.get(place)
        if role is None:
            card_rows.append(cards.certificates_only(authority, number, resident, now))
        else:
            demo.append(cards.make_demo_card(authority, number, role, now))
            card_rows.append(cards.registered(demo[-1], resident, now))
            citizen = replace(citizen, capacities=role.capacities)
        capacities = json.dumps(list(citizen.capacities))
        people.append(rows.Resident(resident, citizen.family.number, citizen.person.model_dump_json(), capacities))
    with store.writing() as tx:
        rows.add_families(tx, {one.family.number: one.family.model_dump_json() for one in citizens})
        rows.add_residents(tx, people)
        rows.add_cards(tx, card_rows)
        card_keys.note_cards(tx, card_rows, now)
        for one in demo:
            card_office.add_secrets(tx, one.number, cards.kept_secrets(one))
    return sorted(demo, key=lambda card: cards.ROLES.index(card.role))


def _employ_technician(centre: Centre, authority: Authority, now: datetime) -> DemoCard:
    """A technician's card, which opens every booth's pages."""
    card = cards.make_demo_card(authority, cards.TECHNICIANS_NUMBER, cards.TECHNICIAN, now)
    with centre.store.writing() as tx:
        row = cards.registered(card, "", now)
        rows.add_cards(tx, [row])
        card_keys.note_cards(tx, [row], now)
        card_office.add_secrets(tx, card.number, cards.kept_secrets(card))
        card_office.list_technician(tx, card.number, ("",), "seed", now)
    return card


def _file(place: int, card: DemoCard) -> str:
    return "cards/technician.json" if card.role is cards.TECHNICIAN else f"cards/{place:02d}.json"


def _publish(centre: Centre) -> None:
    settings = Settings(
        version=2,
        municipality=MUNICIPALITY,
        name=NAME,
        demo=True,
        public_url=URL,
        dossier_days=DOSSIER_DAYS,
        crl_grace_hours=72,
        contact=CONTACT,
    )
    registry.publish_settings(centre, settings)
    registry.refresh(centre)


def _open_vote(centre: Centre, demo_cards: list[DemoCard], now: datetime) -> str:
    opens = (now - timedelta(days=1)).replace(minute=0, second=0)
    late = frozenset(card.number for card in demo_cards if card.role.kind == "new_card")
    election = elections.draw_up(centre, vote.plan(opens), leave_out=late)
    elections.open_vote(centre, election)
    return election


def _summary(election: str, demo_cards: list[DemoCard], count: int, now: datetime) -> dict[str, object]:
    return {
        "municipality": {"id": MUNICIPALITY, "name_el": NAME.el, "name_en": NAME.en},
        "made_at": now.isoformat(),
        "url": URL,
        "residents": count,
        "booths": [booths.summary(booth) for booth in booths.BOOTHS],
        "election": election,
        "cards": [
            {
                "file": _file(place, card),
                "number": card.number,
                "pin": card.role.pin,
                "label_el": card.role.label_el,
                "label_en": card.role.label_en,
                "kind": card.role.kind,
                "block_code": card.block_code,
            }
            for place, card in enumerate(demo_cards, start=1)
        ],
    }


def write_anchors(folder: Path, authorities: Authorities, keys: Keys) -> None:
    """What a booth, and the centre itself, trusts: certificates and public keys in PEM."""
    for name, certificate in (
        ("root.pem", authorities.root),
        ("card-authority.pem", authorities.cards.certificate),
        ("booth-authority.pem", authorities.booths.certificate),
        ("seal-root.pem", authorities.seal.certificate),
    ):
        (folder / name).write_bytes(certificate.public_bytes(Encoding.PEM))
    (folder / "centre-signing.pem").write_text(public_pem(keys.signing.public_key()), encoding="ascii")
    (folder / "centre-sealing.pem").write_text(public_pem(keys.sealing.public_key()), encoding="ascii")


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def private_pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")


def public_pem(key: ec.EllipticCurvePublicKey) -> str:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")


def write_private(file: Path, text: str) -> None:
    """A new file, readable by its owner only from its first byte on."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as opened:
        opened.write(text)


_CENTRAL_TOML = """\
# The demo's town hall. Paths are relative to this folder.

[municipality]
id = "{municipality}"

[store]
# SQLite for the demo; a server says postgresql+psycopg://user@host/database here, and nothing else changes.
url = "sqlite:///centre.db"

[keys]
signing = "keys/signing.pem"
sealing = "keys/sealing.pem"
dossiers = "keys/dossiers.key"
card_authority = "keys/card-authority.pem"
booth_authority = "keys/booth-authority.pem"
card_office = "keys/card-office.key"

[folders]
anchors = "anchors"
elections = "elections"
# Other people's: the demo plays all roles on one machine, each with its own process and folder.
rehearsal = "../officials"

[listen]
host = "127.0.0.1"
port = 8810

[cards]
prefix = "AAK"
"""
