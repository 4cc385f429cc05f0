"""The PIN letter: everything on it, in the third where it belongs, in large type; nothing kept, nothing told."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from printing import Press, PressFailed, StaffSheet
from printing.documents.pin_letter import PinLetter
from printing.documents.pin_letter_page import FIRST_FOLD, SECOND_FOLD

LETTER = PinLetter(
    municipality="Δήμος Αγίων Αναργύρων-Καματερού",
    name="Αικατερίνη-Ευαγγελία Κωνσταντινοπούλου-Παπαχαραλάμπους",
    address=("Λεωφόρος Δημοκρατίας 12", "13561 Άγιοι Ανάργυροι"),
    office="στο γραφείο του Δήμου",
    card="AAK-000123",
    serial="000007",
    pin="83726154",
    block_code="7KQ4-M2XT",
    made_at=datetime(2026, 11, 21, 14, 5, tzinfo=ZoneInfo("Europe/Athens")),
)


@pytest.fixture(scope="module")
def bare() -> Iterator[Press]:
    with Press(None) as press:
        yield press


def words(path: Path, top: float, bottom: float) -> str:
    """What stands between two heights, in points from the upper edge."""
    box = ["-x", "0", "-y", f"{top:.0f}", "-W", "600", "-H", f"{bottom - top:.0f}", "-layout"]
    told = subprocess.run(["pdftotext", *box, str(path), "-"], capture_output=True, text=True, check=True).stdout
    return " ".join(told.split())


def test_the_name_looks_out_and_the_secrets_face_inward(bare: Press, tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    path.write_bytes(bare.make(LETTER))
    outside = words(path, 0, 842 - FIRST_FOLD)
    inside = words(path, 842 - FIRST_FOLD, 842 - SECOND_FOLD)
    below = words(path, 842 - SECOND_FOLD, 842)
    for part in ("Αικατερίνη", "Παπαχαραλάμπους", "Δημοκρατίας 12", "13561", "000007", "21 Νοεμβρίου 2026"):
        assert part in outside, part
    for secret in ("8372 6154", "7KQ4-M2XT", "AAK-000123"):
        assert secret in inside and secret not in outside + below
    for advice in ("δικό", "Έχασα την κάρτα μου", "κλειδώματος", "στο γραφείο του Δήμου", "ποτέ μαζί"):
        assert advice in below, advice
    assert "Αικατερίνη" not in inside + below, "whoever finds half of it learns nothing"


def test_it_is_one_sheet_in_large_type(bare: Press, tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    for letter in (LETTER, replace(LETTER, technician=True), replace(LETTER, name="", address=(), sample=True)):
        path.write_bytes(bare.make(letter))
        told = subprocess.run(["pdfinfo", str(path)], capture_output=True, text=True, check=True).stdout
        assert re.search(r"Pages:\s+1\n", told) and "A4" in told
        sizes = subprocess.run(
            ["pdftohtml", "-xml", "-stdout", "-i", str(path)], capture_output=True, text=True, check=True
        ).stdout
        tops = [int(found) for found in re.findall(r'<text top="(\d+)"', sizes)]
        scale = 892 / 595  # pdftohtml draws at 108 dpi
        assert max(tops) < 820 * scale, "nothing runs off the sheet"
        found = sorted({int(one) for one in re.findall(r'<fontspec id="\d+" size="(\d+)"', sizes)})
        assert found[-1] >= 32, found


def test_values_come_back_and_what_is_none_is_refused() -> None:
    assert PinLetter.from_dict(LETTER.to_dict()) == LETTER
    with pytest.raises(ValueError, match="time zone"):
        replace(LETTER, made_at=LETTER.made_at.replace(tzinfo=None))
    with pytest.raises(ValueError, match="eight digits") as refused:
        replace(LETTER, pin="123456")
    assert "123456" not in str(refused.value)
    shown = repr(LETTER)
    assert not any(secret in shown for secret in (LETTER.pin, LETTER.block_code, LETTER.name, "Δημοκρατίας"))


def test_a_letter_that_cannot_be_set_tells_nothing_of_it(bare: Press) -> None:
    with pytest.raises(PressFailed) as failed:
        bare.make(replace(LETTER, name="名前"))
    assert (failed.value.why, failed.value.detail) == ("letters", "name")
    assert not any(secret in str(failed.value) for secret in (LETTER.pin, LETTER.block_code, "名"))
    assert bare.make(LETTER).startswith(b"%PDF"), "and the press goes on"


def test_a_press_without_a_seal_makes_nothing_that_needs_one(bare: Press) -> None:
    sheet = StaffSheet("Δήμος", "Θυρίδα", "Φύλλο", LETTER.made_at, "")
    with pytest.raises(PressFailed) as failed:
        bare.make(sheet)
    assert failed.value.why == "paper" and "SealUnusable" in str(failed.value)
    assert bare.worker_pid is not None
    held = Path(f"/proc/{bare.worker_pid}/cmdline").read_bytes() + Path(f"/proc/{bare.worker_pid}/environ").read_bytes()
    assert LETTER.pin.encode() not in held
