"""What the staff's pages show, as values: booths and how they do, what came in, what waits for somebody.

Must never hand a page a resident's name or number, a sealed body, or a ballot's minute.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from central.kernel.centre import Centre
from central.office.accounts import staff
from central.office.booths import admission as booth_services
from central.store import audit
from central.store.alarms import Alarm
from central.store.line.booths import Key
from central.store.office import overview as rows
from central.store.office import staff as staff_rows
from municipality.messages import BoothStatus, MessageRefused

Wanted = rows.Wanted
SILENT_AFTER = timedelta(hours=26)  # a booth reports each night, at an hour of its own
PAGE = 50
CLOCK_LIMIT = 30  # seconds; beyond it signatures come near to being refused
DISK_LIMIT = 0.1
CERTIFICATE_LIMIT = 14  # days; a booth renews at two thirds of its life


@dataclass(frozen=True)
class Booth:
    """`silent`: in service, and not heard of for more than a day. `troubles`: what somebody should look at.

    `certificate_days`: how long its certificate still holds, None while it has none. `quarantined`: how many envelopes
    wait there.
    """

    booth: str
    name_el: str
    name_en: str
    number_prefix: str
    state: str
    last_seen: datetime | None
    status: BoothStatus | None
    silent: bool
    certificate_days: int | None = None
    keys: tuple[Key, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    quarantined: int = 0
    troubles: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """Its state as it is told: one that nobody has heard of is not called in service."""
        return "silent" if self.silent else self.state

    def name(self, language: str) -> str:
        return self.name_el if language == "el" else self.name_en

    def district(self, language: str) -> str:
        """Booths are named «district, place»."""
        return self.name(language).partition(",")[0].strip()

    def place(self, language: str) -> str:
        return self.name(language).partition(",")[2].strip() or self.name(language)


@dataclass(frozen=True)
class ArrivalsPage:
    """`next`: where the next, older page begins; None on the last."""

    arrivals: tuple[rows.Arrival, ...]
    next: tuple[datetime, str] | None


@dataclass(frozen=True)
class Letter:
    """An envelope that was set aside, and what officers wrote beside it."""

    arrival: rows.Arrival
    remarks: tuple[staff_rows.Remark, ...]


@dataclass(frozen=True)
class LettersPage:
    """`next`: where the next, older page begins; None on the last."""

    letters: tuple[Letter, ...]
    next: rows.Place | None


@dataclass(frozen=True)
class Card:
    """`state`: municipality.matters.cards.rules.State."""

    card: str
    state: str
    not_after: datetime
    revoked_at: datetime | None


@dataclass(frozen=True)
class CardsPage:
    cards: tuple[Card, ...]
    next: str | None


@dataclass(frozen=True)
class Summary:
    """The first page's figures. `states`: booths by the state that is shown; `today`: arrivals since midnight in UTC,
    by outcome."""

    booths: tuple[Booth, ...]
    states: dict[str, int]
    today: dict[str, int]
    set_aside: int
    proposals: int
    troubled: tuple[Booth, ...] = field(default=())


def booths(centre: Centre) -> list[Booth]:
    now = centre.clock()
    return [_booth(one, now) for one in booth_services.all_standings(centre)]


def booth(centre: Centre, booth: str) -> Booth | None:
    return next((one for one in booths(centre) if one.booth == booth), None)


def _booth(standing: booth_services.BoothStanding, now: datetime) -> Booth:
    row, key = standing.seen, standing.current
    status = _status(row.status)
    silent = row.state == "active" and (row.last_seen is None or now - row.last_seen > SILENT_AFTER)
    days = None if key is None or not key.certificate else (key.not_after - now).days
    return Booth(
        booth=row.booth,
        name_el=row.name_el,
        name_en=row.name_en,
        number_prefix=row.number_prefix,
        state=row.state,
        last_seen=row.last_seen,
        status=status,
        silent=silent,
        certificate_days=days,
        keys=standing.keys,
        alarms=standing.alarms,
        quarantined=standing.quarantined,
        troubles=(
            *(["warnings"] if standing.alarms else []),
            *(_troubles(status, silent, days) if row.state == "active" else ()),
        ),
    )


def _troubles(status: BoothStatus | None, silent: bool, days: int | None) -> list[str]:
    found = ["silent"] if silent else []
    if days is not None and days < CERTIFICATE_LIMIT:
        found.append("certificate")
    if status is not None:
        found += [f"paper-{status.paper}"] if status.paper in ("empty", "low", "fault") else []
        found += ["clock"] if abs(status.clock_offset_seconds) > CLOCK_LIMIT else []
        found += ["disk"] if status.disk_free_bytes < DISK_LIMIT * status.disk_total_bytes else []
        found += ["refused"] if status.refused or status.set_aside else []
        found += ["services-off"] if status.services_off else []
        found += ["alarms"] if status.alarms else []
    return found


def _status(text: str | None) -> BoothStatus | None:
    try:
        return None if text is None else BoothStatus.read(text)
    except MessageRefused:
        return None


def arrivals(centre: Centre, wanted: rows.Wanted) -> ArrivalsPage:
    with centre.store.reading() as tx:
        found = rows.arrivals(tx, wanted, PAGE + 1)
    shown = tuple(found[:PAGE])
    last = shown[-1] if len(found) > PAGE else None
    return ArrivalsPage(shown, None if last is None else (last.received_at, last.envelope))


def letters(centre: Centre, before: rows.Place | None = None, envelope: str = "") -> LettersPage:
    """What was refused or came in two forms, newest first; with `envelope`, only what has this id."""
    with centre.store.reading() as tx:
        found = rows.set_aside(tx, PAGE + 1, before, envelope)
        shown = tuple(Letter(one, tuple(staff_rows.remarks_on(tx, one.envelope))) for one in found[:PAGE])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return LettersPage(shown, None if last is None else (last.received_at, last.envelope, last.reason))


def cards(centre: Centre, search: str, after: str = "") -> CardsPage:
    now = centre.clock()
    with centre.store.reading() as tx:
        found = rows.some_cards(tx, search.strip(), after, PAGE + 1)
    shown = tuple(_card(row, now) for row in found[:PAGE])
    return CardsPage(shown, shown[-1].card if len(found) > PAGE else None)


def card(centre: Centre, number: str) -> Card | None:
    with centre.store.reading() as tx:
        found = rows.some_cards(tx, number, "", 1)
    return _card(found[0], centre.clock()) if found and found[0].card == number else None


def _card(row: rows.CardRow, now: datetime) -> Card:
    return Card(row.card, _card_state(row, now), row.not_after, row.revoked_at)


def _card_state(row: rows.CardRow, now: datetime) -> str:
    """As it works today, whether or not the office has said so yet."""
    if row.revoked_at is not None:
        return "replaced" if row.state == "replaced" else "blocked"
    return "expired" if row.not_after <= now else row.state


def acts(centre: Centre, before: str = "") -> list[audit.Entry]:
    """The record of the staff's acts, newest first, a page of it and one more if there is."""
    with centre.store.reading() as tx:
        return audit.newest(tx, PAGE + 1, before or "~")


