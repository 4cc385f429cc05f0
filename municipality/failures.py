"""Every failure that a person at the booth can meet: its code, its title and sentence, and whether trying again helps.

Here stand those that belong to no matter; each matter has its own, and `municipality.register` has them all. Sentences
are message ids of the one catalogue (assets/texts); docs/failures.md has an entry for each code, and a test compares
the three. A sentence says what happened, that nothing was lost, and what to do.
"""

from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    """A letter and two digits, read out on the telephone. Who adds a kind of failure makes an enumeration of it."""


class BoothCode(Code):
    """C card, R reader, S sign-in and data, P the printer, N network and centre, X the booth itself."""

    CARD_FOREIGN = "C01"
    CARD_NOT_OURS = "C02"
    CARD_EXPIRED = "C03"
    CARD_REVOKED = "C04"
    CARD_BLOCKED = "C05"
    CARD_COUNTERFEIT = "C06"
    CARD_UNREADABLE = "C07"
    CARD_GONE = "C08"
    CARD_NOT_YET_VALID = "C09"
    REVOCATIONS_TOO_OLD = "C10"
    CARD_SUSPENDED = "C11"
    CARD_REPORTED_LOST = "C12"
    CARD_IN_USE = "C13"
    CARD_READ_ERROR = "C14"
    READER_NO_SERVICE = "R01"
    READER_MISSING = "R02"
    DOSSIER_MISSING = "S01"
    DOSSIER_TOO_OLD = "S02"
    DOSSIER_BROKEN = "S03"
    OWN_PIN_NOT_SET = "S04"
    OWN_PIN_NOT_SURE = "S05"
    OWN_PIN_SET = "S06"
    NEWS_MISSING = "S07"
    PRINTER_NOT_READY = "P01"
    BOOTH_EMPTY = "N01"
    STORE_FULL = "X01"
    BOOTH_FAULT = "X02"
    CLOCK_IN_DOUBT = "X03"
    OFF_FOR_REPAIR = "X04"
    OFF_FOR_SUPPLIES = "X05"
    OFF_BY_TOWN_HALL = "X06"
    OUT_OF_SERVICE = "X07"
    BOOTH_STARTING = "X08"
    STORE_DAMAGED = "X09"
    STORE_GONE = "X10"
    STORE_NEWER = "X11"
    STORE_OUT_OF_REACH = "X12"


@dataclass(frozen=True)
class Failure:
    """`title` and `sentence` are message ids. `ends_visit`: the card is to be taken; else the menu is the way out."""

    code: Code
    title: str
    sentence: str
    ends_visit: bool = True

    @property
    def office(self) -> bool:
        """Whether its sentence sends somebody to the municipal office: then its telephone and hours stand beside it."""
        return "municipal office" in self.sentence


def _(message: str) -> str:
    return message


