"""A round with the centre: what waits goes up, what is new comes down, each item checked before it is believed."""

import base64
from collections.abc import Callable
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from kiosk.services import public_matter, voting
from kiosk.services.booth import CENTRE, Booth
from kiosk.store import Connection, facts, journal
from municipality.ballots import announced, notice_fault
from municipality.messages import Election, ItemKind, Message, MessageRefused, Revocations, Settings
from sync import Item, Line, NotSigned, Reject, Report, run_round

# A ballot's check at the centre is 50 to 150 ms: a batch must be answered well inside the line's time-out.
_BATCH = 40

_SIGNED: dict[str, type[Message]] = {
    ItemKind.SETTINGS: Settings,
    ItemKind.REVOCATIONS: Revocations,
    ItemKind.ELECTION: Election,
}
# Sealed to a card: the booth can only keep them. Their seal is checked when the card opens them.
_SEALED = frozenset({ItemKind.DOSSIER, ItemKind.SLIP})


def sync_once(booth: Booth, client: Line, progress: Callable[[str, int, int], None]) -> Report:
    """One whole round. Trouble on the line is in the report's stages; the booth goes on serving in any case."""
    started = booth.clock()
    report = run_round(
        client,
        booth.store.writing,
        lambda connection, item: _apply(booth, connection, item, booth.raw_clock() + client.clock_offset),
        keys={CENTRE: booth.anchors.centre_signing},
        now=started,
        municipality=booth.settings.municipality.id,
        progress=progress,
        batch=_BATCH,
    )
    with booth.store.writing() as connection:
        if report.stages and report.stages[0].ok:
            facts.put(connection, facts.CLOCK_OFFSET, str(report.clock_offset.total_seconds()))
        journal.note(connection, journal.What.ROUND, started, "complete" if report.ok else "cut")
    return report


def _apply(booth: Booth, connection: Connection, item: Item, now: datetime) -> Reject | None:
    """Whether an item may be believed. It is stored in the same transaction by the one who asks.

    `now` is the centre's time.
    """
    if item.kind in _SEALED:
        return None
    model = _SIGNED.get(item.kind)
    if model is None:
        return Reject("unknown-kind")
    if not item.body:
        # The page that withdraws it is signed. Without settings or revocations a booth could serve nobody.
        return None if item.kind == ItemKind.ELECTION else Reject("cannot-be-withdrawn")
    try:
        matter = public_matter.read_matter(booth, item.body, ItemKind(item.kind), model)
    except NotSigned:
        return Reject("not-signed")
    except MessageRefused:
        return Reject("not-of-its-kind")
    if isinstance(matter, Settings) and matter.municipality != booth.settings.municipality.id:
        return Reject("another-municipality")
    if isinstance(matter, Revocations):
        return _revocations_fault(booth, connection, matter, now)
    if isinstance(matter, Election):
        return Reject("another-election") if matter.election != item.key else _election_fault(connection, matter)
    return None


def _election_fault(connection: Connection, notice: Election) -> Reject | None:
    """A centre that shows one question and counts another, or another vote under a known number, is caught here."""
    fault = notice_fault(notice)
    if fault is not None:
        return Reject(fault)
    if not voting.can_be_cast(notice):
        return Reject("no-ballot-can-be-made")
    name, now_says = facts.ANNOUNCED + notice.election, announced(notice)
    said = facts.get(connection, name)
    if said not in (None, now_says):
        return Reject("another-vote-under-this-number")
    facts.put(connection, name, now_says)
    return None


def _revocations_fault(booth: Booth, connection: Connection, matter: Revocations, now: datetime) -> Reject | None:
    """Only a list of our card authority, not of the future and not older than the last, takes the place of one."""
    try:
        crl = x509.load_der_x509_crl(base64.b64decode(matter.crl, validate=True))
        ours = any(_issued(crl, authority) for authority in booth.anchors.authorities)
        as_of = crl.last_update_utc
    except (ValueError, TypeError, x509.UnsupportedGeneralNameType):
        return Reject("not-a-revocation-list")
    if not ours:
        return Reject("not-of-our-authority")
    if as_of > now + timedelta(days=1):
        return Reject("of-the-future")
    last = facts.get(connection, facts.REVOCATIONS_AS_OF)
    if last is not None and as_of < datetime.fromisoformat(last):
        return Reject("older-than-the-last")
    facts.put(connection, facts.REVOCATIONS_AS_OF, as_of.isoformat())
    return None


def _issued(crl: x509.CertificateRevocationList, authority: x509.Certificate) -> bool:
    key = authority.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
        return False
    return crl.issuer == authority.subject and crl.is_signature_valid(key)
