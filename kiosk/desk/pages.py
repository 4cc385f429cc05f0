"""The shapes of a page: what is asked on one screen, and what an answer to it is. Frozen values; no screen, no store.

A shape is drawn, spoken and judged once, for residents and technicians alike. A page knows what a touch makes of it:
another face of itself, an answer, or a way back.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar, Generic, Self, TypeVar

from kiosk.desk.actions import Action, Choose, EnterText, Mark, MarkBlank, Next, Scanned
from kiosk.desk.blocks import Answer, Block, Code, Paragraph, Row, Text, Told
from kiosk.kernel.activity import Activity
from municipality.failures import Code as Failure
from municipality.matter import Category

T = TypeVar("T")


def _(message: str) -> str:
    return message


CONTINUE = Told(_("Continue"))
READ_MORE = Told(_("Read about it"))
ANOTHER_CODE = Told(_("This is another code. Please scan the one that is asked for."))
CONFIRM = Told(_("Confirm"))
NOT_SEEN, SEEN = Told(_("You have not seen all of it yet.")), Told(_("You have seen all of it."))
LOST = Told(_("What you have chosen or typed here will be lost."))

# Of an act that has no words of its own yet (scripts/new-matter): true of any that says which card, where and when.
KEPT_THEN = Told(_("Nothing is kept before you confirm it."))
ACT_SAYS = Told(_("The municipality will see which card it is, at which booth and when."))
FILED, KEEP_NUMBER, NUMBER = Told(_("It has been filed")), Told(_("Please keep its number.")), Told(_("Number"))
FILED_CARD_OUT = Told(_("Your card came out early, but nothing was lost: it has been filed."))


@dataclass(frozen=True)
class Step:
    """Step `number` of `of`; drawn as «Βήμα 2 από 3»."""

    number: int
    of: int


@dataclass(frozen=True, repr=False)
class Given(Generic[T]):
    """The page is answered."""

    answer: T


@dataclass(frozen=True)
class Return:
    """Back to the page of this name, to say something else there."""

    name: str


@dataclass(frozen=True, kw_only=True, repr=False)
class Page(Generic[T]):
    """What every page has. `name`: of the page within what it belongs to; another name is another face. `advisory`:
    it is part of a vote that binds nobody. `about`: what all of it is part of, in the town hall's words.
    """

    name: str = field(kw_only=False)
    title: Text = field(kw_only=False)
    step: Step | None = None
    about: Text | None = None
    advisory: bool = False
    back: bool = True
    # Help for this page, in a few sentences; and whether it sends its reader to the municipality's office.
    help: tuple[Text, ...] = ()
    office: bool = False
    # What it was answered has been dropped, because the world has changed: it is asked once more, and says so.
    changed: bool = False

    def taken(self, action: Action) -> "Given[T] | Return | Page[T] | None":
        """What a touch makes of it; None for one that does not fit and changes nothing. The window is another process:
        what it sends is not believed to be on the page."""
        return None

    def before(self) -> "Page[T] | None":
        """Where «back» leads within it; None: out of it."""
        return None

    def filled(self, answer: T) -> "Page[T]":
        """The same with what was said to it before, for who comes back."""
        return self

    @property
    def face(self) -> str:
        """Changes when its reader faces something new."""
        return f"{type(self).__name__} {self.name}"


@dataclass(frozen=True, repr=False)
class List(Page[str]):
    """Rows that tell or can be pressed; the answer is the key of the one that was, or of the way on. `above`: what
    stands before them; `empty`: what is said where there is none, and where to go instead."""

    text: Text | None = None
    rows: tuple[Row, ...] = ()
    way_on: tuple[Text, str] | None = None
    category: Category | None = None
    icon: str = "tool"
    empty: tuple[Text, Text] | None = None
    above: tuple[Block, ...] = ()

    def taken(self, action: Action) -> Given[str] | None:
        match action:
            case Choose(key) if any(row.key == key and not row.closed for row in self.rows if key):
                return Given(key)
            case Next() if self.way_on is not None:
                return Given(self.way_on[1])
        return None


@dataclass(frozen=True, repr=False)
class Option:
    """One of several answers. `note`: what it means."""

    text: Text
    note: Text = ""


@dataclass(frozen=True)
class Picked:
    """Which options, or that none of them is wanted. Its repr says nothing, on purpose."""

    options: frozenset[int] = frozenset()
    none: bool = False

    def __repr__(self) -> str:
        return "Picked(…)"


@dataclass(frozen=True, repr=False)
class Choice(Page[Picked]):
    """One of several answers, or several of them, from `least` to `most`. `none`: the answer that chooses no other.
    `more`: what can be read before. `of`: the place of the question among others. `over`: one more was touched than may
    be chosen."""

    options: tuple[Option, ...]
    least: int = 1
    most: int = 1
    none: Option | None = None
    note: Text = ""
    until: Text = ""
    more: "Read | None" = None
    more_words: Text = READ_MORE
    way_on: Text = CONTINUE
    of: tuple[int, int] = (1, 1)
    picked: Picked = Picked()
    over: bool = False

    @property
    def complete(self) -> bool:
        """Nothing chosen is no answer, however few are asked for: who wants none of them has `none`."""
        return self.picked.none or max(1, self.least) <= len(self.picked.options) <= self.most

    def taken(self, action: Action) -> "Given[Picked] | Choice | None":
        match action:
            case Next() if self.complete:
                return Given(self.picked)
            case Mark(index) if index in range(len(self.options)):
                return self._touched(index)
            case MarkBlank() if self.none is not None:
                return replace(self, picked=Picked(none=True), over=False)
        return None

    def filled(self, answer: Picked) -> "Choice":
        return replace(self, picked=answer)

    def _touched(self, index: int) -> "Choice":
        now = self.picked.options
        # With one answer to give, another touch is a change of mind and not one too many.
        if self.most == 1:
            return replace(self, picked=Picked(frozenset({index})))
        if index in now:
            return replace(self, picked=Picked(now - {index}), over=False)
        # Which of the others is to go, only who chose them can say.
        if len(now) >= self.most:
            return replace(self, over=True)
        return replace(self, picked=Picked(now | {index}), over=False)


@dataclass(frozen=True, kw_only=True, repr=False)
class Rule:
    """What may be typed into a field (of JSON Schema: type, minLength, maxLength, pattern, minimum, maximum), and a
    sentence for each that does not hold."""

    number: bool = False
    shortest: int = 1
    longest: int = 200
    pattern: str = ""
    least: int | None = None
    most: int | None = None
    faults: Mapping[str, Text] = field(default_factory=dict)

    def fault(self, text: str) -> Text | None:
        """Why `text` may not stand there, or None. Blanks around it do not count."""
        typed = text.strip()
        if len(typed) < self.shortest:
            return self.faults.get("shortest", Told(_("Please type something here.")))
        if len(typed) > self.longest:
            return self.faults.get(
                "longest", Told(_("This is too long: {most} letters at most."), {"most": self.longest})
            )
        if self.pattern and not re.fullmatch(self.pattern, typed):
            return self.faults.get("pattern", Told(_("This is not written as it should be.")))
        return self._number_fault(typed) if self.number and typed else None

    def _number_fault(self, typed: str) -> Text | None:
        if not (typed.isascii() and typed.isdigit()):
            return self.faults.get("number", Told(_("Please type digits only.")))
        low = self.least is not None and int(typed) < self.least
        high = self.most is not None and int(typed) > self.most
        if low or high:
            asked = {"least": self.least or 0, "most": self.most if self.most is not None else 10**self.longest - 1}
            return self.faults.get("bounds", Told(_("Choose a number from {least} to {most}."), asked))
        return None


@dataclass(frozen=True, kw_only=True, repr=False)
class Field:
    """One line to be typed. `value`: what stands in it already. `letters`: of the keyboard, "el" or "en"."""

    key: str
    label: Text
    value: str = ""
    rule: Rule = Rule()
    letters: str = "el"


@dataclass(frozen=True, repr=False)
class Form(Page[Mapping[str, str]]):
    """Lines to be typed, one at a time; the answer has each by its key. `fault`: what was wrong with the last try, and
    `tried` counts, so that the same fault twice is two faces."""

    fields: tuple[Field, ...]
    text: Text = ""
    way_on: Text = CONTINUE
    at: int = 0
    fault: Text | None = None
    tried: int = 0

    def taken(self, action: Action) -> "Given[Mapping[str, str]] | Form | None":
        match action:
            case EnterText(text):
                return self._typed(text)
        return None

    def before(self) -> "Form | None":
        return replace(self, at=self.at - 1, fault=None) if self.at else None

    def filled(self, answer: Mapping[str, str]) -> "Form":
        return replace(self, fields=tuple(replace(one, value=answer.get(one.key, one.value)) for one in self.fields))

    def _typed(self, text: str) -> "Given[Mapping[str, str]] | Form":
        now = replace(self.fields[self.at], value=text.strip())
        fields = (*self.fields[: self.at], now, *self.fields[self.at + 1 :])
        if (fault := now.rule.fault(text)) is not None:
            # What was typed stays: it is put right, not typed again.
            return replace(self, fields=fields, fault=fault, tried=self.tried + 1)
        if self.at + 1 < len(fields):
            return replace(self, fields=fields, at=self.at + 1, fault=None)
        return Given({one.key: one.value for one in fields})

    @property
    def face(self) -> str:
        return f"{super().face} {self.at} {self.tried}"


@dataclass(frozen=True, repr=False)
class Scan(Page[str]):
    """A code is held before the scanner; the answer is what it says. `pattern`: of the codes that are meant here;
    `refusal`: what is said of another. `tried` counts, so that the same fault twice is two faces. `way_on`: for who has
    nothing to hold there; then the answer is ""."""

    text: Text
    scans: ClassVar[bool] = True
    pattern: str = r"(?s).+"
    refusal: Text = ANOTHER_CODE
    tried: int = 0
    way_on: Text | None = None

    def taken(self, action: Action) -> "Given[str] | Scan | None":
        match action:
            case Next() if self.way_on is not None:
                return Given("")
            case Scanned(text) if re.fullmatch(self.pattern, text):
                return Given(text)
            case Scanned():
                return replace(self, tried=self.tried + 1)
        return None

    @property
    def face(self) -> str:
        return f"{super().face} {self.tried}"


@dataclass(frozen=True, repr=False)
class Read(Page[str]):
    """A long text, page by page. `articles`: its parts, by which it can be opened; the answer is the key of the one
    that was chosen, or "" for the way on."""

    paragraphs: tuple[Paragraph, ...]
    articles: tuple[Row, ...] = ()
    way_on: Text | None = None

    def taken(self, action: Action) -> Given[str] | None:
        match action:
            case Choose(key) if any(row.key == key for row in self.articles if key):
                return Given(key)
            case Next() if self.way_on is not None:
                return Given("")
        return None


@dataclass(frozen=True, repr=False)
class Review(Page[bool]):
    """All that was said, before it is done and cannot be taken back. `confirm`: what the button does, which has a place
    of its own; `unseen`: why it is shut until all of the page was on the screen."""

    text: Text = ""
    lead: tuple[Block, ...] = ()
    blocks: tuple[Block, ...] = ()
    confirm: Text = CONFIRM
    icon: str = "check"
    unseen: Text = NOT_SEEN
    seen: Text = SEEN

    def taken(self, action: Action) -> Given[bool] | Return | None:
        match action:
            case Next():
                return Given(True)
            case Choose(key) if any(isinstance(one, Answer) and key and one.change == key for one in self.blocks):
                return Return(key)
        return None


@dataclass(frozen=True, repr=False)
class Done(Page[bool]):
    """It is done: what came of it, and what to keep. `icon`: another than a tick, where it is no good news. `card_out`:
    what is said besides to somebody who has taken their card already; `out`: they have. `goes_on`: a visit goes on
    from here and does not end."""

    text: Text = ""
    icon: str = "check"
    blocks: tuple[Block, ...] = ()
    card_out: Text = ""
    out: bool = False
    goes_on: bool = False
    another: bool = True

    def taken(self, action: Action) -> Given[bool] | None:
        return Given(True) if isinstance(action, Next) else None

    def without_card(self) -> Self:
        """What is still told to somebody whose card is out: nothing about them but what stands nowhere else."""
        kept = tuple(one for one in self.blocks if not one.personal or (isinstance(one, Code) and one.receipt))
        return replace(self, out=True, blocks=kept)


@dataclass(frozen=True)
class Work:
    """Work under way, and how far it is: by its activity and step, or by `what` and how much of `total` is done, 0
    where nobody knows. `may_cancel` is false once something may have been stored."""

    activity: Activity | None = None
    step: Step | None = None
    may_cancel: bool = False
    what: Text | None = None
    done: int = 0
    total: int = 0


@dataclass(frozen=True)
class Problem:
    """A failure with its code, sentence and way out. `missing`: what the records do not say, by its names. `card`:
    there is one in the reader, to be taken."""

    code: Failure
    missing: tuple[Text, ...] = ()
    card: bool = True


@dataclass(frozen=True, kw_only=True, repr=False)
class Sure:
    """Somebody has touched «Cancel» in the middle of something: they are asked once. The way on is to leave."""

    loses: Text = LOST
