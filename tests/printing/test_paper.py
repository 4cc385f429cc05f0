"""The certificate, judged by programs that are not ours: text, fonts, archive form, seal, code, sample mark."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from reportlab.lib.colors import Color

from printing import Certificate, Column, Facts, Paragraph, Press, Row, Said, Standing, Table
from printing.documents import greek
from printing.documents.sheet import INK, MUTED, SAMPLE


@pytest.fixture
def paper(press: Press, tmp_path: Path) -> Any:
    def make(document: Certificate) -> Path:
        path = tmp_path / "paper.pdf"
        path.write_bytes(press.make(document))
        return path

    return make


def _words(document: Certificate) -> set[str]:
    """Every word that must be found on the paper; a line may break after a space or a hyphen."""
    office = document.office
    fields = [document.number, document.code, document.protocol, document.booth, document.title.en]
    fields += [office.unit, office.address, office.telephone, *document.signatory]
    fields += [greek.capitals(document.municipality), greek.capitals(document.title.el)]
    fields += ["21 Νοεμβρίου 2026, 14:05", "atm.example.gr/verify"]
    said = [document.standing.heading, document.standing.sentence, *(label for label, _ in document.terms)]
    fields += [value for _, value in document.terms]
    for block in document.blocks:
        match block:
            case Paragraph(words, english):
                fields += [words, english]
            case Facts(rows):
                said += [label for label, _ in rows]
                fields += [value for _, value in rows]
            case Table(columns, rows, closing):
                said += [closing, *(part for column in columns for part in column.heading)]
                fields += [line for row in rows for cell in row.cells for line in cell]
    fields += [words for one in said for words in (one.el, one.en)]
    return {word for field in fields for word in field.replace("-", " ").replace("**", "").split()}


@pytest.mark.parametrize("members", [1, 4, 14])
def test_every_field_is_on_the_paper(members: int, family: Any, paper: Any, judges: Any) -> None:
    document = family(members)
    said = judges.text(paper(document))
    assert {word for word in _words(document) if word not in said} == set()
    assert said.count("Ο πίνακας κλείνει εδώ") == 1


@pytest.mark.parametrize(("members", "pages"), [(1, 1), (4, 1), (8, 2), (14, 2), (40, 4)])
def test_each_page_is_numbered_and_marked_as_a_sample(
    members: int, pages: int, family: Any, paper: Any, judges: Any
) -> None:
    path = paper(family(members))
    sheets = judges.text(path).rstrip("\f").split("\f")
    assert len(sheets) == pages
    for place, sheet in enumerate(sheets, 1):
        assert f"Σελίδα {place} από {pages}" in sheet
        assert "ΔΕΙΓΜΑ" in sheet
        assert "ΑΑΚ1/2026/000123" in sheet
        assert ("Συνεχίζεται στην επόμενη" in sheet) == (place < pages)
        assert "Έλεγχος γνησιότητας" in sheet, "each page can be checked alone"
    assert all(_sample_share(picture) > 0.02 for picture in judges.raster(path, 50))


def test_a_real_paper_carries_no_sample_mark(family: Any, paper: Any, judges: Any) -> None:
    path = paper(family(sample=False))
    assert "ΔΕΙΓΜΑ" not in judges.text(path)
    assert all(_sample_share(picture) < 0.002 for picture in judges.raster(path, 50))


def _sample_share(picture: Path) -> float:
    """How much of a page has the colour of the word across it."""
    image = Image.open(picture).convert("RGB")
    raw = image.tobytes()
    wanted = tuple(round(part * 255) for part in SAMPLE.rgb())
    pixels = zip(raw[0::3], raw[1::3], raw[2::3], strict=True)
    return sum(all(abs(a - b) <= 1 for a, b in zip(pixel, wanted, strict=True)) for pixel in pixels) / (len(raw) / 3)


def test_text_stays_readable_on_the_sample_mark() -> None:
    def light(colour: Color) -> float:
        parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour.rgb()]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    for ink in (INK, MUTED):
        assert (light(SAMPLE) + 0.05) / (light(ink) + 0.05) > 5.5


def test_the_code_leads_to_the_verification_page(family: Any, paper: Any, judges: Any) -> None:
    document = family(14)
    for picture in judges.raster(paper(document)):
        for angle in (0, 7, 180):
            turned = Image.open(picture).convert("L").rotate(angle, expand=True, fillcolor=255)
            assert [found.text for found in zxingcpp.read_barcodes(turned)] == [document.verification_url]


def test_the_sealed_paper_is_a_valid_archive_file(family: Any, paper: Any, judges: Any) -> None:
    for members in (1, 14):
        path = paper(family(members))
        assert judges.archive(path) == [f"The file {path.name} is a valid PDF/A-1b file\n\n"]
        assert "No syntax or stream encoding errors found" in judges.structure(path)


def test_the_archive_judge_can_say_no(family: Any, tmp_path: Path, judges: Any) -> None:
    from printing.documents.certificate_page import draw

    path = tmp_path / "drawn.pdf"
    path.write_bytes(draw(family()))
    assert "not a valid PDF/A-1b" in judges.archive(path)[0]


def test_all_type_is_embedded(family: Any, paper: Any, judges: Any) -> None:
    lines = judges.fonts(paper(family()))
    assert len(lines) == 2, "one of each face, the seal's included"
    for line in lines:
        assert "+NotoSans-" in line
        assert line.split()[-5:-2] == ["yes", "yes", "yes"]


def test_poppler_finds_the_seal_whole(family: Any, paper: Any, judges: Any) -> None:
    said = judges.seal(paper(family()))
    for words in ("Signature is Valid", "Total document signed", "ETSI.CAdES.detached", "SHA-256", "θυρίδα ΑΑΚ1"):
        assert words in said
    assert said.count("Signature #") == 1


def test_each_standing_says_its_sentence(family: Any, paper: Any, judges: Any) -> None:
    for standing in Standing:
        said = " ".join(judges.text(paper(family(1, standing=standing))).split())
        for words in (standing.heading, standing.sentence):
            assert {*words.el.split(), *words.en.split()} <= set(said.split())


FACTS = Facts(
    ((Said("Επώνυμο", "Surname"), "Παπαδόπουλος"), (Said("Διεύθυνση"), "Οδός 12, 13451"), (Said("Μητέρα"), ""))
)


def test_plain_values_come_back_the_same(family: Any) -> None:
    document = family(3)
    document = replace(document, blocks=(document.blocks[0], FACTS, document.blocks[1]))
    assert Certificate.from_dict(document.to_dict()) == document
    with pytest.raises(ValueError, match="kind"):
        Certificate.from_dict({**document.to_dict(), "kind": "birth"})
    with pytest.raises(KeyError):
        Certificate.from_dict({**document.to_dict(), "blocks": [{"block": "picture"}]})


def test_a_document_that_cannot_be_true_is_refused(family: Any) -> None:
    with pytest.raises(ValueError, match="at least one row"):
        family(0)
    with pytest.raises(ValueError, match="a cell for each column"):
        Table((Column((Said("α"),), 0.5), Column((Said("β"),), 0.5)), (Row((("1",),)),), Said("τέλος"))
    with pytest.raises(ValueError, match="says something"):
        family(2, blocks=())
    with pytest.raises(ValueError, match="time zone"):
        family(2, issued_at=family(1).issued_at.replace(tzinfo=None))


@pytest.mark.parametrize(("facts", "pages"), [(1, 1), (12, 1), (40, 3)])
def test_facts_stand_one_under_the_other_and_never_on_the_seal(
    facts: int, pages: int, family: Any, paper: Any, judges: Any
) -> None:
    rows = tuple(
        (Said(f"Στοιχείο {place}", f"Fact {place}"), f"Τιμή{place} " * (1 + place % 9)) for place in range(facts)
    )
    document = family(1, blocks=(Paragraph("Βεβαιώνεται ότι **ισχύουν** τα εξής."), Facts(rows)))
    path = paper(document)
    said = judges.text(path)
    assert {word for word in _words(document) if word not in said} == set()
    sheets = said.rstrip("\f").split("\f")
    assert len(sheets) == pages
    assert all("Τιμή" not in sheet.partition("Έλεγχος γνησιότητας")[2] for sheet in sheets)


def test_a_repr_shows_nobody(family: Any) -> None:
    assert "Παπαδόπουλος" not in repr(family()) + repr(family().blocks) + repr(FACTS)


@pytest.mark.parametrize(
    ("small", "large"),
    [
        ("Άγιοι Ανάργυροι", "ΑΓΙΟΙ ΑΝΑΡΓΥΡΟΙ"),
        ("21 Μαΐου", "21 ΜΑΪΟΥ"),
        ("γάιδαρος", "ΓΑΪΔΑΡΟΣ"),
        ("ρολόι", "ΡΟΛΟΪ"),
        ("Άι-Στράτης", "ΑΪ-ΣΤΡΑΤΗΣ"),
        ("ναι ή όχι", "ΝΑΙ Ή ΟΧΙ"),
        ("Ευαγγελία", "ΕΥΑΓΓΕΛΙΑ"),
        ("προϋπολογισμός", "ΠΡΟΫΠΟΛΟΓΙΣΜΟΣ"),
    ],
)
def test_capitals_drop_the_tonos_only(small: str, large: str) -> None:
    assert greek.capitals(small) == large


def test_dates_as_an_office_writes_them(family: Any) -> None:
    assert greek.long_date(date(2026, 5, 21)) == "21 Μαΐου 2026"
    assert greek.short_date(date(1970, 3, 1)) == "01/03/1970"
    assert greek.moment(family(1).issued_at) == "21 Νοεμβρίου 2026, 14:05"
    with pytest.raises(ValueError, match="naive"):
        greek.moment(family(1).issued_at.replace(tzinfo=None))
