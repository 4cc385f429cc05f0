"""Blocks into words: what each shows, and what it says. Pure functions, no Qt; see presenters.py."""

from functools import singledispatch

from assets.pictures import packed
from kiosk.counter.presenting.book import Book, Kind, spelled
from kiosk.counter.presenting.tongue import Tongue
from kiosk.counter.presenting.words import Shown
from kiosk.desk.blocks import Answer, Block, Code, Fact, Notice, Paragraph, Person, Picture, Row
from kiosk.health import LIGHTS, Light


def _(message: str) -> str:
    return message


# As the screens name them: colours are the theme's.
_STATES = {Light.GREEN: "well", Light.AMBER: "care", Light.RED: "fault"}
_ICONS = {Light.GREEN: "circle-check", Light.AMBER: "alert-triangle", Light.RED: "circle-x"}


def shown_block(block: Block, tongue: Tongue) -> Shown:
    """The dictionary of a block: always "block" (its kind), "personal", "accompanies", "first"."""
    return {
        "personal": block.personal,
        "accompanies": block.accompanies,
        "first": block.first,
        "block": type(block).__name__.lower(),
        **_shown(block, tongue),
    }


@singledispatch
def _shown(block: Block, _tongue: Tongue) -> Shown:
    raise TypeError(f"{type(block).__name__} is no block")


@_shown.register
def _paragraph(block: Paragraph, tongue: Tongue) -> Shown:
    return {"text": tongue.say(block.text), "heading": block.heading}


@_shown.register
def _notice(block: Notice, tongue: Tongue) -> Shown:
    return {"text": tongue.say(block.text), "kind": block.kind, "icon": block.icon}


@_shown.register
def _fact(block: Fact, tongue: Tongue) -> Shown:
    return {"name": tongue.say(block.name), "value": tongue.say(block.value)}


@_shown.register
def _person(block: Person, tongue: Tongue) -> Shown:
    return {
        "place": block.place,
        "name": block.name,
        "relation": tongue.say(block.relation),
        "says": [tongue.say(one) for one in block.says],
    }


@_shown.register
def _picture(block: Picture, tongue: Tongue) -> Shown:
    return shown_picture(block, tongue)


def shown_picture(picture: Picture | None, tongue: Tongue) -> Shown:
    """`picture`: by which name the window asks for it, "" for none; `alt`: what it shows, in a sentence."""
    if picture is None:
        return {"picture": "", "alt": ""}
    alt = tongue.gettext(_("Picture: {alt}")).format(alt=tongue.say(picture.alt))
    return {"picture": packed(picture.kind, picture.data), "alt": alt}


@_shown.register
def _answer(block: Answer, tongue: Tongue) -> Shown:
    return {
        "question": tongue.say(block.question),
        "chosen": [tongue.say(one) for one in block.chosen],
        "pictures": [shown_picture(one, tongue) for one in block.pictures],
        "change": block.change,
        "changeWords": tongue.gettext(_("Change")),
        "chose": tongue.gettext(_("You chose")),
    }


@_shown.register
def _code(block: Code, tongue: Tongue) -> Shown:
    return {
        "title": tongue.say(block.title),
        "groups": list(block.shown),
        "code": "-".join(block.shown),
        "note": tongue.say(block.note),
        "qr": block.qr,
        "qrNote": tongue.say(block.qr_note),
        "site": block.site,
        "siteNote": tongue.say(block.site_note),
        "hear": tongue.say(block.hear),
    }


@_shown.register
def _row(block: Row, tongue: Tongue) -> Shown:
    return {
        "key": block.key,
        "name": tongue.say(block.name),
        "text": tongue.say(block.text),
        "todo": tongue.say(block.todo),
        "light": _STATES[block.light] if block.light else "",
        "lightWords": tongue.gettext(LIGHTS[block.light]) if block.light else "",
        "icon": _ICONS[block.light] if block.light else "",
        "press": tongue.say(block.press),
        "choice": block.chosen is not None,
        "chosen": bool(block.chosen),
        "closed": block.closed,
    }


def say_block(book: Book, shown: Shown) -> None:
    """What a block says, from what it shows."""
    how = {"personal": shown["personal"], "accompanies": shown["accompanies"]}
    match shown["block"]:
        case "paragraph":
            book.add(Kind.CONTENT, shown["text"], **how)
        case "notice":
            book.add(Kind.ERROR if shown["kind"] == "warning" else Kind.CONTENT, shown["text"], **how)
        case "fact":
            book.add(Kind.CONTENT, f"{shown['name']}: {shown['value']}", **how)
        case "person":
            book.add(Kind.CONTENT, ". ".join((f"{shown['relation']}: {shown['name']}", *shown["says"])), **how)
        case "answer":
            # The question is everybody's; what was said to it is theirs.
            book.add(Kind.CONTENT, shown["question"])
            book.add(Kind.CONTENT, f"{shown['chose']}: {', '.join(_said(shown))}", personal=True)
        case "code":
            book.choice(book.digit(), shown["hear"], more=spelled(shown["groups"], book.say))
            if shown["site"]:
                book.add(Kind.CONTENT, f"{shown['siteNote']} {shown['site']}", accompanies=shown["accompanies"])
        case "picture":
            book.add(Kind.CONTENT, shown["alt"], **how)
        case "qr":
            pass  # for the eye: the code itself was said
        case "row":
            _say_row(book, shown)


def _said(answer: Shown) -> list[str]:
    """Each that was chosen, with what its picture shows."""
    alts = [one["alt"] for one in answer["pictures"]] or [""] * len(answer["chosen"])
    return [f"{name}. {alt}" if alt else name for name, alt in zip(answer["chosen"], alts, strict=True)]


def _say_row(book: Book, shown: Shown) -> None:
    """A line that can be pressed is a choice; one that tells is content; one that is closed says why."""
    said = ". ".join(words for words in (shown["lightWords"], shown["text"], shown["todo"]) if words)
    if shown["closed"]:
        closed = book.say(_("Not available now."))
        book.add(Kind.CONTENT, f"{shown['name']}: {closed} {said}", personal=shown["personal"])
    elif shown["key"]:
        name = f"{shown['name']}. {shown['press']}" if shown["press"] else shown["name"]
        chosen = shown["chosen"] if shown["choice"] else None
        book.choice(book.digit(), name, f"row_{shown['key']}", note=said, chosen=chosen, personal=shown["personal"])
    else:
        book.add(Kind.CONTENT, f"{shown['name']}: {said}" if said else shown["name"])
