"""Whatever is renewed while a vote runs, the key that it was set up with leads to the one that signs at its end."""

import json
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import small_town as st
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from lobby_house import Desk

from ballot_box.officials.records import read_setup
from ballot_box.officials.signing import STATEMENT, KeySigner, key_id, pem_of
from ballot_box.officials.statement import Stated, read_stated, stated_fault, statement_of
from card_reader import Authority, make_root
from kiosk.kernel.booth import Booth
from kiosk.kernel.upkeep import booth_files, endorsing, renewal
from kiosk.kernel.upkeep.endorsing import endorse, endorsements
from kiosk.matters.votes import closing
from kiosk.matters.votes import service as voting
from municipality.enrolment import Renewal, RenewalRequest
from municipality.matters.votes.messages import CLOSING_ACT, ClosingAct
from municipality.matters.votes.rules import MayVote
from sync import LineDown, outbox

DAY = timedelta(days=1)


class Cut(BaseException):
    """The power goes."""


class Lasting:
    """The town hall's part: a certificate for whatever key asks, always so old that the next is due."""

    def __init__(self, booth: Booth, authority: Authority) -> None:
        self.booth, self.authority, self.down = booth, authority, False

    def ask(self, method: str, path: str, body: bytes | None = None) -> bytes:
        assert (method, path) == ("POST", "/v2/renew") and body is not None
        if self.down:
            raise LineDown("timed out")
        asked = x509.load_pem_x509_csr(RenewalRequest.read(body).request.encode())
        now = self.booth.clock()
        made = (
            x509.CertificateBuilder()
            .subject_name(asked.subject)
            .issuer_name(self.authority.certificate.subject)
            .public_key(asked.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - 80 * DAY)
            .not_valid_after(now + 10 * DAY)
            .sign(self.authority.key, hashes.SHA256())
        )
        return Renewal(certificate=made.public_bytes(Encoding.PEM).decode()).text().encode()

    def close(self) -> None:
        pass


class Renewing:
    """A booth whose key is in a file, as each of its processes finds it."""

    def __init__(self, desk: Desk) -> None:
        authority = make_root("Σημεία", desk.booth.clock() - 100 * DAY)
        self.home, self.town = desk.home, desk.town
        keys = desk.booth.settings.keys.model_copy(update={"certificate": desk.home / "booth.pem"})
        self.first = replace(desk.booth, settings=desk.booth.settings.model_copy(update={"keys": keys}))
        (self.home / "booth-authority.pem").write_bytes(authority.certificate.public_bytes(Encoding.PEM))
        self.line = Lasting(self.first, authority)
        assert isinstance(self.renew(), renewal.Renewed), "its first certificate, for the key that it has"
        assert not (self.home / endorsing.NAME).exists()

    def renew(self) -> renewal.Renewed | renewal.NotRenewed | renewal.NotDue:
        return renewal.renew_if_due(self.now(), self.line)

    def now(self) -> Booth:
        """A process that begins now: with the key that is on the disk."""
        return replace(self.first, key=booth_files.file_key(self.home / "signing.pem"))

    def stated(self, booth: Booth) -> Stated:
        """A closing statement of the town's vote, as it travels."""
        election = self.town.election
        statement = statement_of(booth.id, election.digest(), ["0" * 64])
        way = endorsements(booth, election.booths[booth.id])
        return read_stated(Stated(statement, KeySigner(booth.key).sign(STATEMENT, statement.text), *way).text())

    def fault(self, booth: Booth) -> str:
        return stated_fault(self.stated(booth), read_setup(self.town.election.record()))


@pytest.fixture
def renewing(desk: Desk) -> Renewing:
    return Renewing(desk)


def pem(key: ec.EllipticCurvePrivateKey) -> str:
    return pem_of(key.public_key())


