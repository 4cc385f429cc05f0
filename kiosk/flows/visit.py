"""A signed-in resident: menu, categories, and the two acts. Says what to show and what to run; runs nothing."""

from dataclasses import dataclass, field, replace
from enum import Enum, auto

from assets.texts import catalogue
from card_reader import Connection, Pin
from kiosk.flows import papers
from kiosk.flows import voting as ballots
from kiosk.flows.actions import Action, Back, Choose, EnterPin, Mark, MarkBlank, Next, OpenCategory
from kiosk.flows.guest import Answer, Outcome, Over, Show, failed
from kiosk.flows.views import (
    Activity,
    Ballot,
    Category,
    CategoryPage,
    CertificateDone,
    CertificateOffer,
    Entry,
    Menu,
    PinEntry,
    Problem,
    Review,
    Step,
    View,
    VoteDone,
    Working,
)
from kiosk.flows.work import Job, Lane
from kiosk.services import certificates, signing_in
from kiosk.services import voting as voting_services
from kiosk.services.booth import Booth
from kiosk.services.closures import NONE, Around, Closures
from kiosk.services.expiry import Service
from kiosk.services.signing_in import PinTooOld, Session, SignInRefused, WrongPinGiven
from municipality.ballots import Standing
from municipality.failures import ALL, Code
from municipality.messages import Words

_FAMILY_STATUS = "family_status"
_VOTE = "vote:"

_CATEGORIES = {Service.VOTE: Category.PARTICIPATION, Service.CERTIFICATE: Category.DOCUMENTS}
_STANDING_CODES = {
    Standing.NOT_FOR_YOU: Code.VOTE_NOT_FOR_YOU,
    Standing.NOT_YET: Code.VOTE_NOT_YET,
    Standing.CLOSED: Code.VOTE_CLOSED,
    Standing.NO_SLIP: Code.VOTE_NO_SLIP,
    Standing.NOT_WHOLE: Code.VOTE_NOT_WHOLE,
    Standing.LEFT_OUT: Code.VOTE_CARD_LEFT_OUT,
}
_FAMILY_STATUS_ENTRY = Entry(
    _FAMILY_STATUS,
    Words(el="Πιστοποιητικό οικογενειακής κατάστασης", en="Certificate of family status"),
    Words(
        el="Για εσάς και την οικογενειακή σας μερίδα. Τυπώνεται εδώ.",
        en="For you and your family record. Printed here.",
    ),
)


class Doing(Enum):
    """An act under way: between «confirm» and its outcome the card may leave, and the outcome is still told."""

    VOTE = auto()
    PAPER = auto()


# The PIN was asked once more, and nothing was done.
_NOT_BEGUN = {Doing.VOTE: Code.VOTE_NOT_CAST, Doing.PAPER: Code.CERTIFICATE_NOT_MADE}


