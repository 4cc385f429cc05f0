"""Who may have whose certificate: attacks on the rule, on values alone."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some
from pydantic import ValidationError

from municipality.matters.certificates.kinds import KINDS, Kind, Whose, of
from municipality.matters.certificates.messages import CertificateAct
from municipality.matters.certificates.rules import Refusal, may_issue, subject, subjects
from municipality.messages import Dossier
from municipality.residents import Capacity, CivilAct, FamilyMember, FamilyShare, Person, Relation, Sex

NOW = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
BIRTH = of("birth") or KINDS[0]
ACT = CivilAct(registry="Καματερού", number="117", year=1980)
# By their entry in the share; the register's number of each is R and the entry.
MOTHER, FATHER, CHILD, LITTLE, STEPCHILD, GROWN, LODGER = range(1, 8)


def member(entry: int, born: date, parents: tuple[int, ...] = (), given: str = "Μαρία") -> FamilyMember:
    relation = {MOTHER: Relation.HOLDER, FATHER: Relation.SPOUSE}.get(entry, Relation.CHILD)
    return FamilyMember(
        entry=entry, relation=relation, sex=Sex.FEMALE, surname="Ψαρρά", given=given, father="Κώστας", mother="Μαρία",
        born=born, birthplace="Καματερό", number=str(100 + entry), registered=born, birth_act=ACT,
        parents=tuple(f"R{parent}" for parent in parents),
    )  # fmt: skip


FAMILY = (
    member(LITTLE, date(2019, 3, 1), (MOTHER, FATHER)),
    member(MOTHER, date(1980, 5, 3), (8, 9)),
    member(FATHER, date(1979, 1, 1)),
    member(CHILD, date(2012, 6, 7), (MOTHER, FATHER)),
    member(STEPCHILD, date(2014, 2, 2), (FATHER,)),
    member(GROWN, date(2001, 1, 1), (MOTHER, FATHER)),
    # Of the same share, surname and mother's name, and the register names no parent.
    member(LODGER, date(2015, 9, 9)),
)


def dossier(entry: int, *members: FamilyMember, as_of: date = date(2026, 11, 29)) -> Dossier:
    return Dossier(
        municipality="m", card="KD-1", resident=f"R{entry}", sequence=1, made_at=NOW - timedelta(days=300),
        expires_at=NOW + timedelta(days=300), capacities=tuple(Capacity),
        family=FamilyShare(number="10482/3", unit="Καματερού", as_of=as_of, members=members or FAMILY),
        person=Person(entry=entry, afm="", amka="", street="Αγίου Δημητρίου 12", postcode="13451"),
    )  # fmt: skip


def whose(entry: int, kind: Kind = BIRTH) -> list[int]:
    return [one.entry for one in subjects(kind, dossier(entry), NOW)]


def test_a_parent_asks_for_themselves_and_for_their_own_children_under_age() -> None:
    """In the order of the share, and not of the file."""
    assert whose(MOTHER) == [MOTHER, CHILD, LITTLE]
    assert whose(FATHER) == [FATHER, CHILD, LITTLE, STEPCHILD]


@pytest.mark.parametrize("child", [CHILD, LITTLE, STEPCHILD, GROWN, LODGER])
def test_a_child_asks_for_nobody_else(child: int) -> None:
    assert whose(child) == [child]


@pytest.mark.parametrize("about", [FATHER, STEPCHILD, GROWN, LODGER, 8, 99, 0, -1])
def test_whom_the_screen_does_not_offer_is_refused_all_the_same(about: int) -> None:
    """The husband, his child of before, one who is of age, another child of the share, and nobody at all."""
    assert may_issue(BIRTH, dossier(MOTHER), NOW, about) is Refusal.NOT_OF_THEM
    assert subject(BIRTH, dossier(MOTHER), NOW, about) is None


@pytest.mark.parametrize("child", [CHILD, LITTLE])
def test_a_childs_card_does_not_ask_for_its_parents_or_for_its_sister(child: int) -> None:
    others = {one.entry for one in FAMILY} - {child}
    assert {may_issue(BIRTH, dossier(child), NOW, other) for other in others} == {Refusal.NOT_OF_THEM}


def test_the_card_of_another_family_has_no_child_of_this_one() -> None:
    """A stranger with the entry, and even the number, of none of its parents."""
    stranger = dossier(MOTHER).model_copy(update={"resident": "R50"})
    assert [one.entry for one in subjects(BIRTH, stranger, NOW)] == [MOTHER]
    assert may_issue(BIRTH, stranger, NOW, CHILD) is Refusal.NOT_OF_THEM


def test_a_divorced_parents_child_stands_in_the_others_share() -> None:
    """The register still names both parents; the share of the one who has left it holds no child."""
    alone = dossier(FATHER, FAMILY[2])
    assert [one.entry for one in subjects(BIRTH, alone, NOW)] == [FATHER]
    assert may_issue(BIRTH, alone, NOW, CHILD) is Refusal.NOT_OF_THEM
    new_wife = dossier(FATHER, member(FATHER, date(1990, 1, 1)), FAMILY[3]).model_copy(update={"resident": "R60"})
    assert [one.entry for one in subjects(BIRTH, new_wife, NOW)] == [FATHER], "in the old one's place, not her child"


@pytest.mark.parametrize("kind", [one for one in KINDS if one.whose is Whose.OWN], ids=lambda one: one.document)
def test_every_other_kind_is_for_its_holder_alone(kind: Kind) -> None:
    assert whose(MOTHER, kind) == [MOTHER]
    assert may_issue(kind, dossier(MOTHER), NOW, CHILD) is Refusal.NOT_OF_THEM


@pytest.mark.parametrize(
    ("born", "at", "minor"),
    [
        (date(2008, 12, 1), datetime(2026, 11, 30, 21, 59, 59, tzinfo=UTC), True),  # 23:59 in Athens, the day before
        (date(2008, 12, 1), datetime(2026, 11, 30, 22, 0, tzinfo=UTC), False),  # midnight in Athens, not in London
        (date(2008, 12, 1), datetime(2026, 12, 2, 12, 0, tzinfo=UTC), False),
        (date(2008, 7, 1), datetime(2026, 6, 30, 20, 59, 59, tzinfo=UTC), True),  # in summer an hour earlier
        (date(2008, 7, 1), datetime(2026, 6, 30, 21, 0, tzinfo=UTC), False),
        (date(2008, 2, 29), datetime(2026, 2, 27, 12, 0, tzinfo=UTC), True),
        (date(2008, 2, 29), datetime(2026, 2, 28, 12, 0, tzinfo=UTC), False),
    ],
)
def test_of_age_from_the_birthday_in_athens(born: date, at: datetime, minor: bool) -> None:
    family = (FAMILY[1], member(CHILD, born, (MOTHER,)))
    found = dossier(MOTHER, *family, as_of=date(2026, 1, 1))
    assert [one.entry for one in subjects(BIRTH, found, at)] == [MOTHER, CHILD][: 1 + minor]
    assert may_issue(BIRTH, found, at, CHILD) is (None if minor else Refusal.NOT_OF_THEM)


@pytest.mark.parametrize(("as_of", "minor"), [(date(2026, 11, 30), True), (date(2026, 12, 1), False)])
def test_a_clock_that_is_behind_the_register_makes_nobody_younger(as_of: date, minor: bool) -> None:
    family = (FAMILY[1], member(CHILD, date(2008, 12, 1), (MOTHER,)))
    found = dossier(MOTHER, *family, as_of=as_of)
    early = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
    assert [one.entry for one in subjects(BIRTH, found, early)] == [MOTHER, CHILD][: 1 + minor]


@given(born=some.dates(date(1900, 1, 1), date(2100, 12, 31)), days=some.integers(-40_000, 40_000))
def test_an_age_goes_one_way(born: date, days: int) -> None:
    """Whoever is of age stays so, and has lived eighteen years."""
    child, day = member(CHILD, born), born + timedelta(days=6570 + days % 12)
    assert child.is_minor(day) or not child.is_minor(day + timedelta(days=abs(days)))
    assert child.is_minor(born + timedelta(days=6570)) and not child.is_minor(born + timedelta(days=6576))


def test_what_a_paper_about_a_child_says_on_its_way() -> None:
    """Whose it is stands in the act of another's paper, and nowhere in one's own: that is as booths wrote it before."""
    own = CertificateAct(
        number="Α/2026/000001", code="7F3K-92QD-LM8X-0A4T", document="birth", as_of=NOW.date(), digest="0" * 64
    )
    assert '"about"' not in own.text() and '"version":1' in own.text()
    childs = CertificateAct.model_validate({**dict(own), "version": 2, "about": CHILD})
    assert CertificateAct.read(childs.text()) == childs and '"about":3' in childs.text()
    for change in ({"version": 1}, {"about": None}, {"about": 0}):
        with pytest.raises(ValidationError):
            CertificateAct.model_validate({**dict(childs), **change})


def test_the_paper_names_who_asked_for_it() -> None:
    child = subject(BIRTH, dossier(MOTHER), NOW, CHILD)
    assert child is not None
    assert BIRTH.last(dossier(MOTHER), child)[0] == (
        "Εκδίδεται με αίτηση του γονέα: **Ψαρρά Μαρία**, για κάθε νόμιμη χρήση."
    )
    assert BIRTH.last(dossier(MOTHER))[0] == "Εκδίδεται με αίτηση του ίδιου προσώπου, για κάθε νόμιμη χρήση."