def test_each_key_signs_for_the_next_and_a_statement_is_believed(renewing: Renewing) -> None:
    keys = [renewing.now().key]
    for _ in range(3):
        assert isinstance(renewing.renew(), renewal.Renewed)
        keys.append(renewing.now().key)
    pems = tuple(map(pem, keys))
    assert len(set(pems)) == 4
    found, words = endorsements(renewing.now())
    assert found == pems and [word.key for word, _ in words] == list(pems[1:])
    assert renewing.fault(renewing.now()) == ""
    assert (renewing.home / endorsing.NAME).stat().st_mode & 0o777 == 0o600
    for place, key in enumerate(keys):
        assert endorsements(renewing.now(), key_id(key.public_key())) == (pems[place:], words[place:])
    stranger = key_id(ec.generate_private_key(ec.SECP256R1()).public_key())
    assert endorsements(renewing.now(), stranger) == (pems[-1:], ())


def test_a_process_of_before_signs_with_the_key_that_it_has(renewing: Renewing) -> None:
    early = renewing.now()
    renewing.renew()
    middle = renewing.now()
    renewing.renew()
    assert endorsements(early) == ((pem(early.key),), ())
    assert endorsements(middle)[0] == (pem(early.key), pem(middle.key))
    assert [renewing.fault(one) for one in (early, middle, renewing.now())] == ["", "", ""]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("step", [1, 2, 3, 4, 5])
def test_a_renewal_that_is_cut_leaves_one_way(
    renewing: Renewing, monkeypatch: pytest.MonkeyPatch, step: int, after: bool
) -> None:
    """Next key, word, next certificate, key and certificate in use: before and after each."""
    renewing.renew()
    real, done = booth_files.move, 0

    def move(source: Path, target: Path) -> None:
        nonlocal done
        done += 1
        if done == step and not after:
            raise Cut
        real(source, target)
        if done == step:
            raise Cut

    with monkeypatch.context() as broken, pytest.raises(Cut):
        broken.setattr(booth_files, "move", move)
        renewing.renew()
    assert renewing.fault(renewing.now()) == "", "whatever key it has now"
    for _ in range(2):
        assert isinstance(renewing.renew(), renewal.Renewed)
        assert renewing.fault(renewing.now()) == ""
    given = json.loads((renewing.home / endorsing.NAME).read_text(encoding="utf-8"))
    found, words = endorsements(renewing.now())
    assert [one["key"] for one in given] == list(found[:-1]) and len(words) == len(given)


