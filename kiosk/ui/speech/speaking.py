"""A presented screen into a script: title, content, choices with their keys, hints, errors with the cure. Pure, no Qt.

Never: a digit of a PIN; a personal sentence that is not marked as one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from assets.texts import catalogue, languages
from kiosk.counter.words import Gettext, Shown
from kiosk.ui.speech.spoken import BACK, ENTER, Choice, Kind, Part, Script, readable, spelled

_MOST_DIGITS = 9


def script(shown: Shown, language: str, others: Sequence[str] = ()) -> Script:
    """What the screen of `shown` (a dictionary of presenters.present) says in `language`.

    `others`: further languages that the booth offers; the first screen tells how to change to them.
    Raises `KeyError` for a screen that this module does not know.
    """
    book = _Book(shown, language, others)
    _PAGES[str(shown["screen"])](book)
    book.contact()
    return Script(str(shown["key"]), language, tuple(book.parts), tuple(book.choices))


class _Book:
    """A script while it is written."""

    def __init__(self, shown: Shown, language: str, others: Sequence[str]) -> None:
        self.shown, self.language, self.others = shown, language, others
        self.say = catalogue(language).gettext
        self.parts: list[Part] = []
        self.choices: list[Choice] = []
        self._digits = 0

    def add(self, kind: Kind, *texts: object, personal: bool = False) -> None:
        for text in texts:
            if said := readable(str(text or ""), self.language):
                self.parts.append(Part(kind, said, personal=personal))

    def words(self, kind: Kind, *names: str) -> None:
        """Some of the screen's own words, those that are there."""
        self.add(kind, *(self.shown.get(name) for name in names))

    def digit(self) -> str:
        """The next number key; past the ninth only the arrows lead on."""
        self._digits += 1
        return str(self._digits) if self._digits <= _MOST_DIGITS else ""

    def choice(
        self,
        key: str,
        name: str,
        target: str = "",
        *,
        note: str = "",
        chosen: bool | None = None,
        more: tuple[Part, ...] = (),
    ) -> None:
        self.choices.append(Choice(key, name, target, chosen, more))
        full = f"{name}. {note}".rstrip(". ") if note else name.rstrip(".")
        self.add(Kind.CHOICE, press(full, key, self.say))
        if chosen:
            self.add(Kind.STATE, self.say("{name}: chosen.").format(name=name), personal=True)

    def contact(self) -> None:
        """Where the municipality is found, after what sends one there and before the ways on."""
        at = next((n for n, part in enumerate(self.parts) if part.kind in (Kind.CHOICE, Kind.HINT)), len(self.parts))
        lines = (readable(line["text"], self.language) for line in self.shown.get("contact", ()))
        self.parts[at:at] = [Part(Kind.CONTENT, line) for line in lines]

    def footer(self, *, primary: str = ENTER, back: str = BACK) -> None:
        """The way on and the way back."""
        _, footer = self.say, self.shown["footer"]
        if footer["primary"] and footer["enabled"]:
            self.choice(primary, footer["primary"], "primary")
        elif footer["primary"]:
            self.add(Kind.HINT, footer["note"])
        if footer["back"]:
            self.choice(back, footer["backWords"] or _("Back"), "back")


def press(name: str, key: str, _: Gettext) -> str:
    """The name first: only who hears what they want need remember the key."""
    if not key:
        return _("{name}: find it with the arrow keys.").format(name=name)
    return _("{name}: press {key}.").format(name=name, key=key)


def how_to(language: str) -> tuple[Part, ...]:
    """Said once when the headphones go in."""
    _ = catalogue(language).gettext
    return (
        Part(Kind.TITLE, _("Speech is on.")),
        Part(Kind.HINT, _("The number keys choose; with the arrow keys you reach everything on the screen.")),
        Part(Kind.HINT, _("Star repeats. Plus is louder, minus is softer, the slash key changes the speed.")),
        Part(Kind.HINT, _("The point key darkens the screen or lights it again.")),
    )


def time_warning(seconds: int, language: str) -> tuple[Part, ...]:
    _ = catalogue(language).gettext
    return (
        Part(Kind.TITLE, _("Are you still here?")),
        Part(
            Kind.HINT,
            _("Your visit closes in {seconds} seconds. Press any key to stay.").format(seconds=seconds),
            kept=False,
        ),
    )


def withheld(language: str) -> Part:
    """In the place of what only headphones may say."""
    return Part(Kind.HINT, catalogue(language).gettext("What is personal is spoken only into headphones."))


def _attract(book: _Book) -> None:
    _ = book.say
    book.words(Kind.TITLE, "title")
    book.words(Kind.CONTENT, "text")
    book.add(Kind.CONTENT, _("The chip goes in first and faces up."))
    book.add(Kind.CONTENT, f"{_('What you will need')}: {_('Your Citizen Card')}. {_('Your PIN')}")
    if book.shown["notices"]:
        book.add(Kind.CONTENT, f"{_('What is being decided')}: {'. '.join(book.shown['notices'])}")
    for code in book.others:
        name, key = languages()[code].name, book.digit()
        book.choices.append(Choice(key, name, f"language:{code}"))
        own = catalogue(code).gettext
        book.parts.append(Part(Kind.CHOICE, press(name, key, own), language=code))
    book.footer()


