"""Cards and lists that lie, each in one way, and the answer that each gets."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from card_reader import (
    SIGN_IN_CONTEXT,
    Anchors,
    Authority,
    CardExpired,
    CardNotYetValid,
    CardRevoked,
    Counterfeit,
    Genuine,
    ListOlder,
    ListTaken,
    NotACitizenCard,
    NotOurs,
    Pin,
    PivCard,
    ReadError,
    RevocationListMissing,
    RevocationListTooOld,
    Slot,
    VirtualCard,
    VirtualReader,
    accept_list,
    authority_id,
    certify,
    challenge,
    examine,
    make_card_authority,
    make_card_image,
    make_crl,
    make_root,
    piv,
    profile,
    prove_presence,
    signature_holds,
)
from card_reader.virtual import certificate_object

WEEK = timedelta(days=7)


def card_of(piece):
    reader = VirtualReader()
    reader.insert(piece)
    return PivCard(reader.connect())


def judge(piece, office, anchors=None, now=None):
    return examine(card_of(piece), anchors or office.anchors, now or office.now)


def with_certificate(office, slot, certificate):
    return VirtualCard(replace(office.image, certs={**office.image.certs, slot: certificate}))


def forge(office, slot=Slot.AUTHENTICATION, **changes):
    """A certificate that is right in everything but the changes."""
    key = changes.get("key") or office.image.keys[slot].public_key()
    issuer = changes.get("issuer", office.authority)
    builder = (
        x509.CertificateBuilder()
        .subject_name(changes.get("subject", profile.subject("KD-000417")))
        .issuer_name(issuer.certificate.subject)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(office.now - timedelta(hours=1))
        .not_valid_after(office.now + timedelta(days=365))
    )
    identifier = issuer.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    parts = {
        "basic": (x509.BasicConstraints(ca=False, path_length=None), True),
        "usage": (profile.usage(slot, key), True),
        "purpose": (profile.purpose(slot), True),
        "subject_id": (x509.SubjectKeyIdentifier.from_public_key(key), False),
        "issuer_id": (x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), False),
        "extra": None,
    }
    parts |= {name: value for name, value in changes.items() if name in parts}
    for part in filter(None, parts.values()):
        builder = builder.add_extension(*part)
    return builder.sign(issuer.key, changes.get("hash", hashes.SHA256()))


def test_the_forger_without_changes_makes_what_we_accept(office):
    """Otherwise the refusals below could have another cause."""
    assert isinstance(judge(with_certificate(office, Slot.AUTHENTICATION, forge(office)), office), Genuine)


@pytest.mark.parametrize("kind", ["image", "rsa_image"])
def test_a_genuine_card(office, kind):
    image = getattr(office, kind)
    found = judge(VirtualCard(image), office)
    assert found == Genuine(
        image.number,
        image.keys[Slot.AUTHENTICATION].public_key(),
        image.keys[Slot.KEY_MANAGEMENT].public_key(),
        image.certs[Slot.AUTHENTICATION],
        3,
    )


UNKNOWN = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.99999.1"), b"\x05\x00")
AUTHORITY_USAGE = (profile.key_usage(signs_certificates=True), True)
CA = (x509.BasicConstraints(ca=True, path_length=None), True)


@pytest.mark.parametrize(
    "changes",
    [
        {"basic": CA},
        {"basic": CA, "usage": AUTHORITY_USAGE},
        {"basic": CA, "usage": AUTHORITY_USAGE, "purpose": None},
        {"basic": None},
        {"usage": AUTHORITY_USAGE},
        {"usage": None},
        {"usage": (profile.key_usage(digital_signature=True, key_agreement=True), True)},
        {"usage": (profile.key_usage(digital_signature=True), False)},
        {"purpose": None},
        {"purpose": (profile.purpose(Slot.CARD_AUTHENTICATION), True)},
        {"purpose": (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), True)},
        {"purpose": (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE]), True)},
        {"purpose": (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH, profile.CARD_AUTHENTICATION]), True)},
        {"extra": (UNKNOWN, True)},
        {"extra": (UNKNOWN, False)},
        {"extra": (x509.SubjectAlternativeName([x509.RFC822Name("somebody@example.org")]), False)},
        {"hash": hashes.SHA512()},
        {"subject": x509.Name([])},
        {"subject": x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "KD-000417")])},
        {
            "subject": x509.Name(
                [
                    x509.NameAttribute(NameOID.SERIAL_NUMBER, "KD-000417"),
                    x509.NameAttribute(NameOID.COMMON_NAME, "A NAME"),
                ]
            )
        },
        {"subject": x509.Name([x509.NameAttribute(NameOID.SERIAL_NUMBER, "../../KD")])},
    ],
    ids="+".join,
)
def test_a_leaf_of_another_profile_under_our_own_authority_is_not_ours(office, changes):
    piece = with_certificate(office, Slot.AUTHENTICATION, forge(office, **changes))
    assert judge(piece, office) == NotOurs("certificate")


@pytest.mark.parametrize(
    ("slot", "make"),
    [
        (Slot.AUTHENTICATION, lambda: rsa.generate_private_key(65537, 1024)),
        (Slot.KEY_MANAGEMENT, lambda: rsa.generate_private_key(65537, 1024)),
        (Slot.CARD_AUTHENTICATION, lambda: rsa.generate_private_key(65537, 1024)),
        (Slot.CARD_AUTHENTICATION, lambda: rsa.generate_private_key(65537, 2048)),
        (Slot.AUTHENTICATION, lambda: rsa.generate_private_key(65537, 3072)),
        (Slot.AUTHENTICATION, lambda: ec.generate_private_key(ec.SECP384R1())),
        (Slot.KEY_MANAGEMENT, lambda: ec.generate_private_key(ec.SECP256K1())),
    ],
)
def test_keys_that_we_do_not_issue(office, slot, make):
    piece = with_certificate(office, slot, forge(office, slot, key=make().public_key()))
    assert judge(piece, office) == NotOurs("certificate")


def test_a_certificate_in_another_slot(office):
    certs = office.image.certs
    assert judge(with_certificate(office, Slot.AUTHENTICATION, certs[Slot.CARD_AUTHENTICATION]), office) == NotOurs(
        "certificate"
    )
    assert judge(with_certificate(office, Slot.KEY_MANAGEMENT, certs[Slot.AUTHENTICATION]), office) == NotOurs(
        "certificate"
    )


class TestIssuers:
    def test_a_foreign_municipality(self, office):
        root = make_root("Elsewhere", office.now)
        authority = make_card_authority(root, "Elsewhere's cards", office.now)
        image = make_card_image(authority, "KD-000417", Pin("271828"), Pin("31415926"), office.now, 5)
        assert judge(VirtualCard(image), office) == NotOurs("issuer")

    def test_an_authority_that_took_our_name(self, office):
        root = make_root("Test root", office.now)
        authority = make_card_authority(root, "Test card authority", office.now)
        image = make_card_image(authority, "KD-000417", Pin("271828"), Pin("31415926"), office.now, 5)
        assert judge(VirtualCard(image), office) == NotOurs("certificate")

    def test_an_authority_of_ours_that_is_no_card_authority(self, office):
        other = make_card_authority(office.root, "Something else of ours", office.now)
        image = make_card_image(other, "KD-000417", Pin("271828"), Pin("31415926"), office.now, 5)
        assert judge(VirtualCard(image), office) == NotOurs("issuer")

    def test_a_leaf_straight_under_the_root(self, office):
        image = make_card_image(office.root, "KD-000417", Pin("271828"), Pin("31415926"), office.now, 5)
        assert isinstance(judge(VirtualCard(image), office), NotOurs)

    def test_a_card_that_issues_cards(self, office):
        card = Authority(office.image.certs[Slot.AUTHENTICATION], office.image.keys[Slot.AUTHENTICATION])
        image = make_card_image(card, "KD-000099", Pin("271828"), Pin("31415926"), office.now, 5)
        assert isinstance(judge(VirtualCard(image), office), NotOurs)

    def test_a_self_signed_card(self, office):
        key = office.image.keys[Slot.AUTHENTICATION]
        forged = forge(office, issuer=Authority(office.authority.certificate, key))
        assert judge(with_certificate(office, Slot.AUTHENTICATION, forged), office) == NotOurs("certificate")

    def test_nothing_is_trusted_without_anchors(self, office):
        for anchors in (
            Anchors((), (), office.anchors.crl),
            Anchors((), office.anchors.authorities, office.anchors.crl),
            Anchors(office.anchors.roots, (), office.anchors.crl),
        ):
            assert isinstance(judge(office.card(), office, anchors), NotOurs)

    def test_certificates_of_two_cards_on_one(self, office):
        other = make_card_image(office.authority, "KD-000500", Pin("271828"), Pin("31415926"), office.now, 5)
        for slot in Slot:
            assert judge(with_certificate(office, slot, other.certs[slot]), office) == NotOurs("numbers")

    def test_two_authorities_of_ours_side_by_side(self, office):
        second = make_card_authority(office.root, "Second card authority", office.now)
        image = make_card_image(second, "KD-000700", Pin("271828"), Pin("31415926"), office.now, 5)
        both = (office.authority.certificate, second.certificate)
        crl = make_crl(second, [], 1, office.now, office.now + WEEK)
        anchors = replace(office.anchors, authorities=both, crl=crl)
        assert isinstance(judge(VirtualCard(image), office, anchors), Genuine)
        key = image.keys[Slot.AUTHENTICATION].public_key()
        stray = certify(office.authority, "KD-000700", Slot.AUTHENTICATION, key, office.now, office.now + WEEK)
        mixed = VirtualCard(replace(image, certs={**image.certs, Slot.AUTHENTICATION: stray}))
        assert judge(mixed, office, anchors) == NotOurs("certificate")


class TestTime:
    def test_expired(self, office):
        end = office.image.certs[Slot.AUTHENTICATION].not_valid_after_utc
        assert judge(office.card(), office, now=end + timedelta(seconds=1)) == CardExpired(end)

    def test_not_yet_valid(self, office):
        later = make_card_image(
            office.authority, "KD-000600", Pin("271828"), Pin("31415926"), office.now + timedelta(days=9), 5
        )
        begin = later.certs[Slot.AUTHENTICATION].not_valid_before_utc
        assert judge(VirtualCard(later), office) == CardNotYetValid(begin)

    @pytest.mark.parametrize("slot", Slot)
    def test_one_expired_certificate_is_enough(self, office, slot):
        key = office.image.keys[slot].public_key()
        end = office.now - timedelta(days=1)
        old = certify(office.authority, "KD-000417", slot, key, office.now - timedelta(minutes=30) - WEEK, end)
        # The authority is itself younger than this: only a path that once held counts as expired.
        assert judge(with_certificate(office, slot, old), office) == NotOurs("certificate")
        short = certify(office.authority, "KD-000417", slot, key, office.now - timedelta(minutes=9), office.now)
        piece = with_certificate(office, slot, short)
        assert isinstance(judge(piece, office), Genuine)
        assert judge(piece, office, now=office.now + timedelta(minutes=1)) == CardExpired(office.now)

    def test_a_foreign_card_is_foreign_before_it_is_expired(self, office):
        root = make_root("Elsewhere", office.now)
        authority = make_card_authority(root, "Elsewhere's cards", office.now)
        image = make_card_image(authority, "KD-000417", Pin("271828"), Pin("31415926"), office.now, 1)
        assert judge(VirtualCard(image), office, now=office.now + timedelta(days=800)) == NotOurs("issuer")

    def test_no_card_outlives_its_authority(self, office):
        image = make_card_image(office.authority, "KD-000601", Pin("271828"), Pin("31415926"), office.now, 50)
        ends = {certificate.not_valid_after_utc for certificate in image.certs.values()}
        assert ends == {office.authority.certificate.not_valid_after_utc}
        assert isinstance(judge(VirtualCard(image), office, now=office.now + timedelta(days=366 * 11)), CardExpired)


def list_by(authority, office, extensions=(), entries=(), now=None, next_update=None):
    now = now or office.now
    builder = x509.CertificateRevocationListBuilder().issuer_name(authority.certificate.subject)
    builder = builder.last_update(now).next_update(next_update or now + WEEK)
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    for entry in entries:
        builder = builder.add_revoked_certificate(entry)
    return builder.sign(authority.key, hashes.SHA256()).public_bytes(Encoding.DER)


ONLY_CA_CERTIFICATES = x509.IssuingDistributionPoint(
    full_name=None,
    relative_name=None,
    only_contains_user_certs=False,
    only_contains_ca_certs=True,
    only_some_reasons=None,
    indirect_crl=False,
    only_contains_attribute_certs=False,
)


class TestRevocation:
    @pytest.mark.parametrize("slot", Slot)
    def test_any_of_the_three_certificates_revokes_the_card(self, office, slot):
        revoked = [(office.image.certs[slot].serial_number, office.now), (12345, office.now)]
        crl = make_crl(office.authority, revoked, 2, office.now, office.now + WEEK)
        assert judge(office.card(), office, replace(office.anchors, crl=crl)) == CardRevoked()

    def test_other_cards_stay_good(self, office):
        crl = make_crl(office.authority, [(12345, office.now)], 2, office.now, office.now + WEEK)
        assert isinstance(judge(office.card(), office, replace(office.anchors, crl=crl)), Genuine)

    def test_an_old_list_still_revokes_and_else_refuses(self, office):
        later = office.now + timedelta(days=30)
        assert judge(office.card(), office, now=later) == RevocationListTooOld(office.now + WEEK)
        serial = office.image.certs[Slot.CARD_AUTHENTICATION].serial_number
        crl = make_crl(office.authority, [(serial, office.now)], 2, office.now, office.now + WEEK)
        assert judge(office.card(), office, replace(office.anchors, crl=crl), now=later) == CardRevoked()

    def test_grace_is_a_stated_policy(self, office):
        lenient = replace(office.anchors, grace=timedelta(days=3))
        assert isinstance(judge(office.card(), office, lenient, office.now + timedelta(days=9)), Genuine)
        assert isinstance(judge(office.card(), office, lenient, office.now + timedelta(days=11)), RevocationListTooOld)

    @pytest.mark.parametrize(
        ("why", "make"),
        [
            ("none", lambda office: None),
            ("damaged", lambda office: b""),
            ("damaged", lambda office: office.anchors.crl[:-1]),
            ("damaged", lambda office: b"\x30\x80" + bytes(50)),
            ("issuer", lambda office: make_crl(office.root, [], 1, office.now, office.now + WEEK)),
            (
                "issuer",
                lambda office: make_crl(
                    make_card_authority(office.root, "Test card authority", office.now),
                    [],
                    1,
                    office.now,
                    office.now + WEEK,
                ),
            ),
            ("issuer", lambda office: office.anchors.crl[:-4] + b"\x00\x00\x00\x01"),
            ("partial", lambda office: list_by(office.authority, office, [(x509.DeltaCRLIndicator(1), True)])),
            ("partial", lambda office: list_by(office.authority, office, [(x509.DeltaCRLIndicator(1), False)])),
            ("partial", lambda office: list_by(office.authority, office, [(ONLY_CA_CERTIFICATES, True)])),
            ("partial", lambda office: list_by(office.authority, office, [(ONLY_CA_CERTIFICATES, False)])),
            ("partial", lambda office: list_by(office.authority, office, [(UNKNOWN, True)])),
            (
                "partial",
                lambda office: list_by(
                    office.authority,
                    office,
                    entries=[
                        x509.RevokedCertificateBuilder()
                        .serial_number(7)
                        .revocation_date(office.now)
                        .add_extension(x509.CertificateIssuer([x509.DirectoryName(x509.Name([]))]), critical=True)
                        .build()
                    ],
                ),
            ),
            ("future", lambda office: list_by(office.authority, office, now=office.now + timedelta(days=3))),
        ],
    )
    def test_a_list_that_cannot_be_relied_on_is_no_list(self, office, why, make):
        anchors = replace(office.anchors, crl=make(office))
        found = judge(office.card(), office, anchors)
        if why == "issuer" and isinstance(found, RevocationListMissing):
            assert found.why in ("issuer", "damaged")  # a spoilt signature may also no longer parse
        else:
            assert found == RevocationListMissing(why)

    def test_a_clock_some_minutes_slow_refuses_nobody(self, office):
        crl = make_crl(office.authority, [], 2, office.now + timedelta(minutes=20), office.now + WEEK)
        assert isinstance(judge(office.card(), office, replace(office.anchors, crl=crl)), Genuine)


class TestCopies:
    def test_our_certificates_on_other_keys(self, office):
        stolen = replace(
            make_card_image(office.authority, "KD-000888", Pin("271828"), Pin("31415926"), office.now, 5),
            certs=office.image.certs,
        )
        assert judge(VirtualCard(stolen), office) == Counterfeit()

    def test_a_copy_that_plays_back_an_answer(self, office):
        recorded = office.image.keys[Slot.CARD_AUTHENTICATION].sign(b"yesterday", ec.ECDSA(hashes.SHA256()))

        class Player(VirtualCard):
            def operate(self, key, kind, content):
                return recorded

        assert judge(Player(office.image), office) == Counterfeit()

    def test_a_copy_that_listened_to_the_real_card(self, office):
        """It plays back what the real card answered a moment ago: the challenge must be another each time."""
        said = []

        class Listened(VirtualCard):
            def operate(self, key, kind, content):
                said.append(super().operate(key, kind, content))
                return said[0]

        piece = Listened(office.image)
        assert isinstance(judge(piece, office), Genuine)
        assert judge(piece, office) == Counterfeit()

    def test_a_copy_that_refuses_to_answer(self, office):
        keys = {slot: key for slot, key in office.image.keys.items() if slot is not Slot.CARD_AUTHENTICATION}
        assert judge(VirtualCard(replace(office.image, keys=keys)), office) == Counterfeit()

    @pytest.mark.parametrize("answer", [b"", b"\x30\x00", bytes(72), b"\x30\x06\x02\x01\x00\x02\x01\x00"])
    def test_answers_that_are_no_signatures(self, office, answer):
        class Mumbler(VirtualCard):
            def operate(self, key, kind, content):
                return answer

        assert judge(Mumbler(office.image), office) == Counterfeit()

    def test_a_copy_with_a_stolen_9e_but_no_9a(self, office):
        """The clone check passes; the challenge after the PIN does not."""
        other = ec.generate_private_key(ec.SECP256R1())
        keys = {**office.image.keys, Slot.AUTHENTICATION: other}
        card = card_of(VirtualCard(replace(office.image, keys=keys)))
        genuine = examine(card, office.anchors, office.now)
        assert isinstance(genuine, Genuine)
        card.verify(Pin("271828"))
        assert not prove_presence(card, genuine, SIGN_IN_CONTEXT)

    def test_a_signature_speaks_for_its_own_context_and_message_only(self, office):
        card = card_of(office.card())
        card.select()
        card.verify(Pin("271828"))
        key = office.image.keys[Slot.AUTHENTICATION].public_key()
        signature = card.sign(Slot.AUTHENTICATION, b"ballot v1\x00", b"a vote")
        assert signature_holds(key, signature, b"ballot v1\x00", b"a vote")
        assert not signature_holds(key, signature, SIGN_IN_CONTEXT, b"a vote")
        assert not signature_holds(key, signature, b"ballot v1\x00", b"another")
        assert not signature_holds("no key", signature, b"ballot v1\x00", b"a vote")
        with pytest.raises(ValueError, match="context"):
            card.sign(Slot.AUTHENTICATION, b"", b"a vote")


class TestOddCards:
    def test_a_card_that_is_not_piv(self, office):
        class Transit:
            def transmit(self, apdu):
                return b"\x6a\x82"

            def close(self):
                pass

        assert examine(PivCard(Transit()), office.anchors, office.now) == NotACitizenCard()

    @pytest.mark.parametrize("tag", [0x5FC105, 0x5FC101, 0x5FC10B, 0x5FC102])
    def test_a_blank_card(self, office, tag):
        for content in (None, b""):
            piece = office.card()
            if content is None:
                del piece.objects[tag]
            else:
                piece.objects[tag] = content
            assert judge(piece, office) == NotACitizenCard()

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda der: certificate_object(der)[:-20],
            lambda der: certificate_object(der)[:3],
            lambda der: certificate_object(der[:-1]),
            lambda der: certificate_object(der + b"\x00"),
            lambda der: certificate_object(der, info=1),
            lambda der: certificate_object(gzip.compress(der), info=0),
            lambda der: certificate_object(gzip.compress(der)[:-9], info=1),
            lambda der: certificate_object(gzip.compress(der) + b"more", info=1),
            lambda der: certificate_object(gzip.compress(bytes(50_000_000)), info=1)[:12_000],
            lambda der: certificate_object(gzip.compress(bytes(5_000_000)), info=1),
            lambda der: certificate_object(der) + certificate_object(der),
            lambda der: b"\x71\x01\x00\xfe\x00",
            lambda der: b"\x70\x84\xff\xff\xff\xff",
            lambda der: b"\xff" * 40,
        ],
    )
    def test_damaged_objects(self, office, spoil):
        piece = office.card()
        tag = Slot.AUTHENTICATION.certificate_object
        piece.objects[tag] = spoil(office.image.certs[Slot.AUTHENTICATION].public_bytes(Encoding.DER))
        assert isinstance(judge(piece, office), ReadError), "it says nothing of whose card it is"

    def test_unpacking_stops_at_its_ceiling(self):
        assert piv._unpack(gzip.compress(bytes(piv.LONGEST_CERTIFICATE))) == bytes(piv.LONGEST_CERTIFICATE)
        with pytest.raises(ValueError, match="packed"):
            piv._unpack(gzip.compress(bytes(piv.LONGEST_CERTIFICATE + 1)))

    def test_a_packed_certificate(self, office):
        piece = office.card()
        for slot, certificate in office.image.certs.items():
            packed = gzip.compress(certificate.public_bytes(Encoding.DER))
            piece.objects[slot.certificate_object] = certificate_object(packed, info=1)
        assert isinstance(judge(piece, office), Genuine)

    def test_a_certificate_with_a_key_that_nobody_can_read(self, office):
        der = office.image.certs[Slot.AUTHENTICATION].public_bytes(Encoding.DER)
        curve = bytes.fromhex("06082A8648CE3D030107")
        assert der.count(curve) == 1
        piece = office.card()
        tag = Slot.AUTHENTICATION.certificate_object
        piece.objects[tag] = certificate_object(der.replace(curve, curve[:-1] + b"\x7f"))
        assert judge(piece, office) == NotOurs("certificate"), "it can be read, and is none of ours"


class TestRollOver:
    """One card authority follows another: cards of both are good, each by its own list."""

    @pytest.fixture
    def both(self, office):
        second = make_card_authority(office.root, "Second card authority", office.now)
        image = make_card_image(second, "KD-000700", Pin("271828"), Pin("31415926"), office.now, 5)
        lists = [make_crl(one, [], 3, office.now, office.now + WEEK) for one in (office.authority, second)]
        authorities = (office.authority.certificate, second.certificate)
        anchors = replace(office.anchors, authorities=authorities, crl=lists[0], more_crls=(lists[1],))
        return second, image, anchors

    def test_cards_of_both(self, office, both):
        _, image, anchors = both
        for piece in (office.card(), VirtualCard(image)):
            assert isinstance(judge(piece, office, anchors), Genuine)
            swapped = replace(anchors, crl=anchors.more_crls[0], more_crls=(anchors.crl,))
            assert isinstance(judge(piece, office, swapped), Genuine)

    def test_without_a_list_of_its_own_authority_a_card_is_not_taken(self, office, both):
        _, image, anchors = both
        found = judge(VirtualCard(image), office, replace(anchors, more_crls=()))
        assert found == RevocationListMissing("issuer")

    def test_a_new_root(self, office, both):
        root = make_root("Second root", office.now)
        authority = make_card_authority(root, "Cards under the second root", office.now)
        image = make_card_image(authority, "KD-000701", Pin("271828"), Pin("31415926"), office.now, 5)
        crl = make_crl(authority, [], 1, office.now, office.now + WEEK)
        *_, anchors = both
        assert judge(VirtualCard(image), office, anchors) == NotOurs("issuer")
        wider = replace(
            anchors,
            roots=(*anchors.roots, root.certificate),
            authorities=(*anchors.authorities, authority.certificate),
            more_crls=(*anchors.more_crls, crl),
        )
        for one in (office.card(), VirtualCard(image)):
            assert isinstance(judge(one, office, wider), Genuine)

    def test_of_several_lists_the_highest_number_counts(self, office):
        serial = office.image.certs[Slot.AUTHENTICATION].serial_number
        old = make_crl(office.authority, [], 3, office.now, office.now + WEEK)
        new = make_crl(office.authority, [(serial, office.now)], 4, office.now, office.now + WEEK)
        for crl, more in ((old, new), (new, old)):
            anchors = replace(office.anchors, crl=crl, more_crls=(more,))
            assert judge(office.card(), office, anchors) == CardRevoked()

    def test_nonsense_beside_a_good_list_does_no_harm(self, office):
        anchors = replace(
            office.anchors, more_crls=(b"", b"nonsense", make_crl(office.root, [], 9, office.now, office.now))
        )
        assert isinstance(judge(office.card(), office, anchors), Genuine)


class TestNumbersNeverGoBack:
    def crl(self, office, number, authority=None):
        return make_crl(authority or office.authority, [], number, office.now, office.now + WEEK)

    def accept(self, office, offered, held, authorities=None):
        return accept_list(offered, held, authorities or office.anchors.authorities)

    def test_the_next_and_the_same_are_taken(self, office):
        for number in (7, 8):
            found = self.accept(office, self.crl(office, number), self.crl(office, 7))
            assert found == ListTaken(number, office.now + WEEK)
        assert isinstance(self.accept(office, self.crl(office, 1), None), ListTaken)

    def test_an_older_one_is_not(self, office):
        assert self.accept(office, self.crl(office, 6), self.crl(office, 7)) == ListOlder(6, 7)

    def test_a_strangers_or_a_damaged_one_is_not(self, office):
        assert self.accept(office, self.crl(office, 9, office.root), None) == RevocationListMissing("issuer")
        assert self.accept(office, b"nonsense", self.crl(office, 7)) == RevocationListMissing("damaged")
        assert self.accept(office, self.crl(office, 9), None, [make_root("x", office.now).certificate]) == (
            RevocationListMissing("issuer")
        )

    def test_each_authority_counts_for_itself(self, office):
        second = make_card_authority(office.root, "Second card authority", office.now)
        both = [office.authority.certificate, second.certificate]
        assert self.accept(office, self.crl(office, 1, second), self.crl(office, 99), both) == (
            ListTaken(1, office.now + WEEK)
        )

    def test_a_list_below_the_floor_is_played_back(self, office):
        floor = {authority_id(office.authority.certificate): 5}
        for number, outcome in ((4, RevocationListMissing("replayed")), (5, Genuine), (6, Genuine)):
            anchors = replace(office.anchors, crl=self.crl(office, number), crl_floor=floor)
            found = judge(office.card(), office, anchors)
            assert found == outcome or (outcome is Genuine and isinstance(found, Genuine))


class TestNameConstraints:
    @pytest.mark.parametrize("critical", [True, False])
    def test_on_a_leaf(self, office, critical):
        limits = x509.NameConstraints([x509.DirectoryName(profile.subject("KD-1"))], None)
        piece = with_certificate(office, Slot.AUTHENTICATION, forge(office, extra=(limits, critical)))
        assert judge(piece, office) == NotOurs("certificate")

    @pytest.mark.parametrize("excluded", [True, False], ids=["excluded", "permitted"])
    def test_an_authority_that_may_not_name_cards_of_ours(self, office, excluded):
        """What the verifier cannot weigh, it refuses."""
        names = [x509.DirectoryName(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "others only")]))]
        limits = x509.NameConstraints(None, names) if excluded else x509.NameConstraints(names, None)
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Limited authority")])
        identifier = office.root.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(office.root.certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(office.now - timedelta(hours=1))
            .not_valid_after(office.now + timedelta(days=900))
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
            .add_extension(profile.key_usage(signs_certificates=True), True)
            .add_extension(limits, True)
        )
        limited = Authority(builder.sign(office.root.key, hashes.SHA256()), key)
        image = make_card_image(limited, "KD-000702", Pin("271828"), Pin("31415926"), office.now, 1)
        anchors = replace(
            office.anchors,
            authorities=(limited.certificate,),
            crl=make_crl(limited, [], 1, office.now, office.now + WEEK),
        )
        assert judge(VirtualCard(image), office, anchors) == NotOurs("certificate")


class TestChallenge:
    def test_it_names_booth_and_session(self, office):
        said = []

        class Tells(VirtualCard):
            def operate(self, key, kind, content):
                said.append(content)
                return super().operate(key, kind, content)

        card = card_of(Tells(office.image))
        genuine = examine(card, office.anchors, office.now)
        card.verify(Pin("271828"))
        assert prove_presence(card, genuine, SIGN_IN_CONTEXT, "booth 1", "visit 1")
        assert prove_presence(card, genuine, SIGN_IN_CONTEXT, "booth 1", "visit 1")
        assert len(set(said)) == len(said) == 3, "fresh each time"
        nonce = bytes(32)
        asked = {
            challenge(nonce, booth, session)
            for booth, session in [("", ""), ("a", ""), ("", "a"), ("a", "b"), ("ab", ""), ("b", "a")]
        }
        assert len(asked) == 6 and all(one.startswith(nonce) for one in asked)

    def test_an_answer_made_for_another_booth_or_visit_is_none(self, office):
        key = office.image.keys[Slot.AUTHENTICATION]
        nonce = bytes(range(32))
        signature = key.sign(SIGN_IN_CONTEXT + challenge(nonce, "booth 1", "visit 1"), ec.ECDSA(hashes.SHA256()))
        public = key.public_key()
        assert signature_holds(public, signature, SIGN_IN_CONTEXT, challenge(nonce, "booth 1", "visit 1"))
        for booth, session in (("booth 2", "visit 1"), ("booth 1", "visit 2"), ("booth 1visit", " 1")):
            assert not signature_holds(public, signature, SIGN_IN_CONTEXT, challenge(nonce, booth, session))
