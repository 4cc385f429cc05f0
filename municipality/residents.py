"""Residents and their families, as the municipal roll knows them. Resident ≠ δημότης ≠ elector: three capacities."""

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


Name = Annotated[str, Field(min_length=1, max_length=80)]


class FamilyMember(Value):
    """One line of a family share (οικογενειακή μερίδα). Surnames are gendered: never "correct" them."""

    entry: int = Field(ge=1)
    relation: Relation
    sex: Sex
    surname: Name
    given: Name
    father: Name
    mother: Name
    born: date
    birthplace: Name


class FamilyShare(Value):
    """The family record: its number, the municipal unit that keeps it, its members in order of entry."""

    number: str = Field(pattern=r"^\d{1,6}/\d{1,3}$")
    unit: Name
    as_of: date
    members: tuple[FamilyMember, ...] = Field(min_length=1)

    def model_post_init(self, _context: object) -> None:
        if len({member.entry for member in self.members}) != len(self.members):
            raise ValueError("members: two of one entry")


class Polling(Value):
    """Where an elector votes on paper: electoral section, building and its address, which the roll has together or not
    at all, the room, and the special electoral number (ειδικός εκλογικός αριθμός). "" is what it does not have."""

    section: str = Field(default="", max_length=80)
    building: str = Field(default="", max_length=80)
    street: str = Field(default="", max_length=80)
    room: str = Field(default="", max_length=80)
    voter_number: str = Field(default="", pattern=r"^[0-9]{0,13}$")

    def model_post_init(self, _context: object) -> None:
        if len({bool(one) for one in (self.section, self.building, self.street)}) > 1 or (
            self.room and not self.section
        ):
            raise ValueError("section, building, street: together or not at all")


class Person(Value):
    """One resident. `afm` and `amka` pass their check digits, or are "" (a small child has no ΑΦΜ, a newcomer no ΑΜΚΑ
    yet); age is never taken from the ΑΜΚΑ (it has no century). `polling` is written only where there is one, so that
    booths of before read everybody else."""

    entry: int = Field(ge=1)
    afm: str
    amka: str
    street: Name
    postcode: str = Field(pattern=r"^\d{5}$")
    polling: Polling | None = None

    @model_serializer(mode="wrap")
    def _without_what_is_not_there(self, whole: SerializerFunctionWrapHandler) -> dict[str, object]:
        plain: dict[str, object] = whole(self)
        if self.polling is None:
            del plain["polling"]
        return plain

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
