"""The kinds of certificate, as data: title, words, who may have one. A new kind is one more value in KINDS.

Papers are in Greek, the office's language. Never: a page, a printer, a store.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from municipality.greek import long_date, short_date
from municipality.messages import Dossier, Words
from municipality.residents import Capacity, FamilyMember, FamilyShare


def _(message: str) -> str:
    return message


@dataclass(frozen=True)
class Field:
    """One thing that a certificate may say of the person whose card is in, and how it is read out of their dossier."""

    label: Words
    read: Callable[[Dossier], str]


FIELDS: Final[Mapping[str, Field]] = {
    "surname": Field(Words.both("Επώνυμο", _("Surname")), lambda dossier: dossier.member.surname),
    "given": Field(Words.both("Όνομα", _("First name")), lambda dossier: dossier.member.given),
    "father": Field(Words.both("Όνομα πατέρα", _("Father's name")), lambda dossier: dossier.member.father),
    "mother": Field(Words.both("Όνομα μητέρας", _("Mother's name")), lambda dossier: dossier.member.mother),
    "born": Field(
        Words.both("Ημερομηνία γέννησης", _("Date of birth")), lambda dossier: short_date(dossier.member.born)
    ),
    "birthplace": Field(Words.both("Τόπος γέννησης", _("Place of birth")), lambda dossier: dossier.member.birthplace),
    "address": Field(
        Words.both("Διεύθυνση κατοικίας", _("Home address")),
        lambda dossier: f"{dossier.person.street}, {dossier.person.postcode}",
    ),
    "unit": Field(Words.both("Δημοτική ενότητα", _("Municipal unit")), lambda dossier: dossier.family.unit),
    "share": Field(Words.both("Οικογενειακή μερίδα", _("Family record")), lambda dossier: dossier.family.number),
    "place": Field(Words.both("Α/α", _("Place")), lambda dossier: str(place_of(dossier))),
    "as_of": Field(Words.both("Στοιχεία της", _("Data of")), lambda dossier: long_date(dossier.family.as_of)),
}


def ordered(family: FamilyShare) -> tuple[FamilyMember, ...]:
    """The members in the order of their entry in the share."""
    return tuple(sorted(family.members, key=lambda member: member.entry))


def place_of(dossier: Dossier) -> int:
    """Where the person whose card is in stands in the table, from 1."""
    return ordered(dossier.family).index(dossier.member) + 1


@dataclass(frozen=True)
class Kind:
    """`document` names it on the wire. `title` and `note` stand in the menu, `title.el` on the paper.

    `text`: Greek paragraphs; `{name}` of FIELDS, words between ** are bold. `facts`: names of FIELDS, one under the
    other. `family`: the table of the whole family record follows. `closing`: paragraphs below all that. `who`: in what
    capacity somebody may have it (None: everybody with a dossier).
    """

    document: str
    title: Words
    note: Words
    text: tuple[str, ...]
    facts: tuple[str, ...] = ()
    family: bool = False
    closing: tuple[str, ...] = ()
    who: Capacity | None = None

    def paragraphs(self, dossier: Dossier) -> tuple[str, ...]:
        """What the paper says above facts and table."""
        return _filled(self.text, dossier)

    def last(self, dossier: Dossier) -> tuple[str, ...]:
        """What it says below them."""
        return _filled(self.closing, dossier)

    def rows(self, dossier: Dossier) -> tuple[tuple[Words, str], ...]:
        """Labels and values of its facts."""
        return tuple((FIELDS[name].label, FIELDS[name].read(dossier)) for name in self.facts)


def _filled(paragraphs: tuple[str, ...], dossier: Dossier) -> tuple[str, ...]:
    values = {name: field.read(dossier) for name, field in FIELDS.items()}
    return tuple(words.format_map(values) for words in paragraphs)


KINDS: Final[tuple[Kind, ...]] = (
    Kind(
        "family_status",
        Words.both("Πιστοποιητικό οικογενειακής κατάστασης", _("Certificate of family status")),
        Words.both(
            "Για εσάς και την οικογενειακή σας μερίδα. Τυπώνεται εδώ.",
            _("For you and your family record. Printed here."),
        ),
        text=(
            "Με βάση τα στοιχεία του δημοτολογίου, όπως ήταν στις {as_of}, στην οικογενειακή μερίδα με αριθμό "
            "**{share}** είναι γραμμένα τα πρόσωπα του πίνακα που ακολουθεί.",
            "Εκδίδεται με αίτηση του προσώπου με α/α {place}: **{surname} {given}**.",
        ),
        family=True,
    ),
    # ν. 3463/2006 άρ. 279. Only for whom the roll has as a resident: where they are not, the office looks for proof.
    Kind(
        "permanent_residence",
        Words.both("Βεβαίωση μόνιμης κατοικίας", _("Certificate of permanent residence")),
        Words.both(
            "Ότι κατοικείτε μόνιμα στον Δήμο, με τη διεύθυνσή σας. Τυπώνεται εδώ.",
            _("That you live here permanently, with your address. Printed here."),
        ),
        text=(
            "Βεβαιώνεται, με βάση τα στοιχεία που τηρεί ο Δήμος, όπως ήταν στις {as_of}, ότι το πρόσωπο με τα στοιχεία "
            "που ακολουθούν **κατοικεί μόνιμα** στον Δήμο, στη διεύθυνση που σημειώνεται.",
        ),
        facts=("surname", "given", "father", "mother", "born", "birthplace", "address", "unit", "share"),
        closing=(
            "Εκδίδεται με αίτηση του προσώπου αυτού, σύμφωνα με το άρθρο 279 του ν. 3463/2006, για κάθε νόμιμη χρήση.",
        ),
        who=Capacity.RESIDENT,
    ),
)
_BY_DOCUMENT: Final = {kind.document: kind for kind in KINDS}


def of(document: str) -> Kind | None:
    """The kind of this name; None if there is none."""
    return _BY_DOCUMENT.get(document)
