"""Who is at the booth: nobody, a card, a PIN being typed, a visit, a visit that has ended. Everything enters here.

Taking the card out ends a visit at any step and drops every reference to its data. Never: Qt, SQL, running work itself.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from card_reader import Connection, Empty, NoReader, NoService, Pin, Present, ReaderState, Unreadable
from kiosk.flows import welcome
from kiosk.flows.actions import Action, Back, Cancel, EnterPin, Idle, Next
from kiosk.flows.departure import Departure, Restart
from kiosk.flows.lost_card import Reporting
from kiosk.flows.matter import BoothMatter
from kiosk.flows.outcome import FAREWELL, REMOVED, Outcome, without_card
from kiosk.flows.own_pin import OwnPin
from kiosk.flows.technician_views import TechnicianPage, TechnicianText, TechnicianTouch
from kiosk.flows.views import (
    Attract,
    CertificateDone,
    Closed,
    PinEntry,
    Problem,
    Step,
    TakeCard,
    View,
    VoteDone,
    Working,
)
from kiosk.flows.visit import Job, Visit
from kiosk.flows.welcome import Arrived, ByLetter, Welcomed
from kiosk.flows.work import Lane, Progress, Run, Turn
from kiosk.services import closures, matter, signing_in
from kiosk.services.activity import Activity
from kiosk.services.booth import Booth
from kiosk.services.closures import Around, Lookout
from kiosk.services.lost_card import Blocked, NotBlocked
from kiosk.services.own_pin import Chosen, NotChosen
from kiosk.services.signing_in import AskPin, Refused, Session, WrongPinGiven
from kiosk.services.technician import Technician
from municipality.failures import ALL, Code

if TYPE_CHECKING:
    from kiosk.flows.technician import TechnicianVisit

_LOOK_AGAIN = timedelta(seconds=5)
# A card that has not told by then who it is will not: a slow one needs two seconds.
_SILENT = timedelta(seconds=45)
_READING = Working(Activity.READING_CARD, Step(1, 2))

Leftover = Connection | Departure


class Lobby:
    """The flow of one booth. Not thread-safe: the counter calls it from one thread only."""

    def __init__(self, booth: Booth, matters: tuple[BoothMatter, ...]) -> None:
        self._booth, self._matters = booth, matters
        self._number = 0  # of the visit; results of an older one are dropped
        self._reader: ReaderState | None = None
        self._served: Present | None = None  # the insertion that this visit, or the last, belongs to
        self._asked: AskPin | None = None
        self._own: OwnPin | None = None
        self._lost: Reporting | None = None
        self._visit: Visit | None = None
        self._technician: TechnicianVisit | None = None
        self._busy = False
        # What the card's lane has brought for a visit (by its number) and the visit has not taken yet.
        self._brought: dict[int, object] = {}
        self._until: datetime | None = None
        self._outcome: Outcome | None = None
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
        if self._busy and self._view == _READING:
            self._silent_at = self._silent_at or now + _SILENT
            if now >= self._silent_at:
                return self._end(Problem(Code.CARD_UNREADABLE))
        if self._until is not None and now >= self._until:
            self._until = None
            if self._served is None:
                return self._at_rest()
        if self._resting and (self._looked is None or now - self._looked >= _LOOK_AGAIN):
            self._looked = now
            lookout = self._lookout
            return Turn(self._view, Run(Lane.STORE, lambda _progress: lookout.look(), self._number))
        return Turn(self._view)

    def act(self, action: Action) -> Turn:
        """The resident has touched something."""
        if self._busy:
            return Turn(self._view)  # nothing can be asked of a booth that is at work
        match action:
            case Cancel() | Idle():
                return self._leave()
            case _ if self._own and not self._over:
                return self._choosing(self._own, action)
            case _ if self._lost:
                return self._reporting(self._lost, action)
            case Back() if isinstance(self._view, Attract):
                return self._report()
            case EnterPin(pin):
                return self._pin_entered(pin)
            case _ if self._technician and not self._over:
                return self._go(*self._technician.act(self._view, action))
            case _ if self._visit and not self._over:
                return self._in_visit(self._visit, action)
            case Next() | Back():
                return self._leave()
            case _:
                return Turn(self._view)

    def finished(self, run: Run, result: object) -> Turn:
        """Work has ended. Results of a visit that is over are dropped, and the line to its card is closed."""
        if isinstance(result, Around):
            self._around = result
            return self._at_rest() if self._resting else Turn(self._view)
        if run.visit != self._number or not self._busy:
            late = any(visit != self._number for visit in self._brought)
            return Turn(self._view, Run(Lane.CARD, lambda _progress: self._close_late(), run.visit) if late else None)
        self._busy = False
        self._brought.pop(run.visit, None)
        if self._visit and self._visit.doing and (self._visit.card_out or isinstance(result, Refused)):
            return self._act_ended(self._visit, result)
        match result:
            case AskPin():
                self._asked = result
                return self._show(PinEntry(result.tries_left))
            case WrongPinGiven(tries_left):
                return self._show(PinEntry(tries_left, wrong=True, again=self._visit is not None))
            case Refused(code):
                return self._end(Problem(code))
            case ByLetter():
                self._asked, self._own = None, OwnPin(self._booth, result)
                return self._show(self._own.view())
            case Chosen() | NotChosen() if self._own:
                return self._changed(self._own, result)
            case _ if self._own and self._own.changing:  # it broke, and the card may have the new one already
                return self._changed(self._own, NotChosen(Code.OWN_PIN_NOT_SURE))
            case NotBlocked() if isinstance(self._reader, Present):
                return self._at_rest(self._forget())  # they have it after all
            case Blocked() | NotBlocked() if self._lost:
                return self._show(self._lost.finished(result))
            case Technician() | Welcomed():
                return self._arrived(result)
            case TechnicianPage() | TechnicianText() | TechnicianTouch() if self._technician:
                return self._show(result)
            case Restart() if self._technician:
                return Turn(TakeCard(), self._closing(self._forget()), restart=True)
            case Session() if self._visit and self._visit.doing:
                self._visit.session = result
                return self._go(*self._visit.start(self._visit.doing))
            case _ if self._visit and self._visit.doing:
                return self._act_ended(self._visit, result)
            case _:
                return self._end(Problem(Code.BOOTH_FAULT))

    # -- the card

    @property
    def _resting(self) -> bool:
        return self._served is None and isinstance(self._view, Attract | Closed)

    def _at_rest(self, leftover: Leftover | None = None) -> Turn:
        """What the reader's state asks for when no visit is open. `leftover`: a connection still to be closed."""
        match self._reader:
            case Present() as card:
                return self._card_came(card, leftover)
            case _ if self._lost is not None or self._until is not None:
                view: View = self._view  # whoever has lost their card, or is told what came of it, needs no reader
            case NoService():
                view = Closed(Code.READER_NO_SERVICE)
            case NoReader():
                view = Closed(Code.READER_MISSING)
            case Unreadable(why):
                view = Problem(Code.CARD_IN_USE if why == "in_use" else Code.CARD_UNREADABLE)
            case _ if self._around.window.closed is not None:
                view = Closed(self._around.window.closed)
            case _:
                view = Attract(self._around.window.notices, tuple(self._around.closed.items()))
        self._view = view
        return Turn(view, self._closing(leftover))

    def _card_came(self, card: Present, leftover: Leftover | None) -> Turn:
        self._forget()
        self._served, self._silent_at = card, None
        booth = self._booth

        def job(_progress: Progress) -> object:
            self._close_late()
            if leftover is not None:  # the same lane: the former card is let go before this one is taken
                leftover.close()
            return signing_in.begin(booth)

        return self._go(_READING, (Lane.CARD, job))

    def _card_left(self) -> Turn:
        """The card is out, or another one is in. An act under way is told to its end, and an outcome stands its time;
        all else is over at once."""
        self._served = None
        if self._visit and self._visit.doing and not self._busy:  # the PIN is asked once more
            return self._told_without_card(without_card(self._view, self._visit.doing))
        if self._visit and self._visit.doing:
            self._visit.card_out = True
            return Turn(self._view)
        if self._own and self._own.changing and self._busy:
            self._own.card_out = True
            return Turn(self._view)
        told = self._outcome if self._outcome and self._outcome.view is self._view else None
        if told and (until := told.stands(self._booth.clock())):
            return self._told_without_card(without_card(told.view), until)
        if self._own and self._own.arrived is None:
            return self._told_without_card(Problem(Code.OWN_PIN_NOT_SET))
        if not isinstance(self._view, TakeCard | Problem):
            return self._gone()
        return self._at_rest(self._forget())

    def _gone(self) -> Turn:
        leftover = self._forget()
        self._view, self._until = Problem(Code.CARD_GONE), self._booth.clock() + REMOVED
        return self._at_rest(leftover)

    def _act_ended(self, visit: Visit, result: object) -> Turn:
        view = visit.finished(result)
        if visit.card_out:
            return self._told_without_card(without_card(view, visit.doing))
        ends = isinstance(view, Problem) and ALL[view.code].ends_visit
        return self._told(view, self._end(view) if ends else self._show(view))

    def _told(self, view: View, turn: Turn) -> Turn:
        """What came of an act is on the screen, with the card in as far as the reader has said."""
        self._outcome = Outcome(view, self._booth.clock() + FAREWELL)
        return turn

    def _told_without_card(self, view: View, until: datetime | None = None) -> Turn:
        """A card that came in meanwhile waits until it was read, or until «finish»."""
        leftover, now = self._forget(), self._booth.clock()
        self._view, self._until = view, until or now + FAREWELL
        if isinstance(self._reader, Present):
            self._until = now + REMOVED
            return Turn(view, self._closing(leftover))
        return self._at_rest(leftover)

    # -- the resident

    def _pin_entered(self, pin: Pin) -> Turn:
        booth, matters, asked, visit = self._booth, self._matters, self._asked, self._visit
        opening = Working(Activity.OPENING_FILE, Step(2, 2))
        if asked is not None and visit is None:
            return self._go(opening, (Lane.CARD, lambda _progress: welcome.welcome(booth, matters, asked, pin)))
        if visit is not None and visit.doing is not None:
            session = visit.session
            return self._go(opening, (Lane.CARD, lambda _progress: welcome.confirm(booth, session, pin)))
        return Turn(self._view)

    def _arrived(self, arrived: Arrived) -> Turn:
        self._asked, self._own = None, None
        if isinstance(arrived, Technician):
            from kiosk.flows.technician import TechnicianVisit  # `welcome` has loaded it, off the counter's thread

            self._technician = TechnicianVisit(self._booth, arrived)
            return self._go(*self._technician.begin())
        self._visit = Visit(self._booth, arrived.session, arrived.offered, self._around.closed)
        return self._show(self._visit.menu())

    def _choosing(self, own: OwnPin, action: Action) -> Turn:
        if own.arrived is not None:
            return self._arrived(own.arrived) if isinstance(action, Next) else Turn(self._view)
        return self._go(*own.act(self._view, action))

    def _changed(self, own: OwnPin, result: Chosen | NotChosen) -> Turn:
        view = own.finished(result)
        if own.card_out:
            return self._told_without_card(without_card(view))
        return self._told(view, self._end(view) if isinstance(view, Problem) else self._show(view))

    def _report(self) -> Turn:
        """Somebody without a card says that it is lost."""
        if self._around is closures.NOTHING_KNOWN:
            return Turn(self._view)  # the booth has only just started, and does not know yet whether it can help
        if not self._around.window.block_codes:
            return self._show(Problem(Code.LOST_CARD_NO_CODES))
        self._forget()
        self._lost = Reporting(self._booth)
        return self._show(self._lost.begin())

    def _reporting(self, lost: Reporting, action: Action) -> Turn:
        view, job = lost.act(self._view, action)
        return self._leave() if view is None else self._go(view, job)

    def _in_visit(self, visit: Visit, action: Action) -> Turn:
        if isinstance(self._view, VoteDone | CertificateDone) and isinstance(action, Next):
            return self._leave()
        if isinstance(self._view, PinEntry):
            visit.doing = None  # the resident did not want to give the PIN again: the act is not done
        view, job = visit.act(self._view, action)
        return self._go(view, job) if job else self._show(view)

    @property
    def _over(self) -> bool:
        """Only «take your card» is left."""
        ends = isinstance(self._view, Problem) and ALL[self._view.code].ends_visit
        return ends or isinstance(self._view, TakeCard)

    def _leave(self) -> Turn:
        """The resident is done, or nobody has been there for a while."""
        if self._served is None:
            return self._at_rest(self._forget())
        return self._end(TakeCard())

    def _end(self, view: View) -> Turn:
        """The visit is over with the card still in: everything of the resident is dropped now."""
        self._view = view
        leftover = self._forget()
        if isinstance(view, Problem):
            self._outcome = Outcome(view, self._booth.clock() + REMOVED, act=False)
        return Turn(view, self._closing(leftover))

    # -- the one state

    def _forget(self) -> Leftover | None:
        """Drops every reference to a resident; gives back the connection that still has to be closed."""
        holder: Session | AskPin | OwnPin | None = self._visit.session if self._visit else self._asked
        if self._own:
            self._own.leave()
            holder = self._own
        departure = None
        if self._technician:
            departure = self._technician.leave()
            # What they have put right or closed is looked at anew before it is said again.
            self._lookout, self._around = Lookout(self._booth), replace(self._around, closed=closures.NONE)
        if self._visit or self._technician:
            matter.visit_over(self._booth)
        self._number += 1
        self._asked, self._own, self._lost, self._visit, self._technician = None, None, None, None, None
        self._busy, self._until, self._outcome = False, None, None
        if departure is not None:
            return departure
        return holder.connection if holder else None

    def _show(self, view: View) -> Turn:
        self._view = view
        return Turn(view)

    def _go(self, view: View, work: Job | None) -> Turn:
        self._view = view
        if work is None:
            return Turn(view)
        lane, job = work
        self._busy = True
        number = self._number

        def guarded(progress: Progress) -> object:
            result = job(progress)
            if lane is Lane.CARD:
                self._brought[number] = result
                self._close_late()
            return result

        return Turn(view, Run(lane, guarded, number))

    def _close_late(self) -> None:
        """On the card's lane: the card left before its visit could take what this lane has brought for it. The reader's
        word and the lane's come to the counter in any order."""
        for visit in list(self._brought):
            if visit != self._number:
                welcome.close(self._brought.pop(visit, None))

    def _closing(self, connection: Leftover | None) -> Run | None:
        if connection is None:
            return None
        return Run(Lane.CARD, lambda _progress: connection.close(), self._number)
