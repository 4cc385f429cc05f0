"""From the first question to the tracker. Holds the marks in memory, and only here; they go when the visit goes."""

from dataclasses import dataclass, field, replace
from typing import ClassVar

from kiosk.desk.actions import Action, Back, Mark, MarkBlank, Next
from kiosk.desk.guest import Outcome
from kiosk.desk.matter import Errand, Way, closed_line
from kiosk.desk.technician.views import Told
from kiosk.desk.views import Ballot, Entry, Problem, Review, ReviewLine, Step, VoteDone, Working
from kiosk.desk.work import Job, Lane, Progress, shown, telling
from kiosk.identity.signing_in import Session
from kiosk.kernel.activity import Activity
from kiosk.kernel.booth import Booth
from kiosk.matters.votes import service
from municipality.failures import Code
from municipality.matters.votes.failures import VoteCode
from municipality.matters.votes.messages import Election, Question
from municipality.matters.votes.rules import Marks, MayVote, check_mark
from municipality.messages import Words


def _(message: str) -> str:
    return message


# What the resident sees go by between «confirm» and the tracker.
_ACTIVITIES = (Activity.SEALING, Activity.CHECKING, Activity.SIGNING, Activity.STORING)
_KEY = "votes:"
_CODES = {
    MayVote.NOT_FOR_YOU: VoteCode.VOTE_NOT_FOR_YOU,
    MayVote.NOT_YET: VoteCode.VOTE_NOT_YET,
    MayVote.CLOSED: VoteCode.VOTE_CLOSED,
    MayVote.NO_SLIP: VoteCode.VOTE_NO_SLIP,
    MayVote.NOT_WHOLE: VoteCode.VOTE_NOT_WHOLE,
    MayVote.LEFT_OUT: VoteCode.VOTE_CARD_LEFT_OUT,
}


@dataclass(repr=False)
class Voting:
    """One resident's way through one ballot. `place` is the question shown; past the last one stands the review."""

    not_begun: ClassVar[Code] = VoteCode.VOTE_NOT_CAST
    not_sure: ClassVar[Code] = VoteCode.VOTE_NOT_SURE

    booth: Booth
    election: Election
    # Where the board of public trackers is.
    public_url: str
    marks: list[Marks] = field(default_factory=list)
    place: int = 0

    def __post_init__(self) -> None:
        self.marks = [Marks() for _ in self.election.questions]

    @property
    def _steps(self) -> int:
        return len(self.election.questions) + 2

    @property
    def at_review(self) -> bool:
        return self.place == len(self.election.questions)

    def view(self) -> Ballot | Review:
        if self.at_review:
            return Review(self.election.title, self._lines(), Step(self._steps - 1, self._steps))
        question = self.election.questions[self.place]
        return Ballot(
            title=self.election.title,
            introduction=self.election.introduction,
            question=question,
            number=self.place + 1,
            of=len(self.election.questions),
            marks=self.marks[self.place],
            complete=self._complete(),
            step=Step(self.place + 1, self._steps),
            closes=self.election.closes,
        )

    def act(self, action: Action) -> Way:
        match action:
            case Next() if self.at_review:
                return Way.ON
            case Next() if self._complete():
                self.place += 1
            case Back() if self.place == 0:
                return Way.OUT
            case Back():
                self.place -= 1
            case Mark() | MarkBlank() if not self.at_review:
                self._mark(action)
        return Way.HERE

    def start(self, session: Session) -> tuple[Working, Job]:
        # The marks as they are now: the act must not follow a finger that is faster than it.
        booth, election, marks = self.booth, self.election, tuple(self.marks)

        def job(progress: Progress) -> object:
            return service.cast(booth, session, election, marks, telling(_ACTIVITIES, progress))

        return shown(_ACTIVITIES, Activity.SEALING), (Lane.CARD, job)

    def finished(self, result: object) -> Outcome | None:
        match result:
            case service.Cast(tracker):
                page = f"{self.public_url}/votes/{self.election.election}/trackers?tracker={tracker}"
                done = VoteDone(self.election.title, tracker, page, Step(self._steps, self._steps))
                return Outcome(done, cardless=replace(done, card_out=True))
            case service.NotCast(code):
                return Outcome(Problem(code))
        return None

    def _mark(self, action: Mark | MarkBlank) -> None:
        """A touch on an answer or on blank, as far as the question has them."""
        question = self.election.questions[self.place]
        match action:
            # The window is another process: what it sends is not believed to be on the page.
            case Mark(index) if index in range(len(question.answers)):
                self.marks[self.place] = self.marks[self.place].toggled(question, index)
            case MarkBlank() if question.blank:
                self.marks[self.place] = Marks(blank=True)

    def _complete(self) -> bool:
        return check_mark(self.election.questions[self.place], self.marks[self.place]) is None

    def _lines(self) -> tuple[ReviewLine, ...]:
        pairs = zip(self.election.questions, self.marks, strict=True)
        return tuple(ReviewLine(question.text, _chosen(question, mark)) for question, mark in pairs)


def _chosen(question: Question, mark: Marks) -> tuple[Words, ...]:
    return tuple(question.answers[index].text for index in sorted(mark.answers))


@dataclass(frozen=True, repr=False)
class Votes:
    """The votes that the booth knows of, with this resident's standing in each."""

    booth: Booth
    public_url: str
    known: list[service.VoteOffered]

    def badge(self) -> Told | None:
        count = sum(1 for vote in self.known if vote.standing is MayVote.OPEN)
        if count > 1:
            return Told(_("{count} open votes"), {"count": count})
        return Told(_("1 open vote")) if count else None

    def entries(self, _why: Code | None) -> tuple[Entry, ...]:
        # Each says itself why it is closed; it was asked when the card came in.
        return tuple(_entry(vote) for vote in self.known)

    def open(self, key: str) -> Errand | Code | None:
        vote = next((vote for vote in self.known if key == _KEY + vote.election.election), None)
        if vote is None:
            return None
        return _why_not(vote) or Voting(self.booth, vote.election, self.public_url)


def prepare(booth: Booth, session: Session) -> Votes:
    return Votes(booth, session.settings.public_url, service.offered(booth, session))


def _entry(vote: service.VoteOffered) -> Entry:
    election, why = vote.election, _why_not(vote)
    line = Entry(_KEY + election.election, election.title, election.introduction)
    return closed_line(line, why) if why else line


def _why_not(vote: service.VoteOffered) -> Code | None:
    # First what holds for this vote: who may not vote in it is not helped by a booth that opens again.
    return _CODES.get(vote.standing) or vote.refusal
