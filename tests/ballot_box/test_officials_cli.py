"""The officials' command line from the first key to the signed end, with real commands; and at a terminal."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from terminal import Terminal

from ballot_box import Board, TallyResult, tally
from ballot_box.__main__ import _parser, main
from ballot_box.officials import files
from ballot_box.officials.body import read_officials
from ballot_box.officials.ceremony import PASSPHRASE_FILE
from ballot_box.officials.records import Setup
from ballot_box.officials.signing import read_signatures
from ballot_box.officials.wizard.rehearsal import InventedTown, invent
from ballot_box.registrar import Registered

WORDS = "four words on paper"
PEOPLE = {
    "t1": ("Διευθύντρια 2ου Δημοτικού", ["trustee"]),
    "t2": ("Επικεφαλής αντιπολίτευσης", ["trustee"]),
    "both": ("Γραμματέας του συμβουλίου", ["registrar", "trustee"]),
    "o1": ("Ληξίαρχος", ["officer"]),
    "o2": ("Προϊσταμένη ΚΕΠ", ["officer"]),
}
TRUSTEES = ("t1", "t2", "both")
Run = Callable[..., dict[str, object]]
Terminals = Callable[..., Terminal]
pytestmark = pytest.mark.usefixtures("quick_locks")


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    """A command that goes well: what it prints, and nothing secret on either stream."""

    def told(*words: object) -> dict[str, object]:
        status = main([str(word) for word in words])
        said = capfd.readouterr()
        assert status == 0, said.err
        assert WORDS not in said.out + said.err and "PRIVATE" not in said.out + said.err
        found: dict[str, object] = json.loads(said.out)
        return found

    return told


@pytest.fixture
def refused(capfd: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """A command that refuses: one plain sentence."""

    def told(*words: object) -> str:
        capfd.readouterr()
        assert main([str(word) for word in words]) == 2
        said = capfd.readouterr()
        assert said.out == ""
        line = said.err.splitlines()[-1]
        assert line.startswith("ballot_box: ") and "Traceback" not in said.err
        return line.removeprefix("ballot_box: ")

    return told


def home(folder: Path, name: str) -> tuple[str, ...]:
    return "--home", str(folder / name), "--rehearsal"


def begin(folder: Path, run: Run) -> list[str]:
    """Everybody's keys; their cards."""
    for name, (title, roles) in PEOPLE.items():
        (folder / name).mkdir()
        (folder / name / PASSPHRASE_FILE).write_text(WORDS)
        seat = ("--seat", f"{TRUSTEES.index(name) + 1}/3", "--threshold", 2) if name in TRUSTEES else ()
        made = run("official", "init", *home(folder, name), "--name", title, "--role", *roles, *seat)
        assert made == {"card": str(folder / name / "card.json")}
    return [str(folder / name / "card.json") for name in PEOPLE]


def make_key(folder: Path, run: Run, cards: list[str]) -> Path:
    """The three rounds, with the files in another order each time."""
    for name in TRUSTEES:
        run("official", "propose", *home(folder, name), "--cards", *cards, "--out", folder / f"{name}.proposal")
    proposals = [folder / f"{name}.proposal" for name in TRUSTEES]
    shared = ("--cards", *cards[::-1], "--proposals", *proposals[::-1])
    told = run("official", "share-out", *shared, "--out", folder / "told")["told"]
    assert isinstance(told, list) and len(told) == 3
    by = {json.loads(Path(path).read_text())["trustee"]: path for path in told}
    for name in TRUSTEES:
        own = by[key_id_of(folder / name / "card.json")]
        run("official", "accept", *home(folder, name), "--cards", *cards, "--told", own, "--out", folder / f"{name}.ok")
    accepted = [folder / f"{name}.ok" for name in TRUSTEES]
    run("official", "combine", *shared, "--accepted", *accepted, "--out", folder / "key.json")
    return folder / "key.json"


def key_id_of(card: Path) -> str:
    from ballot_box.officials.ceremony import read_card

    return read_card(card.read_text()).id