FAILURES: tuple[Failure, ...] = (
    Failure(
        BoothCode.CARD_FOREIGN,
        _("This is not a Citizen Card"),
        _("Please take your card. This booth works with the Citizen Card of the municipality."),
    ),
    Failure(
        BoothCode.CARD_NOT_OURS,
        _("We do not recognise this card"),
        _("It was not issued by our municipality. Please ask at the municipal office."),
    ),
    Failure(
        BoothCode.CARD_EXPIRED,
        _("Your card has expired"),
        _("Please ask for a new card at the municipal office. Your data are safe."),
    ),
    Failure(
        BoothCode.CARD_REVOKED,
        _("This card is no longer valid"),
        _("If you did not ask for this, please contact the municipal office."),
    ),
    Failure(
        BoothCode.CARD_BLOCKED,
        _("Your PIN is locked"),
        _("A wrong PIN was entered too many times. The municipal office can unlock it; bring your identity card."),
    ),
    Failure(
        BoothCode.CARD_COUNTERFEIT,
        _("This card could not prove that it is genuine"),
        _("Please take it and show it at the municipal office."),
    ),
    Failure(
        BoothCode.CARD_UNREADABLE,
        _("We cannot read the card"),
        _("Please take it out, turn it so that the chip goes in first and faces up, and try again."),
    ),
    Failure(
        BoothCode.CARD_GONE,
        _("The card was taken out"),
        _("The visit has ended and the screen has been cleared. To continue, put your card in again."),
    ),
    Failure(
        BoothCode.CARD_NOT_YET_VALID,
        _("Your card is not valid yet"),
        _("Please try again from the date printed on your card."),
    ),
    Failure(
        BoothCode.REVOCATIONS_TOO_OLD,
        _("We cannot check cards at this booth now"),
        _("The booth has been without news from the town hall for too long. Please use another booth."),
    ),
    Failure(
        BoothCode.CARD_SUSPENDED,
        _("Your card is blocked"),
        _("It was blocked to protect you. The municipal office can release it; bring your identity card."),
    ),
    Failure(
        BoothCode.CARD_REPORTED_LOST,
        _("This card was reported lost"),
        _("It was blocked here. If you have found it, show it at the municipal office with your identity card."),
    ),
    Failure(
        BoothCode.CARD_IN_USE,
        _("The booth is using the card for something else"),
        _("Nothing was done. Please take it out, wait a moment and put it in again."),
    ),
    Failure(
        BoothCode.CARD_READ_ERROR,
        _("The card could not be read this time"),
        _("A technical fault, nothing against your card. Please try again, or show it at the municipal office."),
    ),
    Failure(
        BoothCode.READER_NO_SERVICE,
        _("The card service is not running"),
        _("A technician has to start it. Please use another booth."),
    ),
    Failure(
        BoothCode.READER_MISSING,
        _("The card reader is not connected"),
        _("A technician has to look at it. Please use another booth."),
    ),
    Failure(
        BoothCode.DOSSIER_MISSING,
        _("Your file has not reached this booth yet"),
        _("A new card needs one night until every booth knows it. Please try again tomorrow."),
    ),
    Failure(
        BoothCode.DOSSIER_TOO_OLD,
        _("Your data at this booth are too old"),
        _("The booth has not spoken with the town hall for days. Please use another booth or try again tomorrow."),
    ),
    Failure(
        BoothCode.DOSSIER_BROKEN,
        _("Your file could not be opened"),
        _("Nothing was lost. Please tell the municipal office the code on this screen."),
    ),
    Failure(
        BoothCode.OWN_PIN_NOT_SET,
        _("Your PIN was not changed"),
        _("The PIN in your letter still works. To choose your own, put your card in again."),
    ),
    Failure(
        BoothCode.OWN_PIN_NOT_SURE,
        _("We cannot say whether your PIN was changed"),
        _("Put your card in again and enter your new PIN. If it is not right, the one in your letter is."),
    ),
    Failure(
        BoothCode.OWN_PIN_SET,
        _("Your new PIN is set"),
        _("The visit ended before anything else was done. From now on enter your new PIN."),
    ),
    Failure(
        BoothCode.NEWS_MISSING,
        _("Your personal news has not come to this booth yet"),
        _("Nothing was lost. Please ask again tomorrow, here or at another booth, or at the municipal office."),
        ends_visit=False,
    ),
    Failure(
        BoothCode.PRINTER_NOT_READY,
        _("The printer is not ready"),
        _("No certificate was issued. You can take it at another booth, or try again later."),
        ends_visit=False,
    ),
    Failure(
        BoothCode.BOOTH_EMPTY,
        _("This booth is not ready yet"),
        _("It has not yet received its data from the town hall. Please use another booth."),
    ),
    Failure(
        BoothCode.STORE_FULL,
        _("The booth cannot store anything now"),
        _("What you did before is safe. A technician has been called; please use another booth."),
    ),
    Failure(
        BoothCode.BOOTH_FAULT,
        _("Something went wrong at this booth"),
        _("Please take your card. What was confirmed on the screen is safe; nothing else was done."),
    ),
    Failure(
        BoothCode.OFF_FOR_REPAIR,
        _("This service is closed here for repair"),
        _("A technician is working on it. Please use another booth or come back tomorrow."),
        ends_visit=False,
    ),
    Failure(
        BoothCode.OFF_FOR_SUPPLIES,
        _("This service is waiting for supplies"),
        _("Paper or another part is on its way. Please use another booth or come back tomorrow."),
        ends_visit=False,
    ),
    Failure(
        BoothCode.OFF_BY_TOWN_HALL,
        _("The town hall has paused this service here"),
        _("What you did before is safe. Please use another booth or ask at the municipal office."),
        ends_visit=False,
    ),
    Failure(
        BoothCode.OUT_OF_SERVICE,
        _("This booth is out of service"),
        _("A technician is looking after it. Please use another booth or come back tomorrow."),
    ),
    Failure(
        BoothCode.BOOTH_STARTING,
        _("The booth is starting"),
        _("It looks through what it keeps, so that nothing is missing. Please wait, or use another booth."),
    ),
    Failure(
        BoothCode.STORE_DAMAGED,
        _("This booth cannot read what it keeps"),
        _("Nothing more is written to it until a technician has looked. Please use another booth."),
    ),
    Failure(
        BoothCode.STORE_GONE,
        _("This booth cannot find what it keeps"),
        _("It does not begin anew by itself. A technician has to look; please use another booth."),
    ),
    Failure(
        BoothCode.STORE_NEWER,
        _("This booth is waiting for its newer program"),
        _("What you did before is safe. A technician installs it; please use another booth."),
    ),
    Failure(
        BoothCode.STORE_OUT_OF_REACH,
        _("This booth cannot reach its disk"),
        _("Nothing can be stored now. A technician has to look; please use another booth."),
    ),
    Failure(
        BoothCode.CLOCK_IN_DOUBT,
        _("The booth's clock is in doubt"),
        _("What needs the right time waits until a technician has set it. Please use another booth."),
        ends_visit=False,
    ),
)
