"""The sheet for staff: everything on it, judged by programs that are not ours; a long one goes over pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from printing import Mark, Press, SheetRow, StaffSheet

ROWS = (
    SheetRow(Mark.GOOD, "Αναγνώστης καρτών", "Ο αναγνώστης απαντά: Vendor Reader 00 00."),
    SheetRow(Mark.CARE, "Δίσκος", "Ο δίσκος γεμίζει: 1200 MB ελεύθερα.", "Ελευθερώστε χώρο αυτή την εβδομάδα."),
    SheetRow(Mark.FAULT, "Εκτυπωτής", "Ο εκτυπωτής δεν έχει χαρτί.", "Βάλτε χαρτί Α4 και τυπώστε δοκιμαστική σελίδα."),
)
SHEET = StaffSheet(
    municipality="Δήμος Αγίων Αναργύρων-Καματερού",
    booth="Ψηφιακή θυρίδα ΑΑΚ1 · Πλατεία Δημαρχείου",
    title="Παράδοση θυρίδας",
    made_at=datetime(2026, 11, 21, 14, 5, tzinfo=ZoneInfo("Europe/Athens")),
    introduction="Οι έλεγχοι έγιναν από την ίδια τη θυρίδα. Η σφραγίδα δείχνει ότι το φύλλο δεν άλλαξε.",
    facts=(("Έκδοση λογισμικού", "0.1.0"), ("Σύνολο", "1 βλάβη, 1 παρατήρηση")),
    rows=ROWS,
    signatures=("Τεχνικός", "Παραλαβή από τον Δήμο"),
    marks=((Mark.GOOD, "Εντάξει"), (Mark.CARE, "Προσοχή"), (Mark.FAULT, "Βλάβη")),
)


@pytest.mark.parametrize("times", [1, 14])
def test_all_of_it_is_on_the_sheet_which_is_a_sealed_archive_file(
    times: int, press: Press, tmp_path: Path, judges: Any
) -> None:
    path = tmp_path / "sheet.pdf"
    path.write_bytes(press.make(replace(SHEET, rows=ROWS * times)))
    said = judges.text(path)
    for row in ROWS:
        for word in f"{row.name} {row.words} {row.todo}".replace("-", " ").split():
            assert said.count(word) >= times, word
    for word in ("Παράδοση", "0.1.0", "Τεχνικός", "Παραλαβή", "Βλάβη", "21"):
        assert word in said
    assert judges.archive(path) == [f"The file {path.name} is a valid PDF/A-1b file\n\n"]
    assert said.rstrip("\f").count("\f") == (0 if times == 1 else 2)


def test_values_come_back_as_they_went() -> None:
    assert StaffSheet.from_dict(SHEET.to_dict()) == SHEET
    with pytest.raises(ValueError, match="time zone"):
        replace(SHEET, made_at=SHEET.made_at.replace(tzinfo=None))
