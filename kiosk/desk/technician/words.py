"""Short names that come from the line, the printer and the machine, as words for a technician (message ids).

Never: a name that is hidden because nobody has words for it; it is shown as it is.
"""

from municipality.register import REFUSALS
from municipality.words.printers import WORDS as PRINTER


def _(message: str) -> str:
    return message


# Why the town hall did not take an act.
_REFUSALS = {
    **REFUSALS,
    "unknown-kind": _("A kind of act that the town hall does not know"),
    "unknown-version": _("A version that the town hall does not know"),
    "too-large": _("It is too large for the line"),
    "not-answered": _("The town hall did not answer to it"),
}
# Why a stage of a round was not done, up to the first colon.
_TROUBLES = {
    "stopped": _("it was stopped"),
    "refused": _("the town hall refuses this booth"),
    "garbled": _("the answer was not whole"),
    "line down": _("there is no line"),
    "protocol": _("the two speak different versions"),
    "municipality": _("another municipality answered"),
    "not signed": _("what came was not signed by the town hall"),
    "not answered": _("some acts had no answer"),
    "cursor went back": _("the town hall began anew"),
    "not-known": _("the town hall does not know of it yet"),
}
# What the machine says of a file, in its own English.
_MACHINE = {
    "No space left on device": _("there is no room left"),
    "Read-only file system": _("it can only be read"),
    "Permission denied": _("it is not permitted"),
    "Operation not permitted": _("it is not permitted"),
    "No such file or directory": _("it is not there"),
    "Not a directory": _("it is not there"),
    "File exists": _("a file of this name is there already"),
    "Input/output error": _("reading or writing failed"),
}


def refusal(code: str) -> str:
    return _REFUSALS.get(code, code)


def trouble(problem: str) -> str:
    """`problem`: of a stage, such as "line down: timed out"; what follows the colon is in nobody's language."""
    return _TROUBLES.get(problem.partition(":")[0], problem)


def printers(why: str) -> str:
    return PRINTER.get(why, why)


def machines(why: str) -> str:
    return _MACHINE.get(why, why)
