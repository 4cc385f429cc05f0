"""One of every document with invented people, for eyes and for golden tests: `python -m printing sample OUT`.

Sealed with a key that is made for it and thrown away: nobody's seal. A certificate is in Greek with English labels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from printing.documents.blocks import Block, Column, Facts, Paragraph, Row, Said, Table
from printing.documents.certificate import Certificate, Office, Standing
from printing.documents.pin_letter import PinLetter
from printing.documents.staff_sheet import Mark, SheetRow, StaffSheet

_AT = datetime(2026, 11, 21, 14, 5, tzinfo=ZoneInfo("Europe/Athens"))
_TOWN = "Δήμος Κάτω Πλατείας"
_CREST = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><circle cx="50" cy="50" r="47" fill="none" '
    'stroke="#002e66" stroke-width="4"/><path d="M20 70 L50 26 L80 70 Z" fill="#002e66"/><path d="M28 70 h44 v8 h-44 z"'
    ' fill="#2980d6"/><path d="M44 70 v-16 h12 v16 z" fill="#ffffff"/></svg>'
)
COLUMNS = (
    Column((Said("α/α", "No."),), 0.05),
    Column((Said("Σχέση", "Relation"),), 0.13),
    Column((Said("Επώνυμο", "Surname"), Said("Όνομα", "First name")), 0.255),
    Column((Said("Όνομα πατέρα", "Father"), Said("Όνομα μητέρας", "Mother")), 0.22),
    Column((Said("Γέννηση", "Born"), Said("Τόπος", "Place")), 0.2),
    Column((Said("Αριθμός δημοτολογίου", "Roll No."),), 0.145),
)
# A man's and a woman's in turn.
_GIVEN = ("Γεώργιος", "Αικατερίνη-Ευαγγελία", "Ιωάννης", "Άννα", "Νικόλαος", "Ελένη", "Μάριος", "Μαρία-Λουΐζα")


def _member(place: int) -> Row:
    woman, child = place % 2 == 1, place > 1
    surname = "**Κωνσταντινοπούλου-Παπαχαραλάμπους" if woman else "**Παπαδόπουλος"
    parents = ("Γεώργιος", "Αικατερίνη-Ευαγγελία") if child else ("", "Ευφροσύνη")
    born = date((1990 if child else 1968) + place, 1 + place % 12, 3 + place % 25).strftime("%d/%m/%Y")
    kin = ("Κόρη" if woman else "Γιος") if child else ("Κάτοχος μερίδας", "Σύζυγος")[place]
    number = f"**{place + 1}" if place == 0 else str(place + 1)
    cells = ((number,), (kin,), (surname, _GIVEN[place % 8]), parents, (born, "Άγιοι Ανάργυροι"), (f"{4100 + place}",))
    return Row(cells, marked=place == 0)


def family(members: int) -> tuple[Block, ...]:
    """The blocks of a certificate about a family of so many. Raises ValueError for none."""
    persons = "1 πρόσωπο" if members == 1 else f"{members} πρόσωπα"
    return (
        Paragraph(
            "Με βάση τα στοιχεία του δημοτολογίου, όπως ήταν στις 20 Νοεμβρίου 2026, στην οικογενειακή μερίδα με "
            "αριθμό **4127** είναι γραμμένα τα πρόσωπα του πίνακα που ακολουθεί.",
            "By the municipal roll as of 20 November 2026, the persons below are entered in family record 4127.",
        ),
        Table(
            COLUMNS,
            tuple(map(_member, range(members))),
            Said(f"Ο πίνακας κλείνει εδώ με {persons}.", f"The table ends here: {members}."),
        ),
    )


_RESIDENCE: tuple[Block, ...] = (
    Paragraph(
        "Βεβαιώνεται ότι το πρόσωπο με τα στοιχεία που ακολουθούν **κατοικεί μόνιμα** στον Δήμο, στη διεύθυνση που "
        "σημειώνεται.",
        "It is certified that the person below permanently resides in this municipality, at the address given.",
    ),
    Facts(
        (
            (Said("Επώνυμο", "Surname"), "Κωνσταντινοπούλου-Παπαχαραλάμπους"),
            (Said("Όνομα", "First name"), "Αικατερίνη-Ευαγγελία"),
            (Said("Όνομα πατέρα", "Father’s name"), ""),
            (Said("Όνομα μητέρας", "Mother’s name"), "Ευφροσύνη"),
            (Said("Ημερομηνία γέννησης", "Date of birth"), "03/01/1968"),
            (Said("Τόπος γέννησης", "Place of birth"), "Άγιοι Ανάργυροι Αττικής"),
            (Said("Διεύθυνση κατοικίας", "Home address"), "Λεωφόρος Δημοκρατίας 12, 13561"),
            (Said("Οικογενειακή μερίδα", "Family record"), "4127"),
        )
    ),
)


def certificate(blocks: tuple[Block, ...], title: Said) -> Certificate:
    return Certificate(
        title=title,
        municipality=_TOWN,
        crest=_CREST,
        office=Office("Δημοτική Ενότητα Κάτω Πλατείας", "Πλατεία Δημαρχείου 1, 13561", "2101234567"),
        booth="Εκδοτήριο Κάτω Πλατείας",
        number="ΚΠ1/2026/000123",
        protocol="18452/21-11-2026",
        code="7KQ4-M2XT-9HVB-0A4T",
        verification_url="https://atm.example.gr/v/7KQ4-M2XT-9HVB-0A4T",
        issued_at=_AT,
        standing=Standing.MUNICIPAL,
        blocks=blocks,
        terms=(
            (Said("Σκοπός", "Purpose"), "Για κάθε νόμιμη χρήση"),
            (Said("Ισχύς", "Validity"), "Έξι μήνες από την έκδοση"),
            (Said("Στοιχεία μητρώου της", "Register data of"), "20 Νοεμβρίου 2026, ώρα 02:14"),
            (Said("Νομική βάση", "Legal basis"), "ν. 3463/2006, άρθρο 279"),
        ),
        signatory=("Με εντολή Δημάρχου", "Τμήμα Δημοτολογίου"),
        sample=True,
    )


_LETTER = PinLetter(
    municipality=_TOWN,
    name="Αικατερίνη-Ευαγγελία Κωνσταντινοπούλου-Παπαχαραλάμπους",
    address=("Λεωφόρος Δημοκρατίας 12", "13561 Κάτω Πλατεία"),
    office="στο γραφείο του Δήμου",
    card="AAK-000123",
    serial="000007",
    pin="83726154",
    block_code="7KQ4-M2XT",
    made_at=_AT,
    sample=True,
)
_SHEET = StaffSheet(
    municipality=_TOWN,
    booth="Εκδοτήριο Κάτω Πλατείας · KP1",
    title="Παράδοση μηχανήματος",
    made_at=_AT,
    introduction="Οι έλεγχοι έγιναν από το ίδιο το μηχάνημα. Η σφραγίδα δείχνει ότι το φύλλο δεν άλλαξε.",
    facts=(("Έκδοση λογισμικού", "0.1.0"), ("Σύνολο", "1 βλάβη, 1 παρατήρηση")),
    rows=(
        SheetRow(Mark.GOOD, "Αναγνώστης καρτών", "Ο αναγνώστης απαντά."),
        SheetRow(Mark.CARE, "Δίσκος", "Ο δίσκος γεμίζει: 1200 MB ελεύθερα.", "Ελευθερώστε χώρο αυτή την εβδομάδα."),
        SheetRow(Mark.FAULT, "Εκτυπωτής", "Ο εκτυπωτής δεν έχει χαρτί.", "Βάλτε χαρτί Α4."),
        SheetRow(Mark.NONE, "Ήχος", "Κλειστός."),
    ),
    signatures=("Τεχνικός: όνομα και υπογραφή", "Για τον Δήμο: όνομα και υπογραφή"),
    marks=((Mark.GOOD, "Εντάξει"), (Mark.CARE, "Προσοχή"), (Mark.FAULT, "Βλάβη")),
)
_SHEET_EN = replace(
    _SHEET,
    title="Hand-over of the booth",
    introduction="The booth itself made these checks. The seal shows that the sheet has not been changed since.",
    facts=(("Software", "0.1.0"), ("Result", "1 fault, 1 to care for")),
    rows=(
        SheetRow(Mark.GOOD, "Card reader", "The reader answers."),
        SheetRow(Mark.CARE, "Disk", "The disk fills: 1200 MB free.", "Make room this week."),
        SheetRow(Mark.FAULT, "Printer", "The printer has no paper.", "Put in A4 paper."),
        SheetRow(Mark.NONE, "Sound", "Off."),
    ),
    signatures=("Technician: name and signature", "For the municipality: name and signature"),
    marks=((Mark.GOOD, "In order"), (Mark.CARE, "Care"), (Mark.FAULT, "Fault")),
    language="en",
)
_FAMILY = Said("Πιστοποιητικό οικογενειακής κατάστασης", "Certificate of family status")

SAMPLES: Mapping[str, Certificate | PinLetter | StaffSheet] = {
    "certificate-facts": certificate(
        _RESIDENCE, Said("Βεβαίωση μόνιμης κατοικίας", "Certificate of permanent residence")
    ),
    "certificate-family": certificate(family(4), _FAMILY),
    "certificate-family-of-16": certificate(family(16), _FAMILY),
    "pin-letter.el": _LETTER,
    "pin-letter.en": replace(_LETTER, language="en", office="to the municipal office"),
    "pin-letter-technician.el": replace(_LETTER, technician=True, name="", address=()),
    "pin-letter-technician.en": replace(_LETTER, technician=True, name="", address=(), language="en"),
    "staff-sheet.el": _SHEET,
    "staff-sheet.en": _SHEET_EN,
}


def write(folder: Path) -> list[Path]:
    """A PDF of each into `folder`, which is made if it is not there. Raises OSError."""
    from printing import worker

    folder.mkdir(parents=True, exist_ok=True)
    key = worker.SpecimenKey("Δήμος Κάτω Πλατείας, Εκδοτήριο Κάτω Πλατείας (ΔΕΙΓΜΑ)")
    written = []
    for name, document in SAMPLES.items():
        file = folder / f"{name}.pdf"
        file.write_bytes(worker.make(document.to_dict(), key))
        written.append(file)
    return written
