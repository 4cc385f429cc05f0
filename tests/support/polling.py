"""A vote with three booths, five voters and a time for late letters: ready ballots, and hands that cast, send, state,
declare and count at any moment. For tests only."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

import seeded_town as hands

from ballot_box import Ballot
from ballot_box.officials import signing
from ballot_box.officials.home import Home, Passphrase
from card_reader import CardImage
from central.demo.vote import plan
from central.kernel import intake
from central.kernel.centre import Centre
from central.matters.votes import service as elections
from central.matters.votes.life import closing
from central.matters.votes.life.closing import Verdict
from central.opening import open_centre
from municipality.matters.votes.messages import Election
from sync import Envelope

VOTERS = (("elector", 0), ("elector", 1), ("elector", 2), ("staff", 0), ("administration", 0))
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
GRACE_HOURS = 72
Outcome = tuple[str, str]


@dataclass(frozen=True)
class Polled:
    """A seeded folder with such a vote, for `Hall`s to be made of; the ballots of its voters, made when asked for."""

    folder: Path
    election: str
    made: dict[tuple[int, int], Ballot]


def polled(folder: Path, seeded: Path) -> Polled:
    """Copies `seeded`, and draws the vote up; takes some seconds."""
    shutil.copytree(seeded, folder)
    centre = open_centre(_town(folder).home)
    opens = centre.clock().replace(minute=0, second=0, microsecond=0) + HOUR
    election = elections.draw_up(centre, replace(plan(opens), grace_hours=GRACE_HOURS))
    elections.open_vote(centre, election)
    centre.store.close()
    return Polled(folder, election, {})


def choice_of(voter: int, turn: int) -> tuple[int, int]:
    """What a voter chooses the `turn`th time: another answer each time."""
    return (voter + turn) % 4, (voter + 2 * turn) % 3


class Hall:
    """The vote in a folder of a test's own. Moments: `opens`, `closes`, `late` (the end of the grace)."""

    def __init__(self, polled: Polled, folder: Path) -> None:
        shutil.copytree(polled.folder, folder)
        self.town, self.election, self._made = _town(folder), polled.election, polled.made
        self.centre = open_centre(self.town.home)
        self.notice: Election = hands.notice_of(self.centre, self.election)
        self.opens, self.closes = self.notice.opens, self.notice.closes
        self.late = self.closes + timedelta(hours=GRACE_HOURS)
        self.booths = [self.town.booth(place) for place in range(len(self.town.summary["booths"]))]
        self._last = [""] * len(self.booths)  # of each booth's chain of acts

    def at(self, moment: datetime) -> Centre:
        return hands.at(self.centre, moment)

    @cached_property
    def cards(self) -> list[CardImage]:
        return [self.town.card(*voter) for voter in VOTERS]

    def number(self, voter: int) -> str:
        number = self.cards[voter].number
        assert number is not None
        return number

    def ballot(self, voter: int, turn: int = 0) -> Ballot:
        """The same one whenever it is asked for."""
        if (voter, turn) not in self._made:
            made = hands.mark(self.centre, self.election, self.cards[voter], *choice_of(voter, turn))
            self._made[voter, turn] = made
        return self._made[voter, turn]

    def cast(self, voter: int, at: datetime, *, turn: int = 0, booth: int = 0, card: int | None = None) -> Envelope:
        """An envelope with that ballot, as the booth seals it. `card`: another's, which signs it all the same."""
        signer = self.cards[voter if card is None else card]
        doing = hands.cast(self.election, self.booths[booth].id, signer, self.ballot(voter, turn), at)
        return self.booths[booth].ballot(doing)

    def send(self, booth: int, letters: Sequence[Envelope], now: datetime) -> list[Outcome]:
        """What a batch is answered; fewer answers where there is no verdict."""
        answers = intake.take_batch(self.at(now), self.booths[booth].id, letters)
        return [(answer.outcome, answer.reason) for answer in answers]

    def vote(self, voter: int, at: datetime, now: datetime | None = None, **more: int) -> Outcome:
        """Cast at `at`, sent at once or at `now`."""
        booth = more.get("booth", 0)
        (outcome,) = self.send(booth, [self.cast(voter, at, **more)], now or at)
        return outcome

    def statement(self, booth: int, trackers: Iterable[str], now: datetime) -> Envelope:
        one = self.booths[booth]
        made = one.act(hands.closing(self.centre, self.election, one, trackers, now), previous=self._last[booth])
        self._last[booth] = made.digest()
        return made

    def state(self, booth: int, trackers: Iterable[str], now: datetime) -> Outcome:
        (outcome,) = self.send(booth, [self.statement(booth, trackers, now)], now)
        return outcome

    def all_state(self, taken: Mapping[int, Iterable[str]], now: datetime) -> None:
        """Every booth, whose trackers are not given: none."""
        for booth in range(len(self.booths)):
            assert self.state(booth, taken.get(booth, ()), now) == ("accepted", "")

    def found(self, voter: int, turn: int = 0) -> str:
        return elections.find_ballot(self.centre, self.election, self.ballot(voter, turn).tracker)

    def declare(self, now: datetime, verdicts: Mapping[str, Verdict] | None = None) -> None:
        """Two officers sign for the vote as it stands."""
        centre = self.at(now)
        text = closing.draft_declaration(centre, self.election, {}, "Δεν ήρθε ποτέ", verdicts).text
        closing.declare(centre, self.election, text, self.signatures(text))

    def signatures(self, text: str, names: Sequence[str] = ("officer-1", "officer-2")) -> list[signing.Signature]:
        folder = self.centre.settings.rehearsal
        assert folder is not None
        homes = [Home.open(folder / name, Passphrase(f"rehearsal of {name}")) for name in names]
        return [home.signer.sign(signing.DECLARATION, text) for home in homes]

    def end(self) -> None:
        self.centre.store.close()


def _town(folder: Path) -> hands.Town:
    return hands.Town(folder, json.loads((folder / "seed.json").read_text(encoding="utf-8")))


__all__ = ["DAY", "GRACE_HOURS", "HOUR", "MINUTE", "VOTERS", "Hall", "Polled", "choice_of", "polled"]
