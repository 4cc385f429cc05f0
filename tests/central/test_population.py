"""The demo's residents: valid numbers that nobody can have, families that can be, surnames as Greek forms them."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from central.demo.facts import resident_number
from central.demo.names import MEN, STREETS, SURNAMES, UNITS, WOMEN
from central.demo.population import UNUSUAL, Citizen, afm, feminine, make_residents
from central.kernel.centre import KID
from central.office.roll.registry import DOSSIER_SIZE
from municipality.messages import DOSSIER_TYPE, Dossier
from municipality.residents import (
    Capacity,
    FamilyMember,
    FamilyShare,
    Marital,
    Polling,
    Relation,
    Rite,
    Sex,
    valid_afm,
    valid_amka,
)
from sync import sign_matter

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def citizens() -> list[Citizen]:
    return make_residents(500, TODAY)


def test_five_hundred_with_numbers_that_nobody_can_have(citizens: list[Citizen]) -> None:
    assert len(citizens) == 500
    for citizen in citizens:
        person, member = citizen.person, citizen.member
        assert valid_afm(person.afm)
        assert person.afm.startswith("0000")  # no ΑΦΜ was ever given there
        assert valid_amka(person.amka)
        assert person.amka[:6] == f"{member.born:%d%m%y}"
        assert person.amka[6] == "9"  # no day had nine thousand births
        assert (int(person.amka[9]) % 2 == 1) == (member.sex is Sex.MALE)
    assert len({citizen.person.afm for citizen in citizens}) == 500
    assert len({citizen.person.amka for citizen in citizens}) == 500


def test_the_first_afm_lies_where_the_range_begins() -> None:
    assert afm(0).startswith("0000010")
    assert valid_afm(afm(0))
    with pytest.raises(ValueError, match="used up"):
        afm(10_000)


def test_families_that_can_be(citizens: list[Citizen]) -> None:
    shares = {citizen.family.number: citizen.family for citizen in citizens}
    assert sum(len(share.members) for share in shares.values()) == 500
    for share in shares.values():
        assert [member.entry for member in share.members] == list(range(1, len(share.members) + 1))
        relations = [member.relation for member in share.members]
        assert relations[0] is Relation.HOLDER
        assert relations.count(Relation.HOLDER) == 1
        children = [member for member in share.members if member.relation is Relation.CHILD]
        if children and number_of(share) not in UNUSUAL:
            _check_children(share.members[:2], children)
    assert len(shares["1001/1"].members) == 4  # the first card shows a whole record


def number_of(share: FamilyShare) -> int:
    """Its place among the demo's families, from 1."""
    return int(share.number.partition("/")[0]) - 1000


def test_families_as_few_are(citizens: list[Citizen]) -> None:
    """Two mothers, a father alone, a mother alone where nobody knows of a father, fourteen children, two fathers."""
    shares = {number_of(citizen.family): citizen.family for citizen in citizens}
    for number, family in UNUSUAL.items():
        grown = [one for one in shares[number].members if one.relation is not Relation.CHILD]
        children = [one for one in shares[number].members if one.relation is Relation.CHILD]
        assert (tuple(one.sex for one in grown), len(children)) == (family.parents, family.children)
        births = [child.born for child in children]
        assert all((later - earlier).days > 365 for earlier, later in pairwise(births))
        for child in children:
            assert len(child.known_parents) == (1 if family.unknown else 2)
            theirs = [(parent.sex, parent.given) for parent in child.known_parents]
            assert all((one.sex, one.given) in theirs for one in grown)
            assert all(child.born.year - one.born.year >= 20 for one in grown)
    assert len({one.sex for one in shares[21].members[:2]}) == 1 and shares[21].members[0].marriage is not None
    assert shares[21].members[0].marriage.rite is not Rite.RELIGIOUS


def test_what_the_register_tells_of_them_fits(citizens: list[Citizen]) -> None:
    numbers = [citizen.member.number for citizen in citizens]
    assert len(set(numbers)) == 500 and all(numbers)
    by_number = {resident_number(place): citizen for place, citizen in enumerate(citizens)}
    for citizen in citizens:
        member = citizen.member
        assert member.registered is not None and member.born <= member.registered <= TODAY
        assert member.birth_act is None or member.birth_act.year == member.born.year
        for parent in (by_number[number] for number in member.parents):
            assert parent.family == citizen.family and parent.member.born < member.born
        if member.relation is Relation.CHILD:
            assert len(member.parents) == sum(one.relation is not Relation.CHILD for one in citizen.family.members)
        if (marriage := member.marriage) is not None and marriage.act is not None:
            partnered = marriage.rite is Rite.PARTNERSHIP
            assert member.marital is (Marital.PARTNERED if partnered else Marital.MARRIED)
            first = min(
                (one.born.year for one in citizen.family.members if one.relation is Relation.CHILD), default=9999
            )
            usual = number_of(citizen.family) not in UNUSUAL
            assert member.born.year + 18 <= marriage.act.year <= (min(first, TODAY.year) if usual else TODAY.year)
    assert {citizen.member.marital for citizen in citizens} == set(Marital)
    assert any(citizen.member.latin for citizen in citizens)
    assert any(citizen.member.citizenship == "πολιτογράφηση" for citizen in citizens)
    without = [citizen for citizen in citizens if citizen.member.birth_act is None]
    assert without and without[0].family != citizens[0].family, "so that a booth can say what is missing"


