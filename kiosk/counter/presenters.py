"""Views into words: one frozen view and a language in, one plain dictionary for QML out. Pure functions, no Qt.

Never: a decision, a clock, a digit of a PIN.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import assert_never

from babel.dates import format_datetime

from assets.texts import catalogue
from kiosk.counter.help import help_lines
from kiosk.counter.presenters_cards import lost_card, lost_card_done, own_pin_set, pin_entry
from kiosk.counter.presenters_papers import certificate_done, certificate_offer
from kiosk.counter.presenters_technician import (
    technician_page,
    technician_text,
    technician_touch,
    technician_work,
    told,
)
from kiosk.counter.words import Gettext, Shown, footer, groups, step_words
from kiosk.desk.technician.views import TechnicianPage, TechnicianText, TechnicianTouch, TechnicianWork
from kiosk.desk.views import (
    Attract,
    Ballot,
    CategoryPage,
    CertificateDone,
    CertificateOffer,
    Closed,
    LostCard,
    LostCardDone,
    Menu,
    OwnPinSet,
    PinEntry,
    Problem,
    Review,
    Step,
    TakeCard,
    View,
    VoteDone,
    Working,
)
from kiosk.kernel.activity import Activity
from municipality.failures import Code
from municipality.greek import ATHENS, locale_of, moment
from municipality.matter import Category
from municipality.matters import MATTERS
from municipality.matters.cards.failures import LostCardCode
from municipality.matters.votes.messages import Question
from municipality.messages import Words
from municipality.register import FAILURES


def present(view: View, language: str) -> Shown:
    """The dictionary of `view`: always "screen" (its class name), "key" (changes when the resident faces
    something new), "title" and "footer"; the rest is as the screen of that name says."""
    _ = catalogue(language).gettext
    shown = _body(view, _, language)
    shown["screen"] = type(view).__name__
    shown.setdefault("key", shown["screen"])
    shown["helpLines"] = help_lines(shown, _)
    return shown


def _body(view: View, _: Gettext, language: str) -> Shown:
    match view:
        case Attract():
            return _attract(view, _, language)
        case Closed():
            return _closed(view, _)
        case Working():
            return _working(view, _)
        case PinEntry():
            return pin_entry(view, _)
        case OwnPinSet():
            return own_pin_set(view, _)
        case LostCard():
            return lost_card(view, _)
        case LostCardDone():
            return lost_card_done(view, _, language)
        case Menu():
            return _menu(view, _)
        case CategoryPage():
            return _category_page(view, _, language)
        case Ballot():
            return _ballot(view, _, language)
        case Review():
            return _review(view, _, language)
        case VoteDone():
            return _vote_done(view, _, language)
        case CertificateOffer():
            return certificate_offer(view, _, language)
        case CertificateDone():
            return certificate_done(view, _)
        case Problem():
            return _problem(view, _)
        case TakeCard():
            return _take_card(view, _)
        case TechnicianPage():
            return technician_page(view, _)
        case TechnicianText():
            return technician_text(view, _)
        case TechnicianTouch():
            return technician_touch(view, _)
        case TechnicianWork():
            return technician_work(view, _)
        case _:
            assert_never(view)


def _attract(view: Attract, _: Gettext, language: str) -> Shown:
    return {
        "title": _("Welcome"),
        "text": " ".join((_("Put in your Citizen Card to begin."), *_closed_services(view, _))),
        "notices": [notice.in_language(language) for notice in view.notices],
        "categories": [_category(category, _) for category in Category],
        "footer": footer(
            back=True,
            back_words=_("I have lost my card"),
            back_icon="credit-card-off",
            note=_("Nothing about you stays on this screen after you leave."),
        ),
    }


def _closed_services(view: Attract, _: Gettext) -> list[str]:
    """What nobody gets here now, a sentence each; why, each reason once; and that the rest works."""
    closed = dict(view.closed)
    services = [_(matter.closed) for matter in MATTERS if matter.serves and matter.noun in closed]
    if not services:
        return []
    reasons = dict.fromkeys(_(FAILURES[code].title) for code in closed.values())
    return [*services, *(f"{why}." for why in reasons), _("Everything else works.")]


def _closed(view: Closed, _: Gettext) -> Shown:
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


def _working(view: Working, _: Gettext) -> Shown:
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
        "step": _step(view.step, _),
        # A card has come in: whoever it is has chosen nothing yet, unless the booth was at rest before.
        "arrives": view.activity is Activity.READING_CARD,
        "footer": footer(cancel=view.may_cancel),
    }


def _step(step: Step, _: Gettext, what: str = "") -> Shown:
    return step_words(step.number, step.of, _, what)


_ICONS: Mapping[Category, str] = {
    Category.FINANCIAL: "coin-euro",
    Category.SOCIAL: "heart-check",
    Category.DOCUMENTS: "file-certificate",
    Category.PARTICIPATION: "ballot-box",
}


def _category(category: Category, _: Gettext) -> Shown:
    words: Mapping[Category, tuple[str, str]] = {
        Category.FINANCIAL: (_("Financial transactions"), _("Charges, fines, arrangements of debts")),
        Category.SOCIAL: (_("Social services"), _("Allowances, help at home, appointments")),
        Category.DOCUMENTS: (_("Administrative information & certificates"), _("Certificates, applications")),
        Category.PARTICIPATION: (_("Participation"), _("Votes, consultations, citizens' proposals")),
    }
    title, note = words[category]
    return {"category": category.value, "title": title, "note": note, "icon": _ICONS[category], "badge": ""}


def _menu(view: Menu, _: Gettext) -> Shown:
    tiles = [_category(category, _) for category in Category]
    badges = dict(view.badges)
    for tile in tiles:
        tile["badge"] = told(badges.get(tile["category"]), _)
        if tile["category"] in view.closed:
            tile.update(note="", badge=_("Closed now"))
    return {
        "title": _("How can we help you?"),
        "text": _("Touch a category to begin."),
        "tiles": tiles,
        "footer": footer(cancel=True, note=_("Your visit closes by itself if you do not touch the screen.")),
    }


def _category_page(view: CategoryPage, _: Gettext, language: str) -> Shown:
    entries = [
        {
            "key": entry.key,
            "title": entry.title.in_language(language),
            "note": entry.note.in_language(language),
            "available": entry.available,
        }
        for entry in view.entries
    ]
    participation = view.category is Category.PARTICIPATION
    return {
        **_category(view.category, _),
        "key": f"CategoryPage {view.category}",
        "text": _("Touch what you want.") if entries else "",
        "entries": entries,
        "empty": _("Nothing is offered here yet. The town hall adds services to this booth step by step."),
        "emptyTodo": _("For these matters please go to the municipal office."),
        "office": not entries,
        "advisory": _advisory(_) if participation and entries else "",
        "footer": footer(cancel=True, back=True),
    }


def _advisory(_: Gettext) -> str:
    return _("Advisory vote")


def _ballot(view: Ballot, _: Gettext, language: str) -> Shown:
    question = view.question
    last = view.number == view.of
    return {
        "key": f"Ballot {view.number}",
        "title": question.text.in_language(language),
        "note": question.note.in_language(language),
        "eyebrow": view.title.in_language(language),
        "introduction": view.introduction.in_language(language),
        "advisory": _advisory(_),
        "step": _step(view.step, _, _question_of(view, _)),
        "how": _how_many(question, _),
        "closes": _("Open until {moment}").format(moment=moment(view.closes, language)),
        "several": question.maximum > 1,
        "answers": [
            {
                "text": answer.text.in_language(language),
                "note": answer.note.in_language(language),
                "chosen": index in view.marks.answers,
            }
            for index, answer in enumerate(question.answers)
        ],
        "blank": {"text": _("Blank"), "note": _("I choose none of these"), "chosen": view.marks.blank}
        if question.blank
        else None,
        "footer": footer(
            cancel=True,
            back=True,
            primary=_("Review your vote") if last else _("Next question"),
            enabled=view.complete,
            note="" if view.complete else _("Choose an answer to continue."),
        ),
    }


def _question_of(view: Ballot, _: Gettext) -> str:
    if view.of == 1:
        return ""
    return _("Question {number} of {of}").format(number=view.number, of=view.of)


def _how_many(question: Question, _: Gettext) -> str:
    if question.maximum == 1:
        return _("Choose one answer. You can change it until you confirm.")
    if question.minimum == question.maximum:
        return _("Choose {count} answers. You can change them until you confirm.").format(count=question.maximum)
    return _("Choose up to {count} answers. You can change them until you confirm.").format(count=question.maximum)


def _review(view: Review, _: Gettext, language: str) -> Shown:
    def chosen(words: tuple[Words, ...]) -> list[str]:
        return [each.in_language(language) for each in words] or [_("Blank")]

    return {
        "eyebrow": view.title.in_language(language),
        "title": _("Check your vote"),
        "text": _("This is your vote. To change it, touch “Back”."),
        "advisory": _advisory(_),
        "step": _step(view.step, _),
        "chose": _("You chose"),
        "lines": [
            {"question": line.question.in_language(language), "chosen": chosen(line.chosen)} for line in view.lines
        ],
        "secret": _("Your vote is secret: it is locked before it leaves this booth and nobody sees what you chose."),
        "footer": footer(
            cancel=True,
            back=True,
            primary=_("Confirm and vote"),
            icon="lock",
            note=_("You have not seen your whole vote yet."),
            whole=_("See the rest"),
            apart=True,
        ),
    }


def _vote_done(view: VoteDone, _: Gettext, language: str) -> Shown:
    return {
        "eyebrow": view.title.in_language(language),
        "title": _("Your vote has been stored"),
        "text": _(
            "Thank you for taking part. Keep the tracking code: with it you can check that your vote was counted."
        ),
        "again": _("You may vote again until the vote closes. Only your last vote counts."),
        "cardOut": _card_out(_) if view.card_out else "",
        "advisory": _advisory(_),
        "step": _step(view.step, _),
        "codeTitle": _("Tracking code: please keep it"),
        "groups": groups(view.tracker),
        "code": view.tracker,
        "qr": view.check_url,
        "qrNote": _("Scan it with your phone to keep it"),
        "footer": footer(back=not view.card_out, back_words=_("Another service"), primary=_("Finish"), icon="check"),
    }


def _card_out(_: Gettext) -> str:
    return _("Your card came out early, but nothing was lost: your vote is safe.")


def _problem(view: Problem, _: Gettext) -> Shown:
    ends = FAILURES[view.code].ends_visit
    todo = _("Touch “Finish” and take your card.") if ends else _("Touch “Continue” to go back to the menu.")
    # The one problem that is met on the first screen, without a card.
    card_in = view.code is not LostCardCode.LOST_CARD_NO_CODES
    if not card_in:
        todo = _("Touch “Finish”.")
    return {
        "key": f"Problem {view.code}",
        **_failure(view.code, _),
        "todo": todo,
        "cardIn": card_in,
        "footer": footer(cancel=not ends, primary=_("Finish") if ends else _("Continue")),
    }


def _take_card(view: TakeCard, _: Gettext) -> Shown:
    return {
        "title": _("Please take your card"),
        "text": _("Your visit has ended and the screen has been cleared. Thank you."),
        "problem": _failure(view.code, _) if view.code else None,
        "office": view.code is not None and FAILURES[view.code].office,
        "footer": footer(),
    }


def clock_words(now: datetime, language: str) -> dict[str, str]:
    """{"time": "10:42", "date": "Σάββατο 21 Νοεμβρίου", "short": "Σάβ 21 Νοε"}, in Athens."""
    local = now.astimezone(ATHENS)
    locale = locale_of(language)

    def written(pattern: str) -> str:
        return format_datetime(local, pattern, locale=locale)

    return {"time": written("HH:mm"), "date": written("EEEE d MMMM"), "short": written("EEE d MMM")}
