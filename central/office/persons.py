"""What the centre holds on one person, for that person (GDPR art. 15 and 20). Written down as an act of the staff.

Must never tell what somebody voted, nor which ciphertext is theirs: a copy of this may be demanded by others.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from central.kernel.centre import Centre
from central.kernel.matter import Export
from central.store import Tx, audit
from central.store.office import persons as rows
from central.store.office import registry as registry_rows
from municipality.register import RULES
from municipality.residents import FamilyShare, Person


@dataclass(frozen=True, repr=False)
class Held:
    """`content`: plain JSON values. `text`: the same for reading, in Greek."""

    content: dict[str, Any]
    text: str


def export(centre: Centre, card: str, *, who: str, role: str) -> Held | None:
    """Everything held on the holder of `card`; None if there is no such card."""
    now = centre.clock()
    with centre.store.writing() as tx:
        found = registry_rows.find_card(tx, card)
        if found is None:
            return None
        content = _content(centre, tx, found.resident, now)
        audit.note(tx, who, role, "person.export", card, now)
    return Held(content, _text(content, centre.matters.exports))


def _content(centre: Centre, tx: Tx, resident: str, now: datetime) -> dict[str, Any]:
    cards = rows.cards_of(tx, resident)
    numbers = [str(card["card"]) for card in cards]
    exports = centre.matters.exports
    # Every table is looked into, also one that nobody thought of; a matter takes out what tells more than it may.
    others = rows.elsewhere(tx, numbers, resident, {table for export in exports for table in export.instead_of})
    holder = next((one for one in registry_rows.holders_of(tx, numbers) if one.person is not None), None)
    return {
        "municipality": centre.settings.municipality,
        "made_at": now.isoformat(timespec="seconds"),
        "resident": resident,
        "roll": None if holder is None else _roll(holder),
        "cards": [_plain({key: value for key, value in card.items() if key != "municipality_id"}) for card in cards],
        **{export.name: export.held(tx, numbers) for export in exports},
        "elsewhere": {name: [_plain(row) for row in found] for name, found in others.items()},
        "acts_of_staff": [_plain(row) for row in rows.acts_about(tx, [resident, *numbers])],
    }


def _roll(holder: registry_rows.Holder) -> dict[str, Any]:
    """The person's own entry and the family record as their dossier has it: they may take a certificate of it."""
    return {
        "person": Person.model_validate_json(holder.person or "").model_dump(mode="json"),
        "family": FamilyShare.model_validate_json(holder.share or "").model_dump(mode="json"),
        "capacities": json.loads(holder.capacities or "[]"),
    }


def _plain(row: Mapping[str, object]) -> dict[str, Any]:
    return {name: _value(value) for name, value in row.items()}


def _value(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else value


_HEAD = """ΤΙ ΤΗΡΕΙ Ο ΔΗΜΟΣ ΓΙΑ ΕΣΑΣ
Αντίγραφο κατά τα άρθρα 15 και 20 του ΓΚΠΔ. Έγινε στις {made_at}.

{notes}
"""


def _text(content: Mapping[str, Any], exports: Sequence[Export]) -> str:
    notes = "\n".join(export.note for export in exports if export.note)
    lines = [_HEAD.format(made_at=content["made_at"], notes=notes)]
    titles = {
        "roll": "Η εγγραφή σας στον κατάλογο",
        "cards": "Οι κάρτες σας",
        **{export.name: export.title for export in exports},
        "elsewhere": "Άλλες εγγραφές",
        "acts_of_staff": "Πράξεις υπαλλήλων που σας αφορούν",
    }
    for name, title in titles.items():
        lines += ["", title, "-" * len(title), *(_lines(content[name]) or ["(τίποτα)"])]
    lines += ["", "Πόσο διατηρείται το καθένα", "--------------------------"]
    lines += [f"  {rule.what.el}: {_period(rule.days)} από: {rule.counted_from.el}" for rule in RULES]
    return "\n".join(lines) + "\n"


def _lines(value: object, depth: int = 1) -> list[str]:
    space = "  " * depth
    if isinstance(value, Mapping):
        found: list[str] = []
        for name, one in value.items():
            if isinstance(one, Mapping | list):
                found += [f"{space}{name}:", *_lines(one, depth + 1)] if one else []
            elif one not in (None, ""):
                found.append(f"{space}{name}: {str(one).strip()}")
        return found
    if isinstance(value, list):
        parts = [_lines(one, depth) if isinstance(one, Mapping) else [f"{space}- {one}"] for one in value]
        return [line for part in parts for line in (*part, "")][:-1]
    return []


def _period(days: int | None) -> str:
    if days is None:
        return "χωρίς χρονικό όριο,"
    return "αμέσως," if days == 0 else f"{days} ημέρες,"
