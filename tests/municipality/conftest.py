"""A vote and two dossiers, one of an elector and one of a resident who is none."""

from datetime import UTC, date, datetime, timedelta

import pytest

from municipality.matters.votes.messages import Answer, BeleniosRecord, Election, Question
from municipality.messages import Dossier, Words
from municipality.residents import Capacity, FamilyMember, FamilyShare, Person, Relation, Sex

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def small_election() -> tuple[Election, Dossier, Dossier]:
    words = Words(el="α", en="a")
    answers = (Answer(text=words, note=words), Answer(text=words, note=words))
    election = Election(
        election="e1",
        title=words,
        introduction=words,
        questions=(Question(text=words, note=words, answers=answers, minimum=1, maximum=1, blank=True),),
        audience=Capacity.ELECTOR,
        opens=NOW,
        closes=NOW + timedelta(days=5),
        roll_size=1,
        grace_hours=72,
        floor=10,
        roll_digest="0" * 64,
        tool="2.0",
        belenios=BeleniosRecord(election="{}", trustees="[]"),
        parts=("1" * 64,),
        credentials_digest="1" * 64,
        officials="AAAA",
        booths={"b1": "2" * 64},
    )
    return election, dossier(Capacity.RESIDENT, Capacity.ELECTOR), dossier(Capacity.RESIDENT)


def dossier(*capacities: Capacity) -> Dossier:
    member = FamilyMember(
        entry=1,
        relation=Relation.HOLDER,
        sex=Sex.FEMALE,
        surname="Α",
        given="Β",
        father="Γ",
        mother="Δ",
        born=date(1980, 1, 1),
        birthplace="Ε",
    )
    return Dossier(
        municipality="m",
        card="KD-1",
        resident="R1",
        sequence=1,
        made_at=NOW,
        expires_at=NOW + timedelta(days=30),
        person=Person(entry=1, afm="000001045", amka="01018045672", street="Σ 1", postcode="13451"),
        family=FamilyShare(number="1/1", unit="Κ", as_of=NOW.date(), members=(member,)),
        capacities=capacities,
    )
