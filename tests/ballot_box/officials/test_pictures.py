"""Pictures of a vote before its officials: signed with all the rest, shown by digest and words, laid out to be looked
at, and refused where they could do more than be seen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assets.pictures import MOST_BYTES, MOST_TOGETHER
from ballot_box.__main__ import main
from ballot_box.board import Board
from ballot_box.officials import consent
from ballot_box.officials.audit.publication import Publication
from ballot_box.officials.audit.report import _CameOut
from ballot_box.officials.consent import Refusal, sign_setup
from ballot_box.officials.home import Home
from ballot_box.officials.records import Setup, pictures_of, read_setup
from ballot_box.officials.signing import BadRecord, canonical

OPEN = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 10 10">'
DOT = f'{OPEN}<circle cx="5" cy="5" r="4"></circle></svg>'
SQUARE = f'{OPEN}<rect height="9" width="9"></rect></svg>'
ALT = {"el": "Μια κουκκίδα", "en": "A dot"}


def picture(data: str = DOT, **parts: object) -> dict[str, object]:
    return {"alt": ALT, "data": data, "kind": "svg", **parts}


def pictured(setup: Setup, first: object, *, question: object = None, version: int = 4) -> str:
    """The set-up with a picture of its first answer, and perhaps of its question."""
    plain: dict[str, Any] = json.loads(setup.text)
    plain["version"] = version
    plain["questions"][0]["answers"][0]["picture"] = first
    if question is not None:
        plain["questions"][0]["picture"] = question
    return canonical(plain)


def refusal(text: str) -> str:
    with pytest.raises(BadRecord) as caught:
        read_setup(text)
    return str(caught.value)


def test_each_picture_is_shown_by_its_words_and_its_digest(setup: Setup) -> None:
    found = read_setup(pictured(setup, picture(), question=picture(SQUARE)))
    assert [(one.name, one.file, one.alt) for one in pictures_of(found)] == [
        ("1.svg", SQUARE.encode(), ALT), ("1-1.svg", DOT.encode(), ALT),
    ]  # fmt: skip
    told = consent.shown(found)
    for name, file in (("1.svg", SQUARE), ("1-1.svg", DOT)):
        at = told.index(f"   Εικόνα {name}: «Μια κουκκίδα» / “A dot”")
        assert told[at + 1] == f"      SHA-256 {hashlib.sha256(file.encode()).hexdigest()}"
    assert not [line for line in consent.shown(setup) if "Εικόνα" in line]


def test_another_picture_is_another_vote(setup: Setup, home: Callable[[str], Home]) -> None:
    """The centre shows one to the officials and hands out another: no signature fits, and nobody signs twice."""
    first, second = (read_setup(pictured(setup, picture(data))) for data in (DOT, SQUARE))
    assert first.digest != second.digest
    trustee = home("trustee-1")
    assert not isinstance(sign_setup(trustee, first, first.opens, lambda _told: True), Refusal)
    assert sign_setup(trustee, second, second.opens, lambda _told: True) == Refusal(
        "you have signed this vote before, with something else in it"
    )


FAULTS: list[tuple[object, str]] = [
    (picture(f"{OPEN}<script>x</script></svg>"), "set-up: picture 1-1: script <script>"),
    (picture(DOT.replace("<circle ", '<circle onload="x" ')), "set-up: picture 1-1: script"),
    (picture(DOT.replace("<circle ", '<circle id="x" ')), "set-up: picture 1-1: a drawing holds more than it draws"),
    (picture(f"<!DOCTYPE svg>{DOT}"), "set-up: picture 1-1: doctype"),
    (picture("not Base64", kind="png"), "set-up: picture 1-1: a bitmap is not in Base64"),
    (picture(kind="gif"), "set-up: picture 1-1: neither a drawing nor a bitmap of ours"),
    (picture(alt={"el": "Κουκκίδα", "en": " "}),
     "set-up: picture 1-1 is not said in words, in Greek and in English"),
    (picture(alt={"el": "Κουκκίδα"}), "set-up, questions 1, answers 1, picture, alt: expected exactly el, en"),
    (picture(alt={"el": "α\u202eβ", "en": "b"}),
     "set-up, questions 1, answers 1, picture, alt, el: a character in it would hide others"),
    (picture(href="https://e.example"), "set-up, questions 1, answers 1, picture: expected exactly alt, data, kind"),
    (picture(data=7), "set-up, questions 1, answers 1, picture: data is not what stands there"),
    (None, "set-up, questions 1, answers 1, picture: expected exactly alt, data, kind"),
    (picture(f"{DOT}{' ' * MOST_BYTES}"), "set-up: picture 1-1: too-large"),
    (picture(" " * (MOST_TOGETHER + 1)), "set-up: the pictures are too heavy together"),
]  # fmt: skip


@pytest.mark.attack
@pytest.mark.parametrize(("first", "why"), FAULTS, ids=[why[8:60] for _, why in FAULTS])
def test_nobody_signs_a_picture_that_does_more(setup: Setup, first: object, why: str) -> None:
    assert refusal(pictured(setup, first)) == why


def test_only_version_4_has_pictures(setup: Setup) -> None:
    assert refusal(pictured(setup, picture(), version=3)) == "set-up: version 4 has pictures, and 3 has none"
    assert refusal(canonical({**json.loads(setup.text), "version": 4})) == (
        "set-up: version 4 has pictures, and 3 has none"
    )
    assert refusal(canonical({**json.loads(setup.text), "version": 5})) == (
        "set-up: not the set-up of a vote, version 3 or 4"
    )


def test_they_lie_in_a_folder_before_anything_is_asked(
    setup: Setup, town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """However the vote calls itself, the folder is the official's own."""
    text = pictured(setup, picture(), question=picture(SQUARE))
    record, mine = tmp_path / "setup.json", town / "trustee-1"
    record.write_text(text, encoding="utf-8")
    words = ("--home", str(mine), "--rehearsal", str(record), "--out", str(tmp_path / "signature.json"))
    assert main(["official", "sign", *words]) == 0
    (folder,) = mine.glob("pictures-*")
    assert folder.name == f"pictures-{read_setup(text).digest[:16]}"
    assert {one.name: one.read_text() for one in folder.iterdir()} == {"1.svg": SQUARE, "1-1.svg": DOT}
    told = capsys.readouterr().err
    assert f"Η ψηφοφορία έχει εικόνες: 2, στον φάκελο {folder}" in told.splitlines()[0]


