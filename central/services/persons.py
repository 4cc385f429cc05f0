"""What the centre holds on one person, for that person (GDPR art. 15 and 20). Written down as an act of the staff.

Must never tell what somebody voted, nor which ciphertext is theirs: a copy of this may be demanded by others.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from central.services.centre import Centre
from central.store import Tx, audit
from central.store import persons as rows
from central.store import registry as registry_rows
from municipality.messages import Election
from municipality.residents import FamilyShare, Person
from municipality.retention import RULES


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
        content = _content(tx, centre.settings.municipality, found.resident, now)
        audit.note(tx, who, role, "person.export", card, now)
    return Held(content, _text(content))


def _content(tx: Tx, municipality: str, resident: str, now: datetime) -> dict[str, Any]:
    cards = rows.cards_of(tx, resident)
    numbers = [str(card["card"]) for card in cards]
    holder = next((one for one in registry_rows.holders_of(tx, numbers) if one.person is not None), None)
    return {
        "municipality": municipality,
        "made_at": now.isoformat(timespec="seconds"),
        "resident": resident,
        "roll": None if holder is None else _roll(holder),
        "cards": [_plain({key: value for key, value in card.items() if key != "municipality_id"}) for card in cards],
        "votes": _votes(tx, numbers),
        "elsewhere": {
            name: [_plain(row) for row in found] for name, found in rows.elsewhere(tx, numbers, resident).items()
        },
        "acts_of_staff": [_plain(row) for row in rows.acts_about(tx, [resident, *numbers])],
    }


def _roll(holder: registry_rows.Holder) -> dict[str, Any]:
    """The person's own entry and the family record as their dossier has it: they may take a certificate of it."""
    return {
        "person": Person.model_validate_json(holder.person or "").model_dump(mode="json"),
        "family": FamilyShare.model_validate_json(holder.share or "").model_dump(mode="json"),
        "capacities": json.loads(holder.capacities or "[]"),
    }


def _votes(tx: Tx, numbers: Sequence[str]) -> list[dict[str, Any]]:
    """Whether somebody was on the roll of a vote, and how many ballots came from their cards, while that is known."""
    sent = rows.votes(tx, numbers)
    return [
        {
            "election": election,
            "title": Election.read(notice).title.el,
            "state": state,
            "on_the_roll": bool(set(numbers) & set(json.loads(roll))),
            "ballots_received": sent.get(election, 0),
        }
        for election, state, notice, roll in rows.rolls(tx)
    ]


def _plain(row: Mapping[str, object]) -> dict[str, Any]:
    return {name: _value(value) for name, value in row.items()}


def _value(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else value


_HEAD = """ΤΙ ΤΗΡΕΙ Ο ΔΗΜΟΣ ΓΙΑ ΕΣΑΣ
Αντίγραφο κατά τα άρθρα 15 και 20 του ΓΚΠΔ. Έγινε στις {made_at}.

Το αντίγραφο δεν λέει τι ψηφίσατε: αυτό δεν το γνωρίζει κανείς. Δεν λέει ούτε ποιο κρυπτογράφημα είναι δικό σας, για να
μην μπορεί να σας το ζητήσει κάποιος. Ώσπου να περάσει ο χρόνος των ενστάσεων, ο Δήμος τηρεί χωριστά ποια κάρτα
έστειλε ποιο κρυπτογράφημα· ύστερα αυτό καταστρέφεται.
"""
_TITLES = {
    "roll": "Η εγγραφή σας στον κατάλογο",
    "cards": "Οι κάρτες σας",
    "votes": "Συμβουλευτικές ψηφοφορίες",
    "elsewhere": "Άλλες εγγραφές",
    "acts_of_staff": "Πράξεις υπαλλήλων που σας αφορούν",
}


def _text(content: Mapping[str, Any]) -> str:
    lines = [_HEAD.format(made_at=content["made_at"])]
    for name, title in _TITLES.items():
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
