"""Lines of the journal as sentences. The journal itself keeps short English names, which do not change with a language.

Never: a line that is left out because nobody has words for it; it stands as it was written.
"""

from collections.abc import Callable, Mapping

from municipality.technician import DEEDS, Did

# A message id, and what fills it (values that are message ids are translated too).
Sentence = tuple[str, Mapping[str, str]]


def _(message: str) -> str:
    return message


_KINDS = {
    "started": _("started"),
    "certificate issued": _("certificate issued"),
    "certificate printed": _("certificate printed"),
    "certificate void": _("certificate void"),
    "sync round": _("sync round"),
    "technician": _("technician"),
    "card blocked": _("card blocked"),
}
_ROUNDS = {"complete": _("Whole"), "cut": _("Cut"), "stick": _("by a stick")}
# Why a paper did not come out, or nobody knows whether it did: what the printer said, or did not say.
PRINTER = {
    "gone": _("the printer does not answer"),
    "paper-out": _("there is no paper"),
    "jam": _("paper is jammed"),
    "door-open": _("a door is open"),
    "no-toner": _("there is no toner"),
    "tray-full": _("the output tray is full"),
    "no-a4": _("the paper is not A4"),
    "no-pdf": _("the printer does not take this kind of page"),
    "stopped": _("the printer was stopped by hand"),
    "busy": _("the printer is busy with another job"),
    "refused": _("the printer does not take it"),
    "fault": _("the printer reports a fault"),
    "unreadable": _("the printer's answer cannot be read"),
    "queue": _("a print server's queue answers, not the printer"),
    "open-line": _("the line to the printer is not trusted"),
    "wrong-certificate": _("the printer shows another certificate"),
    "no-folder": _("the folder for papers is not there"),
    "not-writable": _("the folder for papers cannot be written"),
    "disk-full": _("there is no room left"),
    "already-used": _("this job was printed before"),
    "line-lost": _("the printer stopped answering"),
    "forgotten": _("the printer forgot its job: it was switched off and on"),
    "not-confirmed": _("the printer did not confirm that it had the page"),
    "not-counted": _("the printer counted fewer pages than the paper has"),
    "with-errors": _("the printer reported an error of its own"),
    "still-inside": _("the sheet may still be in the printer"),
    "broken": _("the printer's driver failed"),
    "restarted": _("the booth stopped before the paper's end was known"),
}


def sentence(what: str, detail: str) -> Sentence:
    """One line, as it was written, in words."""
    if what == "technician":
        return _technicians(detail)
    kind = _KINDS.get(what, what)
    if not detail:
        return kind, {}
    if what == "certificate void":
        number, _space, why = detail.partition(" ")
        if why:
            return "{what}: {number} ({why})", {"what": kind, "number": number, "why": PRINTER.get(why, why)}
    return "{what}: {detail}", {"what": kind, "detail": _ROUNDS.get(detail, detail) if what == "sync round" else detail}


def _technicians(detail: str) -> Sentence:
    """`detail`: the card, what was done, and to what."""
    card, _space, rest = detail.partition(" ")
    name, _space, about = rest.partition(" ")
    deed = DEEDS.get(Did(name), name) if name in Did.__members__.values() else name
    values = {"card": card, "did": deed}
    if not about:
        return _("Technician {card}: {did}"), values
    return _("Technician {card}: {did} ({about})"), {**values, "about": about}


def spelt(what: str, detail: str, words: Callable[[str], str]) -> str:
    """The same in the language of `words`."""
    message, values = sentence(what, detail)
    return words(message).format(**{name: words(value) if value else value for name, value in values.items()})
