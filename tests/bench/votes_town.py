"""Voters for `scripts/bench votes`: cards whose keys the bench has, a vote drawn up for them, and rows behind pages."""

from __future__ import annotations

import random
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import large_town
import sqlalchemy as sa
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from ballot_box import (
    Board,
    Credential,
    ElectionSetup,
    Question,
    belenios,
    group,
    make_setup,
    new_uuid,
    read_slip,
)
from ballot_box.officials import Office
from ballot_box.practice import lone_trustee
from card_reader import Authority, Slot, certify
from central.demo import vote as demo_vote
from central.kernel.centre import Centre, read_key
from central.kernel.matter import Brought, Rejected, Undecided
from central.matters.votes import service as elections
from central.matters.votes import standings
from central.matters.votes.intake import SoundBallot
from central.matters.votes.life.elections import town_officials
from central.matters.votes.store import ballots as ballot_rows
from central.matters.votes.store.tables import ballots as ballot_table
from central.store.line import feed
from central.store.office import registry
from central.store.tables import cards as card_table
from municipality.matters.votes.messages import BallotAct, VoteItem
from sync import agree_with, open_sealed

SOME = 500


@dataclass(frozen=True)
class Vote:
    """An open vote; `credentials` by card, out of the slips."""

    election: str
    credentials: dict[str, Credential]
    closes: datetime
    record: Path


def draw_up(centre: Centre, voters: int) -> Vote:
    """A vote of exactly these voters. Whoever was on the roll before is not left on it."""
    keys = _electors(centre, voters)
    with centre.store.reading() as tx:
        others = {holder.card.card for holder in registry.holders(tx)} - keys.keys()
    plan = demo_vote.plan(centre.clock().replace(microsecond=0) - timedelta(hours=1), 5)
    election = elections.draw_up(centre, plan, leave_out=frozenset(others))
    elections.open_vote(centre, election)
    credentials = {}
    officials = town_officials(centre)
    assert officials is not None
    (registrar,) = officials.keys(Office.REGISTRAR)
    with centre.store.reading() as tx:
        for card, key in keys.items():
            slip = feed.find(tx, VoteItem.SLIP, f"{card}/{election}")
            assert slip is not None
            opened = open_sealed(slip.body, agree_with(key), kid=card)
            credentials[card] = read_slip(opened, card=card, election=election, registrar=registrar)
    return Vote(election, credentials, plan.closes, standings.archive(centre, election))


def people(centre: Centre, count: int) -> None:
    """So many residents more, with a card each."""
    large_town.grow(centre, -(-count // 3))


def _electors(centre: Centre, count: int) -> dict[str, ec.EllipticCurvePrivateKey]:
    """Some of the `people`, by card: each has a 9D key of its own now, which is kept here."""
    authority = Authority(centre.card_authorities[0], read_key("keys.card_authority", centre.settings.card_authority))
    now = centre.clock()
    with centre.store.reading() as tx:
        cards = [holder.card.card for holder in registry.holders(tx) if holder.card.card.startswith("KL-")][:count]
    keys = {card: ec.generate_private_key(ec.SECP256R1()) for card in cards}
    here = card_table.c.municipality_id == centre.settings.municipality
    change = sa.update(card_table).where(here, card_table.c.card == sa.bindparam("c"))
    values = [{"c": card, "k": _pem(authority, card, key, now)} for card, key in keys.items()]
    with centre.store.writing() as tx:
        tx.connection.execute(change.values(key_management=sa.bindparam("k")), values)
    return keys


def _pem(authority: Authority, card: str, key: ec.EllipticCurvePrivateKey, now: datetime) -> str:
    ends = now + timedelta(days=1000)
    made: x509.Certificate = certify(
        authority, card, Slot.KEY_MANAGEMENT, key.public_key(), now - timedelta(days=1), ends
    )
    return made.public_bytes(Encoding.PEM).decode()


def told(act: Brought[BallotAct], verdict: SoundBallot | Rejected | Undecided) -> Brought[SoundBallot]:
    """The act with its verdict in it, which must be good."""
    if not isinstance(verdict, SoundBallot):
        raise RuntimeError(f"a ballot of the bench was refused: {verdict}")
    return replace(act, act=verdict)  # type: ignore[arg-type, return-value]


def seconds_of_a_list(count: int) -> float:
    """How much longer `election verify` takes with a list of so many credentials: on a board without ballots."""
    uuid, numbers = new_uuid(), [group.G]
    while len(numbers) < max(2, count):
        numbers.append(numbers[-1] * group.G % group.P)
    with tempfile.TemporaryDirectory() as name:
        trustees = lone_trustee(Path(name))
        question = Question("?", ("1", "2"), 1, 1, False)

        def verify(some: list[int]) -> float:
            setup: ElectionSetup = make_setup(uuid, "-", [question], trustees, map(str, some))
            board = Board.create(Path(name) / f"{len(some)}.bel", setup)
            with board.copy() as folder:
                begin = time.perf_counter()
                belenios.verify(folder)
                return time.perf_counter() - begin

        return verify(numbers) - verify(numbers[:1])


def fill(centre: Centre, count: int) -> str:
    """So many ballots on the board of an open vote, as far as the tables know; its id."""
    election = standings.all_votes(centre)[0].election
    with centre.store.reading() as tx:
        (text, *_) = [one.ballot for one in ballot_rows.all_of(tx, election)]
    chance, begin = random.Random(1), centre.clock() - timedelta(days=1)
    with centre.store.writing() as tx:
        tx.connection.execute(sa.delete(ballot_table).where(ballot_table.c.election == election))
        for start in range(0, count, SOME):
            rows = [
                {
                    "municipality_id": tx.municipality,
                    "election": election,
                    "tracker": chance.randbytes(32).hex(),
                    "credential": str(chance.randrange(1, group.P)),
                    "ballot": text,
                    "cast_at": begin + timedelta(seconds=place),
                    "state": ballot_rows.ON_BOARD,
                }
                for place in range(start, min(start + SOME, count))
            ]
            tx.connection.execute(sa.insert(ballot_table), rows)
    return election
