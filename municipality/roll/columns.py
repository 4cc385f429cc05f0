"""Columns of a register's file, by their English and Greek names, and the words that some of them know."""

import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from typing import Final, TypeVar

from municipality.greek import search_key
from municipality.residents import Marital, Relation, Rite, Sex

T = TypeVar("T")


class Status(StrEnum):
    """What the register says of a person today."""

    CURRENT = "current"
    LEFT = "left"
    DECEASED = "deceased"


class Column(StrEnum):
    """Columns of a register's file, by the names that its first line may use; or by the Greek ones below."""

    PERSON = "person"
    FAMILY = "family"
    UNIT = "unit"
    ENTRY = "entry"
    RELATION = "relation"
    SEX = "sex"
    SURNAME = "surname"
    GIVEN = "given"
    FATHER = "father"
    MOTHER = "mother"
    BORN = "born"
    BIRTHPLACE = "birthplace"
    AFM = "afm"
    AMKA = "amka"
    STREET = "street"
    POSTCODE = "postcode"
    LIVES_HERE = "lives_here"
    ELECTOR = "elector"
    STATUS = "status"
    # What a file need not have (FACTS): each is optional by itself.
    ROLL_NUMBER = "roll_number"
    REGISTERED = "registered"
    MARITAL = "marital"
    CITIZENSHIP = "citizenship"
    PARENTS = "parents"
    FATHER2 = "father2"
    MOTHER2 = "mother2"
    FAMILY_OF_MOTHER = "family_of_mother"
    LATIN_SURNAME = "latin_surname"
    LATIN_GIVEN = "latin_given"
    BIRTH_REGISTRY = "birth_registry"
    BIRTH_NUMBER = "birth_number"
    BIRTH_VOLUME = "birth_volume"
    BIRTH_YEAR = "birth_year"
    RITE = "rite"
    DEGREE = "degree"
    MARRIAGE_REGISTRY = "marriage_registry"
    MARRIAGE_NUMBER = "marriage_number"
    MARRIAGE_VOLUME = "marriage_volume"
    MARRIAGE_YEAR = "marriage_year"


_GREEK: dict[str, Column] = {
    "αριθμός μητρώου": Column.PERSON,
    "μερίδα": Column.FAMILY,
    "δημοτική ενότητα": Column.UNIT,
    "α/α": Column.ENTRY,
    "ιδιότητα": Column.RELATION,
    "φύλο": Column.SEX,
    "επώνυμο": Column.SURNAME,
    "όνομα": Column.GIVEN,
    "πατρώνυμο": Column.FATHER,
    "μητρώνυμο": Column.MOTHER,
    "ημερομηνία γέννησης": Column.BORN,
    "τόπος γέννησης": Column.BIRTHPLACE,
    "αφμ": Column.AFM,
    "αμκα": Column.AMKA,
    "διεύθυνση": Column.STREET,
    "τκ": Column.POSTCODE,
    "κάτοικος": Column.LIVES_HERE,
    "εκλογέας": Column.ELECTOR,
    "κατάσταση": Column.STATUS,
    "αριθμός δημοτολογίου": Column.ROLL_NUMBER,
    "ημερομηνία εγγραφής": Column.REGISTERED,
    "οικογενειακή κατάσταση": Column.MARITAL,
    "τρόπος κτήσης ιθαγένειας": Column.CITIZENSHIP,
    "γονείς": Column.PARENTS,
    "δεύτερος πατέρας": Column.FATHER2,
    "δεύτερη μητέρα": Column.MOTHER2,
    "γένος μητέρας": Column.FAMILY_OF_MOTHER,
    "επώνυμο λατινικά": Column.LATIN_SURNAME,
    "όνομα λατινικά": Column.LATIN_GIVEN,
    "ληξιαρχείο γέννησης": Column.BIRTH_REGISTRY,
    "αριθμός πράξης γέννησης": Column.BIRTH_NUMBER,
    "τόμος πράξης γέννησης": Column.BIRTH_VOLUME,
    "έτος πράξης γέννησης": Column.BIRTH_YEAR,
    "τύπος γάμου": Column.RITE,
    "βαθμός γάμου": Column.DEGREE,
    "ληξιαρχείο γάμου": Column.MARRIAGE_REGISTRY,
    "αριθμός πράξης γάμου": Column.MARRIAGE_NUMBER,
    "τόμος πράξης γάμου": Column.MARRIAGE_VOLUME,
    "έτος πράξης γάμου": Column.MARRIAGE_YEAR,
}


def column_of(heading: str) -> Column | None:
    """The column that a heading names, in English or Greek, whatever its case, accents and spaces."""
    return _HEADINGS.get(search_key(" ".join(unicodedata.normalize("NFC", heading).split())))


_HOLDER, _SPOUSE, _CHILD = Relation.HOLDER, Relation.SPOUSE, Relation.CHILD


def _by_key(words: Mapping[str, T]) -> dict[str, T]:
    """Words as they are compared: without case and accents."""
    return {search_key(word): value for word, value in words.items()}


RELATIONS: Final = _by_key(
    {"holder": _HOLDER, "spouse": _SPOUSE, "child": _CHILD, "αρχηγός": _HOLDER, "σύζυγος": _SPOUSE, "τέκνο": _CHILD}
)
SEXES: Final = _by_key({"female": Sex.FEMALE, "male": Sex.MALE, "θήλυ": Sex.FEMALE, "άρρεν": Sex.MALE})
FLAGS: Final = _by_key({"yes": True, "no": False, "true": True, "false": False, "ναι": True, "όχι": False})
STATUSES: Final = _by_key(
    {
        **{status.value: status for status in Status},
        "ενεργός": Status.CURRENT,
        "διαγραμμένος": Status.LEFT,
        "θανών": Status.DECEASED,
    }
)

MARITALS: Final = _by_key(
    {
        **{one.value: one for one in Marital},
        "άγαμος": Marital.SINGLE,
        "άγαμη": Marital.SINGLE,
        "έγγαμος": Marital.MARRIED,
        "έγγαμη": Marital.MARRIED,
        "σύμφωνο συμβίωσης": Marital.PARTNERED,
        "διαζευγμένος": Marital.DIVORCED,
        "διαζευγμένη": Marital.DIVORCED,
        "χήρος": Marital.WIDOWED,
        "χήρα": Marital.WIDOWED,
    }
)
RITES: Final = _by_key(
    {
        **{one.value: one for one in Rite},
        "θρησκευτικός": Rite.RELIGIOUS,
        "πολιτικός": Rite.CIVIL,
        "σύμφωνο συμβίωσης": Rite.PARTNERSHIP,
    }
)

_HEADINGS = _by_key({**{column.value: column for column in Column}, **_GREEK})

# What a file may leave out: a column that is not there says nothing, and what the roll holds stays.
FACTS: Final = frozenset(list(Column)[list(Column).index(Column.ROLL_NUMBER) :])
REQUIRED: Final = tuple(column for column in Column if column not in FACTS)
