"""The shapes of a page into words: each once, for whatever stands on it. Pure functions, no Qt; see presenters.py."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from kiosk.counter.presenting.blocks import say_block, shown_block, shown_picture
from kiosk.counter.presenting.book import ENTER, Book, Kind
from kiosk.counter.presenting.tongue import Tongue
from kiosk.counter.presenting.words import Shown, footer, step_words
from kiosk.desk.blocks import Block, Notice, Paragraph, Told
from kiosk.desk.pages import Choice, Done, Form, List, Option, Page, Read, Review, Scan, Step, Sure
from municipality.matter import Category

CATEGORY_ICONS = {
    Category.FINANCIAL: "coin-euro",
    Category.SOCIAL: "heart-check",
    Category.DOCUMENTS: "file-certificate",
    Category.PARTICIPATION: "ballot-box",
}


def _(message: str) -> str:
    return message


CHANGED = Told(_("Something here has changed meanwhile. Please answer once more."))


def step(step: Step | None, tongue: Tongue, what: str = "") -> Shown | None:
    return step_words(step.number, step.of, tongue.gettext, what) if step is not None else None


def _page(
    page: Page[Any],
    tongue: Tongue,
    *,
    lead: Iterable[Block] = (),
    blocks: Iterable[Block] = (),
    what: str = "",
    counted: str = "",
) -> Shown:
    """What every shape shows. `counted`: how many of its blocks were seen, in words; a %1 and a %2 in it."""
    words = tongue.gettext
    if page.changed:
        lead = (Notice(CHANGED, kind="warning", first=True), *lead)
    return {
        "key": page.face,
        "title": tongue.say(page.title),
        "about": tongue.say(page.about),
        "stamp": words(_("Advisory vote")) if page.advisory else tongue.say(page.stamp),
        "step": step(page.step, tongue, what),
        "lead": [shown_block(one, tongue) for one in lead],
        "blocks": [shown_block(one, tongue) for one in blocks],
        "counted": counted or words(_("%1 of %2")),
        "further": words(_("%1 more further down")),
        "accompanying": ["about"],
        "pageHelp": [tongue.say(one) for one in page.help],
        "office": page.office,
        "icon": "",
    }


def _told(shown: Shown, tongue: Tongue, *names: str, numbered: bool = False) -> Shown:
    """`shown` with what most shapes say of it. `numbered`: the way on has a number of its own, and not Enter."""
    book = Book(tongue.language)
    book.add(Kind.TITLE, shown["title"])
    book.add(Kind.CONTENT, shown["step"] and shown["step"]["text"])
    book.words(shown, Kind.CONTENT, "about", "stamp")
    _blocks(book, shown, *(names or ("lead", "blocks")))
    book.footer(shown["footer"], primary=book.digit() if numbered else ENTER)
    return shown | {"spoken": book.pages}


def _blocks(book: Book, shown: Shown, *names: str) -> None:
    for block in (block for name in names for block in shown[name]):
        say_block(book, block)


def list_of(page: List, tongue: Tongue) -> Shown:
    way_on, back = tongue.say(page.way_on[0]) if page.way_on else "", page.back
    empty = [Paragraph(text) for text in page.empty] if page.empty and not page.rows else []
    lead = [Paragraph(page.text, accompanies=page.category is not None)] if page.text is not None else []
    shown = _page(page, tongue, lead=lead, blocks=(*page.above, *page.rows, *empty))
    shown["office"] = page.office or bool(empty)
    shown |= {
        "category": page.category.value if page.category else "",
        "icon": CATEGORY_ICONS[page.category] if page.category else page.icon,
        "footer": footer(cancel=True, back=back, primary=way_on),
    }
    # Enter belongs to what is in focus; the way on of a list is one more of its lines.
    return _told(shown, tongue, numbered=True)


def choice(page: Choice, tongue: Tongue) -> Shown:
    words = tongue.gettext
    number, of = page.of
    what = words(_("Question {number} of {of}")).format(number=number, of=of) if of > 1 else ""
    limit = Told(_("Up to {count} answers"), {"count": page.most})
    lead: list[Block] = [replace(page.picture, first=True)] if page.picture is not None else []
    lead += [Paragraph(page.note)] if tongue.say(page.note) else []
    lead += [Paragraph(limit)] if page.most > 1 else []
    if page.over:
        most = {"count": page.most}
        lead.append(
            Notice(
                Told(
                    _(
                        "You have chosen {count} already. To choose another one, "
                        "touch one of them first to take it back."
                    ),
                    most,
                ),
                kind="warning",
                first=True,
            )
        )
    lead += [Paragraph(page.until, accompanies=True)] if page.until else []
    shown = _page(page, tongue, lead=lead, what=what, counted=words(_("%1 of %2 answers")))
    options = [
        _option(f"answer_{index}", one, tongue, chosen=index in page.picked.options, several=page.most > 1)
        for index, one in enumerate(page.options)
    ]
    if page.none is not None:
        options.append(_option("blank", page.none, tongue, chosen=page.picked.none, several=False))
    shown |= {
        "blocks": options,
        "more": tongue.say(page.more.title) if page.more is not None else "",
        "moreWords": tongue.say(page.more_words),
        "footer": footer(
            cancel=True,
            back=True,
            primary=tongue.say(page.way_on),
            enabled=page.complete,
            note="" if page.complete else _wanted(page, tongue),
            unseen=words(_("See all the answers first.")),
        ),
    }
    return shown | {"spoken": _choice_aloud(shown, tongue).pages}


def _option(name: str, option: Option, tongue: Tongue, *, chosen: bool, several: bool) -> Shown:
    """`several`: others may be chosen beside it, which the eye and the ear are told."""
    return {
        "block": "option",
        "target": name,
        "text": tongue.say(option.text),
        "note": tongue.say(option.note),
        "chosen": chosen,
        "several": several,
        **shown_picture(option.picture, tongue),
        "personal": False,
        "accompanies": False,
        "first": False,
    }


def _wanted(page: Choice, tongue: Tongue) -> str:
    """What is still to be done, said once on the page and with one verb."""
    words = tongue.gettext
    if page.most == 1:
        return words(_("Choose one answer."))
    if page.least == page.most:
        return words(_("Choose {count} answers.")).format(count=page.most)
    return (
        words(_("Choose at least {count}.")).format(count=page.least)
        if page.least > 1
        else words(_("Choose an answer."))
    )


def _choice_aloud(shown: Shown, tongue: Tongue) -> Book:
    book = Book(tongue.language)
    book.words(shown, Kind.CONTENT, "about", "stamp")
    book.add(Kind.CONTENT, shown["step"] and shown["step"]["text"])
    book.add(Kind.TITLE, shown["title"])
    _blocks(book, shown, "lead")
    for option in shown["blocks"]:
        note = ". ".join(words.rstrip(".") for words in (option["note"], option["alt"]) if words)
        book.choice(book.digit(), option["text"], option["target"], note=note, chosen=option["chosen"])
    if shown["more"]:
        book.choice(book.digit(), f"{shown['moreWords']}: {shown['more']}", "more")
    book.footer(shown["footer"])
    return book


def form(page: Form, tongue: Tongue) -> Shown:
    words, field, several = tongue.gettext, page.fields[page.at], len(page.fields) > 1
    what = words(_("Line {number} of {of}")).format(number=page.at + 1, of=len(page.fields)) if several else ""
    fault = tongue.say(page.fault)
    # Beside the fault there is no room for what everybody has read before the first try.
    lead: list[Block] = [Notice(page.fault, kind="warning", first=True)] if page.fault is not None else []
    lead += [Paragraph(page.text)] if page.text and page.fault is None else []
    shown = _page(page, tongue, lead=lead, what=what)
    last = page.at + 1 == len(page.fields)
    shown |= {
        "label": tongue.say(field.label),
        "value": field.value,
        "letters": field.letters,
        "fault": fault,
        "footer": footer(cancel=True, back=True, primary=tongue.say(page.way_on) if last else words(_("Continue"))),
    }
    book = Book(tongue.language)
    book.add(Kind.ERROR, fault)
    book.add(Kind.TITLE, shown["title"])
    book.add(
        Kind.CONTENT,
        shown["label"] if shown["label"] != shown["title"] else "",
        shown["step"] and shown["step"]["text"],
    )
    book.words(shown, Kind.CONTENT, "stamp")
    for block in shown["lead"]:
        if block["block"] == "paragraph":
            say_block(book, block)
    book.add(Kind.CONTENT, shown["value"], personal=True)
    book.footer(shown["footer"])
    return shown | {"spoken": book.pages}


def scan(page: Scan, tongue: Tongue) -> Shown:
    lead: list[Block] = [Notice(page.refusal, kind="warning", first=True)] if page.tried else []
    shown = _page(page, tongue, lead=(*lead, Paragraph(page.text)))
    shown |= {"icon": "qrcode", "footer": footer(cancel=True, back=True, primary=tongue.say(page.way_on))}
    return _told(shown, tongue)


def read(page: Read, tongue: Tongue) -> Shown:
    shown = _page(
        page, tongue, lead=page.articles, blocks=page.paragraphs, counted=tongue.gettext(_("%1 of %2 paragraphs"))
    )
    primary = tongue.say(page.way_on)
    shown |= {"icon": "book", "footer": footer(back=True, primary=primary)}
    return _told(shown, tongue, "blocks", "lead")


def review(page: Review, tongue: Tongue) -> Shown:
    lead = [Paragraph(page.text, accompanies=True)] if page.text else []
    shown = _page(page, tongue, lead=(*lead, *page.lead), blocks=page.blocks)
    shown |= {
        "seen": tongue.say(page.seen),
        "footer": footer(
            cancel=True,
            back=True,
            primary=tongue.say(page.confirm),
            icon=page.icon,
            unseen=tongue.say(page.unseen),
            apart=True,
        ),
    }
    # What was chosen comes first, as on the screen. The way on has a number and not Enter: who presses Enter twice at
    # the last question has not voted yet.
    book = Book(tongue.language)
    book.add(Kind.TITLE, shown["title"])
    _blocks(book, shown, "blocks")
    book.add(Kind.CONTENT, shown["step"] and shown["step"]["text"])
    book.words(shown, Kind.CONTENT, "about", "stamp")
    _blocks(book, shown, "lead")
    for block in shown["blocks"]:
        if block.get("change"):
            book.choice(book.digit(), f"{block['changeWords']}: {block['question']}", f"change_{block['change']}")
    book.footer(shown["footer"], primary=book.digit())
    return shown | {"spoken": book.pages}


def done(page: Done, tongue: Tongue) -> Shown:
    words = tongue.gettext
    out = [Notice(page.card_out, kind="success", first=True)] if page.out and page.card_out else []
    lead = [Paragraph(page.text), *(one for one in page.blocks if isinstance(one, Notice))]
    rest = [one for one in page.blocks if not isinstance(one, Notice)]
    shown = _page(page, tongue, lead=(*out, *lead), blocks=rest)
    # A code and its picture are two blocks: each is whole on a page, however large the letters.
    pictures = [{**one, "block": "qr", "accompanies": False} for one in shown["blocks"] if one.get("qr")]
    shown["blocks"] += pictures
    another = page.another and not page.out
    shown |= {
        "icon": page.icon,
        "footer": footer(
            back=another,
            back_words=words(_("Another service")) if another else "",
            primary=words(_("Continue")) if page.goes_on else words(_("Finish")),
            icon="arrow-right" if page.goes_on else "check",
        ),
    }
    return _told(shown, tongue)


def sure(page: Sure, tongue: Tongue) -> Shown:
    words = tongue.gettext
    shown: Shown = {
        "key": "Sure",
        "title": words(_("Do you want to stop here?")),
        "text": tongue.say(page.loses),
        "todo": "",
        "codeLine": "",
        "footer": footer(
            back=True, back_words=words(_("No, go on")), back_icon="arrow-left", primary=words(_("Yes, stop")), icon="x"
        ),
    }
    book = Book(tongue.language)
    book.words(shown, Kind.TITLE, "title")
    book.words(shown, Kind.CONTENT, "text")
    # Not Enter: who presses it once too often has stopped nothing.
    book.footer(shown["footer"], primary=book.digit())
    return shown | {"spoken": book.pages}
