"""A certificate, from what it will say to the sheet in the tray."""

from dataclasses import dataclass
from datetime import date

from kiosk.desk.blocks import Block, Code, Fact, House, Notice, Paragraph, Person, Text, Told
from kiosk.desk.conversation import Acting, Conversation, ask, commit, stages
from kiosk.desk.matter import Doing
from kiosk.desk.pages import Done, Problem, Review, Step
from kiosk.desk.work import Lane
from kiosk.identity.signing_in import PinTooOld
from kiosk.kernel.activity import Activity
from kiosk.matters.certificates import service
from municipality.failures import BoothCode
from municipality.matters.certificates.failures import CertificateCode
from municipality.matters.certificates.kinds import Kind, ordered
from municipality.matters.certificates.rules import PaperStanding
from municipality.messages import Dossier
from municipality.residents import FamilyMember, Relation, Sex


def _(message: str) -> str:
    return message


@dataclass(frozen=True, repr=False)
class Finished:
    """How a certificate ended: sealed, and then on paper or void."""

    number: str
    code: str
    check_url: str
    outcome: service.OnPaper | service.Void


def issue(doing: Doing, kind: Kind) -> Finished | service.NotIssued | PinTooOld:
    """The work of «issue»: seal, store, print."""
    sealed = service.issue(doing.booth, doing.session, kind, doing.tell)
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


def certificate(kind: Kind, dossier: Dossier, sample: bool) -> Conversation:
    at_offer, at_end = stages(2)
    yield from ask(offer_page(kind, dossier, sample, at_offer))
    match (yield from commit(ISSUE, kind)):
        case Finished(number, code, check_url, service.OnPaper()):
            return printed_page(number, code, check_url, at_end)
        case Finished(outcome=service.Void(why)) | service.NotIssued(why):
            return Problem(why)
    return None


def offer_page(kind: Kind, dossier: Dossier, sample: bool, step: Step) -> Review:
    """What the paper will say, shown before a number is spent."""
    family = dossier.family
    facts = tuple(Fact(House(label), value, personal=True) for label, value in kind.rows(dossier))
    members = tuple(_member(one) for one in ordered(family)) if kind.family else ()
    heading = (
        Told(_("Members of the family: {count}"), {"count": len(members)}) if members else Told(_("What it will say"))
    )
    lead: list[Block] = [
        Fact(Told(_("Family record")), family.number, personal=True),
        Fact(Told(_("Municipal unit")), family.unit, personal=True),
        Fact(Told(_("Data of")), family.as_of, personal=True),
        Notice(_worth(PaperStanding.MUNICIPAL, family.as_of), icon="file-certificate"),
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


def _member(member: FamilyMember) -> Person:
    return Person(
        str(member.entry),
        f"{member.surname} {member.given}",
        Told(_RELATIONS[member.relation, member.sex]),
        (
            Told(_("Born {date}, {place}"), {"date": member.born, "place": member.birthplace}),
            Told(_("Father: {father} · Mother: {mother}"), {"father": member.father, "mother": member.mother}),
        ),
        personal=True,
    )


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
