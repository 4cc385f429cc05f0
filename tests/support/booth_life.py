"""One life of a booth process (vote_and_die.py), and what its outbox holds afterwards."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import small_town as st

from kiosk import settings, wiring
from kiosk.matters.votes import service as voting
from sync import agree_with, open_sealed, outbox


@dataclass(frozen=True)
class Life:
    """What one process of the booth said before it ended."""

    said: list[str]
    errors: str
    code: int

    @property
    def tracker(self) -> str | None:
        return next((line.split()[1] for line in self.said if line.startswith("shown")), None)


def live(town, home: Path, point: str, temporary: Path, marks=((1,), (0, 2))) -> Life:
    order = {
        "home": str(home),
        "card": town.cards[st.ANNA].to_json(),
        "pin": st.PIN,
        "election": town.election.election,
        "marks": [list(answers) for answers in marks],
        "point": point,
    }
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


def ballots(town, home: Path) -> list[str]:
    """Trackers of the ballots in the outbox, opened with the centre's key."""
    from ballot_box import BallotOk, check_ballot
    from municipality.matters.votes.messages import BallotAct

    with wiring.open_booth(settings.load(home / "kiosk.toml")) as booth, booth.store.reading() as connection:
        envelopes = outbox.pending(connection, 10)
    key = agree_with(town.sealing_key)
    acts = [BallotAct.read(open_sealed(envelope.body, key, kid="centre")) for envelope in envelopes]
    checked = [check_ballot(voting.setup_of(town.election), act.ballot) for act in acts]
    assert all(isinstance(one, BallotOk) for one in checked)
    return [one.tracker for one in checked]
