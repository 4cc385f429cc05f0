"""The card's own screens into words: its PIN, a PIN of one's own, a card reported lost. Pure functions, no Qt; see
presenters.py.
"""

from kiosk.counter.presenting.tongue import Tongue
from kiosk.counter.presenting.words import Gettext, Shown, footer, step_words
from kiosk.desk.views import LostCard, NewPin, PinEntry
from kiosk.identity.own_pin import Unfit
from municipality.failures import BoothCode
from municipality.register import FAILURES


def pin_entry(view: PinEntry, tongue: Tongue) -> Shown:
    _ = tongue.gettext
    if view.new is not None:
        return _new_pin(view, view.new, _)
    if view.tries_left == 1:
        tries = _("You have one last try. If it is wrong, your PIN will be locked.")
    else:
        tries = _("You have {count} tries.").format(count=view.tries_left)
    # Each failure is a new face of the screen: the same key twice would swallow nothing and say nothing.
    return {
        "key": f"PinEntry {view.tries_left} {view.again}",
        # Asked once more it is a step of what was begun, and must not look like signing in anew.
        "eyebrow": "" if view.again else _("Sign in"),
        "title": _("To confirm: your PIN once more") if view.again else _("Enter your PIN"),
        "text": _("The same PIN that you signed in with. With it you confirm what you have just chosen.")
        if view.again
        else _("It has {shortest} to {longest} digits. It came with your card.").format(
            shortest=view.shortest, longest=view.longest
        ),
        "wrong": _("That was not the right PIN. Please try again.") if view.wrong else "",
        "tries": tries,
        "last": view.tries_left == 1,
        "own": False,
        "shortest": view.shortest,
        "longest": view.longest,
        "step": None,
        "footer": footer(cancel=True, back=view.again, primary=_("Continue"), note=_digits(view, _)),
    }


def _digits(view: PinEntry, _: Gettext) -> str:
    """What is still missing; the verb stands in the title."""
    if view.shortest == view.longest:
        return _("{count} digits are needed.").format(count=view.shortest)
    return _("At least {count} digits are needed.").format(count=view.shortest)


def _new_pin(view: PinEntry, new: NewPin, _: Gettext) -> Shown:
    faults = {
        Unfit.EASY: _("That PIN is easy to guess. Please choose other digits."),
        Unfit.DATE: _("That PIN is a date that others know. Please choose other digits."),
        Unfit.DIFFERENT: _("The two PINs were not the same. Please choose your PIN again."),
    }
    first = new.step == 1
    return {
        "key": f"PinEntry new {new.step} {new.typed}",
        "eyebrow": "",
        "step": step_words(new.step, 2, _, _("Your own PIN")),
        "title": _("Choose your own PIN") if first else _("Enter your new PIN once more"),
        "text": _("The PIN in your letter was for the first time only. Choose {count} digits.").format(
            count=view.longest
        )
        if first
        else _("So we know that you typed what you meant."),
        "wrong": faults[new.fault] if new.fault else "",
        "tries": _("Not your birthday, not 123456, not the same digit again and again.")
        if first
        else _("To choose another one, touch “Back”."),
        "last": False,
        "own": True,
        "shortest": view.shortest,
        "longest": view.longest,
        "footer": footer(
            cancel=True,
            back=not first,
            primary=_("Continue") if first else _("Set my PIN"),
            note=_digits(view, _),
        ),
    }


def lost_card(view: LostCard, tongue: Tongue) -> Shown:
    _ = tongue.gettext
    number = view.step.number == 1
    return {
        "key": f"LostCard {view.step.number} {view.judged}",
        "step": step_words(view.step.number, view.step.of, _, _("I have lost my card")),
        "title": _("Type the number of your card") if number else _("Type the block code"),
        "text": _("It stands in your PIN letter. The digits are enough.")
        if number
        else _("It stands in your PIN letter: eight letters and digits."),
        "label": _("Card number") if number else _("Block code"),
        "hint": f"{view.letters}-000000".lstrip("-") if number else "XXXX-XXXX",
        "keypad": number,
        "fault": _fault(view, _),
        "codeLine": _("Code {code}").format(code=view.fault) if view.fault else "",
        "office": number,
        "help": ""
        if view.fault or not number
        else _("Without the letter, the municipal office blocks your card, at the counter or by telephone."),
        "footer": footer(
            cancel=True,
            back=not number,
            primary=_("Continue") if number else _("Block my card"),
            note=_("Type the number first.") if number else _("Type the whole code first."),
        ),
    }


def _fault(view: LostCard, _: Gettext) -> str:
    if view.fault is None:
        return ""
    failure = FAILURES[view.fault]
    said = f"{_(failure.title)}. {_(failure.sentence)}"
    if view.fault is BoothCode.STORE_FULL or not view.wait_seconds:
        return said
    return f"{said} {_wait(view.wait_seconds, _)}"


def _wait(seconds: int, _: Gettext) -> str:
    if seconds < 60:
        return _("You can try again in {seconds} seconds.").format(seconds=seconds)
    return _("You can try again in {minutes} minutes.").format(minutes=-(-seconds // 60))
