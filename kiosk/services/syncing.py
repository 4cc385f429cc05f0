"""A round with the centre: what waits goes up, what is new comes down, each item checked before it is believed."""

import base64
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from card_reader import list_number
from kiosk.services import lost_card, public_matter, timekeeping, voting
from kiosk.services.booth import CENTRE, Booth
from kiosk.services.status import booth_status
from kiosk.store import Connection, facts, journal
from municipality.ballots import announced, notice_fault
from municipality.log_lines import event
from municipality.messages import (
    ActKind,
    BlockCodes,
    Credentials,
    Election,
    ItemKind,
    Message,
    MessageRefused,
    Revocations,
    Settings,
    Technicians,
    credentials_key,
)
from sync import (
    Apply,
    Item,
    Line,
    NotSigned,
    Policy,
    Reject,
    Report,
    Round,
    Stage,
    Tally,
    inbox,
    metrics,
    outbox,
    report_of,
    sign_with,
    stages,
    stick,
)

_LOG = logging.getLogger(__name__)

# A ballot's check at the centre is 50 to 150 ms: a batch with one must be answered well inside the line's time-out.
_BALLOTS = 40
# A lost card must stop working everywhere tonight, whatever else waits.
_URGENT = (ActKind.CARD_BLOCK.value,)

_SIGNED: dict[str, type[Message]] = {
    ItemKind.SETTINGS: Settings,
    ItemKind.REVOCATIONS: Revocations,
    ItemKind.ELECTION: Election,
    ItemKind.TECHNICIANS: Technicians,
    ItemKind.CREDENTIALS: Credentials,
    ItemKind.BLOCK_CODES: BlockCodes,
}
# Without settings or revocations a booth could serve nobody.
_MAY_BE_WITHDRAWN = (ItemKind.ELECTION, ItemKind.CREDENTIALS, ItemKind.BLOCK_CODES)
# Sealed to a card: the booth can only keep them. Their seal is checked when the card opens them.
_SEALED = frozenset({ItemKind.DOSSIER, ItemKind.SLIP})


@dataclass(frozen=True)
class DeadLetter:
    """An envelope that waits for a person: its id, kind and digest, and why the centre would not take it."""

    id: str
    kind: str
    digest: str
    reason: str


def sync_once(
    booth: Booth,
    client: Line,
    progress: Callable[[str, int, int], None],
    *,
    stop: Callable[[], bool] = lambda: False,
) -> Report:
    """One whole round. Trouble on the line is in the report's stages; the booth goes on serving in any case.

    `stop` is asked between transactions.
    """
    started = booth.clock()

    def centre_time() -> datetime:
        return booth.raw_clock() + client.clock_offset

    apply = Apply(
        lambda connection, item: _apply(booth, connection, item, centre_time()),
        taken=lambda connection, acts: lost_card.taken_by_centre(connection, acts, centre_time()),
        opaque=_SEALED,
        # Learned at once: what is judged next is judged by it, however the round ends.
        heard=lambda _hello: learn_time(booth, client.clock_offset),
    )
    report = Round(client, booth.store.writing, apply, _policy(booth)).run(
        started, status=lambda: _status(booth, client), progress=progress, stop=stop
    )
    with booth.store.writing() as connection:
        if any(stage.name == "pull" and stage.ok for stage in report.stages):
            _note_pulled(booth, connection, client)
        lost_card.drop_settled(connection)
        journal.note(connection, journal.What.ROUND, started, "complete" if report.ok else "cut")
    _tell(report)
    booth.store.fold()
    return report


def _policy(booth: Booth) -> Policy:
    """On the line and on a stick the same."""
    keys = {CENTRE: booth.anchors.centre_signing}
    return Policy(keys, booth.settings.municipality.id, ballots=_BALLOTS, urgent=_URGENT)


def _tell(report: Report) -> None:
    """How a round ended. No counts: after an evening with one visit they would say whether it was a voter's."""
    cut = next((stage for stage in report.stages if not stage.ok), None)
    trouble = f"{cut.name}: {cut.problem.partition(':')[0]}" if cut else ""
    event(_LOG, logging.INFO, "round", state="whole" if report.ok else "cut", trouble=trouble)


def _status(booth: Booth, client: Line) -> bytes:
    with booth.store.writing() as connection:
        _note_pulled(booth, connection, client)
    return booth_status(booth, client.clock_offset).text().encode()


def _note_pulled(booth: Booth, connection: Connection, client: Line) -> None:
    """A pull that came to its end says how fresh everything is; a cut one says nothing."""
    if stages.kept(connection, "pull").problem == "":
        facts.put_moment(connection, facts.PULLED, booth.raw_clock() + client.clock_offset)


