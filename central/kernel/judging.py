"""Judges the envelopes of a batch by themselves: whose they are, whether they hold, what they say. Changes nothing.

Must never let what is no link of a chain pass without its own signature verified, whatever the settings say.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TypeAlias, cast

from cryptography.hazmat.primitives.asymmetric import ec

from central.kernel import logs, proofs
from central.kernel.centre import KID, Centre
from central.kernel.matter import Brought, Rejected, RejectedAct, Told, Undecided
from central.kernel.register import SoundAct
from central.store.line.booths import Booth
from municipality.messages import MessageRefused
from municipality.proof import Head, Proof, Statement
from sync import Envelope, server

_log = logging.getLogger(__name__)


class NoVerdict(OSError):
    """Nothing can be said of an act now: a tool or the disk failed. The line says "later", and nothing is lost."""


@dataclass(frozen=True)
class Stored:
    """An act that is kept unopened: the signature over its batch vouches for it until it is judged."""


Verdict: TypeAlias = "SoundAct | Rejected | Stored | Undecided"


@dataclass(frozen=True)
class Sender:
    """The booth that signed the request: its row if it is active, and every key of its that is believed."""

    id: str
    booth: Booth | None
    keys: tuple[ec.EllipticCurvePublicKey, ...]


@cache
def cores() -> server.Cores:
    """The threads of this process, for what a matter judges with programs of others."""
    return server.Cores(os.cpu_count() or 1)


def examine_all(
    centre: Centre, sender: Sender, envelopes: Sequence[Envelope], *, later: bool, pardoned: str = ""
) -> list[Verdict]:
    """Everything that can be checked without changing anything, of each. `later`: links of a chain are only looked at
    from outside and are `Stored`. `pardoned`: a fault of the card's proof that an officer has weighed. Raises what the
    store raises: then there is no verdict on any of them."""
    batch = _Batch(centre, sender, envelopes)
    batch.sift(lambda one: "" if one.booth == sender.id else "other-booth")
    batch.sift(lambda _: "" if sender.booth is not None and sender.keys else "unknown-booth")
    if later:
        batch.sift(batch.misfit)
        batch.put_by()
    # What nobody signed is told no more than that: neither which kinds are known here, nor whether it opens.
    batch.verify()
    batch.sift(batch.misfit)
    batch.open(pardoned=pardoned)
    return batch.verdicts()


def examine(centre: Centre, sender: Sender, envelope: Envelope, *, pardoned: str = "") -> SoundAct | Rejected:
    """As examine_all, of one, and now. Raises NoVerdict where there is none."""
    verdict = examine_all(centre, sender, [envelope], later=False, pardoned=pardoned)[0]
    if isinstance(verdict, Stored):
        raise AssertionError("judged now, and yet put by")
    if isinstance(verdict, Undecided):
        raise NoVerdict(f"no verdict: {verdict.trouble}")
    return verdict


def signed_by(envelope: Envelope, keys: Sequence[ec.EllipticCurvePublicKey]) -> bool:
    """Whether one of `keys` signed this envelope."""
    return server.verify_all([envelope], keys)[0]


@dataclass(frozen=True, repr=False)
class _Read:
    """What an envelope says. `claim`: the card's word that it rests on, still to be checked."""

    brought: Brought[Told]
    claim: proofs.Claim | None


