"""The register: the same nouns on each floor, and what every matter must say of itself."""

import central.matters
import kiosk.matters
from municipality.matters import MATTERS
from municipality.messages import ActKind, ItemKind


def test_each_floor_has_the_same_matters_in_the_same_order() -> None:
    nouns = [matter.noun for matter in MATTERS]
    assert [one.matter.noun for one in kiosk.matters.MATTERS] == nouns
    assert [one.matter.noun for one in central.matters.MATTERS] == nouns
    assert len(set(nouns)) == len(nouns)


def test_a_kind_that_travels_is_of_one_matter() -> None:
    acts = [act.kind for matter in MATTERS for act in matter.acts]
    items = [item.kind for matter in MATTERS for item in matter.items]
    assert sorted(acts) == sorted(ActKind)
    assert sorted([*items, ItemKind.SETTINGS, ItemKind.DOSSIER]) == sorted(ItemKind)
