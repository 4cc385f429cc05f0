"""What a technician does at a booth, and what each act is called: the same words in the booth's journal and in the town
hall's record. Never an act without a word."""

from collections.abc import Mapping
from enum import StrEnum


def _(message: str) -> str:
    return message


class Did(StrEnum):
    """Short names of acts; `about` says to what."""

    OPENED = "opened"
    LEFT = "left"
    SYNCED = "synced"
    STICK = "stick.carried"
    RETRIED = "letter.retried"
    TEST_PAGE = "paper.test_page"
    PAPER_CHANGED = "paper.changed"
    CLEANED = "booth.cleaned"
    REHEARSED = "visit.rehearsed"
    SERVICE_OFF = "service.off"
    SERVICE_ON = "service.on"
    DEVICE_OFF = "device.off"
    DEVICE_ON = "device.on"
    TRIED = "part.tried"
    SETTINGS_SAVED = "settings.saved"
    SETTINGS_UNDONE = "settings.undone"
    OFFICIALS_TYPED = "officials.typed"
    JOURNAL_TAKEN = "journal.taken"
    SCREEN_TRIED = "screen.tried"
    SCANNER_TRIED = "scanner.tried"
    CLOCK_CONFIRMED = "clock.confirmed"
    LOG_LEVEL = "log.level"
    RESTARTED = "booth.restarted"
    OUT_OF_SERVICE = "booth.out"
    IN_SERVICE = "booth.in"


DEEDS: Mapping[Did, str] = {
    Did.OPENED: _("came"),
    Did.LEFT: _("left"),
    Did.SYNCED: _("began a round with the town hall"),
    Did.STICK: _("began a round by a stick"),
    Did.RETRIED: _("lets an act wait again that was not taken"),
    Did.TEST_PAGE: _("printed a test page"),
    Did.PAPER_CHANGED: _("filled the tray"),
    Did.CLEANED: _("cleaned the booth"),
    Did.REHEARSED: _("began a trial visit"),
    Did.SERVICE_OFF: _("switched a service off"),
    Did.SERVICE_ON: _("switched a service on"),
    Did.DEVICE_OFF: _("switched a device off"),
    Did.DEVICE_ON: _("switched a device on"),
    Did.TRIED: _("tried a part on its own"),
    Did.SETTINGS_SAVED: _("changed a setting"),
    Did.SETTINGS_UNDONE: _("undid a change of a setting"),
    Did.OFFICIALS_TYPED: _("typed the fingerprint of the officials of votes"),
    Did.JOURNAL_TAKEN: _("took the journal along"),
    Did.SCREEN_TRIED: _("tried the touch screen"),
    Did.SCANNER_TRIED: _("tried the barcode scanner"),
    Did.CLOCK_CONFIRMED: _("confirmed the clock"),
    Did.LOG_LEVEL: _("asked for more words in the log"),
    Did.RESTARTED: _("restarted the program"),
    Did.OUT_OF_SERVICE: _("took the booth out of service"),
    Did.IN_SERVICE: _("brought the booth into service"),
}
