"""What a card's certificates look like: issuing (personalise.py) and checking (trust.py) read the same lines here.

It must never be looser in the check than in the issue: a certificate that we would not make is not ours.
"""

from __future__ import annotations

import re
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, NameOID
from cryptography.x509.verification import Criticality, ExtensionPolicy, Policy, PolicyBuilder, Store, VerificationError

from card_reader.piv import CERTIFICATE_ERRORS, Algorithm, Slot

NUMBER = re.compile(r"[A-Za-z0-9-]{1,32}")  # safe in a file name, in a URL and in PrintableString

# No purpose of the public registries says "opens this resident's sealed dossier": an identifier of our own under
# 2.25, the arc of UUIDs, which needs no registration (X.667).
OPENS_DOSSIER = x509.ObjectIdentifier("2.25.118553100126528480978383430260413951149")
CARD_AUTHENTICATION = x509.ObjectIdentifier("2.16.840.1.101.3.6.8")  # id-PIV-cardAuth, FIPS 201-3

_PURPOSES = {
    Slot.AUTHENTICATION: ExtendedKeyUsageOID.CLIENT_AUTH,
    Slot.CARD_AUTHENTICATION: CARD_AUTHENTICATION,
    Slot.KEY_MANAGEMENT: OPENS_DOSSIER,
}
_EXTENSIONS = {
    ExtensionOID.BASIC_CONSTRAINTS,
    ExtensionOID.KEY_USAGE,
    ExtensionOID.EXTENDED_KEY_USAGE,
    ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
    ExtensionOID.SUBJECT_KEY_IDENTIFIER,
}


_UUID_ARC = "2.25."
_MOST_ROLES = 4


def purpose(slot: Slot, roles: tuple[str, ...] = ()) -> x509.ExtendedKeyUsage:
    """The extended key usage of a slot's certificate: the slot's own, and in 9A after it the holder's `roles`, dotted
    identifiers under 2.25 that the issuer gave a meaning to. Raises ValueError for roles elsewhere."""
    if roles and (slot is not Slot.AUTHENTICATION or not all(_is_role(role) for role in roles)):
        raise ValueError("roles are identifiers under 2.25, in 9A")
    return x509.ExtendedKeyUsage([_PURPOSES[slot], *map(x509.ObjectIdentifier, roles)])


def roles_in(certificate: x509.Certificate) -> frozenset[str]:
    """The roles that a 9A certificate of our form names; it has been judged before."""
    usages = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    return frozenset(usage.dotted_string for usage in usages if usage != _PURPOSES[Slot.AUTHENTICATION])


def _is_role(dotted: str) -> bool:
    return dotted.startswith(_UUID_ARC) and dotted != OPENS_DOSSIER.dotted_string


def usage(slot: Slot, key: object) -> x509.KeyUsage:
    """The one key usage of a slot's certificate; key management depends on the kind of key."""
    opens = slot is Slot.KEY_MANAGEMENT
    return key_usage(
        digital_signature=not opens,
        key_agreement=opens and isinstance(key, ec.EllipticCurvePublicKey),
        key_encipherment=opens and isinstance(key, rsa.RSAPublicKey),
    )


def key_usage(
    *,
    digital_signature: bool = False,
    key_agreement: bool = False,
    key_encipherment: bool = False,
    signs_certificates: bool = False,
) -> x509.KeyUsage:
    """KeyUsage with the named bits only."""
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=False,
        key_encipherment=key_encipherment,
        data_encipherment=False,
        key_agreement=key_agreement,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def serves(slot: Slot, key: object) -> bool:
    """Whether a public key may stand in a slot: P-256 everywhere, RSA-2048 in 9A and 9D."""
    algorithm = Algorithm.of(key)
    return algorithm is Algorithm.P_256 or (algorithm is Algorithm.RSA_2048 and slot is not Slot.CARD_AUTHENTICATION)


