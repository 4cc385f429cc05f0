"""Views into words: one frozen view and a language in, one plain dictionary for QML out, with what is said aloud beside
what is shown. Pure functions, no Qt.

The shapes of a page are in shapes.py; here are the screens that are like no other. Never: a decision, a clock, a digit
of a PIN.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import singledispatch
from typing import TypeVar

from babel.dates import format_datetime

from kiosk.counter.presenting import aloud, shapes
from kiosk.counter.presenting.help import help_lines
from kiosk.counter.presenting.presenters_cards import lost_card, pin_entry
from kiosk.counter.presenting.tongue import Tongue
from kiosk.counter.presenting.words import Gettext, Shown, footer
from kiosk.desk.actions import wants_scan
from kiosk.desk.catalogue import open_categories
from kiosk.desk.pages import Choice, Done, Form, List, Problem, Read, Review, Scan, Sure, Work
from kiosk.desk.technician.touch import TOUCHED, TouchMark
from kiosk.desk.views import (
    TITLES,
    WITHOUT_CARD,
    Attract,
    Closed,
    LostCard,
    Menu,
    PinEntry,
    TakeCard,
    Tile,
    TileState,
    View,
)
from kiosk.kernel.activity import Activity
from municipality.failures import Code
from municipality.greek import ATHENS, locale_of
from municipality.matter import Category
from municipality.matters import MATTERS
from municipality.register import FAILURES

V = TypeVar("V")


def present(view: View, language: str) -> Shown:
    """The dictionary of `view`: always "screen" (the QML that draws it), "key" (changes when the resident faces
    something new), "title", "footer", "spoken", "helpLines" (for the sheet) and "scans" (it waits for a code); the rest
    is as that screen says."""
    tongue = Tongue(language)
    shown = {"screen": screen_of(view), **_shown(view, tongue)}
    shown.setdefault("key", shown["screen"])
    shown["scans"] = wants_scan(view)
    shown["helpLines"] = help_lines(shown, tongue.gettext)
    return shown


def screen_of(view: View) -> str:
    """A page is drawn by its shape, whoever has made a kind of their own of it."""
    kind = next(one for one in type(view).__mro__ if one in _shown.registry and one is not object)
    return kind.__name__


@singledispatch
def _shown(view: object, _tongue: Tongue) -> Shown:
    raise TypeError(f"{type(view).__name__} is nothing that a screen shows")


_shown.register(List, shapes.list_of)
_shown.register(Choice, shapes.choice)
_shown.register(Form, shapes.form)
_shown.register(Scan, shapes.scan)
_shown.register(Read, shapes.read)
_shown.register(Review, shapes.review)
_shown.register(Done, shapes.done)
_shown.register(Sure, shapes.sure)


def _bespoke(kind: type[V], words: Callable[[V, Tongue], Shown], said: Callable[[Shown, Tongue], Shown]) -> None:
    """A screen that is like no other: `words` are what it shows, and `said` adds what it says of them."""
    _shown.register(kind, lambda view, tongue: said(words(view, tongue), tongue))


def _attract(view: Attract, tongue: Tongue) -> Shown:
    _ = tongue.gettext
    return {
        "title": _("Welcome"),
        "text": " ".join((_("Put in your Citizen Card to begin."), *_closed_services(view, _))),
        "notices": [notice.in_language(tongue.language) for notice in view.notices],
        "categories": [_category(category, _) for category in open_categories(dict(view.closed))],
        "how": _("You take part with your Citizen Card: after your PIN, touch “Participation”."),
        "accompanying": ["notices", "categories"],
        "footer": footer(
            back=True,
            back_words=_("I have lost my card"),
            back_icon="credit-card-off",
            other=_without_card(view, tongue),
            note=_("Nothing about you stays on this screen after you leave."),
        ),
    }


def _without_card(view: Attract, tongue: Tongue) -> tuple[str, str]:
    """The words and the key of the way to what needs no card: itself, or a list where there is more than one."""
    match view.cardless:
        case ():
            return "", ""
        case (one,):
            return tongue.say(one.name), one.key
    _ = tongue.gettext
    return _("Without a card"), WITHOUT_CARD


def _closed_services(view: Attract, _: Gettext) -> list[str]:
    """What nobody gets here now, a sentence each; why, each reason once; that the rest works, if any does."""
    closed = dict(view.closed)
    services = [_(matter.closed) for matter in MATTERS if matter.serves and matter.noun in closed]
    if not services:
        return []
    reasons = dict.fromkeys(_(FAILURES[code].title) for code in closed.values())
    rest = [_("What else is offered here works.")] if open_categories(closed) else []
    return [*services, *(f"{why}." for why in reasons), *rest]


def _closed(view: Closed, tongue: Tongue) -> Shown:
    _ = tongue.gettext
    return {
        "key": f"Closed {view.code}",
        **_failure(view.code, _),
        "todo": _("The booth will open again by itself as soon as it can."),
        "office": True,
        "footer": footer(),
    }


def _failure(code: Code, _: Gettext) -> Shown:
    failure = FAILURES[code]
    return {
        "code": str(code),
        "title": _(failure.title),
        "text": _(failure.sentence),
        "codeLine": _("Code {code}").format(code=code),
        "office": failure.office,
    }


def _work(view: Work, tongue: Tongue) -> Shown:
    _ = tongue.gettext
    if view.activity is None:
        return {
            "title": tongue.say(view.what),
            "icon": "tool",
            "text": _("{done} of {total}").format(done=view.done, total=view.total) if view.total else "",
            "step": None,
            "done": view.done,
            "total": view.total,
            "footer": footer(),
        }
    titles: Mapping[Activity, tuple[str, str]] = {
        Activity.READING_CARD: (_("We are reading your card"), "id"),
        Activity.OPENING_FILE: (_("We are opening your file"), "file-search"),
        Activity.SEALING: (_("We are sealing your vote"), "lock"),
        Activity.CHECKING: (_("We are checking the sealed vote"), "shield-check"),
        Activity.SIGNING: (_("Your card is signing"), "writing-sign"),
        Activity.STORING: (_("We are storing it safely"), "archive"),
        Activity.MAKING_PAPER: (_("We are preparing your certificate"), "file-certificate"),
        Activity.PRINTING: (_("Your certificate is being printed"), "printer"),
        Activity.CHANGING_PIN: (_("We are setting your new PIN"), "key"),
        Activity.BLOCKING_CARD: (_("We are looking for your card"), "credit-card-off"),
    }
    without_card = view.activity is Activity.BLOCKING_CARD
    title, icon = titles[view.activity]
    return {
        "title": title,
        "icon": icon,
        "text": _("It takes a few seconds.")
        if without_card
        else _("It takes a few seconds. Please leave your card in its place."),
        "step": shapes.step(view.step, tongue),
        "done": 0,
        "total": 0,
        # A card has come in: whoever it is has chosen nothing yet, unless the booth was at rest before.
        "arrives": view.activity is Activity.READING_CARD,
        "footer": footer(cancel=view.may_cancel),
    }


def _category(category: Category, _: Gettext) -> Shown:
    notes: Mapping[Category, str] = {
        Category.FINANCIAL: _("Charges, fines, arrangements of debts"),
        Category.SOCIAL: _("Allowances, help at home, appointments"),
        Category.DOCUMENTS: _("Certificates, applications"),
        Category.PARTICIPATION: _("Votes, consultations, citizens' proposals"),
    }
    return {
        "category": category.value,
        "title": _(TITLES[category]),
        "note": notes[category],
        "icon": shapes.CATEGORY_ICONS[category],
    }


def _menu(view: Menu, tongue: Tongue) -> Shown:
    _ = tongue.gettext
    return {
        "title": _("How can we help you?"),
        "text": _("Touch a category to begin."),
        "tiles": [_tile(tile, tongue) for tile in view.tiles],
        "accompanying": ["text"],
        "footer": footer(cancel=True, note=_("Your visit closes by itself if you do not touch the screen.")),
    }


def _tile(tile: Tile, tongue: Tongue) -> Shown:
    """`status`: what waits there, or why nothing can be done; then `note` says where to go until then."""
    _ = tongue.gettext
    asleep = tile.state in {TileState.CLOSED, TileState.EMPTY}
    shown = _category(tile.category, _) | {"state": tile.state.value, "asleep": asleep}
    shown["status"] = tongue.say(tile.reason or tile.badge)
    # What waits for this resident, and why they of all people cannot, is theirs alone.
    shown["personal"] = tile.own or tile.badge is not None
    if asleep:
        shown["note"] = _("Until then: the municipal office") if tile.elsewhere else ""
    return shown


def _problem(view: Problem, tongue: Tongue) -> Shown:
    _ = tongue.gettext
    # Without a card there is no menu to go back to.
    ends = FAILURES[view.code].ends_visit or not view.card
    todo = _("Touch “Finish” and take your card.") if ends else _("Touch “Continue” to go back to the menu.")
    if not view.card:
        todo = _("Touch “Finish”.")
    failure = _failure(view.code, _)
    if view.missing:
        names = ", ".join(tongue.say(name) for name in view.missing)
        failure["text"] = _("Missing from the records: {names}.").format(names=names) + " " + failure["text"]
    return {
        "key": f"Problem {view.code}",
        **failure,
        "todo": todo,
        "cardIn": view.card,
        "footer": footer(cancel=not ends, primary=_("Finish") if ends else _("Continue")),
    }


def _take_card(view: TakeCard, tongue: Tongue) -> Shown:
    _ = tongue.gettext
    return {
        "title": _("Please take your card"),
        "text": _("Your visit has ended and the screen has been cleared. Thank you."),
        "problem": _failure(view.code, _) if view.code else None,
        "office": view.code is not None and FAILURES[view.code].office,
        "footer": footer(),
    }


def _touch_mark(view: TouchMark, tongue: Tongue) -> Shown:
    """`press`: the key that the mark at `place` stands for."""
    _ = tongue.gettext
    return {
        "key": f"TouchMark {view.number}",
        "title": tongue.say(view.title),
        "text": _("Mark {number} of {of}").format(number=view.number, of=view.of),
        "place": view.place,
        "press": TOUCHED + view.place,
        "footer": footer(cancel=True, back=True, primary=_("It does not answer")),
    }


_bespoke(Attract, _attract, aloud.attract)
_bespoke(Closed, _closed, aloud.closed)
_bespoke(Work, _work, aloud.work)
_bespoke(PinEntry, pin_entry, aloud.pin_entry)
_bespoke(LostCard, lost_card, aloud.lost_card)
_bespoke(Menu, _menu, aloud.menu)
_bespoke(Problem, _problem, aloud.problem)
_bespoke(TakeCard, _take_card, aloud.take_card)
_bespoke(TouchMark, _touch_mark, aloud.touch_mark)


def clock_words(now: datetime, language: str) -> dict[str, str]:
    """{"time": "10:42", "date": "Σάββατο 21 Νοεμβρίου", "short": "Σάβ 21 Νοε"}, in Athens."""
    local = now.astimezone(ATHENS)
    locale = locale_of(language)

    def written(pattern: str) -> str:
        return format_datetime(local, pattern, locale=locale)

    return {"time": written("HH:mm"), "date": written("EEEE d MMMM"), "short": written("EEE d MMM")}