def _check_children(parents: tuple[FamilyMember, ...], children: list[FamilyMember]) -> None:
    father, mother = sorted(parents, key=lambda parent: parent.sex is Sex.FEMALE)
    assert (father.sex, mother.sex) == (Sex.MALE, Sex.FEMALE)
    assert len({child.given for child in children}) == len(children)
    for child in children:
        assert child.surname == (father.surname if child.sex is Sex.MALE else feminine(father.surname))
        assert (child.father, child.mother) == (father.given, mother.given)
        assert 20 <= child.born.year - mother.born.year <= 49
        assert child.born.year - father.born.year >= 20
    assert [child.born for child in children] == sorted(child.born for child in children)


def test_parents_with_fourteen_children_are_a_dossier_of_the_one_size(citizens: list[Citizen]) -> None:
    """With all that a register can tell. Its length tells a booth, and whoever sees the line, nothing of a family."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
    secret = hashlib.sha256(b"as good as by chance").hexdigest()
    place = Polling(section="112", building="12ο Δημοτικό Σχολείο Καματερού", street="Λεωφόρος Φυλής 124", room="Α12",
                    voter_number="1234567890123")  # fmt: skip

    def letters(citizen: Citizen) -> int:
        dossier = Dossier(
            version=2, municipality="agioi-anargyroi-kamatero", card="AAK-000001", resident=resident_number(1),
            sequence=1, made_at=now, expires_at=now + timedelta(days=30), capacities=tuple(Capacity),
            person=citizen.person.model_copy(update={"polling": place}), family=citizen.family, secret=secret,
        )  # fmt: skip
        return len(sign_matter(dossier.pack(), key, kid=KID, typ=DOSSIER_TYPE))

    families = {citizen.family.number: citizen for citizen in reversed(citizens)}  # each by its first member
    largest = max(families.values(), key=lambda citizen: len(citizen.family.members))
    assert len(largest.family.members) == 16
    # And not much larger: everybody's dossier is as large as theirs.
    assert max(map(letters, families.values())) <= DOSSIER_SIZE < 1.1 * letters(largest)


def test_given_names_surnames_and_addresses_fit(citizens: list[Citizen]) -> None:
    men, women = set(SURNAMES), {feminine(surname) for surname in SURNAMES}
    for citizen in citizens:
        member, male = citizen.member, citizen.member.sex is Sex.MALE
        assert member.given in (MEN if male else WOMEN)
        assert member.surname in (men if male else women)
        assert citizen.person.postcode in {postcode for postcode, _ in STREETS[citizen.family.unit]}
        assert member.born <= TODAY
    assert set(Counter(citizen.family.unit for citizen in citizens)) == set(UNITS)


def test_capacities(citizens: list[Citizen]) -> None:
    by: dict[Capacity, list[Citizen]] = defaultdict(list)
    for citizen in citizens:
        for capacity in citizen.capacities:
            by[capacity].append(citizen)
    assert len(by[Capacity.RESIDENT]) == 500
    assert 250 < len(by[Capacity.ELECTOR]) < 500
    assert all(TODAY.year - citizen.member.born.year >= 17 for citizen in by[Capacity.ELECTOR])
    assert 5 < len(by[Capacity.STAFF]) < 30
    assert by[Capacity.ADMINISTRATION]


@pytest.mark.parametrize(
    ("man", "woman"),
    [
        ("Παπαδόπουλος", "Παπαδοπούλου"),
        ("Κόκκινος", "Κοκκίνου"),
        ("Βλάχος", "Βλάχου"),
        ("Ξανθός", "Ξανθού"),
        ("Νικολαΐδης", "Νικολαΐδη"),
        ("Μακρής", "Μακρή"),
        ("Παππάς", "Παππά"),
        ("Ρήγας", "Ρήγα"),
        ("Γεωργίου", "Γεωργίου"),
        ("Μιχαήλ", "Μιχαήλ"),
    ],
)
def test_surnames_are_gendered(man: str, woman: str) -> None:
    assert feminine(man) == woman


@given(seed=st.integers(0, 10_000), day=st.dates(date(2026, 1, 1), date(2036, 12, 31)))
def test_any_town_on_any_day_is_valid(seed: int, day: date) -> None:
    """Person and FamilyShare check themselves when they are made: 29 February included."""
    citizens = make_residents(30, day, seed)
    assert len(citizens) == 30
    assert all(citizen.member.born <= day for citizen in citizens)
    again = make_residents(30, day, seed)
    assert [one.person for one in again] == [one.person for one in citizens]


def test_first_names_are_a_list_of_about_sixty_each() -> None:
    for names in (WOMEN, MEN):
        assert len(names) == len(set(names)) >= 60
