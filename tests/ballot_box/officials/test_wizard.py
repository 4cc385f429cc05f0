"""The guide: a whole term by people who type one answer at a time, lose sticks, stop and come back."""

from __future__ import annotations

import getpass
import io
import json
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from terminal import Terminal

from ballot_box import Board, tally
from ballot_box.__main__ import main
from ballot_box.election import ElectionSetup
from ballot_box.officials import files, signing
from ballot_box.officials.body import Office, Officials, follows, read_officials
from ballot_box.officials.ceremony import PASSPHRASE_FILE
from ballot_box.officials.home import Home
from ballot_box.officials.records import Setup
from ballot_box.officials.records.auditors import committed, read_deposits, read_listed
from ballot_box.officials.signing import canonical
from ballot_box.officials.wizard.rehearsal import InventedTown, invent
from ballot_box.officials.wizard.stick import kind_of
from ballot_box.registrar import Registered

WORDS = "four words on paper"
MENU = "Γράψτε τον αριθμό και πατήστε Enter: "
AGREE = "γράψτε ΣΥΜΦΩΝΩ: "
Play = Callable[..., str]
Terminals = Callable[..., Terminal]
pytestmark = pytest.mark.usefixtures("quick_locks")


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    (tmp_path / "stick").mkdir()
    return tmp_path / "stick"


