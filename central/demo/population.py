"""Residents of the demo in families: right check digits, and numbers that no living person can have.

ΑΦΜ lie below 000100000, where none was ever given; ΑΜΚΑ carry a serial above 9000, more births than any day has.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from stdnum import luhn
from stdnum.gr import vat

from central.demo.facts import with_facts
from central.demo.names import BIRTHPLACES, MEN, STREETS, SURNAMES, UNITS, WOMEN
from municipality.residents import Capacity, FamilyMember, FamilyShare, Person, Relation, Sex

_FIRST_AFM = 100  # eight digits 00000100, hence 0000010xx upwards
_LAST_AFM = 9_999
_FIRST_SERIAL = 9_000
_TONOS = "\u0301"


@dataclass(frozen=True, repr=False)
class Citizen:
    """One resident: their family, their own numbers and address, in what capacities they may act."""

    family: FamilyShare
    person: Person
    capacities: tuple[Capacity, ...]

    @property
    def member(self) -> FamilyMember:
        return next(m for m in self.family.members if m.entry == self.person.entry)


def feminine(surname: str) -> str:
    """The surname of a man's daughter: the genitive. -ος gives -ου (the accent moves down from the third syllable
    from the end: Παπαδόπουλος, Παπαδοπούλου), -ης and -ας lose their ς; genitives and foreign forms stay."""
    if surname.endswith("ός"):
        return surname.removesuffix("ός") + "ού"
    if surname.endswith("ος"):
        return _accent_last_but_one(surname.removesuffix("ος") + "ου")
    if surname.endswith(("ης", "ας", "ής", "άς", "ές", "ούς")):
        return surname.removesuffix("ς")
    return surname


def afm(place: int) -> str:
    """The ΑΦΜ number `place` (0 upwards) of the demo's own range. ValueError past its end."""
    body = _FIRST_AFM + place
    if body > _LAST_AFM:
        raise ValueError("the demo's range of ΑΦΜ is used up")
    digits = f"{body:08d}"
    return digits + str(vat.calc_check_digit(digits))


@dataclass
class _Numbers:
    """Hands out ΑΦΜ in a row, and ΑΜΚΑ that differ within one day of birth."""

    taken: int = 0
    births: dict[tuple[date, Sex], int] = field(default_factory=dict)

    def afm(self) -> str:
        self.taken += 1
        return afm(self.taken - 1)

    def amka(self, born: date, sex: Sex) -> str:
        count = self.births.get((born, sex), 0)
        self.births[(born, sex)] = count + 1
        serial = _FIRST_SERIAL + 2 * count + (sex is Sex.MALE)  # the tenth digit is odd for men
        digits = f"{born:%d%m%y}{serial:04d}"
        return digits + str(luhn.calc_check_digit(digits))


def make_residents(count: int, today: date, seed: int = 2026) -> list[Citizen]:
    """`count` residents in families. The same `seed` and day give the same people."""
    dice = random.Random(seed)  # noqa: S311 - people of a demo, nothing secret
    numbers = _Numbers()
    citizens: list[Citizen] = []
    for number in range(1, count + 1):
        if len(citizens) >= count:
            break
        room = count - len(citizens)
        unusual = UNUSUAL.get(number) if count >= _ROOM_FOR_ALL else None
        citizens += _household(dice, numbers, number, today, room, unusual)
    return _with_staff(with_facts(citizens, today, seed), dice)


def _household(
    dice: random.Random, numbers: _Numbers, number: int, today: date, room: int, unusual: Unusual | None
) -> list[Citizen]:
    unit = UNITS[0] if number == 1 else dice.choices(UNITS, weights=(62, 38))[0]
    # The first family always has children, so that the first card shows a whole record.
    if unusual is None:
        members = _members(dice, unit, today, room, whole=number == 1)
    else:
        members = _unusual(dice, unusual, today)
    share = FamilyShare(
        number=f"{1000 + number}/{1 + UNITS.index(unit)}", unit=unit, as_of=today, members=tuple(members)
    )
    postcode, streets = dice.choice(STREETS[unit])
    street = f"{dice.choice(streets)} {dice.randint(1, 140)}"
    elector = number == 1 or dice.random() < 0.88
    people = []
    for member in share.members:
        person = Person(
            entry=member.entry,
            afm=numbers.afm(),
            amka=numbers.amka(member.born, member.sex),
            street=street,
            postcode=postcode,
        )
        votes = elector and today.year - member.born.year >= 17  # ν. 4521/2018: the year in which one turns 17
        capacities = (Capacity.RESIDENT, Capacity.ELECTOR) if votes else (Capacity.RESIDENT,)
        people.append(Citizen(share, person, capacities))
    return people


