"""A vote as it lies on its page, in one zip: what a person reads of it, and that nothing in it is believed."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import published_vote
import pytest
from published_vote import CLOSES, PublishedVote

from ballot_box import Board, NotVerified, Verified, belenios, close
from ballot_box.__main__ import main
from ballot_box.officials.audit import publication
from ballot_box.officials.audit.publication import check, pack, quorum, unpack
from ballot_box.officials.audit.report import report
from ballot_box.officials.body import Office
from ballot_box.officials.records import Decided, Lost
from ballot_box.officials.signing import BadRecord

GOLDEN = Path(__file__).parent / "data"
LOST = [Lost("kamatero-1", "Η θυρίδα κάηκε")]
DECIDED = [Decided("ab" * 32, False, "Ήρθε μετά το τέλος"), Decided("cd" * 32, False, "Ήρθε μετά το τέλος")]


@pytest.fixture(scope="module")
def _opened(rehearsed: Path, tmp_path_factory: pytest.TempPathFactory) -> PublishedVote:
    return published_vote.make(rehearsed, tmp_path_factory.mktemp("opened"))


@pytest.fixture(scope="module")
def _counted(_opened: PublishedVote, tmp_path_factory: pytest.TempPathFactory) -> PublishedVote:
    vote = _copied(_opened, tmp_path_factory.mktemp("counted"))
    vote.count()
    return vote


def _copied(vote: PublishedVote, folder: Path) -> PublishedVote:
    return replace(vote, folder=folder, board=Board(shutil.copyfile(vote.board.path, folder / vote.board.path.name)))


@pytest.fixture
def vote(_counted: PublishedVote, tmp_path: Path) -> PublishedVote:
    """A counted vote, a copy of the test's own."""
    return _copied(_counted, tmp_path)


@pytest.fixture
def opened(_opened: PublishedVote, tmp_path: Path) -> PublishedVote:
    """One that is under way."""
    return _copied(_opened, tmp_path)


def zipped(vote: PublishedVote, texts: dict[str, str]) -> Path:
    file = vote.folder / "vote.zip"
    file.write_bytes(b"".join(pack(vote.board.path, vote.setup.election, texts)))
    return file


def golden(name: str, vote: PublishedVote, said: str) -> None:
    """Compares with a file, numbers of this very vote written as its own; UPDATE_GOLDEN=1 writes it anew."""
    known = {
        vote.setup.election: "ELECTIONNUMBER",
        vote.board.head(): "0" * 64,
        vote.officials.fingerprint: "0000-" * 9,
    }
    for mine, its in known.items():
        said = said.replace(mine, its.ljust(len(mine), "0"))
    file = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(said, encoding="utf-8")
    assert said == file.read_text(encoding="utf-8")


@pytest.fixture
def _same_tool(monkeypatch: pytest.MonkeyPatch) -> None:
    version = belenios.tool_version()
    monkeypatch.setattr(belenios, "tool_version", lambda: version and "2.0 (20230102)")


@pytest.mark.usefixtures("_same_tool")
@pytest.mark.parametrize("language", ["el", "en"])
def test_the_report_of_a_counted_vote(vote: PublishedVote, language: str, capsys: pytest.CaptureFixture[str]) -> None:
    texts = vote.texts(extended=CLOSES + timedelta(days=1))
    file = zipped(vote, texts | {"declaration.json": vote.declaration(LOST, DECIDED)})
    told = ("report", str(file), "--lang", language, "--fingerprint", vote.officials.fingerprint)
    assert main([*told, "--head", vote.board.head()]) == 0
    said = capsys.readouterr().out
    golden(f"report_counted_{language}", vote, said)
    assert max(map(len, said.splitlines())) <= 80


