"""The card pulled before, and during, every single APDU that a booth says in a whole visit: sign-in, dossier, vote, PIN
asked once more. Always the outcome for a card that is gone, no PIN try spent, nothing stored by halves, no half
session, and the next card works.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import small_town as st

from card_reader import Pin, VirtualCard, VirtualReader
from kiosk import settings, wiring
from kiosk.identity import signing_in
from kiosk.identity.signing_in import AskPin, Session, SignInRefused
from kiosk.kernel.booth import Booth
from kiosk.matters.votes import service as voting
from municipality.failures import BoothCode
from municipality.matters.votes.failures import VoteCode
from municipality.matters.votes.rules import Marks
from sync import outbox

A_VOTE = (Marks(frozenset({1})), Marks(frozenset({0, 2})))
STEPS = ("examined", "signed in", "voted", "confirmed")


class PulledCard(VirtualCard):
    """Leaves its reader at one APDU, counted over the whole visit."""

    def __init__(self, image, reader: VirtualReader, at: int | None, during: bool) -> None:
        super().__init__(image)
        self.reader, self.at, self.during, self.count = reader, at, during, 0

    def transmit(self, apdu: bytes | bytearray) -> bytes:
        now = self.count == self.at
        self.count += 1
        if now and not self.during:
            self.reader.remove()
        answer = super().transmit(apdu)
        if now:
            self.reader.remove()
        return answer


@contextmanager
def open_booth(home: Path) -> Iterator[tuple[Booth, VirtualReader]]:
    reader = VirtualReader()
    loaded = settings.load(home / "kiosk.toml")
    with wiring.open_booth(loaded, bench=wiring.Bench(reader=reader)) as booth:
        yield booth, reader


def visit(booth: Booth, town) -> tuple[list[str], object]:
    """The steps that were reached, and how it ended."""
    reached: list[str] = []
    asked = signing_in.begin(booth)
    if not isinstance(asked, AskPin):
        return reached, asked
    reached.append("examined")
    session = signing_in.unlock(booth, asked, Pin(st.PIN))
    if not isinstance(session, Session):
        return reached, session
    reached.append("signed in")
    try:
        cast = voting.cast(booth, session, town.election, A_VOTE, lambda _stage: None)
        if not isinstance(cast, voting.Cast):
            return reached, cast
        reached.append("voted")
        again = signing_in.confirm_pin(booth, session, Pin(st.PIN))
        if not isinstance(again, Session):
            return reached, again
        reached.append("confirmed")
        return reached, None
    finally:
        session.connection.close()


def waiting(booth: Booth) -> int:
    with booth.store.reading() as connection:
        return len(outbox.pending(connection, 1000))


@pytest.mark.parametrize("during", [False, True], ids=["before", "during"])
def test_pulled_at_every_apdu_of_a_visit(town, home: Path, during: bool) -> None:
    with open_booth(home) as (booth, reader):
        whole = PulledCard(town.cards[st.ANNA], reader, None, during)
        reader.insert(whole)
        assert visit(booth, town) == (list(STEPS), None)
        assert whole.count >= 16
        stored, furthest = waiting(booth), set()
        for at in range(whole.count):
            piece = PulledCard(town.cards[st.ANNA], reader, at, during)
            reader.insert(piece)
            reached, end = visit(booth, town)
            furthest.add(len(reached))
            expected = (
                voting.NotCast(VoteCode.VOTE_NOT_CAST) if len(reached) == 2 else SignInRefused(BoothCode.CARD_GONE)
            )
            assert end == expected, (at, reached, end)
            assert piece.image().tries == 3, f"a try was spent at {at}"
            stored += "voted" in reached  # the ballot is in whole, or not at all
            assert waiting(booth) == stored, at
        assert furthest == {0, 1, 2, 3}, "every step was cut"
        for number in (st.NIKOS, st.ANNA):
            reader.insert(VirtualCard(town.cards[number]))
            asked = signing_in.begin(booth)
            assert isinstance(asked, AskPin) and asked.tries_left == 3
            assert isinstance(signing_in.unlock(booth, asked, Pin(st.PIN)), Session)


@pytest.mark.parametrize("at", [0, 1])
def test_the_same_card_put_in_again_starts_from_the_beginning(town, home: Path, at: int) -> None:
    """No session survives the card: what was unlocked before it was pulled does nothing afterwards."""
    with open_booth(home) as (booth, reader):
        piece = PulledCard(town.cards[st.ANNA], reader, None, False)
        reader.insert(piece)
        asked = signing_in.begin(booth)
        assert isinstance(asked, AskPin)
        session = signing_in.unlock(booth, asked, Pin(st.PIN))
        assert isinstance(session, Session)
        piece.at = piece.count + at
        voting.cast(booth, session, town.election, A_VOTE, lambda _stage: None)
        piece.at = None
        reader.insert(piece)
        before = piece.count
        assert isinstance(voting.cast(booth, session, town.election, A_VOTE, lambda _stage: None), voting.NotCast), (
            "the old session speaks to a dead line"
        )
        assert piece.count == before, "not one APDU of it reached the card"
        assert isinstance(signing_in.begin(booth), AskPin)
