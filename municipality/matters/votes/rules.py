"""Rules of an advisory vote: who may vote, when, which marks make a ballot, and that what is shown is what is counted.

Never sees an encrypted ballot.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum

from assets.pictures import fault_of_all
from municipality.matters.votes.messages import Election, Question
from municipality.messages import Dossier


class MayVote(Enum):
    """Whether one resident may vote in one election now."""

    OPEN = "open"
    NOT_YET = "not_yet"
    CLOSED = "closed"
    NOT_FOR_YOU = "not_for_you"
    NO_SLIP = "no_slip"
    NOT_WHOLE = "not_whole"
    LEFT_OUT = "left_out"
    NOT_SIGNED = "not_signed"
    NOT_HERE = "not_here"


def standing(
    election: Election,
    dossier: Dossier,
    now: datetime,
    *,
    has_slip: bool,
    is_whole: bool = True,
    is_signed: bool = True,
    is_here: bool = True,
    is_over: bool = False,
) -> MayVote:
    """The first reason that stands in the way, or OPEN. The opening instant is inside, the closing one outside.

    `is_whole`: every part of the election's credentials has come. `is_signed`: its officials have signed for it, and
    they are those whom this booth knows. `is_here`: this booth, with its key, is among those that take part.
    `is_over`: this booth has made its closing statement.
    """
    if election.audience not in dossier.capacities:
        return MayVote.NOT_FOR_YOU
    if now < election.opens:
        return MayVote.NOT_YET
    if now >= election.ends or is_over:
        return MayVote.CLOSED
    if not is_signed:
        return MayVote.NOT_SIGNED
    if not is_here:
        return MayVote.NOT_HERE
    # After the times: a vote that is over is over for everybody, also for whom it left out.
    if dossier.card in election.left_out:
        return MayVote.LEFT_OUT
    if not is_whole:
        return MayVote.NOT_WHOLE
    return MayVote.OPEN if has_slip else MayVote.NO_SLIP


@dataclass(frozen=True, repr=False)
class Marks:
    """What a resident marked on one question: answer indexes, or blank. Its repr says nothing, on purpose."""

    answers: frozenset[int] = frozenset()
    blank: bool = False

    def __repr__(self) -> str:
        return "Marks(…)"

    def toggled(self, question: Question, index: int) -> "Marks":
        """The marks after a touch on answer `index`: one answer replaces another, several add up to the maximum."""
        # With one answer to give, another touch is a change of mind and not one too many.
        if question.maximum == 1:
            return Marks(answers=frozenset({index}))
        if index in self.answers:
            return Marks(answers=self.answers - {index})
        # Which of the marks is to go, only the voter can say.
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
    # Nothing marked is no vote, however few are asked for: who wants none of them has blank.
    if len(mark.answers) < question.minimum or not mark.answers:
        return MarksProblem.TOO_FEW
    if len(mark.answers) > question.maximum:
        return MarksProblem.TOO_MANY
    return None


class NoticeFault(StrEnum):
    """Why a notice is not what will be counted."""

    UNREADABLE = "belenios-unreadable"
    ANOTHER_ELECTION = "another-election-inside"
    OTHER_QUESTIONS = "counts-other-questions"
    TIMES = "closes-before-it-opens"
    PICTURES = "pictures-not-plain"


def notice_fault(notice: Election) -> NoticeFault | None:
    """None when the Greek words and the rules on the screen are those of the Belenios election, in their order.

    A ballot says «the second answer», so whoever may choose the words beside it chooses what is counted. Notes and
    translations are not in Belenios' record and cannot be compared.
    """
    try:
        record = json.loads(notice.belenios.election)
        uuid, words = record["uuid"], (record["name"], record["description"])
        questions = [_counted(question) for question in record["questions"]]
        # Of a key that stands there twice, we and belenios-tool might read different ones.
        plain = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return NoticeFault.UNREADABLE
    if plain != notice.belenios.election:
        return NoticeFault.UNREADABLE
    if uuid != notice.election:
        return NoticeFault.ANOTHER_ELECTION
    if words != (notice.title.el, notice.introduction.el) or questions != [_shown(q) for q in notice.questions]:
        return NoticeFault.OTHER_QUESTIONS
    if not notice.opens < notice.closes:
        return NoticeFault.TIMES
    return NoticeFault.PICTURES if fault_of_all([one.shown() for one in notice.pictures()]) else None


def _counted(question: dict[str, object]) -> tuple[object, ...]:
    return question["question"], question["answers"], question["min"], question["max"], question.get("blank", False)


def _shown(question: Question) -> tuple[object, ...]:
    answers = [answer.text.el for answer in question.answers]
    return question.text.el, answers, question.minimum, question.maximum, question.blank
