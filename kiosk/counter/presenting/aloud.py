"""What the screens that are like no other say aloud, from what they show; shapes.py has the shapes'. Pure, no Qt."""

from kiosk.counter.presenting.book import ENTER, Book, Kind
from kiosk.counter.presenting.tongue import Tongue
from kiosk.counter.presenting.words import Shown


def _written(shown: Shown, book: Book) -> Shown:
    return shown | {"spoken": book.pages}


def attract(shown: Shown, tongue: Tongue) -> Shown:
    book = Book(tongue.language)
    _ = book.say
    book.words(shown, Kind.TITLE, "title")
    book.words(shown, Kind.CONTENT, "text")
    book.add(Kind.CONTENT, _("The chip goes in first and faces up."))
    needs, card, pin = _("What you will need"), _("Your Citizen Card"), _("Your PIN")
    book.add(Kind.CONTENT, f"{needs}: {card}. {pin}")
    if shown["notices"]:
        decided, titles = _("What is being decided"), ". ".join(shown["notices"])
        book.add(Kind.CONTENT, f"{decided}: {titles}", accompanies=True)
        book.add(Kind.CONTENT, shown["how"], accompanies=True)
    elif shown["categories"]:
        offered, said = _("What you can do here"), ". ".join(each["title"] for each in shown["categories"])
        book.add(Kind.CONTENT, f"{offered}: {said}", accompanies=True)
    book.footer(shown["footer"])
    return _written(shown, book) | {"languages": True}


def closed(shown: Shown, tongue: Tongue) -> Shown:
    book = Book(tongue.language)
    book.words(shown, Kind.ERROR, "title", "text", "todo")
    book.words(shown, Kind.CONTENT, "codeLine")
    return _written(shown, book)


def work(shown: Shown, tongue: Tongue) -> Shown:
    book = Book(tongue.language)
    book.words(shown, Kind.TITLE, "title")
    book.words(shown, Kind.CONTENT, "text")
    return _written(shown, book)


def pin_entry(shown: Shown, tongue: Tongue) -> Shown:
    book = Book(tongue.language)
    _ = book.say
    book.words(shown, Kind.ERROR, "wrong")
    book.words(shown, Kind.TITLE, "eyebrow", "title")
    if shown["step"]:
        book.add(Kind.CONTENT, shown["step"]["text"])
    book.words(shown, Kind.CONTENT, "text")
    book.words(shown, Kind.ERROR if shown["last"] else Kind.CONTENT, "tries")
    book.add(Kind.HINT, _("Type it on the number keys; the key with the dot is five. No digit is spoken or shown."))
    book.add(Kind.HINT, _("Each key sounds the same. The delete key takes the last digit back."))
    book.choice(ENTER, shown["footer"]["primary"], "primary")
    if shown["footer"]["back"]:
        book.choice("Escape", _("Back"), "back")
    return _written(shown, book)


def lost_card(shown: Shown, tongue: Tongue) -> Shown:
    """Typed on the number keys or found with the arrows; each letter is said, into headphones alone."""
    book = Book(tongue.language)
    _ = book.say
    book.words(shown, Kind.ERROR, "fault", "codeLine")
    book.words(shown, Kind.TITLE, "title")
    book.add(Kind.CONTENT, shown["step"]["text"])
    book.words(shown, Kind.CONTENT, "text", "help")
    book.add(Kind.HINT, _("Type digits on the number keys; find letters with the arrow keys and press Enter."))
    book.choice(ENTER, shown["footer"]["primary"], "primary")
    if shown["footer"]["back"]:
        book.choice("Escape", _("Back"), "back")
    return _written(shown, book)


def menu(shown: Shown, tongue: Tongue) -> Shown:
    """First what waits and what cannot be done, then the choices in the tiles' order."""
    book = Book(tongue.language)
    _ = book.say
    book.words(shown, Kind.TITLE, "title")
    for tile in shown["tiles"]:
        if tile["status"]:
            book.add(Kind.CONTENT, f"{tile['title']}: {tile['status']}", personal=tile["personal"])
    for tile in shown["tiles"]:
        book.choice(book.digit(), tile["title"], f"tile_{tile['category']}", note=tile["note"])
    book.add(Kind.HINT, _("To end your visit, find “Cancel” with the arrow keys, or take your card."))
    return _written(shown, book)


def problem(shown: Shown, tongue: Tongue) -> Shown:
    book = Book(tongue.language)
    _ = book.say
    book.words(shown, Kind.ERROR, "title", "text")
    book.words(shown, Kind.CONTENT, "codeLine")
    if shown["cardIn"]:  # or there is none to take, and no menu to go back to
        goes_on = shown["footer"]["cancel"]
        book.add(
            Kind.ERROR,
            _("Nothing else is lost: you can go back to the menu.")
            if goes_on
            else _("Your visit ends here: finish, then take your card."),
        )
    book.footer(shown["footer"])
    return _written(shown, book)


def take_card(shown: Shown, tongue: Tongue) -> Shown:
    book = Book(tongue.language)
    book.words(shown, Kind.TITLE, "title")
    book.words(shown, Kind.CONTENT, "text")
    if problem := shown["problem"]:
        book.add(Kind.ERROR, problem["title"], problem["text"], problem["codeLine"])
    return _written(shown, book)


def touch_mark(shown: Shown, tongue: Tongue) -> Shown:
    book = Book(tongue.language)
    book.words(shown, Kind.TITLE, "title")
    book.words(shown, Kind.CONTENT, "text")
    book.footer(shown["footer"])
    return _written(shown, book)
