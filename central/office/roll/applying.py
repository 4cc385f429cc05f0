"""The roll follows the municipal register: a file is checked (`check`), another officer applies it, all of it or
nothing; what weighs more than the limits, both confirm by typing its count.

Must never log or raise what stood in a row, apply what its uploader alone has seen, or change a roll that has moved
on since the preview.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from central.kernel.centre import Centre
from central.office.roll.check import MOST_FAULTS as MOST_FAULTS
from central.office.roll.check import BadRows as BadRows
from central.office.roll.check import faults_file as faults_file
from central.office.roll.check import preview as preview
from central.office.roll.merge import move_cards
from central.office.roll.records import Previewed as Previewed
from central.office.roll.records import Told, as_record, limits_of, read_record
from central.store import Tx, audit
from central.store.office import registry as registry_rows
from central.store.office import roll as rows
from central.store.office import staff
from central.store.office.roll import Wanted as Wanted
from municipality.residents import Capacity, FamilyMember, FamilyShare
from municipality.roll.record import FROM_A_FILE, Record, family_share
from municipality.roll.weight import Weight


@dataclass(frozen=True)
class Applied:
    """`version`: the roll's new version. `blocked`: cards of those who left or died."""

    version: int
    counts: dict[str, int]
    blocked: tuple[str, ...]


class Why(StrEnum):
    """Why an import is not applied or discarded now."""

    UNKNOWN = "unknown-import"
    DECIDED = "decided-already"
    SAME_OFFICER = "a-second-officer-must-decide"
    ROLL_CHANGED = "the-roll-has-changed-since"
    CARDS_CHANGED = "the-cards-have-changed-since"
    UPLOADER_GONE = "proposer-gone"
    NOT_YOUR_ROLE = "not-your-role"
    NOT_CONFIRMED = "first-person-has-not-confirmed"
    NOT_THE_FIRST = "only-who-brought-it-confirms"
    WRONG_COUNT = "another-count"
    NOTHING_HEAVY = "nothing-to-confirm"


@dataclass(frozen=True)
class NotNow:
    why: Why


@dataclass(frozen=True, repr=False)
class Shown:
    """One line of a preview: who, what, and the names of the fields that differ. `other`: the number that the same
    person has, or had."""

    resident: str
    what: str
    fields: tuple[str, ...]
    other: str = ""


@dataclass(frozen=True, repr=False)
class Page:
    """Some lines of a preview. `of`: how many there are in all; `after`: where the next page begins, "" at the end."""

    lines: tuple[Shown, ...]
    of: int
    after: str


class _Changed(Exception):
    """The roll, or who has a card, is no longer what the preview saw; ends the transaction."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


def confirm(centre: Centre, upload: str, typed: str, *, who: str, role: str) -> NotNow | None:
    """Who brought a file that weighs more than the limits types the count of what is gravest in it, as the second
    person does when they apply it. It holds for this preview alone."""
    now = centre.clock()
    with centre.store.writing() as tx:
        base = rows.version(tx, lock=True)
        one = rows.find_import(tx, upload, lock=True)
        if one is None or one.state != rows.PREVIEWED:
            return NotNow(Why.UNKNOWN if one is None else Why.DECIDED)
        if one.made_by != who:
            return NotNow(Why.NOT_THE_FIRST)
        if one.base != base:
            return NotNow(Why.ROLL_CHANGED)
        if not heavy_of(centre, one):
            return NotNow(Why.NOTHING_HEAVY)
        if not _same_count(typed, heavy_of(centre, one)):
            return NotNow(Why.WRONG_COUNT)
        rows.confirm(tx, upload, now)
        audit.note(tx, who, role, "roll.confirm", upload, now)
    return None


def heavy_of(centre: Centre, one: rows.Import) -> dict[str, int]:
    """What of an import is above the limits as they are set now, by municipality's Weight, the gravest first."""
    return Told.of(one).heavy(limits_of(centre))


def _same_count(typed: str, heavy: Mapping[str, int]) -> bool:
    """Whether the count of what is gravest was typed; with the dots or spaces that it is shown with, or without."""
    digits = "".join(c for c in typed if c not in " .,\u00a0\u202f")
    return digits.isascii() and digits.isdigit() and digits.lstrip("0") == str(next(iter(heavy.values())))


