"""A very small town for tests of the booth: its own authorities, one family, one vote, no centre. Made once a session.

Everything is real (certificates, dossiers, slips, a Belenios election); only the people are few and invented.
"""

import base64
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from ballot_box import Question as BallotQuestion
from ballot_box import make_key, make_setup, new_uuid
from ballot_box.registrar import RollEntry, register
from card_reader import Authority, CardImage, Pin, Slot, make_card_authority, make_card_image, make_crl, make_root
from municipality.matters.cards.messages import CardItem, Revocations
from municipality.matters.technicians.messages import TECHNICIANS_ITEM, Technicians
from municipality.matters.votes.messages import Answer, BeleniosRecord, Election, Question, VoteItem
from municipality.messages import Dossier, ItemKind, Settings, Words
from municipality.proof import Head
from municipality.residents import Capacity, FamilyMember, FamilyShare, Person, Relation, Sex
from municipality.staff import TECHNICIAN_ROLE
from printing import certify_seal, write_pkcs12
from sync import Envelope, Item, agree_with, open_sealed, seal, sign_matter

MUNICIPALITY = "testtown"
BOOTH = "test-1"
PIN = "246813"
ANNA, NIKOS, REVOKED, EXPIRED = "KD-000001", "KD-000002", "KD-000003", "KD-000004"
# A technician on the list, and one whose card says so but whom the town hall has not listed.
TECHNICIAN, UNLISTED = "KT-000001", "KT-000002"
# Marker words that a leak would carry; nobody is called so.
SURNAME, GIVEN, AFM, AMKA = "Ζωγραφοπούλου", "Μαρκελλίνα", "000001045", "01018045672"

TOML = """
[booth]
id = "test-1"
name_el = "Δοκιμαστικό σημείο"
name_en = "Test booth"
number_prefix = "ΔΟΚ1"
[municipality]
id = "testtown"
[centre]
url = "http://127.0.0.1:9"
timeout_seconds = 2
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
[screen]
width = 1280
height = 1024
fullscreen = false
"""


@dataclass(frozen=True)
class SmallTown:
    """What tests ask for. `home` is a booth's folder to be copied; `items` what a centre would have sent."""

    home: Path
    now: datetime
    election: Election
    cards: dict[str, CardImage]
    foreign: CardImage
    items: tuple[Item, ...]
    centre_key: ec.EllipticCurvePrivateKey
    sealing_key: ec.EllipticCurvePrivateKey
    authority: Authority


def build(home: Path, *, rsa: frozenset[str] = frozenset()) -> SmallTown:
    """`rsa`: cards with RSA-2048 in 9A and 9D, as older tokens have; all others have P-256."""
    now = datetime.now(UTC).replace(microsecond=0)
    start = now - timedelta(days=800)
    root = make_root("Δοκιμαστικός Δήμος", start)
    authority = make_card_authority(root, "Κάρτες", start)
    pin, puk = Pin(PIN), Pin("87654321")
    cards = {n: make_card_image(authority, n, pin, puk, start, 5, rsa_keys=n in rsa) for n in (ANNA, NIKOS, REVOKED)}
    for number in (TECHNICIAN, UNLISTED):
        roles = (TECHNICIAN_ROLE,)
        cards[number] = make_card_image(authority, number, pin, puk, start, 5, roles=roles, rsa_keys=number in rsa)
    long_ago = now - timedelta(days=400)
    cards[EXPIRED] = make_card_image(authority, EXPIRED, pin, puk, long_ago, 1)
    stranger = make_card_authority(make_root("Άλλος Δήμος", start), "Κάρτες", start)
    centre_key, sealing_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    election, slips = _vote(home / "registrar", now, {n: cards[n] for n in (ANNA,)})
    town = SmallTown(
        home=home / "booth",
        now=now,
        election=election,
        cards=cards,
        foreign=make_card_image(stranger, ANNA, pin, puk, start, 5),
        items=(*_matter(centre_key, authority, cards, election, now), *_dossiers(centre_key, cards, now), *slips),
        centre_key=centre_key,
        sealing_key=sealing_key,
        authority=authority,
    )
    _booth_files(town, root, authority, start)
    return town


