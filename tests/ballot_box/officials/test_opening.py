"""A trustee opens a whole vote, after its end, once: everything else is refused in its own words."""

from __future__ import annotations

import shutil
import struct
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from ballot_box import Board, NotVerified, Verified, tally
from ballot_box.election import ElectionSetup
from ballot_box.officials import audit, files, signing
from ballot_box.officials.body import Officials
from ballot_box.officials.home import Home
from ballot_box.officials.opening import Evidence, MayNotOpen
from ballot_box.officials.records import Decided, Extension, Lost, Setup, declaration_of, extension_of
from ballot_box.officials.signing import BadRecord, KeySigner, Signature
from ballot_box.officials.trustee import Ended, Share, end_vote, open_vote
from ballot_box.officials.wizard.rehearsal import InventedTown
from ballot_box.registrar import Registered

Homes = Callable[[str], Home]
REASON = {"el": "Έπεσε η γραμμή", "en": "The line was down"}
ENOUGH = ("registrar", "trustee-1", "trustee-2")


@pytest.fixture
def word(home: Homes) -> Callable[..., list[Signature]]:
    """The signatures of some of them under a text."""
    return lambda typ, text, *names: [home(name).signer.sign(typ, text) for name in names]


Word = Callable[..., list[Signature]]


@pytest.fixture
def evidence(invented: InventedTown, setup: Setup, board: Board, word: Word) -> Evidence:
    signatures = word(signing.SETUP, setup.text, *ENOUGH)
    statements = invented.statements(setup, board.trackers())
    return Evidence(setup, signatures, (), statements, (), None)


def opened(home: Home, evidence: Evidence, board: Board, **parts: object) -> Share | MayNotOpen:
    now = parts.get("now", evidence.setup.closes)
    slip = parts.get("slip", evidence.statements[0].statement.slip if evidence.statements else "")
    return open_vote(home, evidence, board, now, slip)  # type: ignore[arg-type]


def why(found: Share | MayNotOpen) -> str:
    assert isinstance(found, MayNotOpen)
    return found.why


def test_a_whole_vote_is_opened_and_remembered(evidence: Evidence, board: Board, home: Homes) -> None:
    trustee = home("trustee-1")
    shares = [opened(trustee, evidence, board) for _ in range(2)]
    assert all(isinstance(one, Share) for one in shares)
    (line,) = trustee.remembered("opened")
    assert (line["election"], line["setup"]) == (evidence.setup.election, evidence.setup.digest)
    assert shares[0].told == (  # type: ignore[union-attr]
        f"«Πρόβα», 6 on the roll, closed at {evidence.setup.closes.isoformat()}.",
        "2 of 2 booths have made their closing statement.",
        "The slip is that of booth booth-a: 3 ballots.",
        "6 ballots are on the board; 0 were superseded before, 0 refused.",
        "6 ballots count, one for each voter.",
    )


def test_asked_again_when_another_has_given_their_share(evidence: Evidence, board: Board, home: Homes) -> None:
    """The board has grown by it: it is the same vote all the same."""
    first, other = (opened(home(name), evidence, board) for name in ("trustee-1", "trustee-2"))
    assert isinstance(first, Share) and isinstance(other, Share)
    tally.add_partial_decryption(board, other.text)
    again = opened(home("trustee-1"), evidence, board)
    assert isinstance(again, Share)
    tally.add_partial_decryption(board, again.text)
    assert tally.result(board).ballots == 6


def test_a_second_board_is_never_opened(
    invented: InventedTown, made: Registered, counted: ElectionSetup, evidence: Evidence, board: Board, home: Homes,
    tmp_path: Path, word: Word,
) -> None:  # fmt: skip
    """One ballot fewer, and two results would tell it: though its booth were said to be lost, by two officers."""
    assert isinstance(opened(home("trustee-1"), evidence, board), Share)
    fewer = Board.create(tmp_path / "fewer.bel", counted)
    ballots = [board.archive().data(name) for name in board.trackers()]
    fewer.append(ballots[1:])
    tally.close(fewer)
    tally.encrypted_tally(fewer)
    said = declaration_of(evidence.setup, [], [Decided(board.trackers()[0], False, "άκυρη")])
    declared = (said, word(signing.DECLARATION, said.text, "officer-1", "officer-2"))
    other = replace(evidence, declaration=declared)
    assert why(opened(home("trustee-1"), other, fewer)) == (
        "you have opened this vote before, with another board: a second one is never opened"
    )
    assert isinstance(opened(home("trustee-2"), other, fewer), Share), "to whoever has opened none it is a whole vote"
    assert len(made.slips) == len(invented.cards) == 6


