"""A certificate, from what it will say to the sheet in the tray."""

from dataclasses import dataclass
from datetime import date

from kiosk.desk.blocks import Block, Code, Fact, House, Notice, Paragraph, Person, Row, Text, Told
from kiosk.desk.conversation import Acting, Conversation, ask, commit, stages
from kiosk.desk.matter import Doing
from kiosk.desk.pages import Done, List, Problem, Review, Step
from kiosk.desk.work import Lane
from kiosk.identity.signing_in import PinTooOld
from kiosk.kernel.activity import Activity
from kiosk.matters.certificates import service
from municipality.failures import BoothCode
from municipality.matters.certificates.failures import CertificateCode
from municipality.matters.certificates.fields import ordered
from municipality.matters.certificates.kinds import Kind, PaperStanding
from municipality.messages import Dossier
from municipality.residents import FamilyMember, Marital, Relation, Sex


def _(message: str) -> str:
    return message


@dataclass(frozen=True, repr=False)
class Finished:
    """How a certificate ended: sealed, and then on paper or void."""

    number: str
    code: str
    check_url: str
    outcome: service.OnPaper | service.Void


def issue(doing: Doing, kind: Kind, about: int) -> Finished | service.NotIssued | PinTooOld:
    """The work of «issue»: seal, store, print."""
    sealed = service.issue(doing.booth, doing.session, kind, doing.tell, about)
    if not isinstance(sealed, service.Sealed):
        return sealed
    return Finished(sealed.number, sealed.code, sealed.check_url, service.print_out(doing.booth, sealed, doing.tell))


ISSUE = Acting(
    issue,
    Lane.PRINTER,
    (Activity.MAKING_PAPER, Activity.PRINTING),
    outcomes=(Finished, service.NotIssued),
    not_begun=CertificateCode.CERTIFICATE_NOT_MADE,
    not_sure=BoothCode.BOOTH_FAULT,
)


def certificate(kind: Kind, dossier: Dossier, of: tuple[FamilyMember, ...], sample: bool) -> Conversation:
    """`of`: of whom this resident may have it, themselves first."""
    *at_whose, at_offer, at_end = stages(3 if len(of) > 1 else 2)
    about = of[0]
    if len(of) > 1:
        entry = yield from ask(whose_page(kind, of, at_whose[0]))
        about = next(one for one in of if str(one.entry) == entry)
    if missing := kind.missing(dossier, about):
        return Problem(CertificateCode.CERTIFICATE_FACT_MISSING, tuple(map(House, missing)))
    yield from ask(offer_page(kind, dossier, about, sample, at_offer))
    match (yield from commit(ISSUE, kind, about.entry)):
        case Finished(number, code, check_url, service.OnPaper()):
            return printed_page(number, code, check_url, at_end)
        case Finished(outcome=service.Void(why)) | service.NotIssued(why):
            return Problem(why)
    return None


def whose_page(kind: Kind, of: tuple[FamilyMember, ...], step: Step) -> List:
    """For whom: the card's holder, or one of their children under age."""
    first, *children = of
    rows = (
        Row(_name(first), Told(_("You")), key=str(first.entry), personal=True),
        *(
            Row(_name(one), Told(_RELATIONS[one.relation, one.sex]), key=str(one.entry), personal=True)
            for one in children
        ),
    )
    return List(
        f"{kind.document}-whose",
        Told(_("Whom is it about?")),
        House(kind.title),
        step=step,
        rows=rows,
        icon="file-certificate",
        help=(Told(_("You can have it for yourself and for your children under 18. Touch the name.")),),
    )


