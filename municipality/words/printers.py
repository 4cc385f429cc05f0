"""Why a printer is not ready, or what is not known of a paper: the words for the short names that the drivers have, the
same in the booth's journal, its doctor and the card office. Never a name without words."""

from collections.abc import Mapping


def _(message: str) -> str:
    return message


WORDS: Mapping[str, str] = {
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
