"""Words as registers have them: endless, polytonic, decomposed, foreign, missing. Nothing is cut, nothing overflows."""

from __future__ import annotations

import re
import subprocess
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from printing import (
    Certificate,
    Facts,
    Mark,
    Paragraph,
    PinLetter,
    Press,
    PressFailed,
    Said,
    SheetRow,
    StaffSheet,
    Stamp,
    Table,
)  # fmt: skip
from printing.documents import certificate_page, pin_letter_page, staff_sheet_page
from printing.documents.faces import has_letter
from printing.documents.letters import Unprintable, tidied
from printing.documents.sheet import HEIGHT, LEFT, RIGHT, WIDTH
from printing.samples import SAMPLES

WORD = "Χατζηκωνσταντινοπαπαδημητρακοπουλογεωργακοπουλοχριστοδουλοπαναγιωτακοπουλίδη" + "ων" * 2
TOWN = "Δήμος " + " και ".join(["Νέας Φιλαδέλφειας-Νέας Χαλκηδόνας"] * 3)
NAME = "Μαρία-Αικατερίνη " * 7 + "τ"
POLYTONIC = "Ἀθανάσιος ᾠδὴ Ὑάκινθος τοῦ Ἁγίου ῥᾳθυμῶν"
assert (len(WORD), len(NAME)) == (80, 120)


def drawn(document: Certificate, folder: Path, **how: Any) -> Path:
    path = folder / "paper.pdf"
    path.write_bytes(certificate_page.draw(tidied(document, has_letter), **how))
    return path


def texts(value: Any) -> list[str]:
    """Every text of a document that a reader must find."""
    match value:
        case str():
            return [value.replace("**", "")]
        case Said(el, en):
            return [el, en]
        case tuple():
            return [one for part in value for one in texts(part)]
        case Paragraph(words, english):
            return texts((words, english))
        case Facts(rows):
            return texts(rows)
        case Table():
            heads = tuple(column.heading for column in value.columns)
            return texts((heads, tuple(row.cells for row in value.rows), value.closing))
    return []


def squeezed(text: str) -> str:
    return "".join(text.split())


