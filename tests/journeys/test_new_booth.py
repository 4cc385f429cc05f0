"""T3 and T6: a booth is unpacked, enrolled, cut off at every step, works, renews its key, is stolen and comes back."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import newcomer as nc
import pytest
import softhsm
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from technicians import OTHERS

from ballot_box.officials.signing import pem_of
from central.clock import SetClock
from central.kernel.centre import Centre
from central.matters.certificates import store as certificates
from central.matters.certificates.store import Certificate
from central.office.booths import admission, enrolment
from central.opening import open_centre
from central.store import alarms
from kiosk import settings, wiring
from kiosk.kernel.upkeep import booth_files, endorsing, officials_file, renewal
from kiosk.kernel.upkeep import enrolment as joining
from kiosk.store import mark
from kiosk.store.certificates import next_serial
from kiosk.syncing import rounds as syncing
from municipality.enrolment import Code, Invitation
from sync import RequestRefused


class Moved:
    """A centre whose clock the test moves."""

    def __init__(self, centre: Centre) -> None:
        self.by = timedelta(0)
        self.centre = replace(centre, clock=SetClock(self.now))

    def now(self) -> datetime:
        return datetime.now(UTC) + self.by


@pytest.fixture
def moved(seeded: Path, tmp_path: Path) -> Iterator[Moved]:
    shutil.copytree(seeded / "centre", tmp_path / "centre")
    centre = open_centre(tmp_path / "centre")
    yield Moved(centre)
    centre.store.close()


@pytest.fixture
def url(moved: Moved) -> Iterator[str]:
    with nc.serving(moved.centre) as address:
        yield address


@pytest.fixture
def invitation(moved: Moved, url: str) -> Invitation:
    return nc.invite(moved.centre, url).invitation


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "booth"


def enrol(folder: Path, invitation: Invitation, **more: Any) -> joining.Outcome:
    return joining.enrol(folder, invitation, wiring.dial_centre(invitation.centre_url), **more)


def dressed(folder: Path, seeded: Path) -> Path:
    """What the technician does besides: the document seal, and here no real reader and printer."""
    shutil.copy(seeded / "booths" / "anargyri-1" / "keys" / "seal.p12", folder / "keys" / "seal.p12")
    file = folder / "kiosk.toml"
    text = file.read_text(encoding="utf-8").replace('reader = "pcsc"', 'reader = "virtual"')
    text = text.replace('kind = "ipp"', 'kind = "folder"').replace('uri = "ipp://localhost/ipp/print"', "")
    file.write_text(text, encoding="utf-8")
    return file


def one_round(file: Path, moved: Moved, besides: Callable[[Any, Any], Any] = lambda _booth, _line: None) -> Any:
    """A round as `kiosk sync --once` makes it; returns what `besides` says of the same booth and line."""
    with wiring.open_booth(settings.load(file)) as booth:
        moved_booth = replace(booth, clock=moved.now, raw_clock=moved.now)
        line = wiring.make_client(moved_booth)
        try:
            report = syncing.sync_once(moved_booth, line, lambda *_: None)
            assert report.ok, [(stage.name, stage.problem) for stage in report.stages]
            return besides(moved_booth, line) or report
        finally:
            line.close()


@pytest.mark.timeout(300)
def test_from_the_box_to_the_first_round_by_commands(seeded: Path, moved: Moved, url: str, folder: Path) -> None:
    words = ["--id", "athina-03", "--name-el", "Αθηνών", "--name-en", "Athinon", "--prefix", "AT3"]
    home = str(moved.centre.settings.home)
    said = _out(sys.executable, "-m", "central", "booths", "invite", "--home", home, *words, "--centre", url)
    read = folder.parent / "scanned.txt"
    read.write_text(said["qr"] + "\n", encoding="utf-8")
    kiosk = (sys.executable, "-m", "kiosk")
    made = _out(*kiosk, "enrol", "--qr", str(read), "--folder", str(folder))
    assert (made["booth"], made["folder"], made["officials"]) == ("athina-03", str(folder), "")
    assert abs(made["clock_offset_seconds"]) < 30
    assert {file.stat().st_mode & 0o777 for file in (folder / "keys").iterdir()} == {0o600}
    toml = dressed(folder, seeded)
    report = _out(*kiosk, "sync", "--once", "--json", "--config", str(toml))
    assert report["pulled"] > 28
    again = subprocess.run(
        [*kiosk, "enrol", "--qr", str(read), "--folder", str(folder)], capture_output=True, text=True
    )
    assert again.returncode == 78
    assert "is a booth already" in again.stderr


def _out(*command: str) -> dict[str, Any]:
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


def test_how_wrong_the_machines_clock_is_stands_in_the_signed_answer(
    moved: Moved, invitation: Invitation, folder: Path
) -> None:
    moved.by = timedelta(minutes=30)
    outcome = enrol(folder, invitation)
    assert isinstance(outcome, joining.Enrolled) and abs(outcome.clock_offset - moved.by) < timedelta(seconds=30)


def test_typed_by_hand(invitation: Invitation, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from kiosk.commands.cli import main

    code = invitation.code.text().lower().replace("-", " ")
    words = ["enrol", "--token", code, "--booth", invitation.booth, "--folder", str(folder)]
    assert main(words) == 78
    assert "--centre" in capsys.readouterr().err
    assert main(["enrol", "--token", code[:-1] + "?", *words[3:], "--centre", invitation.centre_url]) == 78
    assert main([*words, "--centre", "http://127.0.0.1:9"]) == 75
    known = [*words, "--centre", invitation.centre_url, "--officials"]
    assert main([*known, OTHERS[:-1]]) == 78
    assert "10 groups of 4" in capsys.readouterr().err and not folder.joinpath("anchors").exists()
    assert main([*known, OTHERS.lower()]) == 0
    assert (folder / "kiosk.toml").is_file() and officials_file.read(folder / "anchors") == OTHERS
    text = capsys.readouterr()
    assert json.loads(text.out)["officials"] == OTHERS
    assert code.upper()[:9].replace(" ", "-") not in text.out + text.err


def test_an_impostor_never_sees_the_token(moved: Moved, url: str, folder: Path, invitation: Invitation) -> None:
    heard: list[tuple[str, str]] = []

    def dial(booth: str, key: Any, centre_keys: Any) -> Any:
        line = wiring.dial_centre(url)(booth, key, centre_keys)
        ask = line.ask
        line.ask = lambda method, path, body=None: heard.append((method, path)) or ask(method, path, body)  # type: ignore[method-assign]
        return line

    elsewhere = replace(invitation, code=Code(invitation.code.token, b"\x00" * 20))
    assert joining.enrol(folder, elsewhere, dial) == joining.Impostor()
    assert heard == [("GET", "/v2/centre")]
    assert not (folder / "kiosk.toml").exists()
    assert isinstance(joining.enrol(folder, invitation, dial), joining.Enrolled)


def test_what_is_said_in_the_centres_name_must_be_signed_by_it(
    moved: Moved, url: str, folder: Path, invitation: Invitation
) -> None:
    """Somebody in the middle passes the centre's card on and answers the rest himself."""
    with open_impostor(moved, folder.parent / "impostor") as false_url:

        def dial(booth: str, key: Any, centre_keys: Any) -> Any:
            return wiring.dial_centre(url if centre_keys is None else false_url)(booth, key, centre_keys)

        outcome = joining.enrol(folder, invitation, dial)
    assert isinstance(outcome, joining.NoLine | joining.NotLetIn)
    assert not (folder / "kiosk.toml").exists()
    assert isinstance(enrol(folder, invitation), joining.Enrolled)


