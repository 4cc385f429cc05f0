"""A booth's life at the centre: invited, enrolled, renewed, suspended, revoked, stolen. Over real HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import newcomer as nc
import pytest
import sqlalchemy as sa
import zxingcpp
from cryptography import x509
from PIL import Image

from central.cli import main
from central.clock import SetClock
from central.kernel import intake
from central.kernel.centre import Centre
from central.kernel.outcome import Done
from central.kernel.outcome import Refused as NotDone
from central.office import quarantine
from central.office.booths import admission, enrolment
from central.store import alarms, audit, open_store
from central.store.line import booths as rows
from municipality.enrolment import Code, CodeRefused, Invitation
from sync import LineDown, RequestRefused

DAY = timedelta(days=1)


class Moved:
    """A centre whose clock the test moves."""

    def __init__(self, centre: Centre) -> None:
        self.by = timedelta(0)
        self.centre = replace(centre, clock=SetClock(lambda: datetime.now(UTC) + self.by))


@pytest.fixture
def moved(centre: Centre) -> Moved:
    return Moved(centre)


@pytest.fixture
def url(moved: Moved) -> Iterator[str]:
    with nc.serving(moved.centre) as address:
        yield address


@pytest.fixture
def invited(moved: Moved, url: str) -> enrolment.Invited:
    return nc.invite(moved.centre, url)


@pytest.fixture
def guest(moved: Moved, url: str, invited: enrolment.Invited) -> nc.Newcomer:
    return nc.newcomer(moved.centre, url, invited)


@contextmanager
def refused(reason: str, status: int = 0) -> Iterator[None]:
    with pytest.raises(RequestRefused) as caught:
        yield
    assert caught.value.reason == reason
    assert caught.value.status == status or not status


def state(centre: Centre, booth: str = nc.PLATE.booth) -> str:
    with centre.store.reading() as tx:
        found = rows.find(tx, booth)
    assert found is not None
    return found.state


def ringing(centre: Centre) -> list[str]:
    with centre.store.reading() as tx:
        return [alarm.what for alarm in alarms.waiting(tx)]


# --- the invitation --------------------------------------------------------------------------------------------------


def test_a_code_is_read_as_people_write_it() -> None:
    code = Code(bytes(range(20)), bytes(range(20, 40)))
    text = code.text()
    assert [len(group) for group in text.split("-")] == [4] * 18
    assert Code.read(text.lower().replace("-", " ").replace("o", "0").replace("i", "1").replace("b", "8")) == code
    assert code.token.hex() not in repr(code)
    assert repr(code.token) not in repr(code)
    wrong = text[:5] + ("A" if text[5] != "A" else "C") + text[6:]
    with pytest.raises(CodeRefused, match="read it again"):
        Code.read(wrong)
    for bad in ("", "ABCD", text[:-5], text + "-AAAA", text.replace(text[0], "€", 1)):
        with pytest.raises(CodeRefused):
            Code.read(bad)


def test_the_qr_holds_the_invitation_and_the_store_only_its_hash(
    town: Any, centre: Centre, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = tmp_path / "code.png"
    words = ["--id", "athina-03", "--name-el", "Αθηνών 3", "--name-en", "Athinon 3", "--prefix", "AT3"]
    home = ["--home", str(town.home)]
    assert main(["booths", "invite", *home, *words, "--centre", "https://atm.example.gr", "--qr", str(picture)]) == 0
    said = json.loads(capsys.readouterr().out)
    seen = zxingcpp.read_barcodes(Image.open(picture))[0].text
    invitation = Invitation.read(seen)
    assert (invitation.booth, invitation.centre_url) == ("athina-03", "https://atm.example.gr")
    assert invitation.code.text() == said["code"]
    assert said["qr"] == seen
    assert picture.stat().st_mode & 0o777 == 0o600
    dump = b"".join(file.read_bytes() for file in town.home.glob("centre.db*"))
    assert invitation.code.token_hash().encode() in dump
    for secret in (invitation.code.token, invitation.code.token.hex().encode(), said["code"].encode()):
        assert secret not in dump
    assert main(["booths", "invite", *home, *words]) == 77
    assert "booth-exists" in capsys.readouterr().err
    assert main(["booths", "invite", *home, *words[:6], "--prefix", "AA1", "--id", "athina-04"]) == 77
    assert "prefix-taken" in capsys.readouterr().err
    assert main(["booths", "invite", *home, "--id", "Αθήνα"]) == 77


def test_only_a_technician_invites(centre: Centre) -> None:
    assert enrolment.invite(centre, nc.PLATE, "https://a.gr", nc.REGISTRAR) == NotDone("not-your-role")


# --- enrolment -------------------------------------------------------------------------------------------------------


def test_a_booth_is_let_in_and_served(moved: Moved, guest: nc.Newcomer) -> None:
    with refused("unknown-booth", 401):
        guest.hello()
    answer = guest.enrol()
    certificate = x509.load_pem_x509_certificate(answer.certificate.encode())
    authority = x509.load_pem_x509_certificate(answer.anchors.booth_authority.encode())
    certificate.verify_directly_issued_by(authority)
    assert certificate.public_key() == guest.key.public_key()
    assert certificate.not_valid_after_utc - datetime.now(UTC) <= enrolment.LIFE
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature and not usage.key_cert_sign
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert nc.key_of(answer.anchors.centre_signing) == moved.centre.keys.signing.public_key()
    guest.hello()
    assert state(moved.centre) == "active"
    with moved.centre.store.reading() as tx:
        assert [entry.what for entry in audit.newest(tx, 5)] == ["booth.invite"]


def test_the_same_key_may_ask_again_and_gets_the_same(moved: Moved, guest: nc.Newcomer) -> None:
    first = guest.enrol()
    moved.by = timedelta(minutes=1)
    assert guest.enrol().certificate == first.certificate
    assert ringing(moved.centre) == []


def test_a_token_runs_out(moved: Moved, guest: nc.Newcomer) -> None:
    moved.by = enrolment.TOKEN_LIFE + timedelta(seconds=1)
    with refused("token-expired", 403):
        guest.enrol()
    assert state(moved.centre) == "invited"


def test_a_newer_invitation_ends_the_older(moved: Moved, url: str, guest: nc.Newcomer) -> None:
    later = nc.newcomer(moved.centre, url, nc.invite(moved.centre, url, again=True))
    with refused("token-expired"):
        guest.enrol()
    later.enrol()


def test_a_token_in_two_hands_stops_both(moved: Moved, url: str, invited: enrolment.Invited) -> None:
    first, second = (nc.newcomer(moved.centre, url, invited) for _ in range(2))
    first.enrol()
    first.hello()
    with refused("token-used", 403):
        second.enrol()
    assert ringing(moved.centre) == ["token-used-twice"]
    with refused("suspended", 401):
        first.hello()
    with refused("bad-signature", 401):
        second.hello()
    with refused("token-used", 403):
        first.enrol()
    assert admission.resume(moved.centre, first.booth, nc.TECHNICIAN) == NotDone("two-hold-it")
    mark = admission.fingerprint(first.key.public_key())
    assert admission.accept_key(moved.centre, first.booth, "ab" * 32, nc.TECHNICIAN) == NotDone("unknown-key")
    typed = " ".join((mark[:4], mark[4:20])).upper().translate(str.maketrans("ABE0", "ΑΒΕΟ"))
    assert admission.accept_key(moved.centre, first.booth, typed, nc.TECHNICIAN) == Done(first.booth, "active")
    first.hello()
    assert ringing(moved.centre) == []


def test_a_paper_found_later_stops_nobody(moved: Moved, url: str, invited: enrolment.Invited) -> None:
    first, finder = (nc.newcomer(moved.centre, url, invited) for _ in range(2))
    first.enrol()
    moved.by = enrolment.TOKEN_LIFE * 2
    with refused("token-used"):
        finder.enrol()
    assert ringing(moved.centre) == ["old-token"]
    first.hello()


def test_a_token_lets_in_no_other_booth(moved: Moved, url: str, invited: enrolment.Invited) -> None:
    other = nc.newcomer(moved.centre, url, invited, booth="anargyri-1")
    with refused("wrong-booth", 403):
        other.enrol()
    assert ringing(moved.centre) == ["token-of-another-booth"]
    nc.newcomer(moved.centre, url, invited).enrol()  # and it is not used up


def test_a_made_up_token_and_another_booths_key(town: Any, moved: Moved, url: str, invited: enrolment.Invited) -> None:
    stranger = nc.newcomer(moved.centre, url, invited)
    stranger.code = replace(stranger.code, token=b"x" * 20)
    with refused("unknown-token", 403):
        stranger.enrol()
    with refused("key-of-another-booth", 403):
        nc.newcomer(moved.centre, url, invited, key=town.booth().key).enrol()
    assert state(moved.centre) == "invited"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": "athina-04"}, "not-a-request"),
        ({"claimed": "athina-04"}, "not-a-request"),
        ({"digest": "ab" * 32}, "not-a-request"),
        ({"signer": "another"}, "bad-signature"),
    ],
)
def test_a_claim_is_bound_to_its_request(
    moved: Moved, guest: nc.Newcomer, changes: dict[str, Any], reason: str
) -> None:
    if "signer" in changes:
        changes = {"signer": nc.new_key()}
    with refused(reason):
        guest.enrol(**changes)
    assert state(moved.centre) == "invited"
    assert guest.enrol().booth == guest.booth


def test_a_clock_that_is_three_days_wrong(guest: nc.Newcomer) -> None:
    guest.ahead = -3 * DAY
    assert guest.enrol().booth == guest.booth
    guest.hello()


def test_garbage_is_refused(guest: nc.Newcomer, url: str) -> None:
    line = guest.line(guest.key)
    for content in (b"{}", b"", b"x" * 1000, b'{"kind": "enrolment_request"}'):
        with refused("not-a-request", 400):
            line.ask("POST", "/v2/enrol", content)
    with refused("too-large", 413):
        line.ask("POST", "/v2/enrol", b"x" * 100_000_000)
    line.close()


def test_without_an_authority_nobody_is_let_in_and_the_booth_comes_again(
    moved: Moved, guest: nc.Newcomer, town: Any
) -> None:
    (town.home / "keys" / "booth-authority.pem").rename(town.home / "keys" / "away.pem")
    with pytest.raises(LineDown):
        guest.enrol()
    (town.home / "keys" / "away.pem").rename(town.home / "keys" / "booth-authority.pem")
    guest.enrol()


def test_of_eight_at_once_with_one_token_one_is_let_in(centre: Centre, postgres: str) -> None:
    """On PostgreSQL, where they truly run side by side."""
    admin = sa.create_engine(postgres.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text("CREATE DATABASE enrolments"))
    admin.dispose()
    store = open_store(postgres.format(name="enrolments"), centre.settings.municipality)
    store.migrate()
    there = replace(centre, store=store)
    first = nc.newcomer(there, "http://127.0.0.1:9", nc.invite(there, "http://127.0.0.1:9"))
    guests = [first, *(replace(first, key=nc.new_key()) for _ in range(7))]
    with ThreadPoolExecutor(8) as several:
        outcomes = list(several.map(lambda guest: enrolment.enrol(there, guest.words()), guests))
    assert len([one for one in outcomes if not isinstance(one, NotDone)]) == 1
    assert [one for one in outcomes if isinstance(one, NotDone)] == [NotDone("token-used")] * 7
    assert state(there) == "suspended"
    assert ringing(there) == ["token-used-twice"] * 7  # one for each key that came too late
    with store.reading() as tx:
        assert len(rows.keys(tx, nc.PLATE.booth)) == 1
    store.close()


# --- renewal ---------------------------------------------------------------------------------------------------------


def test_a_new_key_follows_the_old_one(town: Any, moved: Moved, guest: nc.Newcomer, hands: ModuleType) -> None:
    guest.enrol()
    guest.hello()
    old, following = guest.key, nc.new_key()
    moved.by = 60 * DAY
    guest.ahead = moved.by
    certificate = guest.renew(following).certificate
    assert guest.renew(following).certificate == certificate  # the answer was lost
    guest.hello()  # and until the new one is used, so is the old one
    queued = _act(town, hands, moved.centre, old, 1)
    guest.key = following
    guest.hello()
    assert intake.take(moved.centre, guest.booth, queued).outcome == "accepted"  # yesterday's key, yesterday's envelope
    with refused("old-key", 401):
        guest.hello(old)  # a line that was open: no alarm
    assert (state(moved.centre), ringing(moved.centre)) == ("active", [])
    moved.by += timedelta(hours=1)
    guest.ahead = moved.by
    with refused("old-key", 401):
        guest.hello(old)
    assert ringing(moved.centre) == ["old-key"]
    with refused("suspended", 401):
        guest.hello()  # both stop


def test_who_was_found_a_copy_cannot_stop_the_booth_again(moved: Moved, guest: nc.Newcomer) -> None:
    guest.enrol()
    copy, guest_key = guest.key, nc.new_key()
    guest.renew(guest_key)
    guest.hello(guest_key)
    moved.by = guest.ahead = timedelta(hours=1)
    with refused("old-key"):
        guest.hello(copy)
    with refused("suspended"):
        guest.hello(guest_key)
    mark = admission.fingerprint(guest_key.public_key())
    assert admission.accept_key(moved.centre, guest.booth, mark, nc.TECHNICIAN) == Done(guest.booth, "active")
    with refused("old-key", 401):
        guest.hello(copy)
    guest.hello(guest_key)
    assert ringing(moved.centre) == ["old-key"]  # told again, but the booth goes on


def test_a_copy_that_renewed_first_is_barred(town: Any, moved: Moved, guest: nc.Newcomer, hands: ModuleType) -> None:
    guest.enrol()
    thief = nc.new_key()
    moved.by = guest.ahead = timedelta(hours=1)
    guest.renew(thief)
    guest.hello(thief)
    moved.by = guest.ahead = timedelta(hours=2)
    with refused("old-key"):
        guest.hello()
    assert state(moved.centre) == "suspended"
    mark = admission.fingerprint(guest.key.public_key())
    assert admission.accept_key(moved.centre, guest.booth, mark, nc.TECHNICIAN) == Done(guest.booth, "active")
    guest.hello()
    with refused("revoked", 401):
        guest.hello(thief)
    assert ringing(moved.centre) == ["barred-key"]
    guest.hello()
    queued = _act(town, hands, moved.centre, thief, 1)
    assert intake.take(moved.centre, guest.booth, queued).reason == "bad-signature"


def test_an_unknown_key_proves_nothing(moved: Moved, guest: nc.Newcomer) -> None:
    guest.enrol()
    for _ in range(3):
        with refused("bad-signature", 401):
            guest.hello(nc.new_key())
    guest.hello()
    assert (state(moved.centre), ringing(moved.centre)) == ("active", [])


def test_a_certificate_that_ran_out_takes_a_new_invitation_and_the_queue_is_good(
    town: Any, moved: Moved, url: str, guest: nc.Newcomer, hands: ModuleType
) -> None:
    guest.enrol()
    queued = _act(town, hands, moved.centre, guest.key, 1)
    moved.by = guest.ahead = enrolment.LIFE + DAY
    with refused("expired", 401):
        guest.hello()
    with refused("expired", 401):
        guest.renew(nc.new_key())
    back = nc.newcomer(moved.centre, url, nc.invite(moved.centre, url, again=True), ahead=moved.by)
    back.enrol()
    back.hello()
    assert intake.take(moved.centre, guest.booth, queued).outcome == "accepted"


# --- suspended, revoked ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("act", "reason"), [(admission.suspend, "suspended"), (admission.revoke, "revoked")])
def test_at_once_neither_push_nor_pull(
    town: Any, moved: Moved, guest: nc.Newcomer, hands: ModuleType, act: Any, reason: str
) -> None:
    guest.enrol()
    line = guest.line(guest.key)
    line.hello()
    assert isinstance(act(moved.centre, guest.booth, nc.TECHNICIAN), Done)
    envelope = _act(town, hands, moved.centre, guest.key, 1)
    for ask in (line.hello, lambda: line.pull(0), lambda: line.push([envelope]), lambda: guest.renew(nc.new_key())):
        with refused(reason, 401):
            ask()
    with refused("bad-signature", 401):
        guest.hello(nc.new_key())  # a stranger does not learn how it stands
    line.close()
    with moved.centre.store.reading() as tx:
        assert audit.newest(tx, 1)[0].what == f"booth.{act.__name__}"
        assert audit.broken_at(tx) is None
    if act is admission.suspend:
        assert admission.resume(moved.centre, guest.booth, nc.REGISTRAR) == NotDone("not-your-role")
        assert admission.resume(moved.centre, guest.booth, nc.TECHNICIAN) == Done(guest.booth, "active")
        guest.hello()
    else:
        assert admission.resume(moved.centre, guest.booth, nc.TECHNICIAN) == NotDone("revoked")


def test_a_revoked_booth_comes_back_with_a_new_key_only(moved: Moved, url: str, guest: nc.Newcomer) -> None:
    guest.enrol()
    assert admission.revoke(moved.centre, guest.booth, nc.REGISTRAR) == Done(guest.booth, "revoked")
    again = nc.newcomer(moved.centre, url, nc.invite(moved.centre, url, again=True), key=guest.key)
    with refused("barred-key", 403):
        again.enrol()
    again.key = nc.new_key()
    again.enrol()
    again.hello()
    with refused("revoked", 401):
        guest.hello()


# --- stolen ----------------------------------------------------------------------------------------------------------


def test_a_stolen_booth_is_answered_kept_apart_and_not_served(
    town: Any, moved: Moved, guest: nc.Newcomer, hands: ModuleType
) -> None:
    centre = moved.centre
    guest.enrol()
    assert admission.stolen(centre, guest.booth, nc.REGISTRAR) == Done(guest.booth, "quarantined")
    line = guest.line(guest.key)
    assert line.hello().kept_through is None
    page = line.pull(0)
    assert (page.items, page.cursor, page.more) == ((), 0, False)
    act, vote = _act(town, hands, centre, guest.key, 1), _ballot(town, hands, centre, guest)
    assert [answer.outcome for answer in line.push([act, vote])] == ["accepted", "accepted"]
    assert [answer.outcome for answer in line.push([act, vote])] == ["duplicate", "duplicate"]
    line.close()
    with centre.store.reading() as tx:
        assert intake.rows.count(tx) == {"accepted": 0, "rejected": 0, "conflict": 0}
    kept = {one.envelope: one for one in quarantine.kept(centre, guest.booth)}
    assert set(kept) == {act.id, vote.id}
    assert (kept[vote.id].received_at.minute, kept[vote.id].received_at.second) == (0, 0)
    assert enrolment.invite_again(centre, guest.booth, "https://a.gr", nc.TECHNICIAN) == NotDone("quarantined")
    assert admission.resume(centre, guest.booth, nc.TECHNICIAN) == NotDone("quarantined")


def test_two_persons_let_out_what_was_kept(town: Any, moved: Moved, guest: nc.Newcomer, hands: ModuleType) -> None:
    centre = moved.centre
    guest.enrol()
    admission.stolen(centre, guest.booth, nc.REGISTRAR)
    line = guest.line(guest.key)
    forged = _act(town, hands, centre, nc.new_key(), 2)
    line.push([_act(town, hands, centre, guest.key, 1), forged])

    def release(by: admission.Officer) -> object:
        return quarantine.decide(centre, guest.booth, "released", by)

    auditor = admission.Officer("a", admission.Role.AUDITOR)
    assert release(auditor) == NotDone("not-your-role")
    assert release(nc.REGISTRAR) == quarantine.Proposed(2)
    assert release(nc.REGISTRAR) == NotDone("same-person")
    assert release(replace(nc.REGISTRAR, role=admission.Role.TECHNICIAN)) == NotDone("same-person")
    assert release(replace(nc.REGISTRAR, account="another")) == NotDone("same-role")
    line.push([_act(town, hands, centre, guest.key, 3)])  # came after the registrar looked: not part of it
    line.close()
    assert release(nc.TECHNICIAN) == quarantine.Decided({"accepted": 1, "bad-signature": 1})
    assert len(quarantine.kept(centre, guest.booth)) == 1
    with centre.store.reading() as tx:
        assert intake.rows.count(tx)["accepted"] == 1
        assert [entry.what for entry in audit.newest(tx, 2)] == ["quarantine.released", "quarantine.propose_released"]


def test_two_persons_who_differ_begin_anew(town: Any, moved: Moved, guest: nc.Newcomer, hands: ModuleType) -> None:
    centre = moved.centre
    guest.enrol()
    admission.stolen(centre, guest.booth, nc.REGISTRAR)
    assert quarantine.decide(centre, guest.booth, "discarded", nc.REGISTRAR) == NotDone("nothing-there")
    line = guest.line(guest.key)
    line.push([_act(town, hands, centre, guest.key, 1)])
    line.close()
    assert quarantine.decide(centre, guest.booth, "discarded", nc.REGISTRAR) == quarantine.Proposed(1)
    assert quarantine.decide(centre, guest.booth, "released", nc.TECHNICIAN) == NotDone("other-decision")
    assert quarantine.decide(centre, guest.booth, "discarded", nc.TECHNICIAN) == quarantine.Proposed(1)
    assert quarantine.decide(centre, guest.booth, "discarded", nc.REGISTRAR) == quarantine.Decided({"discarded": 1})
    assert quarantine.kept(centre, guest.booth) == []


@pytest.mark.parametrize(("limit", "most"), [("MOST", 1), ("MOST_BYTES", 150_000)])
def test_a_full_quarantine_says_later_and_rings(
    town: Any,
    moved: Moved,
    guest: nc.Newcomer,
    hands: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    limit: str,
    most: int,
) -> None:
    guest.enrol()
    admission.stolen(moved.centre, guest.booth, nc.REGISTRAR)
    monkeypatch.setattr(quarantine, limit, most)
    line = guest.line(guest.key)
    line.push([_act(town, hands, moved.centre, guest.key, 1)])
    with pytest.raises(LineDown):
        line.push([_act(town, hands, moved.centre, guest.key, 2)])
    line.close()
    with moved.centre.store.reading() as tx:
        assert [one.what for one in alarms.waiting(tx, guest.booth)] == ["quarantine-full"]


def test_the_command_line_shows_what_a_booth_still_held(
    town: Any, moved: Moved, guest: nc.Newcomer, capsys: pytest.CaptureFixture[str]
) -> None:
    guest.enrol()
    home = ["--home", str(town.home)]
    assert main(["booths", "stolen", *home, "--id", guest.booth]) == 0
    capsys.readouterr()
    assert main(["booths", "list", *home]) == 0
    shown = {one["id"]: one for one in json.loads(capsys.readouterr().out)["booths"]}
    assert shown[guest.booth]["state"] == "quarantined"
    assert shown["anargyri-1"]["state"] == "active"
    assert shown[guest.booth]["keys"][0]["key"] == admission.fingerprint(guest.key.public_key())
    assert main(["booths", "quarantine", *home, "--id", guest.booth, "--discard"]) == 77
    assert "nothing-there" in capsys.readouterr().err
    assert main(["booths", "resume", *home, "--id", "nobody"]) == 77


def _act(town: Any, hands: ModuleType, centre: Centre, key: Any, number: int) -> Any:
    """A certificate's act of the new booth, as it would lie in its queue."""
    booth = replace(town.booth(), id=nc.PLATE.booth, key=key)
    code = ("7F3K-92QD-1M8X-0A4T", "1M8X-0A4T-7F3K-92QD", "92QD-7F3K-0A4T-1M8X")[number - 1]
    act = hands.certificate(booth.id, f"AT3/2026/{number:06d}", code, "AAK-000001", datetime.now(UTC))
    return booth.act(act)


def _ballot(town: Any, hands: ModuleType, centre: Centre, guest: nc.Newcomer) -> Any:
    booth = replace(town.booth(), id=guest.booth, key=guest.key)
    card = town.card("elector")
    marked = hands.mark(centre, town.election, card, 0, 0)
    return booth.ballot(hands.cast(town.election, booth.id, card, marked, datetime.now(UTC)))
