"""An official's own folder: nobody else reads it, nothing bare lies in it, and it forgets nothing."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ballot_box.hidden import Hidden
from ballot_box.officials.body import Officials
from ballot_box.officials.ceremony import PASSPHRASE_FILE
from ballot_box.officials.home import IDENTITY, MEMORY, Home, HomeRefused, Passphrase

WORDS = "τέσσερις λέξεις σε χαρτί"


@pytest.fixture
def own(tmp_path: Path) -> Home:
    return Home.make(tmp_path / "own", Passphrase.new(WORDS), rounds=1)


def test_the_passphrase_opens_it_and_no_other(own: Home) -> None:
    assert Home.open(own.path, Passphrase(WORDS)).id == own.id
    for wrong in (WORDS[:-1], WORDS.upper(), "", WORDS + " "):
        with pytest.raises(HomeRefused, match=r"^this is not the passphrase$"):
            Home.open(own.path, Passphrase(wrong))


def test_a_real_passphrase_is_slow_to_guess(tmp_path: Path) -> None:
    made = Home.make(tmp_path / "slow", Passphrase.new(WORDS))
    assert Home.open(made.path, Passphrase(WORDS)).id == made.id
    assert (600_000).to_bytes(3) in (made.path / IDENTITY).read_bytes(), "PBKDF2's number of rounds"


@pytest.mark.parametrize(("length", "good"), [(11, False), (12, True)])
def test_a_passphrase_has_a_least_length(length: int, good: bool) -> None:
    if good:
        assert Passphrase.new("ψ" * length).reveal() == "ψ" * length
    else:
        with pytest.raises(HomeRefused, match="at least 12 characters") as caught:
            Passphrase.new("ψ" * length)
        assert "ψ" not in str(caught.value)
    assert "ψ" not in f"{Passphrase('ψ' * length)!r}"


def test_keys_are_never_written_over(own: Home) -> None:
    before = {path.name: path.read_bytes() for path in own.path.iterdir()}
    with pytest.raises(HomeRefused, match=r"somebody's keys are here already$"):
        Home.make(own.path, Passphrase.new("another four words"), rounds=1)
    assert {path.name: path.read_bytes() for path in own.path.iterdir()} == before == {IDENTITY: before[IDENTITY]}


def test_where_nobody_lives(tmp_path: Path) -> None:
    with pytest.raises(HomeRefused, match=r"no keys of an official are here$"):
        Home.open(tmp_path, Passphrase(WORDS))


def test_what_is_missing_is_said(own: Home) -> None:
    with pytest.raises(HomeRefused, match=r"no part of a key for ballots is here$"):
        own.part()
    with pytest.raises(HomeRefused, match=r"it is not known yet to which officials this one belongs$"):
        own.officials()
    own.keep_part(Hidden("12345"))
    assert own.part().reveal() == "12345"


def test_a_part_that_was_sealed_to_another_does_not_open(own: Home, home: Callable[[str], Home]) -> None:
    theirs = home("trustee-1")
    (own.path / "ballots.jwe").write_bytes((theirs.path / "ballots.jwe").read_bytes())
    for content in (None, b"", b"nonsense", "ψ".encode()):
        if content is not None:
            (own.path / "ballots.jwe").write_bytes(content)
        with pytest.raises(HomeRefused, match=r"^the part of the key for ballots does not open$"):
            own.part()


def test_what_is_remembered_comes_back_in_order(own: Home) -> None:
    assert list(own.remembered("signed")) == []
    own.remember("signed", about="πρώτη", digest="a")
    own.remember("opened", election="x")
    own.remember("signed", about="a\u2028b\x85c\nd", digest="b")  # all of them ends of a line to somebody
    assert list(Home.open(own.path, Passphrase(WORDS)).remembered("signed")) == [
        {"what": "signed", "about": "πρώτη", "digest": "a"},
        {"what": "signed", "about": "a\u2028b\x85c\nd", "digest": "b"},
    ]


@pytest.mark.parametrize("line", ["", "{", "7", "[]", "{}", '"x"', "\x00"])
def test_a_line_that_cannot_be_read_forbids_every_further_step(own: Home, line: str) -> None:
    """It could be the one that forbids it."""
    own.remember("signed", about="x")
    with (own.path / MEMORY).open("a") as file:
        file.write(f"{line}\n")
    own.remember("signed", about="y")
    with pytest.raises(HomeRefused, match=r"memory.jsonl: line 2 cannot be read$"):
        list(own.remembered("signed"))


def test_a_line_that_was_cut_off_forbids_it_too(own: Home) -> None:
    own.remember("opened", election="x")
    text = (own.path / MEMORY).read_text()
    (own.path / MEMORY).write_text(text[: len(text) // 2])
    with pytest.raises(HomeRefused, match=r"line 1 cannot be read$"):
        list(own.remembered("signed"))


def test_nobody_else_may_read_any_of_it(town: Path, own: Home, officials: Officials) -> None:
    mask = os.umask(0)
    try:
        made = Home.make(own.path.parent / "wide", Passphrase.new(WORDS), rounds=1)
        made.remember("signed", about="x")
        made.keep_part(Hidden("1"))
        made.keep_opened_by("2")
        made.keep_officials(officials)
        made.keep_card("3")
    finally:
        os.umask(mask)
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o700
    for folder in (made.path, *(town / name for name in ("trustee-1", "registrar", "officer-2"))):
        assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_nothing_secret_lies_bare_in_any_file(town: Path, home: Callable[[str], Home]) -> None:
    trustee = home("trustee-2")
    key = trustee.signer.key
    number = key.private_numbers().private_value
    forms = [
        key.private_bytes(Encoding.DER, form, NoEncryption())
        for form in (PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL)
    ]
    secrets = [number.to_bytes(32), str(number).encode(), f"{number:x}".encode(), *forms]
    secrets += [trustee.part().reveal().encode(), trustee.part().reveal().strip('"').encode()]
    files = {path: path.read_bytes() for path in town.rglob("*") if path.is_file()}
    assert len(files) > 30
    for path, content in files.items():
        assert not any(secret in content for secret in secrets), path
        if path.name != PASSPHRASE_FILE:
            assert b"rehearsal of" not in content, path
    (town / "planted").write_bytes(b"x" + secrets[0])
    assert secrets[0] in (town / "planted").read_bytes()
