"""The votes and referendums that the booth knows of, and whether what came of one may be believed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ballot_box import list_digest, part_of
from ballot_box.officials import BadRecord, read_officials
from kiosk.kernel import public_matter, timekeeping
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
from municipality.matters.votes.referendum import Phase, Referendum, is_old, phase_at_least, phase_of
from municipality.matters.votes.rules import notice_fault
from municipality.messages import Words
from sync import Reject, inbox

if TYPE_CHECKING:
    from kiosk.desk.matter import Anybody


@dataclass(frozen=True, repr=False)
class News:
    """A referendum as the booth knows it. `heard`: when the town hall was last heard; `old`: so long ago that it may be
    otherwise by now; `in_doubt`: the booth's own clock is not believed."""

    referendum: Referendum
    phase: Phase
    heard: datetime | None = None
    old: bool = False
    in_doubt: bool = False


def referendums(booth: Booth, connection: Connection, now: datetime) -> list[News]:
    """Those that are still told of, the next one first. By a clock in doubt only what must be over is over."""
    bodies = [item.body for item in inbox.all_of(connection, VoteItem.REFERENDUM) if item.body]
    if not bodies:
        return []
    at_least = timekeeping.believed(booth, connection)
    heard = facts.moment(connection, facts.PULLED)
    found = [
        News(
            one,
            phase_of(one, now) if at_least is None else phase_at_least(one, at_least),
            heard,
            is_old(heard, now if at_least is None else at_least),
            at_least is not None,
        )
        for one in public_matter.still_good(booth, bodies, VoteItem.REFERENDUM, Referendum)
    ]
    told = [one for one in found if one.phase is not Phase.GONE]
    return sorted(told, key=lambda one: (one.referendum.opens, one.referendum.referendum))


def news(here: Anybody) -> tuple[News, ...]:
    with here.booth.store.reading() as connection:
        return tuple(referendums(here.booth, connection, here.booth.clock()))


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