def _closed(book: _Book) -> None:
    book.words(Kind.ERROR, "title", "text", "todo")
    book.words(Kind.CONTENT, "codeLine")


def _working(book: _Book) -> None:
    book.words(Kind.TITLE, "title")
    book.words(Kind.CONTENT, "text")


def _pin_entry(book: _Book) -> None:
    _ = book.say
    book.words(Kind.ERROR, "wrong")
    book.words(Kind.TITLE, "eyebrow", "title")
    if book.shown["step"]:
        book.add(Kind.CONTENT, book.shown["step"]["text"])
    book.words(Kind.CONTENT, "text")
    book.words(Kind.ERROR if book.shown["last"] else Kind.CONTENT, "tries")
    book.add(Kind.HINT, _("Type it on the number keys; the key with the dot is five. No digit is spoken or shown."))
    book.add(Kind.HINT, _("Each key sounds the same. The delete key takes the last digit back."))
    book.choice(ENTER, book.shown["footer"]["primary"], "primary")
    if book.shown["footer"]["back"]:
        book.choice("Escape", _("Back"), "back")


def _own_pin_set(book: _Book) -> None:
    book.words(Kind.TITLE, "title")
    book.words(Kind.CONTENT, "text", "todo")
    book.footer()


def _lost_card(book: _Book) -> None:
    """Typed on the number keys or found with the arrows; each letter is said, into headphones alone."""
    _ = book.say
    book.words(Kind.ERROR, "fault", "codeLine")
    book.words(Kind.TITLE, "title")
    book.add(Kind.CONTENT, book.shown["step"]["text"])
    book.words(Kind.CONTENT, "text", "help")
    book.add(Kind.HINT, _("Type digits on the number keys; find letters with the arrow keys and press Enter."))
    book.choice(ENTER, book.shown["footer"]["primary"], "primary")
    if book.shown["footer"]["back"]:
        book.choice("Escape", _("Back"), "back")


def _lost_card_done(book: _Book) -> None:
    book.words(Kind.TITLE, "title")
    book.words(Kind.CONTENT, "text")
    for fact in book.shown["facts"]:
        book.add(Kind.CONTENT, f"{fact['name']}: {fact['value']}", personal=True)
    book.words(Kind.CONTENT, "todo")
    book.footer()


def _menu(book: _Book) -> None:
    _ = book.say
    book.words(Kind.TITLE, "title")
    for tile in book.shown["tiles"]:
        if tile["badge"]:
            # How many votes are open to somebody is about them.
            book.add(Kind.CONTENT, f"{tile['title']}: {tile['badge']}", personal=True)
    for tile in book.shown["tiles"]:
        book.choice(book.digit(), tile["title"], f"tile_{tile['category']}", note=tile["note"])
    book.add(Kind.HINT, _("To end your visit, find “Cancel” with the arrow keys, or take your card."))


def _category_page(book: _Book) -> None:
    _ = book.say
    book.words(Kind.TITLE, "title")
    book.words(Kind.CONTENT, "advisory")
    for entry in book.shown["entries"]:
        if entry["available"]:
            book.choice(book.digit(), entry["title"], f"entry_{entry['key']}", note=entry["note"])
        else:
            book.add(Kind.CONTENT, f"{entry['title']}: {_('Not available now.')} {entry['note']}")
    if not book.shown["entries"]:
        book.words(Kind.CONTENT, "empty", "emptyTodo")
    book.footer()


def _ballot(book: _Book) -> None:
    _, shown = book.say, book.shown
    book.words(Kind.CONTENT, "eyebrow", "advisory")
    book.add(Kind.CONTENT, shown["step"]["text"])
    book.words(Kind.TITLE, "title")
    book.words(Kind.CONTENT, "note")
    book.words(Kind.HINT, "how")
    for index, answer in enumerate(shown["answers"]):
        book.choice(book.digit(), answer["text"], f"answer_{index}", note=answer["note"], chosen=bool(answer["chosen"]))
    if blank := shown["blank"]:
        book.choice(book.digit(), blank["text"], "blank", note=blank["note"], chosen=bool(blank["chosen"]))
    if shown["introduction"]:
        book.choice(book.digit(), _("Read about this vote"), "introduction")
    book.words(Kind.CONTENT, "closes")
    book.footer()


def _review(book: _Book) -> None:
    """What was chosen comes first, as on the screen. The way on has a number and not Enter: who presses Enter twice at
    the last question has not voted yet."""
    _, shown = book.say, book.shown
    book.words(Kind.TITLE, "title")
    for line in shown["lines"]:
        book.add(Kind.CONTENT, line["question"])
        book.add(Kind.CONTENT, f"{shown['chose']}: {', '.join(line['chosen'])}", personal=True)
    book.add(Kind.CONTENT, shown["step"]["text"])
    book.words(Kind.CONTENT, "advisory", "text", "secret")
    book.footer(primary=book.digit())


