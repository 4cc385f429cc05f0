"""Residents and their families, as the municipal roll knows them. Resident ≠ δημότης ≠ elector: three capacities."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer
from stdnum import luhn
from stdnum.exceptions import ValidationError
from stdnum.gr import vat


class Value(BaseModel):
    """A frozen value that refuses what it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Sparse(Value):
    """A value whose fields that have a default are written only where they say something else: programs of before,
    which refuse what they do not know, read it as long as there is nothing to be said that they do not know."""

    @model_serializer(mode="wrap")
    def _what_it_says(self, whole: SerializerFunctionWrapHandler) -> dict[str, object]:
        plain: dict[str, object] = whole(self)
        silent = (
            name
            for name, field in type(self).model_fields.items()
            if not field.is_required() and getattr(self, name) == field.default
        )
        for name in silent:
            del plain[name]
        return plain


class Capacity(StrEnum):
    """In what capacity somebody may act."""

    RESIDENT = "resident"
    ELECTOR = "elector"
    STAFF = "staff"
    ADMINISTRATION = "administration"


class Sex(StrEnum):
    FEMALE = "female"
    MALE = "male"


class Relation(StrEnum):
    """Place in the family record; the holder of the share comes first."""

    HOLDER = "holder"
    SPOUSE = "spouse"
    CHILD = "child"


class Marital(StrEnum):
    """Family status. A civil partnership is the law's own status (ν. 4356/2015), and no marriage."""

    SINGLE = "single"
    MARRIED = "married"
    PARTNERED = "partnered"
    DIVORCED = "divorced"
    WIDOWED = "widowed"


class Rite(StrEnum):
    """In what form a marriage was concluded; a civil partnership stands in the same place of the register."""

    RELIGIOUS = "religious"
    CIVIL = "civil"
    PARTNERSHIP = "partnership"


Name = Annotated[str, Field(min_length=1, max_length=80)]
MaybeName = Annotated[str, Field(max_length=80)]
HIGHEST_DEGREE = 9
MOST_PARENTS = 2


class CivilAct(Sparse):
    """An act of the civil registry (ληξιαρχική πράξη): which registry, number, volume where it has one, and year."""

    registry: Name
    number: str = Field(pattern=r"^[1-9]\d{0,6}$")
    year: int = Field(ge=1800, le=9999)
    volume: str = Field(default="", pattern=r"^[0-9Α-Ω]{0,6}$")


class Marriage(Sparse):
    """What the roll says of the marriage, or the partnership, that is in force or was the last. `degree`: which one of
    this person it is, from 1; 0 where the register does not say."""

    rite: Rite | None = None
    degree: int = Field(default=0, ge=0, le=HIGHEST_DEGREE)
    act: CivilAct | None = None


class Latin(Value):
    """The name in Latin letters as a document of its bearer has it. It wins over any transliteration."""

    surname: Name
    given: Name


@dataclass(frozen=True)
class Parent:
    """One parent, by whichever sex they have."""

    sex: Sex
    given: str


class FamilyMember(Sparse):
    """One line of a family share (οικογενειακή μερίδα). Surnames are gendered: never "correct" them.

    `father` and `mother` are "" where there is none, or none is known; `father2` and `mother2` are the second parent
    where both have one sex (ν. 5089/2024). What follows them is "", (), or None until the register has told it:
    `number`: the person's own on the roll (αριθμός δημοτολογίου); `parents`: the register's numbers of their parents,
    which are never another's; `family_of_mother`: γένος μητέρας; `citizenship`: how it was acquired, in the register's
    words; `registered`: since when they are on this roll.
    """

    entry: int = Field(ge=1)
    relation: Relation
    sex: Sex
    surname: Name
    given: Name
    father: MaybeName
    mother: MaybeName
    born: date
    birthplace: Name
    father2: MaybeName = ""
    mother2: MaybeName = ""
    number: str = Field(default="", pattern=r"^([1-9]\d{0,7}(/[1-9]\d{0,2})?)?$")
    parents: tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,40}$")], ...] = Field(
        default=(), max_length=MOST_PARENTS
    )
    family_of_mother: MaybeName = ""
    marital: Marital | None = None
    marriage: Marriage | None = None
    birth_act: CivilAct | None = None
    citizenship: MaybeName = ""
    registered: date | None = None
    latin: Latin | None = None

    def model_post_init(self, _context: object) -> None:
        if len(self.known_parents) > MOST_PARENTS:
            raise ValueError("parents: more than two")
        if len(set(self.parents)) != len(self.parents):
            raise ValueError("parents: one of them twice")

    @property
    def known_parents(self) -> tuple[Parent, ...]:
        """Those that the roll names: father before mother where there are both. Either may be missing."""
        men = [Parent(Sex.MALE, given) for given in (self.father, self.father2) if given]
        women = [Parent(Sex.FEMALE, given) for given in (self.mother, self.mother2) if given]
        return (*men, *women)

    def is_minor(self, day: date) -> bool:
        """Whether they have not come of age on `day` (ΑΚ 127: with the eighteenth birthday; who was born on 29 February
        on the 28th, where the year has no 29th)."""
        try:
            comes_of_age = self.born.replace(year=self.born.year + 18)
        except ValueError:
            comes_of_age = date(self.born.year + 18, 2, 28)
        return day < comes_of_age


class FamilyShare(Value):
    """The family record: its number, the municipal unit that keeps it, its members in order of entry."""

    number: str = Field(pattern=r"^\d{1,6}/\d{1,3}$")
    unit: Name
    as_of: date
    members: tuple[FamilyMember, ...] = Field(min_length=1)

    def model_post_init(self, _context: object) -> None:
        if len({member.entry for member in self.members}) != len(self.members):
            raise ValueError("members: two of one entry")


class Person(Value):
    """One resident. `afm` and `amka` pass their check digits, or are "" (a small child has no ΑΦΜ, a newcomer no ΑΜΚΑ
    yet); age is never taken from the ΑΜΚΑ (it has no century)."""

    entry: int = Field(ge=1)
    afm: str
    amka: str
    street: Name
    postcode: str = Field(pattern=r"^\d{5}$")

    def model_post_init(self, _context: object) -> None:
        if self.afm and not valid_afm(self.afm):
            raise ValueError("afm: the check digit is wrong, or it is all zeros")
        if self.amka and not valid_amka(self.amka):
            raise ValueError("amka: the date or the check digit is wrong")


def valid_afm(number: str) -> bool:
    """Nine digits with a right check digit; the library accepts 000000000, the tax office does not."""
    try:
        return vat.validate(number) == number and number.strip("0") != ""
    except ValidationError:
        return False


def valid_amka(number: str) -> bool:
    """Eleven digits: a date, four more, a Luhn digit. The date may be of either century: who was born on 29 February
    2000 has an ΑΜΚΑ too, which a reader that thinks of 1900 refuses."""
    if not (len(number) == 11 and number.isascii() and number.isdigit() and luhn.is_valid(number)):
        return False
    day, month, year = int(number[:2]), int(number[2:4]), int(number[4:6])
    try:
        date(2000 + year, month, day)
    except ValueError:
        return False
    return True
