"""Help for the page that stands there: what you do here, what happens next, how you get out. Pure, no Qt.

Never: a word about a code to be read out; beside «tell your PIN to nobody» it would undo it.
"""

from collections.abc import Mapping

from kiosk.counter.presenting.words import Gettext, Shown

Line = dict[str, str]
_Lines = list[tuple[str, str]]
_CARD, _HAND, _ON, _BACK, _OUT, _SAFE = "credit-card", "hand-finger", "arrow-right", "arrow-left", "x", "lock"


def _(message: str) -> str:
    return message


def help_lines(shown: Shown, words: Gettext) -> list[Line]:
    """{"icon", "text"} of a few sentences on the screen `shown`, which has its "screen" and its "footer", and of
    its page's own "pageHelp" where it has some."""
    own = [(_HAND, text) for text in shown.get("pageHelp", ())]
    here = own or [(icon, words(text)) for icon, text in _HERE.get(str(shown["screen"]), _ANY_PAGE)]
    return [{"icon": icon, "text": text} for icon, text in (*here, *_ways(shown, words))]


def _ways(shown: Shown, words: Gettext) -> _Lines:
    """By the buttons that are there, in their own words."""
    footer = shown["footer"]
    lines: _Lines = []
    if footer["primary"]:
        lines.append((_ON, words(_("When you are ready, touch “{button}”.")).format(button=footer["primary"])))
    if footer["back"] and not footer["backWords"]:
        lines.append((_BACK, words(_("“Back” takes you one step back."))))
    if footer["cancel"]:
        lines.append((_OUT, words(_("“Cancel” ends your visit. Where something would be lost, we ask you first."))))
    return lines


# By the screen that stands there, where its page has no lines of its own: message ids.
_HERE: Mapping[str, _Lines] = {
    "Attract": [
        (_CARD, _("Put in your Citizen Card, chip first and facing up. Leave it in until you are asked to take it.")),
        (
            _SAFE,
            _("Then you type your PIN. Do not tell it to anyone; the municipality never asks for it by telephone."),
        ),
        ("credit-card-off", _("If your card is lost, touch “I have lost my card”: you need your PIN letter.")),
    ],
    "Closed": [("hand-stop", _("Nothing can be done here now. The screen says why, and opens again by itself."))],
    "Work": [(_HAND, _("There is nothing to touch now. The screen goes on by itself."))],
    "PinEntry": [
        (_HAND, _("Type your PIN on the keys. The screen shows dots, never the digits.")),
        (_SAFE, _("Do not tell your PIN to anyone; the municipality never asks for it by telephone.")),
    ],
    "LostCard": [
        (_HAND, _("Type first the number of your card and then its block code. Both stand in your PIN letter.")),
        ("credit-card-off", _("Nobody can use the card afterwards. You do not need your PIN for it.")),
    ],
    "Menu": [(_HAND, _("Touch the category that you came for. Its page shows what you can do here."))],
    "List": [(_HAND, _("Touch what you want. What cannot be touched says why."))],
    "Choice": [(_HAND, _("Touch the answer that you choose. To change it, touch another one."))],
    "Form": [(_HAND, _("Type on the keys of the screen. What is missing or wrong is said before anything is kept."))],
    "Scan": [("scan", _("Hold the paper or the phone with its code before the scanner's light until it sounds."))],
    "Read": [("book", _("Read at your leisure. The arrows turn the page; nothing is chosen here."))],
    "Review": [(_SAFE, _("Check it to its end. Nothing is done before you have touched the button that confirms."))],
    "Done": [("check", _("It is done. You can go on with something else, or finish and take your card."))],
    "Problem": [("info-circle", _("The screen says what happened and what you can do now."))],
    "Sure": [(_BACK, _("Nothing is lost yet: the left button leads back to where you were."))],
    "TakeCard": [(_CARD, _("Take your card: your visit has ended, and nothing about you stays on the screen."))],
}
_ANY_PAGE: _Lines = [(_HAND, _("Read what the screen says, then touch what you want."))]
