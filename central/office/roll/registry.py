"""The roll as booths get it: settings, revocations, and for each card one sealed dossier with its sections.

Must never put a dossier anywhere but sealed to its card's 9D key, nor a name or number in a log or exception.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cryptography import x509
from filelock import FileLock

from card_reader import Authority, make_crl
from central.clock import LONGEST_SILENCE, ClockInDoubt
from central.kernel import logs
from central.kernel.centre import KID, Centre, read_key, signed_settings
from central.office.cards import keys as card_keys
from central.office.cards import published as card_matter
from central.office.cards.keys import NoKey, key_management_key
from central.office.roll import sections
from central.office.roll.sections import Due, Filled
from central.store import Tx, marks
from central.store.line import feed as feed_rows
from central.store.office import cards as card_rows
from central.store.office import registry as rows
from central.store.office.roll import Extract, last_extract
from municipality.matters.cards.messages import CardItem, Revocations
from municipality.matters.cards.rules import IN_USE
from municipality.messages import DOSSIER_TYPE, Dossier, ItemKind, Settings
from municipality.residents import Capacity, FamilyShare, Person
from sync import NotSigned, canonical, seal, sign_matter

_log = logging.getLogger(__name__)

# Every dossier is padded to a multiple: its length must not tell how large a family is. Deflated, thirteen people fit.
DOSSIER_SIZE = 2304
BATCH = 500
_TURN_SECONDS = 3600
CRL_DAYS = 30
_DOUBT_SECONDS = 60.0  # a clock that comes right by itself is soon made use of
_LIST_DUE = "revocations_due"


@dataclass(frozen=True)
class Unreadable:
    """The register's rows behind a card are not what they should be: it gets no dossier until they are mended."""


def publish_settings(centre: Centre, settings: Settings) -> None:
    """Sign and put the municipality's settings in the feed."""
    signed = centre.sign(ItemKind.SETTINGS, settings.text())
    with centre.store.writing() as tx:
        feed_rows.put(tx, ItemKind.SETTINGS, {ItemKind.SETTINGS: signed})


def refresh(centre: Centre) -> int:
    """Renew what changed or grows old: revocations, block codes, technicians, dossiers. Returns how many dossiers and
    lists of revocations are new.

    Never under a shifted clock: what it signs would be of a future that booths with a right clock refuse.
    """
    if centre.shifted:
        return 0
    renewed = publish_revocations(centre)
    card_matter.publish(centre)
    return renewed + publish_dossiers(centre)