def lost(document: Certificate, pdf: Path) -> set[str]:
    """What was given and is not on the paper, white space aside: a word may go over lines where it must."""
    raw = subprocess.run(["pdftotext", "-raw", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    first, *later = (page.partition("Έλεγχος γνησιότητας") for page in raw.split("\f") if page.strip())
    # What runs on over pages, and then all that stands around it.
    running = first[0] + "".join(page[0].partition(document.number)[2] for page in later)
    said = squeezed(running) + squeezed(raw)
    words = texts((document.blocks, document.terms, document.signatory, document.title.en, document.booth))
    words += texts((document.number, document.code, document.protocol, document.office.unit))
    return {word for word in words if squeezed(word) not in said}


def crowded(pdf: Path) -> list[str]:
    """Words that lie on others. Boxes are as tall as the type's, so lines that follow closely touch a little."""
    told = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    found = []
    for page in told.split("<page ")[1:]:
        boxes = [
            (*(float(n) for n in match[:4]), match[4])
            for match in re.findall(r'xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>', page)
        ]
        for place, (x, y, x2, y2, word) in enumerate(boxes):
            for other in boxes[place + 1 :]:
                wide, tall = min(x2, other[2]) - max(x, other[0]), min(y2, other[3]) - max(y, other[1])
                if wide > 0.6 and tall > 0.45 * min(y2 - y, other[3] - other[1]):
                    found.append(f"{word} / {other[4]}")
    return found


def outside(pdf: Path, judges: Any) -> list[str]:
    """On which pages there is ink beyond the frame."""
    found = []
    for page in judges.raster(pdf, 72, grey=True):
        image = Image.open(page).convert("L")
        edges = (
            (0, 0, LEFT - 2, HEIGHT),
            (RIGHT + 2, 0, WIDTH, HEIGHT),
            (0, 0, WIDTH, 30),
            (0, HEIGHT - 16, WIDTH, HEIGHT),
        )
        if any(image.crop(tuple(map(int, edge))).getextrema()[0] < 255 for edge in edges):
            found.append(page.name)
    return found


def with_cells(document: Certificate, *cells: tuple[int, int, tuple[str, ...]]) -> Certificate:
    *before, table = document.blocks
    assert isinstance(table, Table)
    rows = list(table.rows)
    for row, place, cell in cells:
        old = rows[row].cells
        rows[row] = replace(rows[row], cells=(*old[:place], cell, *old[place + 1 :]))
    return replace(document, blocks=(*before, replace(table, rows=tuple(rows))))


@pytest.mark.parametrize("members", [1, 16, 40])
def test_an_endless_word_in_every_place_is_whole_and_in_its_place(
    members: int, family: Any, tmp_path: Path, judges: Any
) -> None:
    document = replace(
        family(members, sample=False),
        municipality=TOWN,
        booth=f"Εκδοτήριο {WORD}",
        title=Said(f"Βεβαίωση {WORD}", f"Certificate {WORD}"),
        office=replace(family().office, unit=f"Δημοτική Ενότητα {WORD}", address=NAME),
        signatory=("Με εντολή Δημάρχου", WORD),
        terms=((Said("Σκοπός", "Purpose"), WORD), (Said(WORD, "Validity"), NAME)),
    )
    document = with_cells(document, (members - 1, 2, (f"**{WORD}", WORD)), (0, 3, (NAME, WORD)), (0, 4, (WORD, NAME)))
    path = drawn(document, tmp_path)
    assert lost(document, path) == set()
    assert outside(path, judges) == [] and crowded(path) == []


@pytest.mark.parametrize("rows", [1, 12, 60])
def test_facts_of_any_length_stand_one_under_the_other(rows: int, family: Any, tmp_path: Path, judges: Any) -> None:
    facts = Facts(
        tuple((Said(f"Στοιχείο {n} {WORD if n % 7 == 0 else ''}", f"Fact {n}"), NAME * (n % 4)) for n in range(rows))
    )
    document = replace(family(1, sample=False), blocks=(Paragraph(POLYTONIC), facts, Paragraph(NAME * 40)))
    path = drawn(document, tmp_path)
    assert lost(document, path) == set()
    assert outside(path, judges) == [] and crowded(path) == []


def test_what_is_missing_is_a_dash(family: Any, tmp_path: Path, judges: Any) -> None:
    document = with_cells(family(1, sample=False), (0, 3, ("", "Ευφροσύνη")))
    assert re.search(r"—\s+\d\d/\d\d/\d{4}", judges.text(drawn(document, tmp_path)))
    facts = replace(family(1, sample=False), blocks=(Facts(((Said("Όνομα πατέρα"), ""),)),))
    assert re.search(r"Όνομα πατέρα\s+—", judges.text(drawn(facts, tmp_path)))


def test_what_the_town_hall_has_not_said_has_no_row(family: Any, tmp_path: Path, judges: Any) -> None:
    known = ("title", "municipality", "booth", "number", "code", "issued_at")
    known += ("verification_url", "standing", "blocks", "sample")
    bare = Certificate(**{name: getattr(family(1), name) for name in known})
    said, full = judges.text(drawn(bare, tmp_path)), judges.text(drawn(family(1), tmp_path))
    for word in ("πρωτοκόλλου", "τηλ.", "Σκοπός", "Ισχύς", "Νομική βάση", "εντολή"):
        assert word in full and word not in said, word


@pytest.mark.parametrize("name", [name for name, one in SAMPLES.items() if isinstance(one, Certificate)])
def test_no_words_of_a_sample_lie_on_others(name: str, tmp_path: Path, judges: Any) -> None:
    document = replace(SAMPLES[name], sample=False)
    assert isinstance(document, Certificate)
    path = drawn(document, tmp_path)
    assert crowded(path) == [] and outside(path, judges) == [] and lost(document, path) == set()


def whole(pdf: Path, *words: str) -> bool:
    raw = subprocess.run(["pdftotext", "-raw", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    return all(squeezed(word) in squeezed(raw) for word in words)


@pytest.mark.parametrize("language", ["el", "en"])
def test_a_pin_letter_of_long_names_is_one_whole_sheet(language: str, tmp_path: Path, judges: Any) -> None:
    sample = SAMPLES[f"pin-letter.{language}"]
    assert isinstance(sample, PinLetter)
    letter = replace(sample, municipality=TOWN, name=NAME, address=(WORD, NAME), office=f"στο {WORD}", sample=False)
    path = tmp_path / "letter.pdf"
    path.write_bytes(pin_letter_page.draw(tidied(letter, has_letter)))
    assert whole(path, NAME, WORD, letter.card, letter.block_code, f"{letter.pin[:4]}{letter.pin[4:]}", f"στο {WORD}")
    assert crowded(path) == [] and len(judges.raster(path, 72)) == 1


@pytest.mark.parametrize("times", [1, 30])
def test_a_staff_sheet_of_long_words_is_whole(times: int, tmp_path: Path, judges: Any) -> None:
    sample = SAMPLES["staff-sheet.el"]
    assert isinstance(sample, StaffSheet)
    rows = (SheetRow(Mark.CARE, WORD, NAME, f"{WORD} {NAME}"),) * times
    sheet = replace(sample, municipality=TOWN, booth=WORD, facts=((WORD, NAME),), rows=rows, signatures=(WORD, NAME))
    path = tmp_path / "sheet.pdf"
    path.write_bytes(staff_sheet_page.draw(tidied(sheet, has_letter)))
    assert whole(path, WORD, NAME, f"» {WORD} {NAME}") and crowded(path) == []
    assert outside(path, judges) == []


# --- stamps ----------------------------------------------------------------------------------------------------------

V20 = "A" * 970  # letters of base45 in version 20 at level M


def test_a_stamp_of_version_20_has_its_place_on_each_page_and_is_read(family: Any, tmp_path: Path, judges: Any) -> None:
    import zxingcpp

    asked: list[int] = []

    def stamper(_document: Certificate, pages: int) -> list[Stamp | None]:
        asked.append(pages)
        return [Stamp(f"{place}{V20[1:]}") for place in range(pages)]

    document = family(14, sample=False)
    path = drawn(document, tmp_path, stamper=stamper)
    assert set(asked) == {len(judges.raster(path, 72))} and asked[0] > 1
    for place, page in enumerate(judges.raster(path, 200)):
        read = {found.text for found in zxingcpp.read_barcodes(Image.open(page).convert("L").rotate(3, fillcolor=255))}
        assert read == {f"{place}{V20[1:]}", document.verification_url}
    assert outside(path, judges) == [] and crowded(path) == [] and lost(document, path) == set()


def test_a_finer_stamp_is_refused_and_none_leaves_its_place_empty(family: Any, tmp_path: Path) -> None:
    with pytest.raises(certificate_page.StampTooFine, match=r"0\.4\d mm"):
        drawn(family(1), tmp_path, stamper=lambda *_: [Stamp(V20 + "A")])
    assert drawn(family(1), tmp_path, stamper=lambda *_: [None]).read_bytes().startswith(b"%PDF-1.4")


# --- letters ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "printed"),
    [
        (unicodedata.normalize("NFD", "Ταΰγετος Άννα"), "Ταΰγετος Άννα"),
        (unicodedata.normalize("NFD", POLYTONIC), unicodedata.normalize("NFC", POLYTONIC)),
        (" Άννα\tΜαρία\r\n\u00a0Ελένη ", "Άννα Μαρία Ελένη"),
        ("Πα\u00adπα\u200bδο\ufeffπού\u2060λου", "Παπαδοπούλου"),
        ("Łukasz Şükrü Đorđe Ђорђе", "Łukasz Şükrü Đorđe Ђорђе"),
        ("Άλφα & <b>Βήτα</b> «γ» 'δ' \"ε\"", "Άλφα & <b>Βήτα</b> «γ» 'δ' \"ε\""),
        ("", ""),
    ],
    ids=["NFD", "polytonic NFD", "white space", "nothing to see", "Latin and Cyrillic", "signs", "empty"],
)
def test_a_word_has_one_form(given: str, printed: str, family: Any, tmp_path: Path, judges: Any) -> None:
    document = replace(family(1), blocks=(Facts(((Said("Όνομα"), given),)),))
    (facts,) = tidied(document, has_letter).blocks
    assert facts == Facts(((Said("Όνομα"), printed),))
    assert squeezed(printed) in squeezed(judges.text(drawn(document, tmp_path)))


@pytest.mark.parametrize(
    "odd", ["Μαρία 王", "თამარ", "\x00", "Άννα\x07", "\u202eΆννα", "α\u0308\u0308", "\ue000", "\ud800", "👍"],
    ids=["Han", "Georgian", "null", "bell", "right to left", "a second mark", "private", "surrogate", "picture"],
)  # fmt: skip
def test_what_cannot_be_printed_is_refused_by_its_fields_name(odd: str, family: Any) -> None:
    table = with_cells(family(2), (1, 2, ("**Παπαδοπούλου", odd)))
    for document, field in (
        (table, "Επώνυμο / Όνομα"),
        (replace(family(1), blocks=(Facts(((Said("Όνομα πατέρα", "Father"), odd),)),)), "Όνομα πατέρα"),
        (replace(family(1), terms=((Said("Σκοπός"), odd),)), "Σκοπός"),
        (replace(family(1), booth=odd), "booth"),
        (replace(family(1), office=replace(family().office, address=odd)), "address"),
    ):
        with pytest.raises(Unprintable) as refused:
            tidied(document, has_letter)
        assert refused.value.field == field and odd not in str(refused.value)


def test_the_press_names_the_field_and_not_the_word(family: Any, press: Press) -> None:
    with pytest.raises(PressFailed) as failed:
        press.make(with_cells(family(1), (0, 2, ("**Παπαδόπουλος", "Μαρία 王"))))
    assert (failed.value.why, failed.value.detail) == ("letters", "Επώνυμο / Όνομα")
    assert str(failed.value) == "letters: Επώνυμο / Όνομα"


def test_a_drawing_and_an_address_are_no_words(family: Any) -> None:
    document = replace(family(1), crest="<svg>\n\t<title>王</title></svg>")
    assert tidied(document, has_letter).crest == document.crest
