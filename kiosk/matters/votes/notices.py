"""The votes that the booth knows of, and whether what came of one may be believed."""

from collections.abc import Sequence
from datetime import datetime

from ballot_box import list_digest, part_of
from ballot_box.officials import BadRecord, read_officials
from kiosk.kernel import public_matter
from kiosk.kernel.booth import Booth
from kiosk.kernel.matter import Pulled
from kiosk.matters.votes import officials, signed
from kiosk.matters.votes.form import can_be_cast
from kiosk.matters.votes.signed import Signed
from kiosk.store import Connection, facts
from municipality.matters.votes.messages import (
    Credentials,
    Election,
    OfficialsNotice,
    Trackers,
    VoteItem,
    credentials_key,
)
from municipality.matters.votes.referendum import Referendum
from municipality.matters.votes.rules import notice_fault
from municipality.messages import Words
from sync import Reject, inbox


def judge(booth: Booth, connection: Connection, pulled: Pulled) -> Reject | None:
    match pulled.message:
        case Election() as notice if notice.election != pulled.key:
            return Reject("another-election")
        case Election() as notice:
            return _election_fault(booth, connection, notice)
        case OfficialsNotice() as notice:
            return _officials_fault(notice, pulled.key)
        case Credentials(election=election, part=part) if credentials_key(election, part) != pulled.key:
            return Reject("another-part")
        case Trackers(election=election) if election != pulled.key:
            return Reject("another-election")
        case Referendum(referendum=referendum) if referendum != pulled.key:
            return Reject("another-referendum")
    return None


def running(booth: Booth, connection: Connection, now: datetime) -> Sequence[Words]:
    """The titles of the votes that are open now."""
    known = officials.known(booth, connection)
    return [
        election.title
        for election in elections(booth, connection)
        if election.opens <= now < election.ends and signed.judge(election, known) is Signed.BY_THEM
    ]


def elections(booth: Booth, connection: Connection) -> list[Election]:
    """All elections that the booth knows and that count what they show, the one that closes first at the top."""
    bodies = [item.body for item in inbox.all_of(connection, VoteItem.NOTICE)]
    # Judged when it came, too; but that may have been by an earlier program.
    honest = [e for e in public_matter.still_good(booth, bodies, VoteItem.NOTICE, Election) if notice_fault(e) is None]
    return sorted(honest, key=lambda e: (e.ends, e.election))


def is_whole(connection: Connection, election: Election) -> bool:
    """Whether every part of the credentials that the notice names has come. What is in them, `is_listed` judges."""
    here = inbox.keys_of(connection, VoteItem.CREDENTIALS, f"{election.election}/")
    return all(election.part_key(part) in here for part in range(len(election.parts)))


def is_listed(booth: Booth, connection: Connection, election: Election, credential: str) -> bool | None:
    """Whether a public credential stands on the election's list; None while the part that would tell is not here, or
    is not the one that the notice names. Reads that one part, however long the list is."""
    part = part_of(credential, len(election.parts))
    item = inbox.get(connection, VoteItem.CREDENTIALS, election.part_key(part))
    found = public_matter.still_good(booth, [item.body] if item else [], VoteItem.CREDENTIALS, Credentials)
    if not found or list_digest(found[0].credentials) != election.parts[part]:
        return None
    return credential in found[0].credentials


def _officials_fault(notice: OfficialsNotice, key: str) -> Reject | None:
    try:
        found = read_officials(notice.officials)
    except BadRecord:
        return Reject("officials-not-signed")
    return None if found.fingerprint == key else Reject("other-officials")


def _election_fault(booth: Booth, connection: Connection, notice: Election) -> Reject | None:
    """A centre that shows one question and counts another, has it opened by another key, or puts another vote under a
    known number, is caught here."""
    fault = notice_fault(notice)
    if fault is not None:
        return Reject(fault)
    if not can_be_cast(notice):
        return Reject("no-ballot-can-be-made")
    # One that is not signed yet, or by officials of whom nothing has come, is shown as what it is and opens nothing.
    judged = signed.judge(notice, officials.known(booth, connection))
    if isinstance(judged, str):
        return Reject(judged)
    name, digest = facts.ANNOUNCED + notice.election, notice.digest()
    said, _, ends = (facts.get(connection, name) or "").partition(" ")
    if said not in ("", digest):
        return Reject("another-vote-under-this-number")
    # An extension that was shown is not taken back.
    if ends and notice.ends < datetime.fromisoformat(ends):
        return Reject("ends-earlier-than-it-said")
    facts.put(connection, name, f"{digest} {notice.ends.isoformat()}")
    return None
