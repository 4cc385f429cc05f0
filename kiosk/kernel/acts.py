"""The only way up: an act is proved, sealed for the town hall, signed by the booth and put into the outbox.

Inside the transaction of whoever does it: what was done and its letter are stored together or not at all. Never: a
ballot in the chain, which would publish the order that the shuffle hides.
"""

import hashlib
from datetime import datetime
from typing import Protocol

from kiosk.kernel.booth import ACT_SIZE, CENTRE, PIN_FRESH, Booth
from kiosk.kernel.hand import Hand
from kiosk.store import Connection
from municipality.matter import Act
from municipality.proof import CardProof, Head, PinAge, Proof, Statement
from sync import new_id, outbox, seal, seal_fixed, sign_envelope, sign_with


class Sent(Protocol):
    """An act, as each matter's `messages` has them."""

    @property
    def version(self) -> int: ...
    def text(self) -> str: ...


def pin_too_old(booth: Booth, form: type[object], hand: Hand, at: datetime | None = None) -> bool:
    """Whether the PIN must be asked again before an act of this form. A service asks before it begins."""
    return _form_of(booth, form).pin is PinAge.FRESH and (at or booth.clock()) - hand.pin_at > PIN_FRESH


def queue(
    booth: Booth,
    connection: Connection,
    act: Sent,
    *,
    by: Hand | None = None,
    at: datetime | None = None,
    size: int | None = None,
) -> str:
    """The id of the letter that waits from now on. `at`: when it was done, now if nobody says. `by`: whose card proves
    it, for acts that need one and for no other; asks the card. Raises CardGone, CardFault.

    `size` (bytes) is for an act outside the chain alone: all of its kind are padded to it, whatever they hold. Others
    come in steps of ACT_SIZE. Raises LookupError for what is no matter's act, ValueError for one without its size or
    its proof, or with a PIN that is too old.
    """
    form = _form_of(booth, type(act))
    if form.chained == (size is not None):
        raise ValueError(f"{form.kind}: a size is for acts outside the chain, and for all of them")
    moment = (at or booth.clock()).replace(microsecond=0)
    id = new_id(moment, ballot=not form.chained)
    text = act.text()
    proof = _proved(booth, form, id, text, moment, by)
    # A length in steps still tells of long and short; where that could tell a choice, all are of one size.
    pad, whole = (seal, ACT_SIZE) if size is None else (seal_fixed, size)
    body = Head(booth=booth.id, at=moment, proof=proof).with_act(text)
    envelope = sign_envelope(
        id=id,
        kind=form.kind,
        version=act.version,
        booth=booth.id,
        made_at=moment,
        # Asked in the very transaction that adds to the chain: no two acts can follow the same one.
        previous=outbox.last_digest(connection) if form.chained else "",
        body=pad(body, booth.anchors.centre_sealing, kid=CENTRE, size=whole),
        sign=sign_with(booth.key),
        ballot=not form.chained,
    )
    outbox.put(connection, envelope)
    return envelope.id


def _proved(booth: Booth, form: Act, id: str, text: str, at: datetime, by: Hand | None) -> CardProof | None:
    if (form.proof is Proof.CARD) != (by is not None) or form.proof not in (Proof.CARD, Proof.BOOTH):
        raise ValueError(f"{form.kind}: proved by {form.proof}")
    if by is None:
        return None
    if pin_too_old(booth, form.form, by, at):
        raise ValueError(f"{form.kind}: the PIN is too old")
    return by.prove(
        Statement(
            municipality=booth.settings.municipality.id,
            kind=form.kind,
            # The envelope's own id: the same word under another envelope is no word at all.
            act=id,
            person=by.person,
            booth=booth.id,
            at=at,
            body=hashlib.sha256(text.encode()).hexdigest(),
        )
    )


def _form_of(booth: Booth, act: type[object]) -> Act:
    for office in booth.matters:
        for form in office.matter.acts:
            if form.form is act:
                return form
    raise LookupError(f"{act.__name__} is no matter's act")