@dataclass(frozen=True)
class Unusual:
    """A family as few are: its grown members by sex, and how many children it has. `unknown`: the other parent is."""

    parents: tuple[Sex, ...]
    children: int
    unknown: bool = False


# By the number of the family; a town of fewer than these people has none of them.
UNUSUAL = {
    21: Unusual((Sex.FEMALE, Sex.FEMALE), 2),
    24: Unusual((Sex.MALE,), 2),
    27: Unusual((Sex.FEMALE,), 1, unknown=True),
    30: Unusual((Sex.MALE, Sex.FEMALE), 14),
    33: Unusual((Sex.MALE, Sex.MALE), 1),
}
_ROOM_FOR_ALL = 300


def _unusual(dice: random.Random, family: Unusual, today: date) -> Iterator[FamilyMember]:
    age = 34 if family.children < 5 else 49
    grown = [
        _grown(dice, entry, Relation.SPOUSE if entry > 1 else Relation.HOLDER, sex, _surname(dice, sex), today, age)
        for entry, sex in enumerate(family.parents, start=1)
    ]
    yield from grown
    fathers = [one.given for one in grown if one.sex is Sex.MALE]
    mothers = [one.given for one in grown if one.sex is Sex.FEMALE]
    if len(grown) == 1 and not family.unknown:
        (fathers if mothers else mothers).append(dice.choice(MEN if mothers else WOMEN))
    used: set[str] = set()
    for place in range(family.children):
        sex = dice.choice((Sex.FEMALE, Sex.MALE))
        given = dice.choice([name for name in _given(sex) if name not in used])
        used.add(given)
        yield FamilyMember(
            entry=len(grown) + 1 + place,
            relation=Relation.CHILD,
            sex=sex,
            surname=_of_child(grown[0], sex),
            given=given,
            father=fathers[0] if fathers else "",
            mother=mothers[0] if mothers else "",
            father2="".join(fathers[1:]),
            mother2="".join(mothers[1:]),
            # A year and a half between two births, the youngest two years ago.
            born=_on_a_day(today - timedelta(days=730 + 548 * (family.children - 1 - place) + dice.randrange(60))),
            birthplace=BIRTHPLACES[0],
        )


def _of_child(holder: FamilyMember, sex: Sex) -> str:
    """The holder's surname for a child of that sex: found again among the men's, where it is a woman's."""
    man = next((one for one in SURNAMES if holder.surname in (one, feminine(one))), holder.surname)
    return man if sex is Sex.MALE else feminine(man)


def _members(dice: random.Random, unit: str, today: date, room: int, *, whole: bool) -> Iterator[FamilyMember]:
    holder_sex = Sex.MALE if whole else dice.choice((Sex.MALE, Sex.MALE, Sex.FEMALE))
    age = 44 if whole else dice.randint(24, 88)
    holder = _grown(dice, 1, Relation.HOLDER, holder_sex, _surname(dice, holder_sex), today, age)
    yield holder
    if room < 2 or not (whole or dice.random() < 0.7):
        return
    other = Sex.FEMALE if holder_sex is Sex.MALE else Sex.MALE
    spouse_age = max(22, age + dice.randint(-6, 4))
    spouse = _grown(dice, 2, Relation.SPOUSE, other, _surname(dice, other), today, spouse_age)
    yield spouse
    father, mother = (holder, spouse) if holder_sex is Sex.MALE else (spouse, holder)
    count = dice.choices((0, 1, 2, 3), weights=(25, 30, 33, 12))[0]
    # None before a parent is 21, and none stays in the share past 30.
    oldest = min(30, min(age, spouse_age) - 21)
    ages = [13, 9] if whole else [dice.randint(0, oldest) for _ in range(count)] if oldest >= 0 else []
    fitting: list[int] = []
    for age in sorted(ages, reverse=True):
        apart = not fitting or fitting[-1] - age >= 2  # a full year between two births at least
        if apart and mother.born.year + 48 >= today.year - age:
            fitting.append(age)
    yield from _children(dice, unit, today, (father, mother), fitting[: room - 2])


