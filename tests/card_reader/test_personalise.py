"""What the card office makes: right by our own check and by other people's programs, and made fast."""

from __future__ import annotations

import subprocess
import time
from datetime import UTC, datetime, timedelta

import cards
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from card_reader import (
    CardFault,
    CardImage,
    CardMade,
    CardManagement,
    CardOrder,
    CardRefused,
    FalseCard,
    Genuine,
    Managed,
    ManagementAlgorithm,
    ManagementKey,
    NotBlank,
    NotPiv,
    OtherCard,
    Pin,
    PinBlocked,
    PivCard,
    Slot,
    VirtualCard,
    VirtualReader,
    WrongManagementKey,
    WrongPuk,
    card_number,
    certify,
    examine,
    make_card_authority,
    make_card_image,
    make_crl,
    make_root,
    personalise_card,
    profile,
    wipe,
)
from card_reader.piv import certificate_object


def test_a_certificate_tells_the_card_number_and_nothing_else(office):
    for certificate in office.image.certs.values():
        assert [(one.oid, one.value) for one in certificate.subject] == [(NameOID.SERIAL_NUMBER, "KD-000417")]
        assert card_number(certificate) == "KD-000417"
        assert {one.oid for one in certificate.extensions} == profile._EXTENSIONS


@pytest.mark.parametrize("slot", Slot)
@pytest.mark.parametrize("kind", ["image", "rsa_image"])
def test_what_is_issued_is_what_is_accepted(office, kind, slot):
    anchors, certs = office.anchors, getattr(office, kind).certs
    issuer = office.authority.certificate
    assert profile.path(certs[slot], slot, anchors.roots, anchors.authorities, office.now) == issuer
    for other in Slot:
        if other is not slot:
            assert profile.path(certs[slot], other, anchors.roots, anchors.authorities, office.now) is None


@pytest.mark.parametrize("number", ["", "KD 1", "ΚΔ-1", "a/b", "KD\n", "x" * 33, "KD_1"])
def test_numbers_that_are_none(office, number):
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    with pytest.raises(ValueError, match="card number"):
        certify(office.authority, number, Slot.AUTHENTICATION, key, office.now, office.now + timedelta(days=1))


@pytest.mark.parametrize(
    ("slot", "make"),
    [
        (Slot.CARD_AUTHENTICATION, lambda: rsa.generate_private_key(65537, 2048)),
        (Slot.AUTHENTICATION, lambda: rsa.generate_private_key(65537, 1024)),
        (Slot.AUTHENTICATION, lambda: ec.generate_private_key(ec.SECP384R1())),
    ],
)
def test_keys_that_are_not_certified(office, slot, make):
    with pytest.raises(ValueError, match="stand in"):
        certify(office.authority, "KD-1", slot, make().public_key(), office.now, office.now + timedelta(days=1))


def test_a_puk_has_eight_digits(office):
    with pytest.raises(ValueError, match="8 digits"):
        make_card_image(office.authority, "KD-1", Pin("271828"), Pin("314159"), office.now, 5)


def test_29_february():
    leap = datetime(2028, 2, 29, 12, tzinfo=UTC)
    root = make_root("Root", leap, years=1)
    assert root.certificate.not_valid_after_utc == datetime(2029, 2, 28, 12, tzinfo=UTC)


def test_an_authority_ends_with_its_root(office):
    root = make_root("Root", office.now, years=3)
    authority = make_card_authority(root, "Cards", office.now, years=10)
    assert authority.certificate.not_valid_after_utc == root.certificate.not_valid_after_utc


def test_a_list_is_whole_numbered_and_signed(office):
    crl = x509.load_der_x509_crl(make_crl(office.authority, [(7, office.now)], 42, office.now, office.now))
    assert crl.is_signature_valid(office.authority.certificate.public_key())
    assert crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number == 42
    assert crl.get_revoked_certificate_by_serial_number(7).revocation_date_utc == office.now


def test_openssl_agrees(office, tmp_path):
    """Another program builds the same path and sees the same revocation."""
    pem = Encoding.PEM
    revoked = office.image.certs[Slot.CARD_AUTHENTICATION]
    crl = x509.load_der_x509_crl(
        make_crl(office.authority, [(revoked.serial_number, office.now)], 1, office.now, office.now + timedelta(days=1))
    )
    files = {
        "root": office.root.certificate.public_bytes(pem),
        "authority": office.authority.certificate.public_bytes(pem),
        "good": office.image.certs[Slot.AUTHENTICATION].public_bytes(pem),
        "revoked": revoked.public_bytes(pem),
        "crl": crl.public_bytes(pem),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)

    def verify(name):
        command = ["openssl", "verify", "-x509_strict", "-CAfile", "root", "-untrusted", "authority"]
        command += ["-CRLfile", "crl", "-crl_check", "-attime", str(int(office.now.timestamp())), name]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    good, bad = verify("good"), verify("revoked")
    assert good.returncode == 0, good.stderr
    assert bad.returncode != 0 and "revoked" in bad.stderr