class _Batch:
    """A batch on its way through the checks; each takes out of the rest what does not pass."""

    def __init__(self, centre: Centre, sender: Sender, envelopes: Sequence[Envelope]) -> None:
        self._centre, self._sender, self._envelopes = centre, sender, envelopes
        self._verdicts: dict[int, Verdict] = {}

    def verdicts(self) -> list[Verdict]:
        return [self._verdicts[place] for place in range(len(self._envelopes))]

    def _rest(self) -> dict[int, Envelope]:
        return {place: one for place, one in enumerate(self._envelopes) if place not in self._verdicts}

    def sift(self, fault: Callable[[Envelope], str]) -> None:
        self._verdicts |= {place: Rejected(why) for place, one in self._rest().items() if (why := fault(one))}

    def misfit(self, envelope: Envelope) -> str:
        if envelope.kind not in self._centre.matters:
            return "unknown-kind"
        if envelope.version != 1:
            return "unknown-version"
        # An id tells whether it is a link of a chain. A ballot that were one would publish the order of voting.
        return "" if envelope.chained == self._centre.matters[envelope.kind].act.chained else "wrong-class-of-id"

    def put_by(self) -> None:
        self._verdicts |= {place: Stored() for place, one in self._rest().items() if one.chained}

    def verify(self) -> None:
        rest = self._rest()
        holds = server.verify_all(list(rest.values()), self._sender.keys)
        refused = [place for place, good in zip(rest, holds, strict=True) if not good]
        self._verdicts |= dict.fromkeys(refused, Rejected("bad-signature"))

    def open(self, *, pardoned: str) -> None:
        rest = self._rest()
        bodies = server.open_all([one.body for one in rest.values()], self._centre.keys.sealing, kid=KID)
        read: dict[int, _Read] = {}
        for (place, envelope), body in zip(rest.items(), bodies, strict=True):
            act = Rejected("does-not-open") if body is None else self._read(envelope, body)
            if isinstance(act, Rejected):
                self._verdicts[place] = act
            else:
                read[place] = act
        claimed = {place: one.claim for place, one in read.items() if one.claim is not None}
        faults = zip(claimed, proofs.check_all(self._centre, list(claimed.values())), strict=True)
        for place, fault in faults:
            if isinstance(fault, Undecided):
                self._verdicts[place] = fault
            elif fault not in ("", pardoned):
                self._verdicts[place] = RejectedAct(fault, rest[place].kind, read[place].brought.act)
        self._tell_trouble(self._verdicts[place] for place in claimed if place in self._verdicts)
        acts = {place: one.brought for place, one in read.items() if place not in self._verdicts}
        # All of one kind at once: its matter may look once for them all, or share them over the cores.
        for kind in sorted({rest[place].kind for place in acts}):
            self._judge(kind, {place: act for place, act in acts.items() if rest[place].kind == kind})

    def _read(self, envelope: Envelope, body: bytes) -> _Read | Rejected:
        """What it says, and who is to have said it; whether they have is not known yet."""
        handling = self._centre.matters[envelope.kind]
        try:
            head, text = Head.apart(body)
            act = handling.intake.form.read(text)
        except MessageRefused:
            return Rejected("unreadable-body")
        if head.booth != envelope.booth:
            return Rejected("body-of-another-booth")
        match handling.act.proof, head.proof:
            case Proof.BOOTH, None:
                return _Read(Brought(envelope.id, envelope.booth, head.at, act), None)
            case Proof.CARD, None:
                return Rejected("no-card-proof")
            case Proof.CARD, proof if proof is not None:
                said = Statement(
                    municipality=self._centre.settings.municipality,
                    kind=envelope.kind,
                    act=envelope.id,
                    person=proof.person,
                    booth=envelope.booth,
                    at=head.at,
                    body=hashlib.sha256(text).hexdigest(),
                )
                brought = Brought(envelope.id, envelope.booth, head.at, act, proof.card, proof.person)
                return _Read(brought, proofs.Claim(proof, said))
            case Proof.BOOTH, _:
                return Rejected("unreadable-body")
        return Rejected("not-from-a-booth")

    def _judge(self, kind: str, acts: dict[int, Brought[Told]]) -> None:
        if self._sender.booth is None:
            raise AssertionError("sifted out before")
        judged = self._centre.matters[kind].intake.judge(self._centre, self._sender.booth, list(acts.values()))
        for (place, act), one in zip(acts.items(), judged, strict=True):
            if isinstance(one, Rejected):
                self._verdicts[place] = RejectedAct(one.reason, kind, act.act)
            elif isinstance(one, Undecided):
                self._verdicts[place] = one
            else:
                self._verdicts[place] = SoundAct(kind, replace(cast("Brought[object]", act), act=one))
        self._tell_trouble(judged)

    def _tell_trouble(self, verdicts: Iterable[object]) -> None:
        # Neither whose batch nor how many: a tool of one matter that fails would tell what was in it.
        for trouble in sorted({one.trouble for one in verdicts if isinstance(one, Undecided) and one.trouble}):
            logs.event(_log, logging.ERROR, "no-verdict", trouble=trouble)