def apply(centre: Centre, upload: str, *, who: str, role: str, typed: str = "") -> Applied | NotNow:
    """Make the roll what the import says, in one transaction. Cards of those who left or died are revoked in it;
    `registry.refresh` then publishes the revocation list and withdraws their dossiers. `typed`: the count of what is
    gravest, where the import weighs more than the limits."""
    now = centre.clock()
    try:
        with centre.store.writing() as tx:
            base = rows.version(tx, lock=True)
            one = rows.find_import(tx, upload, lock=True)
            if isinstance(refused := _may_decide(one, who), NotNow):
                return refused
            if not staff.still_in_service(tx, who, role):
                return NotNow(Why.NOT_YOUR_ROLE)  # the desk looked before this transaction
            if not staff.still_in_service(tx, refused.made_by, role):
                return NotNow(Why.UPLOADER_GONE)
            if (why := _not_now(centre, refused, base, typed)) is not None:
                return NotNow(why)
            blocked = _apply(tx, refused)
            _must_be_as_told(centre, refused, len(blocked))
            for card in blocked:
                registry_rows.revoke(tx, card, now)
                audit.note(tx, who, role, "card.block", card, now)
            _speak_of(tx, refused)
            version = rows.grow(tx)
            rows.decide(tx, upload, rows.APPLIED, who, now)
            audit.note(tx, who, role, "roll.apply", upload, now)
            return Applied(version, json.loads(refused.counts), tuple(blocked))
    except _Changed as changed:
        return NotNow(changed.why)


def _not_now(centre: Centre, one: rows.Import, base: int, typed: str) -> Why | None:
    unweighed = one.number > 0 and "roll" not in json.loads(one.told)  # checked before files were weighed
    if one.base != base or unweighed:
        return Why.ROLL_CHANGED
    heavy = heavy_of(centre, one)
    if not heavy:
        return None
    if one.confirmed_at is None:
        return Why.NOT_CONFIRMED
    return None if _same_count(typed, heavy) else Why.WRONG_COUNT


def _must_be_as_told(centre: Centre, one: rows.Import, blocked: int) -> None:
    """Cards are handed out and blocked between a preview and its decision; what two persons confirmed was a number."""
    told = Told.of(one)
    limit = limits_of(centre).taken.of(told["roll"])
    if one.number > 0 and blocked != told[Weight.CARDS] and max(blocked, told[Weight.CARDS]) > limit:
        raise _Changed(Why.CARDS_CHANGED)


def _unsure(one: rows.Import) -> frozenset[str] | None:
    """Families that rows which were set aside may be about; None: it could be any."""
    listed = json.loads(one.unsure)
    return None if listed is None else frozenset(listed)


def _speak_of(tx: Tx, one: rows.Import) -> None:
    """A whole extract says of every family that it stands as it did, but for those whose rows were set aside: of them
    the one before has the last word."""
    unsure = _unsure(one)
    if not one.whole or unsure is None:
        return
    before = rows.last_extract(tx)
    if before is not None and unsure:
        open_still = rows.of_families(tx, sorted(unsure - before.but))
        shares = {row.resident.family: FamilyShare.model_validate_json(row.share) for row in open_still}
        dated = {n: share.model_copy(update={"as_of": max(share.as_of, before.as_of)}) for n, share in shares.items()}
        rows.put_families(tx, {number: share.model_dump_json() for number, share in dated.items()})
    rows.put_extract(tx, rows.Extract(date.fromisoformat(one.as_of), unsure))


def discard(centre: Centre, upload: str, *, who: str, role: str) -> NotNow | None:
    """Forget an import; its uploader may."""
    now = centre.clock()
    with centre.store.writing() as tx:
        one = rows.find_import(tx, upload, lock=True)
        if one is None:
            return NotNow(Why.UNKNOWN)
        if one.state != rows.PREVIEWED:
            return NotNow(Why.DECIDED)
        rows.decide(tx, upload, rows.DISCARDED, who, now)
        audit.note(tx, who, role, "roll.discard", upload, now)
    return None


def imports(centre: Centre) -> list[rows.Import]:
    """Newest first."""
    with centre.store.reading() as tx:
        return rows.imports(tx)


def find(centre: Centre, upload: str) -> rows.Import | None:
    with centre.store.reading() as tx:
        return rows.find_import(tx, upload)