def test_without_pictures_there_is_no_folder(setup: Setup, town: Path, tmp_path: Path) -> None:
    record, mine = tmp_path / "setup.json", town / "trustee-1"
    record.write_text(setup.text, encoding="utf-8")
    words = ("--home", str(mine), "--rehearsal", str(record), "--out", str(tmp_path / "signature.json"))
    assert main(["official", "sign", *words]) == 0
    assert list(mine.glob("pictures-*")) == []


def test_the_report_says_what_each_picture_shows(setup: Setup) -> None:
    """In words, and by what it is known for the same: a report is read where no picture can be."""
    (question,) = read_setup(pictured(setup, picture(), question=picture(SQUARE))).plain["questions"]
    found = Publication(Board(Path("nothing.bel")))
    told = list(_CameOut(found, "en")._pictures([question, *question["answers"]]))
    square, dot = (hashlib.sha256(one.encode()).hexdigest() for one in (SQUARE, DOT))
    assert "\n".join(told) == (
        "Its pictures, as the officials signed them:\n"
        f"- Να γίνει πεζόδρομος η οδός Πρόβας;: A dot (SHA-256\n  {square})\n"
        f"- Ναι: A dot (SHA-256\n  {dot})"
    )
    assert list(_CameOut(found, "en")._pictures(setup.plain["questions"])) == []
