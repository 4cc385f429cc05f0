"""What the register tells of the demo's people besides their family: acts, marriages, parents, spelling. All invented.

Dice of its own: who lives in the demo, and with whom, is the same with and without it.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from central.demo.names import ABROAD, LATIN, REGISTRIES, SURNAMES
from municipality.greek import latin
from municipality.residents import CivilAct, FamilyMember, Latin, Marital, Marriage, Relation, Rite, Sex

if TYPE_CHECKING:
    from central.demo.population import Citizen

_FIRST_NUMBER = 21_001
_WITHOUT_ACT = 0.03  # of the grown: births of before the registry, or lost in a war
_ABROAD = 0.06


def resident_number(place: int) -> str:
    """The register's number of resident `place` (0 upwards)."""
    return f"R{place + 1:06d}"


def with_facts(citizens: list[Citizen], today: date, seed: int) -> list[Citizen]:
    """The same people with all that their register tells. Families stand together in `citizens`."""
    dice = random.Random(f"facts {seed}")  # noqa: S311 - people of a demo, nothing secret
    told: list[Citizen] = []
    while len(told) < len(citizens):
        start = len(told)
        share = citizens[start].family
        members = _told(dice, share.members, start, today, plain=start == 0)
        full = share.model_copy(update={"members": members})
        told += [replace(one, family=full) for one in citizens[start : start + len(members)]]
    return told


def _told(
    dice: random.Random, members: tuple[FamilyMember, ...], start: int, today: date, *, plain: bool
) -> tuple[FamilyMember, ...]:
    """One family. `plain`: all was born here, and nothing of it is missing: the family of the first card."""
    parents = [(place, one) for place, one in enumerate(members) if one.relation is not Relation.CHILD]
    children = [one for one in members if one.relation is Relation.CHILD]
    marriage = _marriage(dice, [one for _, one in parents], children, today)
    numbers = tuple(resident_number(start + place) for place, _ in parents)
    out = []
    for place, one in enumerate(members):
        more: dict[str, object] = {"number": str(_FIRST_NUMBER + start + place)}
        if one.relation is Relation.CHILD:
            more |= {"parents": numbers, "marital": Marital.SINGLE, "registered": min(today, one.born + _SOON)}
            mothers = [parent for _, parent in parents if parent.sex is Sex.FEMALE]
            more["family_of_mother"] = mothers[0].surname if mothers else _family_of_mother(dice)
        else:
            more |= {"marital": _marital(dice, one, marriage, today), "family_of_mother": _family_of_mother(dice)}
            more |= _married(dice, marriage) | _registered(dice, one, today)
        out.append(one.model_copy(update=more | _birth(dice, one, plain=plain) | _spelling(dice, one, plain=plain)))
    return tuple(out)


_SOON = timedelta(days=24)


def _family_of_mother(dice: random.Random) -> str:
    from central.demo.population import feminine  # which makes its people by these facts

    return feminine(dice.choice(SURNAMES))


def _marriage(
    dice: random.Random, parents: list[FamilyMember], children: list[FamilyMember], today: date
) -> Marriage | None:
    """Of both, where there are two: long enough after the younger one's birth, before the first child's."""
    if len(parents) < 2:
        return None
    earliest = max(one.born.year for one in parents) + 19
    latest = min([today.year, *(one.born.year for one in children)])
    both = {one.sex for one in parents}
    # Two of one sex: civil, since ν. 5089/2024, or a partnership, since ν. 4356/2015.
    if len(both) == 1:
        rite = dice.choice((Rite.CIVIL, Rite.PARTNERSHIP))
        since = 2024 if rite is Rite.CIVIL else 2015
        year = max(since, min(today.year, earliest))
    else:
        rite = dice.choices(tuple(Rite), weights=(60, 30, 10))[0]
        since = 2008 if rite is Rite.PARTNERSHIP else 1982
        year = max(earliest, min(latest, max(since, earliest + dice.randint(0, 6))))
        rite = Rite.RELIGIOUS if year < since else rite
    year = min(year, today.year)
    return Marriage(rite=rite, degree=1, act=_act(dice, dice.choice(tuple(REGISTRIES.values())), year))


def _act(dice: random.Random, registry: str, year: int) -> CivilAct:
    volume = str(dice.randint(1, 12)) if dice.random() < 0.4 else ""
    return CivilAct(registry=registry, number=str(dice.randint(1, 2400)), year=year, volume=volume)


def _married(dice: random.Random, marriage: Marriage | None) -> dict[str, object]:
    if marriage is None:
        return {}
    if marriage.rite is Rite.PARTNERSHIP:
        return {"marriage": marriage.model_copy(update={"degree": 0})}
    return {"marriage": marriage.model_copy(update={"degree": 2 if dice.random() < 0.08 else 1})}


def _marital(dice: random.Random, one: FamilyMember, marriage: Marriage | None, today: date) -> Marital:
    if marriage is not None:
        return Marital.PARTNERED if marriage.rite is Rite.PARTNERSHIP else Marital.MARRIED
    age = today.year - one.born.year
    widowed = 45 if age >= 65 else 4
    return dice.choices((Marital.SINGLE, Marital.DIVORCED, Marital.WIDOWED), weights=(50, 30, widowed))[0]


def _registered(dice: random.Random, one: FamilyMember, today: date) -> dict[str, object]:
    years = max(1, today.year - one.born.year - 18)
    moved = one.born.replace(year=one.born.year + 18 + dice.randrange(years))
    return {"registered": min(moved, today) if dice.random() < 0.5 else one.born + _SOON}


def _birth(dice: random.Random, one: FamilyMember, *, plain: bool) -> dict[str, object]:
    grown = one.relation is not Relation.CHILD
    abroad = grown and not plain and dice.random() < _ABROAD
    place = dice.choice(ABROAD) if abroad else one.birthplace
    missing = grown and not plain and dice.random() < _WITHOUT_ACT
    registry = "Ειδικό Ληξιαρχείο" if abroad else REGISTRIES[place]
    citizenship = dice.choice(("πολιτογράφηση", "γέννηση από Έλληνα γονέα")) if abroad else "γέννηση"
    act = None if missing else _act(dice, registry, one.born.year)
    return {"birthplace": place, "birth_act": act, "citizenship": citizenship}


def _spelling(dice: random.Random, one: FamilyMember, *, plain: bool) -> dict[str, object]:
    """Some have a passport that writes their name otherwise than the rules do."""
    if plain or one.given not in LATIN or dice.random() > 0.2:
        return {}
    return {"latin": Latin(surname=latin(one.surname), given=LATIN[one.given])}
