"""The officials whom this booth believes: those whose fingerprint was typed here, and those who follow them."""

from collections.abc import Mapping

from ballot_box.officials.body import Officials, follows, read_officials
from ballot_box.officials.signing import BadRecord
from kiosk.kernel import public_matter
from kiosk.kernel.booth import Booth
from kiosk.store import Connection
from municipality.matters.votes.messages import OfficialsNotice, VoteItem
from sync import inbox


def known(booth: Booth, connection: Connection) -> Mapping[str, Officials]:
    """By fingerprint; none where nobody has typed one."""
    bodies = [item.body for item in inbox.all_of(connection, VoteItem.OFFICIALS)]
    told = []
    for notice in public_matter.still_good(booth, bodies, VoteItem.OFFICIALS, OfficialsNotice):
        try:
            told.append(read_officials(notice.officials))
        except BadRecord:
            continue
    believed = {one.fingerprint: one for one in told if one.fingerprint == booth.anchors.officials}
    grown = True
    while grown:
        new = [
            one for one in told if one.fingerprint not in believed and any(follows(one, b) for b in believed.values())
        ]
        believed |= {one.fingerprint: one for one in new}
        grown = bool(new)
    return believed
