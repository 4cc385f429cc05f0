"""A kind of certificate and a dossier, as the plain values that a page is drawn from. Papers are in Greek."""

from datetime import datetime

from kiosk.identity.signing_in import Session
from kiosk.kernel.booth import Booth
from municipality.greek import ATHENS
from municipality.matters.certificates.kinds import Kind, ordered
from municipality.messages import Dossier
from municipality.residents import FamilyMember, Relation, Sex
from printing import Block, Certificate, Column, Facts, Paragraph, Row, Standing, Table

_RELATIONS = {
    (Relation.HOLDER, Sex.MALE): "Κάτοχος μερίδας",
    (Relation.HOLDER, Sex.FEMALE): "Κάτοχος μερίδας",
    (Relation.SPOUSE, Sex.MALE): "Σύζυγος",
    (Relation.SPOUSE, Sex.FEMALE): "Σύζυγος",
    (Relation.CHILD, Sex.MALE): "Γιος",
    (Relation.CHILD, Sex.FEMALE): "Κόρη",
}
_COLUMNS = (
    Column(("α/α",), 0.045),
    Column(("Σχέση",), 0.13),
    Column(("Επώνυμο", "Όνομα"), 0.264),
    Column(("Όνομα πατέρα", "Όνομα μητέρας"), 0.231),
    Column(("Γέννηση", "Τόπος"), 0.196),
    Column(("Αριθμός", "δημοτολογίου"), 0.134),
)


def certificate(
    booth: Booth, session: Session, kind: Kind, number: str, code: str, check_url: str, issued_at: datetime
) -> Certificate:
    """The certificate of the resident whose card is in."""
    return Certificate(
        title=kind.title.el,
        municipality=session.settings.name.el,
        unit=f"Δημοτική Ενότητα {session.dossier.family.unit}",
        booth=booth.settings.booth.name_el,
        number=number,
        code=code,
        verification_url=check_url,
        issued_at=issued_at.astimezone(ATHENS),
        standing=Standing.MUNICIPAL,
        blocks=blocks(kind, session.dossier),
        sample=session.settings.demo,
    )


def blocks(kind: Kind, dossier: Dossier) -> tuple[Block, ...]:
    """What the paper says, from top to bottom."""
    said: list[Block] = [Paragraph(words) for words in kind.paragraphs(dossier)]
    if kind.facts:
        said.append(Facts(tuple((label.el, value) for label, value in kind.rows(dossier))))
    if kind.family:
        said.append(_family(dossier))
    said += [Paragraph(words) for words in kind.last(dossier)]
    return tuple(said)


def _family(dossier: Dossier) -> Table:
    members = ordered(dossier.family)
    rows = tuple(_row(place, member, member == dossier.member) for place, member in enumerate(members, 1))
    count = len(rows)
    closing = "Ο πίνακας κλείνει εδώ με 1 πρόσωπο." if count == 1 else f"Ο πίνακας κλείνει εδώ με {count} πρόσωπα."
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