def test_from_the_first_key_to_the_signed_end(tmp_path: Path, run: Run) -> None:
    cards = begin(tmp_path, run)
    key = make_key(tmp_path, run, cards)
    who = ("--municipality", "Δήμος Θέρμης", "--term", "2024-2028")
    record = run("official", "record", *who, "--key", key, "--cards", *cards[::-1], "--out", tmp_path / "record.json")
    for name in PEOPLE:
        run("official", "sign", *home(tmp_path, name), tmp_path / "record.json", "--out", tmp_path / f"{name}.sig")
    signatures = [tmp_path / f"{name}.sig" for name in PEOPLE]
    whole = ("official", "collect", tmp_path / "record.json", "--signatures", *signatures)
    collected = run(*whole, "--out", tmp_path / "officials.json")
    assert collected["fingerprint"] == record["fingerprint"]
    for name in PEOPLE:
        with_key = ("--key", key) if name in TRUSTEES else ()
        joined = run("official", "join", *home(tmp_path, name), tmp_path / "officials.json", *with_key)
        assert joined == {"fingerprint": record["fingerprint"]}
    shown = run("official", "fingerprint", tmp_path / "officials.json")
    assert shown == {"fingerprint": record["fingerprint"]}

    vote(tmp_path, run)
    left = b"".join(
        path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path.name != PASSPHRASE_FILE
    )
    assert WORDS.encode() not in left and b"PRIVATE" not in left


def vote(folder: Path, run: Run) -> None:
    """One vote of the officials in `folder`: roll, slips, signatures, opening, end, and an auditor's look at it."""
    town = invent(read_officials((folder / "officials.json").read_text()))
    (folder / "roll.json").write_text(town.request())
    told = run("registrar", *home(folder, "both"), "--request", folder / "roll.json", "--out", folder / "slips")
    assert (told["slips"], told["credentials"], told["left_out"]) == (6, 6, [])
    made = handed_over(folder / "slips", told)
    counted = town.belenios(made)
    setup = town.setup(counted, made, datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1))
    (folder / "setup.json").write_text(setup.text)
    for name in ("both", "t1"):
        run("official", "sign", *home(folder, name), folder / "setup.json", "--out", folder / f"{name}.sig")
    signatures = [read_signatures([json.loads((folder / f"{name}.sig").read_text())], "")[0] for name in ("both", "t1")]
    (folder / "signed.json").write_text(files.setup_file(setup.text, signatures, []))

    board = Board.create(folder / "board.bel", counted)
    board.append(town.ballots(counted, made))
    tally.close(board)
    tally.encrypted_tally(board)
    slip = pack(folder, town, setup, board)
    at = ("--at", setup.closes.isoformat())
    for name in ("t2", "both"):
        out = ("--slip", slip.lower(), *at, "--out", folder / f"{name}.share")
        run("trustee", "open", *home(folder, name), "--package", folder / "vote.zip", *out)
        tally.add_partial_decryption(board, (folder / f"{name}.share").read_text())
    assert tally.result(board) == TallyResult(counts=((4, 2),), blanks=(0,), ballots=6)
    pack(folder, town, setup, board)
    ends = []
    for name in ("t1", "t2"):
        run("trustee", "end", *home(folder, name), "--package", folder / "vote.zip", "--out", folder / f"{name}.end")
        ends.append(files.read_final_file((folder / f"{name}.end").read_text()))
    assert ends[0][0] == ends[1][0]
    (folder / "final.json").write_text(files.signed_file(ends[0][0].text, [*ends[0][1], *ends[1][1]]))
    audit = ["verify", str(board.path), "--head", board.head(), "--fingerprint", town.officials.fingerprint]
    for name in ("officials", "final"):
        audit += [f"--{name}", str(folder / f"{name}.json")]
    assert main([*audit, "--setup", str(folder / "signed.json")]) == 0


def handed_over(folder: Path, told: dict[str, object]) -> Registered:
    """As the town hall reads what the registrar wrote."""
    slips = json.loads((folder / "slips.json").read_text())
    digest = json.loads((folder / "roll_digest.json").read_text())
    credentials = json.loads((folder / "public_credentials.json").read_text())
    assert told["roll"] == {"sha256": digest["sha256"], "size": digest["size"]}
    pairs = tuple((one["card"], one["slip"]) for one in slips["slips"])
    return Registered(slips["election"], pairs, tuple(credentials), digest["size"], digest["sha256"])


def pack(folder: Path, town: InventedTown, setup: Setup, board: Board) -> str:
    """What a trustee is handed; a closing slip's code."""
    statements = town.statements(setup, board.trackers())
    evidence = files.evidence_file((folder / "signed.json").read_text(), statements, [], None)
    (folder / "vote.zip").write_bytes(files.pack(board.path, evidence))
    return statements[0].statement.slip