def record_broken_at(centre: Centre) -> str | None:
    """The first entry that does not follow the one before; None: the record is whole."""
    with centre.store.reading() as tx:
        return audit.broken_at(tx)


def summary(centre: Centre) -> Summary:
    every = booths(centre)
    midnight = centre.clock().replace(hour=0, minute=0, second=0, microsecond=0)
    with centre.store.reading() as tx:
        today = rows.count_arrivals(tx, midnight)
        aside = rows.count_set_aside(tx)
        waiting = len(staff_rows.open_proposals(tx))
    return Summary(
        booths=tuple(every),
        states=dict(Counter(one.shown for one in every)),
        today=today,
        set_aside=aside,
        proposals=waiting,
        troubled=tuple(one for one in every if one.troubles or one.state == "quarantined"),
    )


@dataclass(frozen=True)
class Account:
    """`local`: with a password here, and not by the municipality's provider."""

    account: str
    roles: tuple[str, ...]
    state: str
    local: bool
    last_in: datetime | None


def accounts(centre: Centre) -> list[Account]:
    """The staff's accounts, without anything that opens one."""
    return [
        Account(one.account, tuple(sorted(staff.roles_of(one))), one.state, one.password is not None, one.last_in)
        for one in staff.all_accounts(centre)
    ]
