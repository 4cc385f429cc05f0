"""A kind of certificate and a dossier, as the plain values that a page is drawn from. Papers are in Greek, with English
labels. What the town hall has not said is left out: nothing is made up for a page.
"""

from datetime import datetime

from kiosk.identity.signing_in import Session
from kiosk.kernel import public_matter
from kiosk.kernel.booth import Booth
from municipality.greek import ATHENS, long_date, short_date
from municipality.matters.certificates.kinds import Kind, ordered
from municipality.messages import Dossier, Settings, Words
from municipality.residents import FamilyMember, Relation, Sex
from printing import Block, Certificate, Column, Facts, Office, Paragraph, Row, Said, Standing, Table

_RELATIONS = {
    (Relation.HOLDER, Sex.MALE): "Κάτοχος μερίδας",
    (Relation.HOLDER, Sex.FEMALE): "Κάτοχος μερίδας",
    (Relation.SPOUSE, Sex.MALE): "Σύζυγος",
    (Relation.SPOUSE, Sex.FEMALE): "Σύζυγος",
    (Relation.CHILD, Sex.MALE): "Γιος",
    (Relation.CHILD, Sex.FEMALE): "Κόρη",
}
_COLUMNS = (
    Column((Said("α/α", "No."),), 0.05),
    Column((Said("Σχέση", "Relation"),), 0.13),
    Column((Said("Επώνυμο", "Surname"), Said("Όνομα", "First name")), 0.255),
    Column((Said("Όνομα πατέρα", "Father"), Said("Όνομα μητέρας", "Mother")), 0.22),
    Column((Said("Γέννηση", "Born"), Said("Τόπος", "Place")), 0.2),
    Column((Said("Αριθμός δημοτολογίου", "Roll No."),), 0.145),
)
PURPOSE = Said("Σκοπός", "Purpose")
DATA_OF = Said("Στοιχεία μητρώου της", "Register data of")


def certificate(
    booth: Booth, session: Session, kind: Kind, number: str, code: str, check_url: str, issued_at: datetime
) -> Certificate:
    """The certificate of the resident whose card is in."""
    return Certificate(
        title=_said(kind.title),
        municipality=session.settings.name.el,
        office=_office(session.settings, session.dossier),
        crest=public_matter.crest(session.settings),
        booth=booth.settings.booth.name_el,
        number=number,
        code=code,
        verification_url=check_url,
        issued_at=issued_at.astimezone(ATHENS),
        standing=Standing.MUNICIPAL,
        blocks=blocks(kind, session.dossier),
        terms=_terms(session.dossier),
        sample=session.settings.demo,
    )


def _said(words: Words) -> Said:
    return Said(words.el, words.en)


def _office(town: Settings, dossier: Dossier) -> Office:
    unit = f"Δημοτική Ενότητα {dossier.family.unit}"
    return Office(unit, town.contact.address.el, town.contact.telephone) if town.contact else Office(unit)


def _terms(dossier: Dossier) -> tuple[tuple[Said, str], ...]:
    """What holds of the paper as a whole. The hour is when the town hall read its register for this resident."""
    read = dossier.made_at.astimezone(ATHENS)
    as_of = f"{long_date(dossier.family.as_of)} (αντλήθηκαν στις {short_date(read.date())}, ώρα {read:%H:%M})"
    return (PURPOSE, "Για κάθε νόμιμη χρήση"), (DATA_OF, as_of)


def blocks(kind: Kind, dossier: Dossier) -> tuple[Block, ...]:
    """What the paper says, from top to bottom."""
    said: list[Block] = [Paragraph(words) for words in kind.paragraphs(dossier)]
    if kind.facts:
        said.append(Facts(tuple((_said(label), value) for label, value in kind.rows(dossier))))
    if kind.family:
        said.append(_family(dossier))
    said += [Paragraph(words) for words in kind.last(dossier)]
    return tuple(said)


def _family(dossier: Dossier) -> Table:
    members = ordered(dossier.family)
    rows = tuple(_row(place, member, member == dossier.member) for place, member in enumerate(members, 1))
    count = len(rows)
    persons = ("1 πρόσωπο", "1 person") if count == 1 else (f"{count} πρόσωπα", f"{count} persons")
    closing = Said(f"Ο πίνακας κλείνει εδώ με {persons[0]}.", f"The table ends here with {persons[1]}.")
    return Table(_COLUMNS, rows, closing)


def _row(place: int, member: FamilyMember, applicant: bool) -> Row:
    cells = (
        (f"**{place}" if applicant else str(place),),
        (_RELATIONS[member.relation, member.sex],),
        (f"**{member.surname}", member.given),
        (member.father, member.mother),
        (member.born.strftime("%d/%m/%Y"), member.birthplace),
        (str(member.entry),),
    )
    return Row(cells, marked=applicant)
