"""Everything that a check of the booth can find: how bad it is, what it means, what a technician does next.

One table for the technician's pages, for `kiosk doctor` and for docs/doctor.md; a test compares the three. Never: a
sentence with a person, a card number or a choice in it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.kernel.amounts import Value, filled
from kiosk.kernel.lights import Condition, Light, amber, green, red


class Check(StrEnum):
    """What is looked at, in the order in which a technician reads it."""

    SERVICES = "services"
    SETTINGS = "settings"
    DATABASE = "database"
    COPIES = "copies"
    DISK = "disk"
    CLOCK = "clock"
    SCREEN = "screen"
    READER = "reader"
    PRINTER = "printer"
    PRESS = "press"
    SOUND = "sound"
    SCANNER = "scanner"
    KEYPAD = "keypad"
    KEYS = "keys"
    ANCHORS = "anchors"
    MATTER = "matter"
    OFFICIALS = "officials"
    CLOSING = "closing"
    QUEUE = "queue"
    CENTRE = "centre"
    PROGRAMS = "programs"
    CARD = "card"
    BALLOT = "ballot"
    STORING = "storing"


@dataclass(frozen=True)
class Finding:
    """What one check found. `name` is a key of CONDITIONS, "reader.missing"; `values` fill its sentences."""

    check: Check
    name: str
    values: Mapping[str, Value] = field(default_factory=dict)

    @property
    def condition(self) -> Condition:
        return CONDITIONS[self.name]

    @property
    def light(self) -> Light:
        return self.condition.light


def found(name: str, /, **values: Value) -> Finding:
    """The finding under `name`. Raises KeyError for a name that is not in the table."""
    CONDITIONS[name]
    return Finding(Check(name.split(".", 1)[0]), name, values)


def worst(findings: list[Finding]) -> Light:
    """Red beats amber beats green."""
    lights = {finding.light for finding in findings}
    return next((light for light in (Light.RED, Light.AMBER) if light in lights), Light.GREEN)


def _(message: str) -> str:
    return message


NAMES: Mapping[Check, str] = {
    Check.SERVICES: _("What residents cannot do now"),
    Check.SETTINGS: _("Settings file"),
    Check.DATABASE: _("Database"),
    Check.COPIES: _("Copies of the database"),
    Check.DISK: _("Disk"),
    Check.CLOCK: _("Clock"),
    Check.SCREEN: _("Touch screen"),
    Check.READER: _("Card reader"),
    Check.PRINTER: _("Printer"),
    Check.PRESS: _("Making of papers"),
    Check.SOUND: _("Sound and speech"),
    Check.SCANNER: _("Barcode scanner"),
    Check.KEYPAD: _("Number keys"),
    Check.KEYS: _("Keys and certificates"),
    Check.ANCHORS: _("Anchors of trust"),
    Check.MATTER: _("Data from the town hall"),
    Check.OFFICIALS: _("Officials of votes"),
    Check.CLOSING: _("Closing slip of a vote"),
    Check.QUEUE: _("Waiting acts"),
    Check.CENTRE: _("Line to the town hall"),
    Check.PROGRAMS: _("Programs and versions"),
    Check.CARD: _("Card: sign and open"),
    Check.BALLOT: _("Trial ballot"),
    Check.STORING: _("Storing"),
}


CONDITIONS: Mapping[str, Condition] = {
    "services.ok": green(_("Residents can do everything here.")),
    "services.by_hand": amber(
        _("A technician has switched off: {what}."), _("Switch it on again when the reason is gone.")
    ),
    "services.out": amber(
        _("The booth is out of service since {since}: residents see that it is closed."),
        _("Bring it into service when the work is done."),
    ),
    "services.sign_in": red(_("No resident can sign in. They read: {why}"), _("Look at the part that is red below.")),
    "services.closed": red(
        _("Not offered here now: {what}; all else works. Residents read: {why}"),
        _("Look at the part that is red or amber below."),
    ),
    "settings.ok": green(_("The settings file is in order.")),
    "settings.refused": red(
        _("The settings file cannot be used: {fault}"),
        _("Correct that line of kiosk.toml, or put the last good copy back."),
    ),
    "database.ok": green(_("The database is whole.")),
    "database.refused": red(
        _("The database cannot be opened: {fault}"),
        _("Check the key file and the disk. If both are right, restore the last good copy."),
    ),
    "database.gone": red(
        _("The database is gone: {file} is not there, and this booth has had one."),
        _("Bring its disk or folder back. If it is lost: kiosk restore puts the last good copy in its place."),
    ),
    "database.newer": red(
        _("The database was made by a newer program: it is of version {there}, this program knows {here}."),
        _("Install the newer program again. Nothing is damaged: do not restore."),
    ),
    "database.not_brought_up": red(
        _("The database could not be brought from version {there} to {here}; it is as it was."),
        _("Install the program that was here before, and tell its makers. Do not restore."),
    ),
    "database.still_waiting": red(
        _("{acts} acts and {ballots} ballots wait for the town hall, and only the former program can send them."),
        _("Install the former program again, let it send them (kiosk sync --once), then install this one."),
    ),
    "database.out_of_reach": red(
        _("The database cannot be used, because {fault}."),
        _("See to the disk, or to who owns the folder. Nothing is damaged: do not restore."),
    ),
    "database.wrong_key": red(
        _("The key file is not the one that {file} was made with."),
        _("Put this booth's own key file back. Nothing is damaged: do not restore."),
    ),
    "database.unreadable": red(
        _("{file} does not open: another booth's key, or damaged from its first page on."),
        _("Look first whether the key file is this booth's own. If it is, restore the last good copy."),
    ),
    "database.mark": red(
        _("The mark that keeps numbers from being given twice is damaged: {fault}."),
        _("Leave it there: kiosk restore sets it aside and makes a new one, and numbers jump ahead."),
    ),
    "database.mark_out_of_reach": red(
        _("The mark that keeps numbers from being given twice cannot be used, {file}: {fault}."),
        _("See to that folder; if it is never written to, name another with mark_file. Do not restore."),
    ),
    "database.begun_anew": amber(
        _("The database was lost and begun anew on {when}: what had not been sent by then is lost."),
        _("Tell the town hall. This line goes by itself after a month."),
    ),
    "database.damaged": red(
        _("The database is damaged at {place}."),
        _("Take the booth out of service and restore the last good copy; docs/sync.md tells how."),
    ),
    "database.open_to_others": red(
        _("Others on this machine can read {file}."), _("Set its permissions to 600 and its owner to the booth's user.")
    ),
    "copies.ok": green(_("The last good copy was made {age} ago.")),
    "copies.off": amber(
        _("No copies are made: the settings say so."), _("Set copies in [sync] of kiosk.toml to 1 or more.")
    ),
    "copies.none": amber(
        _("There is no copy of the database yet."), _("It is made at the end of a night's round; look tomorrow.")
    ),
    "copies.old": amber(
        _("The last good copy was made {age} ago."),
        _("Look whether rounds are whole, and whether the disk has room for a copy."),
    ),
    "disk.ok": green(_("The disk has {free} free.")),
    "disk.low": amber(
        _("The disk is filling up: {free} free."), _("Free some room this week; residents notice nothing yet.")
    ),
    "disk.full": red(
        _("The disk is nearly full: {free} free. New acts are refused so that stored ones stay safe."),
        _("Free some room now: old papers, logs, copies."),
    ),
    "disk.out_of_reach": red(
        _("The booth's folder cannot be used, because {fault}. New acts are refused."),
        _("Look at the disk (dmesg, mount, ls -l); a disk that fails is often made read-only."),
    ),
    "clock.ok": green(_("The clock is right to {seconds} seconds.")),
    "clock.off": amber(
        _("The machine's clock is {off} off; the booth corrects it."), _("Look at the time service of this machine.")
    ),
    "clock.in_doubt": red(
        _("The clock cannot be right: it shows a time before the last known one, {last}."),
        _("Set the machine's clock, then let the booth speak with the town hall once."),
    ),
    "clock.jumped": red(
        _("The clock has jumped, or the booth was off for more than a day: votes and certificates wait."),
        _("Compare the clock with your watch. Let the booth speak with the town hall, or confirm the clock."),
    ),
    "screen.ok": green(_("The touch screen answered in every place on {when}.")),
    "screen.untried": amber(
        _("Nobody has tried the touch screen in every place yet."), _("Open the touch test and touch each mark.")
    ),
    "screen.dead": red(
        _("On {when} the touch screen did not answer in {count} places."),
        _("Clean the glass and try again; if it stays, change the screen. Keys and speech work."),
    ),
    "reader.ok": green(_("The card reader answers: {name}.")),
    "reader.serving": green(_("The booth is running and holds the card that is in the reader.")),
    "reader.no_service": red(
        _("The card service (pcscd) is not running."),
        _("Start it: systemctl start pcscd. If it stops again, read its journal."),
    ),
    "reader.missing": red(
        _("No card reader is connected."), _("Check the reader's cable, then its name in the settings.")
    ),
    "reader.unreadable": amber(
        _("A card in the reader cannot be read."),
        _("Take it out. If it happens with every card, clean or replace the reader."),
    ),
    "reader.in_use": red(
        _("Another program holds the card reader."), _("End that program; nothing but the booth may use the reader.")
    ),
    "printer.ok": green(_("The printer is ready.")),
    "printer.low-paper": amber(_("The printer's paper is running low."), _("Bring A4 paper and refill the tray.")),
    "printer.low-toner": amber(_("The printer's toner is running low."), _("Bring a new cartridge.")),
    "printer.gone": red(
        _("The printer does not answer."), _("Check that it is on and connected, and its address in the settings.")
    ),
    "printer.paper-out": red(_("The printer has no paper."), _("Put in A4 paper and print a test page.")),
    "printer.jam": red(_("Paper is jammed in the printer."), _("Open it, take the sheet out, print a test page.")),
    "printer.door-open": red(_("A door of the printer is open."), _("Close it and print a test page.")),
    "printer.no-toner": red(_("The printer has no toner."), _("Change the cartridge and print a test page.")),
    "printer.tray-full": red(_("The printer's output tray is full."), _("Empty it.")),
    "printer.no-a4": red(_("The paper in the printer is not A4."), _("Put in A4 paper, and set the tray to A4.")),
    "printer.busy": amber(_("The printer is busy with another job."), _("Wait a minute and check again.")),
    "printer.unreadable": red(
        _("What answers at the printer's address cannot be read."),
        _("Check the address in the settings, then switch the printer off and on. If it stays, call its maker."),
    ),
    "printer.queue": red(
        _("A print server's queue answers in the printer's place: it says ready even with the printer off."),
        _("Put the printer's own address into the settings."),
    ),
    "printer.open-line": red(
        _("The line to the printer has no lock, and the settings do not name it as trusted."),
        _("Use an address with ipps://, or name the line's network at printer.trusted_links."),
    ),
    "printer.wrong-certificate": red(
        _("The printer shows another certificate than the one that the settings name."),
        _(
            "Read its SHA-256 fingerprint on the printer itself. If the settings have another, correct them; "
            "if it is the same, somebody stands in between: pull the cable and report it."
        ),
    ),
    "printer.fault": red(
        _("No paper can be printed: {why}."), _("Read the printer's own display; call its maker if it stays.")
    ),
    "press.ok": green(_("A sample page was made and sealed in {seconds} seconds.")),
    "press.failed": red(
        _("A sample page could not be made: {why}."),
        _("Check the seal's file and the fonts; run scripts/setup or reinstall the package."),
    ),
    "sound.ok": green(_("Sound and speech are there.")),
    "sound.off": amber(
        _("Sound is switched off in the settings."), _("Blind residents cannot use this booth: switch it on.")
    ),
    "sound.played": green(_("A tone was played. Only you can say whether it was heard.")),
    "sound.failed": red(
        _("The machine could not play a tone."), _("Look at the sound card and its cables, then try again.")
    ),
    "sound.missing": red(
        _("This is missing for sound and speech: {what}."), _("Install it; blind residents cannot use this booth.")
    ),
    "scanner.none": green(_("This booth has no barcode scanner.")),
    "scanner.ready": green(_("The barcode scanner is there. Whether it reads, its test says.")),
    "scanner.missing": red(
        _("The barcode scanner is not connected."), _("Check its cable, then its name in the settings.")
    ),
    "scanner.not_permitted": red(
        _("The booth may not open the barcode scanner's line."),
        _("Add the booth's user to the group dialout, then restart the program."),
    ),
    "scanner.in_use": red(
        _("Another program holds the barcode scanner."),
        _("End that program; nothing but the booth may use the scanner."),
    ),
    "scanner.not_serial": red(
        _("What the settings name as the barcode scanner is no serial line."),
        _("Correct its device in the settings; one that types like a keyboard is of the other kind."),
    ),
    "keypad.ok": green(_("Number keys are connected.")),
    "keypad.missing": amber(
        _("No number keys are connected."), _("Plug them in: whoever cannot see the screen works with them.")
    ),
    "keys.ok": green(_("The booth's keys are in order; the first certificate ends in {left}.")),
    "keys.soon": amber(
        _("The certificate of the {what} ends in {left}."),
        _("It renews itself when the booth speaks with the town hall; if not, ask for a new one."),
    ),
    "keys.ended": red(_("The certificate of the {what} ended {age} ago."), _("Ask the town hall for a new one.")),
    "keys.unusable": red(
        _("A key file cannot be used: {fault}"), _("Put the right file back, or enrol the booth anew.")
    ),
    "anchors.ok": green(_("The anchors of trust are in order; the first ends in {left}.")),
    "anchors.soon": amber(
        _("An anchor of trust ends in {left}: {file}."), _("Ask the town hall for the next one in time.")
    ),
    "anchors.unusable": red(
        _("The anchors of trust cannot be used: {fault}"), _("Copy them anew from the town hall's package.")
    ),
    "matter.ok": green(_("Settings, cards' revocations and residents' files are here and fresh.")),
    "matter.empty": red(
        _("The booth has not yet received its data from the town hall."), _("Let it speak with the town hall once.")
    ),
    "matter.old": amber(
        _("The list of cancelled cards should have been renewed {age} ago."),
        _("Look why the booth cannot speak with the town hall."),
    ),
    "matter.too_old": red(
        _("The list of cancelled cards is too old: no card is taken."),
        _("Let the booth speak with the town hall, or bring the data on a stick."),
    ),
    "officials.ok": green(_("The officials of {term} are known here: {names}. Their fingerprint: {fingerprint}")),
    "officials.none": amber(
        _("Nobody has typed the fingerprint of the officials of votes here: no vote is taken. All else works."),
        _("Type it from the signed paper, under Settings or with kiosk officials."),
    ),
    "officials.awaited": amber(
        _("The fingerprint of the officials of votes is here, their record is not: no vote is taken."),
        _("Let the booth speak with the town hall once. If it stays, the fingerprint is of other officials."),
    ),
    "officials.others": red(
        _("The town hall has sent officials of votes who are not those typed here. Their fingerprint begins: {start}"),
        _("Look at the signed paper. If that begins so, type it from there; if not, tell the officials, type nothing."),
    ),
    "officials.unusable": red(
        _("What stands in {file} is no fingerprint of officials: with it the booth does not start."),
        _("Type it anew from the signed paper: kiosk officials - --again"),
    ),
    "closing.none": green(_("No vote that this booth takes part in has ended.")),
    "closing.stated": green(_("“{title}” has ended. Ballots taken here: {count}. Code of the closing slip: {code}")),
    "queue.ok": green(_("{waiting} acts wait for the next round.")),
    "queue.stuck": amber(
        _("The oldest act has waited for {age}; {waiting} are waiting."),
        _("Look why the booth cannot speak with the town hall, or carry them on a stick."),
    ),
    "queue.refused": amber(
        _("The town hall did not take {refused} acts; they are kept here with the reason."),
        _("Look at the list of what was not taken; try again when the reason is gone."),
    ),
    "centre.ok": green(_("The town hall's server answers in {milliseconds} ms.")),
    "centre.silent": amber(
        _("The town hall's server does not answer: {why}."),
        _("The booth goes on without it. Check cable, address and the server; the last good round was {last}."),
    ),
    "centre.stranger": amber(
        _("What answers at the town hall's address is not the town hall's server."),
        _("Nothing is taken from it; the booth goes on without. Check the address in the settings and the network."),
    ),
    "centre.refused": red(
        _("The town hall's server refuses this booth: {why}."),
        _("Ask the town hall whether the booth is enrolled, suspended or revoked."),
    ),
    # The three that only a trial visit makes, with the technician's own card in the reader.
    "card.ok": green(_("The card signed, and opened what was sealed to it.")),
    "card.failed": red(_("The card did not sign or open as it should."), _("Try another card; then another reader.")),
    "ballot.ok": green(_("A trial ballot was made, sealed and checked in {seconds} seconds.")),
    "ballot.failed": red(
        _("A trial ballot could not be made."), _("Look at belenios-tool and at the room in the temporary folder.")
    ),
    "storing.ok": green(_("A trial row was stored and taken back in {milliseconds} ms.")),
    "storing.failed": red(_("Nothing can be stored now."), _("Look at the disk.")),
    "programs.ok": green(_("The software is version {version}.")),
    "programs.missing": red(
        _("A program that the booth stands on is missing: {what}."),
        _("Install it: scripts/setup, or the package again."),
    ),
}


def said(words: Callable[[str], str], finding: Finding) -> tuple[str, str]:
    """What was found and what to do. `words`: a language's gettext."""
    values = {name: filled(words, value) for name, value in finding.values.items()}
    condition = finding.condition
    return words(condition.what).format(**values), words(condition.todo).format(**values) if condition.todo else ""
