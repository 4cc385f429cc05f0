"""A binding local referendum as a booth tells of it: what is asked, when, how it is held. It is held on paper and
counted by the court (ν. 4555/2018, άρθρα 133 κ.ε.); at a booth nobody votes in it.
"""

from datetime import datetime, timedelta
from enum import Enum
from typing import Annotated, Final, Literal

from pydantic import Field

from municipality.messages import Message, Moment
from municipality.residents import Value
from municipality.words.bilingual import Words


def _(message: str) -> str:
    return message


# What stands on every page of it, at the booth, in the console and on the site.
LABEL: Final = _("Information only: you vote on paper")
SAID: Final = _(
    "A binding local referendum is held with a ballot box and on paper, and the court counts it. "
    "Nobody votes in it here: this only informs you."
)
# For so long after its end a booth still says that it was held, and where the result is announced.
TOLD_AFTERWARDS: Final = timedelta(days=14)
# Older than this, the town hall's word may have been overtaken: postponed, or another place.
OLD_NEWS: Final = timedelta(days=7)
# ΑΔΑ, by which an act of the administration is found in Διαύγεια.
ADA: Final = r"^[0-9A-ZΑ-Ω]{6,20}-[0-9A-ZΑ-Ω]{3}$"


class Asked(Value):
    """One question of it, and the answers among which one is chosen on the paper."""

    text: Words
    answers: tuple[Words, ...] = Field(min_length=2, max_length=10)


class Referendum(Message):
    """`conditions`: who votes, and when the result holds; `held`: how one votes; `results`: where the result is
    announced; `ada`: of the proclamation. `told_at`: when the town hall said so."""

    kind: Literal["votes.referendum"] = "votes.referendum"
    version: Literal[1] = 1
    referendum: Annotated[str, Field(pattern=r"^[0-9a-z-]{1,40}$")]
    title: Words
    questions: tuple[Asked, ...] = Field(min_length=1, max_length=10)
    opens: Moment
    closes: Moment
    conditions: tuple[Words, ...] = Field(min_length=1, max_length=20)
    held: tuple[Words, ...] = Field(min_length=1, max_length=20)
    results: Words
    ada: Annotated[str, Field(pattern=ADA)]
    told_at: Moment

    def model_post_init(self, _context: object) -> None:
        if self.opens >= self.closes:
            raise ValueError("closes: not after opens")


class Phase(Enum):
    """How far a referendum is by one's clock."""

    AHEAD = "ahead"
    OPEN = "open"
    HELD = "held"
    GONE = "gone"


def phase_of(one: Referendum, now: datetime) -> Phase:
    """The opening instant is inside, the closing one outside; so is the last instant in which it is told of."""
    if now < one.opens:
        return Phase.AHEAD
    if now < one.closes:
        return Phase.OPEN
    return Phase.HELD if now < one.closes + TOLD_AFTERWARDS else Phase.GONE


def phase_at_least(one: Referendum, at_least: datetime) -> Phase:
    """The same by a clock of which only this is believed, that it is not earlier: the ballot boxes may be closed by
    now, so nobody is told that they are open, and what must be over is over."""
    found = phase_of(one, at_least)
    return Phase.AHEAD if found is Phase.OPEN else found


def is_old(heard: datetime | None, now: datetime) -> bool:
    """Whether what is known may have been overtaken. `heard`: when the town hall was last heard; None: nobody knows."""
    return heard is None or now - heard > OLD_NEWS