def test_what_waited_and_was_lost_is_not_signed_for_any_more(
    renewing: Renewing, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken, pytest.raises(Cut):
        broken.setattr(booth_files, "put_in_use", cut)
        renewing.renew()
    lost = booth_files.file_key(renewing.home / booth_files.NEXT)
    (renewing.home / booth_files.NEXT).unlink()
    renewing.renew()
    assert pem(lost) not in (renewing.home / endorsing.NAME).read_text(encoding="utf-8")
    assert renewing.fault(renewing.now()) == "" and len(endorsements(renewing.now())[0]) == 2


def cut(*_: object) -> None:
    raise Cut


def test_a_key_that_waits_never_follows_with_anothers_certificate(renewing: Renewing) -> None:
    renewing.line.down = True
    assert renewing.renew() == renewal.NotRenewed("timed out")
    assert (renewing.home / booth_files.NEXT).exists() and not (renewing.home / endorsing.NAME).exists()
    (renewing.home / "booth.pem").write_text("damaged", encoding="utf-8")
    renewing.line.down = False
    before = renewing.now().key
    assert isinstance(renewing.renew(), renewal.Renewed)
    assert pem(renewing.now().key) == pem(before), "the certificate was asked for the key that is in use"
    assert booth_files.fits(renewing.home / "booth.pem", before)
    assert isinstance(renewing.renew(), renewal.Renewed)
    assert len(endorsements(renewing.now())[0]) == 2 and renewing.fault(renewing.now()) == ""


NOT_A_LIST = [
    "",
    "{}",
    "[1]",
    '[{"key":"","word":"","signature":{}}]',
    "\udcff",
]


@pytest.mark.parametrize("content", NOT_A_LIST)
def test_what_is_damaged_is_set_aside_and_keeps_no_renewal(renewing: Renewing, content: str) -> None:
    renewing.renew()
    file = renewing.home / endorsing.NAME
    file.write_text(content, encoding="utf-8", errors="surrogateescape")
    spoilt = file.read_bytes()
    assert endorsements(renewing.now()) == ((pem(renewing.now().key),), ())
    before = renewing.now().key
    assert isinstance(renewing.renew(), renewal.Renewed)
    assert (renewing.home / endorsing.DAMAGED).read_bytes() == spoilt
    assert endorsements(renewing.now())[0] == (pem(before), pem(renewing.now().key))
    assert renewing.fault(renewing.now()) == "its booth's key is not the one that the officials signed for"


@pytest.mark.parametrize("what", ["signature", "booth"])
def test_a_word_that_does_not_hold_leads_nowhere(renewing: Renewing, what: str) -> None:
    for _ in range(2):
        renewing.renew()
    file = renewing.home / endorsing.NAME
    given = json.loads(file.read_text(encoding="utf-8"))
    if what == "signature":
        given[0]["signature"] = given[1]["signature"]
    else:
        given[0]["word"] = given[0]["word"].replace(st.BOOTH, "test-2")
    file.write_text(json.dumps(given), encoding="utf-8")
    assert len(endorsements(renewing.now())[0]) == 2
    assert len(endorsements(renewing.now(), renewing.town.election.booths[st.BOOTH])[0]) == 1


@pytest.mark.parametrize(("renewals", "kept"), [(20, 20), (21, 20)])
def test_the_last_twenty_are_kept(desk: Desk, tmp_path: Path, renewals: int, kept: int) -> None:
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(renewals + 1)]
    for key, following in pairwise(keys):
        endorse(tmp_path, desk.booth.id, key, following.public_key())
    settings = desk.booth.settings
    there = settings.keys.model_copy(update={"signing": tmp_path / "signing.pem"})
    booth = replace(desk.booth, key=keys[-1], settings=settings.model_copy(update={"keys": there}))
    assert endorsements(booth)[0] == tuple(map(pem, keys[-kept - 1 :]))


def test_a_key_in_a_token_stays(renewing: Renewing) -> None:
    settings = renewing.first.settings
    keys = settings.keys.model_copy(update={"signing": "pkcs11:token=booth;object=signing"})
    booth = replace(renewing.first, settings=settings.model_copy(update={"keys": keys}))
    assert isinstance(renewal.renew_if_due(booth, renewing.line), renewal.Renewed)
    assert endorsements(booth) == ((pem(booth.key),), ())
    assert not (renewing.home / endorsing.NAME).exists()


@pytest.mark.parametrize(("signed_for", "stands"), [(True, MayVote.OPEN), (False, MayVote.NOT_HERE)])
def test_a_booth_that_renewed_while_a_vote_runs_goes_on_with_it(
    desk: Desk, renewing: Renewing, signed_for: bool, stands: MayVote
) -> None:
    renewing.renew()
    if not signed_for:
        (renewing.home / endorsing.NAME).unlink()
    # As a process that begins now has it.
    object.__setattr__(desk.booth, "key", renewing.now().key)
    (vote,) = voting.offered(desk.booth, desk.sign_in(st.ANNA))
    assert vote.standing is stands
    with desk.booth.store.writing() as connection:
        closing.state(desk.booth, connection, desk.town.election.closes)
    with desk.booth.store.reading() as connection:
        letters = [one for one in outbox.pending(connection, 10) if one.kind == CLOSING_ACT]
    assert len(letters) == signed_for
    for letter in letters:
        stated = read_stated(ClosingAct.read(st.told(desk.town, letter)[1]).stated)
        assert stated_fault(stated, read_setup(desk.town.election.record())) == ""
        assert stated.keys[-1] == pem(desk.booth.key)
