"""Turnout by municipal unit: computed once, when the result is published, while the links between cards and ballots are
there. What is kept tells of no unit in which so few have voted, or have not, that somebody would be told apart.
"""

from __future__ import annotations

import json
from collections import Counter

from central.matters.votes.life.elections import listed
from central.matters.votes.store import ballots as ballot_rows
from central.matters.votes.store import records as record_rows
from central.matters.votes.store.elections import Held
from central.store import Tx
from central.store.office import registry as registry_rows
from municipality.matters.votes.turnout import Turnout, turnout
from municipality.residents import FamilyShare


def compute(tx: Tx, vote: Held, ballots: int) -> Turnout | None:
    """Of a vote in which so many ballots count; None where the links do not account for each of them. Auditors' cards
    are not on the roll of this."""
    apart = listed(tx, vote.election)
    roll: set[str] = set(json.loads(vote.roll)) - set(apart.cards if apart else ())
    voters = ballot_rows.voters(tx, vote.election) & roll
    if len(voters) != ballots:
        return None
    # Who is in no family record by now was on the roll all the same.
    units = dict.fromkeys(roll, "")
    for holder in registry_rows.holders(tx):
        if holder.card.card in roll and holder.share is not None:
            units[holder.card.card] = FamilyShare.model_validate_json(holder.share).unit
    electors, voted = Counter(units.values()), Counter(units[card] for card in voters)
    return turnout({unit: (electors[unit], voted[unit]) for unit in electors})


def keep(tx: Tx, election: str, found: Turnout | None) -> None:
    """Once: what was published stays."""
    if found is not None and record_rows.find(tx, election, record_rows.TURNOUT) is None:
        record_rows.put(tx, election, record_rows.TURNOUT, found.model_dump_json())


def kept(tx: Tx, election: str) -> Turnout | None:
    text = record_rows.find(tx, election, record_rows.TURNOUT)
    return None if text is None else Turnout.model_validate_json(text)
