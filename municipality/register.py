"""What the house knows by asking every matter: failures, refusals, periods, acts and items by kind.

The kernels of booth and centre look here, and so name no matter.
"""

from collections.abc import Mapping
from typing import Any, Final

from municipality import failures, retention
from municipality.failures import Code, Failure
from municipality.matter import CENTRE_ONLY, EVERY_BOOTH, NOBODY, Act, Carried, Item, Matter, Section
from municipality.matters import MATTERS
from municipality.messages import BoothStatus, Dossier, ItemKind, Sections, Settings
from municipality.retention import HouseThing, Rule, Thing
from municipality.words import refusals

# What belongs to no matter: without settings nobody can be served, and a dossier serves them all.
HOUSE_ITEMS: Final = (
    Item(ItemKind.SETTINGS, Settings, Carried(NOBODY, EVERY_BOOTH), first=True),
    Item(
        ItemKind.DOSSIER,
        Dossier,
        Carried(
            "residents and their families: identity, numbers, address, family record, capacities",
            "every booth, sealed to the resident's card: readable only with card and PIN",
            (HouseThing.DOSSIERS, HouseThing.BOOTH_DOSSIERS),
        ),
        sealed=True,
    ),
    Item(
        ItemKind.SECTIONS,
        Sections,
        Carried(
            "residents: what each matter tells them; as much of everybody, told or not",
            "every booth, sealed under the secret in the card's dossier: readable only with card and PIN",
            (HouseThing.DOSSIERS, HouseThing.BOOTH_DOSSIERS),
        ),
        sealed=True,
    ),
)
STATUS: Final = Carried(
    "nobody: counts and conditions of a booth",
    CENTRE_ONLY,
    (HouseThing.METRICS,),
)

FAILURES: Final[Mapping[Code, Failure]] = {
    failure.code: failure for some in (failures.FAILURES, *(one.failures for one in MATTERS)) for failure in some
}
REFUSALS: Final[Mapping[str, str]] = {
    code: words for some in (refusals.REFUSALS, *(one.refusals for one in MATTERS)) for code, words in some.items()
}
RULES: Final[tuple[Rule, ...]] = (*retention.KEEPS, *(rule for one in MATTERS for rule in one.keeps))
ACTS: Final[Mapping[str, tuple[Matter, Act]]] = {act.kind: (one, act) for one in MATTERS for act in one.acts}
ITEMS: Final[Mapping[str, Item]] = {
    item.kind: item for item in (*HOUSE_ITEMS, *(item for one in MATTERS for item in one.items))
}
SECTIONS: Final[tuple[Section[Any], ...]] = tuple(one for matter in MATTERS for one in matter.sections)
# Messages by their name, as the record of processing lists them.
CARRIED: Final[Mapping[str, Carried]] = {
    BoothStatus.__name__: STATUS,
    **{one.form.__name__: one.carried for one in ITEMS.values()},
    **{act.form.__name__: act.carried for _, act in ACTS.values()},
    **{section.form.__name__: section.carried for section in SECTIONS},
}


def days(thing: Thing) -> int:
    """The period of a thing that has one. Raises ValueError for one that is not ended by time."""
    found = next(rule for rule in RULES if rule.thing == thing).days
    if found is None:
        raise ValueError(f"{thing} is not ended by time")
    return found
