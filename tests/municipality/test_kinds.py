"""Kinds of certificate are data: whatever kind there is says only what the dossier has, in words of both languages."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import ValidationError

from assets.texts import catalogue
from municipality.matters.certificates.kinds import FIELDS, KINDS, Kind, of, place_of
from municipality.matters.certificates.messages import CertificateAct, VoidAct
from municipality.matters.certificates.rules import Refusal, may_issue
from municipality.messages import Dossier
from municipality.residents import Capacity, FamilyMember, FamilyShare, Person, Relation, Sex

NOW = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.document)


def member(entry: int, relation: Relation, sex: Sex, given: str) -> FamilyMember:
    surname = "Παπαδόπουλος" if sex is Sex.MALE else "Παπαδοπούλου"
    return FamilyMember(
        entry=entry, relation=relation, sex=sex, surname=surname, given=given, father="Κώστας", mother="Ελένη",
        born=date(1980, 2, 29), birthplace="Καματερό",
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
    assert named <= FIELDS.keys()
    resident = dossier(Capacity.RESIDENT)
    said = [*kind.paragraphs(resident), *kind.last(resident), *(value for _label, value in kind.rows(resident))]
    assert said and all(said)
    assert not any("{" in words or words.count("**") % 2 for words in said)
    assert re.fullmatch(r"[a-z][a-z_]*", kind.document)


@every_kind
def test_a_kind_has_its_words_in_every_language(kind: Kind) -> None:
    for words in (kind.title, kind.note, *(FIELDS[name].label for name in kind.facts)):
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
