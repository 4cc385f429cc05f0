"""What a page is filled with: words, and the blocks that stand in it. Each is drawn, spoken and judged once, whatever
page it stands on.

Never: a PIN, a private key, anything that its reader must not see.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from kiosk.health import Light, Value
from municipality.messages import Words


@dataclass(frozen=True)
class Told:
    """A sentence of the house: its message id, and what fills its places."""

    id: str
    values: Mapping[str, Value | date] = field(default_factory=dict)


@dataclass(frozen=True)
class House:
    """Words that the house itself prints in Greek and has in its catalogue for every other language, by their English:
    the title of a paper, the name of a printed field."""

    words: Words


# What stands on a page: the house's own, the town hall's in its two languages, a day or a moment as the language writes
# it, or a value that is in no language.
Text = Told | House | Words | date | str


@dataclass(frozen=True, kw_only=True, repr=False)
class Block:
    """`personal`: about the resident, spoken into headphones alone, and gone from what is told to somebody whose card
    is out. `accompanies`: the page can be used rightly without it, and does where there is little room. `first`: it
    stands before the rest where all is in one column.
    """

    personal: bool = False
    accompanies: bool = False
    first: bool = False


@dataclass(frozen=True, repr=False)
class Paragraph(Block):
    """Some sentences. `heading`: they name what follows."""

    text: Text
    heading: bool = False


@dataclass(frozen=True, repr=False)
class Notice(Block):
    """A remark. `kind`: "info", "success" or "warning"; `icon`: its sign, "" for the kind's own."""

    text: Text
    kind: str = "info"
    icon: str = ""


@dataclass(frozen=True, repr=False)
class Fact(Block):
    """A name and its value."""

    name: Text
    value: Text


@dataclass(frozen=True, repr=False)
class Person(Block):
    """Somebody on a paper: their place in it, who they are to its holder, what it says of them."""

    place: str
    name: str
    relation: Text
    says: tuple[Text, ...] = ()


@dataclass(frozen=True, repr=False)
class Picture(Block):
    """A picture, in the town hall's record as assets.pictures reads it; `alt`: what it shows, for whoever does not see
    it."""

    kind: str
    data: str
    alt: Text


@dataclass(frozen=True, repr=False)
class Answer(Block):
    """What was asked, and what was said to it; nothing where it was left blank. `change`: the name of the page that one
    goes back to, to say something else. `pictures`: of each that was chosen, where any of them has one."""

    question: Text
    chosen: tuple[Text, ...]
    change: str = ""
    pictures: tuple[Picture | None, ...] = ()


@dataclass(frozen=True, repr=False)
class Code(Block):
    """A code to be kept. `shown`: its groups, as many as are enough; `qr`: all of it as an address; `site`: the address
    to be typed, in words, where the groups are asked. `hear`: what the ear asks for. `receipt`: it stands nowhere else,
    and stays although the card is out."""

    title: Text
    shown: tuple[str, ...]
    hear: Text
    note: Text = ""
    qr: str = ""
    qr_note: Text = ""
    site: str = ""
    site_note: Text = ""
    receipt: bool = False


@dataclass(frozen=True, repr=False)
class Row(Block):
    """One line of a list. `press`: the word on its button; `key` comes back when it is pressed, and a line without one
    only tells. `text` says more, `todo` what to do; `light`: the state of a part of the booth; `chosen`: one of several
    values, and whether it is the one; `closed`: it is there and nobody gets it now, as `text` says; `advisory`: it
    leads to a vote that binds nobody, which the page that it stands on says; `tells`: what it leads to only tells, so
    it is open where its matter is closed."""

    name: Text
    text: Text | None = None
    todo: Text | None = None
    light: Light | None = None
    key: str = ""
    press: Text | None = None
    chosen: bool | None = None
    closed: bool = False
    advisory: bool = False
    tells: bool = False
