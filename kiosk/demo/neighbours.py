"""Neighbours of the demo's resident vote as well, without a screen: a vote of fewer than five is never opened."""

from card_reader import Pin, VirtualCard, VirtualReader
from kiosk import wiring
from kiosk.demo.town import DemoCard, TownFailed
from kiosk.identity import signing_in
from kiosk.identity.signing_in import AskPin, Session
from kiosk.kernel.booth import Booth
from kiosk.matters.votes import service
from kiosk.settings import BoothSettings
from municipality.matters.votes.messages import Election
from municipality.matters.votes.rules import Marks

_VOTERS = ("elector", "staff", "administration")


def vote(booth_settings: BoothSettings, cards: list[DemoCard], election: str, *, but: DemoCard) -> list[str]:
    """One vote of each elector's card in order, the first answer of each question; returns their trackers."""
    reader = VirtualReader()
    with wiring.open_booth(booth_settings, bench=wiring.Bench(reader=reader)) as booth:
        voters = [card for card in cards if card.kind in _VOTERS and card is not but]
        return [_vote(booth, reader, card, election) for card in voters]


def _vote(booth: Booth, reader: VirtualReader, card: DemoCard, election: str) -> str:
    reader.insert(VirtualCard(card.image))
    try:
        asked = signing_in.begin(booth)
        session = signing_in.unlock(booth, asked, Pin(card.pin)) if isinstance(asked, AskPin) else asked
        if not isinstance(session, Session):
            raise TownFailed(f"a neighbour's card was not taken: {session}")
        told = next(one.election for one in service.offered(booth, session) if one.election.election == election)
        outcome = service.cast(booth, session, told, _first_answers(told), lambda _stage: None)
        if not isinstance(outcome, service.Cast):
            raise TownFailed(f"a neighbour's vote was not stored: {outcome}")
        return outcome.tracker
    finally:
        reader.remove()


def _first_answers(election: Election) -> tuple[Marks, ...]:
    return tuple(Marks(frozenset(range(question.minimum))) for question in election.questions)