def test_a_rehearsal_plays_all_of_them(tmp_path: Path, run: Run) -> None:
    who = ("--municipality", "Δήμος Πρόβας", "--term", "πρόβα")
    made = run("official", "rehearse", "--out", tmp_path, *who)
    assert run("official", "fingerprint", tmp_path / "officials.json") == {"fingerprint": made["fingerprint"]}
    assert re.fullmatch("([A-Z2-7]{4}-){9}[A-Z2-7]{4}", str(made["fingerprint"]))
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == [
        "officer-1", "officer-2", "registrar", "trustee-1", "trustee-2", "trustee-3",
    ]  # fmt: skip


def test_the_officials_page_names_every_command() -> None:
    page = (Path(__file__).parents[2] / "docs" / "officials.md").read_text(encoding="utf-8")

    def names(parser: argparse.ArgumentParser) -> list[str]:
        found = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
        return [name for one in found for name in (*one.choices, *(x for p in one.choices.values() for x in names(p)))]

    found = names(_parser())
    assert {"wizard", "rehearse", "share-out", "end"} <= set(found)
    assert [name for name in found if not re.search(rf"`[^`]*\b{name}\b[^`]*`", page) and name != "show"] == []


def test_what_is_refused_of_keys(tmp_path: Path, run: Run, refused: Callable[..., str]) -> None:
    cards = begin(tmp_path, run)
    again = ("official", "init", *home(tmp_path, "t1"), "--name", "Άλλος", "--role", "trustee")
    said = "a trustee says --seat PLACE/OF and --threshold, and nobody else does"
    for seat in ((), ("--seat", "1/3"), ("--threshold", 2)):
        assert refused(*again, *seat) == said
    assert refused(*again, "--seat", "1of3", "--threshold", 2) == (
        "--seat 1of3: write it as 1/3, the first of three trustees"
    )
    assert refused(*again, "--seat", "4/3", "--threshold", 2).startswith("seat 4 of 3 trustees, 2 of whom open a vote")
    again = (*again, "--seat", "1/3", "--threshold", 2)
    assert refused(*again) == f"{tmp_path / 't1'}: somebody's keys are here already"
    without = ("official", "propose", "--home", tmp_path / "t1", "--cards", *cards)
    assert refused(*without, "--out", tmp_path / "p").endswith(
        "a passphrase lies beside the keys; this is a rehearsal's folder (--rehearsal)"
    )
    (tmp_path / "t1" / PASSPHRASE_FILE).write_text("another passphrase")
    propose = ("official", "propose", *home(tmp_path, "t1"), "--cards", *cards)
    assert refused(*propose, "--out", tmp_path / "p") == "this is not the passphrase"
    (tmp_path / "t1" / PASSPHRASE_FILE).write_text(WORDS)
    run(*propose, "--out", tmp_path / "p")
    share = ("official", "share-out", "--cards", *cards, "--proposals", tmp_path / "p", "--out", tmp_path / "told")
    assert refused(*share) == "nothing is here from Επικεφαλής αντιπολίτευσης"
    assert not (tmp_path / "told").exists()
    assert refused("official", "fingerprint", tmp_path / "p") == "officials: expected exactly record, signatures"
    assert "No such file" in refused("official", "fingerprint", tmp_path / "nothing")
    short = tmp_path / "short"
    short.mkdir()
    (short / PASSPHRASE_FILE).write_text("short")
    union = ("official", "init", "--home", short, "--rehearsal", "--name", "X", "--role", "officer")
    run(*union)  # a rehearsal's passphrase is whatever it is


def test_a_cut_between_keys_and_card_is_gone_on_with(tmp_path: Path, run: Run) -> None:
    begin(tmp_path, run)
    card = tmp_path / "t1" / "card.json"
    identity = (tmp_path / "t1" / "identity.p12").read_bytes()
    before = json.loads(card.read_text())
    card.unlink()
    seat = ("--seat", "1/3", "--threshold", 2)
    run("official", "init", *home(tmp_path, "t1"), "--name", before["name"], "--role", "trustee", *seat)
    assert json.loads(card.read_text())["key"] == before["key"]
    assert (tmp_path / "t1" / "identity.p12").read_bytes() == identity


