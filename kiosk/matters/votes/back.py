"""What the kernel asks of votes at the booth."""

from collections.abc import Callable

from kiosk.kernel.conditions import Finding
from kiosk.kernel.matter import BackOffice
from kiosk.matters.votes import closing, notices, officials
from municipality.matters.votes import MATTER


def _trial(clock: Callable[[], float]) -> Finding:
    # A booth that starts has no need of it, and its first picture waits for whatever is loaded.
    from kiosk.matters.votes import trial

    return trial.ballot(clock)


BACK = BackOffice(
    MATTER,
    judge=notices.judge,
    round_begins=closing.state,
    notices=notices.running,
    trials=(_trial,),
    checks=(officials.look, closing.look),
)
