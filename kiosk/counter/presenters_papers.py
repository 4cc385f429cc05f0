"""Views of certificates into words. Pure functions, no Qt; see presenters.py."""

from collections.abc import Mapping

from kiosk.counter.words import Gettext, Shown, footer, groups, step_words
from kiosk.desk.views import CertificateDone, CertificateOffer
from municipality.greek import short_date
from municipality.matters.certificates.rules import PaperStanding
from municipality.messages import Words
from municipality.residents import FamilyMember, Relation, Sex


def _worth(view: CertificateOffer, _: Gettext) -> str:
    """What the paper will be worth to whoever is shown it."""
    match view.standing:
        case PaperStanding.OFFICIAL:
            return _("Official certificate, from the national register.")
        case PaperStanding.MUNICIPAL:
            return _("Certificate of the municipality, from its own records and with its seal.")
        case PaperStanding.INFORMATION:
            return _("For information: this is what your file said on {date}.").format(date=short_date(view.as_of))


def certificate_offer(view: CertificateOffer, _: Gettext, language: str) -> Shown:
    return {
        "title": _own(view.title, _, language),
        "text": _("Please check what it will say."),
        "step": step_words(view.step.number, view.step.of, _),
        "facts": [
            {"name": _("Family record"), "value": view.share},
            {"name": _("Municipal unit"), "value": view.unit},
            {"name": _("Data of"), "value": short_date(view.as_of)},
        ],
        "standing": _worth(view, _),
        "sample": _("SAMPLE: a trial paper, it has no validity.") if view.sample else "",
        "contentTitle": _("Members of the family: {count}").format(count=len(view.members))
        if view.members
        else _("What it will say"),
        "content": [{"name": _own(label, _, language), "value": value} for label, value in view.facts],
        "members": [_member(member, _) for member in view.members],
        "footer": footer(
            cancel=True,
            back=True,
            primary=_("Issue and print"),
            icon="printer",
            note=_("You have not seen the whole certificate yet."),
            whole=_("See the rest"),
        ),
    }


def _own(words: Words, _: Gettext, language: str) -> str:
    """Words of the house itself: Greek as the office has them, and in any other language by the catalogue."""
    return words.el if language == "el" else _(words.en)


def _member(member: FamilyMember, _: Gettext) -> Shown:
    relations: Mapping[tuple[Relation, Sex], str] = {
        (Relation.HOLDER, Sex.FEMALE): _("Holder of the record"),
        (Relation.HOLDER, Sex.MALE): _("Holder of the record"),
        (Relation.SPOUSE, Sex.FEMALE): _("Wife"),
        (Relation.SPOUSE, Sex.MALE): _("Husband"),
        (Relation.CHILD, Sex.FEMALE): _("Daughter"),
        (Relation.CHILD, Sex.MALE): _("Son"),
    }
    return {
        "entry": member.entry,
        "name": f"{member.surname} {member.given}",
        "relation": relations[member.relation, member.sex],
        "parents": _("Father: {father} · Mother: {mother}").format(father=member.father, mother=member.mother),
        "born": _("Born {date}, {place}").format(date=short_date(member.born), place=member.birthplace),
    }


def certificate_done(view: CertificateDone, _: Gettext) -> Shown:
    return {
        "title": _("Your certificate has been printed"),
        "text": _("Please take it from the printer. With its code anyone can check that it is genuine."),
        "cardOut": _("Your card came out early, but nothing was lost: the certificate was printed.")
        if view.card_out
        else "",
        "step": step_words(view.step.number, view.step.of, _),
        "number": view.number,
        "numberTitle": _("Number"),
        "codeTitle": _("Verification code"),
        "groups": groups(view.code),
        "code": view.code,
        "qr": view.check_url,
        "qrNote": _("Scan it to check the certificate"),
        "footer": footer(back=not view.card_out, back_words=_("Another service"), primary=_("Finish"), icon="check"),
    }
