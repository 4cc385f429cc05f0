"""A seeded town grown to any size, for tests of scale: families of three, without ΑΦΜ and ΑΜΚΑ, each with a card."""

from __future__ import annotations

import json
from datetime import date, timedelta

from card_reader import Authority
from central.demo.cards import certificates_only
from central.kernel.centre import Centre, read_key
from central.store.office import registry, roll
from municipality.residents import FamilyMember, FamilyShare, Person, Relation, Sex

_NAMES = (
    (Relation.HOLDER, Sex.MALE, "Παπαδόπουλος", "Γεώργιος", date(1975, 3, 4)),
    (Relation.SPOUSE, Sex.FEMALE, "Οικονόμου", "Αικατερίνη", date(1978, 7, 9)),
    (Relation.CHILD, Sex.FEMALE, "Παπαδοπούλου", "Μαρία", date(2005, 2, 1)),
)


def grow(centre: Centre, families: int, *, own_keys: bool = False) -> list[str]:
    """Add so many families of three, all electors with a card each; returns the cards' numbers.

    `own_keys`: certificates of each card's own; without, all have those of one card, which is enough to seal to.
    """
    authority = Authority(centre.card_authorities[0], read_key("keys.card_authority", centre.settings.card_authority))
    issued = centre.clock() - timedelta(days=30)
    pattern = certificates_only(authority, "KD-000000", "R0", issued)
    numbers: list[str] = []
    for some in roll.batches(range(families)):
        shares, people, cards = {}, [], []
        for family in some:
            number = f"{200_000 + family}/1"
            shares[number] = _share(number, centre.clock().date()).model_dump_json()
            for entry in (1, 2, 3):
                resident, card = f"L{family:06d}-{entry}", f"KL-{3 * family + entry:06d}"
                person = Person(entry=entry, afm="", amka="", street=f"Οδός {family % 140 + 1}", postcode="13451")
                capacities = json.dumps(["resident", "elector"])
                people.append(registry.Resident(resident, number, person.model_dump_json(), capacities))
                made = certificates_only(authority, card, resident, issued) if own_keys else pattern
                cards.append(registry.Card(**{**vars(made), "card": card, "resident": resident}))
                numbers.append(card)
        with centre.store.writing() as tx:
            registry.add_families(tx, shares)
            registry.add_residents(tx, people)
            registry.add_cards(tx, cards)
    return numbers


def _share(number: str, as_of: date) -> FamilyShare:
    members = tuple(
        FamilyMember(
            entry=entry,
            relation=relation,
            sex=sex,
            surname=surname,
            given=given,
            father="Ιωάννης",
            mother="Ελένη",
            born=born,
            birthplace="Αθήνα",
        )
        for entry, (relation, sex, surname, given, born) in enumerate(_NAMES, start=1)
    )
    return FamilyShare(number=number, unit="Αγίων Αναργύρων", as_of=as_of, members=members)