@pytest.fixture
def play(tmp_path: Path, stick: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Play:
    """One sitting of somebody at the guide: what they type, and what they read. It ends when they close it."""

    def sitting(home: Path, *answers: str, words: str = WORDS) -> str:
        monkeypatch.setattr(getpass, "getpass", lambda _question: words)
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{one}\n" for one in (*answers, "0"))))
        assert main(["wizard", "--home", str(home), "--stick", str(stick)]) == 0
        assert sys.stdin.read() == "", "not everything that was typed was asked for"
        said = "".join(capsys.readouterr())
        assert words not in said and "Traceback" not in said
        return said

    return sitting


NEW, SIGN_OFFICIALS, SIGN_VOTE, SLIPS, OPEN, END, DECLARE, REHEARSE, DEPOSITS = map(str, range(1, 10))
TRUSTEE, REGISTRAR, BOTH, OFFICER = map(str, range(1, 5))


def test_a_term_from_the_first_visit_to_the_fingerprint(tmp_path: Path, stick: Path, play: Play) -> None:
    one, two, three, clerk, first, second = (tmp_path / name for name in ("1", "2", "3", "r", "o1", "o2"))
    # Three, of whom two open a vote: the first one says so.
    assert "Χρειάζονται 3" in play(one, NEW, TRUSTEE, "1", "1", "Διευθύντρια")
    assert "Τελειώσατε με τα κλειδιά" in play(clerk, NEW, REGISTRAR, "Ληξίαρχος")
    said = play(two, NEW, TRUSTEE, "Αντιπολίτευση")
    assert "3 επίτροποι, και μια ψηφοφορία την ανοίγουν 2" in said and "με αριθμό 2 από τους 3" in said
    assert "Χρειάζονται 3" in said
    # The third is the first who finds all cards, and goes on at once.
    said = play(three, NEW, TRUSTEE, "Όμορος δήμος")
    assert "ΕΠΙΣΚΕΨΗ 2" in said and "Δώστε το στικάκι σε:\n  Διευθύντρια\n  Αντιπολίτευση\n" in said
    assert "ΕΠΙΣΚΕΨΗ 2" in play(one, NEW)
    before = {path.name: path.read_bytes() for path in stick.iterdir()}
    for path in stick.iterdir():
        if path.name.startswith("step-2"):
            path.unlink()  # a lost stick: each copies theirs again, and it is the same
    assert "Δώστε το στικάκι σε" in play(three, NEW)
    assert "Δώστε το στικάκι σε" in play(one, NEW)
    assert {path.name: path.read_bytes() for path in stick.iterdir()} == before
    for path in [*stick.iterdir()]:
        shutil.copyfile(path, stick / f"{path.stem} (1).json")  # as file managers do
    assert "Συνεχίζετε με το 1: επίσκεψη 3 από 3." in play(three)
    assert "Συνεχίζετε με το 1: επίσκεψη 2 από 3." in play(two)
    assert "ΕΠΙΣΚΕΨΗ 3" in play(two, NEW)
    for officer, name in ((first, "ΚΕΠ"), (second, "Πολεοδομία")):
        play(officer, NEW, OFFICER, name)
    assert "ΕΠΙΣΚΕΨΗ 3" in play(one, NEW)
    assert "Το κοινό κλειδί είναι έτοιμο" in play(three, NEW)

    assert all("Συνεχίζετε με το 2" in play(home) for home in (one, two, three, clerk))
    said = play(one, SIGN_OFFICIALS, "Δήμος Θέρμης", "2024-2028", "1", "Συμφωνώ")
    assert "Δήμος Θέρμης, θητεία 2024-2028" in said and "Δεν έχουν υπογράψει ακόμη:" in said
    for other in (two, three, clerk, first):
        assert "Δεν έχουν υπογράψει ακόμη:" in play(other, SIGN_OFFICIALS, "ΣΥΜΦΩΝΩ")
    assert "Δεν γράψατε ΣΥΜΦΩΝΩ" in play(second, SIGN_OFFICIALS, "όχι")
    said = play(second, SIGN_OFFICIALS, "ΣΥΜΦΩΝΩ")
    (path,) = stick.glob("officials-*.json")
    found = read_officials(path.read_text(encoding="utf-8"))
    assert found.fingerprint in said and "Διαύγεια" in said
    assert [one.name for one in found.officials] == [
        "Ληξίαρχος", "ΚΕΠ", "Πολεοδομία", "Διευθύντρια", "Αντιπολίτευση", "Όμορος δήμος",
    ]  # fmt: skip
    for other in (one, two, three, clerk, first):
        assert found.fingerprint in play(other, SIGN_OFFICIALS)
    assert all(read_officials((home / "officials.json").read_text()) == found for home in (one, clerk, first, second))
    names = [path.name for path in stick.iterdir() if "(1)" not in path.name]
    assert {name.rpartition("-")[0] or name for name in names} == {
        "card", "step-2", "step-3", "the", "signature", "officials",
    }  # fmt: skip
    left = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert WORDS.encode() not in left
    assert "Συνεχίζετε" not in play(one)


def test_those_before_vouch_for_those_who_come(
    tmp_path: Path, town: Path, officials: Officials, stick: Path, play: Play, home: Callable[[str], Home]
) -> None:
    """A new officer in place of one who left; an old signature of something else on the stick is no hindrance."""
    new = tmp_path / "new"
    play(new, NEW, OFFICER, "Νέα υπάλληλος")
    card = json.loads((new / "card.json").read_text())
    plain = json.loads(officials.text)
    listed = [one for one in plain["officials"] if one["name"] != "Υπάλληλος 2 (πρόβα)"]
    listed.insert(2, {"key": card["key"], "name": card["name"], "role": "officer"})
    record = canonical({**plain, "officials": listed, "previous": officials.fingerprint})
    (stick / "the-officials.json").write_text(record, encoding="utf-8")
    (stick / "before.json").write_text(officials.file(), encoding="utf-8")
    stray = home("officer-1").signer.sign(signing.SETUP, "{}")
    (stick / "zzz.json").write_text(canonical(stray.plain()), encoding="utf-8")
    key = {"kind": "officials.key", "trustees": officials.trustees}
    sealed = [(town / f"trustee-{number}" / "ballots.dkey").read_text() for number in (1, 2, 3)]
    (stick / "the-key.json").write_text(canonical({**key, "opened_by": sealed}), encoding="utf-8")
    assert "εγγυώνται" in play(town / "officer-2", SIGN_OFFICIALS, "ΣΥΜΦΩΝΩ", words=words_of(town, "officer-2"))
    for name in ("registrar", "officer-1", "trustee-1", "trustee-2", "trustee-3"):
        play(town / name, SIGN_OFFICIALS, "ΣΥΜΦΩΝΩ", words=words_of(town, name))
    play(new, SIGN_OFFICIALS, "ΣΥΜΦΩΝΩ")
    (path,) = stick.glob("officials-*.json")
    found = read_officials(path.read_text(encoding="utf-8"))
    assert follows(found, officials) and "Νέα υπάλληλος" in [one.name for one in found.officials]
    said = play(town / "officer-2", SIGN_OFFICIALS, words=words_of(town, "officer-2"))
    assert "Εγγυηθήκατε για τους επόμενους." in said and home("officer-2").officials() == officials
    play(town / "trustee-2", SIGN_OFFICIALS, words=words_of(town, "trustee-2"))
    assert home("trustee-2").officials() == found


def test_stopping_before_anything_makes_nothing(tmp_path: Path, play: Play) -> None:
    assert "Ό,τι έγινε έχει μείνει" in play(tmp_path / "own", NEW, TRUSTEE, "0")
    assert "Ό,τι έγινε έχει μείνει" in play(tmp_path / "own", NEW, "0")
    assert not (tmp_path / "own").exists()
    assert "Γράψτε έναν αριθμό από το 0 έως το 9." in play(tmp_path / "own", "10", "-1", "ένα", "")


def test_a_stick_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["wizard", "--home", str(tmp_path / "own"), "--stick", str(tmp_path / "none")]) == 2
    assert "Δεν υπάρχει ο φάκελος" in capsys.readouterr().out