@pytest.mark.usefixtures("_same_tool")
def test_the_report_of_a_board_alone_says_what_it_lacks(
    vote: PublishedVote, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", str(vote.board.path)]) == 0
    golden("report_board_el", vote, capsys.readouterr().out)


@pytest.mark.usefixtures("_same_tool")
def test_the_report_of_a_vote_under_way_has_no_result(
    opened: PublishedVote, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", str(zipped(opened, opened.texts(final=False))), "--lang", "en"]) == 0
    golden("report_open_en", opened, capsys.readouterr().out)


def test_a_vote_of_fewer_than_the_floor_was_not_opened(rehearsed: Path, tmp_path: Path) -> None:
    four = published_vote.make(rehearsed, tmp_path, voters=4, quorum=None)
    close(four.board)
    holds, said = report(publication.read(four.board.path, four.texts(final=False)), "en")
    assert holds
    assert "It was not opened: fewer than 5 have voted" in said and "No quorum was asked for." in said
    assert "33.3 %" in said and "Share" not in said


def test_a_closed_vote_of_enough_ballots_waits_for_its_count(opened: PublishedVote) -> None:
    close(opened.board)
    _holds, said = report(publication.read(opened.board.path, opened.texts(final=False)), "en")
    assert "The vote has ended and is not counted yet." in said


def test_a_vote_that_does_not_verify_has_no_report(vote: PublishedVote, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(vote.board.path), "--head", "0" * 64, "--lang", "en"]) == 1
    assert capsys.readouterr().out == (
        "This vote does not verify\n=========================\n"
        "No result is told, because something in these files is not as it must be.\n"
        "What the check says: the head that was published is not in this record: its end\nwas cut off or changed\n"
    )


def test_the_officials_one_file_verifies_but_has_no_words_for_a_report(
    vote: PublishedVote, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(sys.modules, "ballot_box.officials.audit.report")
    monkeypatch.setitem(sys.modules, "assets.texts", None)
    assert main(["report", str(vote.board.path)]) == 2
    told = capsys.readouterr()
    assert (told.out, told.err) == (
        "", "ballot_box: the words of a report are not in this file: make it in a checkout\n"
    )  # fmt: skip
    assert main(["verify", str(vote.board.path)]) == 0


def test_one_command_verifies_the_zip(vote: PublishedVote, capsys: pytest.CaptureFixture[str]) -> None:
    file = zipped(vote, vote.texts() | {"declaration.json": vote.declaration(LOST, DECIDED)})
    assert main(["verify", str(file), "--fingerprint", vote.officials.fingerprint.lower()]) == 0
    said = capsys.readouterr().out
    assert said.endswith("VERIFIED\n") and "Without --fingerprint" not in said
    first, second = (one.name for one in vote.officials.of(Office.OFFICER))
    assert f"- Booths lost: 1, ballots decided: 2; declared by {first}, {second}.\n" in said
    assert main(["verify", str(file)]) == 0
    assert vote.officials.fingerprint in capsys.readouterr().out
    assert main(["verify", str(file), "--fingerprint", "AAAA"]) == 1
    assert main(["verify", str(file), "--setup", str(file)]) == 2


def test_belenios_own_tool_verifies_what_the_zip_holds(vote: PublishedVote, tmp_path: Path) -> None:
    with zipfile.ZipFile(zipped(vote, vote.texts())) as whole:
        whole.extract(f"{vote.setup.election}.bel", tmp_path / "check")
    command = ["belenios-tool", "election", "verify", "--dir", str(tmp_path / "check")]
    assert "all checks passed" in subprocess.run(command, capture_output=True, text=True, check=True).stderr


def test_the_same_vote_gives_the_same_bytes_and_any_program_reads_them(vote: PublishedVote) -> None:
    texts = vote.texts()
    file = zipped(vote, texts)
    assert file.read_bytes() == b"".join(pack(vote.board.path, vote.setup.election, texts))
    names = ["officials.json", "setup.json", "final.json", f"{vote.setup.election}.bel"]
    with zipfile.ZipFile(file) as whole:
        assert whole.testzip() is None
        assert [(one.filename, one.date_time[0], one.external_attr >> 16) for one in whole.infolist()] == [
            (name, 1980, 0o644) for name in names
        ]


Change = Callable[[PublishedVote, dict[str, str]], dict[str, str]]


def without(*names: str) -> Change:
    return lambda _vote, texts: {name: text for name, text in texts.items() if name not in names}


def declared(*who: str, lost: str = "kamatero-1") -> Change:
    return lambda vote, texts: texts | {"declaration.json": vote.declaration([Lost(lost, "Κάηκε")], [], *who)}


def refused(vote: PublishedVote, texts: dict[str, str]) -> dict[str, str]:
    decided = [Decided(vote.board.trackers()[0], False, "Λάθος")]
    return texts | {"declaration.json": vote.declaration([], decided)}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (without("setup.json"), "setup.json is missing: what the officials signed is compared with the board"),
        (declared("officer-1"), "the declaration: 1 of the officers have signed it, and it takes 2"),
        (declared("officer-1", "trustee-1"), "the declaration: 1 of the officers have signed it, and it takes 2"),
        (declared(lost="elsewhere"), "the declaration: a booth is said to be lost that does not take part"),
        (refused, "the declaration: a ballot stands on the board that the officers have refused"),
    ],
)
def test_what_is_not_as_it_must_be_does_not_verify(vote: PublishedVote, change: Change, why: str) -> None:
    assert check(publication.read(vote.board.path, change(vote, vote.texts()))) == NotVerified(why)


