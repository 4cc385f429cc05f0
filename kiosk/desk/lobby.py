"""Who is at the booth: nobody, or one guest, from their card or first touch to their last word. Everything enters here.

Taking the card out ends a visit at any step and drops every reference to its data. Never: Qt, SQL, running work itself,
a service by its name.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from card_reader import Empty, NoReader, NoService, Present, ReaderState, Unreadable
from kiosk.desk.actions import Action, Back, Cancel, Choose, Idle, Next
from kiosk.desk.door.cardless import Passerby
from kiosk.desk.door.lost_card import Reporting
from kiosk.desk.door.newcomer import READING, Newcomer
from kiosk.desk.guest import FAREWELL, REMOVED, Answer, Becomes, Guest, Leftover, Outcome, Over, Show, Shown
from kiosk.desk.matter import BoothMatter, without_card
from kiosk.desk.pages import Problem
from kiosk.desk.runs import Runs
from kiosk.desk.technician.departure import Departure
from kiosk.desk.views import Attract, Closed, TakeCard, View
from kiosk.desk.work import Job, Lane, Run, Turn
from kiosk.kernel import closures
from kiosk.kernel.booth import Booth
from kiosk.kernel.closures import Around, Lookout
from municipality.failures import BoothCode
from municipality.register import FAILURES

_LOOK_AGAIN = timedelta(seconds=5)
# A card that has not told by then who it is will not: a slow one needs two seconds.
_SILENT = timedelta(seconds=45)


class Lobby:
    """The flow of one booth. Not thread-safe: the counter calls it from one thread only."""

    def __init__(self, booth: Booth, matters: tuple[BoothMatter, ...]) -> None:
        self._booth, self._matters = booth, matters
        self._reader: ReaderState | None = None
        self._served: Present | None = None  # the insertion that this visit, or the last, belongs to
        self._guest: Guest | None = None
        self._runs = Runs()
        self._busy = False
        self._card_out = False  # while an act is under way
        self._until: datetime | None = None
        self._shown: Shown | None = None
        self._silent_at: datetime | None = None
        self._looked: datetime | None = None
        # What the store says comes with the first tick, by a lane: a slow disk must not hold up the first picture.
        self._lookout = Lookout(booth)
        self._around = closures.NOTHING_KNOWN
        self._view: View = Attract()

    @property
    def view(self) -> View:
        return self._view

    # -- what happens to the booth

    def reader(self, state: ReaderState) -> Turn:
        """The reader has told its state (from any number of threads' events, brought here one by one)."""
        before, self._reader = self._reader, state
        if self._served is not None:
            return Turn(self._view) if state == self._served else self._card_left()
        if isinstance(state, Unreadable) and isinstance(before, Empty):
            self._until = None  # another card, which ends what was told of the last one
        return Turn(self._view) if self._busy else self._at_rest()

    def tick(self, now: datetime) -> Turn:
        """Once a second: notices end, a card that says nothing is given up, and with nobody here the booth looks
        whether it can serve."""
        if self._busy and self._view == READING:
            self._silent_at = self._silent_at or now + _SILENT
            if now >= self._silent_at:
                return self._end(Problem(BoothCode.CARD_UNREADABLE))
        if self._until is not None and now >= self._until:
            self._until = None
            if self._served is None:
                return self._at_rest()
        if self._resting and (self._looked is None or now - self._looked >= _LOOK_AGAIN):
            self._looked = now
            lookout = self._lookout
            return Turn(self._view, self._runs.of((Lane.STORE, lambda _progress: lookout.look())))
        return Turn(self._view)

    def act(self, action: Action) -> Turn:
        """Somebody has touched something."""
        if self._busy:
            return Turn(self._view)  # nothing can be asked of a booth that is at work
        match action:
            case Cancel() if self._guest is not None and (asked := self._guest.cancel(self._view)) is not None:
                return self._take(asked)
            case Cancel() | Idle():
                return self._end(TakeCard())
            case _ if self._guest is not None:
                return self._take(self._guest.act(self._view, action))
            case Back() | Choose() if isinstance(self._view, Attract):
                return self._arrives(action)
            case Next() | Back():
                return self._end(TakeCard())
            case _:
                return Turn(self._view)

    def finished(self, run: Run, result: object) -> Turn:
        """Work has ended. Results of a visit that is over are dropped, and the line to its card is closed."""
        if isinstance(result, Around):
            self._around = result
            return self._at_rest() if self._resting else Turn(self._view)
        guest = self._guest
        if guest is None or not self._busy or self._runs.is_late(run):
            return Turn(self._view, self._runs.closing_late(run))
        self._busy = False
        self._runs.taken(run)
        answer = guest.finished(result)
        if self._card_out:  # as if the card had left after the work's last word, and not before
            ended = answer.without_card if isinstance(answer, Outcome) else guest.card_left()
            return self._told_without_card(ended or Problem(BoothCode.CARD_GONE))
        if self._served is None and isinstance(self._reader, Present) and isinstance(answer, Show):
            return self._at_rest(self._forget())  # whose card was lost has it after all, or somebody else waits
        return self._take(answer)

    # -- the card

    @property
    def _resting(self) -> bool:
        return self._served is None and isinstance(self._view, Attract | Closed)

    def _at_rest(self, leftover: Leftover | None = None) -> Turn:
        """What the reader's state asks for when no visit is open. `leftover`: a connection still to be closed."""
        match self._reader:
            case Present() as card:
                return self._card_came(card, leftover)
            case _ if self._guest is not None or self._until is not None:
                view: View = self._view  # whoever has lost their card, or is told what came of it, needs no reader
            case NoService():
                view = Closed(BoothCode.READER_NO_SERVICE)
            case NoReader():
                view = Closed(BoothCode.READER_MISSING)
            case Unreadable(why):
                view = Problem(BoothCode.CARD_IN_USE if why == "in_use" else BoothCode.CARD_UNREADABLE)
            case _ if self._around.window.closed is not None:
                view = Closed(self._around.window.closed)
            case _:
                view = _attract(self._around, self._matters)
        self._view = view
        return Turn(view, self._runs.closing(leftover))

    def _card_came(self, card: Present, leftover: Leftover | None) -> Turn:
        self._forget()
        self._served, self._silent_at = card, None
        self._guest = newcomer = Newcomer(self._booth, self._matters)
        reading = newcomer.begin(self._around)
        return self._go(reading.view, reading.work, leftover)

    def _card_left(self) -> Turn:
        """The card is out, or another one is in. An act under way is told to its end, and an outcome stands its time;
        all else is over at once."""
        self._served = None
        guest, shown, now = self._guest, self._shown, self._booth.clock()
        if guest is not None and guest.acting and self._busy:
            self._card_out = True
            return Turn(self._view)
        if guest is not None and (last := guest.card_left()) is not None:
            return self._told_without_card(last)
        if shown is not None and shown.outcome.view is self._view and (until := shown.stands(now)):
            return self._told_without_card(shown.outcome.without_card, until)
        leftover = self._forget()
        if not isinstance(self._view, TakeCard | Problem):
            self._view, self._until = Problem(BoothCode.CARD_GONE), now + REMOVED
        return self._at_rest(leftover)

    def _told_without_card(self, view: View, until: datetime | None = None) -> Turn:
        """A card that came in meanwhile waits until it was read, or until «finish»."""
        leftover, now = self._forget(), self._booth.clock()
        self._view, self._until = view, until or now + FAREWELL
        if isinstance(self._reader, Present):
            self._until = now + REMOVED
            return Turn(view, self._runs.closing(leftover))
        return self._at_rest(leftover)

    # -- the guest

    def _arrives(self, action: Back | Choose) -> Turn:
        """Somebody without a card."""
        if self._around is closures.NOTHING_KNOWN:
            return Turn(self._view)  # the booth has only just started, and does not know yet whether it can help
        self._forget()
        return self._take(Becomes(_without_card(self._booth, self._matters, action)))

    def _take(self, answer: Answer) -> Turn:
        match answer:
            case Becomes(guest):
                self._guest = guest
                return self._take(guest.begin(self._around))
            case Over(view, restart):
                return replace(self._end(view), restart=restart)
            case Outcome(view):  # with the card in, as far as the reader has said
                turn = self._end(view) if _ends(view) else self._go(view, None)
                self._shown = Shown(answer, self._booth.clock() + FAREWELL)
                return turn
            case Show(view, work):
                return self._end(view) if _ends(view) else self._go(view, work)

    def _end(self, view: View) -> Turn:
        """The visit is over with the card still in: everything of the guest is dropped now."""
        leftover = self._forget()
        if self._served is None and isinstance(view, TakeCard):
            return self._at_rest(leftover)
        self._view = view
        if isinstance(view, Problem):
            self._shown = Shown(Outcome(view), self._booth.clock() + REMOVED, act=False)
        return Turn(view, self._runs.closing(leftover))

    # -- the one state

    def _forget(self) -> Leftover | None:
        """Drops every reference to a guest; gives back what still has to be closed."""
        guest, self._guest = self._guest, None
        self._runs.next_visit()
        self._busy = self._card_out = False
        self._until, self._shown = None, None
        leftover = guest.leave() if guest is not None else None
        if isinstance(leftover, Departure):
            # What a technician has put right or closed is looked at anew before it is said again.
            self._lookout, self._around = Lookout(self._booth), replace(self._around, closed=closures.NONE)
        return leftover

    def _go(self, view: View, work: Job | None, leftover: Leftover | None = None) -> Turn:
        self._view = view
        if work is None:
            return Turn(view)
        self._busy = True
        return Turn(view, self._runs.of(work, leftover))


def _without_card(booth: Booth, matters: tuple[BoothMatter, ...], action: Back | Choose) -> Guest:
    return Passerby(booth, matters, action.key) if isinstance(action, Choose) else Reporting(booth)


def _attract(around: Around, matters: tuple[BoothMatter, ...]) -> Attract:
    rows = tuple(one.row for one in without_card(matters, around.window.facts))
    return Attract(around.window.notices, tuple(around.closed.items()), rows)


def _ends(view: View) -> bool:
    """Only «take your card» is left."""
    return isinstance(view, Problem) and FAILURES[view.code].ends_visit