def words_of(town: Path, name: str) -> str:
    """A rehearsal's passphrase, which the guide asks for as if it were anybody's."""
    return (town / name / PASSPHRASE_FILE).read_text(encoding="utf-8").strip()


def test_the_registrar_makes_slips_once_and_copies_them_again(
    town: Path, officials: Officials, stick: Path, play: Play
) -> None:
    words, home = words_of(town, "registrar"), town / "registrar"
    new = invent(officials)
    assert "Δεν βρίσκω στον φάκελο" in play(home, SLIPS, "0", words=words)
    (stick / "κατάλογος.json").write_text(new.request(), encoding="utf-8")
    said = play(home, SLIPS, "1", "όχι", words=words)
    assert "Άλλο κλειδί στην κάρτα PROVA-1: νέα κάρτα" in said and "Δεν έγινε τίποτα" in said
    assert list(stick.iterdir()) == [stick / "κατάλογος.json"]
    assert "Πηγαίνετε το στικάκι στο δημαρχείο" in play(home, SLIPS, "1", "ΣΥΜΦΩΝΩ", words=words)
    slips = stick / f"slips-{new.election}"
    before = {path.name: path.read_bytes() for path in slips.iterdir()}
    assert set(before) == {"slips.json", "public_credentials.json", "roll_digest.json"}
    shutil.rmtree(slips)
    play(home, SLIPS, words=words)
    assert {path.name: path.read_bytes() for path in slips.iterdir()} == before


def test_the_registrar_lists_auditors_cards_and_hands_their_deposits_in_at_the_end(
    town: Path, officials: Officials, stick: Path, play: Play, home: Callable[[str], Home]
) -> None:
    words, own = words_of(town, "registrar"), town / "registrar"
    new = invent(officials)
    (stick / "roll.json").write_text(new.request(), encoding="utf-8")
    typed = ["PROVA-9", "PROVA-2", "ναι", "PROVA-2", "1", "τέλος"]
    typed += [word for number in (3, 4, 5, 6) for word in (f"PROVA-{number}", "λευκό")]
    said = play(own, SLIPS, "2", *typed, "τέλος", "ΣΥΜΦΩΝΩ", words=words)
    for told in (
        "Η κάρτα PROVA-9 δεν είναι σε αυτόν τον κατάλογο, ή δεν παίρνει ψηφοδέλτιο.",
        "Γράψτε τον αριθμό της απάντησης (1, ή 1, 3) ή «λευκό»· ανάμεσα στις ερωτήσεις «/».",
        "Οι κάρτες ελέγχου είναι τουλάχιστον 5: λιγότερες ψήφοι δεν ανοίγονται ποτέ.",
        "Κάρτα ελέγχου, που δεν μετρά: PROVA-2",
    ):
        assert told in said
    listed = read_listed((stick / f"slips-{new.election}" / "auditors.json").read_text(encoding="utf-8"))
    assert listed.cards == tuple(f"PROVA-{number}" for number in range(2, 7))
    counted = new.belenios(_registered(stick / f"slips-{new.election}"))
    for hours, told in ((1, "Πριν κλείσει, κανείς δεν διαβάζει ό,τι έχει κατατεθεί."), (-1, "")):
        closes = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=hours)
        setup = new.setup(counted, _registered(stick / f"slips-{new.election}"), closes)
        whole = canonical({**setup.plain, "audit": committed(listed).plain(), "floor": 5, "roll_size": 10})
        (stick / "setup.json").write_text(files.setup_file(whole, [], []), encoding="utf-8")
        assert told in play(own, DEPOSITS, words=words)
    text = (stick / f"deposits-{new.election}.json").read_text(encoding="utf-8")
    assert read_deposits(text).digest == listed.deposits


