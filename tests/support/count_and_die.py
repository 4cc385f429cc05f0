"""Closes, counts and publishes a vote, and is killed (-9) at a named point. Run by test_counting_killed.py.

Arguments: the centre's folder, the election, the moment, the point. Says "at POINT" just before it kills itself.
"""

import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import ballot_box
from ballot_box import TallyResult
from central.kernel.centre import Centre
from central.matters.votes import service as elections
from central.matters.votes.life import closing, counting
from central.opening import open_centre

# What is called at each point, where it is called from, and whether the kill comes after its first call or before.
POINTS: dict[str, tuple[Any, str, bool]] = {
    "closed": (closing, "grow_board", False),
    "board grown": (ballot_box.Board, "append", True),
    "board sealed": (ballot_box, "close", True),
    "product made": (ballot_box, "encrypted_tally", True),
    "trustees asked": (ballot_box, "add_partial_decryption", False),
    "result there": (ballot_box, "result", True),
    "end signed": (counting, "add_end", True),
    "verified": (counting, "_verified", True),
}


def main(home: str, election: str, moment: str, point: str) -> None:
    def dying(act: Callable[..., Any], after: bool) -> Callable[..., Any]:
        def die(*given: Any, **named: Any) -> Any:
            if after:
                act(*given, **named)
            print(f"at {point}", flush=True)
            os.kill(os.getpid(), signal.SIGKILL)

        return die

    where, name, after = POINTS[point]
    setattr(where, name, dying(getattr(where, name), after))
    centre = open_centre(Path(home), datetime.fromisoformat(moment))
    go_on(centre, election)


def go_on(centre: Centre, election: str) -> TallyResult | None:
    """The steps that are still to be taken, as an officer sees them by the vote's state."""
    if elections.standing(centre, election).state in ("open", "closed"):
        elections.close(centre, election)
        elections.tally(centre, election)
    return elections.publish(centre, election)


if __name__ == "__main__":
    main(*sys.argv[1:])
