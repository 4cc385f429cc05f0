"""The only way up: an act is sealed for the town hall, signed by the booth and put into the outbox.

Inside the transaction of whoever does it: what was done and its letter are stored together or not at all. Never: a
ballot in the chain, which would publish the order that the shuffle hides.
"""

from datetime import datetime
from typing import Protocol

from kiosk.kernel.booth import ACT_SIZE, CENTRE, Booth
from kiosk.store import Connection
from municipality.matter import Act
from sync import outbox, seal, seal_fixed, sign_envelope, sign_with


class Sent(Protocol):
    """The body of an act, as `municipality.messages` has them."""

    @property
    def version(self) -> int: ...
    def text(self) -> str: ...


def queue(
    booth: Booth, connection: Connection, act: Sent, *, at: datetime | None = None, size: int | None = None
) -> str:
    """The id of the letter that waits from now on. `at`: when it was done, now if nobody says.

    `size` (bytes) is for an act outside the chain alone: all of its kind are padded to it, whatever they hold. Others
    come in steps of ACT_SIZE. Raises LookupError for what is no matter's act, ValueError for one without its size.
    """
    form = _form_of(booth, act)
    if form.chained == (size is not None):
        raise ValueError(f"{form.kind}: a size is for acts outside the chain, and for all of them")
    # A length in steps still tells of long and short; where that could tell a choice, all are of one size.
    pad, whole = (seal, ACT_SIZE) if size is None else (seal_fixed, size)
    envelope = sign_envelope(
        kind=form.kind,
        version=act.version,
        booth=booth.id,
        made_at=at or booth.clock(),
        # Asked in the very transaction that adds to the chain: no two acts can follow the same one.
        previous=outbox.last_digest(connection) if form.chained else "",
        body=pad(act.text().encode(), booth.anchors.centre_sealing, kid=CENTRE, size=whole),
        sign=sign_with(booth.key),
        ballot=not form.chained,
    )
    outbox.put(connection, envelope)
    return envelope.id


def _form_of(booth: Booth, act: object) -> Act:
    for office in booth.matters:
        for form in office.matter.acts:
            if form.form is type(act):
                return form
    raise LookupError(f"{type(act).__name__} is no matter's act")
