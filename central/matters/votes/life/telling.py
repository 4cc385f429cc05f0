"""Told / not told: after a vote is over, everybody on its roll alike hears whether a ballot of theirs is recorded.

Never before its end, and never for some alone: until then who looks at booths would see who voted. Told as long as the
links are kept that say it, and no longer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache

from central.kernel.centre import Centre
from central.matters.votes.store import ballots as ballot_rows
from central.matters.votes.store import elections as rows
from central.matters.votes.store import records as record_rows
from central.office.roll import sections
from central.store import Tx
from central.store.office import registry as registry_rows
from municipality.matters.votes.messages import MOST_TOLD, ToldVote, VotesTold


def begin(centre: Centre, election: str) -> None:
    """From now on, for everybody at once. Once: a step that is taken again seals nothing anew."""
    with centre.store.writing() as tx:
        if record_rows.find(tx, election, record_rows.TOLD) is None:
            record_rows.put(tx, election, record_rows.TOLD, "")
            sections.ask_for_round(tx)


def end(tx: Tx, election: str) -> None:
    """Before the first link goes: what is left of them would deny the ballots of the others."""
    if record_rows.find(tx, election, record_rows.TOLD) is not None:
        record_rows.drop(tx, election, record_rows.TOLD)
        sections.ask_for_round(tx)


def tell(tx: Tx, holders: Mapping[str, str]) -> dict[str, VotesTold]:
    """By card. A resident who has got another card since is told of the one that they had by this one."""
    told = record_rows.elections_with(tx, record_rows.TOLD)
    if not told:
        return {}
    of = registry_rows.cards_of(tx, set(holders.values()))
    found: dict[str, list[ToldVote]] = {}
    votes = [held for one in told if (held := rows.find(tx, one)) is not None]
    for vote in sorted(votes, key=lambda one: (one.closes, one.election), reverse=True):
        electors = {of[card] for card in _roll(vote.roll) & of.keys()}
        voters = {of[card] for card in ballot_rows.voters(tx, vote.election, of.keys())}
        for resident in electors:
            one = ToldVote(election=vote.election, recorded=resident in voters)
            found.setdefault(resident, []).append(one)
    return {card: _cut(found[resident]) for card, resident in holders.items() if resident in found}


def _cut(votes: list[ToldVote]) -> VotesTold:
    return VotesTold(votes=tuple(votes[:MOST_TOLD]), more=len(votes[MOST_TOLD:]))


@lru_cache(maxsize=8)
def _roll(text: str) -> frozenset[str]:
    """Asked for each part of the town's cards."""
    return frozenset(json.loads(text))
