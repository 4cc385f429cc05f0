"""Rules of an advisory vote: who may vote, when, and which marks make a ballot. Never sees an encrypted ballot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from municipality.messages import Dossier, Election, Question


class Standing(Enum):
    """Whether one resident may vote in one election now."""

    OPEN = "open"
    NOT_YET = "not_yet"
    CLOSED = "closed"
    NOT_FOR_YOU = "not_for_you"
    NO_SLIP = "no_slip"


def standing(election: Election, dossier: Dossier, now: datetime, *, has_slip: bool) -> Standing:
    """The first reason that stands in the way, or OPEN. The opening instant is inside, the closing one outside."""
    if election.audience not in dossier.capacities:
        return Standing.NOT_FOR_YOU
    if now < election.opens:
        return Standing.NOT_YET
    if now >= election.closes:
        return Standing.CLOSED
    return Standing.OPEN if has_slip else Standing.NO_SLIP


@dataclass(frozen=True, repr=False)
class Marks:
    """What a resident marked on one question: answer indexes, or blank. Its repr says nothing, on purpose."""

    answers: frozenset[int] = frozenset()
    blank: bool = False

    def __repr__(self) -> str:
        return "Marks(…)"

    def toggled(self, question: Question, index: int) -> "Marks":
        """The marks after a touch on answer `index`: one answer replaces another, several add up to the maximum."""
        if question.maximum == 1:
            return Marks(answers=frozenset({index}))
        if index in self.answers:
            return Marks(answers=self.answers - {index})
        if len(self.answers) >= question.maximum:
            return self
        return Marks(answers=self.answers | {index})


class MarksProblem(Enum):
    """Why marks are not yet a ballot."""

    TOO_FEW = "too_few"
    TOO_MANY = "too_many"
    BLANK_NOT_ALLOWED = "blank_not_allowed"
    NOT_AN_ANSWER = "not_an_answer"
    QUESTIONS_DIFFER = "questions_differ"


def check_marks(questions: Sequence[Question], marks: Sequence[Marks]) -> MarksProblem | None:
    """None when `marks`, one per question, make a ballot that the count will accept."""
    if len(questions) != len(marks):
        return MarksProblem.QUESTIONS_DIFFER
    for question, mark in zip(questions, marks, strict=True):
        if problem := check_mark(question, mark):
            return problem
    return None


def check_mark(question: Question, mark: Marks) -> MarksProblem | None:
    if mark.blank:
        return None if question.blank and not mark.answers else MarksProblem.BLANK_NOT_ALLOWED
    if any(index not in range(len(question.answers)) for index in mark.answers):
        return MarksProblem.NOT_AN_ANSWER
    if len(mark.answers) < question.minimum or not mark.answers:
        return MarksProblem.TOO_FEW
    if len(mark.answers) > question.maximum:
        return MarksProblem.TOO_MANY
    return None
