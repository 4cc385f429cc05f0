"""Short names that come from the line, the printer and the machine, as words for a technician (message ids).

Never: a name that is hidden because nobody has words for it; it is shown as it is.
"""


def _(message: str) -> str:
    return message


# Why the town hall did not take an act.
_REFUSALS = {
    "conflict": _("Other bytes came under the same number"),
    "other-booth": _("Sent by another booth than it names"),
    "unknown-booth": _("The booth is not in service"),
    "bad-signature": _("The booth's signature does not hold"),
    "unknown-kind": _("A kind of act that the town hall does not know"),
    "unknown-version": _("A version that the town hall does not know"),
    "wrong-class-of-id": _("Its number is not of the right sort"),
    "does-not-open": _("It is not sealed to this town hall"),
    "unreadable-body": _("Its content cannot be read"),
    "body-of-another-booth": _("Its content names another booth"),
    "cast-in-the-future": _("Its time lies in the future"),
    "unknown-election": _("There is no such vote"),
    "not-open": _("The vote was not open"),
    "outside-the-window": _("Outside the hours of the vote"),
    "not-on-the-roll": _("Not on the roll of this vote"),
    "ballot-not-sound": _("The encrypted ballot does not verify"),
    "ballot-known": _("This ballot was here already"),
    "another-credential": _("The card voted with another credential before"),
    "unreadable-certificate": _("The card's certificate cannot be read"),
    "unknown-card": _("A card that the town hall does not know"),
    "card-revoked": _("The card was blocked"),
    "card-not-in-use": _("The card was not in anybody's hands"),
    "not-a-technician": _("Not a technician's card"),
    "bad-card-signature": _("The card's signature does not hold"),
    "card-not-valid-then": _("The card was not valid then"),
    "not-our-card": _("Not a card of this municipality"),
    "number-of-another-range": _("Its number belongs to another booth"),
    "number-taken": _("Its number is taken"),
    "code-taken": _("Its verification code is taken"),
    "not-a-code": _("Its verification code is none"),
    "not-storable": _("It cannot be stored as it is"),
    "quarantined": _("The booth was in quarantine"),
    "revoked": _("The booth was withdrawn"),
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
# Why a paper did not come out.
_PRINTER = {
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
    return _PRINTER.get(why, why)


def machines(why: str) -> str:
    return _MACHINE.get(why, why)
