"""What a certificate may say of a person, field by field, and how each is read out of a dossier. A closed list.

Papers are in Greek, the office's language. Never: a guess where the roll has nothing; that field is "" then.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from municipality import greek
from municipality.greek import ATHENS, long_date, short_date
from municipality.messages import Dossier, Words
from municipality.residents import CivilAct, FamilyMember, FamilyShare, Marital, Marriage, Rite, Sex


def _(message: str) -> str:
    return message


Line = tuple[Words, str]


@dataclass(frozen=True)
class Field:
    """One thing that a certificate may say. `read`: of whose dossier it is, and of whom the paper speaks."""

    label: Words
    read: Callable[[Dossier, FamilyMember], str]

    def lines(self, dossier: Dossier, member: FamilyMember) -> tuple[Line, ...]:
        """Its label and value; nothing where the roll says nothing of it."""
        said = self.read(dossier, member)
        return ((self.label, said),) if said else ()


_PARENT: Final = {
    Sex.MALE: Words.both("Όνομα πατέρα", _("Father's name")),
    Sex.FEMALE: Words.both("Όνομα μητέρας", _("Mother's name")),
}


@dataclass(frozen=True)
class _Parents(Field):
    """A line for each parent that is known, by their own sex: two mothers are two mothers."""

    def lines(self, _dossier: Dossier, member: FamilyMember) -> tuple[Line, ...]:
        return tuple((_PARENT[parent.sex], parent.given) for parent in member.known_parents)


def ordered(family: FamilyShare) -> tuple[FamilyMember, ...]:
    """The members in the order of their entry in the share."""
    return tuple(sorted(family.members, key=lambda member: member.entry))


def place_of(dossier: Dossier) -> int:
    """Where the person whose card is in stands in the table, from 1."""
    return ordered(dossier.family).index(dossier.member) + 1


def latin_name(member: FamilyMember) -> str:
    """Surname and first name in Latin letters: as a document of theirs has them, else as ELOT 743 writes them."""
    if member.latin is not None:
        return f"{member.latin.surname} {member.latin.given}"
    return f"{greek.latin(member.surname)} {greek.latin(member.given)}"


def act_words(act: CivilAct | None) -> str:
    """«αριθμός 12, τόμος 3, έτος 1980, Ληξιαρχείο Αθηναίων»."""
    if act is None:
        return ""
    volume = f", τόμος {act.volume}" if act.volume else ""
    registry = act.registry if greek.search_key(act.registry).startswith("ληξιαρχ") else f"Ληξιαρχείο {act.registry}"
    return f"αριθμός {act.number}{volume}, έτος {act.year}, {registry}"


_MARITAL: Final = {
    (Marital.SINGLE, Sex.FEMALE): "άγαμη",
    (Marital.SINGLE, Sex.MALE): "άγαμος",
    (Marital.MARRIED, Sex.FEMALE): "έγγαμη",
    (Marital.MARRIED, Sex.MALE): "έγγαμος",
    (Marital.PARTNERED, Sex.FEMALE): "σε σύμφωνο συμβίωσης",
    (Marital.PARTNERED, Sex.MALE): "σε σύμφωνο συμβίωσης",
    (Marital.DIVORCED, Sex.FEMALE): "διαζευγμένη",
    (Marital.DIVORCED, Sex.MALE): "διαζευγμένος",
    (Marital.WIDOWED, Sex.FEMALE): "χήρα",
    (Marital.WIDOWED, Sex.MALE): "χήρος",
}
_RITES: Final = {
    Rite.RELIGIOUS: "θρησκευτικός γάμος",
    Rite.CIVIL: "πολιτικός γάμος",
    Rite.PARTNERSHIP: "σύμφωνο συμβίωσης",
}


def marital_words(member: FamilyMember) -> str:
    """«έγγαμη»; of a partnership nothing where its act says the same."""
    if member.marital is Marital.PARTNERED and member.marriage is not None and member.marriage.rite is not None:
        return ""
    return _MARITAL[member.marital, member.sex] if member.marital is not None else ""


def marriage_words(marriage: Marriage | None) -> str:
    """«πολιτικός γάμος, βαθμός γάμου 2, ληξιαρχική πράξη: αριθμός 12, …». A partnership has no degree."""
    if marriage is None:
        return ""
    rite = _RITES[marriage.rite] if marriage.rite is not None else ""
    degree = f"βαθμός γάμου {marriage.degree}" if marriage.degree and marriage.rite is not Rite.PARTNERSHIP else ""
    act = f"ληξιαρχική πράξη: {act_words(marriage.act)}" if marriage.act is not None else ""
    return ", ".join(part for part in (rite, degree, act) if part)


def _age(dossier: Dossier) -> str:
    """How old the data are: the day that the register's extract speaks of, and when the town hall wrote the dossier."""
    made = dossier.made_at.astimezone(ATHENS)
    return f"{long_date(dossier.family.as_of)}, όπως τα είχε ο Δήμος στις {long_date(made.date())}, ώρα {made:%H:%M}"


