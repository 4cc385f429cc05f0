"""Judges the envelopes of a batch by themselves: whose they are, whether they hold, what they say. Changes nothing.

Must never let a ballot pass without its own signature verified, whatever the settings say.
"""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TypeAlias

from cryptography.hazmat.primitives.asymmetric import ec

from ballot_box import ToolFailed, ToolUnavailable
from central.services import ballots, certificates, logs
from central.services.centre import KID, Centre
from central.store.booths import Booth
from municipality.messages import ActKind, BallotAct, CardBlockAct, CertificateAct, MessageRefused, TechnicianAct
from sync import Envelope, NotSigned, server

_log = logging.getLogger(__name__)
_KINDS = frozenset(ActKind)
_FORMS: dict[ActKind, type[BallotAct] | type[CertificateAct] | type[TechnicianAct] | type[CardBlockAct]] = {
    ActKind.BALLOT: BallotAct,
    ActKind.CERTIFICATE: CertificateAct,
    ActKind.TECHNICIAN: TechnicianAct,
    ActKind.CARD_BLOCK: CardBlockAct,
}


@dataclass(frozen=True)
class Rejected:
    """Why an envelope is not taken: a short code, no content."""

    reason: str


@dataclass(frozen=True)
class Stored:
    """An act that is kept unopened: the signature over its batch vouches for it until it is judged."""


@dataclass(frozen=True)
class Undecided:
    """No verdict on a ballot: belenios-tool or the disk failed, or the vote's credentials are not whole here. Nothing
    may be kept or said of it; its booth offers it again. `trouble`: the exception's type."""

    trouble: str


@dataclass(frozen=True)
class Paper:
    """A certificate's act that holds by itself."""

    act: CertificateAct


@dataclass(frozen=True)
class Word:
    """A card's act that is no paper: its holder blocked it, or a technician did something. Judged by its card's row."""

    act: CardBlockAct | TechnicianAct


Examined: TypeAlias = "ballots.Sound | Paper | Word"
Verdict: TypeAlias = "Examined | Rejected | Stored | Undecided"


@dataclass(frozen=True)
class Sender:
    """The booth that signed the request: its row if it is active, and every key of its that is believed."""

    id: str
    booth: Booth | None
    keys: tuple[ec.EllipticCurvePublicKey, ...]


@cache
def cores() -> server.Cores:
    """The threads of this process that judge."""
    return server.Cores(os.cpu_count() or 1)


def examine_all(centre: Centre, sender: Sender, envelopes: Sequence[Envelope], *, later: bool) -> list[Verdict]:
    """Everything that can be checked without changing anything, of each. `later`: acts are only looked at from outside
    and are `Stored`; ballots never are. Raises what the store raises: then there is no verdict on any of them."""
    desk = _Desk(centre, sender, envelopes)
    desk.sift(lambda one: "" if one.booth == sender.id else "other-booth")
    desk.sift(lambda _: "" if sender.booth is not None and sender.keys else "unknown-booth")
    if later:
        desk.sift(_misfit)
        desk.put_by()
    desk.verify()
    desk.sift(_misfit)
    desk.open()
    return desk.verdicts()


def examine(centre: Centre, sender: Sender, envelope: Envelope) -> Examined | Rejected:
    """As examine_all, of one, and now. Raises ToolUnavailable where there is no verdict."""
    verdict = examine_all(centre, sender, [envelope], later=False)[0]
    if isinstance(verdict, Stored):
        raise AssertionError("judged now, and yet put by")
    if isinstance(verdict, Undecided):
        raise ToolUnavailable(f"no verdict: {verdict.trouble}")
    return verdict


def signed_by(envelope: Envelope, keys: Sequence[ec.EllipticCurvePublicKey]) -> bool:
    """Whether one of `keys` signed this envelope."""
    return server.verify_all([envelope], keys, cores())[0]


def _misfit(envelope: Envelope) -> str:
    if envelope.kind not in _KINDS:
        return "unknown-kind"
    if envelope.version != 1:
        return "unknown-version"
    return "wrong-class-of-id" if envelope.chained == (envelope.kind == ActKind.BALLOT) else ""


class _Desk:
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

    def put_by(self) -> None:
        self._verdicts |= {place: Stored() for place, one in self._rest().items() if one.chained}

    def verify(self) -> None:
        rest = self._rest()
        holds = server.verify_all(list(rest.values()), self._sender.keys, cores())
        refused = [place for place, good in zip(rest, holds, strict=True) if not good]
        self._verdicts |= dict.fromkeys(refused, Rejected("bad-signature"))

    def open(self) -> None:
        rest = self._rest()
        bodies = server.open_all([one.body for one in rest.values()], self._centre.keys.sealing, cores(), kid=KID)
        votes: dict[int, BallotAct] = {}
        for (place, envelope), body in zip(rest.items(), bodies, strict=True):
            act = Rejected("does-not-open") if body is None else self._read(envelope, body)
            if isinstance(act, BallotAct):
                votes[place] = act
            else:
                self._verdicts[place] = act
        # A ballot's check is a process of its own, some 100 ms long.
        judged = cores().share(lambda some: [_vote(self._centre, one) for one in some], list(votes.values()), least=1)
        self._verdicts |= zip(votes, judged, strict=True)
        troubles = Counter(one.trouble for one in judged if isinstance(one, Undecided))
        for trouble, count in troubles.items():
            logs.event(_log, logging.ERROR, "no-verdict", booth=self._sender.id, trouble=trouble, count=count)

    def _read(self, envelope: Envelope, body: bytes) -> BallotAct | Paper | Word | Rejected:
        try:
            act = _FORMS[ActKind(envelope.kind)].read(body)
        except MessageRefused:
            return Rejected("unreadable-body")
        if act.booth != envelope.booth:
            return Rejected("body-of-another-booth")
        if isinstance(act, BallotAct):
            return act
        if isinstance(act, CardBlockAct | TechnicianAct):
            return Word(act) if "\0" not in act.text() else Rejected("unreadable-body")
        if self._sender.booth is None:
            raise AssertionError("sifted out before")
        fault = certificates.examine(act, self._sender.booth)
        return Rejected(fault) if fault else Paper(act)


def _vote(centre: Centre, act: BallotAct) -> ballots.Sound | Rejected | Undecided:
    # A booth's clock may be some minutes wrong; a cast time far ahead would outrank every later vote.
    if act.cast_at > centre.clock() + timedelta(minutes=10):
        return Rejected("cast-in-the-future")
    try:
        examined = ballots.examine(centre, act)
    except (ToolFailed, OSError, NotSigned, ValueError) as trouble:
        # Of this one ballot: what came with it is judged all the same, or a broken tool would hold back lost cards.
        # What a booth may send wrongly has its own reason: what else cannot be read or believed is a row of ours.
        return Undecided(type(trouble).__name__)
    return Rejected(examined) if isinstance(examined, str) else examined