@dataclass(repr=False)
class Visit:
    """One resident's visit after the PIN. `offered` is what they may vote on, read once with the dossier."""

    booth: Booth
    session: Session
    offered: list[voting_services.VoteOffered]
    closed: Closures = field(default_factory=lambda: NONE)
    voting: ballots.Voting | None = None
    category: Category | None = None
    doing: Doing | None = None

    @property
    def acting(self) -> bool:
        return self.doing is not None

    def begin(self, around: Around) -> Show:
        # As it was when they came: a menu that changes under the finger helps nobody.
        self.closed = around.closed
        return Show(self.menu())

    def act(self, shown: View, action: Action) -> Answer:
        match shown, action:
            case _, EnterPin(pin):
                return self._confirm(pin) if self.doing else Show(shown)
            case ((VoteDone() | CertificateDone()), Next()):
                return Over()
            case PinEntry(), _:
                self.doing = None  # they did not want to give the PIN again: the act is not done
        return Show(*self._next(shown, action))

    def finished(self, result: object) -> Answer:
        if self.doing is None:
            return failed(result)
        match result:
            case Session():
                self.session = result
                return Show(*self.start(self.doing))
            case PinTooOld():
                return Show(PinEntry(self.session.genuine.tries_left, again=True))
            case WrongPinGiven(tries_left):
                return Show(PinEntry(tries_left, wrong=True, again=True))
        view = self._outcome(result)
        # Another service needs the card; the number and the code may still be read.
        if isinstance(view, VoteDone | CertificateDone):
            return Outcome(view, cardless=replace(view, card_out=True))
        return Outcome(view)

    def card_left(self) -> View | None:
        # The PIN can no longer be asked: the act was not begun.
        return Problem(_NOT_BEGUN[self.doing]) if self.doing else None

    def leave(self) -> Connection:
        # The press may still hold the page that was drawn for them.
        certificates.clear_away(self.booth)
        return self.session.connection

    def _confirm(self, pin: Pin) -> Show:
        booth, session = self.booth, self.session

        def job(_progress: object) -> object:
            try:
                return signing_in.confirm_pin(booth, session, pin)
            finally:
                pin.wipe()

        return Show(Working(Activity.OPENING_FILE, Step(2, 2)), (Lane.CARD, job))

    def menu(self) -> View:
        self.voting = None
        self.category = None
        return Menu(
            open_votes=sum(1 for vote in self.offered if vote.standing is Standing.OPEN),
            closed=frozenset(_CATEGORIES[service] for service in self.closed if service in _CATEGORIES),
        )

    def _next(self, shown: View, action: Action) -> tuple[View, Job | None]:
        """The next view, and work to run."""
        match shown, action:
            case Menu(), OpenCategory(category):
                return self._open(category), None
            case CategoryPage(), Choose(key):
                return self._choose(key), None
            case CategoryPage(), Back():
                return self.menu(), None
            case _, (Mark() | MarkBlank()) if self.voting:
                self.voting.mark(action)
                return self.voting.view(), None
            case ((Ballot() | Review()), Next()) if self.voting:
                return self._on_with_vote(self.voting)
            case ((Ballot() | Review()), Back()) if self.voting:
                return (self.voting.view() if self.voting.back() else self._open(Category.PARTICIPATION)), None
            case CertificateOffer(), Next():
                return self.start(Doing.PAPER)
            case CertificateOffer(), Back():
                return self._open(Category.DOCUMENTS), None
            case PinEntry(again=True), Back():
                return self.menu(), None
            case _, (Next() | Back()):
                return self.menu(), None
            case _:
                return shown, None

    def _open(self, category: Category) -> CategoryPage:
        self.voting, self.category = None, category
        entries: tuple[Entry, ...] = ()
        if category is Category.DOCUMENTS:
            why = self.closed.get(Service.CERTIFICATE)
            entries = (closed_line(_FAMILY_STATUS_ENTRY, why) if why else _FAMILY_STATUS_ENTRY,)
        elif category is Category.PARTICIPATION:
            entries = tuple(_vote_entry(vote) for vote in self.offered)
        return CategoryPage(category, entries)

    def _choose(self, key: str) -> View:
        if key == _FAMILY_STATUS:
            certificates.expect(self.booth)
            return papers.offer(self.session)
        for vote in self.offered:
            if key != _VOTE + vote.election.election:
                continue
            if vote.standing is not Standing.OPEN:
                return Problem(_STANDING_CODES[vote.standing])
            if vote.refusal is not None:
                return Problem(vote.refusal)
            self.voting = ballots.Voting(vote.election)
            return self.voting.view()
        return self.menu()

    def _on_with_vote(self, ballot: ballots.Voting) -> tuple[View, Job | None]:
        if ballot.at_review:
            return self.start(Doing.VOTE)
        ballot.forward()
        return ballot.view(), None

    def start(self, doing: Doing) -> tuple[View, Job | None]:
        """Starts the act (again, after the PIN was asked once more)."""
        self.doing = doing
        booth, session = self.booth, self.session
        if doing is Doing.PAPER:
            work: Job = (Lane.PRINTER, lambda progress: papers.issue(booth, session, progress))
            return Working(Activity.MAKING_PAPER, Step(1, 2)), work
        if self.voting is None:
            raise RuntimeError("a vote was confirmed without a ballot")
        election, marks = self.voting.election, tuple(self.voting.marks)
        work = (Lane.CARD, lambda progress: ballots.cast(booth, session, election, marks, progress))
        return Working(Activity.SEALING, Step(1, 4)), work

    def _outcome(self, result: object) -> View:
        """The outcome of an act, which is over."""
        doing, self.doing = self.doing, None
        match result:
            case voting_services.Cast(tracker) if self.voting:
                page = f"{self.session.settings.public_url}/votes/{self.voting.election.election}/trackers"
                done = self.voting.done(tracker, f"{page}?tracker={tracker}")
                self.voting = None
                return done
            case papers.Finished(outcome=certificates.OnPaper()):
                return result.view()
            case papers.Finished(outcome=certificates.Void(code)):
                return Problem(code)
            case voting_services.NotCast(code) | certificates.NotIssued(code):
                return Problem(code)
            case SignInRefused(Code.CARD_GONE) if doing:
                return Problem(_NOT_BEGUN[doing])  # the card left while its PIN was looked at
            case SignInRefused(code):
                return Problem(code)
            case _ if doing is Doing.VOTE:
                return Problem(Code.VOTE_NOT_SURE)
            case _:
                return Problem(Code.BOOTH_FAULT)


def _vote_entry(vote: voting_services.VoteOffered) -> Entry:
    election = vote.election
    line = Entry(_VOTE + election.election, election.title, election.introduction, vote.standing is Standing.OPEN)
    why = _STANDING_CODES.get(vote.standing) or vote.refusal
    return closed_line(line, why) if why else line


def closed_line(entry: Entry, why: Code) -> Entry:
    """The line of what is closed, with the title of the failure that a press would lead to."""
    title = ALL[why].title
    note = Words(el=catalogue("el").gettext(title), en=catalogue("en").gettext(title) or title)
    return replace(entry, note=note, available=False)
