"""What an officer has typed of a binding referendum, and the message in it: faults by field, and never a word lost.
No I/O.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import zip_longest
from typing import Final

from central.matters.votes.drafts.typed import Fault, Fields, instant, plain, text_faults
from municipality.matters.votes.referendum import ADA, Asked, Referendum
from municipality.messages import Words

PART: Final = "referendum"
NAMES: Final = (
    "title_el", "title_en", "questions_el", "questions_en", "day", "opens_hour", "closes_hour",
    "conditions_el", "conditions_en", "held_el", "held_en", "results_el", "results_en", "ada",
)  # fmt: skip
MOST_QUESTIONS, MOST_ANSWERS, MOST_PARAGRAPHS = 10, 10, 20
# Letters that a booth shows of each without a reader losing the beginning.
LONGEST: Final[Mapping[str, int]] = {
    "title": 90, "question": 400, "answer": 140, "conditions": 600, "held": 600, "results": 200,
}  # fmt: skip
# Where an officer begins, by the law as it stands (ν. 4555/2018, άρθρα 133 κ.ε.): to be read, and changed where this
# referendum is otherwise.
AT_FIRST: Final[Fields] = {
    "opens_hour": "07:00",
    "closes_hour": "19:00",
    "conditions_el": "Ψηφίζουν όσοι είναι γραμμένοι στους εκλογικούς καταλόγους του Δήμου. Μαζί και οι πολίτες της "
    "Ευρωπαϊκής Ένωσης που είναι γραμμένοι στους ειδικούς καταλόγους.\n\n"
    "Το αποτέλεσμα ισχύει, αν ψηφίσει τουλάχιστον το 40 % των εγγεγραμμένων.",
    "conditions_en": "Those vote who are on the electoral rolls of the municipality. So do citizens of the European "
    "Union who are on its special rolls.\n\nThe result holds if at least 40 % of those on the rolls vote.",
    "held_el": "Πηγαίνετε στο εκλογικό σας τμήμα με την αστυνομική σας ταυτότητα ή το διαβατήριό σας.\n\n"
    "Διαλέγετε ψηφοδέλτιο πίσω από το παραβάν και το ρίχνετε στην κάλπη.\n\n"
    "Τις ψήφους τις μετρά το δικαστήριο.",
    "held_en": "You go to your electoral section with your identity card or your passport.\n\n"
    "You choose a ballot paper behind the screen and put it into the ballot box.\n\nThe court counts the votes.",
    "results_el": "Στο δημαρχείο και στην ιστοσελίδα του Δήμου",
    "results_en": "At the town hall and on the municipal site",
}


def saying(said: Fields) -> dict[str, str]:
    """What a form said, field by field."""
    return {name: plain(said.get(name, "")) for name in NAMES}


def paragraphs(text: str) -> list[str]:
    """An empty line stands between two of them."""
    return [" ".join(piece.split()) for piece in re.split(r"\n\s*\n", text) if piece.strip()]


def questions(text: str) -> list[tuple[str, ...]]:
    """Each with its answers: one a line, the question first; an empty line stands between two questions."""
    blocks = re.split(r"\n\s*\n", text)
    return [tuple(" ".join(line.split()) for line in one.splitlines() if line.strip()) for one in blocks if one.strip()]


def hours(fields: Fields) -> dict[str, datetime]:
    """`opens` and `closes`, as far as they are known."""
    found = {
        name: instant(fields.get("day", ""), fields.get(hour, ""))
        for name, hour in (("opens", "opens_hour"), ("closes", "closes_hour"))
    }
    return {name: one for name, one in found.items() if isinstance(one, datetime)}


def faults(fields: Fields, now: datetime) -> list[Fault]:
    """Everything that stands between it and a message."""
    return [
        *_line(fields, "title"),
        *_questions(fields),
        *_when(fields, now),
        *_paragraphs(fields, "conditions"),
        *_paragraphs(fields, "held"),
        *_line(fields, "results"),
        *_ada(fields.get("ada", "")),
    ]


def message_of(fields: Fields, referendum: str, now: datetime) -> Referendum:
    """Of what has no faults; `now`: when it is told."""
    when = hours(fields)
    asked = zip(questions(fields["questions_el"]), questions(fields["questions_en"]), strict=True)
    return Referendum(
        referendum=referendum,
        title=_both(fields["title_el"], fields["title_en"]),
        questions=tuple(_asked(el, en) for el, en in asked),
        opens=when["opens"],
        closes=when["closes"],
        conditions=_pairs(fields, "conditions"),
        held=_pairs(fields, "held"),
        results=_both(fields["results_el"], fields["results_en"]),
        ada=fields["ada"].upper(),
        told_at=now.replace(microsecond=0),
    )


def _asked(el: tuple[str, ...], en: tuple[str, ...]) -> Asked:
    text, *answers = (_both(*both) for both in zip(el, en, strict=True))
    return Asked(text=text, answers=tuple(answers))


def _both(el: str, en: str) -> Words:
    return Words.both(el, en)


def _pairs(fields: Fields, name: str) -> tuple[Words, ...]:
    both = zip(paragraphs(fields[f"{name}_el"]), paragraphs(fields[f"{name}_en"]), strict=True)
    return tuple(_both(el, en) for el, en in both)


def _line(fields: Fields, name: str) -> Iterator[Fault]:
    for language in ("el", "en"):
        key = f"{name}_{language}"
        if not fields.get(key):
            yield Fault(PART, key, "missing")
        yield from text_faults(PART, key, fields.get(key, ""), LONGEST[name])


def _some(key: str, count: int, most: int) -> Iterator[Fault]:
    """Where there is none, or there are too many."""
    if not count:
        yield Fault(PART, key, "missing")
    if count > most:
        yield Fault(PART, key, "too-many", most, count)


def _questions(fields: Fields) -> Iterator[Fault]:
    listed = {language: questions(fields.get(f"questions_{language}", "")) for language in ("el", "en")}
    for language, found in listed.items():
        key = f"questions_{language}"
        yield from _some(key, len(found), MOST_QUESTIONS)
        for text, *answers in found:
            if not 2 <= len(answers) <= MOST_ANSWERS:
                yield Fault(PART, key, "answers-on-paper", MOST_ANSWERS, len(answers))
            yield from text_faults(PART, key, text, LONGEST["question"])
            for answer in answers:
                yield from text_faults(PART, key, answer, LONGEST["answer"])
    lines = [(len(el or ()), len(en or ())) for el, en in zip_longest(listed["el"], listed["en"]) if listed["el"]]
    other = next(((el, en) for el, en in lines if el != en), None)
    if other is not None and listed["en"]:
        yield Fault(PART, "questions_en", "other-lines", *other)


def _when(fields: Fields, now: datetime) -> Iterator[Fault]:
    day = fields.get("day", "")
    if not day:
        yield Fault(PART, "day", "missing")
    for name in ("opens_hour", "closes_hour"):
        hour = fields.get(name, "")
        found = instant(day, hour) if day and hour else "" if hour else "missing"
        if isinstance(found, str) and found:
            yield Fault(PART, name, found)
    when = hours(fields)
    if "opens" in when and when["opens"] <= now:
        yield Fault(PART, "day", "opens-in-the-past")
    if len(when) == 2 and when["closes"] <= when["opens"]:
        yield Fault(PART, "closes_hour", "closes-before-it-opens")


def _paragraphs(fields: Fields, name: str) -> Iterator[Fault]:
    listed = {language: paragraphs(fields.get(f"{name}_{language}", "")) for language in ("el", "en")}
    for language, found in listed.items():
        key = f"{name}_{language}"
        yield from _some(key, len(found), MOST_PARAGRAPHS)
        for one in found:
            yield from text_faults(PART, key, one, LONGEST[name])
    el, en = len(listed["el"]), len(listed["en"])
    if el and en and el != en:
        yield Fault(PART, f"{name}_en", "other-paragraphs", el, en)


def _ada(text: str) -> Iterator[Fault]:
    if not text:
        yield Fault(PART, "ada", "missing")
    elif re.fullmatch(ADA, text.upper()) is None:
        yield Fault(PART, "ada", "no-ada")
