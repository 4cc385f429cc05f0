"""A vote at a small town hall in which some cards are auditors': with keys that tests hold for every card of the roll,
ballots that are really sealed, and an intake that skips the cards' signatures (those are tried elsewhere). Officials
act in this process: what starting them takes is tried elsewhere, too."""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import seeded_town as hands
from cryptography.hazmat.primitives.asymmetric import ec

from ballot_box import BLANK, Credential, credential_in, read_slip, seal_ballot
from ballot_box.__main__ import main
from ballot_box.officials import Office, registration
from ballot_box.officials.signing import pem_of
from ballot_box.tracker import tracker_of
from central.demo.vote import plan
from central.kernel.centre import Centre
from central.matters.votes import intake, service
from central.matters.votes.intake import SoundBallot
from central.matters.votes.life import drawing_up, rehearsal
from central.matters.votes.life.elections import all_officials
from central.matters.votes.store.ballots import Ballot
from central.opening import open_centre
from municipality.matters.votes.messages import Election
from sync import agree_with, open_sealed

Choice = tuple[int | None, ...]
AUDITORS = 5


def here(patch: pytest.MonkeyPatch) -> None:
    """A rehearsal's officials act in this process."""

    def run(centre: Centre, who: str, *words: str, seconds: float = 0) -> str:
        at = 2 if words[0] in ("official", "trustee") else 1
        assert centre.settings.rehearsal is not None
        whose = ("--home", str(centre.settings.rehearsal / who), "--rehearsal")
        if main([*words[:at], *whose, *words[at:]]):
            raise rehearsal.OfficialFailed(words[0])
        return ""

    patch.setattr(rehearsal, "_run", run)


@dataclass(frozen=True)
class Drawn:
    """A seeded folder with such a vote, open since an hour, for `Audited`s to be made of. `auditors`: by card, what
    each has deposited; `residents`: other cards of the roll; `sealed`: ballots that were made already."""

    folder: Path
    election: str
    auditors: Mapping[str, Choice]
    residents: tuple[str, ...]
    credentials: Mapping[str, Credential]
    sealed: dict[tuple[str, Choice], str] = field(default_factory=dict)


def draw_up(seeded: Path, folder: Path, **changes: Any) -> Drawn:
    """The last cards of the roll are auditors'; they deposit the first and the second answer in turn."""
    shutil.copytree(seeded, folder)
    centre = open_centre(_town(folder).home)
    opens = centre.clock().replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    draft = drawing_up.begin(centre, replace(plan(opens), **changes))
    cards = [one["card"] for one in json.loads(draft.request)["entries"]]
    keys = {card: ec.generate_private_key(ec.SECP256R1()) for card in cards}
    entries = [(card, pem_of(key.public_key()), "") for card, key in keys.items()]
    ours = registration.request_of(draft.election, centre.settings.municipality, entries)
    deposited: dict[str, Choice] = {card: (place % 2, None) for place, card in enumerate(cards[-AUDITORS:])}
    lines = "".join(f"{card}: {place % 2 + 1} / λευκό\n" for place, card in enumerate(deposited))
    made = rehearsal.register(centre, ours, len(cards), lines)
    prepared = drawing_up.prepare(centre, replace(draft, request=ours), made)
    drawing_up.establish(centre, prepared, rehearsal.sign_setup(centre, prepared.notice.record()))
    service.open_vote(centre, draft.election)
    (clerk,) = all_officials(centre)[prepared.notice.officials].keys(Office.REGISTRAR)
    opened = {card: open_sealed(slip, agree_with(keys[card]), kid=card) for card, slip in made.slips.items()}
    credentials = {
        card: read_slip(plain, card=card, election=draft.election, registrar=clerk) for card, plain in opened.items()
    }
    centre.store.close()
    return Drawn(folder, draft.election, deposited, tuple(one for one in cards if one not in deposited), credentials)


class Audited:
    """The vote in a folder of a test's own."""

    def __init__(self, drawn: Drawn, folder: Path) -> None:
        shutil.copytree(drawn.folder, folder)
        self.drawn, self.election = drawn, drawn.election
        self.residents, self.auditors = drawn.residents, drawn.auditors
        self.town = _town(folder)
        self.centre = open_centre(self.town.home)
        self.notice: Election = hands.notice_of(self.centre, self.election)
        self._taken: list[list[str]] = [[], [], []]
        self._numbers: Iterator[int] = itertools.count()
        self._open = [self.centre]

    def vote(self, card: str, *choice: int | None, booth: int = 0, cracked: bool = False, after: int = 1) -> str:
        """The tracker. A cracked booth seals the second answer for whoever chose the first, whoever it is."""
        text = self._seal(card, tuple(1 if cracked and one == 0 else one for one in choice), after)
        at, name, credential = self.notice.opens + timedelta(minutes=after), tracker_of(text), credential_in(text)
        assert credential is not None
        ballot = Ballot(self.election, name, credential, text, at)
        envelope = f"00000000-0000-4000-8000-{next(self._numbers):012d}"
        with self.centre.store.writing() as tx:
            why = intake.keep(tx, SoundBallot(ballot, card), booth=self.town.booth(booth).id, envelope=envelope)
        assert why == ""
        self._taken[booth].append(name)
        return name

    def _seal(self, card: str, choice: Choice, turn: int) -> str:
        kept = (f"{card} {turn}", choice)
        if kept not in self.drawn.sealed:
            marks = [BLANK if one is None else frozenset({one}) for one in choice]
            made = seal_ballot(intake.setup_of(self.notice), self.drawn.credentials[card], marks)
            self.drawn.sealed[kept] = made.text
        return self.drawn.sealed[kept]

    def over(self) -> Centre:
        """The town hall after the end, with every booth heard."""
        later = open_centre(self.town.home, self.notice.closes + timedelta(days=6))
        self._open.append(later)
        hands.all_state(self.town, later, *self._taken, election=self.election)
        return later

    def end(self) -> None:
        for centre in self._open:
            centre.store.close()


def _town(folder: Path) -> hands.Town:
    return hands.Town(folder, json.loads((folder / "seed.json").read_text(encoding="utf-8")))


__all__ = ["AUDITORS", "Audited", "Drawn", "draw_up", "here"]
