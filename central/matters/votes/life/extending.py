"""A later end of a vote that is open: an addendum that the registrar and enough trustees sign as its set-up.

A vote is never shortened, and never lengthened when it is over: whoever was told that it ended would not come again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ballot_box.officials import (
    BadRecord,
    Extension,
    Office,
    Officials,
    Signature,
    closing,
    extension_of,
    files,
    lacking,
    read_extension,
    read_setup,
    signing,
)
from central.kernel.centre import Centre
from central.matters.votes.life.elections import (
    ElectionRefused,
    all_officials,
    found,
    held,
    notice_of,
    signatures,
    turn,
)
from central.matters.votes.store import elections as rows
from central.matters.votes.store import records as record_rows
from central.store.line import feed as feed_rows
from municipality.matters.votes.messages import Election, VoteItem
from municipality.matters.votes.messages import Extension as SentExtension
from municipality.matters.votes.messages import Signature as Sent
from municipality.messages import Words


def propose(centre: Centre, election: str, closes: datetime, reason: Words) -> str:
    """The addendum to be signed; it takes the place of one that was not signed in time. ElectionRefused unless the vote
    is open and ends later by it."""
    vote = held(centre, election)
    notice = notice_of(vote)
    if vote.state != "open" or centre.clock() >= vote.closes:
        raise ElectionRefused("only a vote that is still open is extended")
    if closes <= vote.closes:
        raise ElectionRefused("a vote is never shortened")
    try:
        extension = extension_of(read_setup(notice.record()), closes, {"el": reason.el, "en": reason.en})
    except BadRecord as fault:
        raise ElectionRefused(str(fault)) from None
    with centre.store.writing() as tx:
        record_rows.put(tx, election, record_rows.EXTENSION, files.signed_file(extension.text, ()))
    return extension.text


def proposed(centre: Centre, election: str) -> tuple[Extension, tuple[Signature, ...]] | None:
    """The addendum that waits for signatures, and those that it has."""
    with centre.store.reading() as tx:
        file = record_rows.find(tx, election, record_rows.EXTENSION)
    if file is None:
        return None
    text, signed = files.read_signed(file, "extension")
    return read_extension(text), signed


def sign(centre: Centre, election: str, more: Sequence[Signature]) -> bool:
    """Keep signatures, each of an official over this addendum; with enough of them the vote ends later, and booths are
    told. Returns whether it does. ElectionRefused for another's signature, or when the vote is over."""
    with turn(centre, election):
        vote, waiting = held(centre, election), proposed(centre, election)
        if waiting is None or vote.state != "open" or centre.clock() >= vote.closes:
            raise ElectionRefused("no extension waits for signatures, or the vote is over")
        extension, before = waiting
        officials = all_officials(centre)[notice_of(vote).officials]
        keys = [*officials.keys(Office.REGISTRAR), *officials.keys(Office.TRUSTEE)]
        if {one.by for one in more} - signing.signers(more, signing.EXTENSION, extension.text, keys):
            raise ElectionRefused("not an official's signature of this extension")
        signed = tuple({one.by: one for one in (*before, *more)}.values())
        if lacking(extension.text, signing.EXTENSION, signed, officials):
            with centre.store.writing() as tx:
                record_rows.put(tx, election, record_rows.EXTENSION, files.signed_file(extension.text, signed))
            return False
        _lengthen(centre, election, extension, signed, officials)
        return True


def _lengthen(
    centre: Centre, election: str, extension: Extension, signed: Sequence[Signature], officials: Officials
) -> None:
    with centre.store.writing() as tx:
        vote = found(rows.find(tx, election, lock=True), election)
        notice = notice_of(vote)
        sent = tuple(Sent(by=one.by, jws=one.jws) for one in signed)
        added = SentExtension(record=extension.text, closes=extension.closes, signatures=sent)
        later = notice.model_copy(update={"extensions": (*notice.extensions, added)})
        feed_rows.put(tx, VoteItem.NOTICE, {election: centre.sign(VoteItem.NOTICE, later.text())})
        rows.change(tx, election, notice=later.text(), closes=_end(later, officials))
        record_rows.drop(tx, election, record_rows.EXTENSION)


def _end(notice: Election, officials: Officials) -> datetime:
    """As booths and trustees will reckon it. Raises BadRecord if they would not believe it."""
    listed = [(read_extension(one.record), signatures(one.signatures)) for one in notice.extensions]
    return closing(read_setup(notice.record()), listed, officials)
