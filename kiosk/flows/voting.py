"""From the first question to the tracker. Holds the marks in memory, and only here; they go when the visit goes."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from kiosk.flows.actions import Action, Mark, MarkBlank
from kiosk.flows.views import Activity, Ballot, Review, ReviewLine, Step, VoteDone, Working
from kiosk.flows.work import Progress
from kiosk.services import voting
from kiosk.services.booth import Booth
from kiosk.services.signing_in import PinTooOld, Session
from municipality.ballots import Marks, check_mark
from municipality.messages import Election, Question, Words

_ACTIVITIES = {
    voting.Stage.SEALING: Activity.SEALING,
    voting.Stage.CHECKING: Activity.CHECKING,
    voting.Stage.SIGNING: Activity.SIGNING,
    voting.Stage.STORING: Activity.STORING,
}


@dataclass(repr=False)
class Voting:
    """One resident's way through one ballot. `place` is the question shown; past the last one stands the review."""

    election: Election
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

    def mark(self, action: Action) -> None:
        """A touch on an answer or on blank; anything else, or a touch at the review, changes nothing."""
        if self.at_review:
            return
        question = self.election.questions[self.place]
        match action:
            case Mark(index) if index in range(len(question.answers)):
                self.marks[self.place] = self.marks[self.place].toggled(question, index)
            case MarkBlank() if question.blank:
                self.marks[self.place] = Marks(blank=True)
            case _:
                pass

    def forward(self) -> bool:
        """One question on; False at the review, where the way on is the cast, and at an unfinished question."""
        if self.at_review or not self._complete():
            return False
        self.place += 1
        return True

    def back(self) -> bool:
        """One question back; False at the first."""
        if self.place == 0:
            return False
        self.place -= 1
        return True

    def done(self, tracker: str, check_url: str) -> VoteDone:
        return VoteDone(self.election.title, tracker, check_url, Step(self._steps, self._steps))

    def _complete(self) -> bool:
        return check_mark(self.election.questions[self.place], self.marks[self.place]) is None

    def _lines(self) -> tuple[ReviewLine, ...]:
        pairs = zip(self.election.questions, self.marks, strict=True)
        return tuple(ReviewLine(question.text, _chosen(question, mark)) for question, mark in pairs)


def _chosen(question: Question, mark: Marks) -> tuple[Words, ...]:
    return tuple(question.answers[index].text for index in sorted(mark.answers))


def cast(
    booth: Booth, session: Session, election: Election, marks: Sequence[Marks], progress: Progress
) -> voting.Cast | voting.NotCast | PinTooOld:
    """The work of the last «confirm»; tells the screen which of its four steps it is at."""

    def tell(stage: str) -> None:
        if activity := _ACTIVITIES.get(stage):
            progress(Working(activity, Step(list(_ACTIVITIES).index(stage) + 1, len(_ACTIVITIES))))

    return voting.cast(booth, session, election, marks, tell)