def open_impostor(moved: Moved, home: Path) -> Any:
    from contextlib import contextmanager

    @contextmanager
    def opened() -> Iterator[str]:
        shutil.copytree(moved.centre.settings.home, home)
        key = nc.new_key()
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (home / "keys" / "signing.pem").write_bytes(pem)
        centre = open_centre(home)
        try:
            with nc.serving(centre) as url:
                yield url
        finally:
            centre.store.close()

    return opened()


def test_wrong_booth_expired_and_used_are_told(moved: Moved, url: str, folder: Path, invitation: Invitation) -> None:
    other = replace(invitation, booth="athina-04")
    assert enrol(folder / "a", other) == joining.NotLetIn("wrong-booth")
    moved.by = enrolment.TOKEN_LIFE + timedelta(minutes=1)
    assert enrol(folder / "b", invitation) == joining.NotLetIn("token-expired")
    moved.by = timedelta(0)
    assert isinstance(enrol(folder / "c", invitation), joining.Enrolled)
    assert enrol(folder / "d", invitation) == joining.NotLetIn("token-used")
    with moved.centre.store.reading() as tx:
        assert [one.what for one in alarms.waiting(tx)] == ["token-of-another-booth", "token-used-twice"]


class Cut(BaseException):
    """The power goes."""


