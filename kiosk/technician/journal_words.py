"""Lines of the journal as sentences. The journal itself keeps short English names, which do not change with a language.

Never: a line that is left out because nobody has words for it; it stands as it was written.
"""

from collections.abc import Callable, Mapping

from kiosk.health import NAMES
from kiosk.kernel.amounts import Value, filled
from kiosk.kernel.expiry import SIGN_IN
from kiosk.technician.switches import REASONS
from municipality.matters import MATTERS
from municipality.matters.technicians.rules import DEEDS, Did
from municipality.words.printers import WORDS as PRINTER

# A message id, and what fills it (values that are message ids are translated too).
Sentence = tuple[str, Mapping[str, Value]]


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
_NAMED: Mapping[str, str] = {
    **{check.value: name for check, name in NAMES.items()},
    **{matter.noun: matter.title for matter in MATTERS},
    **{reason.value: name for reason, name in REASONS.items()},
    SIGN_IN: _("Signing in with the card"),
}
_ROUNDS = {"complete": _("Whole"), "cut": _("Cut"), "stick": _("by a stick")}


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
    values: dict[str, Value] = {"card": card, "did": deed}
    if not about:
        return _("Technician {card}: {did}"), values
    return _("Technician {card}: {did} ({about})"), {**values, "about": _named(about)}


def _named(about: str) -> Value:
    """Services, devices and reasons by their names ("votes repair"); whatever else was written stays whole."""
    names = [_NAMED.get(word) for word in about.split()]
    known = tuple(name for name in names if name is not None)
    return known if len(known) == len(names) else about


def spelt(what: str, detail: str, words: Callable[[str], str]) -> str:
    """The same in the language of `words`."""
    message, values = sentence(what, detail)
    return words(message).format(**{name: filled(words, value) for name, value in values.items()})
