"""Of a set-up: its pictures, and whether what is shown is what Belenios counts. Reads parts that have their shape."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from assets import pictures
from assets.pictures import Shown
from ballot_box import group
from ballot_box.election import combined_key


def pictures_in(plain: Mapping[str, Any]) -> tuple[Shown, ...]:
    """Each named by its place ("2" of a question, "2-1" of its first answer), in their order."""
    found: list[Shown] = []
    for number, question in enumerate(plain["questions"], start=1):
        places = [(f"{number}", question)]
        places += [(f"{number}-{place}", answer) for place, answer in enumerate(question["answers"], start=1)]
        found += [Shown(place, **one["picture"]) for place, one in places if "picture" in one]
    return tuple(found)


def pictures_fault(plain: Mapping[str, Any]) -> str:
    """Why they are not signed; "" if nothing speaks against them."""
    found = pictures_in(plain)
    if bool(found) != (plain["version"] == 4):
        return "version 4 has pictures, and 3 has none"
    return pictures.fault_of_all(found)


def counted_otherwise(plain: Mapping[str, Any]) -> str:
    """A ballot says "the second answer": what Belenios counts must be what is shown, in its order, and be closed with
    the trustees' key. Compared as text: of a part that stands there twice, two readers might take different ones."""
    belenios = plain["belenios"]["election"]
    try:
        key, theirs = json.loads(belenios)["public_key"], combined_key(plain["belenios"]["trustees"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return "what Belenios counts cannot be read"
    meant = {
        "version": 1,
        "description": plain["introduction"]["el"],
        "name": plain["title"]["el"],
        "group": group.NAME,
        "public_key": key,
        "questions": [_as_counted(one) for one in plain["questions"]],
        "uuid": plain["election"],
    }
    if belenios != json.dumps(meant, ensure_ascii=False, separators=(",", ":")):
        return "Belenios counts other questions than those that are shown"
    return "" if key == theirs else "its ballots would be closed with another key than that of its trustees"


def _as_counted(question: Mapping[str, Any]) -> dict[str, object]:
    """As belenios-tool writes it."""
    blank = {"blank": True} if question["blank"] else {}
    return {
        "answers": [answer["text"]["el"] for answer in question["answers"]],
        **blank,
        "min": question["minimum"],
        "max": question["maximum"],
        "question": question["text"]["el"],
    }