def test_cut_at_every_step_it_goes_on(
    moved: Moved, url: str, folder: Path, invitation: Invitation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every file that is put in place, and both answers: cut before and after each, and run again."""
    # The key and its answer, store key, anchors, …
    assert cut_everywhere(folder, invitation, monkeypatch, officials=OTHERS) >= 11
    keys = folder / "keys"
    first = (keys / "booth.pem").read_bytes()
    assert settings.load(folder / "kiosk.toml").booth.id == "athina-03"
    again = nc.invite(moved.centre, url, again=True).invitation
    assert cut_everywhere(folder, again, monkeypatch, again=True) >= 8
    assert officials_file.read(folder / "anchors") == OTHERS, "a new key does not make a booth forget them"
    assert (keys / "booth.pem").read_bytes() != first
    key = load_pem_private_key((keys / "signing.pem").read_bytes(), None)
    assert x509.load_pem_x509_certificate((keys / "booth.pem").read_bytes()).public_key() == key.public_key()
    assert sorted(file.name for file in keys.iterdir()) == [
        "booth.pem",
        "invitation",
        "signing.pem",
        "store.key",
        "store.mark",  # it may have given numbers before, and has no database to know them by
    ]
    with moved.centre.store.reading() as tx:
        assert alarms.waiting(tx) == []


def cut_everywhere(folder: Path, invitation: Invitation, monkeypatch: pytest.MonkeyPatch, **more: Any) -> int:
    """How often it was run until it came to its end. What it has once, it has for good."""
    real_move, real_ask = booth_files.move, joining._ask_in
    counted = 0

    def cut_at(step: int, after: bool) -> bool:
        nonlocal counted
        counted = 0

        def one(work: Callable[..., Any], *words: Any) -> Any:
            nonlocal counted
            counted += 1
            if counted == step and not after:
                raise Cut
            done = work(*words)
            if counted == step:
                raise Cut
            return done

        with monkeypatch.context() as broken:
            broken.setattr(booth_files, "move", lambda *words: one(real_move, *words))
            broken.setattr(joining, "_ask_in", lambda *words: one(real_ask, *words))
            try:
                # Cut after the very last step it is a booth already.
                assert isinstance(enrol(folder, invitation, **more), joining.Enrolled | joining.AlreadyThere)
            except Cut:
                return True
        return False

    for step in range(1, 40):
        for after in (False, True):
            if not cut_at(step, after):
                assert not list(folder.rglob(".*"))
                return step
    raise AssertionError("never whole")


def public(pem: bytes) -> str:
    key = load_pem_private_key(pem, None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return pem_of(key.public_key())


def way(file: Path, moved: Moved) -> tuple[str, ...]:
    """The keys that lead to the one in use, each by the word of the one before."""
    keys: tuple[str, ...] = one_round(file, moved, lambda booth, _line: endorsing.endorsements(booth)[0])
    return keys


def test_renewal_at_two_thirds_with_a_new_key(seeded: Path, moved: Moved, folder: Path, invitation: Invitation) -> None:
    enrol(folder, invitation)
    file = dressed(folder, seeded)
    first = (folder / "keys" / "signing.pem").read_bytes()
    assert one_round(file, moved, renewal.renew_if_due) == renewal.NotDue()
    moved.by = enrolment.LIFE * 2 / 3
    assert isinstance(one_round(file, moved, renewal.renew_if_due), renewal.Renewed)
    assert (folder / "keys" / "signing.pem").read_bytes() != first
    assert way(file, moved) == (public(first), public((folder / "keys" / "signing.pem").read_bytes()))
    assert one_round(file, moved, renewal.renew_if_due) == renewal.NotDue()
    moved.by += timedelta(hours=2)
    assert one_round(file, moved).ok
    old = load_pem_private_key(first, None)
    copy = nc.Newcomer(invitation.centre_url, invitation.code, moved.centre.keys.sealing.public_key(), key=old)  # type: ignore[arg-type]
    copy.ahead = moved.by
    with pytest.raises(RequestRefused, match="old-key"):
        copy.hello()
    with pytest.raises(AssertionError, match="suspended"):
        one_round(file, moved)


@pytest.mark.parametrize("step", [1, 2, 3, 4, 6])
def test_a_renewal_that_is_cut_is_made_whole(
    seeded: Path, moved: Moved, folder: Path, invitation: Invitation, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    enrol(folder, invitation)
    file = dressed(folder, seeded)
    first = (folder / "keys" / "signing.pem").read_bytes()
    moved.by = enrolment.LIFE * 3 / 4
    real_move, left = booth_files.move, step

    def move(source: Path, target: Path) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise Cut
        real_move(source, target)

    def lose(booth: Any, line: Any) -> Any:
        """The centre has renewed; its answer never arrives."""
        if step < 5:
            return renewal.renew_if_due(booth, line)
        ask = line.ask
        line.ask = lambda *words: (ask(*words), _cut())[1]
        return renewal.renew_if_due(booth, line)

    with monkeypatch.context() as broken, pytest.raises(Cut):
        broken.setattr(booth_files, "move", move)
        one_round(file, moved, lose)
    if step < 6:
        moved.by += timedelta(hours=1)
    assert isinstance(one_round(file, moved, renewal.renew_if_due), renewal.Renewed)
    assert one_round(file, moved, renewal.renew_if_due) == renewal.NotDue()
    keys = folder / "keys"
    key = load_pem_private_key((keys / "signing.pem").read_bytes(), None)
    assert x509.load_pem_x509_certificate((keys / "booth.pem").read_bytes()).public_key() == key.public_key()
    assert not (keys / "signing.next.pem").exists()
    assert way(file, moved) == (public(first), pem_of(key.public_key()))  # type: ignore[arg-type]
    with moved.centre.store.reading() as tx:
        assert alarms.waiting(tx) == []


def _cut() -> None:
    raise Cut


def test_a_stolen_booth_notices_nothing_and_gets_nothing(
    seeded: Path, moved: Moved, folder: Path, invitation: Invitation
) -> None:
    enrol(folder, invitation)
    file = dressed(folder, seeded)
    assert admission.stolen(moved.centre, "athina-03", nc.TECHNICIAN) == admission.Done("athina-03", "quarantined")
    report = one_round(file, moved)
    assert (report.ok, report.pulled) == (True, 0)


def test_a_new_disk_for_a_known_booth(
    seeded: Path, moved: Moved, url: str, folder: Path, invitation: Invitation
) -> None:
    """T6: the booth's board is changed; it is invited again, and what it was before is not served any more."""
    enrol(folder, invitation)
    before = shutil.copytree(folder, folder.parent / "before")
    again = nc.invite(moved.centre, url, again=True).invitation
    assert enrol(folder, again) == joining.AlreadyThere()
    assert isinstance(enrol(folder, again, again=True), joining.Enrolled)
    assert (folder / "keys" / "store.key").read_bytes() == (before / "keys" / "store.key").read_bytes()
    assert (folder / "keys" / "signing.pem").read_bytes() != (before / "keys" / "signing.pem").read_bytes()
    assert one_round(dressed(folder, seeded), moved).ok
    with pytest.raises(AssertionError, match="old-key"):
        one_round(dressed(before, seeded), moved)


def test_on_a_new_disk_without_its_database_no_number_is_given_again(
    seeded: Path, moved: Moved, url: str, folder: Path, invitation: Invitation
) -> None:
    """Nothing of the old disk is left, and the town hall may not have heard of the last papers."""
    enrol(folder, invitation)
    assert not settings.mark_beside(folder / "keys" / "store.key").exists(), "a new booth begins at 1"
    assert one_round(dressed(folder, seeded), moved).ok
    for number in ("AT3/2025/001234", "AT3/2026/000007"):
        paper = Certificate(number, number, "", "athina-03", "family_status", moved.now(), "2026-01-01", "0", "issued")
        with moved.centre.store.writing() as tx:
            certificates.add(tx, paper)
    elsewhere = folder.parent / "new disk"
    assert isinstance(enrol(elsewhere, nc.invite(moved.centre, url, again=True).invitation), joining.Enrolled)
    with wiring.open_booth(settings.load(dressed(elsewhere, seeded))) as booth, booth.store.reading() as connection:
        assert {next_serial(connection, year) for year in (1970, 2025, 2026, 2045)} == {1234 + mark.JUMP + 1}


@pytest.fixture
def token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[softhsm.Token]:
    with softhsm.token(tmp_path_factory.mktemp("softhsm")) as made:
        yield made


def test_a_key_that_never_leaves_its_token(
    seeded: Path, moved: Moved, folder: Path, invitation: Invitation, token: softhsm.Token
) -> None:
    uri = token.uri()
    key = wiring.key_in_token(uri, token.pin_file)
    assert isinstance(enrol(folder, invitation, key=key), joining.Enrolled)
    assert isinstance(enrol(folder / "again", invitation, key=key), joining.Enrolled)
    assert sorted(file.name for file in (folder / "keys").iterdir()) == ["booth.pem", "store.key"]
    file = dressed(folder, seeded)
    assert settings.load(file).keys.signing == uri
    assert one_round(file, moved).pulled > 28
    moved.by = enrolment.LIFE * 3 / 4
    assert isinstance(one_round(file, moved, renewal.renew_if_due), renewal.Renewed)
    assert one_round(file, moved).ok
