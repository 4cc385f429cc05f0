"""Only the whole paper, byte for byte, is intact; whatever else a file holds is told."""

from __future__ import annotations

import io
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import paper_forgers as forgers
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.keys.internal import translate_pyca_cryptography_cert_to_asn1, translate_pyca_cryptography_key_to_asn1
from pyhanko.sign.signers import Signer, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore
from random_tests import LONG

from printing import (
    Altered,
    Intact,
    Mark,
    Paragraph,
    Press,
    SheetRow,
    StaffSheet,
    Unreadable,
    Unsealed,
    Untrusted,
    certify_seal,
    examine,
)
from printing.__main__ import main
from printing.archive import archive
from printing.documents.certificate_page import draw
from printing.seal import seal
from printing.verdicts import sentence
from printing.verify import LARGEST, Doubt, How

NAME = "Δήμος, θυρίδα ΑΑΚ1"
BOOTHS = "Δήμος Αγίων Αναργύρων-Καματερού, θυρίδα ΑΑΚ1"  # the seal that the press has
AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


@dataclass(frozen=True)
class Key:
    """A seal of any key and certificates, in memory."""

    certificate: x509.Certificate
    key: Any
    others: tuple[x509.Certificate, ...] = ()
    name: str = NAME

    def signer(self) -> Signer:
        known = translate_pyca_cryptography_cert_to_asn1
        chain = SimpleCertificateStore.from_certs([known(one) for one in self.others])
        secret = translate_pyca_cryptography_key_to_asn1(self.key)
        return SimpleSigner(signing_cert=known(self.certificate), signing_key=secret, cert_registry=chain)


def certified(authority: Any, public: Any, *, ca: bool = False, days: int = 300, **more: Any) -> x509.Certificate:
    """`more`: `name`, `purpose` (an OID or None), `hash`, `began`."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, more.get("name", NAME))])
    began = more.get("began", AT - timedelta(days=2))
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(authority.certificate.subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(began)
        .not_valid_after(began + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(not ca, not ca, False, False, False, ca, ca, False, False), critical=True)
    )
    if more.get("purpose"):
        builder = builder.add_extension(x509.ExtendedKeyUsage([x509.ObjectIdentifier(more["purpose"])]), critical=False)
    return builder.sign(authority.key, hashes.SHA256())


@pytest.fixture(scope="module")
def drawn(family: Any) -> bytes:
    """A small paper, not sealed yet."""
    return archive(draw(family(1), seal=NAME), title="Δείγμα", created=AT, face=True)


@pytest.fixture(scope="module")
def key(authority: Any) -> Key:
    certificate, secret = certify_seal(authority.certificate, authority.key, NAME, AT - timedelta(days=2), 1)
    return Key(certificate, secret)


@pytest.fixture(scope="module")
def paper(drawn: bytes, key: Key) -> bytes:
    return seal(drawn, key, now=AT)


@pytest.fixture(scope="module")
def judged(authority: Any) -> Callable[..., Any]:
    return lambda pdf, now=AT + HOUR: examine(pdf, authority.pem, now=now)


def test_a_true_paper_is_intact(paper: bytes, judged: Any) -> None:
    assert judged(paper) == Intact(NAME, AT)


# --- what was added --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("edit", forgers.LATER)
def test_a_later_version_is_told_with_what_it_brought(edit: str, paper: bytes, judged: Any) -> None:
    changed = forgers.later(paper, forgers.LATER[edit])
    found = judged(changed)
    behind = changed[len(paper) :]
    numbers = sorted({int(one) for one in re.findall(rb"(?m)^(\d+) 0 obj", behind)})
    assert (found.signer, found.how) == (NAME, How.ADDED)
    assert (found.added.before, found.added.behind, found.added.revisions) == (0, len(behind), 1)
    assert list(found.added.objects) == numbers[:12] != []


def test_the_times_of_a_later_version_are_told_and_its_words_are_not(paper: bytes, judged: Any) -> None:
    found = judged(forgers.later(paper, forgers.LATER["note"]))
    assert "20261224101112" in found.added.written
    for language in ("en", "el"):
        said = sentence(found, language, now=AT)
        assert "2026-12-24T10:11:12" in said and "Another name" not in said and "\n" not in said


def test_bytes_behind_it_or_before_it(paper: bytes, judged: Any) -> None:
    for label, changed in forgers.around(paper):
        found = judged(changed)
        assert (found.signer, found.how) == (NAME, How.ADDED), label
        assert found.added.before + found.added.behind == len(changed) - len(paper), label


def test_a_second_seal_is_one_more_whoever_made_it(paper: bytes, judged: Any, authority: Any, stranger: Any) -> None:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

    for maker in (authority, stranger):
        secret = ec.generate_private_key(ec.SECP256R1())
        second = Key(certified(maker, secret.public_key()), secret)
        out = io.BytesIO()
        # The first seal forbids it; a forger's program does not ask.
        with mock.patch.object(PdfSigner, "_enforce_certification_constraints"):
            signer = PdfSigner(PdfSignatureMetadata(field_name="Second", md_algorithm="sha256"), second.signer())
            signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(paper)), output=out)
        found = judged(out.getvalue())
        assert (found.signer, found.how, found.added.seals) == (NAME, How.ADDED, 1)


# --- what was changed ------------------------------------------------------------------------------------------------


def test_other_bytes_are_no_paper_any_more(paper: bytes, judged: Any) -> None:
    for label, changed in forgers.other_bytes(paper):
        assert isinstance(judged(changed), Altered), label
        assert judged(changed).how is How.CONTENT, label


def test_the_seals_own_place_holds_the_seal_and_nothing_else(paper: bytes, judged: Any, stranger: Any) -> None:
    other = stranger.certificate.public_bytes(serialization.Encoding.DER)
    for label, changed in forgers.in_the_seal(paper, other):
        assert len(changed) == len(paper) and changed != paper, label
        assert judged(changed) == Altered(NAME, How.IN_THE_SEAL), label


def _bent(paper: bytes, place: int, bit: int) -> bytes:
    return paper[:place] + bytes([paper[place] ^ 1 << bit]) + paper[place + 1 :]


def test_any_byte_of_the_whole_file_counts(paper: bytes, judged: Any) -> None:
    """A few hundred over the file; all of the seal's dictionary, of the head and of the end (in the long form)."""
    start, end = forgers.held(paper)
    near = [
        *range(20),
        *range(start - 60, start + 20),
        *range(end - 10, end + 140),
        *range(len(paper) - 60, len(paper)),
    ]
    for place in sorted({*near[:: 1 if LONG else 9], *range(0, len(paper), 13 if LONG else 997)}):
        assert isinstance(judged(_bent(paper, place, place % 8)), Altered), place


