"""What a dossier says, as the plain values that a page is drawn from. Papers are in Greek, the office's language."""

from datetime import datetime

from kiosk.services.booth import Booth
from kiosk.services.signing_in import Session
from municipality.greek import ATHENS
from municipality.residents import FamilyMember, FamilyShare, Relation, Sex
from printing import FamilyStatus, Member, Standing

_RELATIONS = {
    (Relation.HOLDER, Sex.MALE): "Κάτοχος μερίδας",
    (Relation.HOLDER, Sex.FEMALE): "Κάτοχος μερίδας",
    (Relation.SPOUSE, Sex.MALE): "Σύζυγος",
    (Relation.SPOUSE, Sex.FEMALE): "Σύζυγος",
    (Relation.CHILD, Sex.MALE): "Γιος",
    (Relation.CHILD, Sex.FEMALE): "Κόρη",
}


def family_status(
    booth: Booth, session: Session, number: str, code: str, check_url: str, issued_at: datetime
) -> FamilyStatus:
    """The certificate of family status of the resident whose card is in."""
    family = session.dossier.family
    members = ordered(family)
    return FamilyStatus(
        municipality=session.settings.name.el,
        unit=f"Δημοτική Ενότητα {family.unit}",
        booth=booth.settings.booth.name_el,
        number=number,
        code=code,
        verification_url=check_url,
        issued_at=issued_at.astimezone(ATHENS),
        standing=Standing.MUNICIPAL,
        as_of=family.as_of,
        family_share=family.number,
        members=tuple(_row(member) for member in members),
        applicant=members.index(session.dossier.member),
        sample=session.settings.demo,
    )


def ordered(family: FamilyShare) -> tuple[FamilyMember, ...]:
    """The members in the order of their entry in the share."""
    return tuple(sorted(family.members, key=lambda member: member.entry))


def _row(member: FamilyMember) -> Member:
    return Member(
        relation=_RELATIONS[member.relation, member.sex],
        surname=member.surname,
        given=member.given,
        father=member.father,
        mother=member.mother,
        birth_date=member.born,
        birth_place=member.birthplace,
        roll_number=str(member.entry),
    )
