"""A kind of certificate and a dossier, as the plain values that a page is drawn from. Papers are in Greek, with English
labels. What the town hall has not said is left out: nothing is made up for a page.
"""

from datetime import datetime

from kiosk.identity.signing_in import Session
from kiosk.kernel import public_matter
from kiosk.kernel.booth import Booth
from municipality.greek import ATHENS
from municipality.matters.certificates.fields import marital_words, marriage_words, ordered
from municipality.matters.certificates.kinds import Kind, PaperStanding
from municipality.messages import Dossier, Settings, Words
from municipality.residents import FamilyMember, Marital, Relation, Sex
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
    Column((Said("Γονείς", "Parents"),), 0.22),
    Column((Said("Γέννηση", "Born"), Said("Τόπος", "Place")), 0.2),
    Column((Said("Αριθμός δημοτολογίου", "Roll No."),), 0.145),
)


_STANDINGS = {
    PaperStanding.OFFICIAL: Standing.OFFICIAL,
    PaperStanding.MUNICIPAL: Standing.MUNICIPAL,
    PaperStanding.INFORMATION: Standing.INFORMATION,
}
_NOT_TOLD = "—"


def certificate(
    booth: Booth,
    session: Session,
    kind: Kind,
    about: FamilyMember,
    number: str,
    code: str,
    check_url: str,
    issued_at: datetime,
) -> Certificate:
    """The certificate that the resident whose card is in asks for; `about`: of themselves, or of a child of theirs."""
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
        standing=_STANDINGS[kind.standing],
        blocks=blocks(kind, session.dossier, about),
        terms=tuple((_said(label), value) for label, value in kind.terms(session.dossier)),
        sample=session.settings.demo,
    )


def _said(words: Words) -> Said:
    return Said(words.el, words.en)


def _office(town: Settings, dossier: Dossier) -> Office:
    unit = f"Δημοτική Ενότητα {dossier.family.unit}"
    return Office(unit, town.contact.address.el, town.contact.telephone) if town.contact else Office(unit)


def blocks(kind: Kind, dossier: Dossier, about: FamilyMember) -> tuple[Block, ...]:
    """What the paper says, from top to bottom."""
    said: list[Block] = [Paragraph(words) for words in kind.paragraphs(dossier, about)]
    if kind.facts:
        said.append(Facts(tuple((_said(label), value) for label, value in kind.rows(dossier, about))))
    if kind.family:
        # What the roll tells of each person besides follows the table in the same order.
        said.append(_family(dossier))
        more = tuple(
            (Said(f"{one.surname} {one.given}"), words) for one in ordered(dossier.family) if (words := _more(one))
        )
        said += [Facts(more)] if more else []
    said += [Paragraph(words) for words in kind.last(dossier, about)]
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
        (_relation(member),),
        (f"**{member.surname}", member.given),
        tuple(f"{_PARENT[one.sex]} {one.given}" for one in member.known_parents) or (_NOT_TOLD,),
        (member.born.strftime("%d/%m/%Y"), member.birthplace),
        # The person's own number: their place in the share is no number of theirs.
        (member.number or _NOT_TOLD,),
    )
    return Row(cells, marked=applicant)


_PARENT = {Sex.MALE: "Πατέρας:", Sex.FEMALE: "Μητέρα:"}


def _relation(member: FamilyMember) -> str:
    if member.relation is Relation.SPOUSE and member.marital is Marital.PARTNERED:
        return "Μέρος συμφώνου συμβίωσης"
    return _RELATIONS[member.relation, member.sex]


def _more(member: FamilyMember) -> str:
    """What the roll tells of one member besides the table's row: status, marriage, citizenship."""
    citizenship = f"ιθαγένεια: {member.citizenship}" if member.citizenship else ""
    return " · ".join(part for part in (marital_words(member), marriage_words(member.marriage), citizenship) if part)