def test_a_town_of_certificates_takes_seconds(office):
    began = time.process_time()
    for number in range(500):
        make_card_image(office.authority, f"KD-{number:06}", Pin("271828"), Pin("31415926"), office.now, 5)
    assert time.process_time() - began < 10


KEYS = [
    ManagementKey(bytes(range(1, 9)) * 3),
    ManagementKey(bytes(range(24)), ManagementAlgorithm.TRIPLE_DES),
    ManagementKey(bytes(range(24)), ManagementAlgorithm.AES_192),
    ManagementKey(bytes(range(16))),
    ManagementKey(bytes(range(32))),
]


def put_in(piece):
    reader = VirtualReader()
    reader.insert(piece)
    return reader.connect()


class TestManagementKey:
    @pytest.mark.parametrize("mutual", [True, False], ids=["mutual", "single"])
    @pytest.mark.parametrize("key", KEYS, ids=lambda key: f"{key.algorithms[0].name}-{len(key.key)}")
    def test_every_algorithm_both_ways(self, key, mutual):
        line = put_in(VirtualCard(CardImage.blank(key), mutual=mutual))
        assert PivCard(line).select()
        office = CardManagement(line)
        with pytest.raises(CardFault, match="6982"):
            office.put(0x5FC102, b"not yet")
        assert office.authenticate(ManagementKey(key.key)) == Managed(key.algorithms[0]), "the card says which"
        office.put(0x5FC102, b"now")

    @pytest.mark.parametrize("mutual", [True, False])
    def test_a_wrong_key_opens_nothing(self, mutual):
        line = put_in(VirtualCard(CardImage.blank(), mutual=mutual))
        PivCard(line).select()
        office = CardManagement(line)
        for key in KEYS[1:]:
            assert office.authenticate(key) == WrongManagementKey()
        with pytest.raises(CardFault, match="6982"):
            office.put(0x5FC102, b"no")

    def test_a_card_that_does_not_know_the_key_itself_is_false(self):
        class Noise:
            """Lets everybody in and answers with noise."""

            def transmit(self, apdu):
                return bytes.fromhex(("7C0A8008" if len(apdu) < 12 else "7C0A8208") + "11" * 8 + "9000")

        assert CardManagement(Noise()).authenticate(KEYS[0]) == FalseCard()

    @pytest.mark.parametrize("length", [0, 8, 15, 17, 33])
    def test_lengths_that_are_none(self, length):
        with pytest.raises(ValueError, match="management key"):
            ManagementKey(bytes(length))

    def test_it_does_not_show(self):
        key = ManagementKey(b"0123456789abcdef")
        assert "0123" not in repr(key) + str(key) + repr(cards.order) and "AES" not in str(key.key)

    def test_a_reset_shuts_the_office_out(self):
        reader = VirtualReader()
        reader.insert(VirtualCard(CardImage.blank()))
        line = reader.connect()
        PivCard(line).select()
        assert isinstance(CardManagement(line).authenticate(KEYS[0]), Managed)
        line.close()
        line = reader.connect()
        PivCard(line).select()
        with pytest.raises(CardFault, match="6982"):
            CardManagement(line).generate(Slot.AUTHENTICATION, cards.Algorithm.P_256)