@given(data=st.data())
def test_any_bit_of_the_seals_place_counts(data: st.DataObject, paper: bytes, judged: Any) -> None:
    start, end = forgers.held(paper)
    place = data.draw(st.integers(start - 1, end))
    assert isinstance(judged(_bent(paper, place, data.draw(st.integers(0, 7)))), Altered)


# --- by whom ---------------------------------------------------------------------------------------------------------


def test_the_same_name_under_another_root_is_a_stranger(drawn: bytes, judged: Any, stranger: Any) -> None:
    secret = ec.generate_private_key(ec.SECP256R1())
    forged = seal(drawn, Key(certified(stranger, secret.public_key()), secret), now=AT)
    assert judged(forged) == Untrusted(NAME, AT, Doubt.STRANGER)
    for label, changed in forgers.around(forged):
        assert (judged(changed).signer, judged(changed).how) == (None, How.ADDED), label


def test_no_name_makes_a_second_line_or_another_verdict(drawn: bytes, judged: Any, stranger: Any) -> None:
    secret = ec.generate_private_key(ec.SECP256R1())
    name = "X\nintact: sealed by Δήμος\x1b[2K\u202e"
    forged = seal(drawn, Key(certified(stranger, secret.public_key(), name=name), secret), now=AT)
    found = judged(forged)
    assert found.signer == "X intact: sealed by Δήμος [2K"
    assert sentence(found, "en", now=AT).startswith("not trusted: ")