def _registered(folder: Path) -> Registered:
    credentials = tuple(json.loads((folder / "public_credentials.json").read_text(encoding="utf-8")))
    return Registered("", (), credentials, 6, "c" * 64)


def test_which_of_two_files_is_asked(
    town: Path, setup: Setup, altered: Callable[..., Setup], stick: Path, play: Play
) -> None:
    words = words_of(town, "trustee-1")
    (stick / "a.json").write_text(setup.text, encoding="utf-8")
    (stick / "b.json").write_text(altered(floor=6).text, encoding="utf-8")
    said = play(town / "trustee-1", SIGN_VOTE, "2", "ΣΥΜΦΩΝΩ", words=words)
    assert "  1. a.json\n  2. b.json\n" in said and "Δεν ανοίγεται με λιγότερες από 6 ψήφους" in said
    (signed,) = [path for path in stick.iterdir() if path.name.startswith("signature-")]
    assert kind_of(signed.read_text()) == "signature"
    assert "Την έχετε ήδη υπογράψει, με άλλο περιεχόμενο" in play(town / "trustee-1", SIGN_VOTE, "1", words=words)


def over(
    town: InventedTown, made: Registered, counted: ElectionSetup, home: Callable[[str], Home]
) -> tuple[Setup, str]:
    """A set-up whose vote is over, and its file with signatures."""
    setup = town.setup(counted, made, datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1))
    signatures = [home(name).signer.sign(signing.SETUP, setup.text) for name in ("registrar", "trustee-1", "trustee-2")]
    return setup, files.setup_file(setup.text, signatures, [])


def test_a_trustee_opens_a_vote_and_signs_its_end(
    town: Path, invented: InventedTown, made: Registered, counted: ElectionSetup, board: Board,
    home: Callable[[str], Home], stick: Path, terminal: Terminals,
) -> None:  # fmt: skip
    """At a terminal, with a wrong passphrase first."""
    setup, signed = over(invented, made, counted, home)
    statements = invented.statements(setup, board.trackers())
    evidence = files.evidence_file(signed, statements, [], None)
    (stick / "vote.zip").write_bytes(files.pack(board.path, evidence))
    for name in ("trustee-1", "trustee-3"):
        desk = terminal("wizard", "--home", town / name, "--stick", stick)
        desk.answer((MENU, OPEN), ("Ο κωδικός λήξης", statements[1].statement.slip.lower()))
        desk.answer(("Η συνθηματική σας φράση: ", "wrong"), ("Η συνθηματική σας φράση: ", words_of(town, name)))
        told = desk.until(AGREE)
        assert "Δεν είναι αυτή η φράση." in desk.seen and "Το χαρτί λήξης είναι του σημείου booth-b: 3 ψήφοι." in told
        assert "Μετρούν 6 ψήφοι, μία για καθέναν που ψήφισε." in told
        desk.type("ΣΥΜΦΩΝΩ")
        desk.answer(("Πηγαίνετε το στικάκι στο δημαρχείο", ""), (MENU, "0"))
        assert desk.end() == 0 and "rehearsal of" not in desk.seen and "wrong" not in desk.seen
    shares = sorted(stick.glob("share-*.txt"))
    assert len(shares) == 2
    for share in shares:
        tally.add_partial_decryption(board, share.read_text())
    assert tally.result(board).counts == ((4, 2),)

    (stick / "vote.zip").write_bytes(files.pack(board.path, evidence))
    desk = terminal("wizard", "--home", town / "trustee-1", "--stick", stick)
    desk.answer((MENU, END), ("Η συνθηματική σας φράση: ", words_of(town, "trustee-1")))
    assert "«Ναι» / “Ναι”: 4" in desk.until(AGREE)
    desk.type("ΣΥΜΦΩΝΩ")
    desk.answer((MENU, "0"))
    assert desk.end() == 0
    (end,) = stick.glob("end-*.json")
    final, _ = files.read_final_file(end.read_text())
    assert (final.head, final.ballots) == (board.head(), 6)