def test_what_was_told_to_another_trustee(tmp_path: Path, run: Run, refused: Callable[..., str]) -> None:
    cards = begin(tmp_path, run)
    make_key(tmp_path, run, cards)
    others = [path for path in (tmp_path / "told").iterdir() if key_id_of(Path(cards[0]))[:8] not in path.name]
    accept = ("official", "accept", *home(tmp_path, "t1"), "--cards", *cards, "--told", others[0])
    assert refused(*accept, "--out", tmp_path / "x") == f"{others[0].name}: this was told to another trustee"


def test_what_is_refused_of_a_vote(town: Path, tmp_path: Path, run: Run, refused: Callable[..., str]) -> None:
    invented = invent(read_officials((town / "officials.json").read_text()))
    (tmp_path / "roll.json").write_text(invented.request())
    register = ("registrar", *home(town, "registrar"), "--request", tmp_path / "roll.json", "--out")
    told = run(*register, tmp_path / "slips")
    again = "roll of a vote: the credentials of this vote have been made already"
    assert refused(*register, tmp_path / "other") == again
    (tmp_path / "second.json").write_text(invent(invented.officials).request())
    second = ("registrar", *home(town, "registrar"), "--request", tmp_path / "second.json", "--out", tmp_path / "slips")
    memory = (town / "registrar" / "memory.jsonl").read_bytes()
    assert refused(*second) == "slips.json is there already: one election has one set of slips"
    assert (town / "registrar" / "memory.jsonl").read_bytes() == memory, "the slips could still be made"

    made = handed_over(tmp_path / "slips", told)
    setup = invented.setup(invented.belenios(made), made, datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1))
    (tmp_path / "setup.json").write_text(setup.text)
    sign = ("official", "sign", *home(town, "officer-1"), tmp_path / "setup.json", "--out", tmp_path / "s")
    assert refused(*sign) == "not signed: a set-up is signed by the registrar and the trustees"
    opening = ("trustee", "open", *home(town, "trustee-1"), "--package", tmp_path / "setup.json", "--slip", "x")
    assert refused(*opening, "--out", tmp_path / "o") == (
        "setup.json: not a package for trustees (election.bel and evidence.json in a zip)"
    )
    at = (
        "trustee",
        "open",
        "--home",
        town / "trustee-1",
        "--package",
        "x",
        "--slip",
        "x",
        "--at",
        "2026-01-01",
        "--out",
        "o",
    )
    assert refused(*at) == "--at is for rehearsals: a vote is opened by the clock"
    assert not (tmp_path / "s").exists() and not (tmp_path / "o").exists()


def test_the_passphrase_is_typed_unseen_and_the_word_is_asked_for(
    town: Path, tmp_path: Path, terminal: Terminals
) -> None:
    own = ("--home", tmp_path / "own")
    making = terminal("official", "init", *own, "--name", "Διευθυντής", "--role", "officer")
    making.until("Νέα συνθηματική φράση (τέσσερις λέξεις): ")
    making.type(WORDS)
    making.until("Ακόμα μία φορά: ")
    making.type(WORDS)
    assert making.end() == 0 and WORDS not in making.seen

    (town / "trustee-1" / PASSPHRASE_FILE).unlink()
    record = json.loads((town / "officials.json").read_text())["record"]
    (tmp_path / "record.json").write_text(json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":")))
    sign = ("official", "sign", "--home", town / "trustee-1", tmp_path / "record.json", "--out", tmp_path / "s")
    for answer, status in (("ναι", 2), ("συμφωνώ", 0)):
        signing = terminal(*sign)
        signing.until("Συνθηματική φράση: ")
        signing.type("rehearsal of trustee-1")
        assert "Επίτροπος 2 (πρόβα)" in signing.until("γράψτε ΣΥΜΦΩΝΩ: ")
        assert not (tmp_path / "s").exists()
        signing.type(answer)
        assert signing.end() == status, signing.seen
        assert "rehearsal of" not in signing.seen and (tmp_path / "s").exists() == (status == 0)


def test_two_different_new_passphrases_make_nothing(tmp_path: Path, terminal: Terminals) -> None:
    making = terminal("official", "init", "--home", tmp_path / "own", "--name", "X", "--role", "officer")
    for question, answer in (("λέξεις): ", WORDS), ("φορά: ", WORDS + "s")):
        making.until(question)
        making.type(answer)
    assert making.end() == 2
    assert "ballot_box: the two are not the same; nothing was made" in making.seen
    assert not (tmp_path / "own").exists()
