"""A very small town for tests of the booth: its own authorities, one family, one vote, no centre. Made once a session.

Everything is real (certificates, dossiers, slips, a Belenios election); only the people are few and invented.
"""

import base64
from collections.abc import Sequence
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

from ballot_box import ElectionSetup, list_digest, make_setup, new_uuid, split
from ballot_box import Question as BallotQuestion
from ballot_box.officials.body import Officials
from ballot_box.officials.ceremony import rehearse
from ballot_box.officials.home import Home, Passphrase
from ballot_box.officials.records import extension_of, read_setup
from ballot_box.officials.signing import EXTENSION, SETUP, key_id
from ballot_box.registrar import RollEntry, register
from card_reader import Authority, CardImage, Pin, Slot, make_card_authority, make_card_image, make_crl, make_root
from municipality.matters.cards.messages import CardItem, Revocations
from municipality.matters.technicians.messages import TECHNICIANS_ITEM, Technicians
from municipality.matters.votes.messages import (
    Answer,
    BeleniosRecord,
    Credentials,
    Election,
    Extension,
    OfficialsNotice,
    Question,
    Signature,
    VoteItem,
)
from municipality.messages import Dossier, ItemKind, Settings, Words
from municipality.proof import Head
from municipality.residents import Capacity, CivilAct, FamilyMember, FamilyShare, Person, Relation, Sex
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
    officials: Officials
    # The officials' own folders, by who they are.
    homes: dict[str, Home]
    # The election's public list.
    credentials: tuple[str, ...]


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
    centre_key, sealing_key, booth_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
    officials = rehearse(home / "officials", MUNICIPALITY, "2026")
    homes = {
        one.name: Home.open(one, Passphrase(f"rehearsal of {one.name}"))
        for one in (home / "officials").iterdir()
        if one.is_dir()
    }
    booths = {BOOTH: key_id(booth_key.public_key())}
    election, credentials, slips = _vote(centre_key, officials, homes, booths, now, {n: cards[n] for n in (ANNA,)})
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
        officials=officials,
        homes=homes,
        credentials=credentials,
    )
    _booth_files(town, root, authority, booth_key, start)
    return town


def _booth_files(
    town: SmallTown, root: Authority, authority: Authority, key: ec.EllipticCurvePrivateKey, start: datetime
) -> None:
    home = town.home
    (home / "papers").mkdir(parents=True)
    (home / "kiosk.toml").write_text(TOML, encoding="utf-8")
    (home / "store.key").write_text("5a" * 32)
    (home / "officials.txt").write_text(town.officials.fingerprint + "\n")
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
            number=str(4820 + entry),
            registered=born,
            birth_act=CivilAct(registry="Καματερού", number=str(110 + entry), year=born.year),
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


def _vote(
    key: ec.EllipticCurvePrivateKey,
    officials: Officials,
    homes: dict[str, Home],
    booths: dict[str, str],
    now: datetime,
    voters: dict[str, CardImage],
) -> tuple[Election, tuple[str, ...], list[Item]]:
    uuid = new_uuid()
    roll = [RollEntry(number, _pem(image)) for number, image in voters.items()]
    registered = register(roll, uuid, homes["registrar"].signer.key)
    questions = (
        BallotQuestion("Πρώτη ερώτηση;", ("Άλφα", "Βήτα", "Γάμμα"), 1, 1, True),
        BallotQuestion("Δεύτερη ερώτηση;", ("Ένα", "Δύο", "Τρία"), 1, 2, False),
    )
    title, introduction = "Δοκιμαστική ψηφοφορία", "Για δοκιμή."
    setup = make_setup(uuid, title, questions, officials.trustees, registered.credentials, description=introduction)
    parts = split(setup.credentials)
    election = Election(
        election=uuid,
        title=Words(el=title, en="Trial vote"),
        introduction=Words(el=introduction, en="For a trial."),
        questions=tuple(_question(question) for question in questions),
        audience=Capacity.ELECTOR,
        opens=now - timedelta(days=1),
        closes=now + timedelta(days=4),
        grace_hours=72,
        floor=5,
        roll_size=len(roll),
        roll_digest=registered.roll_sha256,
        tool=setup.tool,
        belenios=BeleniosRecord(election=setup.election, trustees=setup.trustees),
        parts=tuple(map(list_digest, parts)),
        credentials_digest=list_digest(setup.credentials),
        officials=officials.fingerprint,
        booths=booths,
    )
    notice = OfficialsNotice(officials=officials.file())
    items = [Item("votes.officials", officials.fingerprint, 1, sign(key, VoteItem.OFFICIALS, notice.text()))]
    for place, part in enumerate(parts):
        message = Credentials(election=uuid, part=place, credentials=part)
        body = sign(key, VoteItem.CREDENTIALS, message.text())
        items.append(Item("votes.credentials", election.part_key(place), 15 + place, body))
    items += [Item("votes.slip", f"{number}/{uuid}", 20, slip) for number, slip in registered.slips]
    return signed(election, homes), setup.credentials, items


def setup_of(town: SmallTown) -> ElectionSetup:
    """Belenios' own texts with the whole list."""
    record = town.election.belenios
    return ElectionSetup(record.election, record.trustees, town.credentials)


def signed(election: Election, homes: dict[str, Home]) -> Election:
    """The same, signed by the registrar and two trustees, whatever stands in it."""
    bare = election.model_copy(update={"signatures": ()})
    who = (homes[name] for name in ("registrar", "trustee-1", "trustee-2"))
    signatures = [one.signer.sign(SETUP, bare.record()) for one in who]
    return bare.model_copy(update={"signatures": tuple(Signature(by=one.by, jws=one.jws) for one in signatures)})


def extended(
    election: Election,
    closes: datetime,
    homes: dict[str, Home],
    *,
    who: Sequence[str] = ("registrar", "trustee-1", "trustee-2"),
) -> Election:
    """The same with a later end, signed by `who`."""
    record = extension_of(read_setup(election.record()), closes, {"el": "Απεργία", "en": "Strike"}).text
    signatures = [homes[name].signer.sign(EXTENSION, record) for name in who]
    sent = tuple(Signature(by=one.by, jws=one.jws) for one in signatures)
    return election.model_copy(update={"extensions": (Extension(record=record, closes=closes, signatures=sent),)})


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