def _request(dossier: Dossier, member: FamilyMember) -> str:
    """At whose request, after «με αίτηση»."""
    if member.entry == dossier.person.entry:
        return "του ίδιου προσώπου"
    return f"του γονέα: **{dossier.member.surname} {dossier.member.given}**"


FIELDS: Final[Mapping[str, Field]] = {
    "surname": Field(Words.both("Επώνυμο", _("Surname")), lambda _dossier, member: member.surname),
    "given": Field(Words.both("Όνομα", _("First name")), lambda _dossier, member: member.given),
    "latin": Field(
        Words.both("Με λατινικούς χαρακτήρες", _("In Latin letters")), lambda _dossier, member: latin_name(member)
    ),
    "sex": Field(
        Words.both("Φύλο", _("Sex")), lambda _dossier, member: "θήλυ" if member.sex is Sex.FEMALE else "άρρεν"
    ),
    "parents": _Parents(
        Words.both("Γονείς", _("Parents")),
        lambda _dossier, member: " και ".join(parent.given for parent in member.known_parents),
    ),
    "family_of_mother": Field(
        Words.both("Γένος μητέρας", _("Mother's family name")), lambda _dossier, member: member.family_of_mother
    ),
    "born": Field(
        Words.both("Ημερομηνία γέννησης", _("Date of birth")), lambda _dossier, member: short_date(member.born)
    ),
    "birthplace": Field(Words.both("Τόπος γέννησης", _("Place of birth")), lambda _dossier, member: member.birthplace),
    "birth_act": Field(
        Words.both("Ληξιαρχική πράξη γέννησης", _("Birth registration")),
        lambda _dossier, member: act_words(member.birth_act),
    ),
    "citizenship": Field(
        Words.both("Τρόπος κτήσης ιθαγένειας", _("How citizenship was acquired")),
        lambda _dossier, member: member.citizenship,
    ),
    "number": Field(
        Words.both("Αριθμός δημοτολογίου", _("Number on the roll")), lambda _dossier, member: member.number
    ),
    "registered": Field(
        Words.both("Ημερομηνία εγγραφής", _("On the roll since")),
        lambda _dossier, member: short_date(member.registered) if member.registered is not None else "",
    ),
    "address": Field(
        Words.both("Διεύθυνση κατοικίας", _("Home address")),
        # Of the card's holder alone: the dossier has nobody else's.
        lambda dossier, member: (
            f"{dossier.person.street}, {dossier.person.postcode}" if member.entry == dossier.person.entry else ""
        ),
    ),
    "unit": Field(Words.both("Δημοτική ενότητα", _("Municipal unit")), lambda dossier, _member: dossier.family.unit),
    "share": Field(
        Words.both("Οικογενειακή μερίδα", _("Family record")), lambda dossier, _member: dossier.family.number
    ),
    "place": Field(Words.both("Α/α", _("Place")), lambda dossier, _member: str(place_of(dossier))),
    "as_of": Field(Words.both("Στοιχεία της", _("Data of")), lambda dossier, _member: long_date(dossier.family.as_of)),
    "age": Field(Words.both("Στοιχεία μητρώου της", _("Register data of")), lambda dossier, _member: _age(dossier)),
    "request": Field(Words.both("Με αίτηση", _("At the request of")), _request),
}
