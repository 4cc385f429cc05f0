"""The officials whom this booth believes: those whose fingerprint was typed here, and those who follow them by the word
of enough of those before. The town hall's signature under their record is for the way alone and proves nothing.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from ballot_box.officials import BadRecord, Officials, follows, read_officials
from kiosk.kernel import public_matter
from kiosk.kernel.booth import Booth
from kiosk.kernel.conditions import Finding, found
from kiosk.store import Connection
from municipality.matters.votes.messages import OfficialsNotice, VoteItem
from sync import inbox


def known(booth: Booth, connection: Connection) -> Mapping[str, Officials]:
    """By fingerprint; none where nobody has typed one. What is damaged is as if it had not come."""
    return _believed(booth.anchors.officials, _told(booth, connection))


def look(booth: Booth) -> Finding:
    """Whether votes have officials here: typed, come, and the same."""
    fingerprint = booth.anchors.officials
    if not fingerprint:
        return found("officials.none")
    with booth.store.reading() as connection:
        told = _told(booth, connection)
    believed = _believed(fingerprint, told)
    # Of records that were here before only the last tells whether somebody puts others in.
    if told and told[-1].fingerprint not in {*believed, *_before(believed, told)}:
        # Not all of it: it is typed from paper, never from what the town hall has sent.
        return found("officials.others", start=told[-1].fingerprint[:9])
    if not believed:
        return found("officials.awaited")
    last = [one for one in told if one.fingerprint in believed][-1]
    names = tuple(one.name for one in last.officials)
    return found("officials.ok", term=last.term, names=names, fingerprint=last.fingerprint)


def _told(booth: Booth, connection: Connection) -> list[Officials]:
    """All whose record has come, in the order in which the town hall sent them."""
    items = sorted(inbox.all_of(connection, VoteItem.OFFICIALS), key=lambda item: item.seq)
    notices = public_matter.still_good(booth, [item.body for item in items], VoteItem.OFFICIALS, OfficialsNotice)
    return [one for notice in notices if (one := _read(notice.officials)) is not None]


def _believed(fingerprint: str, told: Sequence[Officials]) -> dict[str, Officials]:
    believed = {one.fingerprint: one for one in told if fingerprint and one.fingerprint == fingerprint}
    size = -1
    while size != len(believed):
        size = len(believed)
        for one in told:
            if any(_follows(one, before) for before in believed.values()):
                believed.setdefault(one.fingerprint, one)
    return believed


def _before(believed: Mapping[str, Officials], told: Sequence[Officials]) -> set[str]:
    """Those who were there before whom the booth believes, by their own word: they sign nothing here any more."""
    by_fingerprint = {one.fingerprint: one for one in told}
    earlier = {one.previous for one in believed.values()}
    while more := {by_fingerprint[one].previous for one in earlier if one in by_fingerprint} - earlier:
        earlier |= more
    return earlier


# A record is asked for at every menu and has six signatures; records never change and are few.


@lru_cache(maxsize=32)
def _read(text: str) -> Officials | None:
    try:
        return read_officials(text)
    except BadRecord:
        return None


@lru_cache(maxsize=128)
def _follows(one: Officials, before: Officials) -> bool:
    return follows(one, before)
