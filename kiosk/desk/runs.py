"""What runs for a visit, and what becomes of a card that it has taken for a visit that is over by then.

The reader's word and the lane's come in any order: a card may leave before its visit has taken what the lane brought.
Never: a line to a card that nobody closes, or that is closed on another thread than the card's.
"""

from kiosk.desk.door.welcome import close
from kiosk.desk.guest import Leftover
from kiosk.desk.work import Job, Lane, Progress, Run


class Runs:
    """Of one booth, visit by visit. For the counter's thread; what it gives away runs on the lanes."""

    def __init__(self) -> None:
        self._visit = 0
        # What the card's lane has brought for a visit (by its number) and the visit has not taken yet.
        self._brought: dict[int, object] = {}

    def next_visit(self) -> None:
        """What runs for the last one is late from now on."""
        self._visit += 1

    def is_late(self, run: Run) -> bool:
        return run.visit != self._visit

    def taken(self, run: Run) -> None:
        """The visit has what this run brought, and sees to it that it is closed."""
        self._brought.pop(run.visit, None)

    def of(self, work: Job, leftover: Leftover | None = None) -> Run:
        """`leftover`: of whoever was here before; their card is let go, on the same lane, before this one is taken."""
        lane, job = work
        visit = self._visit

        def on_card(progress: Progress) -> object:
            self._close_late()
            if leftover is not None:
                leftover.close()
            self._brought[visit] = result = job(progress)
            self._close_late()  # its own, if the card has left meanwhile
            return result

        return Run(lane, on_card if lane is Lane.CARD else job, visit)

    def closing_late(self, run: Run) -> Run | None:
        """After a late run's result: closes what waits, once."""
        # Copied at once: the lane brings more meanwhile.
        late = any(visit != self._visit for visit in list(self._brought))
        return Run(Lane.CARD, lambda _progress: self._close_late(), run.visit) if late else None

    def closing(self, leftover: Leftover | None) -> Run | None:
        if leftover is None:
            return None
        return Run(Lane.CARD, lambda _progress: leftover.close(), self._visit)

    def _close_late(self) -> None:
        """On the card's lane."""
        for visit in list(self._brought):
            if visit != self._visit:
                close(self._brought.pop(visit, None))
