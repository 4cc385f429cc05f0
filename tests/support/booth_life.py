"""One life of a booth process (vote_and_die.py), and what its outbox holds afterwards."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import small_town as st

from ballot_box import BallotOk, check_ballot
from kiosk import settings, wiring
from kiosk.matters.votes import closing
from municipality.matters.votes.messages import BALLOT_ACT, BallotAct
from sync import Envelope, outbox


@dataclass(frozen=True)
class Life:
    """What one process of the booth said before it ended."""

    said: list[str]
    errors: str
    code: int

    @property
    def shown(self) -> str | None:
        """The tracker or the number that stood on the screen in the end."""
        return self._after("shown")

    @property
    def printed(self) -> list[str]:
        """The verification code that went into the press, and the address of its page; [] if none did."""
        return (self._after("code") or "").split()

    @property
    def logged(self) -> str:
        """All that it said but for what this test made it say of the paper."""
        return "\n".join([self.errors, *(line for line in self.said if not line.startswith("code "))])

    def _after(self, word: str) -> str | None:
        return next((line.removeprefix(f"{word} ") for line in self.said if line.startswith(f"{word} ")), None)


def live(
    town: st.SmallTown,
    home: Path,
    point: str,
    temporary: Path,
    marks: Sequence[Sequence[int]] = ((1,), (0, 2)),
    *,
    paper: str = "",
) -> Life:
    """A visit that is killed at `point`: with a vote, or for a certificate of the kind `paper`."""
    order = {"home": str(home), "card": town.cards[st.ANNA].to_json(), "pin": st.PIN, "point": point}
    vote = {"election": town.election.election, "marks": [list(answers) for answers in marks]}
    order |= {"paper": paper} if paper else vote
    temporary.mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("vote_and_die.py"))],
        input=json.dumps(order) + "\n",
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "TMPDIR": str(temporary), "QT_QPA_PLATFORM": "offscreen"},
        check=False,
    )
    return Life(done.stdout.splitlines(), done.stderr, done.returncode)


def waiting(home: Path) -> list[Envelope]:
    """What the booth would send; it is only looked at, and not started."""
    with wiring.open_booth(settings.load(home / "kiosk.toml")) as booth, booth.store.reading() as connection:
        return outbox.pending(connection, 10)


def taken(town: st.SmallTown, home: Path) -> list[str]:
    """Trackers that the booth's closing statement would have."""
    with wiring.open_booth(settings.load(home / "kiosk.toml")) as booth, booth.store.reading() as connection:
        return closing.taken(connection, town.election)


def ballots(town: st.SmallTown, home: Path) -> list[str]:
    """Trackers of the ballots in the outbox, opened with the centre's key; nothing else waits there."""
    envelopes = waiting(home)
    assert {one.kind for one in envelopes} <= {BALLOT_ACT}
    acts = [BallotAct.read(st.told(town, one)[1]) for one in envelopes]
    checked = [check_ballot(st.setup_of(town), act.ballot) for act in acts]
    assert all(isinstance(one, BallotOk) for one in checked)
    return [one.tracker for one in checked]
