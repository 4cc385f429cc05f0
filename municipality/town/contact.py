"""Where a resident turns when the booth cannot help: the municipality's telephone, address and opening hours.

They come signed from the town hall, in Greek and English; nothing of them stands in a program.
"""

from typing import Annotated, Self

from pydantic import Field, model_validator

from municipality.residents import Value
from municipality.words.bilingual import Words

Telephone = Annotated[str, Field(pattern=r"^\+?[0-9]{3,15}$")]
HourOfDay = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Day = Annotated[int, Field(ge=1, le=7)]
Line = Annotated[str, Field(min_length=1, max_length=120)]


class Said(Words):
    """A line of the municipality's own that has to fit on the screen."""

    el: Line
    en: Line


class Hours(Value):
    """From day to day, from hour to hour. Monday is 1, as in ISO 8601; hours are Athens'."""

    first: Day
    last: Day
    opens: HourOfDay
    closes: HourOfDay

    @model_validator(mode="after")
    def _go_forward(self) -> Self:
        if self.first > self.last or self.opens >= self.closes:
            raise ValueError("hours: the last day before the first, or closed before it opens")
        return self

    def meets(self, other: "Hours") -> bool:
        """Whether both are open on one day at one time."""
        days = self.first <= other.last and other.first <= self.last
        return days and self.opens < other.closes and other.opens < self.closes


class Contact(Value):
    """`telephone`: digits without spaces, "+" before a country's code. `holidays`: when it is closed besides."""

    telephone: Telephone
    address: Said
    hours: tuple[Hours, ...] = Field(default=(), max_length=8)
    holidays: Said | None = None

    @model_validator(mode="after")
    def _no_hour_twice(self) -> Self:
        for place, one in enumerate(self.hours):
            if any(one.meets(other) for other in self.hours[:place]):
                raise ValueError("hours: two of them meet")
        return self
