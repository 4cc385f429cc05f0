"""What officers write of a binding referendum, and its way to booths and site: told by two persons, recalled by two.

Never: a vote in it. Every change is a line in the record.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import datetime

from central.kernel.centre import Centre
from central.kernel.outcome import Done, Outcome, Refused, StepRefused
from central.matters.votes.drafts.book import note
from central.matters.votes.drafts.referendum_typed import AT_FIRST, faults, message_of, saying
from central.matters.votes.drafts.typed import Fields
from central.matters.votes.store import referendums as rows
from central.matters.votes.store.referendums import Kept
from central.office.accounts.staff import Officer
from central.store import Tx
from central.store.line import feed as feed_rows
from central.store.office import staff as staff_rows
from municipality.matters.votes.messages import VoteItem
from municipality.matters.votes.referendum import TOLD_AFTERWARDS, Referendum

PUBLISH, RECALL = "referendum.publish", "referendum.recall"


class ReferendumRefused(StepRefused):
    """What two persons decided of a referendum may not be done now; says why."""


def under_way(centre: Centre) -> list[Kept]:
    """Those that are being written or told of."""
    with centre.store.reading() as tx:
        return rows.in_states(tx, "draft", "published")


def find(centre: Centre, referendum: str) -> Kept | None:
    with centre.store.reading() as tx:
        return rows.find(tx, referendum)


def told(centre: Centre) -> list[Referendum]:
    """What booths and the site tell now, the next one first."""
    with centre.store.reading() as tx:
        found = [Referendum.read(one.message) for one in rows.in_states(tx, "published")]
    return sorted(found, key=lambda one: (one.opens, one.referendum))


def typed_of(kept: Kept) -> dict[str, str]:
    fields: dict[str, str] = json.loads(kept.typed)
    return fields


def title_of(fields: Fields, language: str) -> str:
    return fields.get(f"title_{language}", "") or fields.get("title_el", "")


def begin(centre: Centre, officer: Officer) -> str:
    """One with nothing but what the law says of all of them; its id."""
    referendum, now = secrets.token_hex(8), centre.clock()

    def write(tx: Tx) -> None:
        rows.add(tx, Kept(referendum, "draft", _text(AT_FIRST), officer.account, now))
        note(tx, centre, officer, "referendum.begin", referendum)

    centre.store.once(write)
    return referendum


def save(centre: Centre, officer: Officer, referendum: str, said: Fields) -> Outcome:
    """Keep what was typed, with faults or without; "draft-proposed" while a second person is asked about it."""
    return _change(centre, officer, referendum, "referendum.save", typed=_text(saying(said)))


def discard(centre: Centre, officer: Officer, referendum: str) -> Outcome:
    return _change(centre, officer, referendum, "referendum.discard", state="discarded")


def _change(centre: Centre, officer: Officer, referendum: str, what: str, **values: object) -> Outcome:
    def write(tx: Tx) -> Outcome:
        kept = rows.find(tx, referendum, lock=True)
        if kept is None or kept.state != "draft":
            return Refused("draft-decided")
        if proposal_of(tx, referendum) is not None:
            return Refused("draft-proposed")
        rows.change(tx, referendum, changed_at=centre.clock(), **values)
        note(tx, centre, officer, what, referendum)
        return Done()

    return centre.store.once(write)


def _text(fields: Fields) -> str:
    return json.dumps(dict(fields), ensure_ascii=False, sort_keys=True)


def digest(kept: Kept) -> str:
    """16 hex digits: what a second person approves is what the first one proposed."""
    return hashlib.sha256(kept.typed.encode()).hexdigest()[:16]


def about(kept: Kept) -> str:
    """What a second person decides on: this one, and as it was when it was proposed."""
    return f"{kept.referendum} {digest(kept)}"


def proposal_of(tx: Tx, referendum: str) -> staff_rows.Proposal | None:
    """What waits for a second person about it."""
    waiting = [one for one in staff_rows.open_proposals(tx) if one.what in (PUBLISH, RECALL)]
    return next((one for one in waiting if one.about.partition(" ")[0] == referendum), None)


def publish(centre: Centre, about: str) -> None:
    """The second person's word: booths learn of it when they next ask, and it stands on the site. ReferendumRefused if
    it has changed since, or is not whole any more: its day may have come."""
    now = centre.clock()
    with centre.store.writing() as tx:
        kept = _decided(tx, about, "draft")
        if faults(typed_of(kept), now):
            raise ReferendumRefused("something is missing in it")
        tell(centre, tx, kept.referendum, message_of(typed_of(kept), kept.referendum, now), now)


def tell(centre: Centre, tx: Tx, referendum: str, message: Referendum, now: datetime) -> None:
    """Into the feed and onto the site, in the caller's transaction."""
    rows.change(tx, referendum, state="published", message=message.text(), changed_at=now)
    feed_rows.put(tx, VoteItem.REFERENDUM, {referendum: centre.sign(VoteItem.REFERENDUM, message.text())})


def recall(centre: Centre, about: str) -> None:
    """Taken back by two: booths drop it at their next round, and the site says so."""
    with centre.store.writing() as tx:
        _drop(tx, _decided(tx, about, "published").referendum, "recalled", centre.clock())


def drop_held(centre: Centre, now: datetime) -> int:
    """Take those off the feed that were held long enough ago. Returns how many."""

    def write(tx: Tx) -> int:
        listed = [Referendum.read(one.message) for one in rows.in_states(tx, "published")]
        over = [one.referendum for one in listed if one.closes + TOLD_AFTERWARDS <= now]
        for referendum in over:
            _drop(tx, referendum, "over", now)
        return len(over)

    return centre.store.once(write)


def _drop(tx: Tx, referendum: str, state: str, now: datetime) -> None:
    rows.change(tx, referendum, state=state, changed_at=now)
    # An empty body is a withdrawal: a booth that was away keeps nothing of it when it comes again.
    feed_rows.put(tx, VoteItem.REFERENDUM, {referendum: ""})


def _decided(tx: Tx, said: str, state: str) -> Kept:
    kept = rows.find(tx, said.partition(" ")[0], lock=True)
    if kept is None or kept.state != state:
        raise ReferendumRefused("it is decided already")
    if about(kept) != said:
        raise ReferendumRefused("it has changed since it was proposed")
    return kept