def test_a_fingerprint_needs_officials_to_compare_it_with(vote: PublishedVote) -> None:
    alone = publication.read(vote.board.path, {})
    assert isinstance(check(alone), Verified)
    assert check(alone, vote.officials.fingerprint) == NotVerified(
        "there is no officials.json whose fingerprint could be compared"
    )
    with pytest.raises(BadRecord, match=r"^setup.json: without officials.json nobody can say who signed it$"):
        publication.read(vote.board.path, without("officials.json", "final.json")(vote, vote.texts()))


def _packed(file: Path, *names: str, size: int = 1) -> Path:
    with zipfile.ZipFile(file, "w") as whole:
        for name in names:
            whole.writestr(name, "x" * size)
    return file


BEL = "abcdefghijklmn.bel"


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    "names",
    [(), ("officials.json",), (BEL, "../" + BEL), (BEL, "b" + BEL), (BEL, BEL), (BEL, "evil.json"), ("a/" + BEL,)],
)
def test_a_zip_with_other_files_is_none_of_a_vote(tmp_path: Path, names: tuple[str, ...]) -> None:
    with pytest.raises(BadRecord, match=r"^x.zip: not a vote's files"):
        unpack(_packed(tmp_path / "x.zip", *names), tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["x.zip"]


def test_a_zip_that_claims_more_than_any_vote_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publication, "_LARGEST_TEXT", 100)
    with pytest.raises(BadRecord, match=r"^x.zip: larger than any vote$"):
        unpack(_packed(tmp_path / "x.zip", BEL, "setup.json", size=101), tmp_path)
    with pytest.raises(BadRecord, match=r"without officials\.json"):
        unpack(_packed(tmp_path / "x.zip", BEL, "setup.json", size=100), tmp_path)


def test_a_damaged_zip_is_said_to_be_damaged(vote: PublishedVote, tmp_path: Path) -> None:
    whole = zipped(vote, vote.texts()).read_bytes()
    for place, broken in enumerate((whole[:-1], whole.replace(b'{"record"', b'{"Record"', 1), _locked(whole))):
        file = tmp_path / f"{place}.zip"
        file.write_bytes(broken)
        with pytest.raises(BadRecord, match=rf"^{place}.zip: the zip is damaged$"):
            unpack(file, tmp_path)
        assert main(["verify", str(file)]) == 2


def _locked(whole: bytes) -> bytes:
    """As if its first entry were under a password."""
    place = whole.index(b"PK\x01\x02") + 8
    return whole[:place] + struct.pack("<H", struct.unpack("<H", whole[place : place + 2])[0] | 1) + whole[place + 2 :]


def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as whole:
        whole.writestr(BEL, "x")
        whole.writestr("officials.json", b"\xff")
    with pytest.raises(BadRecord, match=r"^x.zip: a file in it is no text$"):
        unpack(tmp_path / "x.zip", tmp_path)


def test_what_stands_in_a_file_is_no_line_of_the_report(vote: PublishedVote) -> None:
    lost = [Lost("kamatero-1", "Κάηκε\n- Head of the record: 00")]
    found = publication.read(vote.board.path, vote.texts() | {"declaration.json": vote.declaration(lost, [])})
    holds, said = report(found)
    assert holds
    assert "- Το σημείο kamatero-1 δηλώθηκε χαμένο: Κάηκε - Head of the record: 00\n" in said


@pytest.mark.parametrize(
    ("percent", "roll", "needed"),
    [(5, 21_480, 1_074), (5, 21_481, 1_075), (50, 12, 6), (50, 13, 7), (100, 3, 3), (1, 0, 0)],
)
def test_a_quorum_is_reached_by_the_first_ballot_that_makes_the_share(percent: int, roll: int, needed: int) -> None:
    assert quorum(percent, roll) == needed
    assert needed * 100 >= percent * roll > (needed - 1) * 100 or roll == 0