def offer_page(kind: Kind, dossier: Dossier, about: FamilyMember, sample: bool, step: Step) -> Review:
    """What the paper will say, shown before a number is spent."""
    family = dossier.family
    facts = tuple(Fact(House(label), value, personal=True) for label, value in kind.rows(dossier, about))
    members = tuple(_member(one) for one in ordered(family)) if kind.family else ()
    heading = (
        Told(_("Members of the family: {count}"), {"count": len(members)}) if members else Told(_("What it will say"))
    )
    lead: list[Block] = [
        Fact(Told(_("Family record")), family.number, personal=True),
        Fact(Told(_("Municipal unit")), family.unit, personal=True),
        Fact(Told(_("Data of")), family.as_of, personal=True),
        *_terms(kind),
        Notice(_worth(kind.standing, family.as_of), icon="file-certificate"),
    ]
    if sample:
        lead.insert(0, Notice(Told(_("SAMPLE: a trial paper, it has no validity.")), kind="warning", first=True))
    return Review(
        kind.document,
        House(kind.title),
        Told(_("Please check what it will say.")),
        step=step,
        lead=tuple(lead),
        blocks=(Paragraph(heading, heading=True, personal=True), *facts, *members),
        confirm=Told(_("Issue and print")),
        icon="printer",
        unseen=Told(_("You have not seen the whole certificate yet.")),
        seen=Told(_("You have seen the whole certificate.")),
        help=(Told(_("Check what the certificate will say. It is printed only after you have touched the button.")),),
    )


def _terms(kind: Kind) -> tuple[Block, ...]:
    """How long it is valid, where a law says so, and what it costs."""
    months = kind.months
    valid = () if months is None else (Fact(Told(_("Valid for")), Told(_("{count} months"), {"count": months})),)
    cents = f"{kind.fee // 100},{kind.fee % 100:02d} €"
    return (*valid, Fact(Told(_("Fee")), cents if kind.fee else Told(_("no fee"))))


def _worth(standing: PaperStanding, as_of: date) -> Text:
    """What the paper will be worth to whoever is shown it."""
    match standing:
        case PaperStanding.OFFICIAL:
            return Told(_("Official certificate, from the national register."))
        case PaperStanding.MUNICIPAL:
            return Told(_("Certificate of the municipality, from its own records and with its seal."))
        case PaperStanding.INFORMATION:
            return Told(_("For information: this is what your file said on {date}."), {"date": as_of})


_RELATIONS = {
    (Relation.HOLDER, Sex.FEMALE): _("Holder of the record"),
    (Relation.HOLDER, Sex.MALE): _("Holder of the record"),
    (Relation.SPOUSE, Sex.FEMALE): _("Wife"),
    (Relation.SPOUSE, Sex.MALE): _("Husband"),
    (Relation.CHILD, Sex.FEMALE): _("Daughter"),
    (Relation.CHILD, Sex.MALE): _("Son"),
}


_PARENTS = {Sex.MALE: _("Father: {name}"), Sex.FEMALE: _("Mother: {name}")}


def _member(member: FamilyMember) -> Person:
    return Person(
        str(member.entry),
        _name(member),
        Told(_relation(member)),
        (
            Told(_("Born {date}, {place}"), {"date": member.born, "place": member.birthplace}),
            *_parents(member),
        ),
        personal=True,
    )


def _parents(member: FamilyMember) -> tuple[Text, ...]:
    if member.father and member.mother:
        return (Told(_("Father: {father} · Mother: {mother}"), {"father": member.father, "mother": member.mother}),)
    return tuple(Told(_PARENTS[parent.sex], {"name": parent.given}) for parent in member.known_parents)


def _name(member: FamilyMember) -> str:
    return f"{member.surname} {member.given}"


def _relation(member: FamilyMember) -> str:
    if member.relation is Relation.SPOUSE and member.marital is Marital.PARTNERED:
        return _("Partner in a civil partnership")
    return _RELATIONS[member.relation, member.sex]


def printed_page(number: str, code: str, check_url: str, step: Step) -> Done:
    return Done(
        "printed",
        Told(_("Your certificate has been printed")),
        Told(_("Please take it from the printer. With its code anyone can check that it is genuine.")),
        step=step,
        blocks=(
            Code(
                Told(_("Verification code")),
                tuple(code.split("-")),
                hear=Told(_("Hear the verification code")),
                qr=check_url,
                qr_note=Told(_("Scan it to check the certificate")),
                site=check_url.rpartition("/")[0].partition("://")[2],
                site_note=Told(_("Type the address and the code:")),
                personal=True,
            ),
            Fact(Told(_("Number")), number, personal=True),
        ),
        # The sheet is in the tray, whether or not the card is still in.
        card_out=Told(_("Your card came out early, but nothing was lost: the certificate was printed.")),
        help=(Told(_("Take your certificate from the printer. Then you can go on or finish.")),),
    )