class TestBlankCards:
    @pytest.mark.parametrize("kind", [{}, {"plain": True}, {"mutual": False}], ids=["yubikey", "plain", "single"])
    @pytest.mark.parametrize("rsa_keys", [False, True], ids=["P-256", "RSA-2048"])
    def test_a_blank_card_becomes_one_of_ours(self, office, rsa_keys, kind):
        piece = VirtualCard(cards.blank(), **kind)
        made = personalise_card(put_in(piece), cards.order(office, rsa_keys=rsa_keys, tries=(5, 6)))
        extras = not kind.get("plain")
        assert isinstance(made, CardMade) and (made.management_changed, made.tries_set) == (extras, extras)
        card = PivCard(put_in(piece))
        found = examine(card, office.anchors, office.now)
        assert isinstance(found, Genuine) and found.number == "KD-000900" and found.tries_left == (5 if extras else 3)
        cards.open_dossier(PivCard(put_in(piece)), office, cards.TRANSPORT_PIN)
        image = piece.image()
        assert (image.pin, image.puk) == (Pin(cards.TRANSPORT_PIN), Pin(cards.OFFICE_PUK))
        assert image.management == (cards.OFFICE_KEY if extras else CardImage.blank().management) or not extras
        assert {slot: key.public_key() for slot, key in image.keys.items()} == {
            slot: one.public_key() for slot, one in made.certificates.items()
        }
        assert cards.TRANSPORT_PIN not in repr(cards.order(office))

    @pytest.mark.parametrize("rsa_keys", [False, True], ids=["P-256", "RSA-2048"])
    def test_over_pcscd(self, pcscd_booth, office, rsa_keys):
        pcscd_booth.insert(VirtualCard(cards.blank()))
        line = pcscd_booth.reader.connect()
        cards.make_card(line, office, rsa_keys=rsa_keys)
        line.close()
        line = pcscd_booth.reader.connect()
        cards.open_dossier(PivCard(line), office, cards.TRANSPORT_PIN)
        line.close()

    def test_a_whole_card_is_left_alone_unless_it_is_asked_for(self, office):
        piece = office.card()
        before = piece.image().to_json()
        assert personalise_card(put_in(piece), cards.order(office)) == NotBlank("KD-000417")
        assert piece.image().to_json() == before
        again = cards.order(office, again=True)
        assert personalise_card(put_in(piece), again) == WrongPuk(1), "its PUK is another"
        assert isinstance(examine(PivCard(put_in(piece)), office.anchors, office.now), object)
        assert 0x5FC102 not in piece.objects, "half made, it is blank to every booth"

    def test_somebodys_own_certificates_are_left_alone(self, office):
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "private")])
        own = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        own = own.serial_number(7).not_valid_before(office.now).not_valid_after(office.now + timedelta(days=1))
        piece = VirtualCard(cards.blank())
        content = certificate_object(own.sign(key, hashes.SHA256()).public_bytes(Encoding.DER))
        piece.objects[Slot.KEY_MANAGEMENT.certificate_object] = content
        assert personalise_card(put_in(piece), cards.order(office)) == NotBlank(None)

    def test_no_piv_card_and_no_key(self, office):
        assert personalise_card(put_in(OtherCard()), cards.order(office)) == NotPiv()
        piece = VirtualCard(cards.blank(management=ManagementKey(bytes(32))))
        assert personalise_card(put_in(piece), cards.order(office)) == WrongManagementKey()
        assert not piece.image().keys

    def test_a_card_whose_puk_nobody_knows_is_wiped_and_begun_again(self, office):
        piece = office.card()
        assert isinstance(personalise_card(put_in(piece), cards.order(office, again=True)), WrongPuk)
        assert wipe(put_in(piece))
        assert piece.image().to_json() == CardImage.blank().to_json()
        assert isinstance(personalise_card(put_in(piece), cards.order(office)), CardMade)

    def test_a_card_without_a_reset_is_not_blocked_for_it(self, office):
        piece = VirtualCard(office.image, plain=True)
        assert not wipe(put_in(piece))
        assert (piece.image().tries, piece.image().puk_tries) == (3, 3)
        assert not wipe(put_in(OtherCard()))

    def test_a_certificate_for_another_key_is_a_broken_promise(self, office):
        other = office.image.certs
        bad = CardOrder(lambda key, slot: other[slot], Pin(cards.TRANSPORT_PIN), Pin(cards.OFFICE_PUK))
        piece = VirtualCard(cards.blank())
        with pytest.raises(ValueError, match="another key"):
            personalise_card(put_in(piece), bad)
        assert 0x5FC102 not in piece.objects

    def test_a_card_that_makes_keys_and_does_not_use_them(self, office):
        class Broken(VirtualCard):
            def operate(self, key, kind, content):
                return bytes(32)

        piece = Broken(cards.blank())
        made = personalise_card(put_in(piece), cards.order(office))
        assert made == CardRefused("key of AUTHENTICATION does not work", None)
        assert 0x5FC102 not in piece.objects

    @pytest.mark.parametrize(("pin", "puk"), [("271828", "31415926"), ("27182818", "314159")])
    def test_transport_secrets_have_eight_digits(self, pin, puk):
        with pytest.raises(ValueError, match="8 digits"):
            CardOrder(lambda key, slot: None, Pin(pin), Pin(puk))

    def test_a_blocked_puk_says_so(self, office):
        piece = VirtualCard(cards.blank())
        card = PivCard(put_in(piece))
        card.select()
        while not isinstance(card.unblock(Pin("00000000"), Pin("000000")), PinBlocked):
            pass
        assert personalise_card(put_in(piece), cards.order(office)) == WrongPuk(0)