def test_who_is_no_trustee_and_who_does_not_agree(evidence: Evidence, board: Board, home: Homes) -> None:
    assert why(opened(home("registrar"), evidence, board)) == "you are not one of the trustees of these officials"
    slip = evidence.statements[0].statement.slip
    trustee = home("trustee-1")
    no = open_vote(trustee, evidence, board, evidence.setup.closes, slip, agree=lambda _told: False)
    assert why(no) == "you did not agree" and list(trustee.remembered("opened")) == []


def test_a_board_that_is_not_multiplied_out(
    evidence: Evidence, board: Board, home: Homes, counted: ElectionSetup, tmp_path: Path
) -> None:
    still_open = Board.create(tmp_path / "open.bel", counted)
    still_open.append([board.archive().data(name) for name in board.trackers()])
    trustee = home("trustee-1")
    nothing = "the board has not been closed and multiplied out yet: there is nothing to open"
    assert why(opened(trustee, evidence, still_open)) == nothing
    assert list(trustee.remembered("opened")) == []


def test_the_hour_and_the_signatures(
    evidence: Evidence, board: Board, home: Homes, altered: Callable[..., Setup]
) -> None:
    trustee, closes = home("trustee-1"), evidence.setup.closes
    early = closes - timedelta(seconds=1)
    assert why(opened(trustee, evidence, board, now=early)) == (
        f"the vote is open until {closes.isoformat()}, and it is {early.isoformat()} here"
    )
    bare = replace(evidence, setup_signatures=())
    assert why(opened(trustee, bare, board)) == "the set-up: the registrar has not signed it"
    one = replace(evidence, setup_signatures=evidence.setup_signatures[:2])  # type: ignore[index]
    assert why(opened(trustee, one, board)) == "the set-up: 1 of the trustees have signed it, and it takes 2"
    other = replace(evidence, setup=altered(officials="AAAA"))
    assert why(opened(trustee, other, board)) == "the set-up: it names other officials"
    swapped = replace(evidence, setup=altered(floor=6))
    assert why(opened(trustee, swapped, board)) == "the set-up: the registrar has not signed it"


def test_an_extension_keeps_it_shut(evidence: Evidence, board: Board, home: Homes, word: Word) -> None:
    later = evidence.setup.closes + timedelta(hours=1)
    longer: Extension = extension_of(evidence.setup, later, REASON)
    extended = replace(evidence, extensions=((longer, word(signing.EXTENSION, longer.text, *ENOUGH)),))
    assert f"the vote is open until {later.isoformat()}" in why(opened(home("trustee-1"), extended, board))
    assert isinstance(opened(home("trustee-1"), extended, board, now=later), Share)
    unsigned = replace(evidence, extensions=((longer, word(signing.EXTENSION, longer.text, "trustee-1")),))
    assert why(opened(home("trustee-1"), unsigned, board, now=later)) == "extension: the registrar has not signed it"


def test_what_booths_say(evidence: Evidence, board: Board, invented: InventedTown, home: Homes) -> None:
    trustee, (first, second) = home("trustee-1"), evidence.statements
    missing = replace(evidence, statements=(first,))
    assert why(opened(trustee, missing, board)) == (
        "nothing has been heard of booth booth-b, and nobody has declared it lost"
    )
    fewer = invented.statements(evidence.setup, board.trackers()[:-2])
    twofold = replace(evidence, statements=(first, second, fewer[0]))
    assert why(opened(trustee, twofold, board)) == "booth booth-a has made two different closing statements"
    forged = replace(first, signature=KeySigner(ec.generate_private_key(ec.SECP256R1())).sign(signing.STATEMENT, "x"))
    assert why(opened(trustee, replace(evidence, statements=(forged, second)), board)) == (
        "the closing statement of booth booth-a: its signature does not hold"
    )
    unstated = replace(evidence, statements=tuple(fewer))
    slip = fewer[0].statement.slip
    assert why(opened(trustee, unstated, board, slip=slip)) == "2 ballots stand on the board that no booth has taken"


