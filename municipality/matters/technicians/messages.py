"""What travels of technicians: who may open which booth, and what they did there."""

from typing import Annotated, Final, Literal

from pydantic import Field

from municipality.messages import Message

DEED_ACT: Final = "technicians.deed"
LEFT_ACT: Final = "technicians.left"
TECHNICIANS_ITEM: Final = "technicians.list"


class Technicians(Message):
    """Who may open the technician's pages, by card number; `booths` narrows a card to some booths (none named: all).

    The card's certificate must name the role as well: neither alone opens the door.
    """

    kind: Literal["technicians.list"] = "technicians.list"
    version: Literal[1] = 1
    cards: tuple[Annotated[str, Field(max_length=40)], ...] = Field(max_length=500)
    booths: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    def admits(self, card: str, booth: str) -> bool:
        """Whether this card opens this booth's pages."""
        return card in self.cards and (card not in self.booths or booth in self.booths[card])


class TechnicianAct(Message):
    """What was done with the card that proves it. Never a resident's data.

    `what` is a short name such as "paper.changed"; `about` the thing it was done to. `before` and `after`: of a setting
    that was changed, its values (records of before have none).
    """

    kind: Literal["technicians.deed"] = "technicians.deed"
    version: Literal[1] = 1
    what: str = Field(pattern=r"^[a-z]+(\.[a-z_]+)?$", max_length=40)
    about: str = Field(default="", max_length=200)
    before: str = Field(default="", max_length=300)
    after: str = Field(default="", max_length=300)


class LeftAct(Message):
    """The visit that was opened with this card is over, as the booth says."""

    kind: Literal["technicians.left"] = "technicians.left"
    version: Literal[1] = 1
    card: str = Field(max_length=40)