@pytest.mark.parametrize("purpose", [None, "1.3.6.1.5.5.7.3.36", "1.3.6.1.5.5.7.3.4", "1.3.6.1.4.1.311.10.3.12"])
def test_certificates_that_may_seal(purpose: str | None, drawn: bytes, judged: Any, authority: Any) -> None:
    secret = ec.generate_private_key(ec.SECP256R1())
    sealed = seal(drawn, Key(certified(authority, secret.public_key(), purpose=purpose), secret), now=AT)
    assert judged(sealed) == Intact(NAME, AT)


def test_a_certificate_for_something_else_may_not(drawn: bytes, judged: Any, authority: Any) -> None:
    secret = ec.generate_private_key(ec.SECP256R1())
    client = certified(authority, secret.public_key(), purpose="1.3.6.1.5.5.7.3.2")
    assert judged(seal(drawn, Key(client, secret), now=AT)) == Untrusted(NAME, AT, Doubt.STRANGER)


def _signed_again(pdf: bytes, key: Key, digest: str, *, own: bool = True) -> bytes:
    """The same bytes under a seal that we would never make: with `digest`, without saying whose certificate it is."""
    import hashlib

    from asn1crypto import algos, cms

    start, end = forgers.held(pdf)
    digested = hashlib.new(digest, pdf[: start - 1] + pdf[end + 1 :]).digest()
    info = cms.ContentInfo.load(bytes.fromhex(pdf[start:end].decode()))
    signer = info["content"]["signer_infos"][0]
    kept = [one for one in signer["signed_attrs"] if own or one["type"].dotted != "1.2.840.113549.1.9.16.2.47"]
    for one in kept:
        if one["type"].native == "message_digest":
            one["values"] = [digested]
    attributes = cms.CMSAttributes(kept)
    signer["signed_attrs"] = attributes
    signer["digest_algorithm"] = algos.DigestAlgorithm({"algorithm": digest})
    signer["signature_algorithm"] = algos.SignedDigestAlgorithm({"algorithm": f"{digest}_ecdsa"})
    made = {"sha1": hashes.SHA1(), "sha256": hashes.SHA256()}[digest]
    signer["signature"] = key.key.sign(attributes.dump(force=True), ec.ECDSA(made))
    info["content"]["digest_algorithms"] = [algos.DigestAlgorithm({"algorithm": digest})]
    return pdf[:start] + info.dump(force=True).hex().upper().encode().ljust(end - start, b"0") + pdf[end:]


def test_a_weak_seal_and_one_that_does_not_say_whose(paper: bytes, key: Key, judged: Any) -> None:
    assert judged(_signed_again(paper, key, "sha256")) == Intact(NAME, AT), "the forger's hand works"
    assert judged(_signed_again(paper, key, "sha1")) == Untrusted(NAME, AT, Doubt.WEAK)
    assert judged(_signed_again(paper, key, "sha256", own=False)) == Altered(None)


# --- when ------------------------------------------------------------------------------------------------------------


def test_a_seal_whose_certificate_has_ended_since(paper: bytes, key: Key, judged: Any) -> None:
    began, ended = key.certificate.not_valid_before_utc, key.certificate.not_valid_after_utc
    assert judged(paper, ended) == Intact(NAME, AT)
    expired = judged(paper, ended + SECOND)
    assert expired == Untrusted(NAME, AT, Doubt.EXPIRED, began, ended)
    said = sentence(expired, "en", now=ended + SECOND)
    assert said.startswith("expired: ") and ended.isoformat() in said and AT.isoformat() in said


def test_a_seal_made_out_of_its_certificates_time(drawn: bytes, key: Key, judged: Any) -> None:
    began, ended = key.certificate.not_valid_before_utc, key.certificate.not_valid_after_utc
    for moment in (began, ended):
        assert judged(seal(drawn, key, now=moment), ended) == Intact(NAME, moment)
    for moment in (began - SECOND, ended + SECOND):
        for now in (AT, ended + HOUR):
            wrong = Untrusted(NAME, moment, Doubt.INVALID_THEN, began, ended)
            assert judged(seal(drawn, key, now=moment), now) == wrong


def test_a_clock_that_is_behind_the_seal(paper: bytes, key: Key, judged: Any) -> None:
    began, ended = key.certificate.not_valid_before_utc, key.certificate.not_valid_after_utc
    assert judged(paper, AT - HOUR) == Intact(NAME, AT)
    for now in (AT - HOUR - SECOND, began - timedelta(days=9), datetime(1970, 1, 1, tzinfo=UTC)):
        assert judged(paper, now) == Untrusted(NAME, AT, Doubt.TO_COME, began, ended)


