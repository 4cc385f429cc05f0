"""What somebody chose, in memory. It never prints: not in repr, str, format, pickle, an exception or a log."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import SupportsIndex

from ballot_box.election import Question
from ballot_box.hidden import MASK, Hidden


class Blank(Enum):
    """A blank vote, where the question allows it. Not the same as marking no answer."""

    BLANK = "blank"

    def __repr__(self) -> str:
        return MASK


BLANK = Blank.BLANK


class ChoiceDoesNotFit(ValueError):
    """A choice that the questions do not allow. The text names the question's number, never what was chosen."""


class Choice(tuple[frozenset[int] | Blank, ...]):
    """One entry per question: the set of the marked answers' indexes, or BLANK. Prints as a mask."""

    __slots__ = ()

    def __new__(cls, marks: Iterable[Iterable[int] | Blank]) -> Choice:
        return super().__new__(cls, (mark if isinstance(mark, Blank) else frozenset(mark) for mark in marks))

    def __repr__(self) -> str:
        return f"Choice({MASK})"

    __str__ = __repr__

    def __format__(self, _spec: str) -> str:
        return repr(self)

    def __reduce_ex__(self, _protocol: SupportsIndex) -> str | tuple[object, ...]:
        raise TypeError("a choice does not leave memory")


class Plaintext(Hidden):
    """A choice as belenios-tool reads it."""

    __slots__ = ()


def plaintext(questions: tuple[Question, ...], choice: Iterable[Iterable[int] | Blank]) -> Plaintext:
    """A choice as belenios-tool reads it; of one length whatever was chosen. ChoiceDoesNotFit otherwise."""
    marks = Choice(choice)
    if len(marks) != len(questions):
        raise ChoiceDoesNotFit("a choice has one entry per question")
    for number, question in enumerate(questions):
        if not _fits(question, marks[number]):
            raise ChoiceDoesNotFit(f"question {number + 1} does not allow these marks")
    rows = (_row(question, mark) for question, mark in zip(questions, marks, strict=True))
    return Plaintext("[" + ",".join(rows) + "]")


def _fits(question: Question, mark: frozenset[int] | Blank) -> bool:
    if isinstance(mark, Blank):
        return question.blank
    known = mark <= frozenset(range(len(question.answers)))
    return known and question.minimum <= len(mark) <= question.maximum


def _row(question: Question, mark: frozenset[int] | Blank) -> str:
    marked = frozenset[int]() if isinstance(mark, Blank) else mark
    answers = ["1" if index in marked else "0" for index in range(len(question.answers))]
    blank = [str(int(isinstance(mark, Blank)))] if question.blank else []
    return "[" + ",".join(blank + answers) + "]"
