"""Kinds of certificate are data: whatever kind there is says only what the dossier has, in words of both languages."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import ValidationError

from assets.texts import catalogue
from municipality.matters.certificates.fields import FIELDS, place_of
from municipality.matters.certificates.kinds import AT_THE_OFFICE, KINDS, Basis, Certainty, Kind, of
from municipality.matters.certificates.messages import CertificateAct, VoidAct
from municipality.matters.certificates.rules import Refusal, may_issue
from municipality.messages import Dossier
from municipality.residents import (
    Capacity,
    CivilAct,
    FamilyMember,
    FamilyShare,
    Latin,
    Marital,
    Marriage,
    Person,
    Relation,
    Rite,
    Sex,
)

NOW = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.document)


def member(entry: int, relation: Relation, sex: Sex, given: str) -> FamilyMember:
    surname = "Παπαδόπουλος" if sex is Sex.MALE else "Παπαδοπούλου"
    return FamilyMember(
        entry=entry, relation=relation, sex=sex, surname=surname, given=given, father="Κώστας", mother="Ελένη",
        born=date(1980, 2, 29), birthplace="Καματερό", number=f"4821{entry}", registered=date(1980, 3, 20),
        birth_act=CivilAct(registry="Καματερού", number="117", year=1980, volume="2Β"), family_of_mother="Ψαρρά",
        citizenship="γέννηση", marital=Marital.MARRIED,
        marriage=Marriage(
            rite=Rite.CIVIL, degree=2, act=CivilAct(registry="Ληξιαρχείο Αθηναίων", number="9", year=2001)
        ),
    )  # fmt: skip


def dossier(*capacities: Capacity, entry: int = 7) -> Dossier:
    """Of the spouse, who stands second in the table, and whose entry is the higher number."""
    family = FamilyShare(
        number="10482/3",
        unit="Καματερού",
        as_of=date(2026, 11, 29),
        members=(member(7, Relation.SPOUSE, Sex.FEMALE, "Άννα"), member(3, Relation.HOLDER, Sex.MALE, "Πέτρος")),
    )
    return Dossier(
        municipality="m", card="KD-1", resident="R1", sequence=1, made_at=NOW - timedelta(hours=9),
        expires_at=NOW + timedelta(days=9), family=family, capacities=capacities,
        person=Person(entry=entry, afm="", amka="", street="Αγίου Δημητρίου 12", postcode="13451"),
    )  # fmt: skip


def paper(document: str) -> CertificateAct:
    return CertificateAct(
        number="Α/2026/000001", code="7F3K-92QD-LM8X-0A4T", document=document, as_of=NOW.date(), digest="0" * 64
    )


def void(document: str) -> VoidAct:
    return VoidAct(number="Α/2026/000001", document=document, digest="0" * 64)


@every_kind
def test_a_kind_says_only_what_a_dossier_has(kind: Kind) -> None:
    named = set(re.findall(r"{(.*?)}", " ".join((*kind.text, *kind.closing)))) | set(kind.facts)
    assert named <= {*FIELDS, "purpose"} and set(kind.needs) <= {*kind.facts, *named}
    resident = dossier(Capacity.RESIDENT)
    said = [*kind.paragraphs(resident), *kind.last(resident), *(value for _label, value in kind.rows(resident))]
    assert said and all(said)
    assert not any("{" in words or words.count("**") % 2 for words in said)
    assert re.fullmatch(r"[a-z][a-z_]*", kind.document)


@every_kind
def test_a_kind_has_its_words_in_every_language(kind: Kind) -> None:
    labels = [label for label, _value in kind.rows(dossier(*Capacity))]
    for words in (kind.title, kind.note, *labels, *(FIELDS[name].label for name in (*kind.facts, *kind.needs))):
        assert re.search("[α-ω]", words.el) and not re.search("[Α-Ωα-ω]", words.en)
        assert catalogue("sq").gettext(words.en) != words.en


@every_kind
def test_a_kind_is_known_by_one_name_on_the_wire(kind: Kind) -> None:
    assert of(kind.document) is kind
    assert [one.document for one in KINDS].count(kind.document) == 1
    for act in (paper(kind.document), void(kind.document)):
        assert type(act).read(act.text()) == act and act.document == kind.document


@pytest.mark.parametrize("act", [paper, void])
def test_a_name_that_is_no_kind_is_refused_and_not_repeated(act: Callable[[str], CertificateAct | VoidAct]) -> None:
    with pytest.raises(ValidationError):
        act("birth_of_nobody")
    known = act(KINDS[0].document)
    text = known.text().replace(KINDS[0].document, "birth_of_nobody")
    with pytest.raises(ValueError, match=rf"^{type(known).__name__}: document$"):
        type(known).read(text)


def test_the_place_is_that_of_the_table() -> None:
    """By entry, not in the order in which the register wrote them."""
    assert (place_of(dossier(entry=3)), place_of(dossier(entry=7))) == (1, 2)


@every_kind
def test_who_may_have_it(kind: Kind) -> None:
    everybody = dossier(*Capacity)
    assert may_issue(kind, everybody, NOW) is None
    if kind.who is not None:
        others = dossier(*(one for one in Capacity if one is not kind.who))
        assert may_issue(kind, others, NOW) is Refusal.NOT_FOR_YOU
    for at, refusal in (
        (everybody.expires_at - timedelta(seconds=1), None),
        (everybody.expires_at, Refusal.DOSSIER_TOO_OLD),
        (everybody.made_at - timedelta(minutes=5), None),
        (everybody.made_at - timedelta(minutes=5, seconds=1), Refusal.CLOCK_IN_DOUBT),
    ):
        assert may_issue(kind, everybody, at) is refusal


def test_what_an_official_looks_at_is_told_in_every_language_and_is_no_kind() -> None:
    for one in AT_THE_OFFICE:
        for words in (one.title, one.note):
            assert re.search("[α-ω]", words.el) and not re.search("[Α-Ωα-ω]", words.en)
            assert catalogue("sq").gettext(words.en) != words.en
        assert of(one.name) is None


def test_a_basis_that_a_lawyer_has_still_to_name_is_not_printed() -> None:
    for words, certainty in (("ν. 1/2000", Certainty.OPEN), ("", Certainty.READ), ("", Certainty.HEARD)):
        with pytest.raises(ValueError, match="printed"):
            Basis(words, certainty)
    said = {kind.document: dict(told_terms(kind)).get("Νομική βάση") for kind in KINDS}
    assert said["permanent_residence"] == "άρθρο 279 του ν. 3463/2006"
    assert said["birth"] is None


@every_kind
def test_the_terms_are_what_the_kind_says(kind: Kind) -> None:
    terms = dict(told_terms(kind))
    age = "29 Νοεμβρίου 2026, όπως τα είχε ο Δήμος στις 30 Νοεμβρίου 2026, ώρα 03:00"
    assert (terms["Στοιχεία μητρώου της"], terms["Τέλος"]) == (age, "Χωρίς χρέωση")
    assert terms.get("Ισχύς") == ("Έξι μήνες από την έκδοση" if kind.document == "family_status" else None)
    assert dict(told_terms(replace(kind, fee=305)))["Τέλος"] == "3,05 €"


def told_terms(kind: Kind) -> list[tuple[str, str]]:
    return [(label.el, value) for label, value in kind.terms(dossier())]


def told(kind: Kind, member: FamilyMember) -> list[str]:
    """The labels and values of a paper about this member."""
    found = dossier()
    family = found.family.model_copy(update={"members": (member,)})
    alone = found.model_copy(update={"family": family, "person": found.person.model_copy(update={"entry": 7})})
    return [f"{label.el}: {value}" for label, value in kind.rows(alone)]


BIRTH, ENTRY = (of(name) or KINDS[0] for name in ("birth", "roll_entry"))
ANNA = member(7, Relation.SPOUSE, Sex.FEMALE, "Άννα")


@pytest.mark.parametrize(
    ("parents", "lines"),
    [
        ({}, ["Όνομα πατέρα: Κώστας", "Όνομα μητέρας: Ελένη"]),
        ({"father": "", "mother2": "Ζωή"}, ["Όνομα μητέρας: Ελένη", "Όνομα μητέρας: Ζωή"]),
        ({"mother": "", "father2": "Πάνος"}, ["Όνομα πατέρα: Κώστας", "Όνομα πατέρα: Πάνος"]),
        ({"father": ""}, ["Όνομα μητέρας: Ελένη"]),
        ({"mother": ""}, ["Όνομα πατέρα: Κώστας"]),
        ({"father": "", "mother": ""}, []),
    ],
)
def test_parents_are_named_by_their_own_sex_and_only_those_that_are_known(
    parents: dict[str, str], lines: list[str]
) -> None:
    said = told(BIRTH, ANNA.model_copy(update=parents))
    assert [line for line in said if line.startswith(("Όνομα πατέρα", "Όνομα μητέρας"))] == lines


def test_a_birth_says_its_act_and_the_name_as_a_passport_has_it() -> None:
    said = told(BIRTH, ANNA)
    assert "Ληξιαρχική πράξη γέννησης: αριθμός 117, τόμος 2Β, έτος 1980, Ληξιαρχείο Καματερού" in said
    assert "Με λατινικούς χαρακτήρες: Papadopoulou Anna" in said and "Αριθμός δημοτολογίου: 48217" in said
    passport = ANNA.model_copy(update={"latin": Latin(surname="Papadopulu", given="Anne")})
    assert "Με λατινικούς χαρακτήρες: Papadopulu Anne" in told(BIRTH, passport)


def test_what_the_roll_has_not_told_is_left_out() -> None:
    bare = ANNA.model_copy(update={"family_of_mother": "", "citizenship": ""})
    assert not any(line.startswith(("Γένος", "Τρόπος")) for line in (*told(BIRTH, bare), *told(ENTRY, bare)))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.needs], ids=lambda kind: kind.document)
def test_what_a_kind_cannot_be_without_is_named_before_a_number_is_spent(kind: Kind) -> None:
    fields = {"birth_act": None, "number": "", "registered": None}
    for name in kind.needs:
        found = dossier(*Capacity)
        less = found.family.members[0].model_copy(update={name: fields[name]})
        family = found.family.model_copy(update={"members": (less, found.family.members[1])})
        lacking = found.model_copy(update={"family": family})
        assert kind.missing(lacking) == (FIELDS[name].label,)
        assert may_issue(kind, lacking, NOW) is Refusal.FACT_MISSING
