"""The municipal register by hand: the roll as the rows of its file, files of them, and two registrars."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from card_reader import Slot
from central.kernel.centre import Centre
from central.office.roll import applying
from central.office.roll import records as roll_records
from central.store.line import feed
from central.store.office import roll as roll_rows
from municipality.messages import DOSSIER_TYPE, Dossier, ItemKind
from municipality.roll.columns import FACTS, REQUIRED, Column
from municipality.roll.record import Record
from sync import agree_with, open_sealed, verify_matter

AS_OF = date(2026, 11, 21)
MARIA, KOSTAS = ("acc-maria", "registrar"), ("acc-kostas", "registrar")
# The columns that a file must have; what else the roll holds of somebody stays as it is where these are all.
HEADINGS = [column.value for column in REQUIRED]
ALL_HEADINGS = [column.value for column in Column]


def facts_of_everyone(centre: Centre) -> dict[str, dict[str, str]]:
    """What the roll holds besides, by resident."""
    with centre.store.reading() as tx:
        records = [roll_records.as_record(one) for one in roll_rows.everybody(tx)]
    return {one.person: {column.value: getattr(one, column.value) for column in FACTS} for one in records}


def everyone(centre: Centre) -> dict[str, dict[str, Any]]:
    """What the roll holds, as rows of a register's file with the columns that it must have, by resident."""
    with centre.store.reading() as tx:
        records = [roll_records.as_record(one) for one in roll_rows.everybody(tx)]
    return {record.person: row_of(record) for record in records}


def row_of(record: Record) -> dict[str, Any]:
    words = {True: "yes", False: "no"}
    return {
        name: words.get(value, value) if isinstance(value, bool) else value
        for name, value in record.values().items()
        if name in HEADINGS
    }


def as_csv(rows: list[dict[str, Any]], delimiter: str = ";", more: Iterable[str] = ()) -> bytes:
    """`more`: columns that it need not have."""
    out = io.StringIO()
    writer = csv.DictWriter(out, [*HEADINGS, *more], delimiter=delimiter, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def as_json(rows: list[dict[str, Any]]) -> bytes:
    return json.dumps(rows, ensure_ascii=False).encode()


def preview(centre: Centre, rows: list[dict[str, Any]], *, whole: bool = False, **more: Any) -> Any:
    who, role = more.pop("by", MARIA)
    raw = more.pop("raw", None) or as_csv(rows)
    as_of = more.pop("as_of", AS_OF)
    return applying.preview(centre, raw, as_of=as_of, whole=whole, who=who, role=role, **more)


def confirm(centre: Centre, upload: str, typed: str, by: tuple[str, str] = MARIA) -> Any:
    return applying.confirm(centre, upload, typed, who=by[0], role=by[1])


def apply(centre: Centre, upload: str, by: tuple[str, str] = KOSTAS, typed: str = "") -> Any:
    return applying.apply(centre, upload, who=by[0], role=by[1], typed=typed)


def dossier_of(town: Any, centre: Centre, card: Any) -> Dossier | None:
    """What the card opens now, whoever it is; None if it has none."""
    with centre.store.reading() as tx:
        item = feed.find(tx, ItemKind.DOSSIER, card.number)
    if item is None or not item.body:
        return None
    token = open_sealed(item.body, agree_with(card.keys[Slot.KEY_MANAGEMENT]), kid=card.number).decode()
    return Dossier.unpack(verify_matter(token, {"centre": town.booth().centre_signing}, typ=DOSSIER_TYPE))