def test_the_slip(evidence: Evidence, board: Board, invented: InventedTown, home: Homes) -> None:
    trustee = home("trustee-1")
    other = invented.statements(evidence.setup, board.trackers()[:-2])[0].statement.slip
    assert why(opened(trustee, evidence, board, slip=other)) == (
        "the closing slip is of none of these statements: what the booth said is not what is shown here"
    )
    assert why(opened(trustee, evidence, board, slip="AAAA")) == (
        "the closing slip: this code has 6 groups of 4 letters and digits"
    )


def test_a_declared_loss(evidence: Evidence, board: Board, home: Homes, word: Word) -> None:
    trustee, first = home("trustee-1"), evidence.statements[0]

    def declared(booth: str, *names: str, statements: object = (first,)) -> Evidence:
        said = declaration_of(evidence.setup, [Lost(booth, "Κάηκε")], [])
        signed = word(signing.DECLARATION, said.text, *names)
        return replace(evidence, statements=statements, declaration=(said, signed))  # type: ignore[arg-type]

    assert isinstance(opened(trustee, declared("booth-b", "officer-1", "officer-2"), board), Share)
    for names in (("officer-1",), ("officer-1", "officer-1"), ("officer-1", "trustee-2")):
        assert why(opened(trustee, declared("booth-b", *names), board)) == (
            "the officers' declaration: 1 of the officers have signed it, and it takes 2"
        )
    heard = declared("booth-b", "officer-1", "officer-2", statements=evidence.statements)
    assert why(opened(trustee, heard, board)) == "booth booth-b is declared lost, and is none that is missing"


def test_a_booth_may_still_be_heard(
    invented: InventedTown, altered: Callable[..., Setup], evidence: Evidence, board: Board, home: Homes, word: Word
) -> None:
    waiting = altered(grace_hours=2)
    said = declaration_of(waiting, [Lost("booth-b", "Κάηκε")], [])
    patient = Evidence(
        waiting, word(signing.SETUP, waiting.text, *ENOUGH), (),
        invented.statements(waiting, board.trackers())[:1], (),
        (said, word(signing.DECLARATION, said.text, "officer-1", "officer-2")),
    )  # fmt: skip
    latest = waiting.closes + timedelta(hours=2)
    trustee = home("trustee-1")
    early = opened(trustee, patient, board, now=latest - timedelta(seconds=1))
    assert why(early) == f"booth booth-b may still be heard until {latest.isoformat()}"
    assert isinstance(opened(trustee, patient, board, now=latest), Share)


def test_fewer_than_the_floor(
    altered: Callable[..., Setup], invented: InventedTown, board: Board, home: Homes, word: Word
) -> None:
    for floor, good in ((6, True), (7, False)):
        setup = altered(floor=floor)
        signed = word(signing.SETUP, setup.text, *ENOUGH)
        found = opened(
            home("trustee-3"),
            Evidence(setup, signed, (), invented.statements(setup, board.trackers()), (), None),
            board,
        )
        assert isinstance(found, Share) if good else "fewer than 7 are not opened" in why(found)


def test_a_superseded_ballot_is_of_a_voter_on_the_board_and_sound(
    evidence: Evidence, board: Board, home: Homes
) -> None:
    trustee = home("trustee-1")
    one = board.archive().data(board.trackers()[0])
    both = replace(evidence, superseded=(one,))
    assert why(opened(trustee, both, board)) == "1 ballots are said to be superseded and stand on the board"
    strange = replace(evidence, superseded=(one[:-3] + "1" + one[-2:],))
    assert why(opened(trustee, strange, board)) == "1 ballots are said to be superseded that no booth has taken"