def test_a_certificate_that_outlives_its_authority_ends_with_it(drawn: bytes, authority: Any, judged: Any) -> None:
    secret = ec.generate_private_key(ec.SECP256R1())
    sealed = seal(drawn, Key(certified(authority, secret.public_key(), days=5000), secret), now=AT)
    ended = authority.certificate.not_valid_after_utc
    assert judged(sealed, ended) == Intact(NAME, AT)
    assert judged(sealed, ended + SECOND).why is Doubt.EXPIRED


# --- true papers -----------------------------------------------------------------------------------------------------


def test_papers_of_other_keys_and_longer_chains(drawn: bytes, authority: Any, judged: Any) -> None:
    middle_key = ec.generate_private_key(ec.SECP384R1())
    middle = certified(authority, middle_key.public_key(), ca=True, name="Μεσαία αρχή")
    under = replace(authority, certificate=middle, key=middle_key)
    for secret in (rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP384R1())):
        chained = Key(certified(under, secret.public_key()), secret, (middle, authority.certificate))
        assert judged(seal(drawn, chained, now=AT)) == Intact(NAME, AT)


def test_a_paper_sealed_in_a_token(drawn: bytes, authority: Any, judged: Any, tmp_path: Path) -> None:
    import pkcs11
    import softhsm
    from pkcs11.util.ec import encode_named_curve_parameters
    from pyhanko.sign.pkcs11 import PKCS11Signer

    @dataclass(frozen=True)
    class InToken:
        session: Any
        certificate: x509.Certificate
        name: str = NAME

        def signer(self) -> Signer:
            known = translate_pyca_cryptography_cert_to_asn1(self.certificate)
            return PKCS11Signer(self.session, signing_cert=known, key_label="seal", use_raw_mechanism=True)

    with softhsm.token(tmp_path) as token:
        found = pkcs11.lib(softhsm.MODULE).get_token(token_label=token.label)
        with found.open(rw=True, user_pin=token.pin) as session:
            curve = {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}
            public, _ = session.create_domain_parameters(pkcs11.KeyType.EC, curve, local=True).generate_keypair(
                store=True, label="seal"
            )
            point = public[pkcs11.Attribute.EC_POINT][2:]
            told = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
            sealed = seal(drawn, InToken(session, certified(authority, told)), now=AT)
    assert judged(sealed) == Intact(NAME, AT)


@pytest.mark.parametrize("sample", [True, False])
@pytest.mark.parametrize("members", [0, 1, 9, 40])
def test_certificates_of_any_length_are_intact(
    members: int, sample: bool, press: Press, family: Any, authority: Any
) -> None:
    made = family(members, sample=sample) if members else family(1, blocks=(Paragraph(""),))
    assert examine(press.make(made), authority.pem, now=AT) == Intact(BOOTHS, made.issued_at)


def test_sheets_for_the_staff_are_intact(press: Press, authority: Any) -> None:
    sheet = StaffSheet(
        "Δήμος", "ΑΑΚ1", "Παράδοση", AT, "Οι έλεγχοι έγιναν.", (), (SheetRow(Mark.GOOD, "Δίσκος", "Ναι"),)
    )
    assert examine(press.make(sheet), authority.pem, now=AT) == Intact(BOOTHS, AT)


# --- files that are no papers ----------------------------------------------------------------------------------------