def shown(centre: Centre, upload: str) -> list[Shown]:
    """What an import would change, person by person, by names of fields only."""
    with centre.store.reading() as tx:
        return [_shown(row) for some in rows.changes(tx, upload) for row in some]


def page(centre: Centre, upload: str, wanted: Wanted, after: str = "", most: int = 200) -> Page:
    """The same, at most so many of them, after the number `after`."""
    with centre.store.reading() as tx:
        found = rows.some_changes(tx, upload, wanted, after, most + 1)
        of = rows.count_changes(tx, upload, wanted)
    lines = tuple(_shown(row) for row in found[:most])
    return Page(lines, of, lines[-1].resident if len(found) > most else "")


def _shown(row: rows.Changed) -> Shown:
    return Shown(row.resident, row.what, tuple(json.loads(row.fields)), row.other)


def _may_decide(one: rows.Import | None, who: str) -> rows.Import | NotNow:
    if one is None:
        return NotNow(Why.UNKNOWN)
    if one.state != rows.PREVIEWED:
        return NotNow(Why.DECIDED)
    return NotNow(Why.SAME_OFFICER) if one.made_by == who else one


def _apply(tx: Tx, one: rows.Import) -> list[str]:
    """Change the rows; returns the cards to block."""
    before: dict[str, Record | None] = {}
    after: dict[str, Record | None] = {}
    merges: list[rows.Changed] = []
    for some in rows.changes(tx, one.upload):
        merges += [row for row in some if row.what not in FROM_A_FILE]
        for row in some:
            before[row.resident], after[row.resident] = read_record(row.before), read_record(row.after)
    touched = {record.family for record in (*before.values(), *after.values()) if record is not None}
    listed = {row.resident.resident: row for row in rows.of_families(tx, sorted(touched))}
    known = {who: as_record(row) for who, row in listed.items()}
    if any(known.get(who) != record for who, record in before.items()):
        raise _Changed(Why.ROLL_CHANGED)
    shares = {row.resident.family: FamilyShare.model_validate_json(row.share) for row in listed.values()}
    strangers = {number: _without_residents(share, known.values()) for number, share in shares.items()}
    unsure, as_of = _unsure(one), date.fromisoformat(one.as_of)
    days = {number: share.as_of for number, share in shares.items() if unsure is None or number in unsure}
    standing = {who: record for who, record in (known | after).items() if record is not None}
    rows.drop_residents(tx, [who for who, record in after.items() if record is None])
    rows.put_residents(tx, [_resident(standing[who], listed.get(who)) for who in after if who in standing])
    days = {number: days.get(number, as_of) for number in touched}
    rows.put_families(tx, _shares(days, standing.values(), strangers))
    # Those whose cards moved to their other entry have none left here.
    move_cards(tx, one.upload, merges)
    return rows.live_cards(tx, [who for who, record in after.items() if record is None])


def _resident(record: Record, known: rows.Listed | None) -> registry_rows.Resident:
    others = [] if known is None else [Capacity(name) for name in json.loads(known.resident.capacities)]
    capacities = json.dumps(list(record.capacities(others)))
    return registry_rows.Resident(record.person, record.family, record.as_person().model_dump_json(), capacities)


def _without_residents(share: FamilyShare, records: Iterable[Record]) -> list[FamilyMember]:
    """Members of a family who are nobody's row on the roll (they live in another municipality, say)."""
    ours = {record.entry for record in records if record.family == share.number}
    return [member for member in share.members if member.entry not in ours]


def _shares(
    days: Mapping[str, date], standing: Iterable[Record], strangers: Mapping[str, list[FamilyMember]]
) -> dict[str, str]:
    """Of each family that `days` names the record as it is on its day; "" where nobody is left in it."""
    members: dict[str, list[Record]] = {number: [] for number in days}
    for record in standing:
        if record.family in members:
            members[record.family].append(record)
    made: dict[str, str] = {}
    for number, those in members.items():
        if not those:
            made[number] = ""
            continue
        share = family_share(those, days[number])
        entries = {member.entry for member in share.members}
        more = [member for member in strangers.get(number, []) if member.entry not in entries]
        together = tuple(sorted((*share.members, *more), key=lambda member: member.entry))
        made[number] = share.model_copy(update={"members": together}).model_dump_json()
    return made