@contextmanager
def kept_fresh(centre: Centre, every: float = 900) -> Iterator[None]:
    """Refresh beside the serving, now and every so many seconds: a first load of a large town takes minutes, and what
    grows old must not wait for the next start. Revocations are out before anybody is served."""
    stopping = threading.Event()

    def dossiers(centre: Centre) -> None:
        publish_dossiers(centre, stop=stopping.is_set)

    def go_on() -> None:
        while True:
            pause = every
            # What keeps a lost card out comes first, and no part waits for another one's trouble.
            for what, renew in (
                ("revocations", publish_revocations),
                ("cards", card_matter.publish),
                ("dossiers", dossiers),
            ):
                try:
                    renew(centre)
                except ClockInDoubt:
                    logs.event(_log, logging.ERROR, "clock-in-doubt", what=what)
                    pause = min(every, _DOUBT_SECONDS)
                except Exception as trouble:  # serving goes on; the next turn tries again
                    _log.error("%s could not be renewed: %s", what, type(trouble).__name__)
            if stopping.wait(pause):
                return

    if centre.shifted:
        yield
        return
    publish_soon(centre)  # in doubt: the thread says so, and tries again
    card_matter.publish(centre)
    thread = threading.Thread(target=go_on, name="refresh", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join(60)


def publish_soon(centre: Centre) -> None:
    """The same, now or as soon as the clock can be believed again: what was done stands, whatever became of the list.
    `kept_fresh` and `refresh` renew it."""
    with suppress(ClockInDoubt):
        publish_revocations(centre)


def publish_revocations(centre: Centre) -> int:
    """A new list if a card was revoked since the last, one is due (`ask_for_list`), or a third of the last one's life
    is left."""
    now = centre.clock()
    with centre.store.reading() as tx:
        cards = rows.revoked_cards(tx)
        held = card_rows.on_hold(tx)
        unfinished = card_rows.revoked_issued(tx)
        due = marks.get(tx, _LIST_DUE)
        item = feed_rows.find(tx, CardItem.REVOCATIONS, CardItem.REVOCATIONS)
    revoked = dict(unfinished)
    on_hold: set[int] = set()
    unreadable: list[str] = []
    for card in cards:
        try:
            serials = _serials(card)
        except ValueError:
            unreadable.append(card.card)
            continue
        revoked |= dict.fromkeys(serials, card.revoked_at or now)
        on_hold |= set(serials) if card.card in held else set()
    card_keys.tell_of(centre, unreadable, card_keys.UNREADABLE)
    before = None if item is None else _read_list(centre, item.body)
    if before is not None and _still_good(before, set(revoked), on_hold, now, due):
        return 0
    number = max(int(now.timestamp()), 0 if before is None else _number(before) + 1)
    authority = Authority(centre.card_authorities[0], read_key("keys.card_authority", centre.settings.card_authority))
    until = now + timedelta(days=CRL_DAYS)
    crl = make_crl(authority, sorted(revoked.items()), number, now, until, on_hold=on_hold)
    signed = centre.sign(CardItem.REVOCATIONS, Revocations(crl=base64.b64encode(crl).decode()).text())
    with centre.store.writing() as tx:
        if due is not None and datetime.fromisoformat(due) > now and marks.get(tx, _LIST_DUE) == due:
            ask_for_list(tx, now)  # asked for by a clock that was ahead: this list is the answer
        return feed_rows.put(tx, CardItem.REVOCATIONS, {CardItem.REVOCATIONS: signed})


def _serials(card: rows.Card) -> list[int]:
    """Of its certificates; none while it is ordered. Raises ValueError where one cannot be read."""
    pems = (card.authentication, card.card_authentication, card.key_management)
    return [x509.load_pem_x509_certificate(pem.encode()).serial_number for pem in pems if pem]


def ask_for_list(tx: Tx, now: datetime) -> None:
    """The next list is a new one, even if it says the same: a booth that was told of a lost card believes itself until
    it sees one that was made after its report."""
    marks.put(tx, _LIST_DUE, now.replace(microsecond=0).isoformat())


def _read_list(centre: Centre, body: str) -> x509.CertificateRevocationList | None:
    try:
        message = Revocations.read(centre.read_signed(CardItem.REVOCATIONS, body))
    except (NotSigned, ValueError):
        return None
    return x509.load_der_x509_crl(base64.b64decode(message.crl))


def _still_good(
    crl: x509.CertificateRevocationList, serials: set[int], on_hold: set[int], now: datetime, due: str | None
) -> bool:
    if due is not None and crl.last_update_utc < datetime.fromisoformat(due):
        return False
    until = crl.next_update_utc
    said = {entry.serial_number for entry in crl}
    held = {entry.serial_number for entry in crl if len(entry.extensions)}
    return (said, held) == (serials, on_hold) and until is not None and _fresh(until, now, CRL_DAYS)


def _number(crl: x509.CertificateRevocationList) -> int:
    return crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number


def _fresh(until: datetime, now: datetime, days: int) -> bool:
    """More than a third of its life is left, and not more than all of it: what a clock made that was ahead is of a
    future in which nothing would renew it, and booths do not take it."""
    life = timedelta(days=days)
    return life / 3 < until - now <= life + LONGEST_SILENCE


def publish_dossiers(centre: Centre, *, stop: Callable[[], bool] = lambda: False) -> int:
    """Seal what changed since it was last sealed, or will soon be stale; withdraw those of dead cards. With each
    dossier its sections, and by their turn those of others.

    Goes through the cards in batches, one transaction each: killed, or told to `stop`, it goes on next time where it
    was. Several runs at once do each batch once in effect. Returns how many dossiers are new.
    """
    settings = signed_settings(centre)
    if settings is None:
        raise RuntimeError("the settings have not been published")
    card_keys.doubled(centre)
    changed, after = 0, ""
    with FileLock(centre.settings.state / "dossiers.lock", timeout=_TURN_SECONDS):
        with centre.store.reading() as tx:
            due = sections.due(tx, centre.clock())
        while not stop():
            with centre.store.reading() as tx:
                holders = rows.holders_after(tx, after, BATCH)
                before = rows.sealed(tx, [holder.card.card for holder in holders])
                extract = last_extract(tx)
            if not holders:
                break
            changed += _publish_batch(centre, settings, holders, before, extract, due)
            after = holders[-1].card.card
    return changed


def _publish_batch(
    centre: Centre,
    settings: Settings,
    holders: list[rows.Holder],
    before: dict[str, rows.Sealed],
    extract: Extract | None,
    due: Due,
) -> int:
    now = centre.clock()
    bodies: dict[str, str] = {}
    notes: list[rows.Sealed] = []
    without: list[str] = []
    unreadable: list[str] = []
    for holder in holders:
        made = _dossier(centre, settings, holder, before.get(holder.card.card), now, extract, due)
        if isinstance(made, NoKey):
            without.append(holder.card.card)
        elif isinstance(made, Unreadable):
            unreadable.append(holder.card.card)
        elif made is not None:
            notes.append(made[0])
            if made[1] is not None:
                bodies[holder.card.card] = made[1]
    card_keys.tell_of(centre, without)
    card_keys.tell_of(centre, unreadable, card_keys.UNREADABLE)
    if not notes:
        return 0
    told = _told(centre, holders, notes)
    news = {one.card: sections.sealed(centre, one, told.told[one.card], now) if one.mac else "" for one in notes}
    # Sealing takes a while and holds no lock; what another process sealed meanwhile counts.
    with centre.store.writing() as tx:
        feed_rows.last(tx, lock=True)
        now_sealed = rows.sealed(tx, [note.card for note in notes])
        late = {note.card for note in notes if now_sealed.get(note.card) != before.get(note.card)}
        rows.put_sealed(tx, [note for note in notes if note.card not in late])
        changed = feed_rows.put(tx, ItemKind.DOSSIER, {card: one for card, one in bodies.items() if card not in late})
        feed_rows.put(tx, ItemKind.SECTIONS, {card: one for card, one in news.items() if card not in late})
        return changed


def _told(centre: Centre, holders: list[rows.Holder], notes: list[rows.Sealed]) -> Filled:
    """What the holders of these cards are told, but for those that are withdrawn."""
    live = {note.card for note in notes if note.mac}
    with centre.store.reading() as tx:
        told = sections.fill(centre, tx, [one.card for one in holders if one.card.card in live])
    sections.tell_of(centre, told.too_large)
    return told


def _dossier(
    centre: Centre,
    settings: Settings,
    holder: rows.Holder,
    before: rows.Sealed | None,
    now: datetime,
    extract: Extract | None,
    due: Due,
) -> tuple[rows.Sealed, str | None] | NoKey | Unreadable | None:
    """What to note and what to put in the feed for one card, None in place of a dossier whose sections alone are sealed
    anew; None if all that is there still holds."""
    card = holder.card
    if holder.person is None or card.state not in IN_USE or card.revoked_at is not None or card.not_after <= now:
        withdrawn = before is None or before.mac == ""
        # Its numbers stay, and its secret goes.
        return None if withdrawn or before is None else (replace(before, mac="", expires_at=now, salt=""), "")
    last = before or rows.Sealed(card.card, "", 0, now)
    marked = replace(last, sections=last.sections + 1, round=due.round, night=due.night.isoformat())
    try:
        mac = _mac(centre, holder)
        if last.mac == mac and _fresh(last.expires_at, now, settings.dossier_days):
            return (marked, None) if due.has(last) else None
        salt, sequence = secrets.token_hex(16), last.sequence + 1
        dossier = _written(centre, settings, holder, sequence, salt, now, extract)
    except (ValueError, AttributeError):  # no JSON, not the record it should be, or no object
        return Unreadable()
    key = key_management_key(card)
    if isinstance(key, NoKey):
        return key
    signed = sign_matter(dossier.pack(), centre.keys.signing, kid=KID, typ=DOSSIER_TYPE)
    body = seal(signed.encode(), key, kid=card.card, size=DOSSIER_SIZE)
    return replace(marked, mac=mac, sequence=sequence, expires_at=dossier.expires_at, salt=salt), body


def _written(
    centre: Centre,
    settings: Settings,
    holder: rows.Holder,
    sequence: int,
    salt: str,
    now: datetime,
    extract: Extract | None,
) -> Dossier:
    """Raises ValueError if the rows are not what they should be."""
    share = FamilyShare.model_validate_json(holder.share or "")
    # A whole extract says of every family that it still stands as it did, but for those whose rows were set aside.
    speaks = extract is not None and share.number not in extract.but
    dated = share.model_copy(update={"as_of": max(share.as_of, extract.as_of)}) if extract and speaks else share
    made_at = now.replace(microsecond=0)
    return Dossier(
        version=2,
        municipality=centre.settings.municipality,
        card=holder.card.card,
        resident=holder.card.resident,
        sequence=sequence,
        made_at=made_at,
        expires_at=made_at + timedelta(days=settings.dossier_days),
        person=Person.model_validate_json(holder.person or ""),
        family=dated,
        capacities=tuple(Capacity(name) for name in json.loads(holder.capacities or "")),
        secret=sections.secret_of(centre, holder.card.card, sequence, salt),
    )


def _mac(centre: Centre, holder: rows.Holder) -> str:
    """By which a change is seen. The day that the record speaks of is left out: it moves with every extract, and a
    dossier whose contents stand takes it along when it is renewed."""
    share = json.loads(holder.share or "")
    contents: Mapping[str, str] = {
        "capacities": holder.capacities or "",
        "form": f"{DOSSIER_TYPE} 2",
        "key": holder.card.key_management,
        "person": holder.person or "",
        "resident": holder.card.resident,
        "share": json.dumps({name: value for name, value in share.items() if name != "as_of"}, sort_keys=True),
    }
    return hmac.new(centre.keys.dossiers, canonical(dict(contents)), hashlib.sha256).hexdigest()