def _booth_files(town: SmallTown, root: Authority, authority: Authority, start: datetime) -> None:
    home = town.home
    (home / "papers").mkdir(parents=True)
    (home / "kiosk.toml").write_text(TOML, encoding="utf-8")
    (home / "store.key").write_text("5a" * 32)
    key = ec.generate_private_key(ec.SECP256R1())
    (home / "signing.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    certificate, seal_key = certify_seal(root.certificate, root.key, "Δοκιμαστικό σημείο", start, 5)
    write_pkcs12(home / "seal.p12", certificate, seal_key, chain=(root.certificate,))
    (home / "root.pem").write_bytes(root.certificate.public_bytes(Encoding.PEM))
    (home / "card-authority.pem").write_bytes(authority.certificate.public_bytes(Encoding.PEM))
    for name, public in (("centre-signing", town.centre_key), ("centre-sealing", town.sealing_key)):
        pem = public.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        (home / f"{name}.pem").write_bytes(pem)
    for secret in ("store.key", "signing.pem", "seal.p12"):
        (home / secret).chmod(0o600)


def told(town: SmallTown, letter: Envelope) -> tuple[Head, str]:
    """What the town hall reads in a booth's letter: its head, and the act's text as the card signed it."""
    head, text = Head.apart(open_sealed(letter.body, agree_with(town.sealing_key), kid="centre"))
    return head, text.decode()


def sign(key: ec.EllipticCurvePrivateKey, kind: str, text: str) -> str:
    return sign_matter(text.encode(), key, kid="centre", typ=str(kind))


def _matter(
    key: ec.EllipticCurvePrivateKey,
    authority: Authority,
    cards: dict[str, CardImage],
    election: Election,
    now: datetime,
) -> list[Item]:
    settings = Settings(
        municipality=MUNICIPALITY,
        name=Words(el="Δοκιμαστικός Δήμος", en="Test Municipality"),
        demo=True,
        public_url="http://127.0.0.1:9",
        dossier_days=30,
        crl_grace_hours=72,
    )
    revoked = [(cards[REVOKED].certs[slot].serial_number, now - timedelta(days=1)) for slot in Slot]
    crl = make_crl(authority, revoked, 1, now - timedelta(hours=1), now + timedelta(days=7))
    notice = Revocations(crl=base64.b64encode(crl).decode())
    return [
        Item("settings", "settings", 1, sign(key, ItemKind.SETTINGS, settings.text())),
        Item("cards.revocations", "cards.revocations", 2, sign(key, CardItem.REVOCATIONS, notice.text())),
        Item("votes.notice", election.election, 3, sign(key, VoteItem.NOTICE, election.text())),
        Item(
            "technicians.list",
            "technicians.list",
            4,
            sign(key, TECHNICIANS_ITEM, Technicians(cards=(TECHNICIAN,)).text()),
        ),
    ]


def _dossiers(key: ec.EllipticCurvePrivateKey, cards: dict[str, CardImage], now: datetime) -> list[Item]:
    items = []
    for place, (number, entry) in enumerate(((ANNA, 1), (NIKOS, 2))):
        capacities = (Capacity.RESIDENT, Capacity.ELECTOR) if number == ANNA else (Capacity.RESIDENT,)
        token = sign(key, ItemKind.DOSSIER, dossier(number, entry, capacities, now).text())
        public = cards[number].certs[Slot.KEY_MANAGEMENT].public_key()
        assert isinstance(public, ec.EllipticCurvePublicKey | RSAPublicKey)
        items.append(Item("dossier", number, 10 + place, seal(token.encode(), public, kid=number, size=4096)))
    return items


def dossier(number: str, entry: int, capacities: tuple[Capacity, ...], now: datetime) -> Dossier:
    def member(entry: int, relation: Relation, sex: Sex, surname: str, given: str, born: date) -> FamilyMember:
        return FamilyMember(
            entry=entry,
            relation=relation,
            sex=sex,
            surname=surname,
            given=given,
            father="Ιωάννης",
            mother="Ελένη",
            born=born,
            birthplace="Καματερό",
        )

    members = (
        member(1, Relation.HOLDER, Sex.FEMALE, SURNAME, GIVEN, date(1980, 1, 1)),
        member(2, Relation.SPOUSE, Sex.MALE, "Ζωγραφόπουλος", "Νίκος", date(1978, 5, 3)),
        member(3, Relation.CHILD, Sex.MALE, "Ζωγραφόπουλος", "Πέτρος", date(2008, 9, 9)),
    )
    return Dossier(
        municipality=MUNICIPALITY,
        card=number,
        resident=f"R{entry:06d}",
        sequence=1,
        made_at=now - timedelta(hours=2),
        expires_at=now + timedelta(days=30),
        person=Person(entry=entry, afm=AFM, amka=AMKA, street="Δημοκρατίας 12", postcode="13451"),
        family=FamilyShare(number="1234/5", unit="Καματερού", as_of=now.date(), members=members),
        capacities=capacities,
    )


def _vote(folder: Path, now: datetime, voters: dict[str, CardImage]) -> tuple[Election, list[Item]]:
    uuid = new_uuid()
    roll = [RollEntry(number, _pem(image)) for number, image in voters.items()]
    registered = register(roll, uuid)
    questions = (
        BallotQuestion("Πρώτη ερώτηση;", ("Άλφα", "Βήτα", "Γάμμα"), 1, 1, True),
        BallotQuestion("Δεύτερη ερώτηση;", ("Ένα", "Δύο", "Τρία"), 1, 2, False),
    )
    key = make_key(folder / "trustee")
    title, introduction = "Δοκιμαστική ψηφοφορία", "Για δοκιμή."
    setup = make_setup(uuid, title, questions, [key.public], registered.credentials, description=introduction)
    election = Election(
        election=uuid,
        title=Words(el=title, en="Trial vote"),
        introduction=Words(el=introduction, en="For a trial."),
        questions=tuple(_question(question) for question in questions),
        audience=Capacity.ELECTOR,
        opens=now - timedelta(days=1),
        closes=now + timedelta(days=4),
        roll_size=len(roll),
        roll_digest=registered.roll_sha256,
        tool=setup.tool,
        belenios=BeleniosRecord(election=setup.election, trustees=setup.trustees, credentials=setup.credentials),
    )
    slips = [Item("votes.slip", f"{number}/{uuid}", 20, slip) for number, slip in registered.slips]
    return election, slips


def _pem(image: CardImage) -> str:
    key = image.certs[Slot.KEY_MANAGEMENT].public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _question(question: BallotQuestion) -> Question:
    def words(text: str) -> Words:
        return Words(el=text, en=text)

    return Question(
        text=words(question.text),
        note=words(""),
        answers=tuple(Answer(text=words(answer), note=words("")) for answer in question.answers),
        minimum=question.minimum,
        maximum=question.maximum,
        blank=question.blank,
    )
