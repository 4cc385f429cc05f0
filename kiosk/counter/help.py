"""Help for the page that stands there: what you do here, what happens next, how you get out. Pure, no Qt.

Never: a word about a code to be read out; beside «tell your PIN to nobody» it would undo it.
"""

from collections.abc import Callable, Mapping

from kiosk.counter.words import Gettext, Shown

Line = dict[str, str]
_CARD, _HAND, _ON, _BACK, _OUT, _SAFE = "credit-card", "hand-finger", "arrow-right", "arrow-left", "x", "lock"


def help_lines(shown: Shown, _: Gettext) -> list[Line]:
    """{"icon", "text"} of a few sentences on the screen `shown`, which has its "screen" and its "footer"."""
    here = _HERE.get(str(shown["screen"]), _of_any_page)
    return [{"icon": icon, "text": text} for icon, text in (*here(_), *_ways(shown, _))]


_Lines = list[tuple[str, str]]


def _ways(shown: Shown, _: Gettext) -> _Lines:
    """By the buttons that are there, in their own words."""
    footer = shown["footer"]
    lines: _Lines = []
    if footer["primary"]:
        lines.append((_ON, _("When you are ready, touch “{button}”.").format(button=footer["primary"])))
    if footer["back"] and not footer["backWords"]:
        lines.append((_BACK, _("“Back” takes you one step back.")))
    if footer["cancel"]:
        lines.append((_OUT, _("“Cancel” ends your visit. What you have not confirmed is not kept.")))
    return lines


def _of_any_page(_: Gettext) -> _Lines:
    return [(_HAND, _("Read what the screen says, then touch what you want."))]


def _attract(_: Gettext) -> _Lines:
    return [
        (_CARD, _("Put in your Citizen Card, chip first and facing up. Leave it in until you are asked to take it.")),
        (
            _SAFE,
            _("Then you type your PIN. Do not tell it to anyone; the municipality never asks for it by telephone."),
        ),
        ("credit-card-off", _("If your card is lost, touch “I have lost my card”: you need your PIN letter.")),
    ]


def _closed(_: Gettext) -> _Lines:
    return [("hand-stop", _("Nothing can be done here now. The screen says why, and opens again by itself."))]


def _working(_: Gettext) -> _Lines:
    return [(_HAND, _("There is nothing to touch now. The screen goes on by itself."))]


def _pin(_: Gettext) -> _Lines:
    return [
        (_HAND, _("Type your PIN on the keys. The screen shows dots, never the digits.")),
        (_SAFE, _("Do not tell your PIN to anyone; the municipality never asks for it by telephone.")),
    ]


def _own_pin_set(_: Gettext) -> _Lines:
    return [(_SAFE, _("From now on your card opens with the PIN that you chose. Do not tell it to anyone."))]


def _lost_card(_: Gettext) -> _Lines:
    return [
        (_HAND, _("Type first the number of your card and then its block code. Both stand in your PIN letter.")),
        ("credit-card-off", _("Nobody can use the card afterwards. You do not need your PIN for it.")),
    ]


def _menu(_: Gettext) -> _Lines:
    return [(_HAND, _("Touch the category that you came for. Its page shows what you can do here."))]


def _category(_: Gettext) -> _Lines:
    return [(_HAND, _("Touch what you want. What cannot be touched says why."))]


def _ballot(_: Gettext) -> _Lines:
    return [
        (_HAND, _("Touch the answer that you choose. To change it, touch another one.")),
        (_SAFE, _("Your vote is cast only after you have seen it whole and confirmed it.")),
    ]


def _review(_: Gettext) -> _Lines:
    return [
        (_HAND, _("Check that these are your answers. To change one, touch “Back”.")),
        (_SAFE, _("Your vote is secret: it is locked before it leaves this booth.")),
    ]


def _vote_done(_: Gettext) -> _Lines:
    return [("check", _("Your vote is stored. With the tracking code you check later that it was counted."))]


def _offer(_: Gettext) -> _Lines:
    return [(_HAND, _("Check what the certificate will say. It is printed only after you have touched the button."))]


def _paper_done(_: Gettext) -> _Lines:
    return [("printer", _("Take your certificate from the printer. Then you can go on or finish."))]


def _problem(_: Gettext) -> _Lines:
    return [("info-circle", _("The screen says what happened and what you can do now."))]


def _take_card(_: Gettext) -> _Lines:
    return [(_CARD, _("Take your card: your visit has ended, and nothing about you stays on the screen."))]


def _technician(_: Gettext) -> _Lines:
    return [("tool", _("Touch a row to open it. What you do here is recorded with your card's number."))]


_HERE: Mapping[str, Callable[[Gettext], _Lines]] = {
    "Attract": _attract,
    "Closed": _closed,
    "Working": _working,
    "TechnicianWork": _working,
    "PinEntry": _pin,
    "OwnPinSet": _own_pin_set,
    "LostCard": _lost_card,
    "Menu": _menu,
    "CategoryPage": _category,
    "Ballot": _ballot,
    "Review": _review,
    "VoteDone": _vote_done,
    "CertificateOffer": _offer,
    "CertificateDone": _paper_done,
    "Problem": _problem,
    "TakeCard": _take_card,
    "TechnicianPage": _technician,
}