def subject(number: str) -> x509.Name:
    """The card number only: any reader can read the certificate without a PIN. Raises ValueError for a bad number."""
    if not NUMBER.fullmatch(number):
        raise ValueError("a card number has 1 to 32 Latin letters, digits and hyphens")
    return x509.Name([x509.NameAttribute(NameOID.SERIAL_NUMBER, number)])


def card_number(certificate: x509.Certificate) -> str | None:
    """The card number, if the subject is a card number and nothing else; of a name that nobody can read, too, None."""
    try:
        attributes = list(certificate.subject)
    except CERTIFICATE_ERRORS:
        return None
    if len(attributes) != 1 or attributes[0].oid != NameOID.SERIAL_NUMBER:
        return None
    number = attributes[0].value
    return number if isinstance(number, str) and NUMBER.fullmatch(number) else None


def path(
    certificate: x509.Certificate,
    slot: Slot,
    roots: tuple[x509.Certificate, ...],
    authorities: tuple[x509.Certificate, ...],
    at: datetime,
) -> x509.Certificate | None:
    """The card authority that issued a slot's certificate, if its path holds at `at` and its profile is ours.

    The path is leaf, one of `authorities`, one of `roots` (RFC 5280, section 6). Nothing that the card brings is used
    but the leaf. None if anything is wrong.
    """
    if not roots or not authorities:
        return None
    policy = PolicyBuilder().store(Store(list(roots))).time(at).max_chain_depth(1)
    policy = policy.extension_policies(ca_policy=ExtensionPolicy.webpki_defaults_ca(), ee_policy=_end_entity(slot))
    try:
        chain = policy.build_client_verifier().verify(certificate, list(authorities)).chain
    except (VerificationError, *CERTIFICATE_ERRORS):
        return None
    # A leaf straight under the root, or an authority under the name of a leaf, is none of ours.
    if len(chain) != 3 or chain[0] != certificate or chain[1] not in authorities or chain[2] not in roots:
        return None
    return chain[1]


def _end_entity(slot: Slot) -> ExtensionPolicy:
    """Our own policy for a leaf: the library's defaults refuse our purposes and demand a SAN."""

    def not_an_authority(_: Policy, __: x509.Certificate, found: x509.BasicConstraints) -> None:
        if found.ca:
            raise ValueError("a card is no authority")

    def right_usage(_: Policy, certificate: x509.Certificate, found: x509.KeyUsage) -> None:
        if found != usage(slot, certificate.public_key()):
            raise ValueError("key usage of another slot")

    def right_purpose(_: Policy, certificate: x509.Certificate, found: x509.ExtendedKeyUsage) -> None:
        first, *roles = [usage.dotted_string for usage in found]
        if first != _PURPOSES[slot].dotted_string or len(roles) > _MOST_ROLES or found != purpose(slot, tuple(roles)):
            raise ValueError("purpose of another slot")
        _our_form(slot, certificate)

    critical, other = Criticality.CRITICAL, Criticality.NON_CRITICAL
    return (
        ExtensionPolicy.permit_all()
        .require_present(x509.BasicConstraints, critical, not_an_authority)
        .require_present(x509.KeyUsage, critical, right_usage)
        .require_present(x509.ExtendedKeyUsage, critical, right_purpose)
        .require_present(x509.AuthorityKeyIdentifier, other, None)
        .require_present(x509.SubjectKeyIdentifier, other, None)
    )


def _our_form(slot: Slot, certificate: x509.Certificate) -> None:
    """Raises ValueError unless subject, key, hash and set of extensions are as we issue them."""
    if card_number(certificate) is None:
        raise ValueError("subject is not a card number")
    if not serves(slot, certificate.public_key()):
        raise ValueError("key of a kind we do not issue")
    if not isinstance(certificate.signature_hash_algorithm, hashes.SHA256):
        raise ValueError("signed over another hash")
    if {extension.oid for extension in certificate.extensions} != _EXTENSIONS:
        raise ValueError("extensions that we do not issue")
