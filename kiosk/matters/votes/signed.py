"""Whether a vote is the one that its officials have signed for, and whether this booth takes part in it."""

from collections.abc import Mapping
from enum import Enum

from ballot_box.officials import (
    BadRecord,
    Officials,
    Signature,
    closing,
    key_id,
    officials_fault,
    read_extension,
    read_pem,
    read_setup,
    unsigned,
)
from kiosk.kernel.booth import Booth
from kiosk.kernel.upkeep.endorsing import endorsements
from municipality.matters.votes.messages import Election
from municipality.matters.votes.messages import Signature as Sent


class Signed(Enum):
    """BY_THEM: by enough of officials whom this booth knows. NOT_YET: by too few, or this booth knows none of them."""

    BY_THEM = "by_them"
    NOT_YET = "not_yet"


def judge(notice: Election, known: Mapping[str, Officials]) -> Signed | str:
    """Or why nobody may ever believe this notice: a short code."""
    try:
        setup = read_setup(notice.record())
        extensions = [(read_extension(one.record), _theirs(one.signatures)) for one in notice.extensions]
    except BadRecord:
        return "set-up-unreadable"
    officials = known.get(notice.officials)
    if officials is None:
        return Signed.NOT_YET
    if officials_fault(setup, officials):
        return "opened-by-another-key"
    if unsigned(setup, _theirs(notice.signatures), officials):
        return Signed.NOT_YET
    try:
        ends = closing(setup, extensions, officials)
    except BadRecord:
        return "extension-not-signed"
    return Signed.BY_THEM if ends == notice.ends else "extension-not-signed"


def _theirs(signatures: tuple[Sent, ...]) -> tuple[Signature, ...]:
    return tuple(Signature(one.by, one.jws) for one in signatures)


def takes_part(booth: Booth, election: Election) -> bool:
    """Whether the officials have signed for the key that this booth has, or for one that has endorsed it since."""
    wanted = election.booths.get(booth.id)
    if wanted is None:
        return False
    keys, _ = endorsements(booth, wanted)
    return key_id(read_pem(keys[0])) == wanted