def test_what_is_no_paper_at_all(drawn: bytes, paper: bytes, judged: Any) -> None:
    assert judged(drawn) == judged(paper[: len(paper) // 2]) == Unsealed(), "a file that ends before its seal has none"
    assert judged(b"") == judged(b"\0" * 1000) == judged(b"PK\x03\x04") == Unreadable()
    with_password = io.BytesIO()
    import pikepdf

    with pikepdf.open(io.BytesIO(drawn)) as document:
        document.save(with_password, encryption=pikepdf.Encryption(user="1234", owner="5678"))
    assert judged(with_password.getvalue()) == Unsealed()


def test_a_large_file_is_not_looked_at(paper: bytes, judged: Any) -> None:
    assert judged(paper.ljust(LARGEST)).added.behind == LARGEST - len(paper)
    assert judged(paper.ljust(LARGEST + 1)) == Unreadable(too_large=True)


def test_nothing_is_unpacked(paper: bytes, judged: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream that grows without end does no harm to whoever never opens it."""
    import zlib

    def never(*_: object, **__: object) -> bytes:
        raise AssertionError("unpacked")

    monkeypatch.setattr(zlib, "decompress", never)
    monkeypatch.setattr(zlib, "decompressobj", never)
    assert judged(paper) == Intact(NAME, AT)
    assert isinstance(judged(paper[:-9] + b"0" * 9), Altered)


# --- the command -----------------------------------------------------------------------------------------------------


def _asked(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, list[str]]:
    try:
        code = main(["verify", *map(str, arguments)])
    except SystemExit as left:
        code = int(str(left.code))
    said = capsys.readouterr()
    return code, (said.out or said.err).splitlines()


def test_one_sentence_in_each_language_and_a_code(
    paper: bytes, drawn: bytes, authority: Any, stranger: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, at = tmp_path / "paper.pdf", "2026-11-22T15:00+02:00"
    cases: list[tuple[bytes, Any, str, int, str, str]] = [
        (paper, authority, at, 0, "intact: sealed by", "ακέραιο: "),
        (paper + b"\n", authority, at, 1, "ALTERED after it was sealed by", "ΑΛΛΑΓΜΕΝΟ "),
        (paper[:-1], authority, at, 1, "ALTERED after it was sealed", "ΑΛΛΑΓΜΕΝΟ "),
        (paper, stranger, at, 2, "not trusted: ", "μη έμπιστο: "),
        (paper, authority, "2036-01-01T00:00Z", 2, "expired: ", "έληξε: "),
        (paper, authority, "1999-01-01T00:00Z", 2, "not yet: ", "όχι ακόμη: "),
        (drawn, authority, at, 2, "not sealed: ", "ασφράγιστο: "),
        (b"?", authority, at, 2, "not a readable PDF", "δεν είναι PDF"),
        (b"?" * (LARGEST + 1), authority, at, 2, "not read: ", "δεν διαβάστηκε: "),
    ]
    for content, trusted, moment, code, english, greek in cases:
        file.write_bytes(content)
        found, said = _asked(capsys, file, "--trust", trusted.pem, "--at", moment)
        assert (found, len(said)) == (code, 2), said
        assert said[0].startswith(english) and said[1].startswith(greek), said


def test_what_is_no_file_is_told_at_once(authority: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(tmp_path / "pipe")
    for wrong in ("pipe", "absent.pdf", ""):
        code, said = _asked(capsys, tmp_path / wrong, "--trust", authority.pem)
        assert code == 2 and "error: " in said[-1] and "Traceback" not in "".join(said)
    code, said = _asked(capsys, authority.pem, "--trust", authority.pem, "--at", "2026-11-22T15:00")
    assert code == 2 and "time zone" in said[-1]


# --- a foreign judge -------------------------------------------------------------------------------------------------


def _foreign(pdf: bytes, folder: Path) -> str:
    (folder / "judged.pdf").write_bytes(pdf)
    done = subprocess.run(
        ["pdfsig", "-nocert", str(folder / "judged.pdf")], capture_output=True, text=True, timeout=100
    )
    return done.stdout


def _samples(paper: bytes) -> Iterator[tuple[bytes, bool, bool]]:
    """A file, whether its seal holds, and whether it covers all of it: as poppler sees it."""
    yield paper, True, True
    yield forgers.later(paper, forgers.LATER["widget"]), True, False
    page = paper.index(b"/MediaBox")
    yield paper[:page] + b"/Mediabox" + paper[page + 9 :], False, True


def test_poppler_agrees(paper: bytes, judged: Any, tmp_path: Path) -> None:
    for pdf, holds, whole in _samples(paper):
        said = _foreign(pdf, tmp_path)
        assert ("Signature is Valid" in said, "Total document signed" in said) == (holds, whole), said
        assert isinstance(judged(pdf), Intact) == (holds and whole)
