"""What an officer has typed of a vote, and the plan in it: faults by field, and never a word lost. No I/O.

Whatever is typed is kept as it is; a plan comes of it only when nothing is missing.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from assets.pictures import MOST_TOGETHER
from central.matters.votes.drafts import pictures
from central.matters.votes.life.drawing_up import Plan
from municipality.greek import ATHENS
from municipality.matters.votes.messages import LEAST_FLOOR, Answer, Question, Row, Section
from municipality.messages import Words
from municipality.residents import Capacity

MOST_QUESTIONS: Final = 10  # with 20 answers each a ballot still fits its envelope (docs/wire.md)
MOST_SECTIONS: Final = 20
MOST_LETTERS: Final = 200_000  # of all of it: every booth holds it, and reads it whole
MOST_GRACE_HOURS: Final = 24 * 14
# Letters that a booth shows of each without a reader losing the beginning (docs/matters/votes.md).
LONGEST: Final[Mapping[str, int]] = {
    "title": 90, "introduction": 900, "text": 200, "note": 200, "answer": 90, "answer_note": 140,
    "heading": 90, "paragraph": 1200, "row": 90, "value": 40,
}  # fmt: skip
WORDS: Final = ("title_el", "title_en", "introduction_el", "introduction_en")
RULES: Final = (
    "audience", "opens_day", "opens_hour", "closes_day", "closes_hour", "floor", "grace_hours", "quorum_percent",
)  # fmt: skip
QUESTION: Final = (
    "kind", "text_el", "text_en", "note_el", "note_en", "answers_el", "answers_en", "minimum", "maximum", "blank",
)  # fmt: skip
SECTION: Final = ("heading_el", "heading_en", "paragraphs_el", "paragraphs_en", "rows_el", "rows_en")
YES_OR_NO, ONE, SEVERAL = "yes-no", "one", "several"
KINDS: Final = (YES_OR_NO, ONE, SEVERAL)
_YES_AND_NO: Final = (("Ναι", "Yes"), ("Όχι", "No"))
_AT_FIRST: Final = {
    "audience": Capacity.ELECTOR.value, "opens_hour": "08:00", "closes_hour": "20:00", "floor": "10",
    "grace_hours": "72",
}  # fmt: skip
_NEW_QUESTION: Final = {"kind": ONE, "blank": "yes", "minimum": "1", "maximum": "2"}

Fields = Mapping[str, str]


@dataclass(frozen=True)
class Fault:
    """What is wrong with one field of one part. `code`: a sentence of the console; `most`, `has`: its numbers."""

    part: str
    field: str
    code: str
    most: int = 0
    has: int = 0


@dataclass(frozen=True)
class Typed:
    """By part: `basics` (its words and its rules), each question, each section of the article."""

    basics: Fields = field(default_factory=lambda: dict(_AT_FIRST))
    questions: tuple[Fields, ...] = ()
    sections: tuple[Fields, ...] = ()

    @classmethod
    def read(cls, text: str) -> Typed:
        value = json.loads(text)
        return cls(value["basics"], tuple(value["questions"]), tuple(value["sections"]))

    def text(self) -> str:
        return json.dumps(vars(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def digest(self) -> str:
        """16 hex digits: what a second person approves is what the first one proposed."""
        return hashlib.sha256(self.text().encode()).hexdigest()[:16]

    def title(self, language: str) -> str:
        return self.basics.get(f"title_{language}", "") or self.basics.get("title_el", "")

    def parts(self) -> tuple[str, ...]:
        questions = [f"question-{place}" for place in range(1, len(self.questions) + 1)]
        sections = [f"section-{place}" for place in range(1, len(self.sections) + 1)]
        return ("words", "rules", *questions, *sections)

    def of(self, part: str) -> Fields:
        """The fields of a part that there is."""
        kind, place = _place(part)
        return self.questions[place] if kind == "question" else self.sections[place] if kind == "section" else (
            self.basics
        )  # fmt: skip

    def saying(self, part: str, said: Fields) -> Typed:
        """The same with what a form said of one part. A box that is not ticked is not sent."""
        kind, _ = _place(part)
        names = {"words": WORDS, "rules": RULES, "question": QUESTION, "section": SECTION}[kind]
        fields = {name: plain(said.get(name, "")) for name in names}
        if kind in ("words", "rules"):
            return replace(self, basics={**self.basics, **fields})
        return self.changing(part, lambda before: pictures.kept_beside(before, fields))

    def changing(self, part: str, change: Callable[[Fields], Fields]) -> Typed:
        """The same with another question or section in this place."""
        kind, place = _place(part)
        listed = list(self.questions if kind == "question" else self.sections)
        listed[place] = change(listed[place])
        return self._with(kind, tuple(listed))

    def adding(self, kind: str) -> tuple[Typed, str] | None:
        """With one more question or section, and which part it is; None where there are as many as there may be."""
        now, most = (self.questions, MOST_QUESTIONS) if kind == "question" else (self.sections, MOST_SECTIONS)
        if len(now) >= most:
            return None
        fresh: Fields = dict(_NEW_QUESTION) if kind == "question" else {}
        return self._with(kind, (*now, fresh)), f"{kind}-{len(now) + 1}"

    def without(self, part: str) -> Typed:
        kind, gone = _place(part)
        now = self.questions if kind == "question" else self.sections
        return self._with(kind, tuple(one for place, one in enumerate(now) if place != gone))

    def earlier(self, part: str) -> Typed:
        """With this question or section before the one that it follows."""
        kind, place = _place(part)
        now = list(self.questions if kind == "question" else self.sections)
        if place > 0:
            now[place - 1], now[place] = now[place], now[place - 1]
        return self._with(kind, tuple(now))

    def _with(self, kind: str, parts: tuple[Fields, ...]) -> Typed:
        return replace(self, questions=parts) if kind == "question" else replace(self, sections=parts)


def _place(part: str) -> tuple[str, int]:
    kind, _, number = part.partition("-")
    return kind, int(number) - 1 if number else -1


def plain(text: str) -> str:
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def instant(day: str, hour: str) -> datetime | str:
    """An hour on the clocks of Athens; or why it is none ("missing", "no-moment", "hour-twice", "hour-never"): in the
    night of October one hour comes twice, and nobody could tell which is meant; in that of March one does not come."""
    if not day or not hour:
        return "missing"
    try:
        here = datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=ATHENS, second=0, microsecond=0)
    except ValueError:
        return "no-moment"
    first, second = here.utcoffset(), here.replace(fold=1).utcoffset()
    if first is None or second is None or first == second:
        return here
    return "hour-twice" if first > second else "hour-never"


def moments(typed: Typed) -> dict[str, datetime]:
    """`opens` and `closes`, as far as they are known."""
    found = {
        name: instant(typed.basics.get(f"{name}_day", ""), typed.basics.get(f"{name}_hour", ""))
        for name in ("opens", "closes")
    }
    return {name: one for name, one in found.items() if isinstance(one, datetime)}


def faults(typed: Typed, now: datetime, electors: Mapping[Capacity, int] | None) -> list[Fault]:
    """Everything that stands between it and a plan. `electors`: how many may vote today, by capacity; None where nobody
    has counted."""
    found = [*_words_of(typed.basics, "words", "title", "introduction"), *_rules(typed, now, electors)]
    if not typed.questions:
        found.append(Fault("words", "title_el", "no-question"))
    for place, one in enumerate(typed.questions, 1):
        found += _question(one, f"question-{place}")
    for place, one in enumerate(typed.sections, 1):
        found += _section(one, f"section-{place}")
    letters = len(typed.text()) - pictures.letters(typed.questions)
    if letters > MOST_LETTERS:
        found.append(Fault(typed.parts()[-1], "paragraphs_el", "whole-too-long", MOST_LETTERS, letters))
    if pictures.too_heavy(typed.questions):
        found.append(Fault(typed.parts()[-1], "pictures", "pictures-too-heavy", MOST_TOGETHER // 1024))
    return found


def plan_of(typed: Typed) -> Plan:
    """Of what has no faults."""
    basics, when = typed.basics, moments(typed)
    quorum = basics.get("quorum_percent", "")
    return Plan(
        title=_both(basics, "title"),
        introduction=_both(basics, "introduction"),
        questions=tuple(map(question_of, typed.questions)),
        audience=Capacity(basics["audience"]),
        opens=when["opens"],
        closes=when["closes"],
        article=tuple(map(section_of, typed.sections)),
        floor=int(basics["floor"]),
        grace_hours=int(basics["grace_hours"]),
        quorum_percent=int(quorum) if quorum else None,
    )


def question_of(fields: Fields) -> Question:
    """Of one that has no faults."""
    kind = fields.get("kind", ONE)
    if kind == YES_OR_NO:
        answers = [(Words.both(*one), Words.both("", "")) for one in _YES_AND_NO]
    else:
        answers = [(_pair(one, 0), _pair(one, 1)) for one in _beside(fields, "answers")]
    least, most = (1, 1) if kind != SEVERAL else (_number(fields, "minimum") or 1, _number(fields, "maximum") or 1)
    note, drawn = _both(fields, "note"), pictures.by_answer(fields)
    blank = kind == YES_OR_NO or fields.get("blank") == "yes"
    return Question(
        text=_both(fields, "text"),
        note=note if note.el else _how(least, most, blank=blank),
        picture=drawn.get(""),
        answers=tuple(Answer(text=text, note=why, picture=drawn.get(text.el)) for text, why in answers),
        minimum=least,
        maximum=most,
        blank=blank,
    )


def pictured(fields: Fields) -> tuple[str, ...]:
    """What of a question may have a picture: its answers in Greek, and "" for itself."""
    yes_or_no = fields.get("kind") == YES_OR_NO
    return (*([el for el, _ in _YES_AND_NO] if yes_or_no else [line[0] for line in _lines(fields, "answers_el")]), "")


def _how(least: int, most: int, *, blank: bool) -> Words:
    """What a booth says under a question where the officer wrote nothing."""
    el, en = (" ή λευκό", ", or a blank vote") if blank else ("", "")
    if most == 1:
        return Words.both(f"Διαλέξτε μία απάντηση{el}.", f"Choose one answer{en}.")
    if least == most:
        return Words.both(f"Διαλέξτε {most} απαντήσεις{el}.", f"Choose {most} answers{en}.")
    return Words.both(f"Διαλέξτε από {least} έως {most} απαντήσεις{el}.", f"Choose {least} to {most} answers{en}.")


def section_of(fields: Fields) -> Section:
    rows = [Row(what=_pair(one, 0), value=_pair(one, 1)) for one in _beside(fields, "rows")]
    paragraphs = zip(_paragraphs(fields, "el"), _paragraphs(fields, "en"), strict=False)
    return Section(
        heading=_both(fields, "heading"),
        paragraphs=tuple(Words.both(el, en) for el, en in paragraphs),
        rows=tuple(rows),
    )


def _both(fields: Fields, name: str) -> Words:
    return Words.both(fields.get(f"{name}_el", ""), fields.get(f"{name}_en", ""))


Line = tuple[str, str]


def _lines(fields: Fields, name: str) -> list[Line]:
    """One thing a line; after a bar, what stands beside it."""
    lines = [line.partition("|") for line in fields.get(name, "").splitlines() if line.strip()]
    return [(what.strip(), beside.strip()) for what, _bar, beside in lines]


def _beside(fields: Fields, name: str) -> list[tuple[Line, Line]]:
    return list(zip(_lines(fields, f"{name}_el"), _lines(fields, f"{name}_en"), strict=False))


def _pair(lines: tuple[Line, Line], place: int) -> Words:
    return Words.both(lines[0][place], lines[1][place])


def _paragraphs(fields: Fields, language: str) -> list[str]:
    pieces = fields.get(f"paragraphs_{language}", "").split("\n\n")
    return [" ".join(piece.split()) for piece in pieces if piece.strip()]


def _number(fields: Fields, name: str) -> int | None:
    text = fields.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None


def _words_of(fields: Fields, part: str, *names: str, optional: tuple[str, ...] = ()) -> Iterator[Fault]:
    for name in (*names, *optional):
        for language in ("el", "en"):
            key = f"{name}_{language}"
            text, other = fields.get(key, ""), fields.get(f"{name}_{'en' if language == 'el' else 'el'}", "")
            if not text and (name in names or other):
                yield Fault(part, key, "missing")
            yield from text_faults(part, key, text, LONGEST[name])


def text_faults(part: str, key: str, text: str, most: int) -> Iterator[Fault]:
    if len(text) > most:
        yield Fault(part, key, "too-long", most, len(text))
    # What a reader does not see could turn the words around it.
    if any(unicodedata.category(letter) in ("Cc", "Cf", "Co", "Cs") for letter in text if letter not in "\n\t"):
        yield Fault(part, key, "hidden-letters")


def _rules(typed: Typed, now: datetime, electors: Mapping[Capacity, int] | None) -> Iterator[Fault]:
    basics, part = typed.basics, "rules"
    audience = basics.get("audience", "")
    if audience not in {one.value for one in Capacity}:
        yield Fault(part, "audience", "missing")
    when = moments(typed)
    for name in ("opens", "closes"):
        found = instant(basics.get(f"{name}_day", ""), basics.get(f"{name}_hour", ""))
        if isinstance(found, str):
            yield Fault(part, f"{name}_day", found)
    if "opens" in when and when["opens"] <= now:
        yield Fault(part, "opens_day", "opens-in-the-past")
    if len(when) == 2 and when["closes"] <= when["opens"]:
        yield Fault(part, "closes_day", "closes-before-it-opens")
    floor = _number(basics, "floor")
    if floor is None or floor < LEAST_FLOOR:
        yield Fault(part, "floor", "floor-too-low", LEAST_FLOOR)
    elif electors and audience in {one.value for one in Capacity} and electors[Capacity(audience)] < floor:
        yield Fault(part, "audience", "too-few-electors", floor, electors[Capacity(audience)])
    grace = _number(basics, "grace_hours")
    if grace is None or grace > MOST_GRACE_HOURS:
        yield Fault(part, "grace_hours", "grace-hours", MOST_GRACE_HOURS)
    quorum = _number(basics, "quorum_percent")
    if basics.get("quorum_percent") and (quorum is None or not 1 <= quorum <= 100):
        yield Fault(part, "quorum_percent", "percent")


def _question(fields: Fields, part: str) -> Iterator[Fault]:
    yield from _words_of(fields, part, "text", optional=("note",))
    kind = fields.get("kind", "")
    if kind not in KINDS:
        yield Fault(part, "kind", "missing")
    if any(one.of not in pictured(fields) for one in pictures.of(fields)):
        yield Fault(part, "pictures", "picture-of-no-answer")
    if kind == YES_OR_NO:
        return
    yield from _answers(fields, part)
    least, most = _number(fields, "minimum"), _number(fields, "maximum")
    if kind == SEVERAL:
        answers = len(_lines(fields, "answers_el"))
        if least is None or least < 1:
            yield Fault(part, "minimum", "minimum")
        if most is None or most > max(answers, 2) or most < max(least or 1, 2):
            yield Fault(part, "maximum", "maximum", answers)


def _answers(fields: Fields, part: str) -> Iterator[Fault]:
    greek, english = _lines(fields, "answers_el"), _lines(fields, "answers_en")
    if not 2 <= len(greek) <= 20:
        yield Fault(part, "answers_el", "answers", 20, len(greek))
    if len(english) != len(greek):
        yield Fault(part, "answers_en", "other-lines", len(greek), len(english))
    elif any(bool(one[1]) != bool(other[1]) for one, other in zip(greek, english, strict=True)):
        yield Fault(part, "answers_en", "notes-in-one-language")
    for key, lines in (("answers_el", greek), ("answers_en", english)):
        if len({what for what, _ in lines}) != len(lines):
            yield Fault(part, key, "same-answer-twice")
        yield from _pieces(part, key, lines, "answer", "answer_note")


def _pieces(part: str, key: str, lines: list[Line], what: str, beside: str) -> Iterator[Fault]:
    """The first fault of a list."""
    for line in lines:
        if not line[0]:
            yield Fault(part, key, "missing")
            return
        found = [*text_faults(part, key, line[0], LONGEST[what]), *text_faults(part, key, line[1], LONGEST[beside])]
        if found:
            yield found[0]
            return


def _section(fields: Fields, part: str) -> Iterator[Fault]:
    yield from _words_of(fields, part, "heading")
    greek, english = _paragraphs(fields, "el"), _paragraphs(fields, "en")
    if len(greek) != len(english):
        yield Fault(part, "paragraphs_en", "other-paragraphs", len(greek), len(english))
    if len(greek) > 40:
        yield Fault(part, "paragraphs_el", "too-many", 40, len(greek))
    for key, pieces in (("paragraphs_el", greek), ("paragraphs_en", english)):
        yield from _pieces(part, key, [(piece, "") for piece in pieces], "paragraph", "value")
    rows, theirs = _lines(fields, "rows_el"), _lines(fields, "rows_en")
    if len(rows) != len(theirs):
        yield Fault(part, "rows_en", "other-lines", len(rows), len(theirs))
    if len(rows) > 40:
        yield Fault(part, "rows_el", "too-many", 40, len(rows))
    for key, lines in (("rows_el", rows), ("rows_en", theirs)):
        if any(not value for _, value in lines):
            yield Fault(part, key, "row-without-value")
        yield from _pieces(part, key, lines, "row", "value")
    if not greek and not rows:
        yield Fault(part, "paragraphs_el", "empty-section")