def _children(
    dice: random.Random, unit: str, today: date, parents: tuple[FamilyMember, FamilyMember], ages: list[int]
) -> Iterator[FamilyMember]:
    father, mother = parents
    used: set[str] = set()
    for entry, age in enumerate(ages, start=3):
        sex = dice.choice((Sex.FEMALE, Sex.MALE))
        given = dice.choice([name for name in _given(sex) if name not in used])
        used.add(given)
        yield FamilyMember(
            entry=entry,
            relation=Relation.CHILD,
            sex=sex,
            surname=father.surname if sex is Sex.MALE else feminine(father.surname),
            given=given,
            father=father.given,
            mother=mother.given,
            born=_born(dice, today, age),
            birthplace=BIRTHPLACES[UNITS.index(unit)] if dice.random() < 0.5 else "Αθήνα",
        )


def _grown(
    dice: random.Random, entry: int, relation: Relation, sex: Sex, surname: str, today: date, age: int
) -> FamilyMember:
    return FamilyMember(
        entry=entry,
        relation=relation,
        sex=sex,
        surname=surname,
        given=dice.choice(_given(sex)),
        father=dice.choice(MEN),
        mother=dice.choice(WOMEN),
        born=_born(dice, today, age),
        birthplace=dice.choice(BIRTHPLACES),
    )


def _given(sex: Sex) -> tuple[str, ...]:
    return WOMEN if sex is Sex.FEMALE else MEN


def _surname(dice: random.Random, sex: Sex) -> str:
    surname = dice.choice(SURNAMES)
    return feminine(surname) if sex is Sex.FEMALE else surname


def _born(dice: random.Random, today: date, age: int) -> date:
    """A day on which somebody of `age` full years may have been born; never 29 February, which ΑΜΚΑ cannot tell in
    years that look like 1900."""
    latest = today - timedelta(days=365 * age + age // 4 + 1)
    return _on_a_day(latest - timedelta(days=dice.randrange(330)))


def _on_a_day(born: date) -> date:
    return born if (born.month, born.day) != (2, 29) else date(born.year, 2, 28)


def _with_staff(citizens: list[Citizen], dice: random.Random) -> list[Citizen]:
    """Some grown electors also work for the town hall; every fifth of those in its administration."""
    grown = [
        place
        for place, citizen in enumerate(citizens)
        if Capacity.ELECTOR in citizen.capacities and citizen.member.relation is not Relation.CHILD and place > 1
    ]
    chosen = sorted(dice.sample(grown, min(len(grown), max(2, len(citizens) // 40))))
    for turn, place in enumerate(chosen):
        citizen = citizens[place]
        more = (Capacity.STAFF, Capacity.ADMINISTRATION) if turn % 5 == 1 else (Capacity.STAFF,)
        citizens[place] = Citizen(citizen.family, citizen.person, (*citizen.capacities, *more))
    return citizens


def _accent_last_but_one(word: str) -> str:
    """Move the accent from the third syllable from the end to the second; elsewhere it stays."""
    letters = [unicodedata.normalize("NFD", letter) for letter in word]
    nuclei = _vowel_groups(letters)
    accented = next((i for i, group in enumerate(nuclei) if any(_TONOS in letters[place] for place in group)), None)
    if accented is None or accented != len(nuclei) - 3:
        return word
    for place in nuclei[accented]:
        letters[place] = letters[place].replace(_TONOS, "")
    last = nuclei[-2][-1]
    letters[last] = letters[last][0] + letters[last][1:] + _TONOS
    return unicodedata.normalize("NFC", "".join(letters))


def _vowel_groups(letters: list[str]) -> list[list[int]]:
    """Places of each syllable's vowels: ου, αι, ει, οι, αυ, ευ count as one, unless a dialytika parts them."""
    pairs = {"ου", "αι", "ει", "οι", "υι", "αυ", "ευ", "ηυ"}
    groups: list[list[int]] = []
    for place, letter in enumerate(letters):
        base = letter[0].lower()
        if base not in "αεηιουω":
            continue
        before = groups[-1] if groups and groups[-1][-1] == place - 1 and len(groups[-1]) == 1 else None
        pair = before is not None and letters[place - 1][0].lower() + base in pairs
        if pair and before is not None and "\u0308" not in letter and _TONOS not in letters[place - 1]:
            before.append(place)
        else:
            groups.append([place])
    return groups