def test_the_registrar_stops_in_the_middle_and_comes_back(
    town: Path, officials: Officials, stick: Path, terminal: Terminals
) -> None:
    """At a terminal, with Ctrl-C where the word is asked for."""
    (stick / "roll.json").write_text(invent(officials).request(), encoding="utf-8")
    words = words_of(town, "registrar")
    desk = terminal("wizard", "--home", town / "registrar", "--stick", stick)
    desk.answer((MENU, SLIPS), (MENU, "1"), ("Η συνθηματική σας φράση: ", words))
    desk.until(AGREE)
    desk.interrupt()
    assert desk.end() == 0 and "την επόμενη φορά συνεχίζουμε" in desk.seen
    assert list(stick.iterdir()) == [stick / "roll.json"]
    desk = terminal("wizard", "--home", town / "registrar", "--stick", stick)
    desk.answer((MENU, SLIPS), (MENU, "1"), ("Η συνθηματική σας φράση: ", words), (AGREE, "συμφωνω"), (MENU, "0"))
    assert desk.end() == 0 and words not in desk.seen
    assert len(list(stick.glob("slips-*/slips.json"))) == 1


def test_what_may_not_be_opened_is_said_in_greek(
    town: Path, invented: InventedTown, setup: Setup, board: Board, home: Callable[[str], Home], stick: Path, play: Play
) -> None:
    statements = invented.statements(setup, board.trackers())
    unsigned = files.evidence_file(files.setup_file(setup.text, [], []), statements, [], None)
    (stick / "vote.zip").write_bytes(files.pack(board.path, unsigned))
    words = words_of(town, "trustee-1")
    said = play(town / "trustee-1", OPEN, "AAAA", words=words)
    assert "Δεν ανοίχτηκε. Η ψηφοφορία: Δεν την έχει υπογράψει ο υπεύθυνος μητρώου." in said
    signatures = [home(name).signer.sign(signing.SETUP, setup.text) for name in ("registrar", "trustee-1", "trustee-2")]
    early = files.evidence_file(files.setup_file(setup.text, signatures, []), statements, [], None)
    (stick / "vote.zip").write_bytes(files.pack(board.path, early))
    assert "Πριν κλείσει δεν ανοίγεται." in play(town / "trustee-1", OPEN, "AAAA", words=words)
    (stick / "vote.zip").write_bytes(b"PK\x03\x04 nonsense")
    assert "Δεν βρίσκω στον φάκελο" in play(town / "trustee-1", OPEN, "0", words=words)
    assert not list(stick.glob("share-*"))


def test_an_officer_declares_beside_the_vote_that_it_is_about(
    town: Path, setup: Setup, stick: Path, play: Play
) -> None:
    from ballot_box.officials.records import Lost, declaration_of

    said = declaration_of(setup, [Lost("booth-a", "Κάηκε")], [])
    (stick / "declaration.json").write_text(said.text, encoding="utf-8")
    words = words_of(town, "officer-1")
    assert "Δεν βρίσκω στον φάκελο" in play(town / "officer-1", DECLARE, "0", words=words)
    (stick / "vote.json").write_text(files.setup_file(setup.text, [], []), encoding="utf-8")
    assert "Το σημείο booth-a χάθηκε: Κάηκε" in play(town / "officer-1", DECLARE, "ΣΥΜΦΩΝΩ", words=words)
    (path,) = stick.glob("signature-*.json")
    (signature,) = signing.read_signatures([json.loads(path.read_text())], "")
    (public, _) = read_officials((town / "officials.json").read_text()).keys(Office.OFFICER)
    assert signing.holds(signature, signing.DECLARATION, said.text, public)