def _vote_done(book: _Book) -> None:
    _, shown = book.say, book.shown
    book.words(Kind.TITLE, "title")
    book.words(Kind.CONTENT, "cardOut", "advisory", "text", "again")
    book.choice(book.digit(), _("Hear the tracking code"), more=spelled(shown["groups"], book.language))
    book.footer()


def _certificate_offer(book: _Book) -> None:
    """As at the review, the way on has a number: a paper spends a number of the register."""
    shown = book.shown
    book.words(Kind.TITLE, "title")
    book.add(Kind.CONTENT, shown["step"]["text"])
    book.words(Kind.CONTENT, "text", "standing", "sample")
    for fact in shown["facts"]:
        book.add(Kind.CONTENT, f"{fact['name']}: {fact['value']}", personal=True)
    book.add(Kind.CONTENT, shown["contentTitle"], personal=True)
    for fact in shown["content"]:
        book.add(Kind.CONTENT, f"{fact['name']}: {fact['value']}", personal=True)
    for member in shown["members"]:
        said = f"{member['relation']}: {member['name']}. {member['parents']}. {member['born']}"
        book.add(Kind.CONTENT, said, personal=True)
    book.footer(primary=book.digit())


def _certificate_done(book: _Book) -> None:
    _, shown = book.say, book.shown
    book.words(Kind.TITLE, "title")
    book.words(Kind.CONTENT, "cardOut", "text")
    book.add(Kind.CONTENT, f"{shown['numberTitle']}: {shown['number']}", personal=True)
    book.choice(book.digit(), _("Hear the verification code"), more=spelled(shown["groups"], book.language))
    book.footer()


def _problem(book: _Book) -> None:
    _, footer = book.say, book.shown["footer"]
    book.words(Kind.ERROR, "title", "text")
    book.words(Kind.CONTENT, "codeLine")
    if not book.shown["cardIn"]:
        pass  # there is none to take, and no menu to go back to
    elif footer["cancel"]:
        book.add(Kind.ERROR, _("Nothing else is lost: you can go back to the menu."))
    else:
        book.add(Kind.ERROR, _("Your visit ends here: finish, then take your card."))
    book.footer()


def _take_card(book: _Book) -> None:
    book.words(Kind.TITLE, "title")
    book.words(Kind.CONTENT, "text")
    if problem := book.shown["problem"]:
        book.add(Kind.ERROR, problem["title"], problem["text"], problem["codeLine"])


def _technician_page(book: _Book) -> None:
    """What is wrong is said with its cure; rows that cannot be pressed are read as content."""
    shown = book.shown
    book.words(Kind.TITLE, "title")
    book.words(Kind.CONTENT, "text")
    for row in shown["rows"]:
        said = ". ".join(words for words in (row["lightWords"], row["text"], row["todo"]) if words)
        if row["key"]:
            name = f"{row['name']}. {row['press']}" if row["press"] else row["name"]
            chosen = row["chosen"] if row["choice"] else None
            book.choice(book.digit(), name, f"row_{row['place']}", note=said, chosen=chosen)
        else:
            book.add(Kind.CONTENT, f"{row['name']}: {said}")
    book.footer(primary=book.digit())


def _technician_touch(book: _Book) -> None:
    book.words(Kind.TITLE, "title")
    book.words(Kind.CONTENT, "text")
    book.footer()


def _technician_text(book: _Book) -> None:
    book.words(Kind.ERROR, "fault")
    book.words(Kind.TITLE, "title")
    book.words(Kind.CONTENT, "text", "value")
    book.footer()


_PAGES: Mapping[str, Callable[[_Book], None]] = {
    "Attract": _attract,
    "Closed": _closed,
    "Working": _working,
    "PinEntry": _pin_entry,
    "OwnPinSet": _own_pin_set,
    "LostCard": _lost_card,
    "LostCardDone": _lost_card_done,
    "Menu": _menu,
    "CategoryPage": _category_page,
    "Ballot": _ballot,
    "Review": _review,
    "VoteDone": _vote_done,
    "CertificateOffer": _certificate_offer,
    "CertificateDone": _certificate_done,
    "Problem": _problem,
    "TakeCard": _take_card,
    "TechnicianPage": _technician_page,
    "TechnicianText": _technician_text,
    "TechnicianTouch": _technician_touch,
    "TechnicianWork": _working,
}


def read_out(
    face: str, title: str, texts: Iterable[str], items: Iterable[tuple[str, str, str, bool | None]], language: str
) -> Script:
    """A script of what stands on a sheet, or on a screen that nobody wrote a page for. Sheets tell nothing of the
    resident; of such a screen everything counts as personal.

    `items`: (objectName, name, note, chosen) of what can be pressed, in the order of Tab.
    """
    book = _Book({}, language, ())
    sheet = face.startswith("sheet ")
    book.add(Kind.TITLE, title, personal=not sheet)
    book.add(Kind.CONTENT, *(text for text in texts if text != title), personal=not sheet)
    for target, name, note, chosen in items:
        book.choice(book.digit(), name, target, note=note, chosen=chosen)
    if sheet:
        book.add(Kind.HINT, press(book.say("Close"), BACK, book.say))
    return Script(face, language, tuple(book.parts), tuple(book.choices))