def learn_time(booth: Booth, offset: timedelta) -> None:
    """The centre's clock, believed from now on: centre minus machine."""
    with booth.store.writing() as connection:
        facts.put(connection, facts.CLOCK_OFFSET, str(offset.total_seconds()))
        timekeeping.heard(booth, connection, booth.raw_clock() + offset)
    booth.learn_offset(offset)


def by_stick(booth: Booth, folder: Path) -> Report:
    """The same round by hand: takes the town hall's answer to the last letter, if it is there, and writes the next.

    Raises sync.stick.StickRefused; for an answer to an earlier letter only after the new one has been written.
    """
    started = booth.clock()
    store, policy = booth.store.writing, _policy(booth)
    # No time comes with a stick, only one that has certainly passed.
    apply = Apply(lambda connection, item: _apply(booth, connection, item, booth.clock()), opaque=_SEALED)
    tally = Tally()
    refused: stick.StickRefused | None = None
    ended = []
    try:
        answered = stick.take_answer(store, apply, policy, folder, booth=booth.id, now=started)
        ended.append(Stage("answer", "" if answered else "none"))
        if answered:
            tally = answered.tally
            _learn_from_stick(booth, answered)
    except stick.StickRefused as refusal:
        if refusal.reason != "old":
            raise
        refused = refusal
    status = booth_status(booth, timedelta(0)).text().encode()
    stick.write_letter(
        store,
        policy,
        folder,
        booth=booth.id,
        sign=sign_with(booth.key),
        centre=booth.anchors.centre_sealing,
        kid=CENTRE,
        now=booth.clock(),
        status=status,
    )
    ended.append(Stage("letter"))
    with booth.store.writing() as connection:
        journal.note(connection, journal.What.ROUND, started, "stick")
    booth.store.fold()
    if refused is not None:
        raise refused
    return report_of(tally, started, timedelta(0), ended)


def _learn_from_stick(booth: Booth, answered: stick.Answered) -> None:
    with booth.store.writing() as connection:
        timekeeping.has_passed(booth, connection, answered.hello.now)
        known = facts.moment(connection, facts.PULLED)
        if answered.whole and (known is None or answered.hello.now > known):
            facts.put_moment(connection, facts.PULLED, answered.hello.now)
        lost_card.taken_by_stick(connection, answered.hello.now)
        lost_card.drop_settled(connection)


def dead_letters(booth: Booth) -> list[DeadLetter]:
    """What the centre would not take, for a technician."""
    with booth.store.reading() as connection:
        return [DeadLetter(one.id, one.kind, one.digest, one.reason) for one in outbox.problems(connection)]


def retry(booth: Booth, id: str) -> bool:
    """Lets a refused envelope wait again; the next round offers it. False if none of that id was refused."""
    with booth.store.writing() as connection:
        return outbox.retry(connection, id)


def metrics_text(booth: Booth, report: Report) -> str:
    """The round in node_exporter's form."""
    with booth.store.reading() as connection:
        kept = {name: stages.kept(connection, name) for name in stages.NAMES}
        return metrics.text(report, outbox.counts(connection), len(inbox.problems(connection)), kept)


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
        # The page that withdraws it is signed.
        return None if item.kind in _MAY_BE_WITHDRAWN else Reject("cannot-be-withdrawn")
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
    if isinstance(matter, Credentials) and credentials_key(matter.election, matter.part) != item.key:
        return Reject("another-part")
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
        number, as_of = list_number(crl), crl.last_update_utc
    except (ValueError, TypeError, x509.UnsupportedGeneralNameType):
        return Reject("not-a-revocation-list")
    if not ours:
        return Reject("not-of-our-authority")
    if as_of > now + timedelta(days=1):
        return Reject("of-the-future")
    if _is_older(connection, number, as_of, now):
        return Reject("older-than-the-last")
    facts.put(connection, facts.REVOCATIONS_NUMBER, str(number))
    facts.put(connection, facts.REVOCATIONS_AS_OF, as_of.isoformat())
    return None


def _is_older(connection: Connection, number: int, as_of: datetime, now: datetime) -> bool:
    """By its number, as RFC 5280 has it: one that was made by a clock that was ahead gives way to the next, whatever
    its date. Of the list that an earlier program took only the date is known; one of the future is outlived."""
    held, last = facts.get(connection, facts.REVOCATIONS_NUMBER), facts.moment(connection, facts.REVOCATIONS_AS_OF)
    if held is not None:
        return number < int(held)
    return last is not None and as_of < last <= now + timedelta(days=1)


def _issued(crl: x509.CertificateRevocationList, authority: x509.Certificate) -> bool:
    key = authority.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
        return False
    return crl.issuer == authority.subject and crl.is_signature_valid(key)
