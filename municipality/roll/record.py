"""Rules of the roll that comes from the municipal register: what a person's record is, and what has changed.

Never "corrects" a surname, and names a change by its fields, never by what stands in them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum

from municipality.greek import search_key
from municipality.residents import Capacity, FamilyMember, FamilyShare, Person, Relation, Sex
from municipality.roll import facts
from municipality.roll.columns import Status as Status


@dataclass(frozen=True, repr=False, slots=True)
class Record:
    """One person as the register has them. Of those who left or died only `person` and `status` are looked at."""

    person: str
    status: Status = Status.CURRENT
    family: str = ""
    unit: str = ""
    entry: int = 0
    relation: str = ""
    sex: str = ""
    surname: str = ""
    given: str = ""
    father: str = ""
    mother: str = ""
    born: str = ""
    birthplace: str = ""
    afm: str = ""
    amka: str = ""
    street: str = ""
    postcode: str = ""
    lives_here: bool = False
    elector: bool = False
    # What the register may tell besides (municipality.roll.facts); all of it text, "" where it has not.
    roll_number: str = ""
    registered: str = ""
    marital: str = ""
    citizenship: str = ""
    parents: str = ""
    father2: str = ""
    mother2: str = ""
    family_of_mother: str = ""
    latin_surname: str = ""
    latin_given: str = ""
    birth_registry: str = ""
    birth_number: str = ""
    birth_volume: str = ""
    birth_year: str = ""
    rite: str = ""
    degree: str = ""
    marriage_registry: str = ""
    marriage_number: str = ""
    marriage_volume: str = ""
    marriage_year: str = ""

    def values(self) -> dict[str, str | int | bool]:
        """By field, plain JSON values."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def of(cls, values: Mapping[str, object]) -> "Record":
        """Reverse of values()."""
        return cls(**{**values, "status": Status(str(values["status"]))})  # type: ignore[arg-type]

    def member(self) -> FamilyMember:
        plain = FamilyMember(
            entry=self.entry,
            relation=Relation(self.relation),
            sex=Sex(self.sex),
            surname=self.surname,
            given=self.given,
            father=self.father,
            mother=self.mother,
            born=date.fromisoformat(self.born),
            birthplace=self.birthplace,
        )
        said = {name: getattr(self, name) for name in facts.NAMES}
        return facts.told(plain, said) if any(said.values()) else plain

    def as_person(self) -> Person:
        return Person(entry=self.entry, afm=self.afm, amka=self.amka, street=self.street, postcode=self.postcode)

    def capacities(self, others: Iterable[Capacity] = ()) -> tuple[Capacity, ...]:
        """What the register grants, and of `others` what it has no say in (staff, administration)."""
        theirs = [one for one in others if one not in (Capacity.RESIDENT, Capacity.ELECTOR)]
        mine = [Capacity.RESIDENT] * self.lives_here + [Capacity.ELECTOR] * self.elector
        return (*mine, *theirs)


def record_of(person: str, share: FamilyShare, numbers: Person, capacities: Iterable[Capacity]) -> Record | None:
    """What the roll holds of one resident, in the register's form; None where the share has no line for them."""
    member = next((one for one in share.members if one.entry == numbers.entry), None)
    if member is None:
        return None
    held = set(capacities)
    return Record(
        person=person,
        family=share.number,
        unit=share.unit,
        entry=member.entry,
        relation=member.relation,
        sex=member.sex,
        surname=member.surname,
        given=member.given,
        father=member.father,
        mother=member.mother,
        born=member.born.isoformat(),
        birthplace=member.birthplace,
        afm=numbers.afm,
        amka=numbers.amka,
        street=numbers.street,
        postcode=numbers.postcode,
        lives_here=Capacity.RESIDENT in held,
        elector=Capacity.ELECTOR in held,
        **facts.facts_of(member),  # type: ignore[arg-type]  # all of them text
    )


def surely_one(before: Record, after: Record) -> bool:
    """Whether two records under one register number are beyond doubt of one person, so that what the later one does
    not say may be taken from the earlier: one number of theirs in both, or given name and sex and two more things of
    three (surname, birth, both parents). Neither a twin nor a cousin of the same name is."""
    if any(getattr(before, name) and getattr(before, name) == getattr(after, name) for name in ("afm", "amka")):
        return True

    def agree(*names: str) -> bool:
        return all(search_key(getattr(before, name)) == search_key(getattr(after, name)) for name in names)

    return agree("given", "sex") and agree("surname") + agree("born") + agree("father", "mother") >= 2


def parents_among(members: Iterable[Record]) -> Iterator[tuple[Record, Record]]:
    """Each child with each parent of theirs who stands in the same share."""
    together = list(members)
    by_number = {one.person: one for one in together}
    for child in together:
        for number in child.parents.split():
            if number in by_number:
                yield child, by_number[number]


def family_share(members: Iterable[Record], as_of: date) -> FamilyShare:
    """The family record that `members` (at least one) make."""
    ordered = sorted(members, key=lambda one: one.entry)
    return FamilyShare(
        number=ordered[0].family,
        unit=ordered[0].unit,
        as_of=as_of,
        members=tuple(one.member() for one in ordered),
    )


class What(StrEnum):
    """What an import does to one person."""

    NEW = "new"
    CHANGED = "changed"
    MOVED = "moved"
    LEFT = "left"
    DECEASED = "deceased"
    MERGED = "merged"  # into another entry of the same person
    UNMERGED = "unmerged"


FROM_A_FILE = (What.NEW, What.CHANGED, What.MOVED, What.LEFT, What.DECEASED)
_ADDRESS = frozenset({"street", "postcode"})


@dataclass(frozen=True, repr=False)
class Change:
    """`fields`: names of what differs, never the values. `before` is None for the new, `after` for those who go."""

    person: str
    what: What
    fields: tuple[str, ...]
    before: Record | None
    after: Record | None


def difference(before: Record | None, after: Record) -> Change | None:
    """What the register says now against what the roll holds; None where they agree, or where nobody is to go."""
    if after.status is not Status.CURRENT:
        what = What.LEFT if after.status is Status.LEFT else What.DECEASED
        return None if before is None else Change(after.person, what, (), before, None)
    if before is None:
        return Change(after.person, What.NEW, (), None, after)
    old, new = before.values(), after.values()
    differing = tuple(sorted(name for name in new if new[name] != old[name]))
    if not differing:
        return None
    what = What.MOVED if _ADDRESS & set(differing) else What.CHANGED
    return Change(after.person, what, differing, before, after)