def test_the_end_is_signed_by_trustees_over_their_own_vote(
    evidence: Evidence, board: Board, home: Homes, altered: Callable[..., Setup], officials: Officials
) -> None:
    signed = evidence.setup, evidence.setup_signatures
    assert why_not(end_vote(home("trustee-1"), signed, board)) == "there is no result on the board yet"
    for name in ("trustee-1", "trustee-3"):
        share = opened(home(name), evidence, board)
        assert isinstance(share, Share)
        tally.add_partial_decryption(board, share.text)
    tally.result(board)
    ended = [end_vote(home(f"trustee-{number}"), signed, board) for number in (1, 2, 3)]
    assert all(isinstance(one, Ended) for one in ended)
    assert why_not(end_vote(home("officer-1"), signed, board)) == ("you are not one of the trustees of these officials")
    assert why_not(end_vote(home("trustee-1"), (altered(officials="AAAA"), signed[1]), board)) == (
        "the set-up: it names other officials"
    )
    final = files.read_final_file(files.signed_file(ended[0].text, [one.signature for one in ended[:2]]))  # type: ignore[union-attr]
    setup = evidence.setup, evidence.setup_signatures, ()
    verified = audit.verify(board, officials, setup, final, officials.fingerprint, board.head())
    assert isinstance(verified, Verified)
    assert verified.summary[-1] == "This very end was signed by Επίτροπος 1 (πρόβα), Επίτροπος 2 (πρόβα)."
    refusals = {
        "these are not the officials with that fingerprint": (setup, final, "AAAA" + officials.fingerprint[4:]),
        "the set-up: the registrar has not signed it": ((evidence.setup, (), ()), final, None),
        "1 of the trustees have signed the end, and it takes 2": (setup, (final[0], final[1][:1]), None),
    }
    for said, (theirs, end, fingerprint) in refusals.items():
        found = audit.verify(board, officials, theirs, end, fingerprint)  # type: ignore[arg-type]
        assert isinstance(found, NotVerified)
        assert found.why in (said, "the fingerprint: a letter of the code is wrong: read it again")


def why_not(found: Ended | MayNotOpen) -> str:
    assert isinstance(found, MayNotOpen)
    return found.why


def spoilt_packages(good: bytes) -> dict[str, bytes]:
    directory = good.rfind(b"PK\x01\x02", 0, good.rfind(b"PK\x01\x02"))
    locked = bytearray(good)
    for place in (good.find(b"PK\x03\x04") + 6, directory + 8):
        struct.pack_into("<H", locked, place, 1)
    unknown = bytearray(good)
    for place in (good.find(b"PK\x03\x04") + 8, directory + 10):
        struct.pack_into("<H", unknown, place, 97)
    torn = bytearray(good)
    torn[60:120] = bytes(60)
    return {
        "cut": good[:-10], "empty": b"", "text": b"nonsense", "torn": bytes(torn), "locked": bytes(locked),
        "pressed in another way": bytes(unknown),
    }  # fmt: skip


def test_a_broken_package_is_said_to_be_none(evidence: Evidence, board: Board, tmp_path: Path) -> None:
    good = files.pack(board.path, "{}")
    (tmp_path / "into").mkdir()
    path = tmp_path / "vote.zip"
    for name, content in spoilt_packages(good).items():
        path.write_bytes(content)
        with pytest.raises(BadRecord, match=r"^vote.zip: not a package for trustees") as caught:
            files.unpack(path, tmp_path / "into")
        assert caught.value.args, name
    path.write_bytes(good)
    assert files.unpack(path, tmp_path / "into") == (tmp_path / "into" / files.BOARD, "{}")
    with zipfile.ZipFile(path, "a") as more:
        more.writestr("../evil", "x")
    with pytest.raises(BadRecord):
        files.unpack(path, tmp_path / "into")
    assert not (tmp_path / "evil").exists()
    shutil.rmtree(tmp_path / "into")