@pytest.mark.parametrize("who", ["1", "2"])
def test_a_rehearsal_of_everything(
    tmp_path: Path, play: Play, who: str, terminal: Terminals, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A trustee types the code that stands on the paper; nothing is left."""
    import tempfile

    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    if who == "2":
        said = play(tmp_path / "own", REHEARSE, who, "ΣΥΜΦΩΝΩ", "ΣΥΜΦΩΝΩ")
    else:
        desk = terminal("wizard", "--home", tmp_path / "own", "--stick", tmp_path)
        desk.answer((MENU, REHEARSE), (MENU, who), (AGREE, "ΣΥΜΦΩΝΩ"))
        code = desk.until("\r\n   Γράψτε τον κωδικό λήξης").rpartition("γράφει: ")[2].split()[0]
        desk.type(code)
        desk.answer((AGREE, "ΣΥΜΦΩΝΩ"), (MENU, "0"))
        assert desk.end() == 0
        said = desk.seen
    assert "«Ναι» / “Ναι”: 4" in said and "Τέλος της πρόβας. Δεν έμεινε τίποτα." in said
    assert list((tmp_path / "tmp").iterdir()) == [] and not (tmp_path / "own").exists()


def test_a_file_with_a_strange_name_or_content_is_no_hindrance(
    town: Path, setup: Setup, stick: Path, play: Play
) -> None:
    (stick / "a\x1b[2J.json").write_text(setup.text, encoding="utf-8")
    (stick / "image.jpg").write_bytes(b"\xff\xd8\xff")
    (stick / "list.json").write_text("[" * 5000)
    (stick / "folder.json").mkdir()
    (stick / "link.json").symlink_to(stick / "nowhere")
    (stick / "evil.json").write_text(canonical({"kind": ["votes.notice"]}))
    said = play(town / "trustee-1", SIGN_VOTE, "ΣΥΜΦΩΝΩ", words=words_of(town, "trustee-1"))
    assert "Βρήκα: a\ufffd[2J.json" in said and "Υπογράφηκε." in said and "\x1b" not in said


def test_a_full_stick_says_so(
    town: Path, setup: Setup, stick: Path, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    (stick / "vote.json").write_text(setup.text, encoding="utf-8")
    words, real = words_of(town, "trustee-1"), Path.open

    def full(path: Path, mode: str = "r", *rest: object, **named: object) -> object:
        if path.parent == stick and "w" in mode:
            raise OSError(28, "No space left on device")
        return real(path, mode, *rest, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", full)
    assert "δεν γράφεται ή δεν διαβάζεται" in play(town / "trustee-1", SIGN_VOTE, "ΣΥΜΦΩΝΩ", words=words)
    monkeypatch.undo()


def test_a_stranger_in_the_record(tmp_path: Path, town: Path, officials: Officials, stick: Path, play: Play) -> None:
    """A key of the town hall's own: each trustee's guide says so, loudly, and signs nothing."""
    from ballot_box.officials.ceremony import rehearse

    forged = rehearse(tmp_path / "forged", "Δήμος Δοκιμής", "2024-2028")
    record = canonical({**json.loads(officials.text), "trustees": forged.trustees})
    (stick / "the-officials.json").write_text(record, encoding="utf-8")
    said = play(town / "trustee-1", SIGN_OFFICIALS, words=words_of(town, "trustee-1"))
    assert "ΠΡΟΣΟΧΗ: το κοινό κλειδί δεν είναι των επιτρόπων με τους οποίους το φτιάξατε." in said
    assert [path.name for path in stick.iterdir()] == ["the-officials.json"]
